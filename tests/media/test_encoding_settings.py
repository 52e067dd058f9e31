"""Codec, quality, preset and pixel format, handed on as one."""

from __future__ import annotations

from paintreel.media.encoding_settings import EncodingSettings
from paintreel.scene.options import SceneOptions
from paintreel.stylize.options import StylizeOptions


def test_they_are_taken_out_of_keywords():
    given = {"crf": 20, "fps": 12, "codec": "av1"}
    assert EncodingSettings.taken_from(given) == EncodingSettings("av1", crf=20)
    assert given == {"fps": 12}
    assert EncodingSettings.taken_from(given) == EncodingSettings()


def test_the_options_of_every_verb_that_writes_clips_have_them():
    asked = {"codec": "hevc", "crf": 30, "preset": "slow", "pixel_format": "yuv444p"}
    expected = EncodingSettings(**asked)
    assert StylizeOptions(inputs=("a.mp4",), **asked).encoding == expected
    assert SceneOptions(words=("forest",), parallax="a.mp4", **asked).encoding == expected
