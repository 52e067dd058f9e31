"""Times in the ticks of a container."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from paintreel.media.containers import CONTAINERS
from paintreel.media.frame import Frame
from paintreel.media.pacing import Pacer, pacer_for

MS = Fraction(1, 1000)
PIXELS = np.zeros((1, 1, 3), np.uint8)


def pace(pacer: Pacer, durations: list[int], time_base: Fraction = MS) -> list[tuple[int, int]]:
    """(index of the frame, duration in ticks) of what comes out, one after the other."""
    given, start = [], 0
    for index, duration in enumerate(durations):
        given += pacer.push(Frame(PIXELS, start, time_base, duration, index))
        start += duration
    given += pacer.finish()
    for frame, after in pairwise(given):
        assert frame.pts + frame.duration == after.pts
    return [(frame.index, frame.duration) for frame in given]


def test_an_animation_keeps_its_own_short_times_in_gif():
    pacer = pacer_for(CONTAINERS["gif"], MS, from_animation=True)
    delays = [10, 500, 20, 10, 10, 1000]
    assert pace(pacer, delays) == list(enumerate(d // 10 for d in delays))
    assert (pacer.dropped, pacer.notes()) == (0, ())


def test_of_frames_too_short_for_gif_the_shortest_goes_and_the_sum_stays():
    pacer = pacer_for(CONTAINERS["gif"], MS, from_animation=False)
    assert pace(pacer, [10, 500, 20, 10, 10, 1000]) == [(1, 51), (2, 2), (3, 2), (5, 100)]
    (note,) = pacer.notes()
    assert (note.kind, note.count, note.loss) == ("frames-dropped", 2, True)


@pytest.mark.parametrize("rate", [24, 25, 30, 60, 120, 144, 1000])
def test_gif_of_a_fast_clip_is_as_long_as_the_clip(rate):
    pacer = pacer_for(CONTAINERS["gif"], Fraction(1, rate), from_animation=False)
    given = pace(pacer, [1] * (2 * rate), Fraction(1, rate))
    assert sum(duration for _, duration in given) == 200
    assert min(duration for _, duration in given) >= 2
    assert len(given) == min(2 * rate, 2 * rate - pacer.dropped)
    assert len(given) >= min(2 * rate, 64)


def test_matroska_moves_frames_of_one_millisecond_on():
    pacer = pacer_for(CONTAINERS["matroska"], Fraction(1, 5000), from_animation=False)
    frames = [f for i in range(5) for f in pacer.push(Frame(PIXELS, i, Fraction(1, 5000), 1, i))]
    assert [f.pts for f in frames] == [0, 1, 2, 3, 4]
    assert [(n.kind, n.loss) for n in pacer.notes()] == [("frames-retimed", False)]


def test_mp4_keeps_every_tick():
    pacer = pacer_for(CONTAINERS["mp4"], Fraction(1, 90_000), from_animation=False)
    assert pace(pacer, [1, 2, 3], Fraction(1, 90_000)) == [(0, 1), (1, 2), (2, 3)]
