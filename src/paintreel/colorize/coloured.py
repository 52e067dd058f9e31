"""A coloured drawing, and its layers: flats, shadows, lights, lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

from paintreel.drawing.openraster import RasterLayer, boxed
from paintreel.imaging.arrays import Array
from paintreel.notes import Note
from paintreel.roughs.flats import Flats

__all__ = ["Coloured", "indexed_png"]

_BAND_ROWS = 512
_MOST_LAYERS = 250
"""Regions that get a layer of their own; programs take long over more."""


@dataclass(frozen=True, slots=True, eq=False)
class Coloured:
    """What became of a drawing.

    coverage  (H, W) uint8, its lines at full size
    ink       (3,) uint8 RGB of them
    flats     regions and colours, at working size (h, w)
    painting  (h, w, 3) uint8, colours with shading and without lines; None: flats alone
    clear     (regions,) bool: those that are transparent
    notes     what a user should know
    """

    coverage: Array
    ink: Array
    flats: Flats
    painting: Array | None
    clear: Array
    notes: tuple[Note, ...] = field(default=())

    def picture(self, *, lines: bool = True) -> Array:
        """(H, W, 3) uint8, or (H, W, 4) where something is transparent."""
        height, width = self.coverage.shape
        with_alpha = bool(self.clear.any())
        out = np.empty((height, width, 4 if with_alpha else 3), np.uint8)
        for rows, colours, _, alpha in self._bands():
            if lines:
                cover = self.coverage[rows, :, None].astype(np.uint16)
                if alpha is not None:
                    # Straight alpha: where nothing lies below, the colour is the ink's alone.
                    colours = np.where(alpha[..., None] > 0, colours, self.ink)
                    alpha = np.maximum(alpha, self.coverage[rows])
                laid = colours * (255 - cover) + self.ink * cover
                colours = ((laid + 127) // 255).astype(np.uint8)
            out[rows, :, :3] = colours
            if alpha is not None:
                out[rows, :, 3] = alpha
        return out

    def layers(self) -> Iterator[RasterLayer]:
        """The layers, back to front: flats, shadows, lights, lines; laid on each other they give
        the picture, within a level."""
        yield RasterLayer("flats", self._flats_rgba())
        if self.painting is not None:
            yield RasterLayer("shadows", self._shading(lights=False), "multiply")
            yield RasterLayer("lights", self._shading(lights=True), "plus")
        yield self.line_layer()

    def apart(self) -> Iterator[RasterLayer]:
        """The layers that an artist goes on with: the shading apart, or of flats every region."""
        return self.region_layers() if self.painting is None else self.layers()

    def region_layers(self) -> Iterator[RasterLayer]:
        """A layer a region, the largest first, and the lines; very many small ones share one."""
        labels = self.labels()
        area = np.bincount(labels.ravel(), minlength=self.flats.count)
        order = [k for k in np.argsort(-area, kind="stable") if area[k] and not self.clear[k]]
        alone, rest = order[:_MOST_LAYERS], order[_MOST_LAYERS:]
        boxes = _boxes(labels, self.flats.count)
        for number, region in enumerate(alone, 1):
            box = boxes[region]
            rgba = np.zeros((*labels[box].shape, 4), np.uint8)
            rgba[..., :3] = self.flats.colours[region]
            rgba[..., 3] = np.where(labels[box] == region, 255, 0)
            yield RasterLayer(f"region {number}", rgba, at=(box[1].start, box[0].start))
        if rest:
            rgba = self._flats_rgba()
            rgba[~np.isin(labels, rest)] = 0
            part, at = boxed(rgba)
            yield RasterLayer(f"{len(rest)} small regions", part, at=at)
        yield self.line_layer()

    def line_layer(self) -> RasterLayer:
        """The lines with alpha."""
        rgba = np.empty((*self.coverage.shape, 4), np.uint8)
        rgba[..., :3] = self.ink
        rgba[..., 3] = self.coverage
        return RasterLayer("lines", rgba)

    def labels(self) -> Array:
        """(H, W) int32: the region of every pixel at full size."""
        return np.concatenate([labels for _, _, labels, _ in self._bands()])

    def _flats_rgba(self) -> Array:
        out = np.empty((*self.coverage.shape, 4), np.uint8)
        for rows, _, labels, alpha in self._bands():
            out[rows, :, :3] = self.flats.colours[labels]
            out[rows, :, 3] = 255 if alpha is None else alpha
        return out

    def _shading(self, *, lights: bool) -> Array:
        """(H, W, 4) uint8: by what the flats are multiplied, or what is added then."""
        out = np.empty((*self.coverage.shape, 4), np.uint8)
        for rows, colours, labels, alpha in self._bands():
            flat = self.flats.colours[labels].astype(np.float32)
            paint = colours.astype(np.float32)
            if lights:
                shade = np.maximum(paint - flat, 0)
            else:
                shade = 255 * np.minimum(paint / np.maximum(flat, 1), 1)
            out[rows, :, :3] = np.rint(shade).astype(np.uint8)
            out[rows, :, 3] = 255 if alpha is None else alpha
        return out

    def _bands(self) -> Iterator[tuple[slice, Array, Array, Array | None]]:
        """(rows, colours without lines, labels, alpha or None) at full size, band by band."""
        height, width = self.coverage.shape
        small = self.flats.labels
        columns = np.arange(width) * small.shape[1] // width
        with_alpha = bool(self.clear.any())
        for top in range(0, height, _BAND_ROWS):
            rows = slice(top, min(top + _BAND_ROWS, height))
            y = np.arange(rows.start, rows.stop) * small.shape[0] // height
            labels = small[y][:, columns]
            colours = self.flats.colours[labels]
            if self.painting is not None:
                colours = _rows_at_size(self.painting, rows, (height, width))
            alpha = np.where(self.clear[labels], np.uint8(0), np.uint8(255)) if with_alpha else None
            yield rows, colours, labels, alpha


def indexed_png(coloured: Coloured) -> bytes:
    """The regions as a PNG: a palette of their colours where 256 will do, else 16-bit numbers.

    Pixels of one region have one index, lines shared out between the regions beside them.
    """
    labels = coloured.labels()
    count = coloured.flats.count
    if count <= 256:
        image = Image.fromarray(labels.astype(np.uint8))
        image.putpalette(coloured.flats.colours.tobytes())
    else:
        image = Image.fromarray(np.minimum(labels, 65535).astype(np.uint16))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _rows_at_size(picture: Array, rows: slice, size: tuple[int, int]) -> Array:
    """Some rows of a picture (h, w, 3) uint8 at size (height, width), smoothly enlarged."""
    height, width = size
    if picture.shape[:2] == size:
        same: Array = picture[rows]
        return same
    y = (np.arange(rows.start, rows.stop) + 0.5) * len(picture) / height - 0.5
    low = np.clip(np.floor(y), 0, len(picture) - 1).astype(int)
    high = np.minimum(low + 1, len(picture) - 1)
    share = np.clip(y - low, 0, 1).astype(np.float32)[:, None, None]
    first = int(low[0])
    part: Array = cv2.resize(
        picture[first : int(high[-1]) + 1].astype(np.float32),
        (width, int(high[-1]) + 1 - first),
        interpolation=cv2.INTER_LINEAR,
    )
    band = part[low - first] * (1 - share) + part[high - first] * share
    rounded: Array = np.rint(band).astype(np.uint8)
    return rounded


def _boxes(labels: Array, count: int) -> list[tuple[slice, slice]]:
    """The box of every label; an empty one of those that do not occur."""
    spans = []
    for plane in (labels, np.ascontiguousarray(labels.T)):
        low, high = np.full(count, len(plane)), np.full(count, -1)
        for place, line in enumerate(plane):  # plain assignment: the last one wins
            high[line] = place
            low[plane[-1 - place]] = len(plane) - 1 - place
        spans.append((low, high))
    (top, bottom), (left, right) = spans
    return [
        (slice(int(top[k]), int(bottom[k]) + 1), slice(int(left[k]), int(right[k]) + 1))
        for k in range(count)
    ]
