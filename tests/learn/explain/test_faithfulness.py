"""Deletion and insertion against maps that are right, wrong and random."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.learn.explain.faithfulness import curves, random_map


@pytest.fixture
def disc() -> tuple[np.ndarray, np.ndarray]:
    """(a red disc on noise, where it is)."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:80, :120]
    inside = (y - 30) ** 2 + (x - 80) ** 2 < 15**2
    pixels = rng.integers(60, 90, (80, 120, 3)).astype(np.uint8)
    pixels[inside] = (230, 40, 40)
    return pixels, inside.astype(np.float64)


def redness(pixels: np.ndarray) -> float:
    red = pixels[..., 0].astype(float) - pixels[..., 1]
    return float(np.clip((red > 120).mean() / 0.07, 0, 1))


def test_the_true_map_beats_random_ones_and_its_opposite(disc):
    pixels, inside = disc
    true, wrong = curves(redness, pixels, inside), curves(redness, pixels, -inside)
    assert true.deletion_area < 0.2
    assert true.insertion_area > 0.8
    assert wrong.deletion_area > 0.8
    assert wrong.insertion_area < 0.2
    rng = np.random.default_rng(1)
    chance = [curves(redness, pixels, random_map((80, 120), rng)) for _ in range(5)]
    assert true.deletion_area < min(c.deletion_area for c in chance)
    assert true.insertion_area > max(c.insertion_area for c in chance)


def test_curves_begin_and_end_at_the_picture_and_at_nothing(disc):
    pixels, inside = disc
    found = curves(redness, pixels, inside, steps=5)
    assert found.deletion.shape == found.insertion.shape == (6,)
    assert found.deletion[0] == found.insertion[-1] == redness(pixels)
    assert found.deletion[-1] == found.insertion[0] < 0.5


def test_the_area_is_that_under_the_curve():
    found = curves(lambda p: 0.25, np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4)))
    assert found.deletion_area == pytest.approx(0.25)


def test_random_maps_are_soft_and_differ(disc):
    rng = np.random.default_rng(2)
    a, b = random_map((80, 120), rng), random_map((80, 120), rng)
    assert a.shape == (80, 120)
    assert 0 <= a.min() < a.max() <= 1
    assert np.abs(np.diff(a, axis=1)).max() < 0.2
    assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.5


def test_a_map_of_another_size_is_refused(disc):
    with pytest.raises(InputError, match="the map is"):
        curves(redness, disc[0], np.zeros((3, 3)))
