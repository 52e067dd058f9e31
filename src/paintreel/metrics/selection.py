"""The measures of a run, by names and groups."""

from __future__ import annotations

from collections.abc import Sequence

from paintreel.errors import InputError
from paintreel.metrics.questions import ANY, Question
from paintreel.metrics.table import GROUPS, MEASURES, Measure
from paintreel.near_names import did_you_mean, near_names

__all__ = ["asked_by_name", "select_measures"]

_ALIASES = {"lpips": "perceptual", "fid": "fd", "kid": "kd"}
"""Names that other programs give to a measure over the features of one network."""


def select_measures(
    asked: str | Sequence[str] | None,
    *,
    has_reference: bool,
    has_extractor: bool,
    only_sets: bool = False,
    has_art: bool = False,
    question: Question = ANY,
) -> tuple[Measure, ...]:
    """The measures of a run: those of the question in its order, others in the order of the table.

    asked: names and groups, in one text with commas or one by one; "all" is every measure that
    can be taken. None takes those of the question; where there is none, the measures that compare
    with the reference and those over time, without a reference all that need none.
    only_sets: the reference is the statistics of a set, so that no file has a counterpart.
    has_art: there is a set of art, which measures of sets compare with.

    Raises InputError for an unknown name (with the nearest), and for a measure that was asked
    for by its name and needs a reference or an extractor that is not there.
    """
    wanted = _split(asked)

    def lack(measure: Measure) -> str | None:
        if measure.scope == "set" and has_art:
            return _lack(measure, True, has_extractor, False)
        return _lack(measure, has_reference, has_extractor, only_sets)

    chosen = (
        {
            name
            for name in question.measures
            if lack(MEASURES[name]) is None and question.may_take(MEASURES[name], has_art=has_art)
        }
        if question is not ANY
        else set()
    )
    for word in wanted or (["default"] if question is ANY else []):
        if word in MEASURES:
            if reason := lack(MEASURES[word]):
                raise InputError(reason)
            chosen.add(word)
            continue
        members = [m for m in MEASURES.values() if _belongs(m, word, has_reference, has_art)]
        if not members and word not in (*GROUPS, "all", "default"):
            raise InputError(_unknown(word))
        takeable = [m for m in members if lack(m) is None]
        if not takeable:
            raise InputError(f"{word}: {lack(members[0])}")
        chosen.update(m.name for m in takeable)
    first = question.measures if question is not ANY else ()
    ordered = dict.fromkeys([*(name for name in first if name in chosen), *MEASURES])
    return tuple(MEASURES[name] for name in ordered if name in chosen)


def asked_by_name(asked: str | Sequence[str] | None) -> frozenset[str]:
    """The measures that are named one by one, not as part of a group."""
    return frozenset(word for word in _split(asked) if word in MEASURES)


def _split(asked: str | Sequence[str] | None) -> list[str]:
    if asked is None:
        return []
    texts = [asked] if isinstance(asked, str) else asked
    words = [word.strip().lower().replace("-", "_") for text in texts for word in text.split(",")]
    words = [word for word in words if word]
    if not words:
        raise InputError("no measure is named; leave --metrics out for the usual ones")
    return words


def _belongs(measure: Measure, word: str, has_reference: bool, has_art: bool) -> bool:
    if word == "default":
        if not measure.usual:
            return False
        if measure.scope == "set":
            return has_reference or has_art
        return measure.needs_reference or not has_reference or measure.group == "temporal"
    return word == "all" or measure.group == word


def _lack(
    measure: Measure, has_reference: bool, has_extractor: bool, only_sets: bool
) -> str | None:
    if measure.needs_reference and not has_reference:
        or_art = ", or a set with --art" if measure.scope == "set" else ""
        return f"{measure.name} compares with a reference; give one with --reference{or_art}"
    if measure.needs_reference and only_sets and measure.scope != "set":
        return (
            f"{measure.name} compares file by file, and saved statistics hold no files; they serve "
            + ", ".join(m.name for m in MEASURES.values() if m.scope == "set")
        )
    if measure.needs_extractor and not has_extractor:
        return (
            f"{measure.name} is over the features of a network; give one with --extractor FILE.onnx"
        )
    return None


def _unknown(word: str) -> str:
    if word in _ALIASES:
        ours = _ALIASES[word]
        return (
            f"{word} is the name of one network's score; here it is {ours} over the features of "
            f"any network, whose name it gets: --metrics {ours} [--extractor FILE.onnx]"
        )
    known = f"Groups: {', '.join(GROUPS)}, all. Measures: {', '.join(MEASURES)}"
    hint = did_you_mean(near_names(word, [*MEASURES, *GROUPS], most=2), known)
    return f"no measure or group is called {word!r}; {hint}"
