"""A drawing as where its lines run, and the same drawing at any weight and detail.

What is kept of a drawing is one picture of uint8 marks: 0 paper; 1..LEVELS the middle of a line,
of one pixel, LEVELS where it is drawn at every detail and 1 where it is at full detail alone; SOLID
what is black all over. Lines of any width are drawn from the distance to those middles, which
shrinks and turns with a picture better than lines do. Where they crowd they are drawn finer, as an
artist does, lest they run into a blot.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.flow_lines import draw_flow_lines, line_width_px
from paintreel.roughs.thinning import thinned
from paintreel.worlds.contours import CONTOUR_LEVELS

__all__ = [
    "LEVELS",
    "SOLID",
    "ink",
    "marks_of_drawing",
    "marks_of_fine_drawing",
    "marks_of_picture",
    "room_px",
    "shown",
    "stroke_width_px",
    "to_lines",
]

LEVELS = CONTOUR_LEVELS
SOLID = 255

_FARTHEST_PX = 64.0
_SMOOTH_PX = 1.0
_CROWD_PX = 17
_INK_OF_ROOM = 0.45
_FINEST_PX = 0.8
_WEIGHT_LOOKED_AT = 0.25
_INKED = 110
_SAME_LINE_PX = 5
_SCRAP_PX = 7
_CLIP = 2.5
_SOLID_PX = 9
"""What is black over more than this is no line: a pupil, black hair."""


def stroke_width_px(weight: float) -> float:
    """Width of a line of `weight` in [0, 1], in pixels: the rule's own, so that one word is one."""
    return line_width_px(weight, 1, 1)


def shown(marks: Array, detail: float) -> Array:
    """(H, W) bool: the middles of the lines that are drawn at `detail` in [0, 1].

    >>> shown(np.array([[0, 1, 4, 8, 255]], np.uint8), 0.5).tolist()
    [[False, False, True, True, False]]
    """
    least = LEVELS - round(np.clip(detail, 0, 1) * (LEVELS - 1))
    lines: Array = (marks >= least) & (marks <= LEVELS) & (marks > 0)
    return lines


def to_lines(lines: Array) -> Array:
    """(H, W) float32: distance of each pixel to the nearest of `lines` (H, W) bool, at most 64 px.

    It is smoothed a little, for lines of one pixel go in steps.
    """
    if not lines.any():
        return np.full(lines.shape, _FARTHEST_PX, np.float32)
    far = cv2.distanceTransform((~lines).astype(np.uint8), cv2.DIST_L2, 5)
    near = cv2.GaussianBlur(np.minimum(far, _FARTHEST_PX), (0, 0), _SMOOTH_PX)
    # Smoothing turns the valley |x| into about sqrt(x^2 + lift^2); that is undone.
    lift = _SMOOTH_PX * np.sqrt(2 / np.pi)
    distance: Array = np.sqrt(np.maximum(near * near - np.float32(lift * lift), 0))
    return distance


def room_px(lines: Array) -> Array:
    """(H, W) float32: how broad lines may be at each place, of `lines` (H, W) bool, in pixels.

    It is a share of the mean room from one line to the next around the place.
    """
    crowd = cv2.blur(lines.astype(np.float32), (_CROWD_PX, _CROWD_PX))
    room: Array = _INK_OF_ROOM / np.maximum(crowd, 1 / _CROWD_PX**2)
    return np.maximum(room, _FINEST_PX)


def ink(distance: Array, width_px: float | Array, solids: Array | None = None) -> Array:
    """(H, W) float32 in [0, 1]: coverage by lines of a width, from `to_lines`.

    width_px  one width, or (H, W)
    solids    (H, W) float in [0, 1], coverage of what is black all over
    """
    drawn: Array = np.clip(width_px / np.float32(2) + np.float32(0.5) - distance, 0, 1)
    if solids is not None:
        drawn = np.maximum(drawn, solids)
    return drawn.astype(np.float32)


def _evenly_lit(picture: Array) -> Array:
    """(H, W, 3) uint8 with the contrast of its dark parts raised: an artist draws what is there."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    even = cv2.createCLAHE(clipLimit=_CLIP, tileGridSize=(4, 4)).apply(lab[..., 0])
    lab[..., 0] = cv2.addWeighted(lab[..., 0], 0.5, even, 0.5, 0)
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)


def _without_scraps(lines: Array) -> Array:
    """The lines that span some pixels in width or height: shorter ones are grain."""
    _, pieces, facts, _ = cv2.connectedComponentsWithStats(lines.astype(np.uint8), connectivity=8)
    spans = facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= _SCRAP_PX
    spans[0] = False
    long: Array = spans[pieces]
    return long


def marks_of_drawing(coverage: Array) -> Array:
    """Marks of a drawing in ink, (H, W) uint8 coverage: every line of it at every detail."""
    black = coverage > 127
    core = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SOLID_PX, _SOLID_PX))
    solid = cv2.morphologyEx(black.astype(np.uint8), cv2.MORPH_OPEN, core) > 0
    marks = np.where(thinned(black & ~solid), np.uint8(LEVELS), np.uint8(0))
    marks[solid] = SOLID
    return marks


def marks_of_fine_drawing(coverage: Array, times: int) -> Array:
    """Marks of a drawing in ink that is `times` as large as its picture, (times H, times W) uint8.

    Returns (H, W) uint8: a line where there is one in any of the pixels that become one; solid is
    what is so at the picture's own size.
    """
    height, width = coverage.shape[0] // times, coverage.shape[1] // times
    small = cv2.resize(coverage, (width, height), interpolation=cv2.INTER_AREA)
    solid = (marks_of_drawing(small) == SOLID).astype(np.uint8)
    near = cv2.resize(solid, coverage.shape[::-1], interpolation=cv2.INTER_NEAREST)
    near = cv2.dilate(near, np.ones((5, 5), np.uint8))
    lines = marks_of_drawing(np.where(near > 0, np.uint8(0), coverage))
    fine = np.where((near > 0) & (coverage > 127), np.uint8(SOLID), lines)
    blocks = fine.reshape(height, times, width, times)
    black = (blocks == SOLID).mean(axis=(1, 3)) > 0.5
    lined = thinned(np.asarray(((blocks > 0) & (blocks <= LEVELS)).any(axis=(1, 3))))
    return np.where(black, np.uint8(SOLID), np.where(lined, np.uint8(LEVELS), np.uint8(0)))


def marks_of_picture(picture: Array, size_px: tuple[int, int] | None = None) -> Array:
    """Marks of the contours that the rule draws in (H, W, 3) uint8.

    size_px  width and height of the marks, where they are to be smaller than the picture

    The lines are those of full detail, each at the level of the least detail that has it too.
    """
    light = _evenly_lit(picture)
    at: list[Array] = [
        draw_flow_lines(light, _WEIGHT_LOOKED_AT, (LEVELS - level) / (LEVELS - 1)) > _INKED
        for level in (1, 3, 5, 8)
    ]
    at[0] = thinned(at[0])
    if size_px is not None and size_px != picture.shape[1::-1]:
        # By area, and whatever is left of a line counts; they are thinned again then.
        shares = [cv2.resize(a * np.float32(1), size_px, interpolation=cv2.INTER_AREA) for a in at]
        at = [a > least for a, least in zip(shares, (0.12, 0.3, 0.3, 0.3), strict=True)]
        at[0] = thinned(at[0])
    lines = _without_scraps(at[0])
    marks = lines.astype(np.uint8)
    near = np.ones((_SAME_LINE_PX, _SAME_LINE_PX), np.uint8)
    for level, drawn in zip((3, 5, 8), at[1:], strict=True):
        marks[lines & (cv2.dilate(drawn.astype(np.uint8), near) > 0)] = level
    return marks
