"""A clip at even steps: the right frames at their own times, and nothing lost in the count."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.errors import InputError
from paintreel.media.reader import FrameReader, read_frames
from paintreel.media.sampling import EvenTimes, sample_clip


def flat(level: int) -> np.ndarray:
    return np.full((48, 64, 3), level, np.uint8)


@pytest.fixture
def clip(tmp_path: Path, make_lossless_clip) -> Path:
    """Two seconds, frame n of level 5 n."""
    return make_lossless_clip(tmp_path / "clip.mkv", [flat(5 * n) for n in range(48)])


def level_of(frame) -> int:
    return int(frame.pixels.mean().round())


def test_frames_are_taken_at_even_steps_at_their_own_times(clip: Path):
    sampled = sample_clip(clip, level_of, every_s=0.5)
    assert [(pytest.approx(t, abs=2e-3), v) for t, v in sampled.values] == [
        (0.0, 0), (0.5, 60), (1.0, 120), (1.5, 180),
    ]  # fmt: skip
    assert sampled.end_s == pytest.approx(2.0, abs=0.01)
    assert sampled.notes == ()  # frames that were not taken are not missing


def test_short_clips_are_looked_at_more_often(clip: Path):
    assert len(sample_clip(clip, level_of).values) == 12


def test_every_frame_is_taken_where_that_is_asked_for(clip: Path):
    assert [v for _, v in sample_clip(clip, level_of, every_s=0).values] == list(range(0, 240, 5))


def test_frames_are_taken_at_given_times(clip: Path):
    times = [7 / 24, 0.5, 1.51]
    taken = sample_clip(clip, level_of, at_s=times).values
    assert [v for _, v in taken] == [35, 60, 185]  # of 1.51 s, which has none, the next


def test_uneven_times_give_the_first_frame_of_each_stretch(tmp_path: Path, make_lossless_clip):
    times = [0, 3, 30, 31, 40, 100]
    frames = [flat(10 * n) for n in range(6)]
    clip = make_lossless_clip(tmp_path / "uneven.mkv", frames, times)
    taken = sample_clip(clip, level_of, every_s=1).values
    assert [v for _, v in taken] == [0, 20, 50]
    assert [t for t, _ in taken] == pytest.approx([0, 30 / 24, 100 / 24], abs=2e-3)


def test_frames_that_are_not_taken_are_not_made_into_rgb(clip: Path, monkeypatch):
    made = []
    with read_frames(clip, takes=EvenTimes(0.5)) as frames:
        assert isinstance(frames, FrameReader)
        convert = frames._uniform
        monkeypatch.setattr(frames, "_uniform", lambda *a: made.append(1) or convert(*a))
        indices = [frame.index for frame in frames]
    assert indices == [0, 12, 24, 36]
    assert len(made) == 4


def test_animations_are_sampled_too(tmp_path: Path):
    frames = [Image.fromarray(flat(40 * n)) for n in range(5)]
    gif = tmp_path / "loop.gif"
    frames[0].save(gif, save_all=True, append_images=frames[1:], duration=400, loop=0)
    taken = sample_clip(gif, level_of, every_s=1).values
    assert [t for t, _ in taken] == pytest.approx([0.0, 1.2])
    assert [v for _, v in taken] == pytest.approx([0, 120], abs=2)


def test_progress_and_cancelling(clip: Path):
    seen = []
    cancel = threading.Event()

    def told(done: int, total: int | None) -> None:
        seen.append((done, total))
        cancel.set()

    with pytest.raises(CancelledError):
        sample_clip(clip, level_of, every_s=0.5, on_progress=told, cancel=cancel)
    assert seen == [(1, 48)]


@pytest.mark.parametrize("every_s", [-1.0, float("nan")])
def test_a_step_that_is_none_is_refused(every_s: float):
    with pytest.raises(InputError, match="expected seconds"):
        EvenTimes(every_s)


def test_times_a_hair_before_their_place_count():
    takes = EvenTimes(1)
    assert [takes(Fraction(t)) for t in ("0", "0.999", "1.001")] == [True, True, False]
