"""Run the trials of the DSKE experiment.

OUT/experiment.json, OUT/trials/  see `experiments.records`
OUT/pictures.json                 the held-out pictures: file, source, medium
OUT/compute.json                  precision and threads of all trainings, measured once
OUT/statistics.npz, bundled.npz   what the frozen networks say: of no use afterwards
OUT/work/                         runs under way
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.classified import Examples, gather
from paintreel.learn.data.labelled import LabelledFolder, find_labelled
from paintreel.learn.data.taught import TaughtPictures, load_taught
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.parts import seeded
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.classifying.experiment import PictureExperiment, run_classifying
from paintreel.learn.experiments.classifying.frozen import (
    PROBES,
    Frozen,
    bundled_shares,
    frozen_of,
)
from paintreel.learn.experiments.classifying.results import AskedPictures, answers_record
from paintreel.learn.experiments.classifying.training import (
    map_facts,
    train_and_ask,
    workload_of,
)
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.dske.conditions import (
    BUNDLED,
    COLOURS,
    DISTILLED,
    FULL,
    STATISTICS,
    is_network,
)
from paintreel.learn.experiments.dske.settings import DSKESettings
from paintreel.learn.experiments.trials import RunTrial, shared_compute, trial_seed
from paintreel.learn.models.dske import DSKEClassifier
from paintreel.learn.trainers.picture_classifier import Guide, PictureClassifierTrainer
from paintreel.learn.trainers.training_run import refuse_inside
from paintreel.runtime.catalog import find_model

TEACHER = "medium"
_HELD_SHARE = 0.25
_MAP_PAIRS = 24
_LAST_MAPS = "stages.2"


@dataclass(frozen=True)
class MediumSplit:
    """known: to learn from; unseen: to be asked about; no source is in both where it can be."""

    known: Examples
    unseen: Examples


def run_dske(
    experiment: PictureExperiment,
    *,
    art: Path,
    photos: Path,
    styles: Path,
    out: Path,
    command: Sequence[str],
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run every trial that is not there yet; one under way goes on from its checkpoint.

    art, photos, styles  panels with `ratings.tsv`, photographs, a folder a medium
    out                  folder of the results; the others as in `learn.experiments.scene.trials`

    Raises DataError for unusable folders, MissingExtra where EfficientNet-Lite0's weights are
    wanted and not there, and what `run_classifying` raises.
    """
    folder, _none = find_labelled(art, photos, styles)
    refuse_inside(out, (art, photos, styles))
    split = split_by_source(folder, art, experiment)
    asked = _asked(split.unseen)

    def prepare(wanted: Sequence[Condition], group: ProcessGroup) -> RunTrial:
        asked.save(out)
        return _MediumTrials(experiment, split, wanted, out, group).run

    run_classifying(
        experiment,
        prepare,
        data=", ".join(
            f"{medium} {pictures.hash()[:8]}"
            for medium, pictures in zip(folder.media, folder.folders, strict=True)
        ),
        out=out,
        command=command,
        resume=resume,
        on_trial=on_trial,
        say=say,
    )


def split_by_source(
    folder: LabelledFolder, art: Path, experiment: PictureExperiment
) -> MediumSplit:
    """What is learnt from and what is asked about.

    Of a medium of which the globs hold out nothing, whole sources are held out at random, a
    quarter of its pictures or more. Raises DataError for a medium of which nothing can be.
    """
    s: DSKESettings = experiment.settings
    examples = gather(folder, art)
    roots = {f.root for f in folder.folders}
    held = np.array([_is_held(file, roots, experiment.held_out) for file in examples.files])
    rng = np.random.default_rng([experiment.seed, 11])
    for number, medium in enumerate(examples.media):
        own = np.flatnonzero(examples.medium == number)
        if not held[own].any():
            sources = np.array([examples.sources[i] for i in own])
            names, sizes = np.unique(sources, return_counts=True)
            order = rng.permutation(len(names))
            before = np.cumsum(sizes[order]) - sizes[order]
            held[own] = np.isin(sources, names[order][before < _HELD_SHARE * len(own)])
        if held[own].all():
            raise DataError(
                f"every picture of {medium} is held out, or all are of one source; give it more "
                "books, suits or series, named so that their names differ before the number"
            )
    draw = np.random.default_rng([experiment.seed, 12])
    return MediumSplit(
        examples.only(np.flatnonzero(~held)).drawn(s.most, draw),
        examples.only(np.flatnonzero(held)).drawn(s.most_held_out, draw),
    )


def _is_held(file: Path, roots: set[Path], globs: Sequence[str]) -> bool:
    """By a glob on the path below its folder, or on its name."""
    below = next(file.relative_to(root) for root in roots if file.is_relative_to(root))
    return any(fnmatch(below.as_posix(), g) or fnmatch(file.name, g) for g in globs)


def _asked(unseen: Examples) -> AskedPictures:
    return AskedPictures(
        unseen.media,
        tuple(f"{file.parent.name}/{file.name}" for file in unseen.files),
        unseen.sources,
        unseen.medium,
        _one_hot(unseen),
    )


def _one_hot(examples: Examples) -> Array:
    hot: Array = np.eye(len(examples.media))[examples.medium]
    return hot


class _MediumTrials:
    """What all trials share, made where a condition needs it; `run` is one of them."""

    def __init__(
        self,
        experiment: PictureExperiment,
        split: MediumSplit,
        wanted: Sequence[Condition],
        out: Path,
        group: ProcessGroup,
    ) -> None:
        self.experiment, self.split, self.group = experiment, split, group
        s: DSKESettings = experiment.settings
        self.settings = s
        known, unseen = split.known, split.unseen
        self.everything = known.joined(unseen)
        self.learnt = np.arange(len(known))
        self.unseen = np.arange(len(known), len(self.everything))
        names = {condition.name for condition in wanted}
        self.probe = PROBES[s.preset]
        self.frozen: Frozen | None = None
        if names & {STATISTICS, COLOURS}:
            self.frozen = frozen_of(self.everything, self.probe, out, copies=0)
        self.bundled: Array | None = None
        if names & {BUNDLED, DISTILLED} or s.teacher_weight:
            self.bundled = bundled_shares(TEACHER, self.everything, out)
        self.train: TaughtPictures | None = None
        if any(is_network(condition) for condition in wanted):
            side = s.learning.max_side_px
            self.train = load_taught(known, _one_hot(known), max_side_px=side)
            self.held = load_taught(unseen, _one_hot(unseen), max_side_px=side)
            self.compute = self._measured(out)

    def _measured(self, out: Path) -> ComputeChoice:
        s, side = self.settings, self.settings.learning.crop_px
        network = DSKEClassifier(s.network(), classes=len(self.split.known.media))
        workload = workload_of(network, batch=s.learning.batch, size_px=(side, side))
        return shared_compute(out, workload, self.group)

    def run(self, condition: Condition, trial: int, work: Path) -> Mapping[str, Any]:
        """The record of one condition."""
        numbers = range(len(self.unseen))
        if condition.system == BUNDLED:
            return answers_record(numbers, self._widened()[self.unseen], **self._seen_facts())
        if is_network(condition):
            shares, facts = self._trained(condition, trial, work)
            return answers_record(numbers, shares, **facts)
        assert self.frozen is not None, "asked for before"
        part = "maps" if condition.system == STATISTICS else "colours"
        taps = self.probe.taps if part == "maps" else (part,)
        shares = self.frozen.head_shares(
            [self.frozen.parts[tap] for tap in taps],
            _one_hot(self.everything),
            self.everything.medium,
            self.everything.sources,
            learnt=self.learnt,
            asked=self.unseen,
            settings=self.probe,
        )
        return answers_record(numbers, shares)

    def _trained(
        self, condition: Condition, trial: int, work: Path
    ) -> tuple[Array, dict[str, Any]]:
        s = apply(self.settings, condition.changes, f"condition {condition.name}")
        seed = trial_seed(self.experiment.seed, trial)
        media = self.split.known.media
        assert self.train is not None, "loaded before"
        with seeded(seed, self.group):
            network = DSKEClassifier(s.network(), classes=len(media))
        trainer = PictureClassifierTrainer(
            network,
            s.learning,
            seed=seed,
            train=self.train,
            held_out=self.held,
            squeezes=False,
            group=self.group,
            guide=self._guide(s),
        )
        shares, facts = train_and_ask(
            trainer,
            self.held.pictures,
            work=work,
            budget=self.experiment.budget,
            group=self.group,
            compute=self.compute,
        )
        if trial == 0 and condition.name in (FULL, DISTILLED):
            right = np.flatnonzero(shares.argmax(axis=1) == self.split.unseen.medium)
            facts |= map_facts(
                trainer.average.module,
                _LAST_MAPS,
                [self.held.pictures[i] for i in right.tolist()],
                self.split.unseen.medium[right].tolist(),
                pairs=_MAP_PAIRS,
                seed=seed,
            )
        return shares, facts

    def _guide(self, s: DSKESettings) -> Guide | None:
        """What the shipped head says of pictures of the media that it knows."""
        if not s.teacher_weight:
            return None
        shares = self._widened()[self.learnt]
        known = np.isin(self.split.known.medium, np.flatnonzero(shares.any(axis=0)))
        return Guide(shares * known[:, None], s.teacher_weight, s.temperature)

    def _widened(self) -> Array:
        """(N, C) the shipped head's probabilities, nought for media that it does not know."""
        assert self.bundled is not None, "asked for before"
        labels = find_model(TEACHER).card.contract.heads[TEACHER]
        wide = np.zeros((len(self.bundled), len(self.everything.media)))
        for column, label in enumerate(labels):
            if label in self.everything.media:
                wide[:, self.everything.media.index(label)] = self.bundled[:, column]
        return wide

    def _seen_facts(self) -> dict[str, Any]:
        """How many of the held-out pictures the shipped head has learnt from, by its card."""
        training = find_model(TEACHER).card.training
        globs = training.get("settings", {}).get("held_out", ())
        labels = find_model(TEACHER).card.contract.heads[TEACHER]
        count = 0
        for file, medium in zip(self.split.unseen.files, self.split.unseen.medium, strict=True):
            names = (f"{file.parent.name}/{file.name}", file.name)
            is_held = any(fnmatch(name, g) for name in names for g in globs)
            count += self.split.unseen.media[medium] in labels and not is_held
        return {"seen_before": count}
