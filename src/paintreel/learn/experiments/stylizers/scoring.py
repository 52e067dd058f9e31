"""Measures of one stylizer on the held-out photographs, portraits and clips.

By picture:

    judge      share of its crops that the judge takes for art
    gini, residual   how abstract: concentration of edges, texture that is left
    edges, shapes    content: contours, and coarse contours, that are the photograph's
    neutral, neutral_p90, skin, hue   colour shift: of greys, of skin (people alone), of hues

By clip, each kept as (its error, that of its source): `flicker` of what holds still and `warping`
along the motion. Figures divide their means: a clip that hardly moves has a ratio of any size. No
clip is steadied. Of the whole set: `frechet`, distance of the judge's features to the held-out
panels, and `spectrum`, that of the mean radial spectra in dB.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.stylizers.material import PORTRAIT, AskedMaterial
from paintreel.learn.release.judge import PictureJudge, feature_statistics
from paintreel.learn.trainers.style_measures import style_measures
from paintreel.metrics.abstraction import shape_correlation
from paintreel.metrics.distribution import frechet_distance
from paintreel.metrics.spectrum import mean_spectra_distance, radial_spectrum
from paintreel.metrics.temporal import temporal_stability

Paint = Callable[[Array], Array]
"""(H, W, 3) uint8 to the same."""

HIGHER = ("judge", "gini", "edges", "shapes")
"""Measures of which more is better."""

PICTURE_MEASURES = (
    *("judge", "gini", "residual", "edges", "shapes"),
    *("neutral", "neutral_p90", "skin", "hue"),
)
CLIP_MEASURES = ("flicker", "warping")
SET_MEASURES = ("frechet", "spectrum")


def direction_of(measure: str) -> int:
    """1 where more is better, -1 where less is."""
    return 1 if measure in HIGHER else -1


class StyleScorer:
    """Measures conditions on the same pictures; the art is looked at once."""

    def __init__(self, material: AskedMaterial) -> None:
        self.material = material
        self.judge = PictureJudge()
        self.panel_features = self._of_each(material.panels)
        self._panels = feature_statistics(np.concatenate(self.panel_features))
        self._spectrum = _mean_spectrum(material.panels)

    @property
    def art(self) -> Array:
        """(panels, D) mean features of the crops of each panel."""
        return np.stack([rows.mean(axis=0) for rows in self.panel_features])

    def _of_each(self, pictures: Any) -> list[Array]:
        return [self.judge.crops([picture])[1] for picture in pictures]

    def measure(self, paint: Paint) -> tuple[dict[str, Any], Array, dict[str, Array]]:
        """(record, features (photographs, D), {photograph: painting}) of a stylizer."""
        scores: dict[str, dict[str, float]] = {name: {} for name in PICTURE_MEASURES}
        features, crops, spectra, paintings = [], [], [], {}
        for name, photograph in self.material.photographs.items():
            painted = np.ascontiguousarray(paint(photograph))
            paintings[name] = painted
            probability, rows = self.judge.crops([painted])
            features.append(rows.mean(axis=0))
            crops.append(rows)
            spectra.append(radial_spectrum(painted))
            found = style_measures(painted, photograph)
            if name not in self.material.portraits:
                del found["skin"]  # wood and sand have its colours
            found |= {
                "judge": float((probability > 0.5).mean()),
                "shapes": shape_correlation(painted, photograph),
            }
            for measure, value in found.items():
                if not math.isnan(value):
                    scores[measure][name] = _short(value)
        sets = {
            "frechet": frechet_distance(
                feature_statistics(np.concatenate(crops)), self._panels, allow_biased=True
            ),
            "spectrum": mean_spectra_distance(np.mean(spectra, axis=0), self._spectrum),
        }
        record = {
            "scores": {name: values for name, values in scores.items() if values},
            "sets": {name: _short(float(value)) for name, value in sets.items()},
            "clips": self._of_clips(paint),
        }
        return record, np.stack(features), paintings

    def _of_clips(self, paint: Paint) -> dict[str, dict[str, list[float]]]:
        """{measure: {clip: [its error, that of its source]}}."""
        found: dict[str, dict[str, list[float]]] = {name: {} for name in CLIP_MEASURES}
        for name, frames in self.material.clips.items():
            painted = [np.ascontiguousarray(paint(frame)) for frame in frames]
            warping, shimmer = temporal_stability(painted, frames)
            for measure, *pair in (
                ("flicker", shimmer.energy, shimmer.source_energy),
                ("warping", warping.error, warping.source_error),
            ):
                known = [_short(value) for value in pair if value is not None]
                if len(known) == len(pair) and all(map(math.isfinite, known)):
                    found[measure][name] = known
        return found


def _mean_spectrum(pictures: Any) -> Array:
    mean: Array = np.mean([radial_spectrum(picture) for picture in pictures], axis=0)
    return mean


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def file_mb(path: Path) -> float:
    """Size of a model file in millions of bytes."""
    return round(path.stat().st_size / 1e6, 3)


__all__ = [
    "CLIP_MEASURES",
    "HIGHER",
    "PICTURE_MEASURES",
    "PORTRAIT",
    "SET_MEASURES",
    "StyleScorer",
    "direction_of",
    "file_mb",
]
