"""The planes of a rough that scene networks are given, in training and in use alike."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array

PLANES = 6
BLOCKS_GIVEN, LINES_GIVEN = 4, 5


def network_planes(blocks: Array | None, lines: Array | None, grain: Array | None = None) -> Array:
    """(6, H, W) float32: colour, ink, and two planes that say which of the two are given.

    blocks  (H, W, 3) uint8 RGB, or None: planes 0-2 in [0, 1], 0.5 everywhere without it;
            plane 4 is 1 everywhere with it, else 0
    lines   (H, W) uint8, 255 paper and 0 ink, or None: plane 3 in [0, 1], 1 = ink, 0 everywhere
            without it; plane 5 is 1 everywhere with it, else 0
    grain   (H, W) float32, laid into plane 4 for networks that were trained with it, or None

    Blocks or lines must be given, all of one size.
    """
    given = blocks if blocks is not None else lines
    assert given is not None, "a rough has blocks or lines"
    planes = np.zeros((PLANES, *given.shape[:2]), np.float32)
    if blocks is None:
        planes[:3] = 0.5
    else:
        np.divide(blocks.transpose(2, 0, 1), np.float32(255), out=planes[:3])
        planes[BLOCKS_GIVEN] = 1.0
    if lines is not None:
        np.divide(255 - lines, np.float32(255), out=planes[3])
        planes[LINES_GIVEN] = 1.0
    if grain is not None:
        planes[BLOCKS_GIVEN] += grain
    return planes
