"""A file that was cut off is told in every container; whole ones are not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from paintreel.media.endings import FileEnd, end_of_file
from paintreel.media.reader import read_frames
from paintreel.media.video import transform_video

KINDS = {
    # suffix: (codec, muxer's options)
    "mp4": ("libx264", {"movflags": "faststart"}),
    "mov": ("libx264", {"movflags": "faststart"}),
    "m4v": ("libx264", {"movflags": "frag_keyframe+empty_moov"}),
    "mkv": ("libx264", {}),
    "webm": ("libvpx-vp9", {}),
    "avi": ("mpeg4", {}),
    "ts": ("libx264", {}),
    "m2ts": ("libx264", {"mpegts_m2ts_mode": "1"}),
    "mpg": ("mpeg2video", {}),
    "flv": ("flv", {}),
    "wmv": ("wmv2", {}),
    "ogv": ("libvpx", {}),
    "mxf": ("mpeg2video", {}),
}


@pytest.fixture
def make_kind(make_clip):
    """A function (suffix, name) that writes two seconds of it."""

    def make(suffix: str, name: str = "a", **more) -> Path:
        codec, options = KINDS[suffix]
        if codec not in av.codec.codecs_available:
            pytest.skip(f"FFmpeg lacks {codec}")
        return make_clip(
            f"{name}.{suffix}", frames=50, size=(160, 112), codec=codec, options={"g": "5"},
            container_options=options, time_base=Fraction(1, 25), **more,
        )  # fmt: skip

    return make


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def endings(path: Path) -> list[str]:
    with read_frames(path) as frames:
        for _ in frames:
            pass
        return [n.kind for n in frames.notes() if n.kind in ("cut-short", "second-clip-left-out")]


@pytest.mark.parametrize("suffix", KINDS)
def test_a_whole_file_is_whole(make_kind, suffix):
    assert endings(make_kind(suffix)) == []


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("share", [0.55, 0.8, 0.97])
def test_one_that_was_cut_off_says_so(make_kind, suffix, share):
    clip = make_kind(suffix)
    data = clip.read_bytes()
    clip.write_bytes(data[: int(len(data) * share) // 4 * 4 + 1])
    assert endings(clip) == ["cut-short"]


def test_a_stream_without_stated_lengths(make_clip):
    """As recorders write that cannot go back: no duration, no size of the segment."""
    clip = make_clip("a.mkv", frames=50, size=(160, 112), container_options={"live": "1"})
    data = clip.read_bytes()
    assert endings(clip) == []
    clip.write_bytes(data[: len(data) * 2 // 3])
    assert endings(clip) == ["cut-short"]


@pytest.mark.parametrize("suffix", ["mp4", "mov", "flv", "wmv", "mkv"])
def test_a_second_file_that_is_not_read_is_told(make_kind, tmp_path, suffix):
    """Players show the first alone; of Matroska the second with parameters of the first."""
    first = make_kind(suffix)
    second = make_kind(suffix, "b") if suffix != "mkv" else None
    if second is None:
        second = tmp_path / "b.mkv"
        with av.open(str(second), "w") as out:
            stream = out.add_stream("libx264", rate=25, width=96, height=64, pix_fmt="yuv420p")
            for _ in range(5):
                out.mux(stream.encode(av.VideoFrame(96, 64, "yuv420p")))
            out.mux(stream.encode(None))
    joined = tmp_path / f"joined.{suffix}"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    report = transform_video(joined, tmp_path / "o.mp4", same)
    (note,) = [n for n in report.notes if n.kind == "second-clip-left-out"]
    assert note.loss


@pytest.mark.parametrize("suffix", ["ts", "mpg", "avi", "webm"])
def test_a_second_file_that_is_read_is_not(make_kind, tmp_path, suffix):
    data = make_kind(suffix).read_bytes()
    joined = tmp_path / f"joined.{suffix}"
    joined.write_bytes(data + data)
    with read_frames(joined) as frames:
        assert len(list(frames)) == 100
        assert not {"cut-short", "second-clip-left-out"} & {n.kind for n in frames.notes()}


@pytest.mark.parametrize("content", [b"", b"x", b"RIFF", bytes(64), b"\x1aE\xdf\xa3", b"OggS" * 9])
@pytest.mark.parametrize(
    "demuxer", ["mov", "matroska", "avi", "mpegts", "mpeg", "flv", "asf", "ogg", "mxf", None]
)
def test_bytes_of_no_such_container_raise_nothing(tmp_path, content, demuxer):
    path = tmp_path / "a"
    path.write_bytes(content)
    assert isinstance(end_of_file(path, demuxer), FileEnd)
    assert end_of_file(tmp_path / "none", demuxer) == FileEnd()


@pytest.mark.parametrize("cut", [1, 2])
def test_a_gif_without_its_last_byte(tmp_path, cut):
    first, *rest = [Image.new("RGB", (32, 24), (40 * i, 0, 0)) for i in range(5)]
    path = tmp_path / "a.gif"
    first.save(path, save_all=True, append_images=rest, duration=100)
    assert endings(path) == []
    path.write_bytes(path.read_bytes()[:-cut])
    assert endings(path) == ["cut-short"]
