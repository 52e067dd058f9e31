"""Scores of the pictures of one condition in one trial."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.scene_crops import Crop
from paintreel.learn.data.scene_pairs import STANDARD
from paintreel.learn.experiments.scene.conditions import TRUTH, TRUTH_OF_WORDS
from paintreel.learn.experiments.scene.nearness import PanelDistance
from paintreel.metrics.extractors import FeatureExtractor
from paintreel.metrics.fidelity import psnr, ssim
from paintreel.metrics.perceptual import perceptual_distance
from paintreel.metrics.scene import SCENE_MEASURES, scene_measures
from paintreel.metrics.spectrum import radial_spectrum_distance
from paintreel.metrics.table import measure_of
from paintreel.roughs.rough import LEVELS
from paintreel.runtime.catalog import bundled
from paintreel.runtime.extractor import OnnxExtractor

FIDELITY = ("ssim", "psnr", "perceptual")
SETS = ("spectrum", "frechet")
"""Measures of a condition's pictures as a set."""
_TABLE_NAMES = {"spectrum": "radial_spectrum_distance", "frechet": "fd"}
"""What the table of measures calls them, where it is another name."""
MEASURES = (*FIDELITY, *SCENE_MEASURES)


def direction_of(measure: str) -> int:
    """1 where higher is better, -1 where lower is.

    Of what is neither (richness, complexity) the paper holds more to be better, and so its
    claims are tested.
    """
    row = measure_of(_TABLE_NAMES.get(measure, measure))
    return -1 if row.direction == "lower" else 1


def open_extractor(
    path: Path | None = None, *, threads: int | None = None
) -> FeatureExtractor | None:
    """The network behind the perceptual distance: `path`, or the bundled one, or None without it.

    threads: of one picture; None leaves it to the runtime. Raises UnreadableFile for a `path` that
    holds none.
    """
    own = bundled("features")
    if path is None and not own.is_file():
        return None
    return OnnxExtractor(path or own, threads=threads)


def score_pictures(
    name: str,
    paint: Callable[[Crop, str], Array],
    crops: Sequence[Crop],
    extractor: FeatureExtractor | None,
    *,
    development: Sequence[Crop] = (),
    nearness: PanelDistance | None = None,
    has_truth: bool = True,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[dict[str, Any], list[Array]]:
    """(record, pictures at the standard level) of a condition called `name`.

    paint        crop and level of rough to a picture (S, S, 3) uint8
    development  crops that choices may be made by
    nearness     distance of a set of pictures to the panels
    has_truth    whether a crop's painting is what its picture should be; else a picture stands for
                 one of its category, at STANDARD alone

    The record holds `scores` {level: {measure: values in the order of the crops}}, FIDELITY at
    every level, the scene measures at STANDARD; `development` {measure: values}, FIDELITY at
    STANDARD; `spectrum`, dB from the set of paintings; `frechet`, the distance by `nearness`;
    `paint_s`, median seconds for a picture at STANDARD. The painting itself has scene measures and
    the distance alone.
    """
    scores: dict[str, dict[str, list[float]]] = {}
    pictures, times = [], []
    paint(crops[0], STANDARD)  # the first call of a network plans its kernels
    for level in LEVELS if has_truth else (STANDARD,):
        scores[level] = {}
        for crop in crops:
            start_s = clock()
            picture = paint(crop, level)
            if level == STANDARD:
                times.append(clock() - start_s)
                pictures.append(picture)
            compares = has_truth and name != TRUTH
            measures = _fidelity(picture, crop.truth, extractor) if compares else {}
            if level == STANDARD:
                measures |= {k: float(s.value) for k, s in scene_measures(picture).items()}
            for measure, value in measures.items():
                scores[level].setdefault(measure, []).append(_short(value))
    record = {"scores": scores, "paint_s": _short(np.median(times))}
    if name not in (TRUTH, TRUTH_OF_WORDS):
        distance = radial_spectrum_distance(
            pictures, [c.truth for c in crops], bins=min(32, crops[0].truth.shape[0] // 2)
        )
        record["spectrum"] = _short(distance)
        if has_truth:
            record["development"] = _on_development(paint, development, extractor)
    if nearness is not None:
        record["frechet"] = _short(nearness(pictures))
    return record, pictures


def _on_development(
    paint: Callable[[Crop, str], Array],
    crops: Sequence[Crop],
    extractor: FeatureExtractor | None,
) -> dict[str, list[float]]:
    """{measure: values} of FIDELITY at STANDARD."""
    values: dict[str, list[float]] = {}
    for crop in crops:
        for name, value in _fidelity(paint(crop, STANDARD), crop.truth, extractor).items():
            values.setdefault(name, []).append(_short(value))
    return values


def _short(value: float) -> float:
    """Six digits: what a record keeps of a value."""
    return float(f"{value:.6g}")


def _fidelity(picture: Array, truth: Array, extractor: FeatureExtractor | None) -> dict[str, float]:
    picture = np.ascontiguousarray(picture)
    measures = {"ssim": ssim(picture, truth), "psnr": psnr(picture, truth)}
    if extractor is not None:
        measures["perceptual"] = perceptual_distance(picture, truth, extractor)
    return measures
