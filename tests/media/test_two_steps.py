from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from paintreel.media import writer as writer_module
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.reader import read_frames
from paintreel.media.video import TwoSteps, transform_video


def test_two_steps_come_in_order_with_sound_and_progress(make_clip, tmp_path):
    """First steps run beside each other, in other threads, and end in any order."""
    clip = make_clip("a.mkv", frames=24, sound="flac", seconds=1)
    begun, finished, threads, told = [], [], set(), []
    together = threading.Barrier(2, timeout=10)

    def begin(frame):
        number = len(begun)
        begun.append(number)

        def step():
            threads.add(threading.current_thread())
            if number in (6, 7):
                together.wait()
            time.sleep(0.002 * (number % 3))
            return number

        return step

    def finish(frame, number):
        assert threading.current_thread() is threading.main_thread()
        finished.append(number)
        return 255 - frame

    steps = TwoSteps(begin, finish, at_once=2)
    told_of = lambda done, expected: told.append(done)  # noqa: E731
    settings = EncodingSettings(codec="ffv1")
    report = transform_video(
        clip, tmp_path / "o.mkv", steps, encoding=settings, on_progress=told_of
    )
    assert report.frames == 24
    assert report.audio
    assert begun == finished == list(range(24))
    assert told == list(range(1, 25))
    assert len(threads) == 2
    assert threading.main_thread() not in threads
    with read_frames(clip) as before, read_frames(tmp_path / "o.mkv") as after:
        for a, b in zip(before, after, strict=True):
            assert a.time_s == b.time_s
            assert np.array_equal(255 - a.pixels, b.pixels)


@pytest.mark.parametrize("where", ["begin", "first", "finish"])
def test_an_error_in_either_step_leaves_nothing(make_clip, tmp_path, where):
    clip = make_clip("a.mp4", frames=30)

    def fails(name):
        if name == where:
            raise ZeroDivisionError(name)

    steps = TwoSteps(
        lambda frame: (fails("begin"), lambda: fails("first"))[1],
        lambda frame, _: (fails("finish"), frame)[1],
        at_once=2,
    )
    with pytest.raises(ZeroDivisionError, match=where):
        transform_video(clip, tmp_path / "o.mp4", steps)
    assert not (tmp_path / "o.mp4").exists()
    assert not list(tmp_path.glob(".paintreel-*"))
    assert not [t for t in threading.enumerate() if t.name.startswith("paintreel-")]


def test_frames_in_memory_are_bounded_with_two_steps(make_clip, tmp_path, monkeypatch):
    clip = make_clip("a.mp4", frames=60, sound="aac", seconds=2.4)
    count = {"made": 0, "gone": 0, "most": 0}
    write = writer_module.ClipWriter.write

    def begin(frame):
        count["made"] += 1
        count["most"] = max(count["most"], count["made"] - count["gone"])
        return lambda: frame

    def slow_write(self, frame):
        time.sleep(0.002)
        write(self, frame)
        count["gone"] += 1

    monkeypatch.setattr(writer_module.ClipWriter, "write", slow_write)
    transform_video(clip, tmp_path / "o.mp4", TwoSteps(begin, lambda _, made: made, at_once=2))
    assert count["made"] == count["gone"] == 60
    # Two in each of three channels, two at their first step, one in the hands of each other stage.
    assert count["most"] <= 11
