"""Regions of a picture and the borders between them, merged best first.

Any cost of a border may drive the merging; the array code unites many pairs at once, so that a
million pixels take seconds, and hangs on no order of the pixels: a mirrored picture gives the
mirrored regions but for exact ties.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from paintreel.imaging.arrays import Array

_SMALL = 4.0
_SCRAMBLER, _SCRAMBLE_MODULUS = 2_654_435_761, 2**32  # Knuth's multiplicative hash: one to one


class Partition:
    """Regions and the borders between them.

    `labels`: (P,) region of each pixel; `area`: (R,) pixels; `sums`: (R, 3) colour, added over
    those pixels; `first`, `second`: (E,) the two sides of each border; `border`: (E, 1 or 4)
    its length in pixels and, with `steps`, the step of colour from the first side to the
    second, added over that length: noise cancels along a border, an edge does not.
    """

    def __init__(self, labels: Array, colour: Array, *, steps: bool) -> None:
        self.labels = labels.ravel()
        self.area: Array = np.bincount(self.labels).astype(np.float64)
        values = colour.reshape(-1, 3).astype(np.float64)
        self.sums = np.stack([np.bincount(self.labels, v) for v in values.T], axis=1)
        place = np.arange(labels.size).reshape(labels.shape)
        one = np.concatenate([place[:, :-1].ravel(), place[:-1].ravel()])
        other = np.concatenate([place[:, 1:].ravel(), place[1:].ravel()])
        self.border = np.ones((one.size, 4 if steps else 1))
        if steps:
            self.border[:, 1:] = values[other] - values[one]
        self._join_borders(self.labels[one], self.labels[other])

    def energy_per_border(self) -> Array:
        """`energy` for each pixel of border that a union removes (Koepfler 1994, Eq. 2)."""
        return self.energy() / self.border[:, 0]

    def energy(self) -> Array:
        """Squared colour error that uniting the two sides of every border adds (Ward 1963)."""
        mean = self.sums / self.area[:, None]
        contrast = ((mean[self.first] - mean[self.second]) ** 2).sum(axis=1)
        a, b = self.area[self.first], self.area[self.second]
        energy: Array = a * b / (a + b) * contrast
        return energy

    def border_contrast(self) -> Array:
        """Mean colour step per pixel across every border."""
        contrast: Array = np.linalg.norm(self.border[:, 1:], axis=1) / self.border[:, 0]
        return contrast

    def unite_while_below(self, cost_of_borders: Callable[[], Array], limit: float) -> None:
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

    def unite_until(self, cost_of_borders: Callable[[], Array], count: int) -> None:
        """Unite neighbours, best first, until at most `count` regions are left.

        In a round the cheaper half of the pairs that are each other's cheapest is united, so the
        order is nearly that of uniting one pair at a time.
        """
        while (left := self.area.size - count) > 0 and self.first.size:
            cost = cost_of_borders()
            wish = self._cheapest_neighbour(np.arange(cost.size), cost)
            pairs = np.nonzero(
                (wish[self.first] == self.second) & (wish[self.second] == self.first)
            )[0]
            keep = min(left, -(-pairs.size // 2))
            pairs = pairs[np.argsort(cost[pairs], kind="stable")[:keep]]
            self._unite(self.second[pairs], self.first[pairs])

    def _cheapest_neighbour(self, borders: Array, cost: Array) -> Array:
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

    def _unite(self, joining: Array, joined: Array) -> None:
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

    def _join_borders(self, one: Array, other: Array) -> None:
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
