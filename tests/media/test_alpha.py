"""Transparent clips: read as they are, kept where the target can, laid on white elsewhere."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import probe
from paintreel.media.reader import read_frames
from paintreel.media.video import transform_video

RED, HIDDEN = (200, 40, 60), (0, 255, 0)
CLEAR, FULL, HALF = (10, 10), (10, 56), (44, 56)
"""Places (row, column) of the picture that are clear, opaque and half transparent."""

SOURCES = {
    "vp9.webm": ("libvpx-vp9", "yuva420p", {}),
    "vp9.mkv": ("libvpx-vp9", "yuva420p", {}),
    "vp8.webm": ("libvpx", "yuva420p", {"auto-alt-ref": "0"}),
    "prores.mov": ("prores_ks", "yuva444p10le", {"profile": "4444"}),
    "rle.mov": ("qtrle", "argb", {}),
    "ffv1.mkv": ("ffv1", "bgra", {}),
    "planes.mkv": ("ffv1", "yuva420p", {}),
}
KEEPS = [
    ("o.webm", None), ("o.mkv", "vp9"), ("o.webp", None), ("o.gif", None), ("o.mkv", "ffv1"),
    ("o.mov", "prores"), ("o.mkv", "prores"),
]  # fmt: skip
LOSES = [("o.mp4", None), ("o.mp4", "vp9"), ("o.mkv", "h264"), ("o.webm", "av1")]


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def transparent(path: Path) -> Path:
    """Red on the right, half transparent below, and green that is hidden on the left."""
    encoder, pixel_format, options = SOURCES[path.name]
    rgba = np.full((48, 64, 4), (*RED, 255), np.uint8)
    rgba[40:, :, 3] = 128
    rgba[:, :32] = (*HIDDEN, 0)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(
            encoder, rate=25, width=64, height=48, pix_fmt=pixel_format, options=options
        )
        for index in range(3):
            frame = av.VideoFrame.from_ndarray(rgba, format="rgba").reformat(format=pixel_format)
            frame.pts = index
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("name", SOURCES)
def test_alpha_is_read(tmp_path, name):
    clip = transparent(tmp_path / name)
    assert probe(clip).has_alpha
    with read_frames(clip) as frames:
        read = list(frames)
    assert len(read) == 3
    for frame in read:
        assert [frame.alpha[place] for place in (CLEAR, FULL)] == [0, 255]
        assert int(frame.alpha[HALF]) == pytest.approx(128, abs=2)
        assert frame.pixels[FULL].astype(int) == pytest.approx(RED, abs=4)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize(("target", "codec"), KEEPS)
def test_alpha_is_kept_where_the_target_can(tmp_path, name, target, codec):
    clip, out = transparent(tmp_path / name), tmp_path / target
    report = transform_video(clip, out, same, encoding=EncodingSettings(codec), fps=25)
    losses = {note.kind for note in report.notes if note.loss}
    losses -= {"bits-reduced", "chroma-reduced"}
    assert losses == ({"alpha-hardened"} if target == "o.gif" else set())
    assert probe(out).has_alpha
    with read_frames(out) as frames:
        frame = next(frames)
    assert [frame.alpha[place] for place in (CLEAR, FULL)] == [0, 255]
    assert int(frame.alpha[HALF]) == (255 if target == "o.gif" else pytest.approx(128, abs=3))
    assert frame.pixels[FULL].astype(int) == pytest.approx(RED, abs=5)


@pytest.mark.parametrize("name", SOURCES)
def test_a_folder_of_pictures_keeps_alpha(tmp_path, name):
    transform_video(
        transparent(tmp_path / name), tmp_path / "o", same, encoding=EncodingSettings("png")
    )
    stored = cv2.imread(str(tmp_path / "o" / "000001.png"), cv2.IMREAD_UNCHANGED)
    assert [stored[place][3] for place in (CLEAR, FULL)] == [0, 255]


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize(("target", "codec"), LOSES)
def test_elsewhere_it_is_laid_on_white_and_said(tmp_path, name, target, codec):
    clip, out = transparent(tmp_path / name), tmp_path / target
    report = transform_video(clip, out, same, encoding=EncodingSettings(codec))
    (note,) = [note for note in report.notes if note.kind == "alpha-lost"]
    assert (note.count, note.loss) == (3, True)
    with read_frames(out) as frames:
        frame = next(frames)
    assert frame.alpha is None
    assert frame.pixels[CLEAR].min() > 248
    assert frame.pixels[FULL].astype(int) == pytest.approx(RED, abs=6)


def test_a_pixel_format_without_alpha_may_be_asked_for(tmp_path):
    clip = transparent(tmp_path / "vp9.webm")
    report = transform_video(
        clip, tmp_path / "o.webm", same, encoding=EncodingSettings(pixel_format="yuv420p")
    )
    assert [note.kind for note in report.notes] == ["alpha-lost"]


def test_an_alpha_plane_that_hides_nothing_is_no_alpha_lost(tmp_path):
    clip = tmp_path / "opaque.mov"
    with av.open(str(clip), "w") as out:
        stream = out.add_stream("qtrle", rate=25, width=32, height=32, pix_fmt="argb")
        rgba = np.full((32, 32, 4), 255, np.uint8)
        frame = av.VideoFrame.from_ndarray(rgba, format="rgba").reformat(format="argb")
        frame.pts = 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    report = transform_video(
        clip, tmp_path / "o.mp4", same, encoding=EncodingSettings(pixel_format="yuv444p")
    )
    assert report.notes == ()
