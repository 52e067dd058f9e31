"""Metadata of PNG: chunks, texts, profiles in hexadecimal."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from metadata_files import (
    IPTC,
    chunk,
    exif_of,
    notes_of,
    packet,
    picture,
    png,
    properties,
    title_of,
)
from PIL import ExifTags, Image

from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.metadata import MOST_TEXT_BYTES, Metadata, Text, make_density
from paintreel.imaging.photoshop_resources import wrap_resources


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_both_writers_of_png_carry_the_same(tmp_path, dtype):
    everything = Metadata(
        packet(),
        IPTC,
        (Text("x" * 5000, "Long"), Text("城", "Kurz")),
        make_density(11811, 5906, "metre"),
    )
    write_picture(tmp_path / "a.png", Picture(picture().astype(dtype), metadata=everything))
    after = read_picture(tmp_path / "a.png").metadata
    assert after.iptc == IPTC
    assert after.texts == everything.texts
    assert after.density == everything.density  # to the last digit
    kinds = [kind for kind, _ in chunks_of(tmp_path / "a.png")]
    assert kinds.index(b"pHYs") < kinds.index(b"IDAT")


def chunks_of(path: Path) -> list[tuple[bytes, bytes]]:
    """(kind, content) of a PNG; the check sums are proved."""
    data, at, found = path.read_bytes(), 8, []
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + content) == int.from_bytes(data[at + 8 + length :][:4], "big")
        found.append((kind, content))
        at += 12 + length
    return found


EXIFTOOL_PNG = "\nIPTC profile\n{length:8d}\n{digits}\n"
"""As ExifTool writes it: a name of two words."""


def test_iptc_of_png_as_exiftool_writes_it(tmp_path):
    raw = EXIFTOOL_PNG.format(length=len(IPTC), digits=IPTC.hex()).encode()
    content = b"Raw profile type iptc\0\0" + zlib.compress(raw)
    read = read_picture(png(tmp_path / "a.png", chunk(b"zTXt", content)))
    assert (read.metadata.iptc, read.metadata.notes) == (IPTC, ())


@pytest.mark.parametrize("megabytes", [1.5, 3.9, 4.5])
@pytest.mark.parametrize("kind", [b"zTXt", b"tEXt"])
def test_exif_of_megabytes_in_hexadecimal_is_carried_or_told(tmp_path, megabytes, kind):
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "x" * int(megabytes * (1 << 20))
    block = exif.tobytes()
    digits = block.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    raw = f"\nexif\n{len(block):8d}\n{lines}\n".encode()
    packed = b"\0" + zlib.compress(raw) if kind == b"zTXt" else raw
    path = png(tmp_path / "a.png", chunk(kind, b"Raw profile type exif\0" + packed))
    told = notes_of(path, tmp_path / "b.png")
    if megabytes < 4:
        assert not told
        assert len(read_picture(tmp_path / "b.png").exif) == len(block) - 6
    else:
        assert told.keys() & {"text-left-out", "exif-left-out"}


def test_chunks_of_png_go_before_the_same_in_hexadecimal(tmp_path):
    block = exif_of("raw")
    raw = f"\nexif\n{len(block):8d}\n{block.hex()}\n".encode()
    hexadecimal = chunk(b"tEXt", b"Raw profile type exif\0" + raw)
    path = png(tmp_path / "a.png", hexadecimal, chunk(b"eXIf", exif_of("own")[6:]))
    assert notes_of(path, tmp_path / "b.png").keys() == {"second-exif-left-out"}
    assert title_of(read_picture(tmp_path / "b.png").exif) == "own"
    path = png(tmp_path / "c.png", hexadecimal, chunk(b"eXIf", block[6:]))
    assert not notes_of(path, tmp_path / "d.png")


@pytest.mark.parametrize("behind", [b"what an editor keeps here" * 20, bytes(4096)])
def test_bytes_behind_the_end_of_png_are_told_but_for_padding(tmp_path, behind):
    path = png(tmp_path / "a.png")
    path.write_bytes(path.read_bytes() + behind)
    told = notes_of(path, tmp_path / "b.png")
    assert told.keys() == ({"trailer-left-out"} if behind.strip(b"\0") else set())


@pytest.mark.parametrize("kind", ["exif", "APP1", "xmp", "iptc", "8bim"])
def test_profiles_in_hexadecimal_as_imagemagick_writes_them(tmp_path, kind):
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Orientation] = "Maker", 6
    block = {
        "exif": exif.tobytes(),
        "APP1": b"http://ns.adobe.com/xap/1.0/\0" + packet(),
        "xmp": packet(),
        "iptc": IPTC,
        "8bim": wrap_resources(IPTC),
    }[kind]
    raw = f"\n{kind}\n{len(block):8d}\n{block.hex()}\n".encode()
    content = f"Raw profile type {kind}".encode() + b"\0\0" + zlib.compress(raw)
    read = read_picture(png(tmp_path / "a.png", chunk(b"zTXt", content)))
    assert read.pixels.shape == (24, 32, 3)  # as viewers show it
    assert read.metadata.texts == ()
    if kind == "exif":
        kept = Image.Exif()
        kept.load(read.exif)
        assert (kept[ExifTags.Base.Make], ExifTags.Base.Orientation in kept) == ("Maker", False)
    elif kind in ("xmp", "APP1"):
        assert properties(read.metadata.xmp)["dc:format"] == "image/jpeg"
    else:
        assert read.metadata.iptc == IPTC


def test_megabytes_of_text_are_bounded_and_told(tmp_path):
    bomb = zlib.compress(b"x" * (64 << 20), 9)
    chunks = [chunk(b"zTXt", b"Bomb\0\0" + bomb)] * 40
    chunks += [chunk(b"tEXt", b"Title\0a castle")]
    read = read_picture(png(tmp_path / "a.png", *chunks))
    assert read.metadata.texts == (Text("a castle", "Title"),)
    (note,) = read.metadata.notes
    assert (note.kind, note.count, note.loss) == ("text-left-out", 40, True)
    many = [chunk(b"tEXt", b"K\0" + b"y" * 300_000)] * 10
    read = read_picture(png(tmp_path / "b.png", *many))
    assert sum(len(text.text) for text in read.metadata.texts) <= MOST_TEXT_BYTES
    assert read.metadata.notes[0].count == 7
    read = read_picture(png(tmp_path / "c.png", *[chunk(b"tEXt", b"K\0word")] * 5000))
    assert (len(read.metadata.texts), read.metadata.notes[0].count) == (1000, 4000)
