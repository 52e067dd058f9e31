"""Files are opened as if they were hostile, and Pillow's own limit stays what it was."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from PIL import Image

from paintreel.errors import UnreadableFile
from paintreel.imaging.untrusted_files import open_image, read_head, to_array


@pytest.fixture
def png(tmp_path):
    """A small grey PNG."""
    Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4)).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_header_comes_first_and_pixels_on_demand(png):
    with open_image(png) as image:
        assert (image.size, image.mode, image.format) == ((4, 3), "L", "PNG")
        np.testing.assert_array_equal(to_array(image), np.arange(12).reshape(3, 4))


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError(), KeyError("tag")])
def test_whatever_a_decoder_raises_names_the_file(png, error):
    with (
        pytest.raises(UnreadableFile, match=r"a\.png: damaged or truncated \(.+\)"),
        open_image(png),
    ):
        raise error


def test_interruption_is_no_damage(png):
    with pytest.raises(KeyboardInterrupt), open_image(png):
        raise KeyboardInterrupt


def test_too_little_memory_is_said(png):
    with pytest.raises(UnreadableFile, match="more memory"), open_image(png):
        raise MemoryError


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_pipes_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(UnreadableFile, match="pipe"):
        read_head(tmp_path / "pipe.png")


def test_the_limit_of_pillow_is_lifted_for_all_threads_and_restored(png):
    before = Image.MAX_IMAGE_PIXELS
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with open_image(png):
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    with open_image(png):
        thread.start()
        assert inside.wait(10)
    assert Image.MAX_IMAGE_PIXELS is None  # the other thread still decodes
    leave.set()
    thread.join()
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_arrays_equal_those_of_numpy(mode):
    noise = np.random.default_rng(0).integers(0, 256, (700, 5, 4), dtype=np.uint8)
    image = Image.fromarray(noise).convert(mode)
    np.testing.assert_array_equal(to_array(image), np.asarray(image))
