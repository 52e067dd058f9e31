"""Paint carried from key frames along the motion, and how far it is to be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from painted_clips import landscape, painted

from paintreel.errors import InputError
from paintreel.media.carrying import (
    KeyFollower,
    PaintedKey,
    carried_planes,
    uncarried_planes,
)
from paintreel.media.motion import MotionFinder, sketch

WIDE = landscape(3, 96, 320)


def view(shift_px: int) -> np.ndarray:
    return np.ascontiguousarray(WIDE[:, shift_px : shift_px + 160])


def key_at(shift_px: int, time_s: float = 0.0) -> PaintedKey:
    return PaintedKey(view(shift_px), painted(view(shift_px)), time_s)


def error(planes: np.ndarray, truth: np.ndarray, columns: slice) -> float:
    return float(np.abs(planes[8:-8, columns, :3].astype(float) - truth[8:-8, columns]).mean())


def test_paint_moves_with_what_it_is_on_and_what_comes_in_is_not_trusted():
    key = key_at(0)
    motion = MotionFinder()(sketch(view(8)), key.small)
    planes = carried_planes([key], [motion])
    assert planes.shape == (96, 160, 4)
    assert planes.dtype == np.uint8
    assert error(planes, painted(view(8)), slice(8, 140)) < 6
    assert planes[20:-20, 20:130, 3].mean() > 200
    assert planes[20:-20, 156:, 3].mean() < planes[20:-20, 20:130, 3].mean() - 40


def test_a_long_way_is_followed_step_by_step():
    key = key_at(0)
    far = view(72)
    follow, alone = KeyFollower(key.small), MotionFinder()(sketch(far), key.small)
    for shift in range(0, 72, 6):
        follow(sketch(view(shift)))
    followed = follow(sketch(far))
    seen = np.s_[20:-20, 12:80]
    assert followed.explained[seen].mean() > 0.8
    assert followed.explained[seen].mean() > alone.explained[seen].mean() + 0.2


def test_of_two_keys_the_nearer_counts_more():
    still = view(0)
    red, blue = (np.full_like(still, colour) for colour in ((255, 0, 0), (0, 0, 255)))
    keys = [PaintedKey(still, red, 0.0), PaintedKey(still, blue, 1.0)]
    motions = [MotionFinder()(sketch(still), key.small) for key in keys]
    first, middle, last = (
        carried_planes(keys, motions, time_s)[48, 80, :3].astype(int) for time_s in (0.0, 0.5, 1.0)
    )
    assert first.tolist() == [255, 0, 0]
    assert abs(middle[0] - middle[2]) <= 1
    assert last.tolist() == [0, 0, 255]


def test_what_one_key_does_not_show_is_taken_from_the_other():
    now, other = view(0), view(0)[::-1].copy()
    keys = [
        PaintedKey(other, np.zeros_like(now), 0.0),
        PaintedKey(now, np.full_like(now, 200), 9.0),
    ]
    motions = [MotionFinder()(sketch(now), key.small) for key in keys]
    planes = carried_planes(keys, motions, 4.5)
    assert planes[30:60, 40:120, :3].mean() > 170


def test_a_painting_of_elsewhere_is_trusted_nowhere():
    planes = uncarried_planes(view(0))
    assert np.array_equal(planes[..., :3], view(0))
    assert not planes[..., 3].any()


def test_what_does_not_go_together_is_refused():
    with pytest.raises(InputError, match="160x96, its frame 80x96"):
        PaintedKey(view(0)[:, :80], view(0))
    with pytest.raises(InputError, match="0 keys and 0 motions"):
        carried_planes([], [])
