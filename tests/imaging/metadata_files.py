"""Picture files with metadata, made byte by byte where no library writes such a thing."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.imaging.metadata import Metadata
from paintreel.imaging.photoshop_resources import wrap_resources

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


def written(path: Path, read: Picture, pixels: np.ndarray) -> Metadata:
    """The metadata of a file that is written with other pixels."""
    write_picture(
        path, Picture(np.ascontiguousarray(pixels), exif=read.exif, metadata=read.metadata)
    )
    return read_picture(path).metadata


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
