"""Orientation is read, applied and taken out of the block; nothing else in it moves."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps

from paintreel.errors import InputError
from paintreel.imaging.exif import orient, read_orientation, reset_exif

MAKER_NOTE = b"offsets in here must survive"


def camera_exif(orientation: int, *, order: str = "<", thumbnail: bytes = b"") -> bytes:
    """A block as cameras write it: make, orientation, a maker note, and perhaps a thumbnail."""
    make = b"Maker\x00"
    note_at = 8 + 2 + 3 * 12 + 4
    make_at = note_at + len(MAKER_NOTE)
    second_at = make_at + len(make)
    entries = [
        struct.pack(order + "HHII", 0x010F, 2, len(make), make_at),
        struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0),
        struct.pack(order + "HHII", 0x927C, 7, len(MAKER_NOTE), note_at),
    ]
    block = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "I", 8)
    block += struct.pack(order + "H", len(entries)) + b"".join(entries)
    block += struct.pack(order + "I", second_at if thumbnail else 0) + MAKER_NOTE + make
    if thumbnail:
        thumbnail_at = second_at + 2 + 2 * 12 + 4
        block += struct.pack(order + "H", 2)
        block += struct.pack(order + "HHII", 0x0201, 4, 1, thumbnail_at)
        block += struct.pack(order + "HHII", 0x0202, 4, 1, len(thumbnail))
        block += struct.pack(order + "I", 0) + thumbnail
    return block


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\x00\x00"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_read_and_taken_out(orientation, prefix, order):
    exif = prefix + camera_exif(orientation, order=order)
    assert read_orientation(exif) == orientation
    reset = reset_exif(exif)
    assert read_orientation(reset) == 1
    exif = Image.Exif()
    exif.load(reset)
    assert dict(exif) == {0x010F: "Maker", 0x927C: MAKER_NOTE}
    assert reset.index(MAKER_NOTE) == camera_exif(orientation).index(MAKER_NOTE)


def test_thumbnail_of_the_old_pixels_goes():
    exif = camera_exif(6, thumbnail=b"\xff\xd8 the photograph itself")
    reset = reset_exif(exif)
    assert b"photograph" not in reset
    assert MAKER_NOTE in reset
    exif = Image.Exif()
    exif.load(reset)
    assert not exif.get_ifd(ExifTags.IFD.IFD1)  # the second directory is linked no more


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_senseless_orientation_counts_as_upright(value):
    assert read_orientation(camera_exif(value)) == 1


@pytest.mark.parametrize(
    "exif", [None, b"", b"Exif\x00\x00", b"II*\x00", b"garbage!", b"II*\x00\xff\xff\xff\xff"]
)
def test_no_block_or_a_malformed_one_gives_none(exif):
    assert read_orientation(exif) == 1
    assert reset_exif(exif) is None


@given(st.data())
def test_damaged_blocks_never_raise(data):
    exif = bytearray(camera_exif(6, thumbnail=b"\xff\xd8 thumbnail"))
    for _ in range(data.draw(st.integers(0, 4))):
        exif[data.draw(st.integers(0, len(exif) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(exif[: data.draw(st.integers(0, len(exif)))])
    assert 1 <= read_orientation(cut) <= 8
    reset = reset_exif(cut)
    assert reset is None or len(reset) <= len(cut)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("shape", [(5, 3), (5, 3, 3), (1, 4, 4)])
def test_orient_agrees_with_pillow(orientation, shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    image = Image.fromarray(pixels)
    image.getexif()[0x0112] = orientation
    upright = orient(pixels, orientation)
    np.testing.assert_array_equal(upright, np.asarray(ImageOps.exif_transpose(image)))
    assert upright.flags.c_contiguous


def test_orient_copies_only_when_it_must_and_refuses_nonsense():
    pixels = np.zeros((2, 3), np.uint16)
    assert orient(pixels, 1) is pixels
    with pytest.raises(InputError, match="1 to 8"):
        orient(pixels, 0)
