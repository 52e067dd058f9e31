from __future__ import annotations

import re
from pathlib import Path

import pytest

from paintreel.errors import BackendError, InputError
from paintreel.media import encoding
from paintreel.media.colour_tags import BT601, BT709
from paintreel.media.encoding import check_settings, plan_encoding
from paintreel.media.encoding_settings import EncodingSettings


def plan(name="o.mp4", width=64, height=48, tags=BT709, **settings):
    more = {name: settings.pop(name) for name in ("alpha", "source") if name in settings}
    return plan_encoding(Path(name), width, height, tags, EncodingSettings(**settings), **more)


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
        ({"preset": "warp"}, r"no preset 'warp'; use one of ultrafast"),
        ({"codec": "av1", "preset": "medium"}, r"no preset 'medium'; use one of 0, 1"),
        ({"codec": "vp9", "pixel_format": "yuva420p"}, r"holds no transparency in vp9, only Mat"),
        ({"width": 1}, r"too small for h264 in yuv420p; use pixel format yuv444p"),
        ({"width": 1, "codec": "av1"}, r"use codec ffv1 or png"),
        ({"width": 62, "codec": "hevc"}, r"62x48 are too small for hevc: at least 64x16 pixels"),
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


@pytest.mark.parametrize(
    ("source", "settings", "pixel_format", "fix"),
    [
        ("yuv444p", {}, "yuv420p", "4:4:4 .*4:2:0: --pixel-format yuv444p keeps it"),
        ("yuv422p", {}, "yuv420p", "4:2:2 .*--pixel-format yuv444p keeps it"),
        ("rgb24", {"codec": "hevc"}, "yuv420p", "RGB colour .*--pixel-format yuv444p"),
        ("yuv444p10le", {"codec": "av1"}, "yuv420p", "codec ffv1 or png keeps it"),
        ("yuv444p", {"name": "o.webm"}, "yuv420p", "--pixel-format yuv444p"),
        ("yuva444p12le", {"name": "o.webm", "alpha": True}, "yuva420p", "codec ffv1 or png"),
        ("yuv411p", {}, "yuv420p", "4:1:1 "),
        ("yuv422p10le", {"name": "o.mov", "codec": "prores"}, "yuv422p10le", None),
        ("yuv444p", {"name": "o.mov", "codec": "prores"}, "yuv444p10le", None),
        ("gbrp", {"name": "o.mov", "codec": "prores"}, "yuv444p10le", None),
        ("yuv444p", {"name": "o.mkv", "codec": "ffv1"}, "bgr0", None),
        ("yuv444p", {"name": "o", "codec": "png"}, "rgb24", None),
        ("rgb24", {"name": "o.gif"}, "pal8", None),
        ("yuv420p10le", {}, "yuv420p", None),
        ("gray", {}, "yuv420p", None),
        (None, {}, "yuv420p", None),
        ("yuv444p", {"pixel_format": "yuv444p"}, "yuv444p", None),
        ("yuv444p", {"pixel_format": "yuv420p"}, "yuv420p", None),  # as it was asked for
    ],
)
def test_chroma_is_kept_where_players_take_it_else_it_is_noted(source, settings, pixel_format, fix):
    chosen = plan(source=source, **settings)
    assert chosen.pixel_format == pixel_format
    notes = [note for note in chosen.notes if note.kind == "chroma-reduced"]
    assert len(notes) == (fix is not None)
    for note in notes:
        assert note.loss
        assert re.search(fix, note.text)


def test_settings_are_checked_without_a_clip():
    with pytest.raises(InputError, match="from 0 to 51, got 60"):
        check_settings(Path("o.mp4"), EncodingSettings(crf=60))
    with pytest.raises(InputError, match="crf for av1 must be from 0 to 63, got 64"):
        check_settings(Path("o.webm"), EncodingSettings(codec="av1", crf=64))
    assert check_settings(Path("o.webm"), EncodingSettings(codec="av1", crf=60))[1].name == "av1"


def test_prores_of_full_chroma_says_its_profile():
    assert plan("o.mov", codec="prores", source="yuv444p").options["profile"] == "4444"
    assert plan("o.mov", codec="prores", source="yuv420p").options["profile"] == "hq"
