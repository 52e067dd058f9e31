"""Areas of a picture that no edge divides: soft, grainy or of a colour that changes slowly."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab

__all__ = ["areas_between_edges", "share_of_areas"]

_GRAIN = 1.5 / 640  # of the longer side: smoothed before edges are looked for
_EDGE = 1.0  # of CIELAB a pixel
_ALIKE = 6.0  # of CIELAB
_LEAST_AREA = 0.01


def areas_between_edges(small: Array) -> Array:
    """(h, w) int32: one number for all of a colour, nearly, that no edge divides; -1 on edges.

    small: (h, w, 3) uint8 of some 640 px, 2 or more a side. Two halves of a sky get one number.
    """
    labels, lab = _labels(small)
    flat, area = labels.ravel(), np.bincount(labels.ravel())
    means = [np.bincount(flat, lab[..., channel].ravel()) / area for channel in range(3)]
    colours = np.rint(np.stack(means, axis=1) / _ALIKE).astype(np.int64)
    _, numbers = np.unique(colours, axis=0, return_inverse=True)
    numbers = numbers.ravel().astype(np.int32)
    numbers[0] = -1
    return np.asarray(numbers[labels])


def share_of_areas(small: Array) -> float:
    """The share of a picture (h, w, 3) uint8 that lies in such areas, small ones left out."""
    area = np.bincount(_labels(small)[0].ravel())[1:] / (small.shape[0] * small.shape[1])
    return float(area[area > _LEAST_AREA].sum())


def _labels(small: Array) -> tuple[Array, Array]:
    """((h, w) int32, 0 on edges, (h, w, 3) CIELAB without grain)."""
    lab = rgb_to_lab(np.asarray(cv2.medianBlur(small, 5))).astype(np.float32)
    lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), _GRAIN * max(small.shape)))
    steps = [np.gradient(lab[..., channel]) for channel in range(3)]
    steep = np.sqrt(sum(down**2 + along**2 for down, along in steps))
    _, labels = cv2.connectedComponents((steep < _EDGE).astype(np.uint8), connectivity=4)
    return np.asarray(labels), lab
