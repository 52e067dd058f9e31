"""A pencil drawing as clean lines: paper, shadows, smudges and blue pencil go, strokes become one.

What is ink `read_drawn_lines` says. Broad pale patches are smudges. Strokes that lie side by side,
with slivers of paper between them, are one line of the width of them all; its middle is smoothed,
and drawn anew with a pen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.drawn_lines import read_drawn_lines
from paintreel.roughs.flow_lines import line_width_px
from paintreel.roughs.gaps import bridges
from paintreel.roughs.strokes import Stroke, draw_strokes, smoothed, trace_strokes
from paintreel.roughs.thinning import thinned

__all__ = ["CleanLines", "clean_drawing"]

_SIDE_PX = 2000
"""Longer side at which lines are sought: scans of more show the grain of the paper."""

_PENCIL = 70  # coverage of the softened drawing that is a line
_SOLID = 180  # coverage of what is black on purpose
_SOLID_WIDTHS = 3.0  # and widths of a line that it is broad
_MERGING = (3.2, 0.6)  # widths of a line within which strokes are one, at detail 0 and 1
_SHORTEST = (9.0, 2.5)  # widths of a line below which a stroke alone is a scrap
_SPUR_WIDTHS = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class CleanLines:
    """coverage: (H, W) uint8; strokes: those that were drawn, bridges among them, None where there
    are solid blacks too; how many gaps were bridged."""

    coverage: Array
    strokes: list[Stroke] | None
    bridged: int


def clean_drawing(
    pixels: Array, *, weight: float = 0.5, detail: float = 0.5, gap_px: float = 0.0
) -> CleanLines:
    """The lines of a drawing in pencil or ink, drawn anew in one width.

    pixels  a picture in any layout and dtype of `imaging.arrays`
    weight  0 hairlines to 1 bold lines, as of `flow_lines.line_width_px`
    detail  0: strokes that lie near each other are one, short ones go; 1: nearly all stay
    gap_px  the widest gap that is bridged, in pixels of the picture
    """
    height, width = pixels.shape[:2]
    ink = read_drawn_lines(pixels, leave_out_colour=True).coverage
    scale = min(1.0, _SIDE_PX / max(height, width))
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    wide_px = _usual_width(ink)
    mask = _one_line(_without_smudges(ink, wide_px), wide_px, detail)
    traced = trace_strokes(mask, spur_widths=_SPUR_WIDTHS)
    shortest_px = wide_px * (_SHORTEST[0] + (_SHORTEST[1] - _SHORTEST[0]) * detail)
    strokes = [
        smoothed(stroke, 1.2 * wide_px) for stroke in _long_enough(traced, shortest_px, mask.shape)
    ]
    found = bridges(mask, strokes, gap_px * scale) if gap_px > 0 else []
    strokes = [_enlarged(stroke, 1 / scale) for stroke in [*strokes, *found]]
    pen_px = line_width_px(weight, height, width)
    coverage = draw_strokes(strokes, (height, width), pen_px)
    solids = _solids(ink, wide_px)
    if not solids.any():
        return CleanLines(coverage, strokes, len(found))
    solids = cv2.resize(solids, (width, height), interpolation=cv2.INTER_LINEAR)
    return CleanLines(np.maximum(coverage, solids), None, len(found))


def _solids(ink: Array, wide_px: float) -> Array:
    """(H, W) uint8: coverage of what is black on purpose, an eye or a night sky."""
    side = round(_SOLID_WIDTHS * wide_px / 2) * 2 + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    core = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel) > _SOLID
    # Opening has rounded the corners; what is black and touches comes back.
    near = cv2.dilate(core.astype(np.uint8), kernel[::2, ::2]) > 0
    mask = (near & (ink > _SOLID)).astype(np.uint8) * 255
    return cv2.GaussianBlur(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3))), (0, 0), 0.7)


def _usual_width(ink: Array) -> float:
    """Median width of the lines in pixels, at least 1."""
    mask = ink > 127
    middle = thinned(mask)
    if not middle.any():
        return 1.0
    radius = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    return max(1.0, float(np.median(2 * radius[middle] - 1)))


def _without_smudges(ink: Array, wide_px: float) -> Array:
    """The ink less what is broad and pale; solid blacks stay."""
    side = int(3 * wide_px) * 2 + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    broad = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
    left: Array = np.where(broad > _SOLID, ink, cv2.subtract(ink, broad))
    return left


def _one_line(ink: Array, wide_px: float, detail: float) -> Array:
    """(H, W) uint8, 0 or 255: strokes side by side are one, their rims smooth."""
    soft = cv2.GaussianBlur(ink, (0, 0), max(0.8, 0.4 * wide_px))
    mask: Array = (soft > _PENCIL).astype(np.uint8)
    reach_px = wide_px * (_MERGING[0] + (_MERGING[1] - _MERGING[0]) * detail)
    side = round(reach_px / 2) * 2 + 1
    if side > 1:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    mask = _without_slivers(mask, reach_px)
    smooth: Array = cv2.GaussianBlur(mask * 255, (0, 0), max(0.8, 0.35 * wide_px))
    return np.where(smooth > 127, np.uint8(255), np.uint8(0))


def _without_slivers(mask: Array, reach_px: float) -> Array:
    """Paper that is nowhere wider than the reach, between strokes of one line, becomes ink."""
    count, labelled = cv2.connectedComponents(1 - mask, connectivity=4)
    rooms: Array = np.asarray(labelled)
    radius = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5)
    widest = np.zeros(count, np.float32)
    np.maximum.at(widest, rooms.ravel(), radius.ravel())
    narrow = widest < 0.75 * reach_px
    narrow[0] = True  # the ink itself
    filled: Array = narrow[rooms].astype(np.uint8)
    return filled


def _long_enough(strokes: list[Stroke], shortest_px: float, shape: tuple[int, ...]) -> list[Stroke]:
    """Strokes but for short ones that touch no other."""
    owners = np.zeros(shape, np.uint8)
    for stroke in strokes:
        points = np.floor(stroke.points).astype(np.int32)
        one = np.zeros_like(owners[_box(points, shape)])
        corner = np.maximum(points.min(axis=0) - 2, 0)
        cv2.polylines(one, [points - corner], stroke.closed, 1, 3)
        owners[_box(points, shape)] += one
    kept = []
    for stroke in strokes:
        ends = np.floor(stroke.points[[0, -1]]).astype(int)
        touches = any(owners[y, x] > 1 for x, y in ends)
        if touches or stroke.closed or stroke.length_px >= shortest_px:
            kept.append(stroke)
    return kept


def _box(points: Array, shape: tuple[int, ...]) -> tuple[slice, slice]:
    (left, top), (right, bottom) = np.maximum(points.min(0) - 2, 0), points.max(0) + 3
    return slice(top, min(bottom, shape[0])), slice(left, min(right, shape[1]))


def _enlarged(stroke: Stroke, scale: float) -> Stroke:
    if scale == 1:
        return stroke
    return Stroke(stroke.points * scale, stroke.widths * scale, stroke.closed)
