"""Corners of traced strokes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.roughs.bezier import fit_cubics
from paintreel.roughs.corners import smoothed_between_corners
from paintreel.roughs.strokes import smoothed, trace_strokes

SQUARE = [[60, 60], [200, 60], [200, 200], [60, 200]]
STAR = [
    [200, 30],
    [225, 130],
    [330, 160],
    [225, 190],
    [200, 290],
    [175, 190],
    [70, 160],
    [175, 130],
]
ZIGZAG = [[40, 60], [80, 200], [120, 60], [160, 200], [200, 60]]


def drawn(corners: list[list[int]], *, closed: bool, width_px: int = 5) -> np.ndarray:
    ink = np.zeros((320, 360), np.uint8)
    cv2.polylines(ink, [np.array(corners)], closed, 255, width_px, cv2.LINE_AA)
    return ink


def nearest_px(strokes, corners) -> np.ndarray:
    """How far each corner lies from the nearest point of the strokes."""
    points = np.concatenate([stroke.points for stroke in strokes])
    places = np.array(corners, float) + 0.5
    return np.linalg.norm(points[None] - places[:, None], axis=2).min(axis=1)


@pytest.mark.parametrize(
    ("corners", "closed", "at"),
    [(SQUARE, True, slice(None)), (STAR, True, slice(0, None, 2)), (ZIGZAG, False, slice(1, -1))],
    ids=["square", "star", "zigzag"],
)
def test_corners_lie_where_they_were_drawn(corners, closed, at):
    ink = drawn(corners, closed=closed)
    traced = trace_strokes(ink)
    found = [smoothed_between_corners(stroke, ink, 1.5) for stroke in traced]
    plain = nearest_px([smoothed(stroke, 1.5) for stroke in traced], corners)[at]
    mended = nearest_px(found, corners)[at]
    assert mended.max() < 1.2
    assert (mended < plain).all()
    assert [stroke.closed for stroke in found] == [closed]


def test_bends_are_no_corners():
    ink = np.zeros((200, 200), np.uint8)
    cv2.circle(ink, (100, 100), 60, 255, 5, cv2.LINE_AA)
    (ring,) = trace_strokes(ink)
    np.testing.assert_array_equal(
        smoothed_between_corners(ring, ink, 1.5).points, smoothed(ring, 1.5).points
    )


def test_legs_that_meet_where_no_ink_is_are_left():
    """A line that ends, with a gap where the corner would be, is not drawn on over the paper."""
    ink = drawn(ZIGZAG, closed=False)
    ink[180:] = 0
    traced = trace_strokes(ink)
    for stroke in (smoothed_between_corners(stroke, ink, 1.5) for stroke in traced):
        x, y = np.floor(stroke.points).astype(int).T
        assert (ink[y, x] > 0).all()


def test_a_drop_has_its_tip():
    """A closed line with one corner, where it begins."""
    turn = np.linspace(0.25 * np.pi, 1.75 * np.pi, 60)
    bow = np.column_stack([np.cos(turn), np.sin(turn)]) * 40
    tip = np.array([80.0, 0.0])
    down = bow[-1] + np.linspace(0, 1, 60)[1:, None] * (tip - bow[-1])
    up = tip + np.linspace(0, 1, 60)[1:-1, None] * (bow[0] - tip)
    points = np.vstack([down[-1:], up, bow, down[:-1]])
    cubics = fit_cubics(points, 0.4, closed=True)
    leaves, comes = cubics[0, 1] - cubics[0, 0], cubics[-1, 3] - cubics[-1, 2]
    cosine = leaves @ comes / np.linalg.norm(leaves) / np.linalg.norm(comes)
    assert cosine < 0  # it turns back, and is not rounded into one tangent
