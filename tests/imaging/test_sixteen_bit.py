"""16-bit PNG, written here and read by cv2, and the other way round."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from paintreel.imaging import sixteen_bit
from paintreel.imaging.sixteen_bit import bands, decode_16bit


def write_png_16bit(path, pixels, **metadata):
    """A new file of `sixteen_bit.write_png_16bit`."""
    with path.open("wb") as file:
        sixteen_bit.write_png_16bit(file, pixels, **metadata)


def noise(*shape: int) -> np.ndarray:
    """uint16 noise."""
    return np.random.default_rng(0).integers(0, 65536, shape, dtype=np.uint16)


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(st.integers(1, 70), st.just(3000)),
    st.integers(1, 17),
    st.sampled_from([(), (3,), (4,)]),
    st.booleans(),
)
def test_any_size_round_trips(tmp_path_factory, height, width, channels, turned):
    path = tmp_path_factory.getbasetemp() / "deep.png"
    pixels = noise(*((width, height) if turned else (height, width)), *channels)
    write_png_16bit(path, pixels)
    np.testing.assert_array_equal(decode_16bit(path), pixels)
    with Image.open(path) as image:
        image.verify()  # the check sums of all chunks


def test_bands_join_without_a_seam(tmp_path, monkeypatch):
    monkeypatch.setattr(sixteen_bit, "_BAND_BYTES", 1000)
    pixels = noise(97, 40, 3)
    assert len(list(bands(pixels))) == 25
    write_png_16bit(tmp_path / "a.png", pixels)
    np.testing.assert_array_equal(decode_16bit(tmp_path / "a.png"), pixels)


def test_smooth_pictures_compress(tmp_path):
    ramp = np.arange(300 * 300 * 3, dtype=np.uint16).reshape(300, 300, 3)
    write_png_16bit(tmp_path / "a.png", ramp)
    assert (tmp_path / "a.png").stat().st_size < ramp.nbytes / 20


@pytest.mark.parametrize("shape", [(6, 5), (6, 5, 3), (6, 5, 4)])
def test_files_of_cv2_come_as_rgb(tmp_path, shape):
    pixels = noise(*shape)
    stored = pixels if pixels.ndim == 2 else pixels[..., [2, 1, 0, 3][: shape[2]]]
    cv2.imwrite(str(tmp_path / "a.png"), stored)
    np.testing.assert_array_equal(decode_16bit(tmp_path / "a.png"), pixels)


def test_profile_and_exif_are_chunks_of_their_own(tmp_path):
    write_png_16bit(tmp_path / "a.png", noise(4, 4, 3), icc=b"profile", exif=b"II*\x00block")
    with Image.open(tmp_path / "a.png") as image:
        assert image.info["icc_profile"] == b"profile"
        assert image.info["exif"].endswith(b"II*\x00block")


def damaged_files(folder: Path) -> list[Path]:
    """Files cut in half, with a flipped byte, and with too many pixels or bytes promised."""
    write_png_16bit(folder / "whole.png", noise(50, 40, 3))
    whole = (folder / "whole.png").read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    header = struct.pack(">IIBBBBB", 5000, 5000, 16, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    contents = [
        whole[: len(whole) // 2],
        bytes(flipped),
        whole[:16] + header + check + whole[33:],
        whole[:33] + b"\xff" + whole[34:],  # a first chunk of 4 GB
    ]
    for index, content in enumerate(contents):
        (folder / f"{index}.png").write_bytes(content)
    return [folder / f"{index}.png" for index in range(len(contents))]


def test_damage_is_an_error_never_half_a_picture(tmp_path):
    for path in damaged_files(tmp_path):
        with pytest.raises(ValueError, match=r"damaged|chunk|pixels"):
            decode_16bit(path)
