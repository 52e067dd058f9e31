"""What GIF and WebP need that other clips do not: palettes, and an end."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from paintreel.imaging.arrays import Array
from paintreel.media.pixels import FramePacker

if TYPE_CHECKING:
    from paintreel.media.colour_tags import ColourTags

__all__ = ["PalettePacker", "finish_webp"]

_WEBP_ALPHA = 0x10


class PalettePacker:
    """RGB arrays to frames of 255 colours and a transparent one, chosen anew for each frame.

    The dither is ordered: its pattern stands still, where error diffusion would crawl.
    """

    def __init__(self, width: int, height: int, tags: ColourTags) -> None:
        self._pack = FramePacker(width, height, "bgra", tags)
        graph = Graph()
        source = graph.add_buffer(
            width=width,
            height=height,
            format=VideoFormat("bgra", width, height),
            time_base=Fraction(1, 1000),
        )
        split = graph.add("split")
        palette = graph.add("palettegen", "stats_mode=single")
        use = graph.add("paletteuse", "new=1:dither=bayer:bayer_scale=3")
        sink = graph.add("buffersink")
        source.link_to(split)
        split.link_to(palette, 0, 0)
        split.link_to(use, 1, 0)
        palette.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        self._graph = graph
        self._count = 0

    def __call__(self, pixels: Array, alpha: Array | None = None) -> VideoFrame:
        """A frame with palette of `pixels` (H, W, 3) uint8; transparent where `alpha` < 128."""
        picture = self._pack(pixels, alpha)
        picture.pts, self._count = self._count, self._count + 1
        self._graph.push(picture)
        paletted = self._graph.pull()
        assert isinstance(paletted, VideoFrame)  # the graph has no sound
        return paletted


def finish_webp(path: Path, duration_ms: int, *, alpha: bool) -> None:
    """Write into the animated WebP at `path` what FFmpeg and libwebp leave out.

    That is how long the last frame is shown, so that all last `duration_ms` (libwebp does not
    learn it, and makes up the mean of the others), and that there is `alpha` (libwebp says so only
    where a frame has transparent pixels inside its bounding box). Chunks as in
    https://developers.google.com/speed/webp/docs/riff_container.
    """
    last, before_ms, frame_ms = None, 0, 0
    with path.open("r+b") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            start, size = file.tell(), int.from_bytes(head[4:], "little")
            if head[:4] == b"VP8X" and alpha:
                flags = file.read(1)[0]
                file.seek(start)
                file.write(bytes([flags | _WEBP_ALPHA]))
            elif head[:4] == b"ANMF":
                last, before_ms = start + 12, before_ms + frame_ms
                file.seek(last)
                frame_ms = int.from_bytes(file.read(3), "little")
            file.seek(start + size + size % 2)
        if last is not None:
            file.seek(last)
            file.write(min(max(duration_ms - before_ms, 1), 0xFFFFFF).to_bytes(3, "little"))
