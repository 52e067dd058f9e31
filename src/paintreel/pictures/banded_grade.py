"""A table of colours and a light laid on pictures band by band, in memory that is used again.

A band is small enough to stay near the processor: what it goes through costs a third of what it
does with whole pictures, and what lies between its steps is as large as a band alone. The result is
a whole picture, and where a light asks for the depth, `find_depth` looks at the whole once.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, full_scale, to_float
from paintreel.imaging.colour import luma
from paintreel.imaging.dithering import dither_tile
from paintreel.media.lut_filter import LutFilter
from paintreel.pictures.colour_lut import ColourLUT
from paintreel.pictures.grading_light import LightMap, find_depth, light_planes, needs_depth

__all__ = ["BandedGrade"]

_BAND_PX = 1 << 17
_BYTES_TO_UNIT = np.arange(256, dtype=np.float32) / np.float32(255)


class BandedGrade:
    """Grades pictures of one size, used by one thread at a time.

    changing  the table is another from picture to picture: it then has
              `media.lut_filter.CHANGING_GRID` colours a side
    """

    def __init__(self, width_px: int, height_px: int, *, changing: bool = False) -> None:
        self._rows = min(height_px, max(1, _BAND_PX // width_px))
        self._size, self._changing = (width_px, height_px), changing
        self._through: LutFilter | None = None
        self._noise: list[Array] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._size

    def __call__(self, rgb: Array, lut: ColourLUT, light: LightMap | None = None) -> Array:
        """(H, W, 3) RGB through the LUT and under the light, of the same dtype; 8 bits dithered.

        rgb: uint8, uint16 or floats in [0, 1]
        """
        out = np.empty(rgb.shape, rgb.dtype)
        for rows, planes in self._bands(rgb, lut, light):
            if rgb.dtype == np.uint8:
                self._store_bytes(out[rows], planes, rows.start)
                continue
            full = full_scale(rgb.dtype)
            scaled = np.stack(planes, axis=-1).clip(0, 1).astype(np.float64) * full
            out[rows] = np.rint(scaled) if full > 1 else scaled
        return out

    def _bands(
        self, rgb: Array, lut: ColourLUT, light: LightMap | None
    ) -> Iterator[tuple[slice, list[Array]]]:
        """Rows, and their red, green and blue (r, W) float32, which may leave [0, 1] a little."""
        height = rgb.shape[0]
        if light is not None and light.is_nothing:
            light = None
        depth = find_depth(rgb) if light is not None and needs_depth(light) else None
        for top in range(0, height, self._rows):
            rows = slice(top, min(top + self._rows, height))
            band = rgb[rows]
            planes = self._toned(band, lut)
            if light is not None:
                far = None if depth is None else depth.at(_luma_of(band), rows, height)
                light_planes(planes, light, rows, height, far)
            yield rows, planes

    def _toned(self, band: Array, lut: ColourLUT) -> list[Array]:
        if lut.table is None:
            planes = [np.empty(band.shape[:2], np.float32) for _ in range(3)]
            _fill(planes, band, lut)
            return planes
        if self._through is None:
            self._through = LutFilter(self._size[0], self._rows, changing=self._changing)
        # The last band may be lower: what is below it is not looked at.
        count = len(band)
        _fill([plane[:count] for plane in self._through.planes], band, lut)
        return [plane[:count] for plane in self._through(lut.table)]

    def _store_bytes(self, out: Array, planes: list[Array], top: int) -> None:
        """Write planes into (r, W, 3) uint8, dithered; `top`: of the first row."""
        if self._noise is None:
            self._noise = _noise(self._size[0], self._rows)
        first = top % dither_tile().shape[1]
        rows = slice(first, first + len(out))
        made = [
            # Rounds to the nearest, and ends at 0 and 255.
            cv2.addWeighted(plane, 255.0, noise[rows], 1.0, 0.0, dtype=cv2.CV_8U)
            for plane, noise in zip(planes, self._noise, strict=True)
        ]
        cv2.merge(made, dst=out)


def _noise(width_px: int, rows: int) -> list[Array]:
    """Three planes (128 + rows, W) float32: the noise of bands that begin anywhere in a tile."""
    tile = dither_tile()
    side = tile.shape[1]
    wide = np.tile(tile, (1, 1, -(-width_px // side)))[..., :width_px]
    return [np.ascontiguousarray(plane[np.arange(side + rows) % side]) for plane in wide]


def _fill(planes: list[Array], rgb: Array, lut: ColourLUT) -> None:
    """Write (r, W, 3) pixels into planes, as places in the table of a LUT."""
    if rgb.dtype == np.uint8:
        for index, (plane, channel) in enumerate(
            zip(planes, cv2.split(np.ascontiguousarray(rgb)), strict=True)
        ):
            places = _BYTES_TO_UNIT if lut.is_unit else lut.placed(_BYTES_TO_UNIT, index)
            cv2.LUT(channel, places, dst=plane)
        return
    floats = to_float(rgb)
    for index, plane in enumerate(planes):
        plane[:] = lut.placed(floats[..., index], index)


def _luma_of(band: Array) -> Array:
    """(r, W) float32 in [0, 1]."""
    if band.dtype == np.uint8:
        return np.multiply(luma(band), np.float32(1 / 255), dtype=np.float32)
    return luma(to_float(band)).astype(np.float32, copy=False)
