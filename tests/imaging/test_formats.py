"""The table of picture formats, and that a row is all that a new one needs."""

from __future__ import annotations

import numpy as np

from paintreel.imaging import file_signatures, files
from paintreel.imaging.formats import PICTURE_FORMATS, PictureFormat, format_of_suffix

BMP = PictureFormat(
    "BMP", "BMP", (".bmp",), ((0, b"BM"),), ("BmpImagePlugin", "BmpImageFile"), alpha=False
)


def test_any_case_of_a_suffix_names_its_format():
    assert format_of_suffix(".TIFF") is PICTURE_FORMATS["TIFF"]
    assert format_of_suffix(".bmp") is None


def test_a_new_format_is_one_row(tmp_path, monkeypatch):
    monkeypatch.setitem(PICTURE_FORMATS, "BMP", BMP)
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    files.write_picture(tmp_path / "a.bmp", files.Picture(pixels))
    assert file_signatures.format_of((tmp_path / "a.bmp").read_bytes()[:64]) == "BMP"
    picture = files.read_picture(tmp_path / "a.bmp")
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.format == "BMP"
