"""Clips of high dynamic range: tone-mapped, steadily, and nothing of it left in the result."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from paintreel.errors import VideoError
from paintreel.imaging.coding_points import CodingPoints
from paintreel.imaging.tone_mapping import ToneMapper, light_to_pq
from paintreel.jobs.describe import describe
from paintreel.media.hdr_metadata import is_dolby_vision_alone, peak_cd_m2
from paintreel.media.probe import probe
from paintreel.media.reader import read_frames
from paintreel.media.video import transform_video

CURVES = [(16, "PQ (HDR10)"), (18, "HLG")]
METADATA = (
    "log-level=error:max-cll=1500,400:"
    "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(40000000,50)"
)


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def code_of(light_cd_m2: float) -> int:
    """Luma of 10 bits, limited range, of a grey of PQ."""
    return round(64 + 876 * float(light_to_pq(np.array(light_cd_m2))))


def deep(luma: np.ndarray, width: int = 64, height: int = 48) -> av.VideoFrame:
    """A grey frame of 10 bits with the stored `luma`, a number or (height, width)."""
    frame = av.VideoFrame(width, height, "yuv420p10le")
    for plane, value in zip(frame.planes, (luma, 512, 512), strict=True):
        rows = np.full((plane.height, plane.line_size // 2), 512, np.uint16)
        rows[:, : plane.width] = value
        plane.update(rows.tobytes())
    return frame


@pytest.fixture
def make_hdr(make_clip):
    """A function (name, lumas, transfer, options) that writes an HEVC clip of high quality."""

    def make(name: str, lumas: list, transfer: int = 16, params: str = "log-level=error") -> Path:
        lumas = lumas * -(-4 // len(lumas))  # the encoder fails on fewer
        return make_clip(
            name, frames=len(lumas), codec="libx265", pix_fmt="yuv420p10le",
            tags=(9, transfer, 9, 1), content=lambda index: deep(lumas[index]),
            options={"crf": "2", "x265-params": params},
        )  # fmt: skip

    return make


@pytest.mark.parametrize(("transfer", "name"), CURVES)
def test_a_ramp_of_ten_bits_comes_as_the_mapper_says(make_hdr, transfer, name):
    ramp = np.linspace(64, 720, 64).astype(np.uint16)
    clip = make_hdr("a.mp4", [np.tile(ramp, (48, 1))], transfer)
    with read_frames(clip) as frames:
        shown = next(frames).pixels.astype(int)
        (note,) = [n for n in frames.notes() if n.kind == "tone-mapped"]
    assert name in note.text
    signal = np.repeat(((ramp - 64.0) / 876 * 65535)[None, :, None], 3, axis=2)
    wanted = ToneMapper(CodingPoints(9, transfer))(np.rint(signal).astype(np.uint16))[0]
    assert np.abs(shown[24] - wanted).max() <= 4
    assert np.ptp(shown, axis=2).max() <= 2
    assert len(np.unique(shown[24, :, 1])) > 50


def test_light_does_not_breathe(make_hdr):
    """The same grey beside black and beside a lamp: one table a clip."""
    grey, lamp = code_of(100), code_of(1000)
    frames = []
    for other in (64, lamp, 64, grey):
        luma = np.full((48, 64), grey, np.uint16)
        luma[:, 40:] = other
        frames.append(luma)
    with read_frames(make_hdr("a.mp4", frames)) as source:
        shown = [int(frame.pixels[24, 8, 1]) for frame in source]
    assert np.ptp(shown) <= 1


def test_the_peak_is_that_of_the_content(make_hdr):
    plain, told = make_hdr("a.mp4", [400]), make_hdr("b.mp4", [400], params=METADATA)
    assert probe(plain).peak_cd_m2 is None
    assert probe(told).peak_cd_m2 == 1500
    bright = [code_of(1500)]
    with read_frames(make_hdr("c.mp4", bright, params=METADATA)) as frames:
        assert int(next(frames).pixels[24, 32, 1]) >= 253


def test_a_peak_that_cannot_be_true_is_not_taken():
    class Said:
        def __init__(self, content: int) -> None:
            self.side_data = {"CONTENT_LIGHT_LEVEL": struct.pack("=II", content, 0)}

    assert peak_cd_m2(Said(0)) is None
    assert peak_cd_m2(Said(60_000)) is None
    assert peak_cd_m2(Said(4000)) == 4000


@pytest.mark.parametrize("target", ["o.mp4", "o.mov", "o.mkv", "o.webm"])
@pytest.mark.parametrize("transfer", [16, 18])
def test_nothing_of_it_is_left_in_the_result(make_hdr, tmp_path, transfer, target):
    clip = make_hdr("a.mp4", [300, 500], transfer, params=METADATA)
    report = transform_video(clip, tmp_path / target, same)
    assert [n.kind for n in report.notes] == ["tone-mapped"]
    info = probe(tmp_path / target)
    assert (info.tags.primaries, info.tags.transfer, info.tags.matrix) == (1, 1, 1)
    assert info.peak_cd_m2 is None
    with av.open(str(tmp_path / target)) as out:
        told = {side.type.name for frame in out.decode(video=0) for side in frame.side_data}
    assert not told & {"MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL", "DOVI_METADATA"}
    data = (tmp_path / target).read_bytes()
    assert not any(box in data for box in (b"mdcv", b"clli", b"dvvC", b"dvcC"))


def test_info_says_it(make_hdr):
    assert describe(make_hdr("a.mp4", [300]))["dynamic range"].startswith("high, PQ (HDR10): tone")


def test_a_size_may_be_asked_for(make_hdr, tmp_path):
    clip = make_hdr("a.mp4", [code_of(203)] * 3)
    with read_frames(clip, size=(32, 24)) as frames:
        pixels = next(frames).pixels
    assert pixels.shape == (24, 32, 3)
    assert 215 <= pixels.min() <= pixels.max() <= 245


def test_rgb_of_many_bits(make_clip):
    """FFV1 of 10-bit RGB takes another way through FFmpeg."""
    code = float(light_to_pq(np.array(203.0)))

    def content(_):
        pixels = np.full((48, 64, 3), round(code * 65535), np.uint16)
        return av.VideoFrame.from_ndarray(pixels, format="rgb48le").reformat(format="gbrp10le")

    clip = make_clip(
        "a.mkv", frames=2, codec="ffv1", pix_fmt="gbrp10le", tags=(9, 16, 0, 2), content=content,
        options={},
    )  # fmt: skip
    with read_frames(clip) as frames:
        pixels = next(frames).pixels
    wanted = ToneMapper(CodingPoints(9, 16))(np.full((1, 1, 3), round(code * 65535), np.uint16))
    assert np.abs(pixels.astype(int) - wanted).max() <= 1


class Told:
    """A frame as far as Dolby Vision is told by one."""

    def __init__(self, *, profile: int = 0, full: int = 1, trc: int = 2, matrix: int = 2) -> None:
        header = struct.pack("=BxHBBBBBBB", 2, 18, profile, 0, 0, 0, 23, 1, full)
        self.side_data = {"DOVI_METADATA": struct.pack("@N", 32) + bytes(24) + header}
        self.color_trc, self.colorspace = trc, matrix


def test_dolby_vision_is_refused_only_where_no_other_picture_is_in_it():
    """Profile 5 has RPU profile 0 over a full-range base layer; 8 has RPU profile 1."""
    assert is_dolby_vision_alone(Told(), "hev1")
    assert not is_dolby_vision_alone(Told(profile=1, full=0), "hvc1")
    assert not is_dolby_vision_alone(Told(profile=1, full=0, trc=16, matrix=9), "dvh1")
    plain = Told()
    plain.side_data = {}
    assert not is_dolby_vision_alone(plain, "hvc1")
    assert is_dolby_vision_alone(plain, "dvh1")
    plain.colorspace = 15
    assert is_dolby_vision_alone(plain, "hvc1")


def test_dolby_vision_alone_is_refused_in_a_sentence(make_clip, tmp_path):
    clip = make_clip(
        "a.mp4", frames=4, codec="libx265", pix_fmt="yuv420p10le",  # the encoder fails on fewer
        options={"x265-params": "log-level=error"},
    )  # fmt: skip
    data = clip.read_bytes()
    at = data.index(b"stsd")
    entry = next(tag for tag in (b"hev1", b"hvc1") if tag in data[at : at + 40])
    (tmp_path / "dolby.mp4").write_bytes(data[:at] + data[at:].replace(entry, b"dvh1", 1))
    for read in (probe, read_frames, lambda path: transform_video(path, tmp_path / "o.mp4", same)):
        with pytest.raises(VideoError, match=r"Dolby Vision of profile 5.*export it as HDR10"):
            read(tmp_path / "dolby.mp4")
