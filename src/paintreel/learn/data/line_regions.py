"""Regions between lines: their flat colours, and the places where a hint says most."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.roughs.regions import Partition

__all__ = ["Region", "flat_colours", "largest_regions"]

_FLAT_ENERGY = 260.0
"""What parts two flats of a painting: thickness in px times squared CIELAB."""
_LEAST_SHARE = 0.0015
_CELL_PX = 2


def flat_colours(picture: Array, lines: Array, *, closed: bool) -> Array:
    """(H, W, 3) uint8: every region in its mean colour.

    picture  (H, W, 3) uint8 RGB
    lines    (H, W) bool: the middles of the lines
    closed   the lines close every region, so that they are the borders; else regions are united by
             colour, and a line only parts what differs
    """
    regions = _between(lines) if closed else _by_colour(picture)
    count = int(regions.max()) + 1
    # The ink itself is no colour of a region, but of one that holds nothing else.
    near = cv2.dilate(lines.astype(np.uint8), np.ones((3, 3), np.uint8))
    weight = np.where(near > 0, 1e-6, 1.0).ravel()
    sizes = np.bincount(regions.ravel(), weight, count)
    sums = [np.bincount(regions.ravel(), picture[..., c].ravel() * weight, count) for c in range(3)]
    means = np.stack(sums, axis=1) / np.maximum(sizes, 1e-6)[:, None]
    flats: Array = np.rint(means).astype(np.uint8)[regions]
    return flats


def _between(lines: Array) -> Array:
    """(H, W) int32 regions; a line belongs to the nearest."""
    _, regions = cv2.connectedComponents((~lines).astype(np.uint8), connectivity=4)
    if not lines.any() or lines.all():
        return np.asarray(regions)
    _, nearest = cv2.distanceTransformWithLabels(
        lines.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_label = np.zeros(int(nearest.max()) + 1, np.int32)
    of_label[nearest[~lines]] = regions[~lines]
    filled: Array = of_label[nearest]
    return filled


def _by_colour(picture: Array) -> Array:
    """(H, W) regions of a painting, united as long as little tells them apart."""
    height, width = picture.shape[:2]
    calm = cv2.medianBlur(picture, 5)
    size = (-(-width // _CELL_PX), -(-height // _CELL_PX))
    small = cv2.resize(calm, size, interpolation=cv2.INTER_AREA)
    parted = Partition(
        np.arange(small.shape[0] * small.shape[1]).reshape(small.shape[:2]),
        rgb_to_lab(small),
        steps=False,
    )
    limit = _FLAT_ENERGY / _CELL_PX
    parted.unite_while_below(parted.energy_per_border, limit)
    regions = parted.labels.reshape(small.shape[:2]).astype(np.int32)
    return cv2.resize(regions, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)


@dataclass(frozen=True)
class Region:
    """A region of one colour.

    area_px   of it
    centre    row and column of the pixel that lies deepest in it
    """

    area_px: int
    centre: tuple[int, int]


def largest_regions(flats: Array, count: int) -> list[Region]:
    """At most `count` connected regions of one colour of (H, W, 3) uint8, the largest first."""
    flat = flats.astype(np.int32)
    colours = (flat[..., 0] << 16) + (flat[..., 1] << 8) + flat[..., 2]
    found = []
    values, sizes = np.unique(colours, return_counts=True)
    least = _LEAST_SHARE * colours.size
    for value in values[np.argsort(-sizes, kind="stable")]:
        mask = (colours == value).astype(np.uint8)
        number, pieces, facts, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        found += [
            (int(facts[i, cv2.CC_STAT_AREA]), pieces == i)
            for i in range(1, number)
            if facts[i, cv2.CC_STAT_AREA] >= least
        ]
    found.sort(key=lambda piece: -piece[0])
    return [_region(area, mask) for area, mask in found[:count]]


def _region(area_px: int, mask: Array) -> Region:
    deep = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(deep.argmax()), deep.shape)
    return Region(area_px, (int(row), int(column)))
