"""What GIF and WebP need that other clips do not: palettes, and an end."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from paintreel.imaging.arrays import Array
from paintreel.media.pixels import FramePacker

if TYPE_CHECKING:
    from av.filter.context import FilterContext

    from paintreel.media.colour_tags import ColourTags

__all__ = ["PalettePacker", "finish_webp"]

_WEBP_ALPHA = 0x10
_PALETTE_SIDE = 16
_OPAQUE_FROM = 128  # as paletteuse has it
# A palette serves as long as blocks of the frame keep their mean colour, which dither leaves alone.
_BLOCK_PX = 8
_MORE_ON_AVERAGE, _MORE_IN_A_BLOCK = 0.5, 3.0  # levels above what a palette of its own has
_WORST_BLOCKS = 0.999


class PalettePacker:
    """RGB arrays to frames of 255 colours and a transparent one, chosen anew where they must be.

    A palette made for one frame serves those after it until they would look worse than with their
    own, as at a cut: to choose one takes four times as long as to use it. The dither is ordered:
    its pattern stands still, where error diffusion would crawl.

    `palettes` counts those chosen so far.
    """

    def __init__(self, width: int, height: int, tags: ColourTags) -> None:
        self.palettes = 0
        self._size = width, height
        self._pack = FramePacker(width, height, "bgra", tags)
        graph = Graph()
        source = _add_source(graph, width, height)
        palette, sink = graph.add("palettegen", "stats_mode=single"), graph.add("buffersink")
        source.link_to(palette)
        palette.link_to(sink)
        graph.configure()
        self._chooser = graph
        self._user: _Palette | None = None
        self._count = 0

    def __call__(self, pixels: Array, alpha: Array | None = None) -> VideoFrame:
        """A frame with palette of `pixels` (H, W, 3) uint8; transparent where `alpha` < 128."""
        picture = self._pack(pixels, alpha)
        picture.pts, self._count = self._count, self._count + 1
        blocks = _blocks(pixels, alpha)
        if self._user is not None:
            paletted = self._user(picture)
            if self._user.serves(_blocks(*_shown(paletted)), blocks):
                return paletted
        self._chooser.push(picture)
        self._user = _Palette(_pulled(self._chooser), *self._size)
        self.palettes += 1
        paletted = self._user(picture)
        self._user.measure(_blocks(*_shown(paletted)), blocks)
        return paletted


class _Palette:
    """One palette and the filter that lays frames on it."""

    def __init__(self, palette: VideoFrame, width: int, height: int) -> None:
        self._average = self._worst = 0.0
        graph = Graph()
        source = _add_source(graph, width, height)
        colours = _add_source(graph, _PALETTE_SIDE, _PALETTE_SIDE)
        use = graph.add("paletteuse", "dither=bayer:bayer_scale=4")
        sink = graph.add("buffersink")
        source.link_to(use, 0, 0)
        colours.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        palette.pts = 0
        colours.push(palette)
        colours.push(None)
        self._graph, self._source = graph, source

    def __call__(self, picture: VideoFrame) -> VideoFrame:
        self._source.push(picture)
        return _pulled(self._graph)

    def measure(self, shown: Array, wanted: Array) -> None:
        """Keep how far off the frame is that the palette was made for."""
        self._average, self._worst = _errors(shown, wanted)

    def serves(self, shown: Array, wanted: Array) -> bool:
        """Whether a frame is hardly further off."""
        average, worst = _errors(shown, wanted)
        within = average <= self._average + _MORE_ON_AVERAGE
        return within and worst <= self._worst + _MORE_IN_A_BLOCK


def _add_source(graph: Graph, width: int, height: int) -> FilterContext:
    return graph.add_buffer(
        width=width,
        height=height,
        format=VideoFormat("bgra", width, height),
        time_base=Fraction(1, 1000),
    )


def _pulled(graph: Graph) -> VideoFrame:
    frame = graph.pull()
    assert isinstance(frame, VideoFrame)  # the graph has no sound
    return frame


def _shown(paletted: VideoFrame) -> tuple[Array, Array]:
    """(pixels (H, W, 3) uint8 RGB, alpha (H, W) uint8) of a frame with a palette."""
    plane, table = paletted.planes[0], paletted.planes[1]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    places = np.ascontiguousarray(rows[:, : plane.width])
    bgra = np.frombuffer(memoryview(table), np.uint8)[: 4 * 256].reshape(256, 4)
    rgb = cv2.LUT(cv2.merge([places] * 3), np.ascontiguousarray(bgra[None, :, 2::-1]))
    return rgb, bgra[:, 3][places]


def _blocks(pixels: Array, alpha: Array | None) -> Array:
    """The mean colours of blocks of a frame; what is clear counts as black."""
    if alpha is not None and alpha.min() < _OPAQUE_FROM:
        pixels = pixels * (alpha >= _OPAQUE_FROM)[..., None]
    height, width = pixels.shape[:2]
    size = max(1, width // _BLOCK_PX), max(1, height // _BLOCK_PX)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _errors(shown: Array, wanted: Array) -> tuple[float, float]:
    """(mean, nearly worst) difference of blocks in levels."""
    off = cv2.absdiff(shown, wanted)
    return float(off.mean()), float(np.quantile(off, _WORST_BLOCKS))


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
