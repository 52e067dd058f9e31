"""The shots of a clip: where it was cut, with the times of its frames."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.media.shots import ClipShot, ShotTimes, find_shots


def textured(seed: int) -> np.ndarray:
    """A picture of blocks in colours of its own."""
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return blocks.repeat(20, 0).repeat(20, 1)


def clip_of(make_lossless_clip, path: Path, *lengths: int) -> Path:
    """A clip at 24 frames a second with shots of so many frames."""
    frames = [textured(seed) for seed, length in enumerate(lengths) for _ in range(length)]
    return make_lossless_clip(path, frames)


def test_shots_follow_each_other_from_cut_to_cut(make_lossless_clip, tmp_path: Path):
    shots = find_shots(clip_of(make_lossless_clip, tmp_path / "clip.mkv", 24, 12, 36))
    assert [shot.start_s for shot in shots] == pytest.approx([0, 1, 1.5], abs=2e-3)
    assert [shot.end_s for shot in shots] == pytest.approx([1, 1.5, 3], abs=2e-3)
    assert [len(shot.times_s) for shot in shots] == [24, 12, 36]


@pytest.mark.parametrize(
    ("lengths", "frames"),
    [((24, 1, 24), [25, 24]), ((1, 24), [25]), ((24, 1), [25]), ((2, 2, 2), [6]), ((3,), [3])],
)
def test_a_flash_is_no_shot(make_lossless_clip, tmp_path: Path, lengths, frames):
    shots = find_shots(clip_of(make_lossless_clip, tmp_path / "clip.mkv", *lengths))
    assert [len(shot.times_s) for shot in shots] == frames
    assert shots[-1].end_s == pytest.approx(sum(lengths) / 24, abs=5e-3)


def test_animations_have_shots_too(tmp_path: Path):
    frames = [Image.fromarray(textured(seed)) for seed in (1, 1, 2)]
    gif = tmp_path / "loop.gif"
    frames[0].save(gif, save_all=True, append_images=frames[1:], duration=[400, 410, 420], loop=0)
    assert find_shots(gif)[-1].end_s == pytest.approx(1.23)
    assert len(find_shots(gif)) == 2


def test_the_frame_in_sight_is_the_last_that_came():
    shot = ClipShot((1.0, 1.5, 2.0), 9.0)
    assert [shot.frame_at(t) for t in (0.0, 1.0, 1.49, 1.5, 8.0)] == [1.0, 1.0, 1.0, 1.5, 2.0]


def test_the_shot_that_is_on_at_a_time():
    times = ShotTimes([ClipShot((1.0, 1.5), 2.0), ClipShot((2.0,), 2.1), ClipShot((2.1,), 9.0)])
    asked = {0.0: 0, 1.0: 0, 1.99: 0, 2.0 - 1e-7: 1, 2.0: 1, 2.05: 1, 2.1: 2, 99.0: 2}
    assert {time_s: times.at(time_s) for time_s in asked} == asked


def test_progress_and_cancelling(make_lossless_clip, tmp_path: Path):
    clip = clip_of(make_lossless_clip, tmp_path / "clip.mkv", 6)
    seen: list[tuple[int, int | None]] = []
    find_shots(clip, on_progress=lambda *done: seen.append(done))
    assert seen == [(n, 6) for n in range(1, 7)]
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        find_shots(clip, cancel=cancel)
