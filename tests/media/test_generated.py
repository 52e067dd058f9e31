"""Frames that a program makes, written as clips: all containers, times, whole or not at all."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError, OutputError
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.generated import GeneratedFrames, frame_rate
from paintreel.media.video import read_frames, write_video

SIZE_PX = (64, 48)


def grey_frames(count: int):
    for index in range(count):
        yield np.full((48, 64, 3), 40 + 10 * index, np.uint8)


def source(count: int = 12, rate: float = 25) -> GeneratedFrames:
    return GeneratedFrames(grey_frames(count), size_px=SIZE_PX, rate=frame_rate(rate), count=count)


@pytest.mark.parametrize(
    ("fps", "rate"),
    [(24, Fraction(24)), (23.976, Fraction(2997, 125)), (30000 / 1001, Fraction(30000, 1001)),
     (Fraction(25, 2), Fraction(25, 2)), (0.5, Fraction(1, 2))],
)  # fmt: skip
def test_rates(fps, rate):
    assert frame_rate(fps) == rate


@pytest.mark.parametrize("fps", [0, -1, 241, "24", None, float("nan"), 1e-9, True])
def test_rates_that_are_none(fps):
    with pytest.raises(InputError, match="fps is"):
        frame_rate(fps)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.webm", "a.gif", "a.webp"])
def test_every_container_holds_all_frames_at_their_times(tmp_path: Path, name):
    report = write_video(source(), tmp_path / name)
    assert report.frames == 12
    assert report.duration_s == pytest.approx(12 / 25, abs=0.002)
    with read_frames(tmp_path / name) as clip:
        frames = list(clip)
    assert (clip.width, clip.height) == SIZE_PX
    assert [round(frame.time_s, 3) for frame in frames] == [round(i / 25, 3) for i in range(12)]
    for index, frame in enumerate(frames):
        assert abs(frame.pixels.mean() - (40 + 10 * index)) < 4


def test_a_folder_of_numbered_pictures(tmp_path: Path):
    write_video(source(3), tmp_path / "out", encoding=EncodingSettings("png"))
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == [
        "000001.png", "000002.png", "000003.png",
    ]  # fmt: skip


def test_progress_and_cancel(tmp_path: Path):
    told = []
    write_video(source(5), tmp_path / "a.mp4", on_progress=lambda *done: told.append(done))
    assert told == [(i, 5) for i in range(1, 6)]
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        write_video(source(5), tmp_path / "b.mp4", cancel=cancel)
    assert not (tmp_path / "b.mp4").exists()


def test_a_wrong_frame_and_a_file_that_is_there(tmp_path: Path):
    wrong = GeneratedFrames(
        iter([np.zeros((48, 60, 3), np.uint8)]), size_px=SIZE_PX, rate=Fraction(5), count=1
    )
    with pytest.raises(InputError, match=r"frame 0 is uint8 \(48, 60, 3\), expected uint8"):
        write_video(wrong, tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())
    (tmp_path / "a.mp4").write_bytes(b"there")
    with pytest.raises(OutputError, match="exists"):
        write_video(source(), tmp_path / "a.mp4")
    write_video(source(), tmp_path / "a.mp4", overwrite=True)


def test_a_failure_while_frames_are_made_goes_on_to_the_caller(tmp_path: Path):
    def frames():
        yield from grey_frames(2)
        raise ZeroDivisionError("made up")

    broken = GeneratedFrames(frames(), size_px=SIZE_PX, rate=Fraction(5), count=9)
    with pytest.raises(ZeroDivisionError, match="made up"):
        write_video(broken, tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())
