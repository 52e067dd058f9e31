"""What features tell apart, and how small a fault they see."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.release.feature_measures import STEPS, WAYS, degraded, ladder, telling_media


@pytest.mark.parametrize("way", WAYS)
def test_every_step_changes_more_than_the_one_before(way: str, make_picture):
    picture = make_picture(3, 60, 80)
    errors = []
    for step in range(STEPS):
        spoilt = degraded(picture, way, step, np.random.default_rng(0))
        assert spoilt.shape == picture.shape
        assert spoilt.dtype == np.uint8
        errors.append(np.square(spoilt.astype(float) - picture).mean())
    assert 0 < errors[0] < errors[1] < errors[2]


def test_media_are_told_by_vectors_that_know_them():
    rng = np.random.default_rng(0)
    media, unseen = rng.integers(0, 3, 90), rng.integers(0, 3, 60)
    knows = telling_media(
        *(np.eye(3)[media] + rng.normal(0, 0.2, (90, 3)), media),
        *(np.eye(3)[unseen] + rng.normal(0, 0.2, (60, 3)), unseen),
    )
    guesses = telling_media(rng.normal(size=(90, 3)), media, rng.normal(size=(60, 3)), unseen)
    assert min(knows) > 0.95
    assert max(guesses) < 0.6


def test_a_ladder_says_what_a_vector_sees(make_picture):
    panels = [make_picture(seed, 32, 40) for seed in range(40)]

    def of_colour(picture: np.ndarray) -> np.ndarray:
        chroma = picture.max(axis=2).astype(float) - picture.min(axis=2)
        return np.array([chroma.mean(), chroma.std()])

    rungs = ladder(of_colour, panels, np.random.default_rng(1))
    assert set(rungs) == set(WAYS)
    assert rungs["less colour"] == sorted(rungs["less colour"])
    assert rungs["less colour"][-1] > 10
    assert abs(rungs["blur"][0]) < 3  # it does not look at edges
