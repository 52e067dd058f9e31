"""What a picture carries beside its pixels goes over to another file, or is told."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metadata_files import (
    IPTC,
    SUFFIXES,
    chunk,
    exif_with,
    jpeg,
    notes_of,
    packet,
    picture,
    png,
    properties,
    segment,
    source,
)
from PIL import ExifTags, Image, ImageOps

from paintreel.imaging import carried
from paintreel.imaging.files import Picture, inspect_picture, read_picture, write_picture
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.imaging.metadata import Metadata, Text, make_density
from paintreel.imaging.photoshop_resources import wrap_resources

tifffile = pytest.importorskip("tifffile")


@pytest.mark.parametrize("target", PICTURE_FORMATS)
@pytest.mark.parametrize("origin", PICTURE_FORMATS)
def test_everything_goes_over_or_is_told(tmp_path, origin, target):
    path = source(tmp_path / f"source{SUFFIXES[origin]}")
    read = read_picture(path)
    before = read.metadata
    assert (before.xmp is not None) == PICTURE_FORMATS[origin].xmp
    assert (before.density is not None) == (PICTURE_FORMATS[origin].density == "own")
    told = notes_of(path, tmp_path / f"result{SUFFIXES[target]}")
    after = read_picture(tmp_path / f"result{SUFFIXES[target]}").metadata
    row = PICTURE_FORMATS[target]
    expected = {"exif-left-out"} if read.exif and not row.exif else set()
    if before.xmp and not row.xmp:
        expected.add("xmp-left-out")
    elif before.xmp:
        assert properties(after.xmp)["dc:format"] == row.mime
        assert "Änne &amp; Bo".encode() in after.xmp
    if before.iptc and not row.iptc:
        expected.add("iptc-left-out")
    else:
        assert after.iptc == before.iptc
    if before.texts and not row.texts:
        expected.add("text-left-out")
    elif row.texts == "keywords":
        assert [t.text for t in after.texts] == [t.text for t in before.texts]
    else:
        assert len(after.texts) == len(before.texts)
    if before.density and not row.density:
        expected.add("resolution-left-out")
    elif before.density:
        assert [round(float(n), 1) for n in after.density.per("inch")] == [300, 150]
    assert told.keys() == expected


def test_other_programs_read_what_is_written(tmp_path):
    """Pillow and tifffile, which know nothing of this package."""
    everything = Metadata(
        packet(), IPTC, (Text("a castle", "Title"),), make_density(300, 150, "inch")
    )
    for name in ("a.jpg", "a.png", "a.tif", "a.webp", "a.avif", "a.gif", "a.bmp"):
        write_picture(tmp_path / name, Picture(picture(), metadata=everything))
        with Image.open(tmp_path / name) as image:
            image.load()
            info = dict(image.info)
            xmp = image.info.get("xmp") or getattr(image, "text", {}).get("XML:com.adobe.xmp")
        if name not in ("a.gif", "a.bmp"):
            text = xmp.encode() if isinstance(xmp, str) else xmp
            assert "Änne &amp; Bo".encode() in text, name
        if name in ("a.jpg", "a.png", "a.tif", "a.bmp"):
            assert [round(float(n)) for n in info["dpi"]] == [300, 150], name
        if name in ("a.jpg", "a.gif"):
            assert info["comment"] == b"Title: a castle"
        if name == "a.png":
            assert info["Title"] == "a castle"
        if name in ("a.webp", "a.avif"):
            exif = Image.Exif()
            exif.load(info["exif"])
            numbers = [exif[ExifTags.Base.XResolution], exif[ExifTags.Base.YResolution]]
            assert (numbers, exif[ExifTags.Base.ResolutionUnit]) == ([300, 150], 2)
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.info["photoshop"][0x0404] == IPTC
    with tifffile.TiffFile(tmp_path / "a.tif") as tiff:
        assert bytes(tiff.pages[0].tags[33723].value) == IPTC


def test_thumbnails_of_the_photograph_do_not_stay(tmp_path):
    """In XMP, IPTC, the resources of Photoshop, the EXIF directory for them and maker notes."""
    small = Image.fromarray(picture(8, 8))
    small.save(tmp_path / "small.jpg")
    thumbnail = (tmp_path / "small.jpg").read_bytes()
    body = "<xmp:Thumbnails><rdf:Alt><rdf:li>UGhvdG8=</rdf:li></rdf:Alt></xmp:Thumbnails>"
    resources = b"8BIM\x04\x0c\0\0" + struct.pack(">I", len(thumbnail)) + thumbnail
    resources += b"\0" * (len(thumbnail) % 2)
    preview = b"\x1c\x02\xca" + struct.pack(">H", len(thumbnail)) + thumbnail
    exif = exif_with(thumbnail, note=b"MAKER\0" + thumbnail + b"after")
    jpeg(
        tmp_path / "a.jpg",
        segment(1, b"Exif\0\0" + exif),
        segment(1, b"http://ns.adobe.com/xap/1.0/\0" + packet(body=body)),
        segment(13, b"Photoshop 3.0\0" + resources + wrap_resources(IPTC + preview)),
    )
    assert (tmp_path / "a.jpg").read_bytes().count(thumbnail) == 4
    read = read_picture(tmp_path / "a.jpg")
    for suffix in SUFFIXES.values():
        write_picture(tmp_path / f"b{suffix}", read)
        whole = (tmp_path / f"b{suffix}").read_bytes()
        assert thumbnail not in whole
        assert b"UGhvdG8=" not in whole
    assert read.metadata.iptc == IPTC
    kept = Image.Exif()
    kept.load(read.exif)
    note = kept.get_ifd(ExifTags.IFD.Exif)[0x927C]
    assert note == b"MAKER\0" + bytes(len(thumbnail)) + b"after"


def test_content_credentials_go_and_it_is_told(tmp_path):
    box = b"JP\0\1\0\0\0\1" + struct.pack(">I4sI4s", 60, b"jumb", 40, b"jumd") + b"c2pa" + bytes(40)
    jpeg(tmp_path / "a.jpg", segment(11, box))
    png(tmp_path / "b.png", chunk(b"caBX", box[8:]))
    Image.fromarray(picture()).save(
        tmp_path / "c.webp", xmp=packet('dcterms:provenance="https://c"')
    )
    for name in ("a.jpg", "b.png", "c.webp"):
        told = notes_of(tmp_path / name, tmp_path / f"out-{name}")
        assert told.keys() == {"content-credentials-left-out"}, name
        whole = (tmp_path / f"out-{name}").read_bytes()
        assert b"c2pa" not in whole
        assert b"provenance" not in whole


def test_parts_that_nobody_here_knows_are_named(tmp_path):
    told = notes_of(png(tmp_path / "a.png", chunk(b"prVW", b"x")), tmp_path / "b.png")
    assert told == {"parts-left-out": "parts that are not known here left out: prVW"}
    told = notes_of(
        jpeg(tmp_path / "a.jpg", segment(5, b"x"), segment(4, b"y")), tmp_path / "b.jpg"
    )
    assert told["parts-left-out"].endswith("APP5, APP4")
    tifffile.imwrite(
        tmp_path / "a.tif", picture(), photometric="rgb", metadata=None,
        extratags=[(34735, "H", 4, (1, 1, 0, 0), True)],
    )  # fmt: skip
    assert (
        "GeoKeyDirectoryTag" in notes_of(tmp_path / "a.tif", tmp_path / "b.tif")["parts-left-out"]
    )
    shown = (
        [chunk(b"tIME", bytes(7)), chunk(b"bKGD", bytes(6)), chunk(b"sRGB", b"\0")],
        [chunk(b"sBIT", b"\x08\x08\x08")],
    )
    for chunks in shown:  # what is true of the source's own bytes alone
        assert not notes_of(png(tmp_path / "c.png", *chunks), tmp_path / "d.png")
        (tmp_path / "d.png").unlink()


@pytest.mark.parametrize(
    "damage", [{"exif": b"Exif\0\0II*\0\xff\xff\xff\xff"}, {"xmp": b"<x:xmpmeta><unclosed"}]
)
def test_damaged_metadata_is_left_out_and_told(tmp_path, damage):
    Image.fromarray(picture()).save(tmp_path / "a.webp", **damage)
    (kind,) = damage
    assert notes_of(tmp_path / "a.webp", tmp_path / "b.webp").keys() == {f"{kind}-damaged"}
    with Image.open(tmp_path / "b.webp") as image:
        assert kind not in image.info


def test_damage_beyond_reading_costs_the_metadata_alone(tmp_path, monkeypatch):
    def broken(_):
        raise struct.error("unpack requires a buffer of 8 bytes")

    monkeypatch.setitem(carried._READERS, "WEBP", broken)
    Image.fromarray(picture()).save(tmp_path / "a.webp", xmp=packet())
    assert notes_of(tmp_path / "a.webp", tmp_path / "b.png").keys() == {"metadata-damaged"}
    assert (tmp_path / "b.png").exists()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_anywhere_costs_no_more_than_the_metadata(tmp_path_factory, data):
    """A picture that Pillow still reads is read here too, whatever became of its other parts."""
    folder = tmp_path_factory.getbasetemp()
    suffix = data.draw(st.sampled_from([".jpg", ".png", ".gif", ".tif", ".webp"]))
    path = folder / f"damaged{suffix}"
    path.unlink(missing_ok=True)
    whole = bytearray(source(path).read_bytes())
    at = max(0, whole.find(b"<?xpacket") - 60)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(at, min(at + 900, len(whole) - 1)))
        whole[place] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    try:
        with Image.open(path) as image:
            expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except Exception:
        return
    read = read_picture(path)
    assert read.pixels.shape[:2] == expected.shape[:2]
    write_picture(folder / "damaged-out.png", read, overwrite=True)
    assert inspect_picture(folder / "damaged-out.png").width == expected.shape[1]
