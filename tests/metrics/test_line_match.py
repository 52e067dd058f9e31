from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.metrics.line_match import match_lines


def lines(*rows, height=40, width=60):
    drawn = np.zeros((height, width), np.uint8)
    for row in rows:
        drawn[row, 5:55] = 255
    return drawn


def test_equal_drawings_match():
    found = match_lines(lines(10, 30), lines(10, 30))
    assert (found.precision, found.recall, found.f1) == (1, 1, 1)


@pytest.mark.parametrize(("apart", "f1"), [(1, 1.0), (2, 1.0), (3, 0.0)])
def test_a_line_may_lie_two_pixels_off(apart, f1):
    assert match_lines(lines(10 + apart), lines(10)).f1 == pytest.approx(f1, abs=0.01)


def test_a_line_too_many_and_one_too_few():
    more = match_lines(lines(10, 30), lines(10))
    assert more.precision == pytest.approx(0.5, abs=0.02)
    assert more.recall == 1
    fewer = match_lines(lines(10), lines(10, 30))
    assert fewer.precision == 1
    assert fewer.recall == pytest.approx(0.5, abs=0.02)
    assert fewer.f1 == pytest.approx(2 / 3, abs=0.02)


def test_widths_do_not_count_and_blots_do_not_pay():
    broad = lines(*range(17, 24))
    assert match_lines(broad, lines(20)).f1 > 0.9
    black = np.full((40, 60), 255, np.uint8)
    assert match_lines(black, lines(5, 15, 25, 35)).f1 < 0.5


def test_it_takes_coverage_in_floats_and_a_threshold():
    faint = lines(10) / np.float32(255) * np.float32(0.3)
    assert match_lines(faint, lines(10)).recall == 0
    assert match_lines(faint, lines(10), ink=0.2).f1 == 1


def test_empty_drawings():
    empty, drawn = np.zeros((20, 20)), np.eye(20)
    assert match_lines(empty, empty).f1 == 1
    assert match_lines(empty, drawn).f1 == 0
    assert match_lines(drawn, empty).f1 == 0


@pytest.mark.parametrize("other", [np.zeros((3, 4)), np.zeros((4, 4, 1)), np.full((4, 4), np.nan)])
def test_what_cannot_be_compared(other):
    with pytest.raises(InputError):
        match_lines(np.zeros((4, 4)), other)
