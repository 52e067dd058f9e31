"""Paper of a scan, and what is as pale and no paper."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.imaging.arrays import Array
from paintreel.roughs.off_white import with_white_paper

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


@pytest.mark.parametrize(
    "rough",
    [
        pale_sky(),
        strokes((255, 255, 255)),  # which is white as it is
        strokes((150, 150, 150)),  # too dark for paper
        strokes((240, 200, 150)),  # a colour
        np.full((360, 640, 3), CREAM, np.uint8),
    ],
    ids=["sky", "white", "grey", "orange", "all of it"],
)
def test_what_is_no_paper_stays(rough: Array):
    assert with_white_paper(rough) is rough
