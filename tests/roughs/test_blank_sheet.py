"""Paper of a scan, and what is as pale and no paper."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from paintreel.imaging.arrays import Array
from paintreel.roughs.blank_sheet import is_sheet, with_white_paper

CREAM = (244, 238, 226)


def strokes(paper: tuple[int, int, int] = CREAM) -> Array:
    """Six bands of colour with paper between them, and at both their ends."""
    rough = np.full((360, 640, 3), paper, np.uint8)
    for band in range(6):
        colour = (200 - 25 * band, 150 - 10 * band, 90 + 20 * band)
        cv2.line(rough, (40, 30 + 60 * band), (600, 34 + 60 * band), colour, 46)
    return rough


def test_cream_paper_between_strokes_becomes_white():
    rough = strokes()
    white = with_white_paper(rough)
    was_paper = (rough == CREAM).all(axis=2)
    assert (white[was_paper].min(axis=1) == 255).mean() > 0.98
    np.testing.assert_array_equal(white[~was_paper], rough[~was_paper])


def painted(*polygons: tuple[Sequence[tuple[int, int]], tuple[int, int, int]]) -> Array:
    rough = np.full((360, 640, 3), (90, 110, 150), np.uint8)
    rough[200:] = (100, 140, 80)
    rough[300:] = (150, 120, 80)
    for points, colour in polygons:
        cv2.fillPoly(rough, [np.array(points, np.int32)], colour)
    return rough


WHITE = (255, 255, 255)
WHITE_PAINT = {
    "a waterfall": painted(([(280, 0), (360, 0), (370, 250), (260, 250)], WHITE)),
    "snow": painted(([(0, 210), (300, 180), (640, 220), (640, 360), (0, 360)], WHITE)),
    "sails": painted(*([[(x, 190), (x, 80), (x + 50, 180)], WHITE] for x in (100, 300, 500))),
    "a moon at the edge": painted(([(0, 0), (90, 0), (80, 70), (0, 90)], WHITE)),
    "a crossing": painted(
        *([[(x, 300), (x + 30, 300), (x + 30, 360), (x, 360)], WHITE] for x in range(20, 600, 70))
    ),
    "a white room": painted(
        ([(0, 0), (640, 0), (640, 260), (0, 260)], WHITE),
        ([(60, 60), (160, 60), (160, 180), (60, 180)], (170, 200, 230)),
    ),
}


def white_of(rough: Array) -> Array:
    return np.asarray((rough == 255).all(axis=2))


@pytest.mark.parametrize("rough", WHITE_PAINT.values(), ids=WHITE_PAINT)
def test_white_paint_is_no_sheet(rough: Array):
    assert white_of(rough).any()
    assert not is_sheet(white_of(rough), rough)


@pytest.mark.parametrize("margin_px", [0, 30])
@pytest.mark.parametrize("bands", [3, 4, 6])
def test_strokes_on_white_are_on_a_sheet(margin_px: int, bands: int):
    rough = strokes(WHITE)[: 60 * bands]
    rough = np.pad(rough, ((margin_px,) * 2, (margin_px,) * 2, (0, 0)), constant_values=255)
    assert is_sheet(white_of(rough), rough)


def test_a_few_strokes_that_end_unevenly_are_on_a_sheet():
    rough = np.full((360, 640, 3), 255, np.uint8)
    for k, colour in enumerate(((90, 140, 220), (60, 120, 50), (150, 110, 60))):
        cv2.line(rough, (110 - 10 * k, 70 + 110 * k), (540 - 20 * k, 60 + 110 * k), colour, 80)
    assert is_sheet(white_of(rough), rough)


def test_an_island_is_on_no_sheet():
    rough = np.full((360, 640, 3), 255, np.uint8)
    cv2.ellipse(rough, (320, 200), (240, 110), 0, 0, 360, (90, 150, 80), -1)
    cv2.fillPoly(rough, [np.array([(250, 120), (320, 20), (400, 120)])], (120, 120, 130))
    assert not is_sheet(white_of(rough), rough)


def test_a_dot_and_nothing_are_on_no_sheet():
    rough = np.full((90, 160, 3), 255, np.uint8)
    assert not is_sheet(white_of(rough), rough)
    rough[40:44, 80:84] = (200, 30, 30)
    rough[60:64, 20:24] = (30, 30, 200)
    assert not is_sheet(white_of(rough), rough)


def test_a_mount_around_a_picture_is_no_sheet():
    rough = np.pad(painted(), ((40, 40), (40, 40), (0, 0)), constant_values=255)
    assert not is_sheet(white_of(rough), rough)


def test_grain_of_a_scan_is_paper_too():
    rng = np.random.default_rng(1)
    rough = np.clip(strokes() + rng.normal(0, 5, (360, 640, 1)), 0, 255).astype(np.uint8)
    white = with_white_paper(rough)
    was_paper = (strokes() == CREAM).all(axis=2)
    assert (white[was_paper].min(axis=1) == 255).mean() > 0.9


def pale_sky() -> Array:
    rough = np.full((360, 640, 3), (230, 234, 240), np.uint8)
    rough[150:] = (120, 140, 90)
    return rough


def bricks() -> Array:
    """Of one colour, with pale joints."""
    rough = np.full((360, 640, 3), (232, 228, 220), np.uint8)
    for y in range(0, 360, 48):
        for x in range(0, 640, 92):
            cv2.rectangle(rough, (x + 6, y), (x + 84, y + 38), (150, 80, 60), -1)
    return rough


def trunks() -> Array:
    """Before a pale winter sky."""
    rough = np.full((360, 640, 3), (226, 232, 238), np.uint8)
    for x in range(10, 640, 44):
        rough[:, x : x + 20] = (80, 70, 60)
    rough[300:] = (120, 110, 100)
    return rough


@pytest.mark.parametrize(
    "rough",
    [
        pale_sky(),
        bricks(),
        trunks(),
        strokes((255, 255, 255)),  # which is white as it is
        strokes((150, 150, 150)),  # too dark for paper
        strokes((240, 200, 150)),  # a colour
        np.full((360, 640, 3), CREAM, np.uint8),
    ],
    ids=["sky", "bricks", "trunks", "white", "grey", "orange", "all of it"],
)
def test_what_is_no_paper_stays(rough: Array):
    assert with_white_paper(rough) is rough
