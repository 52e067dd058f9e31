"""A photograph with a face, for tests: NASA's portrait of Eileen Collins, public domain.

It comes with scikit-image, so that no picture of a person lies in the repository.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import skimage.data

FACE_PX = 105
"""About the side of the face's box in `portrait`."""
GREY = 118


@lru_cache(maxsize=1)
def _whole() -> np.ndarray:
    picture = np.asarray(skimage.data.astronaut())
    picture.flags.writeable = False
    return picture


def portrait() -> np.ndarray:
    """(320, 320, 3) uint8, not to be written to: one face, about in the middle."""
    return _whole()[:320, 64:384]


def with_faces(height: int, width: int, *places: tuple[int, int, float]) -> np.ndarray:
    """Grey with portraits in it: (left, top, side of the face) each, of their heads."""
    picture = np.full((height, width, 3), GREY, np.uint8)
    head = portrait()[15:240, 50:275]
    for left, top, face_px in places:
        side = round(len(head) * face_px / FACE_PX)
        small = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA)
        rows, columns = (
            slice(max(top, 0), min(top + side, height)),
            slice(max(left, 0), min(left + side, width)),
        )
        if rows.stop > rows.start and columns.stop > columns.start:
            picture[rows, columns] = small[
                rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
            ]
    return picture
