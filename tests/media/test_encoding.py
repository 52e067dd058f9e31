from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import BackendError, InputError
from paintreel.media import encoding
from paintreel.media.colour_tags import BT601, BT709
from paintreel.media.encoding import plan_encoding


def plan(name="o.mp4", width=64, height=48, tags=BT709, **settings):
    return plan_encoding(Path(name), width, height, tags, **settings)


@pytest.mark.parametrize(
    ("name", "encoder", "pixel_format"),
    [
        ("o.mp4", "libx264", "yuv420p"),
        ("o.MP4", "libx264", "yuv420p"),
        ("o.mov", "libx264", "yuv420p"),
        ("o.mkv", "libx264", "yuv420p"),
        ("o.webm", "libvpx-vp9", "yuv420p"),
        ("o.gif", "gif", "pal8"),
        ("o.webp", "libwebp_anim", "bgra"),
    ],
)
def test_the_suffix_chooses(name, encoder, pixel_format):
    chosen = plan(name)
    assert (chosen.codec.encoder, chosen.pixel_format) == (encoder, pixel_format)
    assert chosen.tags.full_range == (pixel_format in ("pal8", "bgra"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "o.txt"}, r"\.mp4 .*\.gif"),
        ({"name": "folder"}, r"codec png"),
        ({"codec": "divx"}, r"unknown codec 'divx'.*h264"),
        ({"name": "o.webm", "codec": "h264"}, r"cannot hold h264, only vp9, av1; h264 goes into"),
        ({"codec": "png"}, r"without \.mp4"),
        ({"pixel_format": "rgb24"}, r"no pixel format 'rgb24'; use one of yuv420p, yuv444p"),
        ({"crf": 52}, r"from 0 to 51, got 52"),
        ({"crf": -1}, r"got -1"),
        ({"name": "o.mkv", "codec": "ffv1", "crf": 3}, r"no crf"),
        ({"name": "o.mov", "codec": "prores", "preset": "fast"}, r"no presets"),
        ({"width": 1}, r"too small for h264 in yuv420p; use pixel format yuv444p"),
        ({"width": 1, "codec": "av1"}, r"use codec ffv1 or png"),
    ],
)
def test_what_does_not_go_together_says_what_does(settings, message):
    with pytest.raises(InputError, match=message):
        plan(**settings)


@pytest.mark.parametrize(
    ("settings", "stored"),
    [
        ({"width": 65, "height": 49}, (64, 48)),
        ({"width": 65, "height": 49, "pixel_format": "yuv422p"}, (64, 49)),
        ({"width": 65, "height": 49, "pixel_format": "yuv444p"}, (65, 49)),
        ({"width": 65, "height": 49, "name": "o.mkv", "codec": "ffv1"}, (65, 49)),
        ({"width": 65, "height": 49, "name": "o", "codec": "png"}, (65, 49)),
        ({"width": 65, "height": 49, "name": "o.gif"}, (65, 49)),
    ],
)
def test_odd_sizes_lose_a_pixel_only_where_they_must_and_it_is_noted(settings, stored):
    chosen = plan(**settings)
    assert (chosen.width, chosen.height) == stored
    assert bool(chosen.notes) == (stored != (65, 49))
    assert all("keeps 65x49" in note.text for note in chosen.notes)


def test_crf_and_preset_reach_the_encoder():
    assert plan().options["crf"] == "18"
    assert "x264-params" in plan().options
    slow = plan(crf=10, preset="slow")
    assert (slow.options["crf"], slow.options["preset"]) == ("10", "slow")
    assert "x264-params" not in slow.options
    assert plan("o.webm", preset="5").options["cpu-used"] == "5"


def test_tags_follow_the_source_and_rgb_gets_a_matrix():
    assert plan(tags=BT601, height=1080).tags == BT601
    assert plan(tags=BT709.for_rgb(), height=480).tags.matrix_name == "smpte170m"
    assert plan("o.mkv", codec="ffv1").tags.matrix_name == "rgb"


def test_a_missing_encoder_is_told(monkeypatch):
    monkeypatch.setattr(encoding.av.codec, "codecs_available", {"png"})
    with pytest.raises(BackendError, match="lacks libx264"):
        plan()
