"""Stills of high dynamic range: told, tone-mapped, and nothing of it left in the result."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageCms

from paintreel.imaging.coding_points import CodingPoints
from paintreel.imaging.files import inspect_picture, read_picture, write_picture
from paintreel.imaging.high_range import high_range_of
from paintreel.imaging.profile_making import make_profile
from paintreel.imaging.tone_mapping import ToneMapper
from paintreel.jobs.describe import describe
from paintreel.media.reader import read_frames

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
CURVES = [(16, "PQ (HDR10)"), (18, "HLG")]
RAMP = np.repeat(np.linspace(0, 38000, 64).astype(np.uint16)[None, :, None], 3, axis=2)
RAMP = np.tile(RAMP, (64, 1, 1))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(path: Path, pixels: np.ndarray, *extra: bytes) -> Path:
    """A PNG of 8 or 16 bits, RGB, with more chunks behind its header."""
    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, pixels.itemsize * 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(f">u{pixels.itemsize}").tobytes() for row in pixels)
    chunks = chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", zlib.compress(rows))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IEND", b""))
    return path


def avif(path: Path, pixels: np.ndarray, transfer: int) -> Path:
    """An AVIF of 10 bits, 4:2:0, with codes of BT.2020 and `transfer`."""
    height, width = pixels.shape[:2]
    with av.open(str(path), "w", format="avif") as out:
        stream = out.add_stream(
            "libsvtav1", rate=1, width=width, height=height, pix_fmt="yuv420p10le",
            options={"crf": "4", "preset": "8"},
        )  # fmt: skip
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = 9, transfer, 9
        context.color_range = 2
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb48le").reformat(
            format="yuv420p10le", dst_colorspace=9, src_color_range=2, dst_color_range=2
        )
        frame.color_primaries, frame.color_trc, frame.colorspace = 9, transfer, 9
        frame.color_range = 2
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def with_cicp(icc: bytes, transfer: int) -> bytes:
    """The profile with the tag cicp of ICC.1:2022."""
    count = int.from_bytes(icc[128:132], "big")
    table = b"".join(
        struct.pack(">4sII", name, start + 12, length)
        for name, start, length in struct.iter_unpack(">4sII", icc[132 : 132 + 12 * count])
    )
    table += struct.pack(">4sII", b"cicp", len(icc) + 12, 12)
    icc = icc[:128] + struct.pack(">I", count + 1) + table + icc[132 + 12 * count :]
    icc += b"cicp" + bytes(4) + bytes([9, transfer, 0, 1])
    return len(icc).to_bytes(4, "big") + icc[4:]


def expected(transfer: int, dtype: type) -> np.ndarray:
    return ToneMapper(CodingPoints(9, transfer), peak_cd_m2=203, dtype=dtype)(RAMP)


@pytest.mark.parametrize(("transfer", "name"), CURVES)
@pytest.mark.parametrize("depth", [8, 16])
def test_png_with_codes_is_tone_mapped(tmp_path, transfer, name, depth):
    pixels = RAMP if depth == 16 else (RAMP // 257).astype(np.uint8)
    path = png(tmp_path / "a.png", pixels, chunk(b"cICP", bytes([9, transfer, 0, 1])))
    picture = read_picture(path)
    assert (picture.icc, picture.pixels.dtype) == (None, pixels.dtype)
    (note,) = picture.notes
    assert (note.kind, note.loss) == ("tone-mapped", True)
    assert name in note.text
    wanted = expected(transfer, picture.pixels.dtype.type).astype(int)
    steps = 2 if depth == 8 else 1
    assert np.abs(picture.pixels.astype(int) - wanted).max() <= (steps if depth == 16 else 4)


def test_nothing_of_it_stays_in_what_is_written(tmp_path):
    path = png(tmp_path / "a.png", RAMP, chunk(b"cICP", bytes([9, 16, 0, 1])))
    write_picture(tmp_path / "o.png", read_picture(path))
    assert b"cICP" not in (tmp_path / "o.png").read_bytes()
    assert inspect_picture(tmp_path / "o.png").hdr is None
    assert read_picture(tmp_path / "o.png").icc is None


@pytest.mark.parametrize(("transfer", "name"), CURVES)
def test_avif_is_read_with_all_its_bits(tmp_path, transfer, name):
    picture = read_picture(avif(tmp_path / "a.avif", RAMP, transfer))
    assert [note.kind for note in picture.notes] == ["tone-mapped"]
    assert picture.pixels.dtype == np.uint8
    off = np.abs(picture.pixels.astype(int) - expected(transfer, np.uint8))
    assert (off.max() <= 8, off.mean() < 1.5) == (True, True)
    # In 8 bits a ramp as dark as this has half the steps.
    levels = [len(np.unique(read[0, :, 1])) for read in (picture.pixels, RAMP // 257)]
    assert levels[0] > 55 > levels[1] * 0.3


def test_avif_that_is_turned_comes_upright(tmp_path):
    """FFmpeg gives the pixels as stored; they are turned as Pillow says."""
    pixels = (RAMP[:48] // 257).astype(np.uint8)
    exif = Image.Exif()
    exif[274] = 6
    packed = io.BytesIO()
    Image.fromarray(pixels).save(packed, "AVIF", quality=100, exif=exif)
    data = packed.getvalue()
    at = data.index(b"colrnclx") + 8
    path = tmp_path / "a.avif"
    path.write_bytes(data[:at] + struct.pack(">HH", 9, 16) + data[at + 4 :])
    picture = read_picture(path)
    assert picture.pixels.shape == (64, 48, 3)
    assert [note.kind for note in picture.notes] == ["tone-mapped"]
    column = picture.pixels[:, 24, 1].astype(int)
    assert np.abs(column - expected(16, np.uint8)[0, :, 1]).max() <= 6


def test_by_profile(tmp_path):
    small = (RAMP // 257).astype(np.uint8)
    Image.fromarray(small).save(tmp_path / "a.jpg", icc_profile=with_cicp(SRGB, 16), quality=100)
    picture = read_picture(tmp_path / "a.jpg")
    assert picture.icc is None
    assert [note.kind for note in picture.notes] == ["tone-mapped"]
    assert np.abs(picture.pixels.astype(int) - expected(16, np.uint8)).mean() < 4


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("ITUR_2100_PQ_FULL", CodingPoints(9, 16)),
        ("Rec. ITU-R BT.2100 HLG", CodingPoints(9, 18)),
        ("Display P3 PQ", CodingPoints(12, 16)),
        ("sRGB IEC61966-2.1", None),
        ("EPQA paper", None),
    ],
)
def test_by_the_name_of_a_profile(name, points, monkeypatch):
    """Profiles older than the tag say it nowhere else."""
    monkeypatch.setattr("paintreel.imaging.high_range.describe_icc", lambda icc: name)
    assert high_range_of(None, SRGB) == points


def test_standard_range_is_left_alone():
    wide = make_profile(((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), (0.3127, 0.329)), None)
    assert high_range_of(None, wide) is None
    assert high_range_of(CodingPoints(9, 1), None) is None


@pytest.mark.parametrize(("transfer", "name"), CURVES)
def test_info_says_it(tmp_path, transfer, name):
    path = png(tmp_path / "a.png", RAMP, chunk(b"cICP", bytes([9, transfer, 0, 1])))
    assert inspect_picture(path).hdr == name
    assert describe(path)["dynamic range"].startswith(f"high, {name}: tone-mapped")
    assert describe(png(tmp_path / "b.png", RAMP))["dynamic range"] == "standard"


def test_an_animation_is_tone_mapped_frame_by_frame(tmp_path):
    frames = [Image.new("RGB", (32, 24), (shade,) * 3) for shade in (40, 148, 148)]
    packed = io.BytesIO()
    frames[0].save(packed, "PNG", save_all=True, append_images=frames[1:], duration=100)
    data = packed.getvalue()
    path = tmp_path / "a.png"
    path.write_bytes(data[:33] + chunk(b"cICP", bytes([9, 16, 0, 1])) + data[33:])
    with read_frames(path) as source:
        assert source.info.hdr
        shown = [int(frame.pixels[0, 0, 1]) for frame in source]
        assert [(n.kind, n.count) for n in source.notes()] == [("tone-mapped", len(shown))]
    assert shown[0] < 40
    assert 215 <= shown[1] <= 245
