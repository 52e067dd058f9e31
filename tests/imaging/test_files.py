"""Pictures on disk: what is read is what the file holds, what is written can be read again."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import (
    TEMPORARY_PREFIX,
    Picture,
    inspect_picture,
    is_animated,
    is_image,
    read_picture,
    write_picture,
)

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GREY_PROFILE = SRGB[:16] + b"GRAY" + SRGB[20:]
LOSSLESS = (".png", ".tif")
LOSSY = (".jpg", ".webp", ".avif")


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    """Noise over the full range."""
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


def smooth(height: int = 48, width: int = 64) -> np.ndarray:
    """Smooth colours (H, W, 3), which lossy formats keep nearly."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width, 2)
    return (np.dstack([x, y, (x + y) / 2]) * 255).astype(np.uint8)


def camera_exif(orientation: int) -> bytes:
    """A block with a make and an orientation."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Maker"
    exif[ExifTags.Base.Orientation] = orientation
    return exif.tobytes()


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with its check sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    """A PNG from scratch: any header over any content."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


# What is written can be read again


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.integers(1, 40), st.just(3000)),
    st.integers(1, 17),
    st.sampled_from([(), (1,), (3,), (4,)]),
    st.sampled_from([np.uint8, np.uint16]),
    st.sampled_from(LOSSLESS),
    st.booleans(),
)
def test_lossless_formats_keep_every_bit(
    tmp_path_factory, long, short, layout, dtype, suffix, tall
):
    pixels = noise(*((long, short) if tall else (short, long)), *layout, dtype=dtype)
    path = tmp_path_factory.getbasetemp() / f"bits{suffix}"
    write_picture(path, Picture(pixels), overwrite=True)
    read = read_picture(path).pixels
    assert read.dtype == dtype
    np.testing.assert_array_equal(read, pixels[..., 0] if layout == (1,) else pixels)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 90), st.integers(1, 17), st.sampled_from(LOSSY))
def test_lossy_formats_keep_any_size_nearly(tmp_path_factory, height, width, suffix):
    path = tmp_path_factory.getbasetemp() / f"nearly{suffix}"
    grey = smooth(height, width)[..., [2, 2, 2]]  # WebP shares colour among four pixels
    write_picture(path, Picture(grey), overwrite=True)
    read = read_picture(path).pixels
    assert read.shape == (height, width, 3)
    assert np.abs(read.astype(int) - grey).mean() < 4


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp", ".avif", ".gif"])
def test_alpha_is_kept(tmp_path, suffix):
    pixels = np.dstack([smooth(), np.zeros((48, 64), np.uint8)])
    pixels[:, 20:, 3] = 255
    write_picture(tmp_path / f"a{suffix}", Picture(pixels))
    read = read_picture(tmp_path / f"a{suffix}").pixels
    assert read.shape == pixels.shape
    assert np.abs(read[..., 3].astype(int) - pixels[..., 3]).max() <= 8


@pytest.mark.parametrize("suffix", LOSSY)
def test_16_bits_are_rounded_where_the_format_has_8(tmp_path, suffix):
    write_picture(tmp_path / f"a{suffix}", Picture(smooth().astype(np.uint16) * 257))
    read = read_picture(tmp_path / f"a{suffix}").pixels
    assert read.dtype == np.uint8
    assert np.abs(read.astype(int) - smooth()).mean() < 4


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_stays_grey(tmp_path, suffix, dtype):
    grey = (smooth()[..., 0] * (np.iinfo(dtype).max / 255)).astype(dtype)
    write_picture(tmp_path / f"a{suffix}", Picture(grey, icc=GREY_PROFILE))
    read = read_picture(tmp_path / f"a{suffix}")
    assert read.pixels.ndim == 2
    assert read.icc == GREY_PROFILE


def test_quality_makes_files_larger(tmp_path):
    for suffix in LOSSY:
        sizes = []
        for quality in (40, 95):
            path = tmp_path / f"{quality}{suffix}"
            write_picture(path, Picture(noise(64, 64, 3)), quality=quality)
            sizes.append(path.stat().st_size)
        assert sizes[0] < sizes[1]


def test_chroma_is_not_subsampled(tmp_path):
    lines = np.zeros((32, 32, 3), np.uint8)
    lines[:, ::2, 0] = 255  # red on black, one pixel wide
    for suffix in (".jpg", ".avif"):
        write_picture(tmp_path / f"a{suffix}", Picture(lines))
        read = read_picture(tmp_path / f"a{suffix}").pixels.astype(int)
        assert read[:, ::2, 0].mean() - read[:, 1::2, 0].mean() > 200


# Profile, EXIF and orientation


@pytest.mark.parametrize("suffix", [".png", ".tif", *LOSSY])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_profile_and_exif_are_carried(tmp_path, suffix, dtype):
    exif = camera_exif(1).removeprefix(b"Exif\x00\x00")
    pixels = smooth().astype(dtype)
    write_picture(tmp_path / f"a{suffix}", Picture(pixels, icc=SRGB, exif=exif))
    read = read_picture(tmp_path / f"a{suffix}")
    assert read.icc == SRGB
    exif = Image.Exif()
    exif.load(read.exif)
    assert exif[ExifTags.Base.Make] == "Maker"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".png", *LOSSY])
def test_orientation_is_applied_and_reset(tmp_path, suffix, orientation):
    upright = smooth(8, 8)
    path = tmp_path / f"a{suffix}"
    lossless = {"lossless": True} if suffix == ".webp" else {"quality": 100}
    turned = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.swapaxes(0, 1),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(upright, -1),
    }[orientation]
    image = Image.fromarray(np.ascontiguousarray(turned))
    image.save(path, exif=camera_exif(orientation), **lossless)
    assert inspect_picture(path).orientation == orientation
    read = read_picture(path)
    assert np.abs(read.pixels.astype(int) - upright).mean() < 3
    exif = Image.Exif()
    exif.load(read.exif)
    assert ExifTags.Base.Orientation not in exif
    write_picture(path, read, overwrite=True)
    again = read_picture(path)
    assert np.abs(again.pixels.astype(int) - upright).mean() < 4


def test_orientation_of_16_bit_png_is_applied(tmp_path):
    pixels = noise(5, 3, 3, dtype=np.uint16)
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in pixels)
    exif = chunk(b"eXIf", camera_exif(6).removeprefix(b"Exif\x00\x00"))
    (tmp_path / "a.png").write_bytes(png(3, 5, 16, 2, rows, exif))
    read = read_picture(tmp_path / "a.png").pixels
    np.testing.assert_array_equal(read, np.rot90(pixels, -1))
    info = inspect_picture(tmp_path / "a.png")
    assert (info.width, info.height, info.bits) == (5, 3, 16)


def test_profiles_that_do_not_fit_or_are_none_are_left_out(tmp_path):
    write_picture(tmp_path / "a.png", Picture(smooth(), icc=GREY_PROFILE))
    write_picture(tmp_path / "b.png", Picture(smooth()[..., 0], icc=SRGB))
    write_picture(tmp_path / "c.webp", Picture(smooth()[..., 0], icc=SRGB))  # stored as RGB
    Image.fromarray(smooth()).save(tmp_path / "d.png", icc_profile=b"garbage")
    read = [read_picture(tmp_path / name).icc for name in ("a.png", "b.png", "c.webp", "d.png")]
    assert read == [None, None, SRGB, None]


def test_exif_too_long_for_jpeg_is_left_out(tmp_path):
    exif = camera_exif(1).removeprefix(b"Exif\x00\x00") + bytes(70_000)
    write_picture(tmp_path / "a.jpg", Picture(smooth(), exif=exif))
    assert read_picture(tmp_path / "a.jpg").exif is None


# Every kind of pixel


def test_cmyk_jpeg_becomes_rgb(tmp_path):
    Image.fromarray(smooth()).convert("CMYK").save(tmp_path / "a.jpg", quality=100)
    picture = read_picture(tmp_path / "a.jpg")
    assert picture.mode == "CMYK"
    assert np.abs(picture.pixels.astype(int) - smooth()).mean() < 3


def test_palettes_are_expanded(tmp_path):
    palette = Image.fromarray(smooth()).quantize(16)
    palette.save(tmp_path / "a.png")
    palette.save(tmp_path / "b.png", transparency=0)
    opaque, clear = read_picture(tmp_path / "a.png"), read_picture(tmp_path / "b.png")
    np.testing.assert_array_equal(opaque.pixels, np.asarray(palette.convert("RGB")))
    assert opaque.mode == "P"
    assert clear.pixels.shape == (48, 64, 4)
    np.testing.assert_array_equal(clear.pixels[..., 3] == 0, np.asarray(palette) == 0)


def test_grey_with_alpha_becomes_rgba(tmp_path):
    pixels = noise(9, 7, 2)
    Image.fromarray(pixels, mode=None).save(tmp_path / "a.png")
    np.testing.assert_array_equal(
        read_picture(tmp_path / "a.png").pixels, pixels[..., [0, 0, 0, 1]]
    )


@pytest.mark.parametrize("colour", [0, 2, 4])
def test_every_transparency_of_16_bit_png(tmp_path, colour):
    samples = {0: 1, 2: 3, 4: 2}[colour]
    pixels = noise(4, 5, samples, dtype=np.uint16)
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in pixels)
    extra = [chunk(b"tRNS", pixels[1, 2].astype(">u2").tobytes())] if colour != 4 else []
    (tmp_path / "a.png").write_bytes(png(5, 4, 16, colour, rows, *extra))
    read = read_picture(tmp_path / "a.png").pixels
    assert read.dtype == np.uint16
    grey = colour in (0, 4)
    np.testing.assert_array_equal(read[..., :3], pixels[..., [0, 0, 0]] if grey else pixels)
    if colour == 4:
        np.testing.assert_array_equal(read[..., 3], pixels[..., 1])
    else:
        assert np.argwhere(read[..., 3] == 0).tolist() == [[1, 2]]


def test_black_and_white_becomes_grey(tmp_path):
    Image.fromarray(smooth()).convert("1").save(tmp_path / "a.png")
    assert set(np.unique(read_picture(tmp_path / "a.png").pixels)) == {0, 255}


def test_floating_point_becomes_16_bits(tmp_path):
    values = np.linspace(-0.5, 1.5, 16, dtype=np.float32).reshape(4, 4)
    Image.fromarray(values).save(tmp_path / "a.tif")
    picture = read_picture(tmp_path / "a.tif")
    np.testing.assert_array_equal(picture.pixels, np.rint(values.clip(0, 1) * 65535))
    notes = {note.kind: note for note in picture.notes}
    assert notes.keys() == {"depth-reduced", "values-clipped"}
    assert notes["values-clipped"].count == 8
    assert notes["values-clipped"].loss


# Animations and headers


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animations_are_told_from_pictures(tmp_path, suffix):
    frames = [Image.fromarray(np.roll(smooth(), 9 * i, axis=1)) for i in range(3)]
    frames[0].save(tmp_path / f"many{suffix}", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / f"one{suffix}")
    assert is_animated(tmp_path / f"many{suffix}")
    assert not is_animated(tmp_path / f"one{suffix}")
    assert inspect_picture(tmp_path / f"many{suffix}").animated
    assert is_image(tmp_path / f"many{suffix}")
    assert read_picture(tmp_path / f"many{suffix}").pixels.shape == (48, 64, 3)


def test_pages_and_previews_are_no_animation(tmp_path):
    pages = [Image.fromarray(smooth()), Image.fromarray(smooth())]
    for name, kind in (("a.tif", "TIFF"), ("a.jpg", "MPO")):
        pages[0].save(tmp_path / name, format=kind, save_all=True, append_images=pages[1:])
        assert not is_animated(tmp_path / name)
        assert read_picture(tmp_path / name).pixels.shape == (48, 64, 3)


def test_header_tells_what_the_file_is(tmp_path):
    pixels = np.dstack([smooth(), smooth()[..., 0]])
    exif = camera_exif(6)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=SRGB, exif=exif)
    info = inspect_picture(str(tmp_path / "a.png"))
    assert (info.width, info.height) == (48, 64)
    assert (info.format, info.mode, info.bits) == ("PNG", "RGBA", 8)
    assert (info.alpha, info.orientation, info.animated) == (True, 6, False)
    assert (info.icc, info.exif) == ("sRGB built-in", True)


# Writing


@pytest.mark.parametrize(
    ("name", "pixels", "error", "words"),
    [
        ("a.ppm", smooth(), OutputError, "suffix '.ppm'"),
        ("a", smooth(), OutputError, "none of"),
        ("a.jpg", np.zeros((2, 2, 4), np.uint8), OutputError, "no transparency"),
        ("a.webp", np.zeros((1, 16384, 3), np.uint8), OutputError, "16383"),
        ("a.png", np.zeros((2, 2, 3), np.float32), InputError, "from_float"),
        ("a.png", np.zeros((2, 2, 2), np.uint8), InputError, "shape"),
        ("a.png", np.zeros((0, 2, 3), np.uint8), InputError, "at least 1"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path, name, pixels, error, words):
    with pytest.raises(error, match=words):
        write_picture(tmp_path / name, Picture(pixels))
    assert list(tmp_path.iterdir()) == []


def test_opaque_alpha_does_not_keep_a_picture_from_jpeg(tmp_path):
    write_picture(tmp_path / "a.JPG", Picture(np.dstack([smooth(), np.full((48, 64), 255, "u1")])))
    assert read_picture(tmp_path / "a.JPG").pixels.shape == (48, 64, 3)


@pytest.mark.parametrize("quality", [0, 101, -5])
def test_quality_out_of_range_is_refused(tmp_path, quality):
    with pytest.raises(InputError, match="1 to 100"):
        write_picture(tmp_path / "a.jpg", Picture(smooth()), quality=quality)


def test_existing_files_are_safe_without_overwrite(tmp_path):
    write_picture(tmp_path / "a.png", Picture(smooth()))
    with pytest.raises(OutputError, match="--overwrite"):
        write_picture(tmp_path / "a.png", Picture(smooth() // 2))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, smooth())


FULL_DISK_PROGRAM = """
import resource, sys
import numpy as np
from paintreel.errors import OutputError
from paintreel.imaging.files import Picture, write_picture

pixels = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype=np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
for suffix in sys.argv[2:]:
    for dtype, scale in (np.uint8, 1), (np.uint16, 257):
        try:
            write_picture(f"{sys.argv[1]}/a{suffix}", Picture(pixels.astype(dtype) * scale))
        except OutputError as error:
            print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files")
def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path):
    suffixes = [".png", ".tif", *LOSSY, ".gif"]
    program = [sys.executable, "-c", FULL_DISK_PROGRAM, tmp_path, *suffixes]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    assert done.stdout.count("cannot write") == 2 * len(suffixes)
    assert list(tmp_path.iterdir()) == []


def test_unfinished_files_are_hidden_and_known_by_name():
    assert TEMPORARY_PREFIX.startswith(".")
