"""Several systems on the same pictures: paired tests, effect sizes, intervals, ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from os import PathLike
from typing import Any

import numpy as np

from paintreel.compare.comparison_plan import plan_comparison
from paintreel.compare.units import common_units, unit_names
from paintreel.compare.verdict import Tested, decide
from paintreel.imaging.arrays import Array
from paintreel.metrics.measure import Direction
from paintreel.metrics.nearness import nearer_test
from paintreel.metrics.questions import ANY, Question
from paintreel.metrics.table import measure_of
from paintreel.scoring.evaluate import FileScores
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.results import measure_facts
from paintreel.scoring.score_run import ScoreRun, score_plan
from paintreel.scoring.verdict import Verdict
from paintreel.stats import mean_ranks
from paintreel.stats.contrasts import Contrast, corrected, paired_contrast
from paintreel.stats.summary import Summary, summarise

__all__ = [
    "Comparison",
    "ScoredSystem",
    "compare",
    "compare_systems",
    "units_of",
]


@dataclass(frozen=True, slots=True)
class ScoredSystem:
    """A system that has been scored: trial name -> run; "" for the one of a flat folder."""

    name: str
    runs: Mapping[str, ScoreRun]


@dataclass(slots=True)
class Comparison:
    """What a comparison shows.

    question   what was asked, `questions.ANY` where nothing was
    verdict    the answer
    unit       "picture", "clip", "file" or "trial": what the tests run over
    systems    names, in the order given
    summary    measure -> system -> figures, over the units that all systems have
    columns    measure -> system -> the values behind `summary`, one a unit
    ranks      measure -> system -> rank of the mean, 1 the best; measures with a direction only
    overall    system -> mean of its ranks, best first; empty where a question is asked, since its
               verdict weighs no measure against another
    contrasts  every pair of systems by every measure
    left_out   units that not all systems have
    notes      what a reader should know
    scored     the systems with all their scores
    """

    unit: str
    systems: list[str]
    question: Question = ANY
    verdict: Verdict = field(default_factory=lambda: Verdict("", ""))
    columns: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    summary: dict[str, dict[str, Summary]] = field(default_factory=dict)
    ranks: dict[str, dict[str, float]] = field(default_factory=dict)
    overall: dict[str, float] = field(default_factory=dict)
    contrasts: list[Contrast] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    scored: Sequence[ScoredSystem] = ()

    def direction(self, metric: str) -> Direction:
        """Which way is better of a name in results, for the question."""
        return self.question.direction(measure_of(metric))

    def sign(self, metric: str) -> int:
        """1 where higher is better, -1 where lower is, 0 where neither."""
        return {"higher": 1, "lower": -1}.get(self.direction(metric), 0)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; what is infinite (constant differences) becomes null."""
        return {
            "verdict": self.verdict.as_dict(),
            "measures": measure_facts(self.summary, self.question),
            "unit": self.unit,
            "systems": self.systems,
            "summary": {
                metric: {system: figures.as_dict() for system, figures in row.items()}
                for metric, row in self.summary.items()
            },
            "ranks": self.ranks,
            "overall": self.overall,
            "contrasts": [contrast.as_dict() for contrast in self.contrasts],
            "left_out": self.left_out,
            "notes": self.notes,
        }


def compare(
    systems: Sequence[str | PathLike[str]],
    reference: str | PathLike[str] | None = None,
    options: ScoringOptions | None = None,
    *,
    trials: bool = False,
) -> Comparison:
    """Score two or more systems, each a folder of results, test and rank them.

    Arguments as `plan_comparison`. Raises what `plan_comparison` and `compare_systems` raise.
    """
    options = options or ScoringOptions()
    scored = [
        ScoredSystem(plan.name, {trial: score_plan(run) for trial, run in plan.runs.items()})
        for plan in plan_comparison(systems, reference, options, trials=trials)
    ]
    return compare_systems(scored, seed=options.seed, resamples=options.resamples)


def compare_systems(
    systems: Sequence[ScoredSystem], *, seed: int = 0, resamples: int = 2000
) -> Comparison:
    """Test every pair of systems by every measure, and rank them.

    The unit is the file, paired by name, or the trial where there are several (its score is the
    mean over its files; measures of sets count too). Only units that every system has a score
    of enter, so that all are judged on the same. Two-tailed paired t-tests, Holm's correction
    over all of them, d_z, and BCa bootstrap intervals of the mean difference; for the kernel
    distance a paired randomisation test over pictures. The verdict follows from these tests.

    Raises DataError when the systems have no unit in common.
    """
    by_trial = any(trial for system in systems for trial in system.runs)
    tables = _trial_scores(systems) if by_trial else _file_scores(systems)
    names = [system.name for system in systems]
    unit = "trial" if by_trial else _unit(systems)
    question = next(iter(systems[0].runs.values())).plan.question
    comparison = Comparison(unit, names, question, scored=tuple(systems))
    shared, comparison.left_out = common_units(names, tables, kind=f"scored {comparison.unit}")
    common = set(shared)
    for metric in _metrics(systems):
        units = [u for u in sorted(common) if all(metric in table[u] for table in tables)]
        if 0 < len(units) < len(common):
            comparison.notes.append(
                f"{metric}: {len(common) - len(units)} {comparison.unit}s left out, as not every "
                "system has a finite value there"
            )
        columns = {
            name: np.array([table[unit][metric] for unit in units])
            for name, table in zip(names, tables, strict=True)
        }
        _judge(comparison, metric, columns, seed, resamples)
    if not by_trial:
        _add_sets(comparison, systems, common, seed, resamples)
    _in_order(comparison, systems)
    comparison.contrasts = corrected(comparison.contrasts, comparison.sign)
    if comparison.ranks and question is ANY:
        means = {s: float(np.mean([row[s] for row in comparison.ranks.values()])) for s in names}
        comparison.overall = dict(sorted(means.items(), key=lambda entry: entry[1]))
    _say_notes(comparison, common)
    tests = [Tested(c.metric, c.first, c.second, c.winner, c.p_holm) for c in comparison.contrasts]
    comparison.verdict = decide(
        question, names, comparison.summary, comparison.columns, tests, n=len(common), unit=unit
    )
    return comparison


def units_of(run: ScoreRun) -> dict[str, FileScores]:
    """What a run scored, by `unit_names`."""
    names = unit_names([outcome.item for outcome in run.outcomes])
    return dict(zip(names, run.outcomes, strict=True))


def _file_scores(systems: Sequence[ScoredSystem]) -> list[dict[str, dict[str, float]]]:
    """For each system: file -> its scores."""
    return [
        {unit: o.scores for run in system.runs.values() for unit, o in units_of(run).items()}
        for system in systems
    ]


def _trial_scores(systems: Sequence[ScoredSystem]) -> list[dict[str, dict[str, float]]]:
    """For each system: trial -> the mean of each measure over the files that this trial has in
    every system, and its measures of sets."""
    tables: list[dict[str, dict[str, float]]] = [{} for _ in systems]
    for trial in {trial for system in systems for trial in system.runs}:
        runs = [system.runs.get(trial) for system in systems]
        files = [units_of(run) for run in runs if run is not None]
        common = sorted(set.intersection(*map(set, files)))
        for table, run in zip(tables, runs, strict=True):
            if run is not None and common:
                table[trial] = _means(run, common, files)
    return tables


def _means(
    run: ScoreRun, common: Sequence[str], files: Sequence[Mapping[str, FileScores]]
) -> dict[str, float]:
    own = units_of(run)
    means = {name: summary.mean for name, summary in run.sets.items() if summary.mean is not None}
    for name in run.names:
        units = [u for u in common if all(name in outcomes[u].scores for outcomes in files)]
        if units:
            means[name] = float(np.mean([own[unit].scores[name] for unit in units]))
    return means


def _unit(systems: Sequence[ScoredSystem]) -> str:
    kinds = {o.item.kind for s in systems for run in s.runs.values() for o in run.outcomes}
    return kinds.pop() if len(kinds) == 1 else "file"


def _metrics(systems: Sequence[ScoredSystem]) -> list[str]:
    run = next(iter(systems[0].runs.values()))
    return [run.plan.result_name(measure) for measure in run.plan.measures]


def _judge(
    comparison: Comparison,
    metric: str,
    columns: Mapping[str, Array],
    seed: int,
    resamples: int,
) -> None:
    """Figures, ranks and contrasts of one measure, into `comparison`."""
    n = len(next(iter(columns.values())))
    if n == 0:
        return
    rng = np.random.default_rng(seed)
    figures = {s: summarise(c.tolist(), rng=rng, resamples=resamples) for s, c in columns.items()}
    comparison.summary[metric] = figures
    comparison.columns[metric] = {s: c.tolist() for s, c in columns.items()}
    _rank(comparison, metric)
    for first, second in combinations(columns, 2):
        both = columns[first], columns[second]
        comparison.contrasts.append(
            paired_contrast(metric, first, second, both, rng=rng, resamples=resamples)
        )


def _rank(comparison: Comparison, metric: str) -> None:
    direction = comparison.direction(metric)
    row = comparison.summary[metric]
    means = {s: figures.mean for s, figures in row.items() if figures.mean is not None}
    if direction == "none" or len(means) < len(row):
        return
    sign = -1.0 if direction == "higher" else 1.0
    ranks = mean_ranks([sign * mean for mean in means.values()])
    comparison.ranks[metric] = dict(zip(means, ranks.tolist(), strict=True))


def _add_sets(
    comparison: Comparison,
    systems: Sequence[ScoredSystem],
    common: set[str],
    seed: int,
    resamples: int,
) -> None:
    """Measures of sets have one figure a system: ranked, and the kernel distance of pictures is
    tested, by exchanging the two results of a picture."""
    runs = {system.name: next(iter(system.runs.values())) for system in systems}
    for metric in _metrics(systems):
        figures = {name: run.sets[metric] for name, run in runs.items() if metric in run.sets}
        if len(figures) < len(runs):
            continue
        comparison.summary[metric] = figures
        _rank(comparison, metric)
        if measure_of(metric).takes == "vectors" and comparison.unit == "picture":
            _test_nearness(comparison, metric, runs, sorted(common), seed, resamples)


def _test_nearness(
    comparison: Comparison,
    metric: str,
    runs: Mapping[str, ScoreRun],
    units: Sequence[str],
    seed: int,
    resamples: int,
) -> None:
    other = next(iter(runs.values())).other
    vectors = {name: _vectors(run, units) for name, run in runs.items()}
    if other is None or not len(other.vectors) or len(units) < 2:
        return
    rng = np.random.default_rng(seed)
    for first, second in combinations(runs, 2):
        test = nearer_test(
            vectors[first], vectors[second], other.vectors, rng=rng, resamples=resamples
        )
        comparison.contrasts.append(
            Contrast(
                metric, first, second, test.n, test.difference, (test.low, test.high),
                p_value=test.p_value,
            )
        )  # fmt: skip


def _vectors(run: ScoreRun, units: Sequence[str]) -> Array:
    """(n, D): the features of the results, in the order of the units."""
    own = units_of(run)
    rows = [own[unit].vector for unit in units]
    return np.stack([row for row in rows if row is not None])


def _in_order(comparison: Comparison, systems: Sequence[ScoredSystem]) -> None:
    """Figures, ranks and tests in the order of the measures of the run."""
    order = _metrics(systems)
    comparison.summary = {m: comparison.summary[m] for m in order if m in comparison.summary}
    comparison.ranks = {m: comparison.ranks[m] for m in order if m in comparison.ranks}
    comparison.contrasts.sort(key=lambda contrast: order.index(contrast.metric))


def _say_notes(comparison: Comparison, common: set[str]) -> None:
    tests = sum(c.p_value is not None for c in comparison.contrasts)
    unit, notes = comparison.unit, comparison.notes
    notes.append(
        f"{len(common)} {unit}s that all systems have; {tests} paired two-tailed tests (Student's "
        "t; of the kernel distance by exchanging results), p corrected over all of them (Holm), "
        "intervals by bootstrap"
    )
    if len(common) < 2:
        notes.append("no test: a paired test needs at least two units")
    if comparison.left_out:
        notes.append(f"{len(comparison.left_out)} {unit}s are not in every system")
