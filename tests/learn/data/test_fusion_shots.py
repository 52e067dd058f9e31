"""Shots whose painting is known: paint moves with what it shows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from painted_clips import landscape

from paintreel.learn.data.fusion_samples import PaintedPicture
from paintreel.learn.data.fusion_shots import moved, moving_shot

SIZE = (96, 64)


def shot(*, in_front: bool, seed: int = 3):
    # Paint that is the negative of its picture, place by place: so every frame's must be.
    picture = landscape(1, 120, 160)
    pair = PaintedPicture(picture, 255 - picture)
    return moving_shot(pair, 6, SIZE, np.random.default_rng(seed), in_front=in_front)


def test_every_painting_is_that_of_its_frame():
    for in_front in (False, True):
        live, truth = shot(in_front=in_front)
        assert [x.shape for x in live] == [(64, 96, 3)] * 6
        for frame, paint in zip(live, truth, strict=True):
            assert np.abs(frame.astype(int) + paint - 255).max() <= 2


def test_the_camera_moves_and_what_is_in_front_covers():
    plain, _ = shot(in_front=False)
    covered, _ = shot(in_front=True)
    assert min(np.abs(a.astype(int) - b).mean() for a, b in pairwise(plain)) > 0.5
    changed = [
        np.abs(a.astype(int) - b).max(axis=2) > 20 for a, b in zip(plain, covered, strict=True)
    ]
    shares = [x.mean() for x in changed]
    assert min(shares) > 0.02
    assert max(shares) < 0.9
    # It is elsewhere at the end than at the beginning: something was uncovered.
    assert (changed[0] & ~changed[-1]).any()
    assert (changed[-1] & ~changed[0]).any()


def test_the_same_seed_gives_the_same_shot():
    one, other = (list(moved(landscape(1), 3, SIZE, np.random.default_rng(5))) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    third = list(moved(landscape(1), 3, SIZE, np.random.default_rng(6)))
    assert not np.array_equal(one[0], third[0])
