"""What a picture carries beside its pixels goes over to another file, or it is said what does not.

The files are made here, byte by byte where no library writes such a thing.
"""

from __future__ import annotations

import hashlib
import itertools
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path
from xml.etree import ElementTree

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps, PngImagePlugin

from paintreel.imaging import carried
from paintreel.imaging.files import Picture, inspect_picture, read_picture, write_picture
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.imaging.metadata import (
    LARGEST_XMP,
    MOST_TEXT_BYTES,
    Metadata,
    Text,
    make_density,
)
from paintreel.imaging.photoshop_resources import wrap_resources
from paintreel.imaging.xmp import XmpDamaged, revise_xmp

tifffile = pytest.importorskip("tifffile")

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMES = {
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "GPano": "http://ns.google.com/photos/1.0/panorama/",
    "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "dcterms": "http://purl.org/dc/terms/",
}
IPTC = b"\x1c\x02\x69\x00\x08Headline" + b"\x1c\x02\x19\x00\x03sea"
SUFFIXES = {row.name: row.suffixes[0] for row in PICTURE_FORMATS.values()}
HOLD_XMP = [name for name, row in PICTURE_FORMATS.items() if row.xmp]


def packet(attributes: str = "", body: str = "") -> bytes:
    """A packet of XMP as Adobe's toolkit writes it."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items())
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="a toolkit">'
        f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="" {spaces} '
        f'dc:format="image/jpeg" {attributes}>'
        "<dc:creator><rdf:Seq><rdf:li>Änne &amp; Bo</rdf:li></rdf:Seq></dc:creator>"
        f"{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
        f'{" " * 100}<?xpacket end="w"?>'
    )
    return text.encode()


def properties(xmp: bytes) -> dict[str, str]:
    """Properties with a prefix of `NAMES` and a simple value, whichever way they are written."""
    prefixes = {uri: prefix for prefix, uri in NAMES.items()}
    found = {}
    for element in ElementTree.fromstring(xmp).iter():
        pairs = [*element.attrib.items(), (element.tag, (element.text or "").strip())]
        for name, value in pairs:
            uri, _, local = name[1:].partition("}")
            if uri in prefixes:
                found[f"{prefixes[uri]}:{local}"] = value
    return found


def picture(height: int = 24, width: int = 32) -> np.ndarray:
    """Smooth colours."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    return (np.dstack([x, y, (x + y) / 2]) * 255).astype(np.uint8)


def chunk(kind: bytes, content: bytes) -> bytes:
    """One PNG chunk."""
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def segment(number: int, content: bytes) -> bytes:
    """One JPEG segment: APP0 to APP15, or 30 for a comment."""
    return struct.pack(">BBH", 0xFF, 0xE0 + number, len(content) + 2) + content


COMMENT = 30


def jpeg(
    path: Path, *segments: bytes, behind: bytes = b"", size: tuple[int, int] = (24, 32)
) -> Path:
    """A JPEG with segments after its header and bytes behind its end."""
    Image.fromarray(picture(*size)).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:20] + b"".join(segments) + whole[20:] + behind)
    return path


def png(path: Path, *chunks: bytes) -> Path:
    """A PNG with chunks after its header."""
    Image.fromarray(picture()).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:33] + b"".join(chunks) + whole[33:])
    return path


def source(path: Path) -> Path:
    """A picture of the format of the suffix with all that it can carry, by other programs."""
    image, kind = Image.fromarray(picture()), path.suffix
    xmp = packet()
    if kind == ".jpg":
        app13 = segment(13, b"Photoshop 3.0\0" + wrap_resources(IPTC))
        jpeg(path, segment(1, b"http://ns.adobe.com/xap/1.0/\0" + xmp), app13,
             segment(COMMENT, "ein Gruß".encode()))  # fmt: skip
        whole = path.read_bytes()
        path.write_bytes(whole[:13] + struct.pack(">BHH", 1, 300, 150) + whole[18:])
    elif kind == ".png":
        info = PngImagePlugin.PngInfo()
        info.add_text("Title", "a castle")
        info.add_itxt("Description", "ein Schloß 城", lang="de", tkey="Beschreibung")
        info.add_text("parameters", "steps: 20, " * 400, zip=True)
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        image.save(path, pnginfo=info, dpi=(300, 150))
    elif kind == ".tif":
        tags = [
            (700, "B", len(xmp), xmp, True),
            (33723, 7, len(IPTC), IPTC, True),
        ]
        tifffile.imwrite(
            path, picture(), extratags=tags, resolution=(300, 150), resolutionunit="INCH",
            photometric="rgb", metadata=None,
        )  # fmt: skip
    elif kind == ".gif":
        image.save(path, comment="ein Gruß".encode())
        whole = path.read_bytes()
        trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
        path.write_bytes(whole[:-1] + b"\x21\xff\x0bXMP DataXMP" + xmp + trailer + b";")
    elif kind == ".bmp":
        image.save(path, dpi=(300, 150))
    else:
        image.save(path, xmp=xmp)
    return path


def notes_of(path: Path, target: Path) -> dict[str, str]:
    """The notes of reading and writing, by kind."""
    read = read_picture(path)
    return {n.kind: n.text for n in (*read.notes, *write_picture(target, read, overwrite=True))}


# Every format to every other


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


# The words must be true of the result


@pytest.mark.parametrize("as_elements", [False, True])
@pytest.mark.parametrize("orientation", [1, 6])
def test_xmp_says_what_the_result_is(tmp_path, orientation, as_elements):
    facts = {
        "tiff:Orientation": str(orientation),
        "tiff:ImageWidth": "32",
        "tiff:ImageLength": "24",
        "exif:PixelXDimension": "32",
        "exif:PixelYDimension": "24",
        "tiff:Compression": "6",
        "xmp:CreateDate": "2021-05-04T03:02:01",
    }
    attributes = " ".join(f'{name}="{value}"' for name, value in facts.items())
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in facts.items())
    xmp = packet(body=elements) if as_elements else packet(attributes)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = Image.fromarray(picture())
    image.save(tmp_path / "a.webp", exif=exif, xmp=xmp)
    read = read_picture(tmp_path / "a.webp")
    size = (32, 24) if orientation == 1 else (24, 32)
    for metadata, (width, height) in (
        (read.metadata, size),
        (written(tmp_path / "b.jpg", read, read.pixels[::2, ::2]), (size[0] // 2, size[1] // 2)),
    ):
        after = properties(metadata.xmp)
        assert after["tiff:Orientation"] == "1"
        assert (after["tiff:ImageWidth"], after["tiff:ImageLength"]) == (str(width), str(height))
        dimensions = after["exif:PixelXDimension"], after["exif:PixelYDimension"]
        assert dimensions == (str(width), str(height))
        assert after["xmp:CreateDate"] == "2021-05-04T03:02:01"
        assert "tiff:Compression" not in after


def written(path: Path, read: Picture, pixels: np.ndarray) -> Metadata:
    """The metadata of a file that is written with other pixels."""
    write_picture(
        path, Picture(np.ascontiguousarray(pixels), exif=read.exif, metadata=read.metadata)
    )
    return read_picture(path).metadata


def test_all_else_in_xmp_stays_byte_for_byte(tmp_path):
    xmp = packet('xmp:Label="&lt;red> &#x41;"', "<!-- a remark --><xmp:Rating>3</xmp:Rating>")
    Image.fromarray(picture()).save(tmp_path / "a.webp", xmp=xmp)
    write_picture(tmp_path / "b.webp", read_picture(tmp_path / "a.webp"))
    with Image.open(tmp_path / "b.webp") as image:
        assert image.info["xmp"] == xmp.replace(b"image/jpeg", b"image/webp")


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


def exif_with(thumbnail: bytes, note: bytes) -> bytes:
    """A block with a maker note and, before it, so that it cannot be cut off, a thumbnail."""
    first, second = 8, 8 + 2 + 12 + 4
    third = second + 2 + 12 + 4
    thumbnail_at = third + 2 + 24 + 4
    note_at = thumbnail_at + len(thumbnail)
    block = b"II*\0" + struct.pack("<I", first)
    block += struct.pack("<HHHII", 1, 0x8769, 4, 1, second) + struct.pack("<I", third)
    block += struct.pack("<HHHII", 1, 0x927C, 7, len(note), note_at) + bytes(4)
    block += struct.pack("<HHHII", 2, 0x0201, 4, 1, thumbnail_at)
    block += struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail)) + bytes(4)
    return block + thumbnail + note


def test_numbers_of_a_panorama_are_those_of_the_result(tmp_path):
    numbers = {
        "CroppedAreaImageWidthPixels": 32,
        "CroppedAreaImageHeightPixels": 24,
        "FullPanoWidthPixels": 64,
        "FullPanoHeightPixels": 32,
        "CroppedAreaLeftPixels": 16,
        "CroppedAreaTopPixels": 4,
    }
    attributes = " ".join(f'GPano:{name}="{value}"' for name, value in numbers.items())
    Image.fromarray(picture()).save(tmp_path / "a.webp", xmp=packet(attributes))
    read = read_picture(tmp_path / "a.webp")
    after = properties(written(tmp_path / "b.webp", read, read.pixels[::2, ::2]).xmp)
    assert {name: int(after[f"GPano:{name}"]) for name in numbers} == {
        name: value // 2 for name, value in numbers.items()
    }


@pytest.mark.parametrize("orientation", [1, 3])
def test_marked_faces_stay_unless_the_picture_is_turned(tmp_path, orientation):
    body = (
        "<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:Name>Ann</mwg-rs:Name></mwg-rs:Regions>"
    )
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(picture()).save(tmp_path / "a.webp", exif=exif, xmp=packet(body=body))
    told = notes_of(tmp_path / "a.webp", tmp_path / "b.webp")
    after = properties(read_picture(tmp_path / "b.webp").metadata.xmp)
    assert ("mwg-rs:Name" in after, "regions-left-out" in told) == (
        (True, False) if orientation == 1 else (False, True)
    )


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_resolution_turns_with_the_picture(tmp_path, suffix):
    image = Image.fromarray(picture())
    exif = image.getexif()
    exif[ExifTags.Base.Orientation] = 6
    image.save(tmp_path / f"a{suffix}", dpi=(300, 150), exif=exif)
    read = read_picture(tmp_path / f"a{suffix}")
    assert read.pixels.shape == (32, 24, 3)
    assert [float(n) for n in read.metadata.density.per("inch")] == [150, 300]


@pytest.mark.parametrize(
    ("density", "suffix"),
    [
        (make_density(2, 1, "aspect"), ".jpg"),
        (make_density(2, 1, "aspect"), ".png"),
        (make_density(2, 1, "aspect"), ".tif"),
        (make_density(118, 118, "cm"), ".jpg"),
        (make_density(72, 72, "inch"), ".bmp"),
        (make_density(2835, 2835, "metre"), ".png"),
    ],
)
def test_resolution_in_every_unit(tmp_path, density, suffix):
    write_picture(tmp_path / f"a{suffix}", Picture(picture(), metadata=Metadata(density=density)))
    after = read_picture(tmp_path / f"a{suffix}").metadata.density
    assert after.unit == density.unit or suffix == ".bmp"
    assert [round(float(n)) for n in after.per(density.unit)] == [
        round(float(n)) for n in density.per(density.unit)
    ]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".avif"])
@pytest.mark.parametrize(
    "density",
    [("0.3", "0.2", "inch"), (100_000, 50_000, "inch"), (3_000_000, 2_000_000, "cm"),
     ("1.4", "1.4", "inch"), ("0.01", "0.02", "metre"), ("1.5", 1, "aspect")],
)  # fmt: skip
def test_resolution_that_a_field_cannot_hold_is_not_lost(tmp_path, density, suffix):
    density = make_density(*density)
    path = tmp_path / f"a{suffix}"
    assert not write_picture(path, Picture(picture(), metadata=Metadata(density=density)))
    after = read_picture(path).metadata.density
    assert (after.unit == "aspect") == (density.unit == "aspect")
    wanted, got = density.per("inch"), after.per("inch")
    if density.unit == "aspect":
        wanted, got = [density.x / density.y], [after.x / after.y]
    assert [float(n) for n in got] == pytest.approx([float(n) for n in wanted], rel=0.01)


def test_resolution_too_coarse_for_bmp_is_told(tmp_path):
    density = make_density("0.01", "0.01", "inch")
    notes = write_picture(
        tmp_path / "a.bmp", Picture(picture(), metadata=Metadata(density=density))
    )
    assert [note.kind for note in notes] == ["resolution-left-out"]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_resolution_in_exif_turns_with_the_picture(tmp_path, suffix):
    exif = Image.Exif()
    exif[ExifTags.Base.XResolution], exif[ExifTags.Base.YResolution] = 300.0, 150.0
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.ResolutionUnit] = 6, 2
    exif.get_ifd(0x8769)[0xA20E], exif.get_ifd(0x8769)[0xA20F] = 4000.0, 3000.0
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=exif, dpi=(300, 150))
    write_picture(tmp_path / f"b{suffix}", read_picture(tmp_path / "a.jpg"))
    read = read_picture(tmp_path / f"b{suffix}")
    after = Image.Exif()
    after.load(read.exif)
    assert [after[ExifTags.Base.XResolution], after[ExifTags.Base.YResolution]] == [150, 300]
    assert [after.get_ifd(0x8769)[tag] for tag in (0xA20E, 0xA20F)] == [3000, 4000]
    assert [round(float(n)) for n in read.metadata.density.per("inch")] == [150, 300]


def test_resolution_of_png_is_whole_dpi_elsewhere(tmp_path):
    png(tmp_path / "a.png", chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1)))
    for suffix in (".jpg", ".tif", ".webp"):
        write_picture(tmp_path / f"b{suffix}", read_picture(tmp_path / "a.png"))
        assert read_picture(tmp_path / f"b{suffix}").metadata.density == make_density(
            300, 300, "inch"
        )


def test_resolution_is_added_to_exif_and_nothing_in_it_moves(tmp_path):
    exif = exif_with(b"\xff\xd8 no thumbnail", note=b"offsets in here must survive")
    read = Picture(picture(), exif=exif, metadata=Metadata(density=make_density(300, 300, "inch")))
    write_picture(tmp_path / "a.webp", read)
    after = read_picture(tmp_path / "a.webp").exif
    assert after.index(b"offsets in here") == exif.index(b"offsets in here")
    block = Image.Exif()
    block.load(after)
    assert block[ExifTags.Base.XResolution] == 300
    assert block.get_ifd(ExifTags.IFD.Exif)[0x927C] == b"offsets in here must survive"


# What belongs to the source alone


def mpf(*kinds: int) -> bytes:
    """An index of CIPA DC-007 of pictures of these kinds, the first of which is the file's own."""
    entries = b"".join(struct.pack("<IIIHH", kind, 100, 0, 0, 0) for kind in kinds)
    head = b"II*\0" + struct.pack("<IHHHII", 8, 1, 0xB002, 7, len(entries), 26)
    return segment(2, b"MPF\0" + head + bytes(4) + entries)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([0x030000, 0x010002], set()),
        ([0x030000, 0x050000], {"gain-map-left-out"}),
        ([0x030000, 0x020002], {"depth-map-left-out"}),
        ([0x020003, 0x020003], {"pictures-left-out"}),
    ],
    ids=["preview", "gain map", "disparity", "multi-angle"],
)
def test_further_pictures_in_a_jpeg_are_told_but_for_previews(tmp_path, kinds, expected):
    jpeg(tmp_path / "second.jpg")
    second = (tmp_path / "second.jpg").read_bytes()
    path = jpeg(tmp_path / "a.jpg", mpf(*kinds), behind=second)
    assert notes_of(path, tmp_path / "b.jpg").keys() == expected
    assert (tmp_path / "b.jpg").read_bytes().count(b"\xff\xd8\xff") == 1


def test_an_ultra_hdr_photograph_is_no_such_thing_any_more(tmp_path):
    """The gain map goes, and XMP does not claim that there is one."""
    xmp = packet('hdrgm:Version="1.0" hdrgm:GainMapMax="3"')
    jpeg(tmp_path / "map.jpg")
    behind = (tmp_path / "map.jpg").read_bytes()
    parts = segment(1, b"http://ns.adobe.com/xap/1.0/\0" + xmp), mpf(0x030000, 0x050000)
    told = notes_of(jpeg(tmp_path / "a.jpg", *parts, behind=behind), tmp_path / "b.jpg")
    assert told.keys() == {"gain-map-left-out"}
    assert not any(
        n.startswith("hdrgm") for n in properties(read_picture(tmp_path / "b.jpg").metadata.xmp)
    )


def test_a_moving_photo_is_told(tmp_path):
    xmp = packet('GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"')
    clip = b"\0\0\0\x18ftypmp42" + bytes(500)
    path = jpeg(
        tmp_path / "a.jpg", segment(1, b"http://ns.adobe.com/xap/1.0/\0" + xmp), behind=clip
    )
    assert notes_of(path, tmp_path / "b.jpg").keys() == {"moving-picture-left-out"}
    assert b"MotionPhoto" not in (tmp_path / "b.jpg").read_bytes()
    path = jpeg(tmp_path / "c.jpg", behind=b"what an editor keeps here" * 20)
    assert notes_of(path, tmp_path / "d.jpg").keys() == {"trailer-left-out"}
    path = jpeg(tmp_path / "e.jpg", behind=bytes(4096))
    assert not notes_of(path, tmp_path / "f.jpg")


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


def test_a_gain_map_and_a_depth_map_in_avif_are_told(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.avif")
    whole = (tmp_path / "a.avif").read_bytes()
    alpha = Image.fromarray(np.dstack([picture(), picture()[..., 0]]))
    alpha.save(tmp_path / "alpha.avif")
    assert not notes_of(tmp_path / "alpha.avif", tmp_path / "alpha.webp")
    # Pillow's own box for alpha, renamed at the same length.
    renamed = (
        (tmp_path / "alpha.avif").read_bytes().replace(b":auxiliary:alpha", b":auxiliary:depth")
    )
    (tmp_path / "depth.avif").write_bytes(renamed)
    assert "depth-map-left-out" in notes_of(tmp_path / "depth.avif", tmp_path / "depth.webp")
    identity = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    box = struct.pack(">I4s", 8 + 16 + 20, b"uuid") + identity + bytes(20)
    (tmp_path / "c.avif").write_bytes(whole + box)
    assert "content-credentials-left-out" in notes_of(tmp_path / "c.avif", tmp_path / "c.webp")


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


def test_layers_and_paths_of_photoshop_are_told(tmp_path):
    tifffile.imwrite(
        tmp_path / "a.tif", picture(), photometric="rgb", metadata=None,
        extratags=[(37724, "B", 4, b"8BPS", True)],
    )  # fmt: skip
    assert notes_of(tmp_path / "a.tif", tmp_path / "b.tif").keys() == {"layers-left-out"}
    path = b"8BIM\x07\xd0\x02ab\0" + struct.pack(">I", 26) + bytes(26)
    jpeg(tmp_path / "a.jpg", segment(13, b"Photoshop 3.0\0" + path + wrap_resources(IPTC)))
    assert notes_of(tmp_path / "a.jpg", tmp_path / "b.jpg").keys() == {"paths-left-out"}
    assert read_picture(tmp_path / "b.jpg").metadata.iptc == IPTC


def test_ten_bits_of_avif_become_eight_and_it_is_told(tmp_path):
    with av.open(str(tmp_path / "a.avif"), "w", format="avif") as out:
        stream = out.add_stream("libsvtav1", width=64, height=64, pix_fmt="yuv420p10le")
        frame = av.VideoFrame.from_ndarray(picture(64, 64), "rgb24").reformat(format="yuv420p10le")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    told = notes_of(tmp_path / "a.avif", tmp_path / "c.png")
    assert told == {"bits-reduced": "10 bits a channel of the source become 8"}
    Image.fromarray(picture()).save(tmp_path / "b.avif")
    assert not notes_of(tmp_path / "b.avif", tmp_path / "c.png")


EXIFTOOL_PNG = "\nIPTC profile\n{length:8d}\n{digits}\n"
"""As ExifTool writes it: a name of two words."""


def test_iptc_of_png_as_exiftool_writes_it(tmp_path):
    raw = EXIFTOOL_PNG.format(length=len(IPTC), digits=IPTC.hex()).encode()
    content = b"Raw profile type iptc\0\0" + zlib.compress(raw)
    read = read_picture(png(tmp_path / "a.png", chunk(b"zTXt", content)))
    assert (read.metadata.iptc, read.metadata.notes) == (IPTC, ())


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


def resource(number: int, content: bytes) -> bytes:
    """One resource of Photoshop."""
    return (
        b"8BIM"
        + struct.pack(">HHI", number, 0, len(content))
        + content
        + b"\0" * (len(content) % 2)
    )


COPYRIGHT = resource(0x040A, b"\1") + resource(0x040B, b"https://example.org/")


@pytest.mark.parametrize("target", [".jpg", ".tif", ".png"])
@pytest.mark.parametrize("origin", [".jpg", ".tif"])
def test_copyright_and_address_of_photoshop_go_over(tmp_path, origin, target):
    block = resource(0x0404, IPTC) + resource(0x03ED, bytes(16)) + COPYRIGHT
    path = tmp_path / f"a{origin}"
    if origin == ".jpg":
        jpeg(path, segment(13, b"Photoshop 3.0\0" + block))
    else:
        tags = [(34377, "B", len(block), block, True)]
        tifffile.imwrite(path, picture(), photometric="rgb", metadata=None, extratags=tags)
    assert not notes_of(path, tmp_path / f"b{target}")
    after = read_picture(tmp_path / f"b{target}").metadata
    assert (after.iptc, after.resources) == (IPTC, COPYRIGHT)
    assert notes_of(path, tmp_path / "c.webp").keys() == {
        "iptc-left-out", "resources-left-out"
    }  # fmt: skip


def test_the_caption_of_old_photoshop_is_kept_and_a_flood_is_told(tmp_path):
    block = resource(0x03F0, b"\x07a story")
    path = jpeg(tmp_path / "a.jpg", segment(13, b"Photoshop 3.0\0" + block))
    assert not notes_of(path, tmp_path / "b.jpg")
    assert block in (tmp_path / "b.jpg").read_bytes()
    flood = resource(0x041E, b"x" * 60_000)
    segments = [segment(13, b"Photoshop 3.0\0" + flood)] * 6
    path = jpeg(tmp_path / "c.jpg", *segments)
    assert notes_of(path, tmp_path / "d.jpg").keys() == {"resources-left-out"}


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


# More than one, or in places where few look


def exif_of(title: str) -> bytes:
    """A block with that title and its prefix."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = title
    return exif.tobytes()


def title_of(block: bytes | None) -> str:
    """The title in a block."""
    exif = Image.Exif()
    exif.load(block)
    return exif[ExifTags.Base.ImageDescription]


def test_of_two_blocks_the_first_is_taken_and_it_is_told(tmp_path):
    head = b"http://ns.adobe.com/xap/1.0/\0"
    first, second = packet('tiff:Make="A"'), packet('tiff:Make="B"')
    other = IPTC.replace(b"sea", b"sun")
    blocks = wrap_resources(IPTC) + wrap_resources(other)
    path = jpeg(
        tmp_path / "a.jpg", segment(1, exif_of("one")), segment(1, exif_of("two")),
        segment(1, head + first), segment(1, head + second),
        segment(13, b"Photoshop 3.0\0" + blocks),
    )  # fmt: skip
    told = notes_of(path, tmp_path / "b.jpg")
    assert told.keys() == {f"second-{name}-left-out" for name in ("exif", "xmp", "iptc")}
    after = read_picture(tmp_path / "b.jpg")
    assert (title_of(after.exif), after.metadata.iptc) == ("one", IPTC)
    assert properties(after.metadata.xmp)["tiff:Make"] == "A"
    assert b"two" not in (tmp_path / "b.jpg").read_bytes()
    same = [segment(1, exif_of("one")), segment(1, head + first)] * 2
    assert not notes_of(jpeg(tmp_path / "c.jpg", *same), tmp_path / "d.jpg")


def test_exif_in_many_segments_is_one_block(tmp_path):
    block = exif_of("x" * 100_000)[6:]
    parts = [segment(1, b"Exif\0\0" + block[at : at + 60_000]) for at in (0, 60_000)]
    path = jpeg(tmp_path / "a.jpg", *parts)
    assert not notes_of(path, tmp_path / "b.png")
    assert title_of(read_picture(tmp_path / "b.png").exif) == "x" * 100_000


def test_chunks_of_png_go_before_the_same_in_hexadecimal(tmp_path):
    block = exif_of("raw")
    raw = f"\nexif\n{len(block):8d}\n{block.hex()}\n".encode()
    hexadecimal = chunk(b"tEXt", b"Raw profile type exif\0" + raw)
    path = png(tmp_path / "a.png", hexadecimal, chunk(b"eXIf", exif_of("own")[6:]))
    assert notes_of(path, tmp_path / "b.png").keys() == {"second-exif-left-out"}
    assert title_of(read_picture(tmp_path / "b.png").exif) == "own"
    path = png(tmp_path / "c.png", hexadecimal, chunk(b"eXIf", block[6:]))
    assert not notes_of(path, tmp_path / "d.png")


def test_a_comment_behind_the_scan_is_carried(tmp_path):
    path = jpeg(tmp_path / "a.jpg")
    whole = path.read_bytes()
    assert whole.endswith(b"\xff\xd9")
    path.write_bytes(whole[:-2] + segment(COMMENT, b"late") + whole[-2:])
    assert not notes_of(path, tmp_path / "b.jpg")
    assert read_picture(tmp_path / "b.jpg").metadata.texts == (Text("late"),)


@pytest.mark.parametrize("behind", [b"what an editor keeps here" * 20, bytes(4096)])
def test_bytes_behind_the_end_of_png_are_told_but_for_padding(tmp_path, behind):
    path = png(tmp_path / "a.png")
    path.write_bytes(path.read_bytes() + behind)
    told = notes_of(path, tmp_path / "b.png")
    assert told.keys() == ({"trailer-left-out"} if behind.strip(b"\0") else set())


def test_plain_text_and_unknown_extensions_of_gif_are_told(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.gif")
    whole = (tmp_path / "a.gif").read_bytes()
    plain = b"\x21\x01\x0c" + bytes(12) + b"\x02hi\0"
    (tmp_path / "b.gif").write_bytes(whole[:-1] + plain + b"\x21\x07\x01x\0;")
    told = notes_of(tmp_path / "b.gif", tmp_path / "c.gif")
    assert told.keys() == {"plain-text-left-out", "parts-left-out"}
    assert told["parts-left-out"].endswith("extension 07")


def box(kind: bytes, content: bytes) -> bytes:
    """A box of ISO 14496-12."""
    return struct.pack(">I4s", len(content) + 8, kind) + content


def test_words_in_boxes_of_avif_behind_its_pixels_are_carried(tmp_path):
    frames = [Image.fromarray(picture()), Image.fromarray(255 - picture())]
    frames[0].save(tmp_path / "a.avif", save_all=True, append_images=frames[1:])
    identity = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    text = box(b"\xa9cmt", box(b"data", struct.pack(">II", 1, 0) + b"by the sea"))
    tool = box(b"\xa9too", box(b"data", struct.pack(">II", 1, 0) + b"Lavf"))
    udta = box(b"udta", box(b"meta", bytes(4) + box(b"ilst", text + tool)))
    more = box(b"free", bytes(2 << 20)) + box(b"moov", udta) + box(b"uuid", identity + packet())
    with (tmp_path / "a.avif").open("ab") as file:
        file.write(more + box(b"uuid", bytes(16) + b"x"))
    gathered = carried.gather(tmp_path / "a.avif", None, "AVIF")
    assert gathered.texts == [Text("by the sea", "Comment")]
    assert gathered.xmp == packet()
    assert list(gathered.parts) == ["uuid " + "00" * 16]


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


# EXIF in other places


def test_exif_of_an_unusual_tiff_is_carried(tmp_path):
    tifffile.imwrite(
        tmp_path / "a.tif", picture().astype(np.float32) / 255, photometric="rgb",
        description="a title", metadata=None,
    )  # fmt: skip
    exif = Image.Exif()
    exif.load(read_picture(tmp_path / "a.tif").exif)
    assert exif[ExifTags.Base.ImageDescription] == "a title"


def test_words_of_windows_go_into_tiff(tmp_path):
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


@pytest.mark.parametrize(
    "damage", [{"exif": b"Exif\0\0II*\0\xff\xff\xff\xff"}, {"xmp": b"<x:xmpmeta><unclosed"}]
)
def test_damaged_words_are_left_out_and_told(tmp_path, damage):
    Image.fromarray(picture()).save(tmp_path / "a.webp", **damage)
    (kind,) = damage
    assert notes_of(tmp_path / "a.webp", tmp_path / "b.webp").keys() == {f"{kind}-damaged"}
    with Image.open(tmp_path / "b.webp") as image:
        assert kind not in image.info


def test_damage_beyond_reading_costs_the_words_alone(tmp_path, monkeypatch):
    def broken(_):
        raise struct.error("unpack requires a buffer of 8 bytes")

    monkeypatch.setitem(carried._READERS, "WEBP", broken)
    Image.fromarray(picture()).save(tmp_path / "a.webp", xmp=packet())
    assert notes_of(tmp_path / "a.webp", tmp_path / "b.png").keys() == {"metadata-damaged"}
    assert (tmp_path / "b.png").exists()


# Long and hostile


def extended(xmp: bytes, extension: bytes) -> list[bytes]:
    """The segments of a packet that goes on in others."""
    digest = hashlib.md5(extension).hexdigest().upper().encode()
    head = b"http://ns.adobe.com/xmp/extension/\0" + digest
    pieces = [
        segment(1, head + struct.pack(">II", len(extension), at) + extension[at : at + 60_000])
        for at in range(0, len(extension), 60_000)
    ]
    return [segment(1, b"http://ns.adobe.com/xap/1.0/\0" + xmp), *pieces[::-1]]


def test_xmp_longer_than_a_segment_goes_through_jpeg(tmp_path):
    history = packet(body=f"<xmp:Nickname>{'x' * 150_000}</xmp:Nickname>")
    path = jpeg(tmp_path / "a.jpg", *extended(packet('xmp:Label="red"'), history))
    assert not notes_of(path, tmp_path / "b.jpg")
    assert not notes_of(tmp_path / "b.jpg", tmp_path / "c.webp")
    for name in ("b.jpg", "c.webp"):
        after = properties(read_picture(tmp_path / name).metadata.xmp)
        assert (after["xmp:Label"], len(after["xmp:Nickname"])) == ("red", 150_000)


def test_a_depth_map_in_extended_xmp_is_told_and_the_rest_is_kept(tmp_path):
    depth = packet().replace(
        b"<dc:creator>",
        b'<d:Data xmlns:d="http://ns.google.com/photos/1.0/depthmap/">AAAA</d:Data><dc:creator>',
    )
    path = jpeg(tmp_path / "a.jpg", *extended(packet('xmp:Label="red"'), depth))
    assert notes_of(path, tmp_path / "b.jpg").keys() == {"depth-map-left-out"}
    assert properties(read_picture(tmp_path / "b.jpg").metadata.xmp)["xmp:Label"] == "red"


def test_megabytes_of_words_are_bounded_and_told(tmp_path):
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


def test_xmp_of_megabytes_is_left_out(tmp_path):
    xmp = packet(body=f"<xmp:Label>{'x' * LARGEST_XMP}</xmp:Label>")
    Image.fromarray(picture()).save(tmp_path / "a.webp", xmp=xmp)
    read = read_picture(tmp_path / "a.webp")
    assert read.metadata.xmp is None
    assert [note.kind for note in read.metadata.notes] == ["xmp-left-out"]


def test_entities_in_xmp_are_not_opened(tmp_path):
    declared = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    Image.fromarray(picture()).save(tmp_path / "a.webp", xmp=declared + packet(body="&b;"))
    read = read_picture(tmp_path / "a.webp")
    assert read.metadata.xmp is None
    assert [note.kind for note in read.metadata.notes] == ["xmp-damaged"]


@pytest.mark.parametrize("body", [b"<a/>" * 500_000, b"<a>" * 250_000 + b"</a>" * 250_000])
def test_xmp_of_endless_elements_is_given_up_early(body):
    with pytest.raises(XmpDamaged, match="than anybody writes"):
        revise_xmp(b"<x>" + body + b"</x>", 10, 10)


def test_a_text_too_long_for_jpeg_is_told(tmp_path):
    texts = (Text("x" * 70_000, "workflow"), Text("a castle", "Title"))
    notes = write_picture(tmp_path / "a.jpg", Picture(picture(), metadata=Metadata(texts=texts)))
    assert [(n.kind, n.count) for n in notes] == [("text-left-out", 1)]
    assert read_picture(tmp_path / "a.jpg").metadata.texts == (Text("Title: a castle"),)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_anywhere_costs_no_more_than_the_words(tmp_path_factory, data):
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
