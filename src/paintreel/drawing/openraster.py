"""A picture in layers as one OpenRaster file, which Krita, GIMP, MyPaint and others open.

https://www.openraster.org: a zip with `mimetype` first and uncompressed, `stack.xml` with the
layers front to back, a PNG of each, the merged picture and a thumbnail. The same layers give the
same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import quoteattr

import cv2
import numpy as np

from paintreel.errors import OutputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path, checked_file
from paintreel.imaging.geometry import fit_max_side, resize

__all__ = ["RasterLayer", "boxed", "write_openraster"]

Mode = Literal["src-over", "multiply", "plus"]
"""How a layer is laid on those below: over them, darkening them, lighting them."""

_THUMBNAIL_PX = 256
_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 4]
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class RasterLayer:
    """name; rgba: uint8 (H, W, 4), straight alpha; mode: how it is laid on those below.

    at  where its upper left corner lies in the picture, x and y in pixels
    """

    name: str
    rgba: Array
    mode: Mode = "src-over"
    at: tuple[int, int] = (0, 0)


def write_openraster(
    path: str | PathLike[str],
    layers: Iterable[RasterLayer],
    merged: Array,
    *,
    overwrite: bool = False,
) -> None:
    """Write an .ora file, whole or not at all.

    layers  back to front; taken one at a time
    merged  (H, W, 3 or 4) uint8, what all of them give

    Raises OutputError.
    """
    height, width = merged.shape[:2]
    path = Path(path)
    with (
        atomic_path(path, overwrite=overwrite) as partial,
        checked_file(partial) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        _add(archive, "mimetype", b"image/openraster")
        rows = []
        for number, layer in enumerate(layers):
            name = f"data/{number:03d}.png"
            _add(archive, name, _png(layer.rgba, path))
            x, y = layer.at
            rows.append(
                f'    <layer name={quoteattr(layer.name)} src="{name}" x="{x}" y="{y}" '
                f'opacity="1.0" visibility="visible" composite-op="svg:{layer.mode}"/>'
            )
        stack = "\n".join(
            [
                '<?xml version="1.0" encoding="UTF-8"?>',
                f'<image version="0.0.3" w="{width}" h="{height}" xres="72" yres="72">',
                "  <stack>",
                *reversed(rows),
                "  </stack>",
                "</image>",
                "",
            ]
        )
        _add(archive, "stack.xml", stack.encode())
        _add(archive, "mergedimage.png", _png(merged, path))
        small = resize(merged, *fit_max_side(width, height, _THUMBNAIL_PX))
        _add(archive, "Thumbnails/thumbnail.png", _png(small, path))


def boxed(rgba: Array) -> tuple[Array, tuple[int, int]]:
    """(the part of a layer that is not transparent, where it lies)."""
    seen = rgba[..., 3] > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return rgba[:1, :1], (0, 0)
    part = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return part, (int(columns[0]), int(rows[0]))


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data)


def _png(pixels: Array, path: Path) -> bytes:
    code = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    done, data = cv2.imencode(".png", cv2.cvtColor(np.ascontiguousarray(pixels), code), _PNG)
    if not done:
        raise OutputError(f"cannot write {path}: a layer of {pixels.shape} is no PNG")
    return bytes(data)
