from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.errors import InputError, OutputError, UnknownModel, UnreadableFile
from paintreel.media.video import read_frames
from paintreel.stylize import Style, stylize_video


def frames_of(path: Path) -> list[np.ndarray]:
    with read_frames(path) as frames:
        return [frame.pixels for frame in frames]


@pytest.mark.parametrize("strength", [0, 0.5, 1])
def test_every_frame_is_painted_at_its_time(
    clip: Path, style_file: Path, tmp_path: Path, strength: float
):
    seen = []
    report = stylize_video(
        clip,
        tmp_path / "out.mkv",
        style=style_file,
        strength=strength,
        steady=0,
        codec="ffv1",
        on_progress=lambda done, total: seen.append(done),
    )
    style = Style(style_file)
    with read_frames(clip) as before, read_frames(tmp_path / "out.mkv") as after:
        for a, b in zip(before, after, strict=True):
            assert a.time_s == b.time_s
            assert np.array_equal(style(a.pixels, strength), b.pixels)
    assert report.frames == 5
    assert seen == [1, 2, 3, 4, 5]


def test_loaded_style_and_public_name(clip: Path, style_file: Path, tmp_path: Path):
    assert paintreel.stylize_video is stylize_video
    stylize_video(clip, tmp_path / "a.mkv", style=Style(style_file), codec="ffv1")
    stylize_video(clip, tmp_path / "b.mkv", style=style_file, codec="ffv1")
    for a, b in zip(frames_of(tmp_path / "a.mkv"), frames_of(tmp_path / "b.mkv"), strict=True):
        assert np.array_equal(a, b)


def test_animation_keeps_its_alpha(style_file: Path, tmp_path: Path):
    rng = np.random.default_rng(0)
    frames = []
    for _ in range(2):
        rgba = rng.integers(0, 256, (16, 16, 4), np.uint8)
        rgba[..., 3] = np.where(np.arange(16) < 8, 0, 255)
        frames.append(Image.fromarray(rgba))
    frames[0].save(
        tmp_path / "in.webp", save_all=True, append_images=frames[1:], lossless=True, exact=True
    )
    stylize_video(tmp_path / "in.webp", tmp_path / "out.webp", style=style_file)
    painted = Image.open(tmp_path / "out.webp")
    assert painted.n_frames == 2
    assert np.array_equal(np.asarray(painted.convert("RGBA"))[..., 3], rgba[..., 3])


def test_options_are_checked_before_anything_is_written(
    clip: Path, style_file: Path, tmp_path: Path
):
    dst = tmp_path / "out.mkv"
    with pytest.raises(InputError, match="strength"):
        stylize_video(clip, dst, style=style_file, strength=2)
    with pytest.raises(UnknownModel):
        stylize_video(clip, dst, style="no-such-style")
    with pytest.raises(UnreadableFile, match="no such file"):
        stylize_video(tmp_path / "none.mp4", dst, style=style_file)
    dst.write_bytes(b"there")
    with pytest.raises(OutputError, match="overwrite"):
        stylize_video(clip, dst, style=style_file)
    assert [p.name for p in tmp_path.iterdir()] == ["out.mkv"]
    assert dst.read_bytes() == b"there"


def test_options_of_the_verb_are_keywords(clip: Path, style_file: Path, tmp_path: Path):
    dst = tmp_path / "out.mkv"
    plain = {"style": style_file, "codec": "ffv1", "backend": "onnxruntime"}
    stylize_video(clip, dst, **plain)
    whole = frames_of(dst)
    for more in ({"overwrite": True, "tile": 16, "threads": 1}, {"overwrite": True, "crf": None}):
        stylize_video(clip, dst, **plain, **more)
        assert all(np.array_equal(a, b) for a, b in zip(frames_of(dst), whole, strict=True))
    stylize_video(clip, dst, **plain, overwrite=True, max_side_px=20)
    assert frames_of(dst)[0].shape == (12, 20, 3)
    stylize_video(clip, dst, **plain, overwrite=True, max_frames=5, precision="f32")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_side_px": 9, "size": (8, 8)}, "max_side_px and size exclude each other"),
        ({"max_side_px": 0}, "max_side_px is 0"),
        ({"max_frames": 4}, "the limit is 4; if you want them all"),
        ({"max_pixels": 9}, "960 pixels, the limit is 9"),
        ({"strength": "much"}, "strength"),
    ],
)
def test_keywords_that_cannot_be_used(
    clip: Path, style_file: Path, tmp_path: Path, options, message
):
    with pytest.raises(InputError, match=message):
        stylize_video(clip, tmp_path / "out.mkv", style=style_file, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_loaded_style_takes_no_options_of_its_own(clip: Path, style_file: Path, tmp_path: Path):
    with pytest.raises(InputError, match=r"\['threads'\] belong to the Style that is loaded"):
        stylize_video(clip, tmp_path / "out.mkv", style=Style(style_file), threads=1)
