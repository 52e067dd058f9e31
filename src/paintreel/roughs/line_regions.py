"""Regions that lines enclose, found with balls that do not fit through a gap.

A ball that is moved about where no ink is stays in its room as long as it is wider than the gaps in
the walls (trapped-ball segmentation, Zhang 2009, "Vectorizing Cartoon Animations"). Zhang takes a
few radii, largest first. Here all radii are taken at once: rooms are the hills of the distance to
the nearest ink, and two hills meet at a pass as high as the largest ball that rolls through. Going
down from the highest pass, two rooms are united unless their pass is a gap: no wider than `gap_px`,
and much narrower than both of the rooms. So no parameter hangs on how wide the rooms are, and a
form that tapers stays one.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["LineRegions", "find_regions", "hills_of", "passes_between", "spread_labels"]

_INK = 90
"""Coverage, of 255, from which a pixel is a wall."""

_NARROW = 0.6
"""A pass of this share of the lesser room's radius, or a wider one, is a taper and no gap."""

_ONE_HILL = 0.85

_OFFSETS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]


@dataclass(frozen=True, slots=True, eq=False)
class LineRegions:
    """labels: (H, W) int32, 0 to count - 1 everywhere: ink belongs to the region next to it.

    ink  (H, W) bool, where the walls are
    """

    labels: Array
    ink: Array
    count: int

    def areas(self) -> Array:
        """(count,) pixels of every region, ink left out."""
        return np.bincount(self.labels[~self.ink], minlength=self.count)

    def part(self, box: tuple[slice, slice]) -> LineRegions:
        """What lies in a box (rows, columns), numbered anew."""
        kept, labels = np.unique(self.labels[box], return_inverse=True)
        ink = np.ascontiguousarray(self.ink[box])
        return LineRegions(labels.reshape(ink.shape).astype(np.int32), ink, len(kept))


def find_regions(
    coverage: Array, *, gap_px: float = 8.0, least_px: int = 12, framed: bool = False
) -> LineRegions:
    """The regions of a line drawing.

    coverage  (H, W) uint8, 255 where all is ink
    gap_px    the widest gap in a line that is taken as closed; 0 closes none
    least_px  area in pixels below which a region joins the one around it
    framed    the picture's border is a wall, so that a line that ends short of it meets it
    """
    if framed:
        height, width = coverage.shape
        coverage = cv2.copyMakeBorder(coverage, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
        regions = find_regions(coverage, gap_px=gap_px, least_px=least_px)
        return regions.part(np.s_[1 : height + 1, 1 : width + 1])
    ink = coverage >= _INK
    if ink.all():
        return LineRegions(np.zeros(ink.shape, np.int32), ink, 1)
    distance = _distance(ink)
    hills, count = _hills(distance)
    # In the middle of four free pixels, ink is two away.
    rooms = _rooms(hills, distance, count, (gap_px + 1) / 2 if gap_px else 0.0)
    labels = spread_labels(_without_small(rooms, ink, least_px), ~ink)
    kept, labels = np.unique(labels, return_inverse=True)
    return LineRegions(labels.reshape(ink.shape).astype(np.int32), ink, len(kept))


def spread_labels(labels: Array, known: Array) -> Array:
    """`labels` (H, W) with that of the nearest known pixel wherever `known` (H, W) is false.

    A label below 0 is not known either. Zeros where nothing is known.
    """
    given = known & (labels >= 0)
    if not given.any():
        return np.zeros_like(labels)
    _, nearest = cv2.distanceTransformWithLabels(
        (~given).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    by_place = np.zeros(int(nearest.max()) + 1, labels.dtype)
    by_place[nearest[given]] = labels[given]
    spread: Array = by_place[nearest]
    return spread


def hills_of(ink: Array) -> tuple[Array, int]:
    """((H, W) int32 number of the hill each pixel lies on, 0 at ink, their number + 1).

    A hill is where one goes up to the same top of the distance to the ink. Hills that are nearly as
    high as the pass between them are one.
    """
    distance = _distance(ink)
    hills, count = _hills(distance)
    rooms = _rooms(hills, distance, count, np.inf, _ONE_HILL)
    kept, numbers = np.unique(rooms, return_inverse=True)
    first = int(kept[0] >= 0)  # without ink no number stands for it
    return (numbers.reshape(ink.shape) + first).astype(np.int32), len(kept) + first


def passes_between(labels: Array, count: int) -> tuple[Array, Array, Array]:
    """(one, other, length in pixels) of every pair of labels from 1 that touch side by side."""
    keys = []
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        a, b = labels[here], labels[there]
        meet = (a != b) & (a > 0) & (b > 0)
        keys.append(
            np.minimum(a[meet], b[meet]).astype(np.int64) * count + np.maximum(a[meet], b[meet])
        )
    pairs, lengths = np.unique(np.concatenate(keys), return_counts=True)
    return pairs // count - 1, pairs % count - 1, lengths.astype(np.float64)


def _distance(ink: Array) -> Array:
    """(H, W) float32: pixels to the nearest ink; the picture's border is no wall."""
    return np.asarray(
        cv2.distanceTransform((~ink).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        if ink.any()
        else np.full(ink.shape, float(max(ink.shape)), np.float32)
    )


def _hills(distance: Array) -> tuple[Array, int]:
    """(labels (H, W) int32 of the hill that each pixel lies on, 0 at ink, their number + 1).

    A pixel goes up to its highest neighbour; where none is higher is a top.
    """
    height, width = distance.shape
    place = np.arange(distance.size, dtype=np.int32).reshape(distance.shape)
    goal, best = place.copy(), distance.copy()
    for dy, dx in _OFFSETS:
        here = np.s_[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
        there = np.s_[max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)]
        higher = distance[there] > best[here]
        np.copyto(best[here], distance[there], where=higher)
        np.copyto(goal[here], place[there], where=higher)
    top: Array = goal.ravel()
    while not np.array_equal(top, further := top[top]):
        top = further
    top[distance.ravel() == 0] = -1
    # Tops of one plateau are one.
    tops = (top == place.ravel()).reshape(distance.shape).astype(np.uint8)
    count, of_top = cv2.connectedComponents(tops, connectivity=8)
    hills = np.where(top >= 0, of_top.ravel()[np.maximum(top, 0)], 0)
    return hills.reshape(distance.shape), count


def _rooms(
    hills: Array, distance: Array, count: int, gap_radius_px: float, narrow: float = _NARROW
) -> Array:
    """(H, W) int32: hills united over every pass that is no gap; -1 at ink."""
    peak = np.zeros(count, np.float32)
    np.maximum.at(peak, hills.ravel(), distance.ravel())
    first, second, height = _passes(hills, distance, count)
    order = np.argsort(-height, kind="stable")
    parent = list(range(count))
    peaks = peak.tolist()

    def root(hill: int) -> int:
        while parent[hill] != hill:
            parent[hill] = parent[parent[hill]]
            hill = parent[hill]
        return hill

    for a, b, at in zip(
        first[order].tolist(), second[order].tolist(), height[order].tolist(), strict=True
    ):
        a, b = root(a), root(b)
        if a == b:
            continue
        lesser = min(peaks[a], peaks[b])
        if at > gap_radius_px or at >= narrow * lesser:
            parent[b] = a
            peaks[a] = max(peaks[a], peaks[b])
    room = np.array([root(hill) for hill in range(count)], np.int32)
    room[0] = -1
    return room[hills]


def _passes(hills: Array, distance: Array, count: int) -> tuple[Array, Array, Array]:
    """Pairs of hills that touch, and the height of the highest pass between them."""
    keys, heights = [], []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        height, width = hills.shape
        here = np.s_[: height - dy, max(0, -dx) : width - max(0, dx)]
        there = np.s_[dy:, max(0, dx) : width + min(0, dx)]
        a, b = hills[here], hills[there]
        meet = (a != b) & (a > 0) & (b > 0)
        low, high = np.minimum(a[meet], b[meet]), np.maximum(a[meet], b[meet])
        keys.append(low.astype(np.int64) * count + high)
        heights.append(np.minimum(distance[here][meet], distance[there][meet]))
    key, at = np.concatenate(keys), np.concatenate(heights)
    pairs, place = np.unique(key, return_inverse=True)
    highest = np.zeros(len(pairs), np.float32)
    np.maximum.at(highest, place, at)
    return (pairs // count).astype(np.int64), (pairs % count).astype(np.int64), highest


def _without_small(rooms: Array, ink: Array, least_px: int) -> Array:
    """Rooms of fewer than `least_px` pixels are known no more, unless there are no others."""
    count = int(rooms.max()) + 1
    area = np.bincount(rooms[~ink], minlength=count)
    small = (area < least_px) & (area > 0)
    if small.all() or (area >= least_px).sum() == 0:
        return rooms
    return np.where((rooms >= 0) & small[np.maximum(rooms, 0)], np.int32(-1), rooms)
