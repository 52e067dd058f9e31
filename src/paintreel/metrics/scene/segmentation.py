"""Regions of a picture by Mumford-Shah region merging, the fallback for a semantic network.

The piecewise constant Mumford-Shah energy of a partition into regions R_i of area |R_i| and
mean colour m_i in CIELAB is

    E = sum_i sum_{p in R_i} |lab(p) - m_i|^2 + scale * (total boundary length)

Starting from single pixels, the pair of neighbours whose union lowers E most per boundary
pixel is merged, for a scale that grows in steps, until no union lowers E (Koepfler, Lopez and
Morel 1994, "A multiscale algorithm for image segmentation by variational method", Eq. 2):

    |R_i| |R_j| / (|R_i| + |R_j|) * |m_i - m_j|^2 / length(R_i, R_j)  <  scale

A piecewise constant model cuts a smooth gradient (a sky, a lamp's glow) into bands. Their
borders follow no edge of the picture, so a second pass unites neighbours across whose border
the slightly blurred picture changes by less than `edge` per pixel on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.roughs.regions import Partition

_STEPS = (1 / 64, 1 / 16, 1 / 4, 1.0)
_BLUR_PX = 1.5
_NOISE_WEIGHT = 0.25  # keeps the number of regions of the painted panels up to sigma 0.15
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


class Segmenter(Protocol):
    """Gives every pixel a class or region: `RegionSegmenter`, or a semantic network.

    `paintreel.runtime.segmenter.OnnxSegmenter` runs the ONNX file of one.
    """

    @property
    def name(self) -> str:
        """Short and stable; scores carry it as their source."""
        ...

    def __call__(self, picture: Array, /) -> Array:
        """(H, W) labels, any whole numbers, of an (H, W, 3) float32 picture in [0, 1]."""
        ...


@dataclass(frozen=True, slots=True)
class RegionSegmenter:
    """`Segmenter` that needs no trained network: Mumford-Shah regions, numbered from 0.

    scale  cost of a boundary pixel, squared colour difference times pixels; the default suits
           pictures whose longer side is 256 px; a quarter of the noise's variance is added
    edge   least colour difference per pixel across a border that follows a real edge
    name   what scores carry as their source
    """

    scale: float = 500.0
    edge: float = 1.5
    name: str = "regions"

    def __call__(self, picture: Array, /) -> Array:
        picture = np.ascontiguousarray(picture)
        # The median drops specks and keeps edges; the slight blur makes equal costs rare.
        lab = rgb_to_lab(cv2.GaussianBlur(cv2.medianBlur(picture, 3), (0, 0), 0.5))
        scale = self.scale + _NOISE_WEIGHT * noise_variance(rgb_to_lab(picture))
        pixels = np.arange(lab.shape[0] * lab.shape[1]).reshape(lab.shape[:2])
        partition = Partition(pixels, lab, steps=False)
        for step in _STEPS:
            partition.unite_while_below(partition.energy_per_border, scale * step)
        soft = cv2.GaussianBlur(lab, (0, 0), _BLUR_PX)
        partition = Partition(partition.labels.reshape(lab.shape[:2]), soft, steps=True)
        partition.unite_while_below(partition.border_contrast, self.edge)
        return partition.labels.reshape(lab.shape[:2])


def noise_variance(values: Array) -> float:
    """Variance of the pixel noise of (H, W, C) values, added over the channels.

    From the median magnitude under Immerkaer's mask (1996, "Fast noise variance estimation"),
    which is blind to surfaces and edges that are straight within 3 px; the median instead of
    his mean leaves out the others too, as long as they cover less than half of the picture.
    """
    response = np.abs(cv2.filter2D(values, cv2.CV_32F, _IMMERKAER))
    # 0.6745 is the median magnitude of a standard normal number, 6 the norm of the mask.
    sigma = np.median(response.reshape(-1, values.shape[2]), axis=0) / (0.6745 * 6.0)
    return float((sigma.astype(np.float64) ** 2).sum())
