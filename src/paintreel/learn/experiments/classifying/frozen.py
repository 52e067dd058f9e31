"""Rows that train no network: logistic regression on what a frozen one says, and bundled heads.

What EfficientNet-Lite0 and the bundled classifiers say of the pictures is asked once, and kept in
OUT for a run that goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import read_picture
from paintreel.learn.data.classified import Examples
from paintreel.learn.models.classifiers import Statistics
from paintreel.learn.models.efficientnet import load_efficientnet
from paintreel.learn.trainers.classifier_heads import (
    choose_penalty,
    fit_heads,
    folds_of,
    scores_of,
    shares_of,
)
from paintreel.learn.trainers.classifier_settings import ClassifierSettings
from paintreel.learn.trainers.classifiers import statistics_reader, survey
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.classifiers import Classifier

STATISTICS_NAME, BUNDLED_NAME = "statistics.npz", "bundled.npz"
PROBES = {
    "light": ClassifierSettings(folds=3),
    "tiny": ClassifierSettings(
        taps=("block1", "block5", "block8"),
        mood_from="block5",
        distance_taps=("block1",),
        feature_taps=("block1",),
        penalties=(1e-3, 1e-2),
        folds=2,
    ),
}
"""How heads are fitted: as the bundled ones are, on fewer folds."""


@dataclass(frozen=True)
class Frozen:
    """What EfficientNet-Lite0 says of pictures.

    statistics  (N, D) of each; copies: (M, D) of altered ones, copy_of: (M,) of which
    parts       {name of a part of the statistics: where it lies}
    """

    statistics: Array
    copies: Array
    copy_of: Array
    parts: Mapping[str, slice]

    def head_shares(
        self,
        parts: Sequence[slice],
        targets: Array,
        truth: Array,
        sources: Sequence[str],
        *,
        learnt: Array,
        asked: Array,
        settings: ClassifierSettings,
        with_copies: bool = False,
    ) -> Array:
        """(len(asked), C) probabilities by a logistic regression on parts of the statistics.

        Its penalty is chosen by folds of whole sources of the `learnt` (numbers of pictures).
        """
        place = np.full(len(self.statistics), -1)
        place[learnt] = np.arange(len(learnt))
        taken = np.flatnonzero(place[self.copy_of] >= 0) if with_copies else np.array([], int)
        extra, extra_of = self.copies[taken], place[self.copy_of[taken]]
        x, wanted = self.statistics[learnt], targets[learnt]
        rng = np.random.default_rng(settings.seed)
        folds = folds_of([sources[i] for i in learnt], settings.folds, rng)
        penalty, _scores = choose_penalty(
            *(x, wanted, truth[learnt], folds, extra, extra_of),
            penalties=settings.penalties,
            balance=settings.balance,
            parts=parts,
        )
        (head,) = fit_heads(
            np.concatenate([x, extra]),
            np.concatenate([wanted, wanted[extra_of]]),
            penalties=[penalty],
            balance=settings.balance,
            parts=parts,
        )
        return shares_of(scores_of(head, self.statistics[asked]))


def frozen_of(
    examples: Examples, settings: ClassifierSettings, out: Path, *, copies: int
) -> Frozen:
    """The statistics of the examples, from `out` where they are there already.

    parts: each tap, `colours`, `maps` (all taps), `late` (those that tell the mood) and `pooled`
    (means of the last tap). Raises MissingExtra without the weights of ImageNet.
    """
    statistics = Statistics(load_efficientnet(), settings.taps)
    path = out / STATISTICS_NAME

    def make() -> dict[str, Array]:
        look = statistics_reader(statistics, out / "work" / "statistics.onnx")
        found = survey(
            look, examples, settings, copies=copies, size=statistics.size, what="pictures"
        )
        return {
            "statistics": found.statistics,
            "copies": found.copies,
            "copy_of": found.copy_of,
        }

    arrays = _kept(path, make)
    taps, mapped = statistics.places, statistics.mapped
    last = taps[statistics.taps[-1]]
    parts = {
        **taps,
        "colours": slice(mapped, statistics.size),
        "maps": slice(0, mapped),
        "late": slice(taps[settings.mood_from].start, mapped),
        "pooled": slice(last.start, (last.start + last.stop) // 2),
    }
    return Frozen(arrays["statistics"], arrays["copies"], arrays["copy_of"], parts)


def bundled_shares(name: str, examples: Examples, out: Path) -> Array:
    """(N, K) probabilities by the bundled model, from `out` where they are there already."""

    def make() -> dict[str, Array]:
        model = Classifier(name, backend="onnxruntime", threads=1)  # openvino compiles each shape
        rows = []
        for file in examples.files:
            pixels = rgb8_on_white(read_picture(file).pixels)
            found = model.classify(pixels, keep_map=False)
            rows.append([found.probabilities[label] for label in model.labels])
        return {"shares": np.array(rows).reshape(len(examples), len(model.labels))}

    return _kept(out / BUNDLED_NAME, make)["shares"]


def _kept(path: Path, make: Callable[[], dict[str, Array]]) -> dict[str, Array]:
    """Arrays of a file, made first where it is not there."""
    if not path.exists():
        arrays = make()
        with atomic_path(path, overwrite=True) as beside, beside.open("wb") as file:
            # numpy's stubs take the names of arrays for its own options.
            np.savez(file, **arrays)  # type: ignore[arg-type]
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
