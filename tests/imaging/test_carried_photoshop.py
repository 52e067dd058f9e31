"""What Photoshop puts into JPEG and TIFF."""

from __future__ import annotations

import struct

import pytest
from metadata_files import (
    IPTC,
    jpeg,
    notes_of,
    picture,
    segment,
)

from paintreel.imaging.files import read_picture
from paintreel.imaging.photoshop_resources import wrap_resources

tifffile = pytest.importorskip("tifffile")


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
