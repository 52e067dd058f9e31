"""A LUT on pictures, by FFmpeg's filters: exact to far less than a step of 8 bits, and fast."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.imaging.arrays import Array

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["CHANGING_GRID", "LutFilter"]

_FORMAT = "gbrpf32le"
_STORED = (1, 2, 0)
"""Green, blue, red."""

_LEVEL = 6
CHANGING_GRID = _LEVEL * _LEVEL
"""Colours a side that tables have where they change from frame to frame."""

_TICK = Fraction(1, 1000)

_ALIGNED_PX = 32
"""Widths are filled up to a multiple: FFmpeg's filter writes whole vectors, past the end of rows
that are none, and past the end of the memory in the last."""


class LutFilter:
    """A filter for planes of one size, used by one thread at a time.

        through = LutFilter(640, 360)
        for plane, channel in zip(through.planes, (red, green, blue)):
            plane[:] = channel
        red, green, blue = through(table)

    planes    red, green and blue (H, W) float32 to be written before each call, in [0, 1]
    changing  the table is another from frame to frame: it then has `CHANGING_GRID` colours a side,
              and twice as much time is taken. Else it is handed over anew where another array
              comes, which is slow.
    """

    def __init__(self, width_px: int, height_px: int, *, changing: bool = False) -> None:
        self._size = width_px, height_px
        self._stored = -(-width_px // _ALIGNED_PX) * _ALIGNED_PX, height_px
        self._changing = changing
        self._table: Array | None = None
        self._graph: Any = None
        self._inputs: list[Any] = []
        self._output: Any = None
        self._clut: VideoFrame | None = None
        self._count = 0
        # Memory that is written again and again costs the system nothing.
        self._frame = self._new_frame(*self._stored)
        self.planes = self._planes_of(self._frame)

    def __call__(self, table: Array) -> list[Array]:
        """Red, green and blue (H, W) float32 of `planes` in (N, N, N, 3) float32: new memory."""
        if table is not self._table:
            self._take(table)
        self._frame.pts = self._count
        self._inputs[0].push(self._frame)
        if self._changing:
            assert self._clut is not None  # which `_take` makes
            clut = self._clut
            clut.pts = self._count
            self._inputs[1].push(clut)
        self._count += 1
        return self._planes_of(self._output.pull())

    def _take(self, table: Array) -> None:
        if not self._changing:
            self._open_fixed(table)
        else:
            if self._graph is None:
                self._open_changing()
            side = _LEVEL**3
            # Red runs fastest.
            flat = table.transpose(2, 1, 0, 3).reshape(side, side, 3)
            self._clut = self._new_frame(side, side)
            for plane, channel in zip(_stored_planes(self._clut), _STORED, strict=True):
                plane[:] = flat[..., channel]
        self._table = table

    def _open_fixed(self, table: Array) -> None:
        count = len(table)
        rows = table.transpose(2, 1, 0, 3).reshape(-1, 3).astype(np.float64)
        text = "\n".join(f"{r:.7f} {g:.7f} {b:.7f}" for r, g, b in rows.tolist())
        with tempfile.TemporaryDirectory(prefix="paintreel-") as folder:
            path = Path(folder) / "table.cube"
            path.write_text(f"LUT_3D_SIZE {count}\n{text}\n", "ascii")
            graph = self._new_graph()
            source = self._buffer(graph, *self._stored, "frames")
            lut = graph.add("lut3d", file=str(path), interp="tetrahedral")
            self._open(graph, [source], lut)

    def _open_changing(self) -> None:
        graph = self._new_graph()
        source = self._buffer(graph, *self._stored, "frames")
        table = self._buffer(graph, _LEVEL**3, _LEVEL**3, "tables")
        self._open(graph, [source, table], graph.add("haldclut", interp="tetrahedral"))

    def _open(self, graph: Any, sources: list[Any], lut: Any) -> None:
        sink = graph.add("buffersink")
        for pad, source in enumerate(sources):
            source.link_to(lut, 0, pad)
        lut.link_to(sink)
        graph.configure()
        self._graph, self._inputs, self._output = graph, sources, sink
        self._count = 0

    @staticmethod
    def _new_graph() -> Any:
        import av.filter

        graph = av.filter.Graph()
        graph.threads = 1  # several frames are worked on at once, each in a thread
        return graph

    @staticmethod
    def _buffer(graph: Any, width_px: int, height_px: int, name: str) -> Any:
        return graph.add_buffer(
            width=width_px, height=height_px, format=_FORMAT, time_base=_TICK, name=name
        )

    @staticmethod
    def _new_frame(width_px: int, height_px: int) -> VideoFrame:
        from av.video.frame import VideoFrame

        frame = VideoFrame(width_px, height_px, _FORMAT)
        frame.time_base = _TICK
        for plane in _stored_planes(frame):
            plane[:] = 0
        return frame

    def _planes_of(self, frame: VideoFrame) -> list[Array]:
        width, _ = self._size
        # They go with the frame, which the arrays keep.
        stored = [plane[:, :width] for plane in _stored_planes(frame)]
        return [stored[_STORED.index(channel)] for channel in range(3)]


def _stored_planes(frame: VideoFrame) -> list[Array]:
    """Green, blue and red (H, W) float32, of whole vectors, to be read and written."""
    return [
        np.frombuffer(memoryview(plane), np.float32).reshape(frame.height, -1)
        for plane in frame.planes
    ]
