"""In which colours the values of a picture file are: its profile, or what stands in its place.

PNG states a code (cICP), a profile, sRGB, or gamma and primaries, which count in that order (PNG
third edition, 4.3); AVIF and HEIC a profile or a code; the others a profile.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ImageFile

from paintreel.imaging.arrays import Array, full_scale
from paintreel.imaging.coding_points import CodingPoints, primaries_and_curve
from paintreel.imaging.heif_boxes import META_BYTES, coding_points_of_boxes
from paintreel.imaging.high_range import high_range_of
from paintreel.imaging.png import list_chunks, read_chunk, read_profile
from paintreel.imaging.profile_making import (
    SRGB_CURVE,
    SRGB_PRIMARIES,
    Curve,
    Primaries,
    make_profile,
)
from paintreel.imaging.profiles import repair_icc
from paintreel.imaging.untrusted_files import open_regular
from paintreel.notes import Note

__all__ = ["StatedColour", "narrow_range_note", "stated_colour", "to_full_range"]

_UNSPECIFIED = 2
_NARROW_BLACK, _NARROW_SPAN = 16, 219  # of 8 bits (H.273, 8.3)


@dataclass(frozen=True, slots=True)
class StatedColour:
    """What a file says of its colours; nothing at all means sRGB.

    icc     the profile as it stands in the file
    points  codes of H.273
    shape   primaries and curve that count in place of a profile
    is_narrow  whether black is 16 and white 235 of 255, as in clips
    """

    icc: bytes | None = None
    points: CodingPoints | None = None
    shape: tuple[Primaries, Curve] | None = None
    is_narrow: bool = False

    def profile(self, *, grey: bool) -> bytes | None:
        """The profile that pixels of grey or RGB are in; None for sRGB and for a damaged one."""
        if self.icc is not None:
            return repair_icc(self.icc)
        shape = self.shape
        if shape is None and self.points is not None:
            shape = primaries_and_curve(self.points)
        return None if shape is None else make_profile(*shape, grey=grey)

    @property
    def high_range(self) -> CodingPoints | None:
        """The codes of a picture of high dynamic range, None for one of standard range."""
        return high_range_of(self.points, repair_icc(self.icc))


def stated_colour(path: Path, image: ImageFile.ImageFile) -> StatedColour:
    """What the file, of which `image` is the open header, says of its colours."""
    if image.format == "PNG":
        return _of_png(path)
    points = None
    if image.format in ("AVIF", "HEIF"):
        with open_regular(path) as file:
            points = coding_points_of_boxes(file.read(META_BYTES))
    return StatedColour(image.info.get("icc_profile") or None, points)


def to_full_range(pixels: Array) -> Array:
    """Pixels (H, W), (H, W, 3) or (H, W, 4) of narrow range, uint8 or uint16, with all of it.

    What is beyond black and white becomes these; alpha stays.
    """
    full, unit = full_scale(pixels.dtype), 1 << 8 * (pixels.itemsize - 1)
    codes = np.arange(full + 1, dtype=np.float64)
    table = np.clip(
        np.rint((codes - _NARROW_BLACK * unit) * (full / (_NARROW_SPAN * unit))), 0, full
    )
    out = table.astype(pixels.dtype)[pixels]
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        out[..., 3] = pixels[..., 3]
    return out


def narrow_range_note() -> Note:
    """That `to_full_range` was used."""
    return Note("range-expanded", "values of narrow range (16 to 235) were spread to all of it")


def _of_png(path: Path) -> StatedColour:
    with open_regular(path) as file:
        chunks = list_chunks(file)
        kinds = {chunk.kind for chunk in chunks}
        codes = read_chunk(file, chunks, b"cICP")
        if codes is not None and len(codes) >= 4 and _UNSPECIFIED not in codes[:2]:
            points = CodingPoints(codes[0], codes[1])
            shape = primaries_and_curve(points)
            return StatedColour(points=points, shape=shape, is_narrow=codes[3] == 0)
        icc = read_profile(file, chunks)
        if icc is not None:
            return StatedColour(icc=icc)
        if b"sRGB" in kinds:
            return StatedColour()
        gamma = _numbers(read_chunk(file, chunks, b"gAMA"), 1)
        places = _numbers(read_chunk(file, chunks, b"cHRM"), 8)
    curve: Curve = 1e5 / gamma[0] if gamma and gamma[0] else SRGB_CURVE
    primaries = SRGB_PRIMARIES
    if places:
        # White comes first in the file.
        white, *others = (
            (x / 1e5, y / 1e5) for x, y in zip(places[::2], places[1::2], strict=True)
        )
        red, green, blue = others
        primaries = (red, green, blue, white)
    return StatedColour(shape=(primaries, curve)) if gamma or places else StatedColour()


def _numbers(content: bytes | None, count: int) -> tuple[int, ...] | None:
    if content is None or len(content) < 4 * count:
        return None
    return struct.unpack_from(f">{count}I", content)
