"""Which system is better, and at what: the answer of a comparison to the question of `--for`.

Of each aspect of the question a system is better where a test says so for at least one of its
measures and none says the opposite. Of the question it is better where it meets the requirements
and the other misses one, or where it meets them, the other misses none, and it is better in an
aspect that counts and worse in none. All tests are those of the comparison, corrected for their
number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from paintreel.metrics.questions import ANY, Aspect, Question
from paintreel.metrics.table import measure_of
from paintreel.scoring.verdict import (
    Shown,
    Verdict,
    check_requirements,
    failing_words,
    in_words,
    open_words,
)
from paintreel.stats.summary import Summary
from paintreel.wording import counted, enumerated

__all__ = ["Tested", "decide"]

Outcome = Literal["first", "second", "mixed", "none", "untested"]


_ADVISED = 30
"""Results from which on a verdict does not hang on a few of them."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What a verdict takes from one test: the measure's name in results, and who won it."""

    metric: str
    first: str
    second: str
    winner: str | None
    p_holm: float | None


@dataclass(frozen=True, slots=True)
class _Side:
    """One aspect of two systems. deciding: names of the measures that decided it."""

    aspect: Aspect
    outcome: Outcome
    deciding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two systems: their aspects, and who is better, None where nobody is."""

    first: str
    second: str
    sides: tuple[_Side, ...]
    better: str | None

    def won_by(self, system: str) -> list[_Side]:
        """The aspects in which a system is the better one."""
        if system not in (self.first, self.second):
            return []
        wins = "first" if system == self.first else "second"
        return [side for side in self.sides if side.outcome == wins]

    def open(self) -> list[_Side]:
        """The aspects of which the tests show no difference."""
        return [side for side in self.sides if side.outcome == "none"]


def decide(
    question: Question,
    systems: Sequence[str],
    summary: Mapping[str, Mapping[str, Summary]],
    columns: Mapping[str, Mapping[str, Sequence[float]]],
    tests: Sequence[Tested],
    *,
    n: int,
    unit: str,
) -> Verdict:
    """The verdict of a comparison.

    summary, columns: name in results -> system -> figures, and the values of every unit.
    n, unit: how many pictures, clips or trials all systems have.
    """
    shown = {
        system: check_requirements(
            question,
            {measure_of(name).name: row[system] for name, row in columns.items()},
        )
        for system in systems
    }
    failing = {s: said for s in systems if (said := failing_words(shown[s])) is not None}
    is_open = {s: said for s in systems if (said := open_words(shown[s])) is not None}
    pairs = [
        _pair(question, first, second, summary, tests, failing, is_open)
        for first, second in combinations(systems, 2)
    ]
    best = _best(systems, pairs)
    count = sum(t.p_holm is not None for t in tests)
    words = _Words(question, summary, failing, is_open, n, unit, count)
    if len(systems) == 2:
        sentence, details = words.of_two(pairs[0])
    else:
        sentence, details = words.of_many(systems, pairs, best), words.lines(pairs)
    return Verdict(question.name, sentence, details, _facts(question, pairs, best, shown))


def _pair(
    question: Question,
    first: str,
    second: str,
    summary: Mapping[str, Mapping[str, Summary]],
    tests: Sequence[Tested],
    failing: Mapping[str, str],
    is_open: Mapping[str, str],
) -> _Pair:
    own = [t for t in tests if (t.first, t.second) == (first, second)]
    sides = tuple(
        side
        for aspect in question.aspects
        if (side := _side(aspect, first, own, summary)) is not None
    )
    return _Pair(first, second, sides, _better(question, first, second, sides, failing, is_open))


def _side(
    aspect: Aspect, first: str, tests: Sequence[Tested], summary: Mapping[str, object]
) -> _Side | None:
    """None where nothing of the aspect was measured."""
    names = [n for m in aspect.measures for n in summary if measure_of(n).name == m]
    if not names:
        return None
    own = {t.metric: t for t in tests if t.metric in names and t.p_holm is not None}
    if not own:
        return _Side(aspect, "untested", tuple(names[:1]))
    won: dict[bool, list[str]] = {True: [], False: []}
    for name in names:
        if name in own and (winner := own[name].winner) is not None:
            won[winner == first].append(name)
    if won[True] and won[False]:
        return _Side(aspect, "mixed", (*won[True], *won[False]))
    if not won[True] and not won[False]:
        return _Side(aspect, "none", tuple(n for n in names if n in own)[:1])
    return _Side(aspect, "first" if won[True] else "second", tuple(won[True] or won[False]))


def _better(
    question: Question,
    first: str,
    second: str,
    sides: Sequence[_Side],
    failing: Mapping[str, str],
    is_open: Mapping[str, str],
) -> str | None:
    if question is ANY:
        return None
    if (first in failing) != (second in failing):
        left = second if first in failing else first
        return None if left in is_open else left
    if first in failing:
        return None
    outcomes = {side.outcome for side in sides if side.aspect.counts}
    if "mixed" in outcomes or {"first", "second"} <= outcomes:
        return None
    winner = first if "first" in outcomes else second if "second" in outcomes else None
    return None if winner in is_open else winner


def _best(systems: Sequence[str], pairs: Sequence[_Pair]) -> str | None:
    """The system that is better than every other one."""
    wins = [pair.better for pair in pairs]
    return next((s for s in systems if wins.count(s) == len(systems) - 1), None)


def _facts(
    question: Question,
    pairs: Sequence[_Pair],
    best: str | None,
    shown: Mapping[str, Sequence[Shown]],
) -> dict[str, Any]:
    facts: dict[str, Any] = {"best": best}
    if question.requirements:
        facts["met"] = {
            system: all(each.outcome == "shown" for each in row) for system, row in shown.items()
        }
        facts["requirements"] = {
            system: [each.as_dict() for each in row] for system, row in shown.items()
        }
    winner = {"first": 0, "second": 1}
    facts["pairs"] = [
        {
            "first": pair.first,
            "second": pair.second,
            "better": pair.better,
            "aspects": {
                side.aspect.name: {
                    "better": (pair.first, pair.second)[winner[side.outcome]]
                    if side.outcome in winner
                    else None,
                    "outcome": "better" if side.outcome in winner else side.outcome,
                    "measures": list(side.deciding),
                    "counts": side.aspect.counts,
                }
                for side in pair.sides
            },
        }
        for pair in pairs
    ]
    return facts


@dataclass(frozen=True, slots=True)
class _Words:
    """Sentences of a verdict; `failing` says what systems are that miss a requirement, `is_open`
    of which too little is known."""

    question: Question
    summary: Mapping[str, Mapping[str, Summary]]
    failing: Mapping[str, str]
    is_open: Mapping[str, str]
    n: int
    unit: str
    tests: int

    def of_two(self, pair: _Pair) -> tuple[str, tuple[str, ...]]:
        """Two systems: what there is to say, and what there is beside it."""
        if not self.failing:
            return f"{self._lead(pair)}{self._compared(pair)} {self._sure()}", self._unsure()
        missed = enumerated([f"'{system}' is {words}" for system, words in self.failing.items()])
        beside = (f"All that was measured: {self._compared(pair)}",)
        for system, words in self.is_open.items():
            doubt = f"{missed}; of '{system}' there are {words}"
            return f"Neither is shown to be {self.question.best}: {doubt}. {self._sure()}", beside
        if pair.better is None:
            return f"Neither is {self.question.best}: {missed}. {self._sure()}", beside
        return f"'{pair.better}' is {self.question.best}, since {missed}. {self._sure()}", beside

    def of_many(self, systems: Sequence[str], pairs: Sequence[_Pair], best: str | None) -> str:
        """The best one, the systems that miss a requirement, and who leads in which aspect."""
        left = [system for system in systems if system not in self.failing]
        parts = []
        if best is not None:
            parts.append(f"'{best}' is {self.question.best} of {len(systems)}.")
        elif self.question is not ANY:
            nobody = "No system is better than every other." if left else "No system is an answer."
            parts.append(nobody)
        kinds: dict[str, list[str]] = {}
        for system, words in self.failing.items():
            kinds.setdefault(words.partition(" (")[0], []).append(f"'{system}'")
        for kind, names in kinds.items():
            parts.append(f"{enumerated(names)} {'is' if len(names) == 1 else 'are'} {kind}.")
        led: dict[str, list[str]] = {}
        for aspect in self.question.aspects:
            leader = self._leader(aspect, left, pairs)
            if leader is not None:
                led.setdefault(leader, []).append(aspect.better)
        for leader, what in led.items():
            others = [f"'{system}'" for system in left if system != leader]
            than = others[0] if len(others) == 1 else "each other one" + self._among()
            parts.append(f"'{leader}' {enumerated(what)} than {than}.")
        return " ".join([*parts, self._sure()])

    def lines(self, pairs: Sequence[_Pair]) -> tuple[str, ...]:
        """Every system that misses a requirement, and every two of the others, in a line."""
        missed = [f"'{system}' is {words}." for system, words in self.failing.items()]
        compared = [
            f"'{pair.first}' and '{pair.second}': {self._lead(pair)}{self._compared(pair)}"
            for pair in pairs
            if pair.sides and pair.first not in self.failing and pair.second not in self.failing
        ]
        return (*missed, *self._unsure(), *compared)

    def _unsure(self) -> tuple[str, ...]:
        return tuple(f"Of '{system}' there are {words}." for system, words in self.is_open.items())

    def _among(self) -> str:
        return " of the rest" if self.failing else ""

    def _leader(self, aspect: Aspect, left: Sequence[str], pairs: Sequence[_Pair]) -> str | None:
        own = [p for p in pairs if p.first in left and p.second in left]
        for system in left if len(left) > 1 else ():
            won = sum(any(s.aspect is aspect for s in p.won_by(system)) for p in own)
            if won == len(left) - 1:
                return system
        return None

    def _lead(self, pair: _Pair) -> str:
        if self.question is ANY or pair.first in self.failing or pair.second in self.failing:
            return ""
        if pair.better is not None:
            return f"'{pair.better}' is {self.question.best}: "
        if pair.first in self.is_open or pair.second in self.is_open:
            return f"Neither is shown to be {self.question.best}: "
        counted_ = [s for s in pair.sides if s.aspect.counts]
        if any(s.outcome in ("first", "second", "mixed") for s in counted_):
            return "Neither is better over all: "
        return ""

    def _compared(self, pair: _Pair) -> str:
        """Who is better in what, what is alike, in one sentence."""
        parts = []
        for system in (pair.first, pair.second):
            if won := pair.won_by(system):
                what = enumerated([self._won(side, pair, system) for side in won])
                parts.append(f"'{system}' {what}")
        for side in pair.sides:
            if side.outcome == "mixed":
                figures = enumerated([self._figures(name, pair) for name in side.deciding])
                parts.append(f"the measures of {side.aspect.alike} disagree ({figures})")
        if alike := [side.aspect.alike for side in pair.open()]:
            parts.append(f"no difference is shown in {enumerated(alike)}")
        if untested := [s for s in pair.sides if s.outcome == "untested"]:
            figures = enumerated([self._figures(s.deciding[0], pair) for s in untested])
            parts.append(f"untested: {figures}")
        return "; ".join(parts) + "." if parts else "nothing was measured that could tell."

    def _won(self, side: _Side, pair: _Pair, system: str) -> str:
        figures = enumerated([self._figures(name, pair, system) for name in side.deciding[:2]])
        either = "" if side.aspect.counts else ", which may be meant either way"
        return f"{side.aspect.better} ({figures}{either})"

    def _figures(self, name: str, pair: _Pair, system: str = "") -> str:
        """ "SSIM 0.9 against 0.8", that of `system` first."""
        names = [pair.first, pair.second]
        if system == pair.second:
            names.reverse()
        return in_words(name, *(self.summary[name][each].mean for each in names))

    def _sure(self) -> str:
        count = counted(self.n, self.unit)
        if not self.tests:
            return f"({count}: no test, which needs two at least.)"
        advised = f"; {_ADVISED} or more are advised" if self.n < _ADVISED else ""
        return f"({count}, paired tests at 5 % corrected for all {self.tests}{advised}.)"
