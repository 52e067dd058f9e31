from __future__ import annotations

import threading

import cv2
import pytest

from paintreel.imaging.opencv_threads import few_opencv_threads


@pytest.fixture
def eight_threads():
    before = cv2.getNumThreads()
    cv2.setNumThreads(8)
    yield
    cv2.setNumThreads(before)


def test_a_thread_for_four_and_all_again_after_an_error(eight_threads):
    def failing():
        with few_opencv_threads():
            found.append(cv2.getNumThreads())
            raise ValueError("no")

    found: list[int] = []
    with pytest.raises(ValueError, match="no"):
        failing()
    assert found == [2]
    assert cv2.getNumThreads() == 8


def test_one_at_least():
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    with few_opencv_threads():
        assert cv2.getNumThreads() == 1
    assert cv2.getNumThreads() == 2
    cv2.setNumThreads(before)


def test_the_last_of_two_that_overlap_sets_it_back(eight_threads):
    """The first to begin ends first: what the second found must not become the usual number."""
    begun, ended = threading.Event(), threading.Event()

    def first():
        with few_opencv_threads():
            begun.set()
            ended.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    begun.wait(10)
    with few_opencv_threads():
        ended.set()
        thread.join(10)
        assert cv2.getNumThreads() == 2
    assert cv2.getNumThreads() == 8
