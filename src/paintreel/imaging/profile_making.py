"""Colour profiles (ICC.1:2001-04) made from primaries and a curve, where a file states only those.

White becomes D50 by Bradford's matrix, as ICC.1 annex E asks.
"""

from __future__ import annotations

import struct
from typing import TypeAlias

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = [
    "SRGB_CURVE",
    "SRGB_PRIMARIES",
    "Curve",
    "Primaries",
    "make_profile",
    "primaries_matrix",
]

Point: TypeAlias = tuple[float, float]
Primaries: TypeAlias = tuple[Point, Point, Point, Point]
"""Chromaticities (x, y) of red, green, blue and white."""
Curve: TypeAlias = float | None
"""The exponent from stored values to light; `SRGB_CURVE` for the two-part one of sRGB."""

SRGB_CURVE: Curve = None
SRGB_PRIMARIES: Primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290))

_SAME_PLACE, _SAME_GAMMA = 0.004, 0.03
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
_SRGB_TABLE_SIZE = 1024


def make_profile(primaries: Primaries, curve: Curve, *, grey: bool = False) -> bytes | None:
    """A profile of RGB, or of grey, values; None where it would be that of sRGB.

    A curve of 2.2 counts as that of sRGB, as every browser takes it. None also for primaries that
    span no area.
    """
    is_srgb_curve = curve is None or abs(curve - 2.2) <= _SAME_GAMMA
    same_places = bool(np.abs(np.subtract(primaries, SRGB_PRIMARIES)).max() <= _SAME_PLACE)
    if is_srgb_curve and (grey or same_places):
        return None
    trc = _curve_tag(None if is_srgb_curve else curve)
    if grey:
        tags = {b"kTRC": trc}
    else:
        try:
            columns = _to_d50(primaries).T
        except (np.linalg.LinAlgError, ZeroDivisionError):
            return None
        tags = {
            **{
                name: _xyz_tag(c)
                for name, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)
            },
            **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), trc),
        }
    name = "grey of the file's gamma" if grey else "RGB of the file's primaries"
    described = {b"desc": _desc_tag(name), b"cprt": b"text\0\0\0\0CC0\0", b"wtpt": _xyz_tag(_D50)}
    return _assembled({**described, **tags}, b"GRAY" if grey else b"RGB ")


def primaries_matrix(source: Primaries, target: Primaries) -> Array:
    """(3, 3) from linear RGB of one kind to that of another; white stays white.

    Raises LinAlgError and ZeroDivisionError for primaries that span no area.
    """
    matrix = np.linalg.solve(_to_d50(target), _to_d50(source))
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))  # D50 is a rounded constant


def _to_d50(primaries: Primaries) -> Array:
    """(3, 3): XYZ under D50 of linear RGB. Raises LinAlgError and ZeroDivisionError."""
    xyz = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    scaled = xyz[:, :3] * np.linalg.solve(xyz[:, :3], xyz[:, 3])
    if not (np.isfinite(scaled).all() and np.abs(scaled).max() < 100):
        raise np.linalg.LinAlgError("the primaries span no area")
    gains = (_BRADFORD @ _D50) / (_BRADFORD @ xyz[:, 3])
    adapted: Array = np.linalg.inv(_BRADFORD) @ (gains[:, None] * (_BRADFORD @ scaled))
    return adapted


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz_tag(xyz: Array) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(float(v)) for v in xyz)


def _curve_tag(gamma: Curve) -> bytes:
    if gamma is not None:
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, min(65535, max(1, round(gamma * 256))))
    x = np.linspace(0, 1, _SRGB_TABLE_SIZE)
    light = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    table: bytes = np.rint(light * 65535).astype(">u2").tobytes()
    return b"curv\0\0\0\0" + struct.pack(">I", _SRGB_TABLE_SIZE) + table


def _desc_tag(text: str) -> bytes:
    data = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(data)) + data + bytes(4 + 4 + 2 + 1 + 67)


def _assembled(tags: dict[bytes, bytes], space: bytes) -> bytes:
    at = 128 + 4 + 12 * len(tags)
    table = struct.pack(">I", len(tags))
    contents = b""
    for name, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, at + len(contents), len(content))
        contents += padded
    size = at + len(contents)
    date = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)  # a fixed one: the same file, the same bytes
    header: bytes = struct.pack(
        ">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, b"mntr", space, b"XYZ "
    )
    header += date + b"acsp" + bytes(28) + b"".join(_fixed(float(v)) for v in _D50) + bytes(48)
    assert len(header) == 128
    return bytes(header + table + contents)
