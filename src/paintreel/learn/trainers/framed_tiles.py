"""Pictures of a classifier's sample sheet, in a frame that says whether they were recognised."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

TILE_PX = 160
_FRAME_PX = 4
_RIGHT, _WRONG = (60, 150, 60), (200, 40, 40)


def framed_tile(picture: Array, right: bool) -> Array:
    """(TILE_PX, TILE_PX, 3) uint8: the picture inside a square, framed green or red."""
    inner = TILE_PX - 2 * _FRAME_PX
    height, width = picture.shape[:2]
    scale = inner / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    tile = np.full((TILE_PX, TILE_PX, 3), _RIGHT if right else _WRONG, np.uint8)
    tile[_FRAME_PX:-_FRAME_PX, _FRAME_PX:-_FRAME_PX] = 255
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    tile[_FRAME_PX : _FRAME_PX + size[1], _FRAME_PX : _FRAME_PX + size[0]] = small
    return tile
