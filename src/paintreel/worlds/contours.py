"""Contours of a world from its exact shapes: where one form ends and another begins.

Every opaque shape that is seen is known by its place, so a contour is where two of them meet and
no filter has to find it. Not every shape is a form, though: a crown is hundreds of dabs. Shapes are
therefore united as long as what parts them is thin or faint (the energy that a union adds a pixel
of border, Koepfler 1994, is about thickness times squared contrast), and the ends that mist hides
are no contours at all. The limit rises in steps: what outlasts the highest is drawn at every
detail.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from paintreel.drawing.layers import trim
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.roughs.regions import Partition
from paintreel.worlds.composition import Composition

__all__ = ["CONTOUR_LEVELS", "WorldContours", "contours_of", "forms_seen"]

CONTOUR_LEVELS = 8
"""Steps of detail: a contour of level 8 is always drawn, one of level 1 at full detail alone."""

_ENERGY = (70.0, 2600.0)
"""Least energy of a contour at full detail and at none: thickness in px times squared CIELAB."""
_STEP = (2.0, 4.5)
"""Least step of CIELAB over one pixel of it, likewise; anti-aliasing shares a step among two."""
_AREA_PX = (9.0, 60.0)
"""Least area of what has a contour, likewise: the smallest is a dot of paint."""
_OPAQUE = 128


@dataclass(frozen=True)
class WorldContours:
    """A finished world and where its contours run.

    finished  (H, W, 3) uint8 RGB
    levels    (H, W) uint8: 0 no contour, else 1..CONTOUR_LEVELS, lines of one pixel
    """

    finished: Array
    levels: Array


def forms_seen(scene: Composition) -> Array:
    """(H, W) int32 without the margin: the shape that is seen at each place, 0 the sky.

    scene  of `compose_world(..., traced=True)`
    """
    wide, high = scene.stage.drawn_px
    seen = np.zeros((high, wide), np.int32)
    for layer, shapes in sorted(scene.shapes, key=lambda pair: -pair[0].depth):
        there = (shapes > 0) & (layer.rgba[..., 3] >= _OPAQUE)
        seen[there] = shapes[there] + seen.max()
    return np.ascontiguousarray(trim(seen, scene.stage.margin_px))


def contours_of(scene: Composition) -> WorldContours:
    """The contours of a world that was composed with `traced`.

    Two forms of one colour that nothing parts in the finished picture have none between them.
    """
    stack = scene.stack()
    finished = stack.with_margin((0, 0)).flatten()
    _, forms = np.unique(forms_seen(scene), return_inverse=True)
    forms = forms.reshape(finished.shape[:2])
    parted = Partition(forms, rgb_to_lab(finished), steps=True)
    levels = np.zeros(forms.shape, np.uint8)
    for level in range(1, CONTOUR_LEVELS + 1):
        share = (level - 1) / (CONTOUR_LEVELS - 1)
        least = [low * (high / low) ** share for low, high in (_ENERGY, _STEP, _AREA_PX)]
        parted.unite_while_below(partial(_strength, parted, *least), 1.0)
        levels[_borders(parted.labels.reshape(forms.shape))] = level
    return WorldContours(finished, levels)


def _strength(parted: Partition, energy: float, step: float, area_px: float) -> Array:
    """(E,) of every border, from 1 where it is a contour."""
    smaller = np.minimum(parted.area[parted.first], parted.area[parted.second])
    strengths = (
        parted.energy_per_border() / energy,
        parted.border_contrast() / step,
        smaller / area_px,
    )
    weakest: Array = np.minimum.reduce(strengths)
    return weakest


def _borders(labels: Array) -> Array:
    """(H, W) bool: the pixels whose right or lower neighbour is of another region."""
    at = np.zeros(labels.shape, bool)
    at[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    at[:-1] |= labels[:-1] != labels[1:]
    return at
