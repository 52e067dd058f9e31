"""Colours that a file states in another way than by a whole profile: kept."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from paintreel.imaging import profiles
from paintreel.imaging.coding_points import CodingPoints, primaries_and_curve
from paintreel.imaging.files import Picture, inspect_picture, read_picture, write_picture
from paintreel.imaging.heif_boxes import coding_points_of_boxes
from paintreel.imaging.profile_making import SRGB_CURVE, SRGB_PRIMARIES, make_profile
from paintreel.imaging.profiles import repair_icc

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290))
CHRM_P3 = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with its check sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*extra: bytes, shade: tuple[int, ...] = (200, 100, 50), depth: int = 8) -> bytes:
    """A PNG of one colour with more chunks behind its header."""
    colour_type = 2 if len(shade) == 3 else 0
    header = struct.pack(">IIBBBBB", 20, 18, depth, colour_type, 0, 0, 0)
    sample = np.array(shade, f">u{depth // 8}").tobytes()
    rows = (b"\0" + sample * 20) * 18
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def as_srgb(picture: Picture) -> np.ndarray:
    """The first pixel as a colour-managed program shows it."""
    image = Image.fromarray(picture.pixels)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.icc))
    shown = ImageCms.profileToProfile(
        image, profile, ImageCms.createProfile("sRGB"), renderingIntent=1, outputMode="RGB"
    )
    return np.asarray(shown)[0, 0].astype(int)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def with_nclx(avif: bytes, primaries: int, transfer: int) -> bytes:
    """The AVIF with other codes in its box colr, of the same length."""
    at = avif.index(b"colrnclx") + 8
    return avif[:at] + struct.pack(">HH", primaries, transfer) + avif[at + 4 :]


# Profiles


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
@pytest.mark.parametrize("pad", [1, 2, 3, 100])
def test_pad_bytes_after_a_profile_are_cut_off(tmp_path, suffix, pad):
    image = Image.new("RGB", (20, 18), (200, 100, 50))
    image.save(tmp_path / f"a{suffix}", icc_profile=SRGB + bytes(pad))
    assert read_picture(tmp_path / f"a{suffix}").icc == SRGB
    assert inspect_picture(tmp_path / f"a{suffix}").icc == "sRGB built-in"


@pytest.mark.parametrize("stated", [0, 1, len(SRGB) - 4, len(SRGB) + 4, 2**32 - 1])
def test_a_wrong_size_field_is_set_right(tmp_path, stated):
    broken = stated.to_bytes(4, "big") + SRGB[4:]
    Image.new("RGB", (20, 18)).save(tmp_path / "a.png", icc_profile=broken)
    icc = read_picture(tmp_path / "a.png").icc
    assert int.from_bytes(icc[:4], "big") == len(icc)
    assert icc[4:] == SRGB[4 : len(icc)]
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc)))


def test_a_profile_of_megabytes_is_read(tmp_path):
    large = SRGB + bytes(3 << 20)
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(large))
    (tmp_path / "a.png").write_bytes(png(profile))
    assert read_picture(tmp_path / "a.png").icc == SRGB


def test_a_padded_profile_of_inks_is_applied(tmp_path, monkeypatch):
    tried = []

    def convert(image: Image.Image, source: object) -> Image.Image:
        tried.append(source)
        return image.convert("RGB")

    monkeypatch.setattr(profiles, "_through_profiles", convert)
    monkeypatch.setattr(ImageCms, "ImageCmsProfile", lambda file: file.read())
    inks = SRGB[:16] + b"CMYK" + SRGB[20:]
    Image.new("CMYK", (20, 18)).save(tmp_path / "a.jpg", icc_profile=inks + bytes(3))
    assert read_picture(tmp_path / "a.jpg").icc is None
    assert tried == [inks]


def test_a_profile_that_is_cut_off_is_left_out_and_said(tmp_path):
    Image.new("RGB", (20, 18)).save(tmp_path / "a.png", icc_profile=SRGB[:200])
    picture = read_picture(tmp_path / "a.png")
    assert picture.icc is None
    assert [note.kind for note in picture.notes] == ["profile-damaged"]
    assert repair_icc(b"garbage") is None


def test_formats_without_profiles_get_srgb(tmp_path):
    icc = make_profile(DISPLAY_P3, SRGB_CURVE)
    pixels = np.full((20, 18, 3), (200, 100, 50), np.uint8)
    notes = write_picture(tmp_path / "a.bmp", Picture(pixels, icc=icc))
    assert [note.kind for note in notes] == ["profile-applied"]
    expected = as_srgb(Picture(pixels, icc=icc))
    assert np.abs(read_picture(tmp_path / "a.bmp").pixels[0, 0] - expected).max() <= 1


# Gamma, primaries, codes


def test_a_made_profile_says_what_it_was_made_of():
    picture = Picture(np.full((2, 2, 3), (200, 100, 50), np.uint8))
    icc = make_profile(DISPLAY_P3, SRGB_CURVE)
    # By the matrices of CSS Color 4: display-p3 (200, 100, 50) is sRGB (215, 93, 31).
    shown = as_srgb(Picture(picture.pixels, icc=icc))
    assert np.abs(shown - (215, 93, 31)).max() <= 2
    assert make_profile(SRGB_PRIMARIES, SRGB_CURVE) is None
    assert make_profile(SRGB_PRIMARIES, 2.2) is None
    flat = ((0.3, 0.3), (0.3, 0.3), (0.3, 0.3), (0.3, 0.3))
    assert make_profile(flat, SRGB_CURVE) is None
    assert make_profile(((0.3, 0.0), *flat[1:]), SRGB_CURVE) is None


@pytest.mark.parametrize("depth", [8, 16])
def test_gamma_of_png_is_kept(tmp_path, depth):
    full = 255 if depth == 8 else 65535
    shade = tuple(round(share * full) for share in (0.5, 0.25, 1.0))
    linear = chunk(b"gAMA", struct.pack(">I", 100_000))
    (tmp_path / "a.png").write_bytes(png(linear, shade=shade, depth=depth))
    picture = read_picture(tmp_path / "a.png")
    pixels = (picture.pixels / (full / 255)).round().astype(np.uint8)
    # Light of 0.5 is 188 in sRGB, of 0.25 it is 137.
    assert np.abs(as_srgb(Picture(pixels, icc=picture.icc)) - (188, 137, 255)).max() <= 2


def test_gamma_of_grey_is_kept(tmp_path):
    linear = chunk(b"gAMA", struct.pack(">I", 100_000))
    (tmp_path / "a.png").write_bytes(png(linear, shade=(128,)))
    picture = read_picture(tmp_path / "a.png")
    assert picture.icc[16:20] == b"GRAY"
    assert np.abs(as_srgb(picture) - 188).max() <= 2
    write_picture(tmp_path / "b.png", picture)
    assert read_picture(tmp_path / "b.png").icc == picture.icc


@pytest.mark.parametrize(
    "said",
    [
        chunk(b"cHRM", struct.pack(">8I", *CHRM_P3)) + chunk(b"gAMA", struct.pack(">I", 45_455)),
        chunk(b"cHRM", struct.pack(">8I", *CHRM_P3)),
        chunk(b"cICP", bytes([12, 13, 0, 1])),
        # In order of rank: codes count before a profile.
        chunk(b"cICP", bytes([12, 13, 0, 1])) + chunk(b"iCCP", b"x\0\0" + zlib.compress(SRGB)),
    ],
)
def test_wide_primaries_of_png_are_kept(tmp_path, said):
    (tmp_path / "a.png").write_bytes(png(said))
    assert np.abs(as_srgb(read_picture(tmp_path / "a.png")) - (215, 93, 31)).max() <= 2


@pytest.mark.parametrize(
    "said",
    [
        chunk(b"gAMA", struct.pack(">I", 45_455)),
        chunk(b"sRGB", b"\0") + chunk(b"gAMA", struct.pack(">I", 100_000)),
        chunk(b"cICP", bytes([1, 13, 0, 1])),
        chunk(b"gAMA", bytes(4)),
    ],
)
def test_what_says_srgb_needs_no_profile(tmp_path, said):
    (tmp_path / "a.png").write_bytes(png(said))
    assert read_picture(tmp_path / "a.png").icc is None


def test_codes_of_avif_are_kept(tmp_path):
    packed = io.BytesIO()
    Image.new("RGB", (20, 18), (200, 100, 50)).save(
        packed, "AVIF", quality=100, subsampling="4:4:4"
    )
    (tmp_path / "a.avif").write_bytes(with_nclx(packed.getvalue(), 12, 13))
    shown = as_srgb(read_picture(tmp_path / "a.avif"))
    assert np.abs(shown - (215, 93, 31)).max() <= 4


def test_codes_of_the_primary_picture_count():
    def nclx(*codes: int) -> bytes:
        return box(b"colr", b"nclx" + struct.pack(">HHHB", *codes, 1, 0x80))

    properties = box(b"ipco", nclx(9, 16) + nclx(1, 13))
    places = struct.pack(">II", 0, 2) + struct.pack(">HBB", 1, 1, 1) + struct.pack(">HBB", 2, 1, 2)
    primary = box(b"pitm", struct.pack(">IH", 0, 2))
    meta = box(b"meta", bytes(4) + primary + box(b"iprp", properties + box(b"ipma", places)))
    assert coding_points_of_boxes(box(b"ftyp", b"avif") + meta) == CodingPoints(1, 13)


def test_unknown_codes_are_taken_for_srgb():
    assert primaries_and_curve(CodingPoints(200, 200)) == (SRGB_PRIMARIES, SRGB_CURVE)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_png_of_narrow_range_is_spread(tmp_path, dtype):
    unit, full = (1, 255) if dtype == np.uint8 else (256, 65535)
    codes = np.array([[0, 16, 235, 255]] * 2, dtype) * dtype(unit)
    write_picture(tmp_path / "a.png", Picture(np.dstack([codes] * 3)))
    whole = (tmp_path / "a.png").read_bytes()
    for is_full in (0, 1):
        path = tmp_path / f"{is_full}.png"
        content = bytes([1, 13, 0, is_full])
        path.write_bytes(whole[:33] + chunk(b"cICP", content) + whole[33:])
    read = read_picture(tmp_path / "0.png")
    assert [note.kind for note in read.notes] == ["range-expanded"]
    assert read.pixels[0, :, 0].tolist() == [0, 0, full, full]
    usual = read_picture(tmp_path / "1.png")
    assert not usual.notes
    assert (usual.pixels[..., 0] == codes).all()
