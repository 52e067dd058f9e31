"""Resolution of a picture, in every unit and every format."""

from __future__ import annotations

import struct

import pytest
from metadata_files import (
    chunk,
    exif_with,
    picture,
    png,
)
from PIL import ExifTags, Image

from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.metadata import Metadata, make_density


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
