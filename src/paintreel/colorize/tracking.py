"""Colours that stay put: who a region was in the frame before, along the motion of the drawing.

A region is told by its colour number, an identity. The numbers of a frame are pulled along the
motion to the next; a region there takes the number that most of it had. Where two colours that
hints have put into one room share it, both go on. What is new gets a number of its own. So a
colour never drifts: it is looked up, and only its place is followed.

Lines are thin, and motion is found in areas, so it is sought in how far each pixel is from ink.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.media.motion import Motion, MotionFinder, sketch
from paintreel.roughs.line_regions import LineRegions, spread_labels

__all__ = ["Follower", "Identities", "shape_of"]

_CUT_PX = 192  # longer side at which drawings are compared
_NEAR_PX = 2
_SAME_DRAWING, _EXPLAINED = 0.3, 0.75
"""A shot begins where less of the ink than the one lies on that of the frame before, chance taken
off, and the motion explains less of the frame than the other."""

_REACH = 0.04  # of the longer side: how far from ink it gets dark
_KNOWN = 0.12  # share of a region that must have been something for it to be that
_SHARED = 0.2  # share of a room that the second colour of hints in it must have


def shape_of(coverage: Array) -> Array:
    """(H, W, 3) uint8: white at ink, darker the farther from it."""
    paper = (coverage < 90).astype(np.uint8)
    if paper.all():
        return np.zeros((*coverage.shape, 3), np.uint8)
    distance = cv2.distanceTransform(paper, cv2.DIST_L2, 5)
    tone = 255 * np.exp(-distance / (_REACH * max(coverage.shape)))
    shape: Array = cv2.cvtColor(np.rint(tone).astype(np.uint8), cv2.COLOR_GRAY2RGB)
    return shape


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """How a frame follows the one before.

    shape        what motion is found in, (H, W, 3) uint8
    small        its sketch
    begins_shot  whether nothing is carried over
    motion       from this frame to the one before; None at the beginning of a shot
    """

    shape: Array
    small: Array
    begins_shot: bool
    motion: Motion | None


class Follower:
    """Call it with the lines of the frames of a clip, in order; it tells cuts and motion."""

    def __init__(self) -> None:
        self._find = MotionFinder()
        self._before: Array | None = None
        self._ink: Array | None = None

    def __call__(self, coverage: Array) -> Step:
        shape = shape_of(coverage)
        small, before = sketch(shape), self._before
        ink, ink_before = _small_ink(coverage), self._ink
        self._before, self._ink = small, ink
        if before is None or ink_before is None or before.shape != small.shape:
            return Step(shape, small, True, None)
        motion = self._find(small, before)
        # Motion bends any drawing towards any other; it counts where it explains the frame.
        is_new = _likeness(ink, ink_before) < _SAME_DRAWING
        if is_new and float(motion.explained.mean()) < _EXPLAINED:
            return Step(shape, small, True, None)
        return Step(shape, small, False, motion)


def _small_ink(coverage: Array) -> Array:
    """(h, w) uint8, 0 or 1: where ink is, small."""
    scale = min(1.0, _CUT_PX / max(coverage.shape))
    size = [max(8, round(side * scale)) for side in coverage.shape[::-1]]
    small = cv2.resize(coverage, size, interpolation=cv2.INTER_AREA)
    return (small > 48).astype(np.uint8)


def _likeness(one: Array, other: Array) -> float:
    """How much of the ink of each lies on that of the other, 1 for all, 0 for chance.

    Two blank pages are alike.
    """
    if not one.any() or not other.any():
        return float(one.any() == other.any())
    kernel = np.ones((2 * _NEAR_PX + 1,) * 2, np.uint8)
    shares = []
    for ink, goal in ((one, other), (other, one)):
        near = cv2.dilate(goal, kernel) > 0
        chance = float(near.mean())
        hit = float(near[ink > 0].mean())
        shares.append((hit - chance) / max(1 - chance, 1e-3))
    return min(shares)


class Identities:
    """Who is who in the frame before: numbers of colours, and which of them hints have said."""

    def __init__(self) -> None:
        self._at: Array | None = None
        self._colours: list[Array] = []
        self._hinted: list[bool] = []

    def forget(self) -> None:
        """A shot begins."""
        self._at, self._colours, self._hinted = None, [], []

    def colour(self, number: int) -> Array:
        """(3,) uint8 RGB of an identity."""
        return self._colours[number]

    def is_hinted(self, number: int) -> bool:
        """Whether a hint has said its colour."""
        return self._hinted[number]

    def follow(self, regions: LineRegions, motion: Motion | None) -> tuple[LineRegions, Array]:
        """(regions, some of them cut, (count,) int: the identity of each, -1 of what is new)."""
        numbers = np.full(regions.count, -1)
        if self._at is None or motion is None or not self._colours:
            return regions, numbers
        before = motion.pull_nearest(self._at, -1)
        free = ~regions.ink & (before >= 0)
        area = regions.areas()
        known = len(self._colours)
        key = regions.labels[free].astype(np.int64) * known + before[free]
        pairs, counts = np.unique(key, return_counts=True)
        rooms, who = pairs // known, pairs % known
        labels = regions.labels
        extra: list[int] = []
        for room in np.unique(rooms):
            mine = rooms == room
            order = np.argsort(-counts[mine], kind="stable")
            whom, share = who[mine][order], counts[mine][order] / max(area[room], 1)
            if share.sum() < _KNOWN:
                continue
            numbers[room] = whom[0]
            others = [
                w
                for w, s in zip(whom[1:].tolist(), share[1:].tolist(), strict=True)
                if s >= _SHARED and self._hinted[w] and self._hinted[whom[0]]
                and (self._colours[w] != self._colours[whom[0]]).any()
            ]  # fmt: skip
            if not others:
                continue
            if labels is regions.labels:
                labels = labels.copy()
            inside = regions.labels == room
            part = np.where(inside & np.isin(before, [whom[0], *others]), before, -1)
            part = spread_labels(part.astype(np.int32), inside & (part >= 0))
            for other in others:
                labels[inside & (part == other)] = regions.count + len(extra)
                extra.append(other)
        if not extra:
            return regions, numbers
        cut = LineRegions(labels, regions.ink, regions.count + len(extra))
        return cut, np.append(numbers, extra)

    def keep(self, regions: LineRegions, numbers: Array, colours: Array, hinted: Array) -> Array:
        """Remember a frame. Returns (count,) the identity of every region, new ones made.

        numbers  (count,) those that are known, else -1
        colours  (count, 3) uint8, taken for new ones
        hinted   (count,) bool: whether a hint says the colour; of known ones whether it does now
        """
        numbers = numbers.copy()
        for region in range(regions.count):
            if numbers[region] >= 0 and not hinted[region]:
                continue
            numbers[region] = len(self._colours)
            self._colours.append(colours[region].astype(np.uint8))
            self._hinted.append(bool(hinted[region]))
        self._at = numbers[regions.labels].astype(np.int32)
        return numbers
