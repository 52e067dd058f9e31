"""Picture formats that may move: PNG and AVIF are animations where they hold frames."""

from __future__ import annotations

import pytest
from PIL import Image

from paintreel.errors import UnreadableFile
from paintreel.media.probe import probe
from paintreel.media.reader import read_frames

COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]


def frames() -> list[Image.Image]:
    return [Image.new("RGB", (40, 30), colour) for colour in COLOURS]


def read(path) -> list[tuple[int, int, int]]:
    """(index of the strongest colour, start, duration) of every frame."""
    with read_frames(path) as source:
        return [(int(f.pixels[5, 5].argmax()), f.pts, f.duration) for f in source]


@pytest.mark.parametrize("suffix", [".png", ".avif"])
def test_every_frame_with_its_time(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    first, *rest = frames()
    first.save(path, save_all=True, append_images=rest, duration=[40, 200, 70], loop=0)
    assert read(path) == [(0, 0, 40), (1, 40, 200), (2, 240, 70)]
    info = probe(path)
    assert (info.frames, info.loop, info.width, info.height) == (3, 0, 40, 30)
    assert info.is_animation


def test_the_picture_for_programs_without_animation_is_no_frame(tmp_path):
    first, *rest = frames()
    first.save(
        tmp_path / "a.png", save_all=True, default_image=True, append_images=rest, duration=[30, 50]
    )
    assert read(tmp_path / "a.png") == [(1, 0, 30), (2, 30, 50)]
    assert probe(tmp_path / "a.png").frames == 2


@pytest.mark.parametrize("suffix", [".png", ".avif"])
def test_still_ones_are_no_clips(tmp_path, suffix):
    frames()[0].save(tmp_path / f"a{suffix}")
    with pytest.raises(UnreadableFile, match="still picture"):
        probe(tmp_path / f"a{suffix}")


def test_a_delay_below_a_millisecond_is_none(tmp_path):
    first, *rest = frames()
    first.save(tmp_path / "a.png", save_all=True, append_images=rest, duration=0.1)
    assert probe(tmp_path / "a.png").rate == 10
    assert read(tmp_path / "a.png") == [(0, 0, 100), (1, 100, 100), (2, 200, 100)]
