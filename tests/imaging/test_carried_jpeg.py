"""Metadata of JPEG: segments, further pictures in the file, what lies behind its end."""

from __future__ import annotations

import hashlib
import struct

import pytest
from metadata_files import (
    COMMENT,
    IPTC,
    exif_of,
    jpeg,
    notes_of,
    packet,
    picture,
    properties,
    segment,
    title_of,
)

from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.metadata import Metadata, Text
from paintreel.imaging.photoshop_resources import wrap_resources


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


def test_a_comment_behind_the_scan_is_carried(tmp_path):
    path = jpeg(tmp_path / "a.jpg")
    whole = path.read_bytes()
    assert whole.endswith(b"\xff\xd9")
    path.write_bytes(whole[:-2] + segment(COMMENT, b"late") + whole[-2:])
    assert not notes_of(path, tmp_path / "b.jpg")
    assert read_picture(tmp_path / "b.jpg").metadata.texts == (Text("late"),)


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


def test_a_text_too_long_for_jpeg_is_told(tmp_path):
    texts = (Text("x" * 70_000, "workflow"), Text("a castle", "Title"))
    notes = write_picture(tmp_path / "a.jpg", Picture(picture(), metadata=Metadata(texts=texts)))
    assert [(n.kind, n.count) for n in notes] == [("text-left-out", 1)]
    assert read_picture(tmp_path / "a.jpg").metadata.texts == (Text("Title: a castle"),)
