"""First steps made elsewhere: the same frames as of one process, whatever of them is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError

import numpy as np
import pytest
from carried_work import LOSSLESS, Work, frames_in

from paintreel.media.far_steps import FarWork, StepsTaken, StepTaker
from paintreel.media.kept_steps import shaping_steps
from paintreel.media.video import transform_video

FRAMES, COUNT = 3, 11


class Elsewhere:
    """A clip read by another thread that makes the shards that are asked for; some it loses."""

    def __init__(self, clip, place, lost=()) -> None:
        self.clip, self.place, self.lost = clip, place, lost
        self.shards: dict[int, list[bytes]] = {}
        self.asked: list[int] = []
        self.here: list[int] = []

    def make(self, numbers) -> StepsTaken:
        waiting = list(numbers)

        def wanted(number: int) -> int | None:
            return max(number, waiting.pop(0)) if waiting else None

        def keep(number, members, notes) -> None:
            self.shards[number] = members

        taker = StepTaker(wanted, keep, frames=FRAMES)
        with shaping_steps(taker), pytest.raises(StepsTaken) as taken:
            transform_video(self.clip, self.place / "never", Work().two(), encoding=LOSSLESS)
        assert not (self.place / "never").exists()
        return taken.value

    # What a run asks of it.

    def begin(self, number: int) -> None:
        self.asked.append(number)

    def step(self, number: int, index: int, is_wanted: Callable[[], bool]) -> bytes | None:
        if not is_wanted():
            raise CancelledError
        return None if number in self.lost else self.shards[number][index]

    def work_here(self, number: int, step):
        self.here.append(number)
        return step()

    def notes(self):
        return ()


@pytest.fixture
def clip(make_lossless_clip, tmp_path):
    rng = np.random.default_rng(2)
    frames = rng.integers(0, 256, (COUNT, 32, 48, 3), np.uint8)
    return make_lossless_clip(tmp_path / "clip.mkv", list(frames), range(COUNT))


@pytest.mark.parametrize("lost", [(), (1,), (0, 1, 2, 3)])
def test_frames_equal_those_of_one_process(clip, tmp_path, lost):
    transform_video(clip, tmp_path / "whole", Work().two(), encoding=LOSSLESS)
    elsewhere = Elsewhere(clip, tmp_path, lost)
    elsewhere.make([0, 1, 2, 3])
    here = Work()
    with shaping_steps(lambda work, events, dst: FarWork(work, elsewhere, frames=FRAMES)):
        transform_video(clip, tmp_path / "far", here.two(), encoding=LOSSLESS)
    assert elsewhere.asked == [0, 1, 2, 3]
    assert set(elsewhere.here) == set(lost)
    assert here.steps == sum({0: 3, 1: 3, 2: 3, 3: 2}[number] for number in lost)
    whole, far = frames_in(tmp_path / "whole"), frames_in(tmp_path / "far")
    assert len(whole) == COUNT
    assert all(np.array_equal(a, b) for a, b in zip(whole, far, strict=True))


def test_only_the_shards_that_are_asked_for_are_made(clip, tmp_path):
    elsewhere = Elsewhere(clip, tmp_path)
    assert elsewhere.make([1, 3]).count == COUNT
    assert {number: len(members) for number, members in elsewhere.shards.items()} == {1: 3, 3: 2}


def test_a_shard_beyond_the_end_has_no_frames(clip, tmp_path):
    elsewhere = Elsewhere(clip, tmp_path)
    elsewhere.make([2, 7])
    assert {number: len(members) for number, members in elsewhere.shards.items()} == {2: 3, 7: 0}


def test_nothing_is_read_once_no_more_is_wanted(clip, tmp_path):
    assert Elsewhere(clip, tmp_path).make([0]).count is None


def test_a_run_that_is_cancelled_ends_while_it_waits(clip, tmp_path):
    elsewhere, cancel = Elsewhere(clip, tmp_path), threading.Event()
    elsewhere.make([0, 1, 2, 3])

    def stop(done: int, _) -> None:
        if done == 2:
            cancel.set()

    def shape(work, events, dst):
        return FarWork(work, elsewhere, cancel=cancel, frames=FRAMES)

    with shaping_steps(shape), pytest.raises(CancelledError):
        transform_video(
            clip, tmp_path / "far", Work().two(), encoding=LOSSLESS, on_progress=stop, cancel=cancel
        )
    assert not (tmp_path / "far").exists()
