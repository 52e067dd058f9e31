"""TIFF: written here and read by others, written by others and read here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from paintreel.errors import OutputError
from paintreel.imaging import sixteen_bit, tiff
from paintreel.imaging.files import read_picture

tifffile = pytest.importorskip("tifffile")


def write_tiff(path, pixels, **metadata):
    """A new file of `tiff.write_tiff`."""
    with path.open("wb") as file:
        tiff.write_tiff(file, pixels, **metadata)


def noise(*shape: int, dtype: type = np.uint16) -> np.ndarray:
    """Noise over the full range."""
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(st.integers(1, 70), st.just(3000)),
    st.integers(1, 17),
    st.sampled_from([(), (3,), (4,)]),
    st.sampled_from([np.uint8, np.uint16]),
)
def test_any_size_is_read_by_others(tmp_path_factory, height, width, channels, dtype):
    path = tmp_path_factory.getbasetemp() / "any.tif"
    pixels = noise(height, width, *channels, dtype=dtype)
    write_tiff(path, pixels)
    np.testing.assert_array_equal(tifffile.imread(path), pixels)
    np.testing.assert_array_equal(read_picture(path).pixels, pixels)


def test_strips_join_without_a_seam(tmp_path, monkeypatch):
    monkeypatch.setattr(sixteen_bit, "_BAND_BYTES", 1000)
    pixels = noise(97, 40, 3)
    write_tiff(tmp_path / "a.tif", pixels)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), pixels)


def test_more_than_65535_bytes_of_strips(tmp_path, monkeypatch):
    monkeypatch.setattr(sixteen_bit, "_BAND_BYTES", 20_000)
    pixels = noise(300, 100, 3)  # offsets then leave the 16 bits that small ones fit
    write_tiff(tmp_path / "a.tif", pixels, icc=b"i" * 70_001)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), pixels)


def test_alpha_is_tagged_straight(tmp_path):
    write_tiff(tmp_path / "a.tif", noise(5, 4, 4))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert file.pages[0].extrasamples == (tifffile.EXTRASAMPLE.UNASSALPHA,)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_profile_and_exif_survive(tmp_path, dtype):
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Maker"
    exif[ExifTags.Base.XResolution] = 300.0
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2020:01:02 03:04:05"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    write_tiff(tmp_path / "a.tif", noise(5, 4, 3, dtype=dtype), icc=b"profile", exif=exif.tobytes())
    with Image.open(tmp_path / "a.tif") as image:
        assert image.info["icc_profile"] == b"profile"
    exif = Image.Exif()
    exif.load(read_picture(tmp_path / "a.tif").exif)
    assert exif[ExifTags.Base.Make] == "Maker"
    assert exif[ExifTags.Base.XResolution] == 300
    original = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
    assert original == "2020:01:02 03:04:05"
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_hostile_exif_never_costs_the_picture(tmp_path_factory, junk):
    path = tmp_path_factory.getbasetemp() / "hostile.tif"
    pixels = noise(3, 4, 3)
    write_tiff(path, pixels, exif=b"II*\x00\x08\x00\x00\x00" + junk)
    np.testing.assert_array_equal(read_picture(path).pixels, pixels)


def test_beyond_4_gib_is_refused_and_nothing_written(tmp_path, monkeypatch):
    monkeypatch.setattr(tiff, "_LARGEST_BYTES", 100)
    with pytest.raises(OutputError, match="4 GiB"):
        write_tiff(tmp_path / "a.tif", noise(50, 40, 3))
    assert not (tmp_path / "a.tif").stat().st_size


RGB = {"photometric": "rgb"}


@pytest.mark.parametrize(
    "options",
    [
        RGB,
        RGB | {"byteorder": ">"},
        RGB | {"bigtiff": True},
        RGB | {"tile": (16, 16)},
        RGB | {"compression": "zlib", "predictor": True},
        RGB | {"rowsperstrip": 3},
    ],
)
def test_16_bit_files_of_every_layout(tmp_path, options):
    pixels = noise(21, 30, 3)
    tifffile.imwrite(tmp_path / "a.tif", pixels, **options)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels, pixels)


def test_separate_planes_are_read(tmp_path):
    planes = {"photometric": "rgb", "planarconfig": "separate"}
    shallow = noise(3, 21, 30, dtype=np.uint8)
    tifffile.imwrite(tmp_path / "8.tif", shallow, **planes)
    read = read_picture(tmp_path / "8.tif").pixels
    np.testing.assert_array_equal(read, shallow.transpose(1, 2, 0))
    deep = noise(3, 21, 30)
    tifffile.imwrite(tmp_path / "16.tif", deep, **planes)
    read = read_picture(tmp_path / "16.tif").pixels
    np.testing.assert_array_equal(read, deep.transpose(1, 2, 0))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_once(tmp_path, orientation, dtype):
    pixels = noise(5, 3, 3, dtype=dtype)
    tag = (274, "H", 1, orientation, True)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extratags=[tag])
    expected = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.swapaxes(0, 1),
        6: np.rot90(pixels, -1),
        7: pixels[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(pixels),
    }[orientation]
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels, expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_white_is_zero_is_turned_round(tmp_path, dtype):
    grey = noise(5, 4, dtype=dtype)
    tifffile.imwrite(tmp_path / "a.tif", grey, photometric="miniswhite")
    read = read_picture(tmp_path / "a.tif").pixels
    np.testing.assert_array_equal(read, np.iinfo(dtype).max - grey)


def test_premultiplied_alpha_is_made_straight(tmp_path):
    straight = noise(30, 20, 4)
    straight[..., 3] |= 0x8000
    alpha = straight[..., 3:] / 65535.0
    stored = np.dstack([np.rint(straight[..., :3] * alpha), straight[..., 3]]).astype(np.uint16)
    stored[0, 0] = (7, 0, 0, 0)  # transparent, with impossible colour
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", extrasamples=["assocalpha"])
    read = read_picture(tmp_path / "a.tif").pixels.astype(int)
    np.testing.assert_array_equal(read[..., 3], stored[..., 3])
    assert np.abs(read - straight)[1:].max() <= 1


def test_a_fourth_sample_without_meaning_is_dropped(tmp_path):
    pixels = noise(5, 4, 4)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extrasamples=["unspecified"])
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels, pixels[..., :3])
