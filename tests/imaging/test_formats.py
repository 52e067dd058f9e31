"""The table of picture formats, and that a row is all that a new one needs."""

from __future__ import annotations

import numpy as np

from paintreel.imaging import file_signatures, files
from paintreel.imaging.formats import PICTURE_FORMATS, PictureFormat, format_of_suffix

PPM = PictureFormat(
    "PPM", "PPM", (".ppm",), ((0, b"P6"),), ("PpmImagePlugin", "PpmImageFile"), alpha=False
)


def test_any_case_of_a_suffix_names_its_format():
    assert format_of_suffix(".TIFF") is PICTURE_FORMATS["TIFF"]
    assert format_of_suffix(".ppm") is None


def test_a_new_format_is_one_row(tmp_path, monkeypatch):
    monkeypatch.setitem(PICTURE_FORMATS, "PPM", PPM)
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    files.write_picture(tmp_path / "a.ppm", files.Picture(pixels))
    assert file_signatures.format_of((tmp_path / "a.ppm").read_bytes()[:64]) == "PPM"
    picture = files.read_picture(tmp_path / "a.ppm")
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.format == "PPM"


def test_bmp_is_read_and_written(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    files.write_picture(tmp_path / "a.bmp", files.Picture(pixels))
    np.testing.assert_array_equal(files.read_picture(tmp_path / "a.bmp").pixels, pixels)
