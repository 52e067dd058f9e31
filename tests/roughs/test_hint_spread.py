"""Hints carried over a drawing."""

from __future__ import annotations

import numpy as np

from paintreel.roughs.drawing_planes import BASINS, BLEND, NEARNESS, colorize_planes
from paintreel.roughs.hint_spread import spread_hints

RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)


def halves(gap: int = 0) -> np.ndarray:
    """(64, 96) a wall down the middle, with a gap at its lower end."""
    lines = np.zeros((64, 96), np.float32)
    lines[: 64 - gap, 47:49] = 1
    return lines


def dots(*places: tuple[int, int, tuple[float, float, float]]) -> np.ndarray:
    hints = np.zeros((64, 96, 4), np.float32)
    for row, column, colour in places:
        hints[row - 2 : row + 2, column - 2 : column + 2] = (*colour, 1)
    return hints


def test_a_basin_ends_at_the_line():
    # The blue dot lies beside the wall, and far from most of what is its own.
    spread = spread_hints(halves(), dots((30, 8, RED), (30, 53, BLUE)))
    np.testing.assert_allclose(spread[:3, :, :46].transpose(1, 2, 0), np.full((64, 46, 3), RED))
    np.testing.assert_allclose(spread[:3, :, 50:].transpose(1, 2, 0), np.full((64, 46, 3), BLUE))


def test_a_small_gap_leaks_little():
    spread = spread_hints(halves(gap=4), dots((10, 8, RED), (10, 80, BLUE)))
    assert (spread[0, :, :46] > 0.5).mean() > 0.97
    assert (spread[2, :, 50:] > 0.5).mean() > 0.97


def test_the_blend_is_soft_where_nothing_is_drawn():
    blend = spread_hints(np.zeros((64, 96), np.float32), dots((30, 8, RED), (30, 88, BLUE)))[3:6]
    assert blend[0, 30, 10] > 0.9
    assert blend[2, 30, 86] > 0.9
    assert 0.3 < blend[0, 30, 48] < 0.7
    assert 0 < np.abs(np.diff(blend[0, 30])).max() < 0.1
    np.testing.assert_allclose(blend.sum(axis=0), 1, atol=0.02)


def test_the_blend_heeds_lines():
    blend = spread_hints(halves(), dots((30, 8, RED), (30, 53, BLUE)))[3:6]
    assert blend[0, :, :44].min() > 0.8  # most of it lies nearer to the blue dot
    assert blend[2, :, 52:].min() > 0.8


def test_one_hint_is_everywhere_and_nearness_tells_how_far_it_is():
    spread = spread_hints(
        np.zeros((40, 256), np.float32),
        np.pad(
            np.ones((4, 4, 4), np.float32) * np.float32([0.2, 0.6, 0.4, 1]),
            ((10, 26), (4, 248), (0, 0)),
        ),
    )
    for at in (slice(0, 3), slice(3, 6)):
        np.testing.assert_allclose(spread[at, 20, 250], [0.2, 0.6, 0.4], atol=0.01)
    near = spread[6]
    assert near[12, 6] > near[12, 60] > near[12, 250] > 0


def test_no_hint_is_nothing():
    assert not spread_hints(halves(), dots()).any()
    faint = dots((30, 8, RED)) * np.float32([1, 1, 1, 0.1])
    assert not spread_hints(halves(), faint).any()


def test_a_hint_of_one_pixel_counts():
    hints = np.zeros((64, 96, 4), np.float32)
    hints[3, 5] = (*BLUE, 1)
    assert (spread_hints(halves(), hints)[2] > 0.99).all()


def test_planes_hold_what_is_spread():
    lines, hints = halves(), dots((30, 8, RED), (30, 53, BLUE))
    planes, spread = colorize_planes(lines, hints), spread_hints(lines, hints)
    np.testing.assert_array_equal(planes[BASINS], spread[:3])
    np.testing.assert_array_equal(planes[BLEND], spread[3:6])
    np.testing.assert_array_equal(planes[NEARNESS], spread[6:])
