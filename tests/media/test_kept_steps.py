"""First steps kept in shards: a run that goes on gives the frames of one that was whole."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from carried_work import LOSSLESS, Killed, Work, frames_in

from paintreel.media.kept_steps import StepKeeper, keeping_steps
from paintreel.media.video import transform_video


@pytest.fixture
def clip(make_lossless_clip, tmp_path) -> Path:
    rng = np.random.default_rng(2)
    frames = rng.integers(0, 256, (11, 32, 48, 3), np.uint8)
    return make_lossless_clip(tmp_path / "clip.mkv", list(frames), range(0, 11))


@pytest.mark.parametrize("kind", ["rgb", "grey", "float"])
def test_a_run_that_goes_on_gives_the_same_frames(clip, tmp_path, kind):
    transform_video(clip, tmp_path / "whole", Work(kind=kind).two(), encoding=LOSSLESS)
    told: list[str] = []
    keeper = StepKeeper(tmp_path / "kept", on_shard=lambda name, _: told.append(name), frames=3)
    keeper.folder.mkdir()
    first = Work(dies_after=7, kind=kind)
    with keeping_steps(keeper), pytest.raises(Killed):
        transform_video(clip, tmp_path / "parts", first.two(), encoding=LOSSLESS)
    assert sorted(told) == ["parts-000000.zip", "parts-000001.zip"]
    second = Work(kind=kind)
    with keeping_steps(keeper):
        transform_video(clip, tmp_path / "parts", second.two(), encoding=LOSSLESS)
    assert second.steps == 11 - 6
    whole, parts = frames_in(tmp_path / "whole"), frames_in(tmp_path / "parts")
    assert len(whole) == 11
    assert all(np.array_equal(a, b) for a, b in zip(whole, parts, strict=True))


def test_a_shard_that_nobody_knows_is_made_again(clip, tmp_path):
    keeper = StepKeeper(tmp_path, frames=3)
    with keeping_steps(keeper):
        transform_video(clip, tmp_path / "one", Work().two(), encoding=LOSSLESS)
    for number in itertools.count():
        path = keeper.shard("one", number)
        if not path.exists():
            break
        path.rename(keeper.shard("two", number))
    again = Work()
    known = StepKeeper(tmp_path, frames=3, is_whole=lambda name: name == "two-000001.zip")
    with keeping_steps(known):
        transform_video(clip, tmp_path / "two", again.two(), encoding=LOSSLESS)
    assert again.steps == 11 - 3


def test_nothing_is_kept_unless_it_is_asked_for(clip, tmp_path):
    transform_video(clip, tmp_path / "one", Work().two(), encoding=LOSSLESS)
    assert not list(tmp_path.glob("*.zip"))
