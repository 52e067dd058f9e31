"""What a file holds is told from its first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.imaging.file_signatures import format_of, is_foreign_picture, why_refused
from paintreel.imaging.formats import PICTURE_FORMATS


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "WEBP"),
        (b"II*\x00\x08\x00\x00\x00", "TIFF"),
        (b"MM\x00*\x00\x00\x00\x08", "TIFF"),
        (b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00", "AVIF"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avifmiaf", "AVIF"),
        (b"GIF87a", "GIF"),
        (b"", None),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b"JUNK\x24\x00\x00\x00WEBPVP8 ", None),
        (b"\x00\x00\x00\x20ftypisom", None),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1heic", "HEIF"),
        (b"\x89PN", None),
    ],
)
def test_format_by_content(head, name):
    assert format_of(head) == name


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "empty"),
        (bytes(64), "zeros"),
        (b"%PDF-1.7", "PDF"),
        (b"8BPS\x00\x01", "Photoshop document; export it"),
        (b"\xff\x0a\x00", "JPEG XL picture; convert it"),
        (b"<?xml version='1.0'?>\n<svg width='9'>", "SVG drawing; export it"),
        (b"\x00\x00\x00\x18ftypcrx ", "raw photograph (Canon CR3): develop it first"),
        (b"FUJIFILMCCD-RAW 0201", "raw photograph (Fuji RAF): develop it first"),
        (b"\x00\x00\x00\x18ftypmp42", "video"),
        (b"\x1aE\xdf\xa3\x01", "video"),
        (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        (b"<!DOCTYPE html>", "HTML"),
        (b"PK\x03\x04", "ZIP"),
        (b"hello", "expected JPEG, PNG"),
    ],
)
def test_refusal_says_what_it_is(head, words):
    assert words in why_refused(head)


@given(st.binary(max_size=64))
def test_any_bytes_have_an_answer(head):
    assert format_of(head) in (None, "HEIF", *PICTURE_FORMATS)
    assert why_refused(head)


@pytest.mark.parametrize(
    ("head", "is_picture"),
    [
        (b"%PDF-1.7", True),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", True),
        (b"8BPS", True),
        (b"<!DOCTYPE html>", False),
        (b"\x1aE\xdf\xa3\x01", False),
        (b"\x00\x00\x00\x20ftypisom", False),
        (b"PK\x03\x04", False),
        (b"hello", False),
    ],
)
def test_foreign_pictures_are_told_from_clips_and_texts(head, is_picture):
    assert is_foreign_picture(head) is is_picture


@pytest.mark.parametrize(
    ("brand", "name"),
    [("heic", "HEIF"), ("heix", "HEIF"), ("avif", "AVIF"), ("avis", "AVIF")],
)
def test_brands_tell_heic_from_avif(brand, name):
    assert format_of(b"\x00\x00\x00\x18ftyp" + brand.encode() + bytes(12)) == name


def test_text_that_begins_with_bm_is_no_bmp():
    assert format_of(b"BMW is a maker of cars, said the text.") is None
