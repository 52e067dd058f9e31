"""Paper that is not white, as a scan or a photograph of a sheet has it."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.bands import bands_of

__all__ = ["with_white_paper"]

_SEEN_PX = 320
_LIGHT, _COLOURED = 84.0, 14.0  # of CIELAB: least lightness, most chroma
_SEEN_NEAR, _NEAR = 14, 26  # of 255, after the median and before it
_WHITE = 247
_LEAST, _MOST = 0.02, 0.6
_WIDE, _MOSTLY_WIDE = 0.04, 0.25
_SIDES, _ON_SIDE = 3, 0.02
_RIM_PX = 3


def with_white_paper(blocks: Array) -> Array:
    """(H, W, 3) uint8 with its paper in white; the same array where no paper is found.

    Paper is the one light, hardly coloured kind of place that shows between the paint everywhere
    and is wide nowhere: it comes to three sides of the picture, unlike a pale sky or a wall.
    """
    height, width = blocks.shape[:2]
    size = fit_max_side(width, height, _SEEN_PX)
    small = np.asarray(cv2.medianBlur(cv2.resize(blocks, size, interpolation=cv2.INTER_AREA), 3))
    lab = rgb_to_lab(small)
    light = (lab[..., 0] >= _LIGHT) & (np.hypot(lab[..., 1], lab[..., 2]) <= _COLOURED)
    if not _LEAST <= light.mean() <= _MOST:
        return blocks
    pale = np.asarray(small[light], np.int16)
    kinds, counts = np.unique(pale >> 3, axis=0, return_counts=True)
    usual = pale[(pale >> 3 == kinds[counts.argmax()]).all(axis=1)]
    paper = np.median(usual, axis=0).astype(np.int16)
    seen = (np.abs(small.astype(np.int16) - paper).max(axis=2) <= _SEEN_NEAR).astype(np.uint8)
    if int(paper.min()) >= _WHITE or not _is_between(seen):
        return blocks
    near: Array = np.empty((height, width), np.uint8)
    for rows in bands_of(height, width):
        near[rows] = np.abs(blocks[rows].astype(np.int16) - paper).max(axis=2) <= _NEAR
    # A file's own blur gives the rims of pale things the colour of paper.
    near = cv2.morphologyEx(near, cv2.MORPH_OPEN, np.ones((_RIM_PX, _RIM_PX), np.uint8))
    return np.where(near[..., None] > 0, np.uint8(255), blocks)


def _is_between(seen: Array) -> bool:
    """Whether (h, w) uint8 is hardly wide anywhere, and at three sides of the picture or more."""
    if not _LEAST <= seen.mean() <= _MOST:
        return False
    sides = (seen[0], seen[-1], seen[:, 0], seen[:, -1])
    if sum(bool(side.mean() > _ON_SIDE) for side in sides) < _SIDES:
        return False
    reach = 2 * max(1, round(_WIDE * min(seen.shape))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    wide = cv2.morphologyEx(seen, cv2.MORPH_OPEN, kernel, borderValue=0)
    return bool(wide.sum() <= _MOSTLY_WIDE * seen.sum())
