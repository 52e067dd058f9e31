"""Metadata of GIF and AVIF: extensions and boxes."""

from __future__ import annotations

import struct

import av
import numpy as np
from metadata_files import (
    notes_of,
    packet,
    picture,
)
from PIL import Image

from paintreel.imaging import carried
from paintreel.imaging.metadata import Text


def test_a_gain_map_and_a_depth_map_in_avif_are_told(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.avif")
    whole = (tmp_path / "a.avif").read_bytes()
    alpha = Image.fromarray(np.dstack([picture(), picture()[..., 0]]))
    alpha.save(tmp_path / "alpha.avif")
    assert not notes_of(tmp_path / "alpha.avif", tmp_path / "alpha.webp")
    # Pillow's own box for alpha, renamed at the same length.
    renamed = (
        (tmp_path / "alpha.avif").read_bytes().replace(b":auxiliary:alpha", b":auxiliary:depth")
    )
    (tmp_path / "depth.avif").write_bytes(renamed)
    assert "depth-map-left-out" in notes_of(tmp_path / "depth.avif", tmp_path / "depth.webp")
    identity = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    box = struct.pack(">I4s", 8 + 16 + 20, b"uuid") + identity + bytes(20)
    (tmp_path / "c.avif").write_bytes(whole + box)
    assert "content-credentials-left-out" in notes_of(tmp_path / "c.avif", tmp_path / "c.webp")


def test_ten_bits_of_avif_become_eight_and_it_is_told(tmp_path):
    with av.open(str(tmp_path / "a.avif"), "w", format="avif") as out:
        stream = out.add_stream("libsvtav1", width=64, height=64, pix_fmt="yuv420p10le")
        frame = av.VideoFrame.from_ndarray(picture(64, 64), "rgb24").reformat(format="yuv420p10le")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    told = notes_of(tmp_path / "a.avif", tmp_path / "c.png")
    assert told == {"bits-reduced": "10 bits a channel of the source become 8"}
    Image.fromarray(picture()).save(tmp_path / "b.avif")
    assert not notes_of(tmp_path / "b.avif", tmp_path / "c.png")


def test_plain_text_and_unknown_extensions_of_gif_are_told(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.gif")
    whole = (tmp_path / "a.gif").read_bytes()
    plain = b"\x21\x01\x0c" + bytes(12) + b"\x02hi\0"
    (tmp_path / "b.gif").write_bytes(whole[:-1] + plain + b"\x21\x07\x01x\0;")
    told = notes_of(tmp_path / "b.gif", tmp_path / "c.gif")
    assert told.keys() == {"plain-text-left-out", "parts-left-out"}
    assert told["parts-left-out"].endswith("extension 07")


def box(kind: bytes, content: bytes) -> bytes:
    """A box of ISO 14496-12."""
    return struct.pack(">I4s", len(content) + 8, kind) + content


def test_texts_in_boxes_of_avif_behind_its_pixels_are_carried(tmp_path):
    frames = [Image.fromarray(picture()), Image.fromarray(255 - picture())]
    frames[0].save(tmp_path / "a.avif", save_all=True, append_images=frames[1:])
    identity = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    text = box(b"\xa9cmt", box(b"data", struct.pack(">II", 1, 0) + b"by the sea"))
    tool = box(b"\xa9too", box(b"data", struct.pack(">II", 1, 0) + b"Lavf"))
    udta = box(b"udta", box(b"meta", bytes(4) + box(b"ilst", text + tool)))
    more = box(b"free", bytes(2 << 20)) + box(b"moov", udta) + box(b"uuid", identity + packet())
    with (tmp_path / "a.avif").open("ab") as file:
        file.write(more + box(b"uuid", bytes(16) + b"x"))
    gathered = carried.gather(tmp_path / "a.avif", None, "AVIF")
    assert gathered.texts == [Text("by the sea", "Comment")]
    assert gathered.xmp == packet()
    assert list(gathered.parts) == ["uuid " + "00" * 16]
