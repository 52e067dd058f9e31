"""What a layer shows outside the picture, farther out than its rule draws.

Rules compose a picture and draw a little beyond its edges: the ground ends there, and what stands
on it is placed inside. A margin that is wider has this continued, under whatever is drawn there:
at the sides by the mirror image of what the edge cuts, and of small things such as stars, so that
woods and skylines go on and no second sun or ship appears; below by the ground's lowest row.
Above, things end as they are drawn.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["continue_layer"]

_APRON = 0.045
"""How far beyond the picture's edges everything is drawn, in frame heights."""
_SMALL = 0.05
"""What is smaller than this may be seen twice, in frame heights."""
_SOLID = 128
_EDGE_PX = 2
_BLENDED = 0.06
"""Over what depth the lowest row of the ground becomes a mean tone, in frame heights."""


def continue_layer(rgba: Array, margin_px: tuple[int, int], height_px: int) -> None:
    """Fill the margin of a layer, uint8 (H, W, 4) with straight alpha, in place.

    margin_px  left and right, above and below
    height_px  of the picture, without the margin
    """
    apron_px = round(_APRON * height_px)
    blank_px = margin_px[0] - apron_px
    if blank_px > 0:
        for side in (rgba, rgba[:, ::-1]):
            _mirror(side, blank_px, round(_SMALL * height_px))
    blank_px = margin_px[1] - apron_px
    if blank_px > 0:
        _lower(rgba, blank_px, height_px)


def _mirror(rgba: Array, blank_px: int, small_px: int) -> None:
    """Fill the first `blank_px` columns with the mirror image of the next ones."""
    inner = rgba[:, blank_px : 2 * blank_px]
    solid = (inner[..., 3] >= _SOLID).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    kept = facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) < small_px
    kept[np.unique(labels[:, 0])] = True
    kept[0] = False
    if count == 1 or not kept.any():
        return
    # With the soft edge around it.
    square = np.ones((2 * _EDGE_PX + 1, 2 * _EDGE_PX + 1), np.uint8)
    taken = cv2.dilate(kept[labels].astype(np.uint8), square)
    mirrored = inner[:, ::-1].copy()
    mirrored[..., 3] *= taken[:, ::-1]
    _under(rgba[:, :blank_px], mirrored)


def _lower(rgba: Array, blank_px: int, height_px: int) -> None:
    """Fill the last `blank_px` rows with the row above them, which becomes a mean tone."""
    row = rgba[-blank_px - 1 : -blank_px]
    if (row[..., 3] >= _SOLID).mean() < 0.5:
        return  # no ground
    weighted = row.astype(np.float32)
    weighted[..., :3] *= weighted[..., 3:] / 255
    spread_px = 2 * round(0.1 * height_px) + 1
    mean = cv2.blur(weighted, (spread_px, 1), borderType=cv2.BORDER_REPLICATE)
    down = np.arange(1, blank_px + 1, dtype=np.float32)[:, None, None] / (_BLENDED * height_px)
    share = np.minimum(down, 1)
    share = share * share * (3 - 2 * share)
    below = weighted + (mean - weighted) * share
    below[..., :3] *= 255 / np.maximum(below[..., 3:], 1)
    _under(rgba[-blank_px:], np.rint(np.minimum(below, 255)).astype(np.uint8))


def _under(rgba: Array, below: Array) -> None:
    """Lay `rgba` over `below`, both straight, into `rgba`."""
    at = np.nonzero((rgba[..., 3] < 255) & (below[..., 3] > 0))
    front, back = rgba[at].astype(np.float32), below[at].astype(np.float32)
    share = back[:, 3] * (1 - front[:, 3] / 255)
    alpha = front[:, 3] + share
    colour = front[:, :3] * front[:, 3:] + back[:, :3] * share[:, None]
    front[:, :3] = colour / alpha[:, None]
    front[:, 3] = alpha
    rgba[at] = np.rint(np.minimum(front, 255)).astype(np.uint8)
