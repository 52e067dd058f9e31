"""Block-ins as hands lay them: few colours, off the line, in the strokes of a brush.

Roughs made of panels follow the painting by a pixel and a half and have a colour for every region.
People's do not, so a share of what a painter learns from is loosened: the painting stays.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.brushed import brushed

_FEWEST, _MOST = 4, 12
_CELL_PX = 24
_OFF_PX = 4.0
_BRUSHED = 0.3
_SAMPLES = 1024


def loosen(blocks: Array, rng: np.random.Generator) -> Array:
    """A crop's block-in, (S, S, 3) uint8, by a looser hand; all chance is in `rng`."""
    blocks = _in_few_colours(blocks, int(rng.integers(_FEWEST, _MOST + 1)), rng)
    blocks = _off_the_line(blocks, rng.uniform(0.25, 1.0) * _OFF_PX, rng)
    return brushed(blocks) if rng.random() < _BRUSHED else blocks


def _in_few_colours(blocks: Array, count: int, rng: np.random.Generator) -> Array:
    """Every pixel in the nearest of at most `count` colours of its own."""
    pixels = blocks.reshape(-1, 3)
    some = pixels[rng.integers(0, len(pixels), _SAMPLES)].astype(np.float32)
    cv2.setRNGSeed(int(rng.integers(2**31)))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 8, 1.0)
    _, _, centres = cv2.kmeans(some, count, None, stop, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    colours, place = np.unique(pixels, axis=0, return_inverse=True)
    distance = ((colours[:, None].astype(np.float32) - centres[None]) ** 2).sum(axis=2)
    few = np.rint(centres[distance.argmin(axis=1)]).astype(np.uint8)
    return np.asarray(few[place.ravel()].reshape(blocks.shape))


def _off_the_line(blocks: Array, most_px: float, rng: np.random.Generator) -> Array:
    """Edges moved by about `most_px` at most either way, neighbours alike."""
    side = blocks.shape[0]
    cells = max(2, side // _CELL_PX)
    coarse = rng.uniform(-most_px, most_px, (cells, cells, 2)).astype(np.float32)
    shift = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    return cv2.remap(
        blocks, x + shift[..., 0], y + shift[..., 1], cv2.INTER_NEAREST,
        borderMode=cv2.BORDER_REFLECT,
    )  # fmt: skip
