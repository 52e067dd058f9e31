"""How well lines lie where they should: precision, recall and F1 of thin lines."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.roughs.thinning import thinned

INK = 0.5
"""Coverage from which a pixel belongs to a line."""


@dataclass(frozen=True, slots=True)
class LineMatch:
    """Counts of pixels of thinned lines.

    drawn, right  of the drawing, and those of them near a true line
    true, found   of the true lines, and those of them near a drawn one
    """

    drawn: int
    right: int
    true: int
    found: int

    @property
    def precision(self) -> float:
        """Share of what is drawn that should be; 1 where nothing is drawn."""
        return self.right / self.drawn if self.drawn else 1.0

    @property
    def recall(self) -> float:
        """Share of what should be drawn that is; 1 where nothing should be."""
        return self.found / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both; 0 where both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def match_lines(
    lines: Array, truth: Array, *, tolerance_px: float = 2.0, ink: float = INK
) -> LineMatch:
    """Compare a drawing with the true lines, both thinned to one pixel.

    lines, truth  (H, W) coverage of ink, uint8 or float in [0, 1]
    tolerance_px  how far a line may lie from its true place
    ink           coverage, in [0, 1], from which a pixel of `lines` belongs to a line

    Higher F1 is better, 1 is best. Two empty drawings agree. Widths count for nothing. Unlike the
    Berkeley benchmark (Martin et al. 2004) a pixel may answer for several: lines beside each other
    within the tolerance are one. Raises InputError for unequal shapes and for NaN.

    >>> truth = np.zeros((9, 9)); truth[4] = 1
    >>> drawn = np.zeros((9, 9)); drawn[5, :5] = 1
    >>> found = match_lines(drawn, truth, tolerance_px=1)
    >>> found.precision, round(found.recall, 3), round(found.f1, 3)
    (1.0, 0.556, 0.714)
    """
    if lines.shape != truth.shape or lines.ndim != 2:
        raise InputError(
            f"lines and truth are {lines.shape} and {truth.shape}; expected two (H, W) of one size"
        )
    mine, theirs = (_middle(x, at) for x, at in ((lines, ink), (truth, INK)))
    right = mine & (_distance_to(theirs) <= tolerance_px)
    found = theirs & (_distance_to(mine) <= tolerance_px)
    return LineMatch(*(int(x.sum()) for x in (mine, right, theirs, found)))


def _middle(coverage: Array, ink: float) -> Array:
    if not np.isfinite(coverage).all():
        raise InputError("lines hold NaN or infinite values; expected coverage in [0, 1]")
    full = 255 if coverage.dtype == np.uint8 else 1
    return thinned(coverage >= ink * full)


def _distance_to(lines: Array) -> Array:
    if not lines.any():
        return np.full(lines.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform((~lines).astype(np.uint8), cv2.DIST_L2, 5))
