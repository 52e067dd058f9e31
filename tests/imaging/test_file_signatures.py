"""What a file holds is told from its first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.imaging.file_signatures import format_of, why_refused


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
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1heic", None),
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
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
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
    assert format_of(head) in (None, "JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF")
    assert why_refused(head)
