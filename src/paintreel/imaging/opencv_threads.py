"""How many threads OpenCV takes for one operation, where others keep the cores busy anyway."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

__all__ = ["few_opencv_threads"]

_CORES_A_THREAD = 4

_lock = threading.Lock()
_inside, _usual = 0, 1


@contextmanager
def few_opencv_threads() -> Iterator[None]:
    """A block in which OpenCV takes a thread for four cores, one at least.

    Its threads spin while they wait for each other. Where a clip is read, painted and written at
    the same time they take a twentieth of the processor for nothing. The number is one for the
    whole process: with several such blocks it is set back at the end of the last.
    """
    global _inside, _usual
    with _lock:
        _inside += 1
        if _inside == 1:
            _usual = cv2.getNumThreads()
            cv2.setNumThreads(max(1, _usual // _CORES_A_THREAD))
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                cv2.setNumThreads(_usual)
