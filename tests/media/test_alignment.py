from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.media.alignment import AlignedFrames
from paintreel.media.frame import Frame

PIXELS = np.zeros((1, 1, 3), np.uint8)


def clip(times, *, rate: int = 24, duration: int = 0) -> list[Frame]:
    base = Fraction(1, rate)
    return [Frame(PIXELS, t, base, duration, i) for i, t in enumerate(times)]


def pairs(a: list[Frame], b: list[Frame]) -> tuple[list[tuple[int, int]], AlignedFrames]:
    aligned = AlignedFrames(a, b)
    return [(x.index, y.index) for x, y in aligned], aligned


def test_equal_clips_and_an_offset():
    found, aligned = pairs(clip(range(4)), clip(range(100, 104)))
    assert found == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert (aligned.pairs, aligned.only_generated, aligned.only_reference) == (4, 0, 0)


def test_half_the_rate_meets_every_second_frame():
    found, aligned = pairs(clip(range(3), rate=12), clip(range(6)))
    assert found == [(0, 0), (1, 2), (2, 4)]
    assert (aligned.only_generated, aligned.only_reference) == (0, 3)


def test_a_dropped_frame_does_not_shift_the_rest():
    found, aligned = pairs(clip([0, 1, 3, 4]), clip(range(5)))
    assert found == [(0, 0), (1, 1), (2, 3), (3, 4)]
    assert aligned.only_reference == 1


def test_a_longer_clip_is_counted():
    _, aligned = pairs(clip(range(5)), clip(range(3)))
    assert (aligned.pairs, aligned.only_generated) == (3, 2)


def test_single_frames_meet():
    assert pairs(clip([7]), clip([0]))[0] == [(0, 0)]


def test_without_reference():
    aligned = AlignedFrames(clip(range(3)), None)
    assert [(f.index, other) for f, other in aligned] == [(0, None), (1, None), (2, None)]
    assert aligned.pairs == 3


@pytest.mark.parametrize("jitter_ms", [1, 3, 8])
def test_rounded_timestamps_meet(jitter_ms: int):
    rng = np.random.default_rng(jitter_ms)
    exact = np.arange(40) * 1000 / 24
    moved = np.rint(exact + rng.uniform(-jitter_ms, jitter_ms, 40)).astype(int)
    moved[0] = 0
    found, _ = pairs(clip(range(40)), clip(moved.tolist(), rate=1000))
    assert found == [(i, i) for i in range(40)]


ticks = st.lists(st.integers(1, 5), min_size=0, max_size=20).map(
    lambda steps: [0, *np.cumsum(steps).tolist()]
)


@given(ticks, ticks)
@settings(max_examples=60, deadline=None)
def test_every_frame_is_paired_once_or_counted(a, b):
    found, aligned = pairs(clip(a), clip(b))
    assert len(found) + aligned.only_generated == len(a)
    assert len(found) + aligned.only_reference == len(b)
    assert len({x for x, _ in found}) == len({y for _, y in found}) == len(found)
    assert found == sorted(found)
    exact = set(a) & set(b)  # frames of one time always belong together
    assert {(a[x], b[y]) for x, y in found if a[x] == b[y]} == {(t, t) for t in exact}
