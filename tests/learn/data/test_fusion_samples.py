"""Windows of moving crops with carried paint."""

from __future__ import annotations

import numpy as np
import pytest
from painted_clips import landscape, painted

from paintreel.errors import DataError, InputError
from paintreel.learn.data.fusion_pictures import graded, paint_pictures, ruled
from paintreel.learn.data.fusion_samples import FusionSampler, FusionSampling, PaintedPicture

PICTURE = PaintedPicture(landscape(1), painted(landscape(1)))
STILL = FusionSampling(
    side_px=64,
    move_px=0,
    zoom=0,
    turn_deg=0,
    bend_px=0,
    in_front=0,
    free=0,
    blind=0,
    light=0,
    grain=0,
)


def drawn(sampling: FusionSampling, seed: int = 0):
    return FusionSampler([PICTURE], sampling).sample(np.random.default_rng(seed))


def test_without_motion_the_carried_paint_is_the_truth():
    live, carried, truth = drawn(STILL)
    assert live.shape == truth.shape == (2, 3, 64, 64)
    assert carried.shape == (2, 4, 64, 64)
    assert np.abs(carried[:, :3] - truth).max() < 2 / 255
    assert carried[:, 3].min() > 0.95
    again = painted((live[0].transpose(1, 2, 0) * 255).round().astype(np.uint8))
    assert np.abs(again - truth[0].transpose(1, 2, 0) * 255).max() <= 1


def test_with_motion_it_is_near_and_the_truth_stays_sharp():
    live, carried, truth = drawn(FusionSampling(side_px=64, in_front=0, free=0, blind=0, grain=0))
    assert 0.002 < np.abs(carried[:, :3] - truth).mean() < 0.12
    again = painted((live[0].transpose(1, 2, 0) * 255).round().astype(np.uint8))
    assert np.abs(again / 255 - truth[0].transpose(1, 2, 0)).mean() < 0.1  # light alone is other


def test_a_free_painting_is_trusted_nowhere_and_shows_another_place():
    _, carried, truth = drawn(FusionSampling(side_px=64, free=1.0))
    assert carried[:, 3].max() == 0
    assert np.abs(carried[:, :3] - truth).mean() > 0.1


def test_a_sample_is_a_function_of_its_random_numbers():
    for one, other in zip(
        drawn(FusionSampling(side_px=64), 3), drawn(FusionSampling(side_px=64), 3), strict=True
    ):
        assert np.array_equal(one, other)
    assert not np.array_equal(
        drawn(FusionSampling(side_px=64), 3)[0], drawn(FusionSampling(side_px=64), 4)[0]
    )


def test_ways_to_paint_keep_shape_and_change_the_picture():
    for way in (ruled, graded):
        paint = way(PICTURE.live, np.random.default_rng(2))
        assert paint.shape == PICTURE.live.shape
        assert paint.dtype == np.uint8
        assert np.abs(paint.astype(int) - PICTURE.live).mean() > 1
    pairs = paint_pictures([PICTURE.live] * 3, [], seed=1)
    assert {pair.name for pair in pairs} <= {"rule", "grade"}


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(DataError, match="256 px"):
        drawn(FusionSampling(side_px=256))
    with pytest.raises(InputError, match="multiple of 16"):
        FusionSampling(side_px=100)
    with pytest.raises(InputError, match="shares"):
        FusionSampling(blind=1.5)
