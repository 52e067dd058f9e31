"""What real-time priority an encoder takes is taken back; SVT-AV1 takes it where root runs it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.generated import GeneratedFrames
from paintreel.media.ordinary_priority import ordinary_priority
from paintreel.media.video import write_video

COUNT, SIZE_PX = 40, (96, 64)


def may_take_priority() -> bool:
    """Whether this process may ask for real-time priority; in a thread, which ends with it."""
    told: list[bool] = []

    def ask() -> None:
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
            told.append(True)

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    return bool(told)


pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not may_take_priority(), reason="no right to real-time priority"
)


def in_real_time() -> int:
    """How many threads of this process have real-time priority."""
    count = 0
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            count += os.sched_getscheduler(int(thread.name)) != os.SCHED_OTHER
    return count


def test_an_av1_clip_is_encoded_as_any_other(tmp_path: Path) -> None:
    seen: list[int] = []

    def frames() -> Iterator[np.ndarray]:
        for shade in range(COUNT):
            seen.append(in_real_time())
            yield np.full((*SIZE_PX[::-1], 3), shade, np.uint8)

    source = GeneratedFrames(frames(), size_px=SIZE_PX, rate=Fraction(24), count=COUNT)
    write_video(source, tmp_path / "clip.mp4", encoding=EncodingSettings(codec="av1"))
    assert seen == [0] * COUNT
    assert in_real_time() == 0


def in_a_thread(run: Callable[[], None]) -> None:
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_it_is_taken_back_and_what_was_there_before_stays() -> None:
    after: list[int] = []

    def take() -> None:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))

    def taken_inside() -> None:
        with ordinary_priority():
            take()
        after.append(os.sched_getscheduler(0))

    def taken_before() -> None:
        take()
        with ordinary_priority():
            pass
        after.append(os.sched_getscheduler(0))

    in_a_thread(taken_inside)
    in_a_thread(taken_before)
    assert after == [os.SCHED_OTHER, os.SCHED_RR]


def test_another_thread_keeps_what_it_had() -> None:
    ready, done, after = threading.Event(), threading.Event(), list[int]()

    def sound() -> None:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        ready.set()
        done.wait(10)
        after.append(os.sched_getscheduler(0))

    thread = threading.Thread(target=sound)
    thread.start()
    ready.wait(10)
    with ordinary_priority():
        pass
    done.set()
    thread.join()
    assert after == [os.SCHED_RR]


def test_nothing_is_done_where_the_system_does_not_tell(monkeypatch) -> None:
    def refused(_thread: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "sched_getscheduler", refused)
    with ordinary_priority():
        pass
