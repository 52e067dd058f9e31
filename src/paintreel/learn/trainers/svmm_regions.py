"""Regions of training roughs beside what the painting has there, and their element classes.

The paper (Liu and Zhao 2025) names "the traditional machine learning model that makes use of
support vector machine" and says no more. Here the regions are clustered by the texture that the
painting has in them; `svmm_classifier` then learns to name the cluster from the rough alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import luma
from paintreel.learn.data.scene_pairs import Panel, View, blocks_of
from paintreel.roughs.region_classifier import region_features
from paintreel.roughs.rough import Rough
from paintreel.roughs.superpixels import Superpixels, find_superpixels
from paintreel.worlds.categories import LABELS

TEXTURE_PX = (1.0, 2.0, 4.0)
DESCRIPTORS = len(TEXTURE_PX) + 5
_SMALLEST_PX = 96


@dataclass(frozen=True)
class RoughSample:
    """A rough beside its painting; pixels are decoded where they are asked for.

    panel: number of the panel it is of.  area: (R,) pixels of its regions.  features: (R, F), the
    category among them.  texture: (R, DESCRIPTORS) of the painting there.
    """

    panel: int
    view: View
    level: str
    area: Array
    features: Array
    texture: Array

    def look(self) -> tuple[Rough, Superpixels]:
        """The rough, and its regions."""
        rough = self.view.rough(self.level)
        return rough, find_superpixels(blocks_of(rough))


def survey(panel: Panel, number: int, levels: Sequence[str]) -> list[RoughSample]:
    """Every view of a panel, each at one of the levels in turn."""
    samples = []
    for turn, view in enumerate(panel.views, number):
        level = levels[turn % len(levels)]
        rough = view.rough(level)
        regions = find_superpixels(blocks_of(rough))
        area = np.bincount(regions.labels.ravel(), minlength=regions.count)
        features = region_features(regions, rough, panel.label, LABELS)
        texture = _texture(view.truth, blocks_of(rough), regions)
        samples.append(RoughSample(number, view, level, area, features, texture))
    return samples


def _texture(truth: Array, blocks: Array, regions: Superpixels) -> Array:
    """(R, DESCRIPTORS) of the painting in each region, free of its colour.

    Logarithm of the energy of each band of what the block-in leaves out, of its shading, how
    one-sided it is (dark or light dabs), and how far and which way its strokes run.
    """
    labels, count = regions.labels.ravel(), regions.count
    area = np.bincount(labels, minlength=count)

    def mean(values: Array) -> Array:
        return np.bincount(labels, values.ravel(), count) / area

    left = luma(truth).astype(np.float32) / 255 - luma(blocks).astype(np.float32) / 255
    softer = [left, *(cv2.GaussianBlur(left, (0, 0), s) for s in TEXTURE_PX)]
    bands = [a - b for a, b in pairwise(softer)] + [softer[-1]]
    energy = [mean(band**2) for band in bands]
    fine = softer[0] - softer[-1]
    skew = mean(fine**3) / (mean(fine**2) + 1e-5) ** 1.5
    dx, dy = (cv2.Sobel(softer[1], cv2.CV_32F, *d, ksize=3) for d in ((1, 0), (0, 1)))
    xx, yy, xy = mean(dx * dx), mean(dy * dy), mean(dx * dy)
    total = xx + yy + 1e-4
    columns = [
        *(np.log(e + 1e-5) / 2 for e in energy),
        np.clip(skew, -3, 3) / 2,
        (xx - yy) / total,
        2 * xy / total,
        np.hypot(xx - yy, 2 * xy) / total,
    ]
    return np.stack(columns[:DESCRIPTORS], axis=1).astype(np.float32)


def cluster(samples: Sequence[RoughSample], *, classes: int, seed: int) -> list[Array]:
    """Element class of every region, one array (R,) a rough; -1 for regions too small to tell.

    Raises DataError where there are fewer regions than classes.
    """
    large = [s.area >= _SMALLEST_PX for s in samples]
    texture = np.concatenate([s.texture[keep] for s, keep in zip(samples, large, strict=True)])
    if len(texture) < classes:
        raise DataError(
            f"the art gives {len(texture)} regions, too few for {classes} classes; "
            "give more pictures or fewer classes"
        )
    mean, spread = texture.mean(0), texture.std(0) + 1e-6
    points = ((texture - mean) / spread).astype(np.float32)
    cv2.setRNGSeed(seed)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 60, 1e-4)
    _error, _labels, centres = cv2.kmeans(
        points,
        classes,
        None,  # type: ignore[call-overload]  # the stubs want labels to start from
        stop,
        3,
        cv2.KMEANS_PP_CENTERS,
    )
    # In the order of their liveliness, so that a class means the same in every run's log.
    centres = centres[np.argsort((centres * spread + mean)[:, : len(TEXTURE_PX)].sum(1))]
    elements = []
    for s, keep in zip(samples, large, strict=True):
        far = np.square((s.texture - mean) / spread - centres[:, None]).sum(-1)
        elements.append(np.where(keep, far.argmin(0), -1))
    return elements
