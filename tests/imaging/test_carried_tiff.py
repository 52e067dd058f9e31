"""Metadata of TIFF: its tags, and EXIF that goes through them."""

from __future__ import annotations

import itertools
import struct
import subprocess
import sys
import warnings

import numpy as np
import pytest
from metadata_files import (
    IPTC,
    notes_of,
    picture,
)
from PIL import ExifTags, Image

from paintreel.imaging.files import read_picture, write_picture

tifffile = pytest.importorskip("tifffile")


@pytest.mark.parametrize("order", ["<", ">"])
def test_iptc_of_tiff_in_longs_is_read_whole(tmp_path, order):
    """As ExifTool and Photoshop write it: filled up to four bytes."""
    longs = IPTC + bytes(-len(IPTC) % 4)
    values = struct.unpack(f"{order}{len(longs) // 4}I", longs)
    tifffile.imwrite(
        tmp_path / "a.tif", picture(), photometric="rgb", metadata=None, byteorder=order,
        extratags=[(33723, "I", len(values), values, True)],
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = read_picture(tmp_path / "a.tif")
    assert (read.metadata.iptc, read.metadata.notes) == (IPTC, ())


def test_a_tag_that_points_beyond_the_file_is_told(tmp_path):
    tifffile.imwrite(
        tmp_path / "a.tif", picture(), photometric="rgb", metadata=None, description="a title" * 9,
        extratags=[(700, "B", 400, bytes(range(200)) * 2, True)],
    )  # fmt: skip
    whole = bytearray((tmp_path / "a.tif").read_bytes())
    at = whole.index(struct.pack("<HHI", 700, 1, 400)) + 8
    struct.pack_into("<I", whole, at, len(whole) + 1000)
    (tmp_path / "b.tif").write_bytes(whole)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = notes_of(tmp_path / "b.tif", tmp_path / "c.png")
    assert told["tags-damaged"] == "damaged tags left out: XMP"
    places = [str(tmp_path / "b.tif"), "-o", str(tmp_path / "d.png")]
    command = [sys.executable, "-m", "paintreel", "stylize", *places]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr.count("damaged tags left out: XMP") == 1
    assert "Tag data larger" not in ran.stderr  # Pillow's own word, which names no file


def test_exif_of_an_unusual_tiff_is_carried(tmp_path):
    tifffile.imwrite(
        tmp_path / "a.tif", picture().astype(np.float32) / 255, photometric="rgb",
        description="a title", metadata=None,
    )  # fmt: skip
    exif = Image.Exif()
    exif.load(read_picture(tmp_path / "a.tif").exif)
    assert exif[ExifTags.Base.ImageDescription] == "a title"


def test_texts_of_windows_go_into_tiff(tmp_path):
    exif = Image.Exif()
    exif[0x9C9B], exif[0x4746] = "Titel".encode("utf-16-le"), 4
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=exif)
    write_picture(tmp_path / "b.tif", read_picture(tmp_path / "a.jpg"))
    after = Image.Exif()
    after.load(read_picture(tmp_path / "b.tif").exif)
    assert (bytes(after[0x9C9B]), after[0x4746]) == ("Titel".encode("utf-16-le"), 4)


DESCRIBED = {
    11: "a program", 297: (1, 2), 337: "a printer", 36867: "2020:01:01 00:00:00",
    37394: "S", 37395: "its history", 51081: "a reel", 51105: "a camera",
}  # fmt: skip


@pytest.mark.parametrize("path", [("a.jpg", "b.tif"), ("a.jpg", "b.tif", "c.png", "d.tif")])
def test_rare_tags_of_exif_go_through_tiff(tmp_path, path):
    exif = Image.Exif()
    for tag, value in DESCRIBED.items():
        exif[tag] = value
    exif.get_ifd(0x8769)[37500] = b"maker"
    exif.get_ifd(0x8769)[0xA005] = {1: "R98", 2: b"0100"}
    Image.fromarray(picture()).save(tmp_path / path[0], exif=exif)
    for origin, target in itertools.pairwise(path):
        assert not notes_of(tmp_path / origin, tmp_path / target)
    after = Image.Exif()
    after.load(read_picture(tmp_path / path[-1]).exif)
    assert {tag: after.get(tag) for tag in DESCRIBED} == DESCRIBED
    assert after.get_ifd(0x8769)[37500] == b"maker"
    assert after.get_ifd(0xA005)[1] == "R98"


def test_tags_that_tiff_does_not_take_are_named(tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Artist], exif[343], exif[50000] = "Ann", b"path", "of somebody"
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=exif)
    told = notes_of(tmp_path / "a.jpg", tmp_path / "b.tif")
    assert told.keys() == {"exif-tags-left-out"}
    assert "50000" in told["exif-tags-left-out"]
    assert "ClipPath" in told["exif-tags-left-out"]
    assert not notes_of(tmp_path / "a.jpg", tmp_path / "c.jpg")
