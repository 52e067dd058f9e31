"""The arithmetic of times, on lists of numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from paintreel.media.timeline import FrameTimes, Timeline

TICK = Fraction(1, 1000)
FRAME, SOUND = 40, 20


def placed(timeline: Timeline, times: list[int], stream: int = 0, step: int = FRAME) -> list[int]:
    return [timeline.place(stream, t, t, step, TICK)[1] for t in times]


@pytest.mark.parametrize("start_ms", [-26_509_000, -920, 0, 1460, 36_000_000])
def test_what_advances_is_only_shifted_to_0(start_ms):
    times = [0, 40, 80, 95, 4000, 4040]
    timeline = Timeline(start_ms * TICK)
    assert placed(timeline, [start_ms + t for t in times]) == times
    assert (timeline.bridges, timeline.bridged_s) == (0, 0)


def test_streams_stay_as_far_apart_as_they_were():
    timeline = Timeline(Fraction(-3, 100))
    assert timeline.place(0, 50, 10, 40, TICK) == (80, 40)
    assert timeline.place(1, -30, -30, 20, TICK) == (0, 0)
    assert timeline.place(2, 90, 90, 5, Fraction(1, 100), leads=False) == (93, 93)


def test_a_restart_goes_on_where_it_was_for_all_streams():
    timeline = Timeline(bridges_gaps=True)
    picture, sound = list(range(0, 2000, FRAME)), list(range(0, 2000, SOUND))
    placed(timeline, picture), placed(timeline, sound, 1, SOUND)
    assert placed(timeline, picture) == [2000 + t for t in picture]
    assert placed(timeline, sound, 1, SOUND) == [2000 + t for t in sound]
    assert (timeline.bridges, timeline.bridged_s) == (1, 2)


def test_a_longer_stream_makes_the_others_wait():
    timeline = Timeline(bridges_gaps=True)
    placed(timeline, list(range(0, 2000, FRAME)))
    placed(timeline, list(range(0, 2300, SOUND)), 1, SOUND)
    placed(timeline, [0, 40])
    assert placed(timeline, [0, 20], 1, SOUND) == [2300, 2320]
    assert placed(timeline, [80, 120]) == [2380, 2420]


@pytest.mark.parametrize("stray", [500_000, 101_000, -60_000, 0])
def test_one_stray_packet_changes_nothing_else(stray):
    timeline = Timeline(bridges_gaps=True)
    times = list(range(0, 2000, FRAME))
    assert placed(timeline, [*times[:25], stray, *times[26:]]) == times
    assert timeline.bridges == 1


def test_a_pause_is_kept_where_leaps_forward_are_no_errors():
    assert placed(Timeline(), [0, 40, 60_000, 60_040]) == [0, 40, 60_000, 60_040]
    assert placed(Timeline(bridges_gaps=True), [0, 40, 60_000, 60_040]) == [0, 40, 80, 120]


def test_a_slide_show_beside_sound_is_no_jump():
    timeline = Timeline(bridges_gaps=True)
    shown = []
    for time in range(0, 60_000, SOUND):
        placed(timeline, [time], 1, SOUND)
        if time % 15_000 == 0:
            shown += placed(timeline, [time])
    assert shown == [0, 15_000, 30_000, 45_000]
    assert timeline.bridges == 0


def test_frames_shown_in_another_order_are_no_jump():
    timeline = Timeline(stores_dts=False)
    shown = [0, 5000, 1000, 1040, 30_000, 9000]
    given = [
        timeline.place(0, time, None, FRAME, TICK, is_key=time == 0)[0] for time in [*shown, 0, 80]
    ]
    assert given == [*shown, 30_040, 30_120]
    assert timeline.bridges == 1


def test_random_cuts_never_lose_or_turn_round_a_packet():
    rng = np.random.default_rng(0)
    for _ in range(200):
        timeline = Timeline(bridges_gaps=bool(rng.integers(2)))
        times, at = [], int(rng.integers(0, 10**9))
        for _ in range(40):
            at += FRAME if rng.random() < 0.9 else int(rng.integers(-(10**8), 10**8))
            times.append(at)
        given = placed(timeline, times)
        frame_times = FrameTimes(FRAME)
        shown = [frame_times.of(t, t, FRAME)[0] for t in given]
        assert len(shown) == 40
        assert all(a < b for a, b in pairwise(shown))


def test_frames_that_repeat_a_time_share_it_and_the_rest_is_untouched():
    times = FrameTimes(FRAME)
    given = [times.of(t, t, 0) for t in (0, 40, 40, 80, 120)]
    assert [time for time, _ in given] == [0, 40, 60, 80, 120]
    assert times.retimed == 1


def test_times_that_stand_still_go_on_at_the_running_rate():
    times = FrameTimes(FRAME)
    assert [times.of(t, None, 40)[0] for t in (0, 40, 40, 40, 40)] == [0, 40, 60, 100, 140]


def test_missing_times_go_on_at_the_running_rate():
    times = FrameTimes(None)
    assert [times.of(t, None, 0)[0] for t in (100, 150, 200, None, None)] == [
        100, 150, 200, 250, 300,
    ]  # fmt: skip


def test_decoding_times_are_taken_where_those_of_showing_go_wrong():
    decode_order = [1, 3, 4, 2, 6, 7, 5]
    times = FrameTimes(1)
    shown = [times.of(pts, dts, 1)[0] for pts, dts in zip(decode_order, range(2, 9), strict=True)]
    assert all(a < b for a, b in pairwise(shown))
    avi = FrameTimes(1, stores_pts=False, delay=2)
    given = zip(decode_order, [2, 3, 4, 5, 6, None, None], strict=True)
    assert [avi.of(pts, dts, 1)[0] for pts, dts in given] == [0, 1, 2, 3, 4, 5, 6]
