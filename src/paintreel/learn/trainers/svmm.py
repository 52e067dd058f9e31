"""SVMM: a support vector machine picks what each region of a rough is made of (seed 000, baseline).

The paper names "the traditional machine learning model that makes use of support vector machine"
[10] and says no more. Here: the regions of training roughs are clustered by the texture that the
painting has there; a support vector machine learns to tell the cluster, the element class, from
the rough alone; each class keeps a library of painted patches and how its regions are underpainted.

    survey            regions of all roughs: features of the rough, texture of the painting
    cluster           textures to element classes (k-means)
    svmm_machine.py   features to class: the support vector machine
    svmm_library.py   how each class is underpainted, and its patches
    run_svmm.py       all of it, into a model file with its card

No torch: numpy and OpenCV do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import luma
from paintreel.learn.data.scene_labels import LABELS, one_hot
from paintreel.learn.data.scene_pairs import Panel, View
from paintreel.roughs.rough import LEVELS, Rough
from paintreel.roughs.superpixels import Superpixels, describe_regions, find_superpixels

TEXTURE_PX = (1.0, 2.0, 4.0)
DESCRIPTORS = len(TEXTURE_PX) + 5
_SMALLEST_PX = 96


@dataclass(frozen=True)
class SVMMSettings:
    """Everything a recipe may set.

    classes: of elements.  patches: in the library, of side_px with overlap_px.
    fourier: random features that stand for the Gaussian kernel.  width: of that kernel, in
    standard deviations of the features.  regularisation, steps, batch: of Pegasos.
    texture: how much of the painting's detail the patches bring back, 1 for as lively a picture.
    levels: of the roughs learnt from.  scales_px: short sides the panels are shrunk to.
    Raises InputError for values that no run can use.
    """

    seed: int = 0
    classes: int = 16
    patches: int = 4000
    side_px: int = 32
    overlap_px: int = 8
    fourier: int = 512
    width: float = 5.0
    regularisation: float = 1e-4
    steps: int = 6000
    batch: int = 64
    texture: float = 0.5
    levels: tuple[str, ...] = ("coarse", "standard", "fine")
    scales_px: tuple[int, ...] = (256, 384, 560)
    max_art: int = 3000
    held_out_art: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks = {
            "seed is 0 or more": self.seed >= 0,
            "classes is 2 to 64": 2 <= self.classes <= 64,
            "patches is 8 for each class, or more": self.patches >= 8 * self.classes,
            "side_px is a multiple of 8": self.side_px >= 8 and self.side_px % 8 == 0,
            "overlap_px is 1 to half of side_px": 0 < 2 * self.overlap_px <= self.side_px,
            "fourier, steps, batch and max_art are 1 or more": (
                min(self.fourier, self.steps, self.batch, self.max_art) >= 1
            ),
            "width and regularisation are above 0": min(self.width, self.regularisation) > 0,
            "texture is 0 to 1": 0 <= self.texture <= 1,
            f"levels are of {', '.join(LEVELS)}": (
                bool(self.levels) and set(self.levels) <= set(LEVELS)
            ),
            "scales_px are side_px or more": min(self.scales_px, default=0) >= self.side_px,
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"these settings cannot be trained with: {'; '.join(wrong)} must hold")


@dataclass(frozen=True)
class Seen:
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
        rough = self.view.rough(self.level)
        return rough, find_superpixels(rough.blocks)


def survey(panel: Panel, number: int, levels: Sequence[str]) -> list[Seen]:
    """Every view of a panel, each at one of the levels in turn."""
    found = []
    for turn, view in enumerate(panel.views, number):
        level = levels[turn % len(levels)]
        rough = view.rough(level)
        regions = find_superpixels(rough.blocks)
        area = np.bincount(regions.labels.ravel(), minlength=regions.count)
        features = region_features(regions, rough, panel.label)
        texture = _texture(view.truth, rough.blocks, regions)
        found.append(Seen(number, view, level, area, features, texture))
    return found


def region_features(regions: Superpixels, rough: Rough, label: str | None) -> Array:
    """(R, len(FEATURES) + len(LABELS)): what the machine sees of each region."""
    told = np.broadcast_to(one_hot(label), (regions.count, len(LABELS)))
    return np.concatenate([describe_regions(regions, rough), told], axis=1)


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


def cluster(seen: Sequence[Seen], settings: SVMMSettings) -> list[Array]:
    """Element class of every region, one array (R,) a rough; -1 for regions too small to tell."""
    large = [s.area >= _SMALLEST_PX for s in seen]
    texture = np.concatenate([s.texture[keep] for s, keep in zip(seen, large, strict=True)])
    if len(texture) < settings.classes:
        raise DataError(
            f"the art gives {len(texture)} regions, too few for {settings.classes} classes; "
            "give more pictures or fewer classes"
        )
    mean, spread = texture.mean(0), texture.std(0) + 1e-6
    points = ((texture - mean) / spread).astype(np.float32)
    cv2.setRNGSeed(settings.seed)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 60, 1e-4)
    _error, _labels, centres = cv2.kmeans(
        points, settings.classes, None, stop, 3, cv2.KMEANS_PP_CENTERS
    )
    # In the order of their liveliness, so that a class means the same in every run's log.
    centres = centres[np.argsort((centres * spread + mean)[:, : len(TEXTURE_PX)].sum(1))]
    classes = []
    for s, keep in zip(seen, large, strict=True):
        far = np.square((s.texture - mean) / spread - centres[:, None]).sum(-1)
        classes.append(np.where(keep, far.argmin(0), -1))
    return classes
