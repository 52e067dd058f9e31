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

Many pairs are merged at once, chosen by cost and area, so the result does not hang on the order
of the pixels: a mirrored picture gives the mirrored regions but for exact ties.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from paintreel.imaging.colour import rgb_to_lab

_STEPS = (1 / 64, 1 / 16, 1 / 4, 1.0)
_BLUR_PX = 1.5
_NOISE_WEIGHT = 0.25  # keeps the number of regions of the painted panels up to sigma 0.15
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_SMALL = 4.0
_SCRAMBLER, _SCRAMBLE_MODULUS = 2_654_435_761, 2**32  # Knuth's multiplicative hash: one to one


class Segmenter(Protocol):
    """Gives every pixel a class or region: a semantic network, or `RegionSegmenter`."""

    name: str

    def __call__(self, picture: NDArray[np.float32], /) -> NDArray[np.int64]:
        """(H, W) labels, any whole numbers, of an (H, W, 3) float32 picture in [0, 1]."""
        ...


@dataclass(frozen=True, slots=True)
class RegionSegmenter:
    """`Segmenter` that needs no trained network: Mumford-Shah regions, numbered from 0.

    Attributes:
        scale: cost of a boundary pixel, squared colour difference times pixels; the default
            suits pictures whose longer side is 256 px. A quarter of the noise's variance is added.
        edge: least colour difference per pixel across a border that follows a real edge.
    """

    scale: float = 500.0
    edge: float = 1.5
    name: str = "regions"

    def __call__(self, picture: NDArray[np.float32], /) -> NDArray[np.int64]:
        picture = np.ascontiguousarray(picture)
        # The median drops specks and keeps edges; the slight blur makes equal costs rare.
        lab = rgb_to_lab(cv2.GaussianBlur(cv2.medianBlur(picture, 3), (0, 0), 0.5))
        scale = self.scale + _NOISE_WEIGHT * noise_variance(rgb_to_lab(picture))
        pixels = np.arange(lab.shape[0] * lab.shape[1]).reshape(lab.shape[:2])
        partition = _Partition(pixels, lab, steps=False)
        for step in _STEPS:
            partition.unite_while_below(partition.energy_per_border, scale * step)
        soft = cv2.GaussianBlur(lab, (0, 0), _BLUR_PX)
        partition = _Partition(partition.labels.reshape(lab.shape[:2]), soft, steps=True)
        partition.unite_while_below(partition.border_contrast, self.edge)
        return partition.labels.reshape(lab.shape[:2])


def noise_variance(values: NDArray[np.float32]) -> float:
    """Variance of the pixel noise of (H, W, C) values, added over the channels.

    From the median magnitude under Immerkaer's mask (1996, "Fast noise variance estimation"),
    which is blind to surfaces and edges that are straight within 3 px; the median instead of
    his mean leaves out the others too, as long as they cover less than half of the picture.
    """
    response = np.abs(cv2.filter2D(values, cv2.CV_32F, _IMMERKAER))
    # 0.6745 is the median magnitude of a standard normal number, 6 the norm of the mask.
    sigma = np.median(response.reshape(-1, values.shape[2]), axis=0) / (0.6745 * 6.0)
    return float((sigma.astype(np.float64) ** 2).sum())


class _Partition:
    """Regions and the borders between them.

    `labels`: (P,) region of each pixel; `area`: (R,) pixels; `sums`: (R, 3) colour, added over
    those pixels; `first`, `second`: (E,) the two sides of each border; `border`: (E, 1 or 4)
    its length in pixels and, with `steps`, the step of colour from the first side to the
    second, added over that length: noise cancels along a border, an edge does not.
    """

    def __init__(
        self, labels: NDArray[np.int64], colour: NDArray[np.float32], *, steps: bool
    ) -> None:
        self.labels = labels.ravel()
        self.area = np.bincount(self.labels).astype(np.float64)
        values = colour.reshape(-1, 3).astype(np.float64)
        self.sums = np.stack([np.bincount(self.labels, v) for v in values.T], axis=1)
        place = np.arange(labels.size).reshape(labels.shape)
        one = np.concatenate([place[:, :-1].ravel(), place[:-1].ravel()])
        other = np.concatenate([place[:, 1:].ravel(), place[1:].ravel()])
        self.border = np.ones((one.size, 4 if steps else 1))
        if steps:
            self.border[:, 1:] = values[other] - values[one]
        self._join_borders(self.labels[one], self.labels[other])

    def energy_per_border(self) -> NDArray[np.float64]:
        """The left side of the merging rule for every border."""
        mean = self.sums / self.area[:, None]
        contrast = ((mean[self.first] - mean[self.second]) ** 2).sum(axis=1)
        a, b = self.area[self.first], self.area[self.second]
        return a * b / (a + b) * contrast / self.border[:, 0]

    def border_contrast(self) -> NDArray[np.float64]:
        """Mean colour step per pixel across every border."""
        return np.linalg.norm(self.border[:, 1:], axis=1) / self.border[:, 0]

    def unite_while_below(
        self, cost_of_borders: Callable[[], NDArray[np.float64]], limit: float
    ) -> None:
        """Unite neighbours, best first, until no border costs less than `limit`.

        In a round a region joins the neighbour behind its cheapest border where that is so for
        both, or where it is but a small fraction of it and moves it little: many small regions
        round one big one would else wait for each other.
        """
        while True:
            cost = cost_of_borders()
            allowed = np.nonzero(cost < limit)[0]
            if allowed.size == 0:
                return
            wish = self._cheapest_neighbour(allowed, cost[allowed])
            regions = np.nonzero(wish >= 0)[0]
            wished = wish[regions]
            mutual = wish[wished] == regions
            joins = np.where(
                mutual, regions > wished, self.area[regions] * _SMALL < self.area[wished]
            )
            self._unite(regions[joins], wished[joins])

    def _cheapest_neighbour(
        self, borders: NDArray[np.int64], cost: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """(R,) the region behind each region's cheapest of `borders`; -1 where it has none."""
        # Equal costs, as in flat areas, are told apart by a scrambled number: in their own
        # order a row of n equal pixels would need n rounds instead of about log n.
        scrambled = (borders * _SCRAMBLER) % _SCRAMBLE_MODULUS
        cost = cost + scrambled * (1e-9 / _SCRAMBLE_MODULUS)
        one, other = self.first[borders], self.second[borders]
        least = np.full(self.area.size, np.inf)
        np.minimum.at(least, one, cost)
        np.minimum.at(least, other, cost)
        neighbour = np.full(self.area.size, -1)
        for here, there in ((one, other), (other, one)):
            cheapest = cost == least[here]
            neighbour[here[cheapest]] = there[cheapest]
        return neighbour

    def _unite(self, joining: NDArray[np.int64], joined: NDArray[np.int64]) -> None:
        """Let the regions `joining` become part of those `joined`, which may join others."""
        goal = np.arange(self.area.size)
        goal[joining] = joined
        while not np.array_equal(goal, further := goal[goal]):
            goal = further
        stays = goal == np.arange(goal.size)
        number = (np.cumsum(stays) - 1)[goal]
        self.labels = number[self.labels]
        self.area = np.bincount(number, self.area)
        self.sums = np.stack([np.bincount(number, s) for s in self.sums.T], axis=1)
        self._join_borders(number[self.first], number[self.second])

    def _join_borders(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> None:
        """Keep one border a pair of different regions, adding up parallel ones."""
        between = one != other
        swapped = (one > other)[between]
        one, other, border = one[between], other[between], self.border[between]
        border[swapped, 1:] *= -1.0
        count = self.area.size
        keys = np.where(swapped, other, one) * count + np.where(swapped, one, other)
        keys, place = np.unique(keys, return_inverse=True)
        self.first, self.second = keys // count, keys % count
        self.border = np.stack([np.bincount(place, b, keys.size) for b in border.T], axis=1)
