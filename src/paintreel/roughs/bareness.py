"""Whether a rough has few colours for its size, so that paint is still to be laid on them."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.soft_areas import share_of_areas

__all__ = ["is_bare", "is_flat"]

_SAMPLED_PX = 640
_FEW, _NEARLY_ALL = 32, 0.9
_PIXELS_A_COLOUR = 12_800
_SOFT = 10  # of 255: a usual step between neighbours that differ at all
_SEEN_PX, _LEAST_PX = 320, 480
_KINDS = 12
_TYPICAL, _WORST = 1.5, 3.0  # of CIELAB: from the nearest of the kinds, at the median and 80 %
_SEED = 5
_SMOOTH = 0.8


def is_flat(blocks: Array, most: int = _FEW) -> bool:
    """Whether `most` colours make up nearly all of a picture (H, W, 3) uint8."""
    step = max(1, max(blocks.shape[:2]) // _SEEN_PX)
    part = blocks[::step, ::step].astype(np.int32)
    keys = (part[..., 0] << 16) | (part[..., 1] << 8) | part[..., 2]
    counts = np.sort(np.unique(keys, return_counts=True)[1])[::-1]
    return bool(counts[:most].sum() >= _NEARLY_ALL * keys.size)


def is_bare(blocks: Array) -> bool:
    """Whether a rough (H, W, 3) uint8 has fewer colours than a block-in of a picture of its size.

    A block-in, such as `make_rough` gives at the standard level and the fine one, has an area for
    every 1000 pixels or fewer and a colour for each. What is not of flat areas may be bare too:
    colours that are soft at their edges, grainy as after a scan, or change slowly as a sky does;
    from 480 px on, for a small picture has few anyway.
    """
    if _is_soft(blocks):
        large = max(blocks.shape[:2]) >= _LEAST_PX
        return large and (_is_near_few(blocks) or _is_smooth(blocks))
    pixels = blocks.shape[0] * blocks.shape[1]
    return is_flat(blocks, min(_FEW, pixels // _PIXELS_A_COLOUR))


def _is_soft(blocks: Array) -> bool:
    """Whether neighbours that differ do so by little: a block-in has steps where its areas meet."""
    step = max(1, max(blocks.shape[:2]) // _SEEN_PX)
    lines = blocks[::step], blocks[:, ::step].swapaxes(0, 1)
    steps = np.concatenate(
        [np.abs(np.diff(x.astype(np.int16), axis=1)).max(axis=2).ravel() for x in lines]
    )
    steps = steps[steps > 0]
    return bool(steps.size and np.median(steps) <= _SOFT)


def _is_smooth(blocks: Array) -> bool:
    """Whether nearly all is soft: panels and photographs have more edges and grain."""
    size = fit_max_side(blocks.shape[1], blocks.shape[0], _SAMPLED_PX)
    if min(size) < 2:
        return False
    return share_of_areas(cv2.resize(blocks, size, interpolation=cv2.INTER_AREA)) >= _SMOOTH


def _is_near_few(blocks: Array) -> bool:
    """Whether nearly every place is near one of a few colours."""
    size = fit_max_side(blocks.shape[1], blocks.shape[0], _SEEN_PX)
    small = cv2.medianBlur(cv2.resize(blocks, size, interpolation=cv2.INTER_AREA), 5)
    lab = rgb_to_lab(small).astype(np.float32).reshape(-1, 3)
    cv2.setRNGSeed(_SEED)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, _, kinds = cv2.kmeans(  # type: ignore[call-overload]
        np.ascontiguousarray(lab[::4]), _KINDS, None, stop, 2, cv2.KMEANS_PP_CENTERS
    )
    apart = np.min([np.linalg.norm(lab - kind, axis=1) for kind in kinds], axis=0)
    typical, worst = np.percentile(apart, (50, 80))
    return bool(typical < _TYPICAL and worst < _WORST)
