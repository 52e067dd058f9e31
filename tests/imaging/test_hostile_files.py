"""Hostile files: empty, renamed, truncated, damaged, or far larger than they look."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from paintreel.errors import PictureTooLarge, UnreadableFile
from paintreel.imaging.files import (
    IMAGE_SUFFIXES,
    Picture,
    inspect_picture,
    is_animated,
    is_image,
    read_picture,
    write_picture,
)

SUFFIXES = sorted(IMAGE_SUFFIXES - {".jpeg", ".tiff"})
SIDE = 60_000


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    """Noise over the full range."""
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".xyz", ""])
def test_content_decides_never_the_suffix(tmp_path, suffix):
    Image.fromarray(noise(48, 64, 3)).save(tmp_path / f"a{suffix}", format="WEBP", lossless=True)
    picture = read_picture(tmp_path / f"a{suffix}")
    assert picture.format == "WEBP"
    np.testing.assert_array_equal(picture.pixels, noise(48, 64, 3))


def test_missing_folder_empty_and_text(tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no picture")
    for name, words in [
        ("missing.png", "no such file"),
        (".", "folder"),
        ("empty.png", "empty"),
        ("text.png", "expected JPEG"),
    ]:
        assert not is_image(tmp_path / name)
        assert not is_animated(tmp_path / name)
        for reader in (read_picture, inspect_picture):
            with pytest.raises(UnreadableFile, match=words):
                reader(tmp_path / name)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_half_a_file_is_refused(tmp_path, suffix):
    write_picture(tmp_path / f"a{suffix}", Picture(noise(60, 50, 3)))
    whole = (tmp_path / f"a{suffix}").read_bytes()
    for share in (0.02, 0.3, 0.6, 0.95):
        (tmp_path / "half").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UnreadableFile, match="half"):
            read_picture(tmp_path / "half")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> list[bytes]:
    """One small file of every kind that is decoded in its own way, with profile and EXIF."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Maker"
    contents = []
    for suffix in SUFFIXES:
        for dtype in (np.uint8, np.uint16) if suffix in (".png", ".tif") else (np.uint8,):
            path = tmp_path_factory.mktemp("whole") / f"a{suffix}"
            pixels = noise(9, 11, 3, dtype=dtype)
            write_picture(path, Picture(pixels, icc=profile, exif=exif.tobytes()[6:]))
            contents.append(path.read_bytes())
    return contents


@pytest.mark.filterwarnings("ignore")  # Pillow warns of what it skips in damaged metadata
@settings(max_examples=250, deadline=None)
@given(st.data())
def test_damage_gives_a_reason_or_a_picture_and_nothing_else(whole, tmp_path_factory, data):
    content = bytearray(data.draw(st.sampled_from(whole)))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        picture = read_picture(path, max_pixels=1_000_000)
    except (UnreadableFile, PictureTooLarge):
        return
    assert picture.pixels.dtype in (np.uint8, np.uint16)
    for suffix in (".png", ".avif", ".tif"):  # what was read can be written, metadata and all
        pixels = picture.pixels[:64, :64]
        write_picture(path.with_suffix(suffix), replace(picture, pixels=pixels), overwrite=True)


def png_bomb(depth: int) -> bytes:
    """A PNG of 60000x60000 pixels and hardly any data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", SIDE, SIDE, depth, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def gif_bomb() -> bytes:
    """A GIF of 60000x60000 pixels and no data."""
    frame = b"," + struct.pack("<HHHHB", 0, 0, SIDE, SIDE, 0) + b"\x02\x00;"
    return b"GIF89a" + struct.pack("<HHBBB", SIDE, SIDE, 0, 0, 0) + frame


def jpeg_bomb() -> bytes:
    """A JPEG of 60000x60000 pixels and no data."""
    components = b"\x01\x11\x00\x02\x11\x01\x03\x11\x01"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, SIDE, SIDE, 3) + components
    scan = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    return b"\xff\xd8" + frame + scan + b"\xff\xd9"


def tiff_bomb() -> bytes:
    """A TIFF of 60000x60000 pixels and no data."""
    tags = {256: SIDE, 257: SIDE, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 279: 4}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(tags)) + entries + bytes(4)


@pytest.mark.parametrize(
    "content", [png_bomb(8), png_bomb(16), gif_bomb(), jpeg_bomb(), tiff_bomb()]
)
def test_bombs_are_refused_from_the_header(tmp_path, content):
    (tmp_path / "bomb").write_bytes(content)
    with pytest.raises(PictureTooLarge, match="--max-pixels") as caught:
        read_picture(tmp_path / "bomb")
    assert caught.value.pixels == SIDE * SIDE


def test_the_limit_is_the_callers(tmp_path):
    write_picture(tmp_path / "a.tif", Picture(noise(48, 64, 3)))
    assert read_picture(tmp_path / "a.tif", max_pixels=48 * 64).pixels.shape == (48, 64, 3)
    with pytest.raises(PictureTooLarge, match="3,072 pixels, the limit is 3,071"):
        read_picture(tmp_path / "a.tif", max_pixels=48 * 64 - 1)


@pytest.mark.parametrize("suffix", [".tif", ".webp", ".gif", ".png"])
def test_the_limit_of_pillow_does_not_count(tmp_path, monkeypatch, suffix):
    write_picture(tmp_path / f"a{suffix}", Picture(noise(48, 64, 3)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert read_picture(tmp_path / f"a{suffix}").pixels.shape == (48, 64, 3)
    assert Image.MAX_IMAGE_PIXELS == 100
