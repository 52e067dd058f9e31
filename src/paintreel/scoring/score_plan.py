"""What a run will do: which files are scored by which measures, checked before any is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from paintreel.errors import InputError
from paintreel.jobs.find import kind_of
from paintreel.jobs.pair import Item, Pairing, pair_up
from paintreel.metrics.selection import asked_by_name, select_measures
from paintreel.metrics.table import Measure
from paintreel.scoring.evaluate import Networks, ScoreTask
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.sets import SetSide

__all__ = ["STATISTICS_SUFFIX", "ScoreJob", "ScorePlan", "Side", "plan_scores"]

STATISTICS_SUFFIX = ".npz"
"""Of saved statistics, which may stand for a reference."""

Side = Literal["pair", "generated", "reference"]


class ScoreJob(NamedTuple):
    """One file for a worker: a pair, or what the measures of sets take of one side alone."""

    item: Item
    side: Side


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """What a run will do, checked before anything is read.

    reference   statistics read from a file, where those are what is compared with
    """

    pairing: Pairing
    measures: tuple[Measure, ...]
    task: ScoreTask
    options: ScoringOptions
    extractor: str | None
    jobs: tuple[ScoreJob, ...]
    reference: SetSide | None = None

    def result_name(self, measure: Measure) -> str:
        """What results call a measure of this run."""
        return measure.named(self.extractor)


def plan_scores(
    generated: str | PathLike[str],
    reference: str | PathLike[str] | None = None,
    options: ScoringOptions | None = None,
    *,
    gather: bool = False,
) -> ScorePlan:
    """Find the files and the measures, and try the networks.

    reference: a file or folder; or an `.npz` file of statistics, which serves measures of sets.
    gather: keep features and spectra of the scored side in `ScoreRun.gathered`, to be saved.

    Raises what `pair_up` and `select_measures` raise; UnreadableFile for a network that is none
    and statistics that are none; InputError for a Fréchet distance asked by name of too few
    pictures, for statistics of another network, and for gathering without a network.
    """
    options = options or ScoringOptions()
    extractor = options.extractor_path
    stored = _stored(reference, options)
    measures = select_measures(
        options.metrics,
        has_reference=reference is not None,
        has_extractor=extractor is not None,
        only_sets=stored is not None,
    )
    pairing = pair_up(generated, None if stored else reference)
    if gather and extractor is None:
        raise InputError("statistics are of the features of a network; give --extractor FILE.onnx")
    task = ScoreTask(
        measures=tuple(m.name for m in measures),
        resize=options.resize,
        extractor=extractor if gather or _any_needs(measures) else None,
        detector=None if options.detector is None else fspath(options.detector),
        max_pixels=options.max_pixels,
        gather=gather,
    )
    networks = Networks(task)
    jobs = _jobs(pairing, task)
    plan = ScorePlan(pairing, measures, task, options, networks.extractor_name, jobs, stored)
    _check_stored(plan, reference)
    asked = asked_by_name(options.metrics)
    biased = any(m.takes == "statistics" and m.name in asked for m in measures)
    if biased and not options.allow_biased:
        _refuse_too_few(plan, networks)
    return plan


def _any_needs(measures: Sequence[Measure]) -> bool:
    return any(measure.needs_extractor for measure in measures)


def _stored(reference: str | PathLike[str] | None, options: ScoringOptions) -> SetSide | None:
    """The statistics that `reference` names, None where it names something else."""
    if reference is None or Path(reference).suffix.lower() != STATISTICS_SUFFIX:
        return None
    return SetSide.load(reference, rng=np.random.default_rng(options.seed))


def _check_stored(plan: ScorePlan, reference: str | PathLike[str] | None) -> None:
    """Raise InputError where the statistics are of another network than the one that is used."""
    if plan.reference is None or not _any_needs(plan.measures):
        return
    assert plan.reference.statistics is not None
    name = plan.reference.statistics.name
    if name != plan.extractor:
        raise InputError(
            f"{reference} holds features of {name!r} and this run would extract those of "
            f"{plan.extractor!r}; give the same network with --extractor, or other --metrics"
        )


def _jobs(pairing: Pairing, task: ScoreTask) -> tuple[ScoreJob, ...]:
    jobs = [ScoreJob(item, "pair") for item in pairing.items]
    sets = bool(task.of_scope("set"))
    lone: list[tuple[Side, tuple[Path, ...]]] = []
    if sets or task.gather:
        lone.append(("generated", pairing.only_generated))
    if sets:
        lone.append(("reference", pairing.only_reference))
    for side, paths in lone:
        jobs += [ScoreJob(Item(path.name, path, None, kind_of(path)), side) for path in paths]
    return tuple(jobs)


def _refuse_too_few(plan: ScorePlan, networks: Networks) -> None:
    """Raise before hours are spent on a distance that would be refused."""
    if any(job.item.kind == "clip" for job in plan.jobs):
        return  # who knows how many frames
    assert networks.extractor is not None
    width, height = networks.extractor.size_px or (64, 64)
    dimensions = networks.extractor.vectors(np.zeros((1, 3, height, width), np.float32)).shape[1]
    pairs = len(plan.pairing.items)
    other = pairs + len(plan.pairing.only_reference)
    if plan.reference is not None and plan.reference.statistics is not None:
        other = plan.reference.statistics.count
    for count, name in (
        (pairs + len(plan.pairing.only_generated), "scored"),
        (other, "reference"),
    ):
        if count < dimensions:
            raise InputError(
                f"{plan.extractor} has {dimensions} features and there are {count} {name} "
                "pictures: the Fréchet distance of so few is far too large. Give more pictures, "
                "take kd instead, or pass --allow-biased and compare only sets of this size"
            )
