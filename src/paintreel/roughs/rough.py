"""Rough of a picture: flat colour block-in and line sketch, as an artist starts a background.

The block-in unites pixels into regions, cheapest border first (piecewise constant Mumford-Shah
energy for each pixel of border, Koepfler 1994), of a slightly blurred picture, and rounds the
regions off as a brush would. So no gradient and no texture of the picture is left, neither in the
colours, one a region, nor in the shapes. Regions by the energy alone (Ward 1963) follow every
pixel of texture and would stand 2 dB nearer to the picture; they are no block-in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.roughs.lines import draw_lines
from paintreel.roughs.regions import Partition

WORK_PX = 1024
"""Longer side at which regions are found: more pixels hold no more of a composition."""

_AREA_PX = 256 * 256
_BLUR_PX = 1.0
_ROUND_PX = 1.5
_BAND_PX, _LEAST_BAND_ROWS = 1 << 21, 128


@dataclass(frozen=True, slots=True)
class Level:
    """How much a rough says: flat regions for 256 x 256 pixels, and whether lines are drawn."""

    regions: int
    lines: bool


LEVELS = {
    "coarse": Level(24, lines=False),
    "standard": Level(64, lines=True),
    "fine": Level(256, lines=True),
}

ROUGHS_VERSION = 1
"""Raised when `make_roughs` gives others of the same picture, so that kept ones are remade."""


@dataclass(frozen=True, slots=True)
class Rough:
    """blocks: (H, W, 3) uint8 RGB or None; lines: (H, W) uint8, 0 ink on 255 paper, or None."""

    blocks: Array | None
    lines: Array | None


def make_rough(picture: Array, level: str = "standard") -> Rough:
    """Rough of an (H, W, 3) uint8 RGB picture; raises InputError for an unknown level.

    The number of regions grows with the area, up to WORK_PX, and is at least 2.
    """
    return make_roughs(picture, [level])[level]


def make_roughs(picture: Array, levels: Iterable[str] = LEVELS) -> dict[str, Rough]:
    """{level: rough} of one picture; the coarser block-ins unite regions of the finer."""
    levels = list(levels)
    for level in levels:
        if level not in LEVELS:
            raise InputError(f"level is {level!r}, expected one of {', '.join(LEVELS)}")
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise InputError(
            f"picture is {picture.dtype} {picture.shape}, expected uint8 (H, W, 3) in RGB"
        )
    small = _shrunk(picture)
    count, soft = small.shape[0] * small.shape[1], cv2.GaussianBlur(small, (0, 0), _BLUR_PX)
    partition = Partition(np.arange(count).reshape(small.shape[:2]), soft, steps=False)
    lines = draw_lines(picture) if any(LEVELS[level].lines for level in levels) else None
    roughs = {}
    for level in sorted(levels, key=lambda name: -LEVELS[name].regions):
        regions = max(2, LEVELS[level].regions * count // _AREA_PX)
        partition.unite_until(partition.energy_per_border, regions)
        labels = _rounded(partition.labels.reshape(small.shape[:2]))
        blocks = _fill(labels, picture)
        roughs[level] = Rough(blocks, lines if LEVELS[level].lines else None)
    return roughs


def _shrunk(picture: Array) -> Array:
    height, width = picture.shape[:2]
    scale = WORK_PX / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _rounded(labels: Array, sigma_px: float = _ROUND_PX) -> Array:
    """Give every pixel to the region that has most weight around it; small ones may vanish.

    labels: (H, W). The weight is a Gaussian's.
    """
    height, width = labels.shape
    margin = int(3 * sigma_px + 1)
    best = np.zeros(labels.shape, np.float32)
    out = np.zeros(labels.shape, np.int32)
    for label, (rows, columns) in _boxes(labels):
        top, left = max(0, rows.start - margin), max(0, columns.start - margin)
        box = (
            slice(top, min(height, rows.stop + margin)),
            slice(left, min(width, columns.stop + margin)),
        )
        weight = cv2.GaussianBlur((labels[box] == label).astype(np.float32), (0, 0), sigma_px)
        wins = weight > best[box]
        best[box][wins] = weight[wins]
        out[box][wins] = label
    return out


def _boxes(labels: Array) -> Iterator[tuple[int, tuple[slice, slice]]]:
    """Every label that occurs, with the (rows, columns) that hold it."""
    count = int(labels.max()) + 1
    spans = []
    for lines in (labels, np.ascontiguousarray(labels.T)):
        low, high = np.full(count, len(lines)), np.full(count, -1)
        for place, line in enumerate(lines):  # plain assignment: the last one wins
            high[line] = place
            low[lines[-1 - place]] = len(lines) - 1 - place
        spans.append([slice(int(a), int(b) + 1) for a, b in zip(low, high, strict=True)])
    for label, box in enumerate(zip(*spans, strict=True)):
        if box[0].stop > 0:
            yield label, box


def _fill(labels: Array, picture: Array) -> Array:
    """The picture with every region in its mean colour; labels (h, w) are of its size or smaller.

    In bands of rows: sums of a whole picture would take ten times its memory.
    """
    height, width = picture.shape[:2]
    count = int(labels.max()) + 1
    large = np.empty((height, width), np.uint16 if count <= 1 << 16 else np.int32)
    area, sums = np.zeros(count), np.zeros((count, 3))
    rows = max(_LEAST_BAND_ROWS, _BAND_PX // width)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        band = _at_size(labels, (height, width), top, bottom)
        large[top:bottom] = band
        flat = band.ravel()
        area += np.bincount(flat, minlength=count)
        for channel in range(3):
            values = picture[top:bottom, :, channel].ravel()
            sums[:, channel] += np.bincount(flat, values, count)
    colours = (sums / np.maximum(area, 1)[:, None] + 0.5).astype(np.uint8)
    blocks = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, rows):
        blocks[top : top + rows] = colours[large[top : top + rows]]
    return blocks


def _at_size(labels: Array, size: tuple[int, int], top: int, bottom: int) -> Array:
    """Rows top to bottom of the labels at size (height, width); enlarged borders are smooth."""
    height, width = size
    if labels.shape == size:
        return labels[top:bottom]
    sigma_px = 0.8 * max(height, width) / WORK_PX
    margin = int(3 * sigma_px + 1)
    first, last = max(0, top - margin), min(height, bottom + margin)
    y = np.arange(first, last) * labels.shape[0] // height
    x = np.arange(width) * labels.shape[1] // width
    enlarged = labels[y][:, x]
    return _rounded(enlarged, sigma_px)[top - first : bottom - first]
