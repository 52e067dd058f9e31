"""What the numbers of a video mean: its colour matrix, primaries, transfer curve and range.

Codes are those of ITU-T H.273, which every container and codec uses and FFmpeg keeps as they
are. Frames in memory are full-range R'G'B'; only the matrix and the range are ever undone and
applied again, primaries and transfer are carried along.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["BT601", "BT709", "ColourTags", "default_tags"]

UNSPECIFIED = 2
LIMITED_RANGE, FULL_RANGE = 1, 2
MATRIX_RGB = 0

_HDR_TRANSFERS = {16: "PQ (HDR10)", 18: "HLG"}

# Weights of red and blue in luma, by matrix code: H.273, table 4.
_LUMA_WEIGHTS = {
    1: (0.2126, 0.0722),  # BT.709
    4: (0.30, 0.11),  # FCC
    5: (0.299, 0.114),  # BT.601, 625 lines
    6: (0.299, 0.114),  # BT.601, 525 lines
    7: (0.212, 0.087),  # SMPTE 240M
    9: (0.2627, 0.0593),  # BT.2020, not constant luminance
}
_MATRIX_NAMES = {
    0: "rgb", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColourTags:
    """H.273 codes of a stream: `primaries`, `transfer`, `matrix`, and whether it is full range."""

    primaries: int
    transfer: int
    matrix: int
    full_range: bool

    @property
    def matrix_name(self) -> str:
        """FFmpeg's name of the matrix, "unknown (N)" for one that cannot be read."""
        return _MATRIX_NAMES.get(self.matrix, f"unknown ({self.matrix})")

    @property
    def hdr(self) -> str | None:
        """The name of the high dynamic range curve, None for ordinary video."""
        return _HDR_TRANSFERS.get(self.transfer)

    @property
    def readable(self) -> bool:
        """Whether the matrix is one that can be undone."""
        return self.matrix in _MATRIX_NAMES

    @property
    def range_code(self) -> int:
        """FFmpeg's code of the range: 1 limited, 2 full."""
        return FULL_RANGE if self.full_range else LIMITED_RANGE

    def for_yuv(self, height_px: int) -> ColourTags:
        """Limited range, with a matrix: that of the height where the source was RGB."""
        if self.matrix == MATRIX_RGB:
            return replace(self, matrix=default_tags(height_px).matrix, full_range=False)
        return replace(self, full_range=False)

    def for_rgb(self) -> ColourTags:
        """As RGB, which has neither a matrix nor a limited range."""
        return replace(self, matrix=MATRIX_RGB, full_range=True)

    def rgb_to_yuv(self) -> Array:
        """(3, 4) float32: Y', Cb, Cr in 0..255 from R', G', B' in 0..255 and 1 (H.273, 8.3)."""
        red, blue = _LUMA_WEIGHTS[self.matrix]
        luma = np.array([red, 1 - red - blue, blue])
        cb = (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - blue))
        cr = (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - red))
        luma_scale, chroma_scale, black = 219 / 255, 224 / 255, 16
        if self.full_range:
            luma_scale, chroma_scale, black = 1, 1, 0
        linear = np.stack([luma * luma_scale, cb * chroma_scale, cr * chroma_scale])
        return np.column_stack([linear, [black, 128, 128]]).astype(np.float32)


BT709 = ColourTags(primaries=1, transfer=1, matrix=1, full_range=False)
BT601 = ColourTags(primaries=6, transfer=6, matrix=6, full_range=False)


def default_tags(height_px: int) -> ColourTags:
    """What an untagged video of that height is taken for: BT.709 from 720 lines on, else BT.601.

    >>> default_tags(720).matrix_name, default_tags(480).matrix_name
    ('bt709', 'smpte170m')
    """
    return BT709 if height_px >= 720 else BT601
