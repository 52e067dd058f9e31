"""Marks of lines: drawn at any weight and detail, found in drawings and pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.learn.data.line_marks import (
    LEVELS,
    SOLID,
    ink,
    marks_of_drawing,
    marks_of_picture,
    room_px,
    shown,
    stroke_width_px,
    to_lines,
)


def upright(x: int = 30, side: int = 61) -> np.ndarray:
    lines = np.zeros((side, side), bool)
    lines[:, x] = True
    return lines


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_a_line_is_as_broad_as_its_weight_says(weight):
    width = stroke_width_px(weight)
    drawn = ink(to_lines(upright()), width)
    assert drawn[30].sum() == pytest.approx(width, abs=0.5)
    assert drawn[30, 30] == pytest.approx(1.0, abs=0.15)


def test_detail_brings_lines_in_order_of_their_level():
    marks = np.arange(LEVELS + 1, dtype=np.uint8)[None]
    counts = [int(shown(marks, detail).sum()) for detail in np.linspace(0, 1, LEVELS)]
    assert counts == list(range(1, LEVELS + 1))


def test_without_lines_there_is_no_ink():
    nothing = np.zeros((20, 20), bool)
    assert not ink(to_lines(nothing), 5.0).any()


def test_lines_that_crowd_are_drawn_finer():
    lone, crowd = upright(), np.zeros((61, 61), bool)
    crowd[:, ::4] = True
    assert room_px(lone)[30, 30] > stroke_width_px(1.0)
    assert room_px(crowd)[30, 30] == pytest.approx(4 * 0.45, rel=0.15)
    drawn = ink(to_lines(crowd), np.minimum(stroke_width_px(1.0), room_px(crowd)))
    assert drawn[30, 28:33].min() < 0.5, "there is paper left between them"


def test_a_drawing_is_thinned_and_its_black_areas_are_solid():
    coverage = np.zeros((80, 80), np.uint8)
    cv2.line(coverage, (5, 10), (75, 10), 255, 4)
    cv2.circle(coverage, (40, 50), 15, 255, -1)
    marks = marks_of_drawing(coverage)
    assert set(np.unique(marks)) == {0, LEVELS, SOLID}
    assert (marks[5:16, 20:60] == LEVELS).sum(axis=0).tolist() == [1] * 40
    assert marks[50, 40] == SOLID


def test_contours_of_a_picture_have_the_level_of_their_contrast():
    picture = np.full((120, 160, 3), 200, np.uint8)
    picture[20:100, 20:70] = 20
    picture[30:90, 100:140] = 186
    marks = marks_of_picture(picture)
    strong, faint = marks[:, 10:80], marks[:, 92:150]
    assert strong.max() == LEVELS
    assert faint.max() < LEVELS
    assert marks_of_picture(picture, (80, 60)).shape == (60, 80)
