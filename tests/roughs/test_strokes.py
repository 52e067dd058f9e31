"""Skeletons, strokes over crossings, bridges over gaps, and curves through points."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.roughs.bezier import fit_cubics
from paintreel.roughs.gaps import bridge_gaps
from paintreel.roughs.strokes import Stroke, draw_strokes, smoothed, trace_strokes
from paintreel.roughs.thinning import thinned


def page(height: int = 120, width: int = 160) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def rooms(ink: np.ndarray) -> int:
    count, _ = cv2.connectedComponents((ink < 110).astype(np.uint8), connectivity=4)
    return count - 1


# The skeleton.


def test_a_skeleton_is_thin_and_keeps_holes_and_pieces():
    ink = page()
    cv2.circle(ink, (60, 60), 40, 255, 9)
    cv2.line(ink, (120, 10), (150, 110), 255, 7)
    skeleton = thinned(ink > 127)
    assert not cv2.erode(skeleton.astype(np.uint8), np.ones((2, 2))).any()
    assert cv2.connectedComponents(skeleton.astype(np.uint8))[0] == 3
    assert rooms(skeleton.astype(np.uint8) * 255) == 2
    y, x = np.nonzero(skeleton[:, :110])
    assert np.abs(np.hypot(x - 60, y - 60) - 40).max() < 1.6


# Strokes.


def test_a_cross_is_two_strokes_and_a_circle_a_closed_one():
    ink = page()
    cv2.line(ink, (10, 60), (110, 60), 255, 3)
    cv2.line(ink, (60, 10), (60, 110), 255, 3)
    cv2.circle(ink, (135, 30), 15, 255, 2)
    strokes = trace_strokes(ink)
    assert len(strokes) == 3
    closed = [stroke for stroke in strokes if stroke.closed]
    assert len(closed) == 1
    assert abs(closed[0].length_px - 2 * np.pi * 15) < 12
    for stroke in strokes:
        if not stroke.closed:
            assert 94 < stroke.length_px < 104


def test_widths_are_those_of_the_lines():
    ink = page()
    for row, thick in ((20, 1), (50, 3), (90, 9)):
        ink[row : row + thick, 10:150] = 255
    widths = sorted(float(np.median(stroke.widths)) for stroke in trace_strokes(ink))
    np.testing.assert_allclose(widths, [1, 3, 9], atol=0.6)


def test_wide_lines_leave_no_spurs():
    ink = page()
    cv2.polylines(ink, [np.array([[15, 15], [140, 30], [30, 100]])], False, 255, 11)
    assert len(trace_strokes(ink)) == 1


def test_a_dot_and_nothing():
    ink = page()
    assert trace_strokes(ink) == []
    ink[60, 60] = 255
    (dot,) = trace_strokes(ink)
    assert dot.points.tolist() == [[60.5, 60.5]]
    assert draw_strokes([dot], ink.shape, 2.0)[60, 60] > 127


def test_strokes_drawn_again_lie_on_the_lines():
    ink = page()
    cv2.ellipse(ink, (80, 60), (60, 40), 20, 0, 360, 255, 3, cv2.LINE_AA)
    cv2.line(ink, (80, 20), (80, 100), 255, 3, cv2.LINE_AA)
    drawn = draw_strokes([smoothed(s, 2.0) for s in trace_strokes(ink)], ink.shape)
    both = ((drawn > 127) & (ink > 127)).sum() / (ink > 127).sum()
    assert both > 0.9
    assert abs((drawn > 127).mean() / (ink > 127).mean() - 1) < 0.12


@pytest.mark.parametrize("width_px", [1.0, 2.5, 6.0])
def test_drawn_strokes_have_the_width_that_is_asked_for(width_px):
    points = np.column_stack([np.linspace(10, 150, 80), np.linspace(20, 100, 80)])
    stroke = Stroke(points, np.full(80, width_px))
    for asked in (width_px, None):
        ink = draw_strokes([stroke], (120, 160), asked)
        across = ink[:, 40:120].sum(axis=0) / 255 * np.cos(np.arctan2(80, 140))
        np.testing.assert_allclose(across.mean(), width_px, atol=0.35)
    y = np.argwhere(ink > 0)[:, 0].mean() + 0.5
    assert abs(y - 60) < 0.2


def test_smoothing_keeps_the_ends():
    points = np.column_stack([np.arange(50.0), np.arange(50) // 3])
    soft = smoothed(Stroke(points, np.full(50, 2.0)), 3.0)
    np.testing.assert_allclose(soft.points[[0, -1]], points[[0, -1]], atol=0.7)
    assert np.abs(np.diff(soft.points[:, 1], n=2)).max() < 0.1


# Gaps.


@pytest.mark.parametrize(("gap_px", "closed_px", "count"), [(8, 10, 2), (8, 4, 1), (16, 12, 1)])
def test_a_gap_is_bridged_up_to_the_stated_size(gap_px, closed_px, count):
    ink = page(200, 200)
    half = np.degrees(gap_px / 80 / 2) + 1
    cv2.ellipse(ink, (100, 100), (80, 80), 0, half, 360 - half, 255, 3, cv2.LINE_AA)
    bridged, made = bridge_gaps(ink, closed_px)
    assert rooms(bridged) == count
    assert made == count - 1
    if made:  # the bridge goes on as the circle does
        radius = np.hypot(*(np.argwhere((bridged > 127) & (ink < 100)) - 100).T)
        assert np.abs(radius - 80).max() < 3.6


def test_an_end_reaches_the_line_before_it():
    ink = page()
    cv2.line(ink, (5, 60), (155, 60), 255, 3)
    cv2.line(ink, (80, 5), (80, 52), 255, 3)
    bridged, made = bridge_gaps(ink, 8)
    assert made == 1
    assert bridged[55, 80] > 127


def test_parallel_lines_and_ends_that_turn_away_are_left():
    ink = page()
    cv2.line(ink, (20, 50), (80, 50), 255, 2)
    cv2.line(ink, (20, 57), (80, 57), 255, 2)
    bridged, made = bridge_gaps(ink, 10)
    assert made == 0
    np.testing.assert_array_equal(bridged, ink)


# Curves.


def test_a_circle_takes_few_cubics_and_stays_near():
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    points = 50 + 40 * np.column_stack([np.cos(angle), np.sin(angle)])
    cubics = fit_cubics(points, 0.3, closed=True)
    assert len(cubics) <= 10
    np.testing.assert_allclose(cubics[0, 0], cubics[-1, 3])
    t = np.linspace(0, 1, 20)[:, None]
    for one in cubics:
        curve = (
            (1 - t) ** 3 * one[0]
            + 3 * (1 - t) ** 2 * t * one[1]
            + 3 * (1 - t) * t**2 * one[2]
            + t**3 * one[3]
        )
        assert np.abs(np.hypot(*(curve - 50).T) - 40).max() < 0.5


def test_a_corner_stays_a_corner():
    leg = np.linspace(0, 40, 41)
    points = np.vstack([np.column_stack([leg, 0 * leg]), np.column_stack([0 * leg + 40, leg])[1:]])
    cubics = fit_cubics(points, 0.4)
    assert any(np.allclose(one[3], [40, 0], atol=0.5) for one in cubics[:-1])
    assert len(cubics) <= 4
