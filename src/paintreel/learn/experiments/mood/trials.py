"""Run the trials of the mood experiment: each holds out another part of the episodes.

OUT/experiment.json, OUT/trials/  see `experiments.records`
OUT/pictures.json                 the rated panels: file, episode, votes, majority
OUT/compute.json                  precision and threads of all trainings, measured once
OUT/statistics.npz, bundled.npz   what the frozen networks say: of no use afterwards
OUT/work/                         runs under way
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.classified import PAINTED_PANEL, Examples, series_of
from paintreel.learn.data.folders import PictureFolder, scan
from paintreel.learn.data.labelled import UNKNOWN
from paintreel.learn.data.mood_labels import read_votes
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
from paintreel.learn.experiments.classifying.training import train_and_ask, workload_of
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.mood.conditions import (
    BUNDLED,
    COLOURS,
    EFFICIENTNET,
    IMAGENET,
    POOLED,
    RECIPE,
    STATISTICS,
    is_network,
)
from paintreel.learn.experiments.mood.settings import MoodSettings
from paintreel.learn.experiments.trials import RunTrial, shared_compute, trial_seed
from paintreel.learn.models.efficientnet import load_efficientnet
from paintreel.learn.models.rescaled_efficientnet import EfficientNetClassifier
from paintreel.learn.models.resnet import ResNet50, load_resnet50
from paintreel.learn.trainers.classifier_heads import folds_of
from paintreel.learn.trainers.picture_classifier import PictureClassifierTrainer
from paintreel.learn.trainers.training_run import refuse_inside
from paintreel.runtime.catalog import find_model
from paintreel.runtime.emotions import MOODS

MOOD = "mood"
PARTS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    COLOURS: (("colours",), False),
    POOLED: (("pooled",), False),
    STATISTICS: (("late",), False),
    RECIPE: (("late", "colours"), True),
}
"""{condition: (parts of the statistics, whether altered copies are learnt from)}."""


def run_mood(
    experiment: PictureExperiment,
    *,
    art: Path,
    out: Path,
    command: Sequence[str],
    weights: Path | None = None,
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run every trial that is not there yet; one under way goes on from its checkpoint.

    art      panels with `ratings.tsv`
    out      folder of the results; the others as in `learn.experiments.scene.trials`
    weights  of ResNet-50 by torchvision, for the conditions that start from them

    Raises DataError for unusable art, InputError where weights are wanted and not given,
    UnreadableFile where they are others, MissingExtra where those of EfficientNet-Lite0 are
    wanted and not there, and what `run_classifying` raises.
    """
    needing = [c.name for c in experiment.conditions if c.group == IMAGENET]
    if needing and weights is None:
        raise InputError(
            f"{needing[0]} starts from ImageNet's weights; give torchvision's file of ResNet-50 "
            "with --weights, or leave these out with --systems"
        )
    refuse_inside(out, (art,))
    folder = scan(art, what="--art")
    asked, examples = rated_panels(folder, experiment.trials)
    if needing and weights is not None:
        load_resnet50(weights, classes=len(MOODS))  # before anything is trained

    def prepare(wanted: Sequence[Condition], group: ProcessGroup) -> RunTrial:
        asked.save(out)
        return _MoodTrials(experiment, asked, examples, wanted, out, weights, group).run

    run_classifying(
        experiment,
        prepare,
        data=f"{folder.root.name} {folder.hash()[:16]}",
        out=out,
        command=command,
        resume=resume,
        on_trial=on_trial,
        say=say,
    )


def rated_panels(folder: PictureFolder, folds: int) -> tuple[AskedPictures, Examples]:
    """The panels that somebody rated. Raises DataError for fewer episodes than folds."""
    votes = read_votes(folder.root)
    paths = [path for path in folder.paths if path.as_posix() in votes]
    episodes = tuple(series_of(path) for path in paths)
    if len(set(episodes)) < folds:
        raise DataError(
            f"{folder.root} has rated panels of {len(set(episodes))} episodes; {folds} folds of "
            "whole episodes need as many, give fewer --trials"
        )
    counts = np.array([votes[path.as_posix()] for path in paths], float)
    shares = counts / counts.sum(axis=1, keepdims=True)
    truth = np.where(shares.max(axis=1) > 0.5, shares.argmax(axis=1), UNKNOWN)
    nothing = np.full(len(paths), UNKNOWN)
    examples = Examples(
        tuple(folder.root / path for path in paths),
        (PAINTED_PANEL,),
        np.zeros(len(paths), int),
        shares,
        nothing,
        episodes,
    )
    files = tuple(path.as_posix() for path in paths)
    return AskedPictures(MOODS, files, episodes, truth, counts), examples


class _MoodTrials:
    """What all trials share, made where a condition needs it; `run` is one of them."""

    def __init__(
        self,
        experiment: PictureExperiment,
        asked: AskedPictures,
        examples: Examples,
        wanted: Sequence[Condition],
        out: Path,
        weights: Path | None,
        group: ProcessGroup,
    ) -> None:
        self.experiment, self.asked, self.examples = experiment, asked, examples
        self.weights, self.group = weights, group
        s: MoodSettings = experiment.settings
        self.settings = s
        rng = np.random.default_rng([experiment.seed, 21])
        self.fold = folds_of(examples.sources, experiment.trials, rng)
        names = {condition.name for condition in wanted}
        self.probe = PROBES[s.preset]
        self.frozen: Frozen | None = None
        if names & PARTS.keys():
            self.frozen = frozen_of(examples, self.probe, out, copies=1)
        self.bundled: Array | None = None
        if BUNDLED in names:
            self.bundled = bundled_shares(MOOD, examples, out)
        self.pictures: dict[int, TaughtPictures] = {}
        if any(is_network(condition) for condition in wanted):
            self.compute = self._measured(out)

    def _measured(self, out: Path) -> ComputeChoice:
        s = self.settings
        network = ResNet50(classes=len(MOODS), width=s.width, rescaled=16)
        size = s.scratch.plan(squeezes=True).size_px
        workload = workload_of(network, batch=s.scratch.batch, size_px=size)
        return shared_compute(out, workload, self.group)

    def run(self, condition: Condition, trial: int, work: Path) -> Mapping[str, Any]:
        """The record of one condition, on the panels of one fold."""
        if condition.name == BUNDLED:
            assert self.bundled is not None, "asked for before"
            unseen = self._unseen()
            return answers_record(unseen.tolist(), self.bundled[unseen])
        held, learnt = (
            np.flatnonzero((self.fold == trial) == is_held) for is_held in (True, False)
        )
        if is_network(condition):
            shares, facts = self._trained(condition, trial, learnt, held, work)
            return answers_record(held.tolist(), shares, **facts)
        assert self.frozen is not None, "asked for before"
        parts, with_copies = PARTS[condition.name]
        shares = self.frozen.head_shares(
            [self.frozen.parts[part] for part in parts],
            self.examples.moods,
            self.asked.truth,
            self.examples.sources,
            learnt=learnt,
            asked=held,
            settings=self.probe,
            with_copies=with_copies,
        )
        return answers_record(held.tolist(), shares)

    def _trained(
        self, condition: Condition, trial: int, learnt: Array, held: Array, work: Path
    ) -> tuple[Array, dict[str, Any]]:
        s = apply(self.settings, condition.changes, f"condition {condition.name}")
        seed = trial_seed(self.experiment.seed, trial)
        pictures = self._loaded(s.learning.max_side_px)
        with seeded(seed, self.group):
            network = self._network(s)
        trainer = PictureClassifierTrainer(
            network,
            s.learning,
            seed=seed,
            train=pictures.only(learnt),
            held_out=pictures.only(held),
            squeezes=True,
            group=self.group,
        )
        shares, facts = train_and_ask(
            trainer,
            [pictures.pictures[i] for i in held],
            work=work,
            budget=self.experiment.budget,
            group=self.group,
            compute=self.compute,
        )
        if s.start == IMAGENET and self.weights is not None:
            facts["weights"] = hashlib.sha256(self.weights.read_bytes()).hexdigest()[:16]
        return shares, facts

    def _loaded(self, max_side_px: int) -> TaughtPictures:
        if max_side_px not in self.pictures:
            self.pictures[max_side_px] = load_taught(
                self.examples, self.examples.moods, max_side_px=max_side_px
            )
        return self.pictures[max_side_px]

    def _network(self, s: MoodSettings) -> nn.Module:
        if s.start == EFFICIENTNET:
            return EfficientNetClassifier(
                load_efficientnet(),
                classes=len(MOODS),
                rescaled=s.rescaled,
                reduction=s.reduction,
            )
        if s.start == IMAGENET:
            assert self.weights is not None, "asked for before"
            return load_resnet50(
                self.weights, classes=len(MOODS), rescaled=s.rescaled, reduction=s.reduction
            )
        return ResNet50(
            classes=len(MOODS), width=s.width, rescaled=s.rescaled, reduction=s.reduction
        )

    def _unseen(self) -> Array:
        """Panels that the shipped head has not learnt from, by its card."""
        globs = find_model(MOOD).card.training.get("settings", {}).get("held_out", ())
        names = [Path(file).name for file in self.asked.files]
        return np.flatnonzero([any(fnmatch(name, glob) for glob in globs) for name in names])
