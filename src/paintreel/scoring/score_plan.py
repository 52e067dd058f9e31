"""What a run will do: which files are scored by which measures, checked before any is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from paintreel.errors import InputError
from paintreel.jobs.find import kind_of
from paintreel.jobs.pair import Item, Pairing, pair_up
from paintreel.metrics.questions import Question, find_question
from paintreel.metrics.selection import asked_by_name, select_measures
from paintreel.metrics.table import Measure
from paintreel.notes import Note
from paintreel.scoring.art import STATISTICS_SUFFIX, ArtSet, check_apart, find_art, load_statistics
from paintreel.scoring.evaluate import Networks, ScoreTask
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.sets import SetSide

__all__ = ["STATISTICS_SUFFIX", "ScoreJob", "ScorePlan", "Side", "plan_scores"]

Side = Literal["pair", "generated", "reference", "art"]


class ScoreJob(NamedTuple):
    """One file for a worker: a pair, or what the measures of sets take of one side alone."""

    item: Item
    side: Side


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """What a run will do, checked before anything is read.

    question    what `--for` asks, `questions.ANY` where it asks nothing
    reference   statistics read from a file, where those are what is compared with
    art         the set that measures of sets compare with, in the place of the reference
    notes       what a reader should know of the run: a device that could not be had
    """

    pairing: Pairing
    measures: tuple[Measure, ...]
    task: ScoreTask
    options: ScoringOptions
    extractor: str | None
    jobs: tuple[ScoreJob, ...]
    question: Question
    reference: SetSide | None = None
    art: ArtSet | None = None
    notes: tuple[Note, ...] = ()

    def result_name(self, measure: Measure) -> str:
        """What results call a measure of this run."""
        return measure.named(self.extractor)


def plan_scores(
    generated: str | PathLike[str],
    reference: str | PathLike[str] | None = None,
    options: ScoringOptions | None = None,
    *,
    gather: bool = False,
    shared_art: ArtSet | None = None,
) -> ScorePlan:
    """Find the files and the measures, and try the networks.

    reference: a file or folder; or an `.npz` file of statistics, which serves measures of sets.
    gather: keep features and spectra of the scored side in `ScoreRun.gathered`, to be saved.
    shared_art: of an earlier plan, which is carried out before this one and reads it.

    Raises what `pair_up`, `find_art`, `find_question` and `select_measures` raise; UnreadableFile
    for a network that is none and statistics that are none; InputError for a Fréchet distance asked
    by name of too few pictures, for statistics of another network, for art that holds what is
    scored or that no measure compares with, and for gathering without a network.
    """
    options = options or ScoringOptions()
    extractor = options.extractor_path
    stored = load_statistics(reference, seed=options.seed)
    art = shared_art or find_art(options.art, seed=options.seed)
    question = find_question(
        options.question,
        has_reference=reference is not None and stored is None,
        has_art=art is not None or stored is not None,
    )
    measures = select_measures(
        options.metrics,
        has_reference=reference is not None,
        has_extractor=extractor is not None,
        only_sets=stored is not None,
        has_art=art is not None,
        question=question,
    )
    _check_art_is_used(art, measures)
    pairing = pair_up(generated, None if stored else reference)
    if art is not None:
        check_apart(art, pairing.items)
    if gather and extractor is None:
        raise InputError("statistics are of the features of a network; give --extractor FILE.onnx")
    task = ScoreTask(
        measures=tuple(m.name for m in measures),
        resize=options.resize,
        extractor=extractor if gather or _any_needs(measures) else None,
        detector=None if options.detector is None else fspath(options.detector),
        segmenter=None if options.segmenter is None else fspath(options.segmenter),
        device=options.device,
        max_pixels=options.max_pixels,
        gather=gather,
    )
    networks = Networks(task)
    if networks.is_on_processor:
        task = replace(task, device="cpu")  # workers need not try what has failed here
    jobs = _jobs(pairing, task, art, reads_art=shared_art is None)
    plan = ScorePlan(
        pairing=pairing,
        measures=measures,
        task=task,
        options=options,
        extractor=networks.extractor_name,
        jobs=jobs,
        question=question,
        reference=stored,
        art=art,
        notes=networks.notes,
    )
    _check_stored(plan, reference)
    return plan if options.allow_biased else _without_biased(plan, networks)


def _any_needs(measures: Sequence[Measure]) -> bool:
    return any(measure.needs_extractor for measure in measures)


def _check_art_is_used(art: ArtSet | None, measures: Sequence[Measure]) -> None:
    if art is not None and not any(measure.scope == "set" for measure in measures):
        raise InputError(
            "--art is compared with by measures of sets, and none is taken; add kd to --metrics, "
            "or leave --art out"
        )


def _check_stored(plan: ScorePlan, reference: str | PathLike[str] | None) -> None:
    """Raise InputError where the statistics are of another network than the one that is used."""
    if not _any_needs(plan.measures):
        return
    sides: list[tuple[SetSide | None, object]] = [(plan.reference, reference)]
    if plan.art is not None and not plan.art.items:
        sides.append((plan.art.side, plan.art.path))
    for side, where in sides:
        if side is None or side.statistics is None or side.statistics.name == plan.extractor:
            continue
        raise InputError(
            f"{where} holds features of {side.statistics.name!r} and this run would extract "
            f"those of {plan.extractor!r}; give the same network with --extractor, or other "
            "--metrics"
        )


def _jobs(
    pairing: Pairing, task: ScoreTask, art: ArtSet | None, *, reads_art: bool
) -> tuple[ScoreJob, ...]:
    jobs = [ScoreJob(item, "pair") for item in pairing.items]
    sets = bool(task.of_scope("set"))
    lone: list[tuple[Side, tuple[Path, ...]]] = []
    if sets or task.gather:
        lone.append(("generated", pairing.only_generated))
    if sets and art is None:
        lone.append(("reference", pairing.only_reference))
    if sets and art is not None and reads_art:
        lone.append(("art", tuple(item.generated for item in art.items)))
    for side, paths in lone:
        jobs += [ScoreJob(Item(path.name, path, None, kind_of(path)), side) for path in paths]
    return tuple(jobs)


def _without_biased(plan: ScorePlan, networks: Networks) -> ScorePlan:
    """The plan without a Fréchet distance that a question brought and that would be refused.

    Raises InputError, before hours are spent, where the distance was asked for by name.
    """
    biased = {m.name for m in plan.measures if m.takes == "statistics"}
    asked = biased & asked_by_name(plan.options.metrics)
    brought = biased & set(plan.question.measures) if plan.options.question else set()
    reason = _too_few(plan, networks) if asked or brought else None
    if reason is None:
        return plan
    if asked:
        raise InputError(reason)
    measures = tuple(m for m in plan.measures if m.name not in brought)
    task = replace(plan.task, measures=tuple(m.name for m in measures))
    return replace(plan, measures=measures, task=task)


def _too_few(plan: ScorePlan, networks: Networks) -> str | None:
    """Why a Fréchet distance would be refused for the number of pictures; None where it is not."""
    if any(job.item.kind == "clip" for job in plan.jobs):
        return None  # who knows how many frames
    assert networks.extractor is not None
    width, height = networks.extractor.size_px or (64, 64)
    dimensions = networks.extractor.vectors(np.zeros((1, 3, height, width), np.float32)).shape[1]
    pairs = len(plan.pairing.items)
    other = pairs + len(plan.pairing.only_reference)
    stored = plan.art.side if plan.art else plan.reference
    if plan.art is not None:
        other = len(plan.art.items)
    if stored is not None and stored.statistics is not None:
        other = stored.statistics.count
    for count, name in (
        (pairs + len(plan.pairing.only_generated), "scored"),
        (other, "art" if plan.art else "reference"),
    ):
        if count < dimensions:
            return (
                f"{plan.extractor} has {dimensions} features and there are {count} {name} "
                "pictures: the Fréchet distance of so few is far too large. Give more pictures, "
                "take kd instead, or pass --allow-biased and compare only sets of this size"
            )
    return None
