"""XMP of a result says what the result is; all else in it stays."""

from __future__ import annotations

import pytest
from metadata_files import (
    notes_of,
    packet,
    picture,
    properties,
    written,
)
from PIL import ExifTags, Image

from paintreel.imaging.files import read_picture, write_picture
from paintreel.imaging.metadata import LARGEST_XMP
from paintreel.imaging.xmp import XmpDamaged, revise_xmp


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


def test_all_else_in_xmp_stays_byte_for_byte(tmp_path):
    xmp = packet('xmp:Label="&lt;red> &#x41;"', "<!-- a remark --><xmp:Rating>3</xmp:Rating>")
    Image.fromarray(picture()).save(tmp_path / "a.webp", xmp=xmp)
    write_picture(tmp_path / "b.webp", read_picture(tmp_path / "a.webp"))
    with Image.open(tmp_path / "b.webp") as image:
        assert image.info["xmp"] == xmp.replace(b"image/jpeg", b"image/webp")


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
