"""Flat colours in the strokes of a brush: what a rough of few colours lacks before it is finished.

Each area of one colour is gone over with strokes along its own longer way, somewhat lighter above
than below; where two areas meet without a line, the strokes of one reach into the other.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.bands import PART_PX, bands_of, enlarged_rows
from paintreel.roughs.bareness import is_flat
from paintreel.roughs.dabs import dab_field
from paintreel.roughs.soft_areas import areas_between_edges

__all__ = ["brushed"]

WORK_PX = 640
"""Longer side at which strokes are laid."""

_LONG = 1.8
_BESIDE = 0.6
_LEAST_AREA = 0.002
_KINDS = (  # length, width, angle, spread, of strokes; how much lighter and darker they are
    ((64, 10, 0, 8), 0.085),  # areas that lie
    ((44, 6, 90, 8), 0.11),  # that stand
    ((46, 9, 58, 12), 0.08),  # that do neither: one slant, as a hand goes
    ((150, 26, 0, 7), 0.045),  # across the upper edge: the sky
)
_SKY = 3
_FALL = 0.09
_STEP, _LEAST_STEP = 1.2, 16.0
_REACH_PX, _NEAT_REACH_PX = 2.2, 0.4
_LEAST_PX = 4
_PARTS_OF_PX = np.float32(32)  # which OpenCV tells apart
_SEED = 23


def brushed(blocks: Array, *, is_loose: bool = True) -> Array:
    """(H, W, 3) uint8: a rough of few colours in strokes; the same every time.

    is_loose  whether its edges may go as the brush goes; else they stay nearly where they are

    Where it is flat an area is all of one colour; else what no edge divides, and its light, which
    may fall as it is, is left alone.
    """
    height, width = blocks.shape[:2]
    size = fit_max_side(width, height, WORK_PX)
    if min(size) < _LEAST_PX:
        return blocks
    scale = max(size) / WORK_PX
    small = cv2.resize(blocks, size, interpolation=cv2.INTER_AREA)
    rng = np.random.default_rng(_SEED)
    fields: list[Array] = []
    for (long, wide, angle, spread), strength in _KINDS:
        field = dab_field(
            rng,
            size,
            length_px=long * scale,
            wide_px=wide * scale,
            angle_deg=angle,
            spread_deg=spread,
        )
        fields.append(strength * field)
    fields[_SKY] = _soft(fields[_SKY], 4 * scale)
    flat = is_flat(blocks)
    kind, down, small_things = _areas(_colours(small) if flat else areas_between_edges(small))
    if not flat:
        down[:] = 0.5
    shade = (np.choose(kind, fields) + _FALL * (0.5 - down)).astype(np.float32)
    # The rim of a stroke runs where its neighbours push it.
    reach = (_REACH_PX if is_loose else _NEAT_REACH_PX) * max(width, height) / WORK_PX
    push = _soft(fields[0] / _KINDS[0][1], 1.8 * scale) * reach
    push *= 1 - _soft(cv2.dilate(small_things, np.ones((5, 5))), 3 * scale)
    out = np.empty_like(blocks)
    for rows in bands_of(height, width):
        pushed = enlarged_rows(push, (width, height), rows)
        moved = _moved(blocks, pushed, rows.start, pad=math.ceil(reach) + 2)
        light = enlarged_rows(shade, (width, height), rows)[..., None]
        # Little in the dark, where all is near black, and little on snow.
        lighter = np.minimum(255 - moved, _STEP * moved + _LEAST_STEP)
        darker = np.minimum(moved, _STEP * (255 - moved) + _LEAST_STEP)
        moved += light * np.where(light > 0, lighter, darker)
        out[rows] = np.rint(moved)
    return out


def _moved(blocks: Array, pushed: Array, top: int, *, pad: int) -> Array:
    """(h, W, 3) float32: the rows of `blocks` from `top` on, taken from so far right and below.

    pushed: (h, W) px, at most `pad` less one. In parts, for OpenCV moves none of 32767 px a side.
    """
    height, width = blocks.shape[:2]
    rows = pushed.shape[0]
    pushed = np.rint(pushed * _PARTS_OF_PX) / _PARTS_OF_PX  # as exact in a part as in the whole
    above = max(0, top - pad)
    out = np.empty((rows, width, 3), np.float32)
    for left in range(0, width, PART_PX):
        right, before = min(width, left + PART_PX), max(0, left - pad)
        source = blocks[above : min(height, top + rows + pad), before : min(width, right + pad)]
        x = np.arange(left - before, right - before, dtype=np.float32) + pushed[:, left:right]
        y = np.arange(top - above, top - above + rows, dtype=np.float32)[:, None]
        y = y + pushed[:, left:right]
        out[:, left:right] = cv2.remap(
            source, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return out


def _soft(field: Array, sigma_px: float) -> Array:
    return np.asarray(cv2.GaussianBlur(np.asarray(field, np.float32), (0, 0), sigma_px))


def _colours(small: Array) -> Array:
    """(h, w) int32: one number for one colour, nearly."""
    keys = (small >> 3).astype(np.int32)
    return np.asarray((keys[..., 0] << 10) | (keys[..., 1] << 5) | keys[..., 2])


def _areas(keys: Array) -> tuple[Array, Array, Array]:
    """((h, w) int place in _KINDS, (h, w) float32 0 at the top of an area to 1 at its foot, (h, w)
    float32 1 where nothing is as large as an area).

    keys: (h, w) int32; connected places of one number are an area, those below 0 of none.
    """
    h, w = keys.shape
    kind = np.full((h, w), 2)
    down = np.full((h, w), 0.5, np.float32)
    left_over = np.ones((h, w), np.float32)
    found, counts = np.unique(keys, return_counts=True)
    for key in found[(counts > _LEAST_AREA * h * w) & (found >= 0)].tolist():
        count, labels, facts, _ = cv2.connectedComponentsWithStats((keys == key).astype(np.uint8))
        pieces = facts[1:].tolist()
        for k in range(1, count):
            left, top, wide, high, area = facts[k].tolist()
            if area < _LEAST_AREA * h * w:
                continue
            box = np.s_[top : top + high, left : left + wide]
            inside = labels[box] == k
            # What a tower cuts in two is one sky: strokes and light go on behind it.
            from_row, across, rows = _whole(pieces[k - 1], pieces)
            kind[box][inside] = _kind_of(from_row, across, rows, w)
            left_over[box][inside] = 0
            fall = (np.arange(top, top + high, dtype=np.float32) - from_row) / max(1, rows - 1)
            down[box] = np.where(inside, fall[:, None], down[box])
    # Edges are a pixel or two wide; what is wider is a thing of its own.
    return kind, down, cv2.morphologyEx(left_over, cv2.MORPH_OPEN, np.ones((3, 3)))


def _whole(piece: list[int], pieces: list[list[int]]) -> tuple[int, int, int]:
    """(first row, width, rows) of an area and of those of its colour that most of its rows cross.

    piece, pieces: (left, top, width, height, pixels) each, the one among the others.
    """
    _, top, _, high, _ = piece
    beside = [piece]
    for other in pieces:
        if min(top + high, other[1] + other[3]) - max(top, other[1]) > _BESIDE * high:
            beside.append(other)
    left, first = min(each[0] for each in beside), min(each[1] for each in beside)
    right, last = (max(each[i] + each[i + 2] for each in beside) for i in (0, 1))
    return first, right - left, last - first


def _kind_of(top: int, wide: int, high: int, width: int) -> int:
    """The place in _KINDS of an area of a picture of that width."""
    if top <= 1 and wide > 0.5 * width:
        return _SKY
    return 0 if wide > _LONG * high else 1 if high > _LONG * wide else 2
