"""What the closed areas of a line sketch may be: by where they lie, how they stand, who is beside.

Nobody says what a sketch shows but the word for the whole. A background has few kinds of forms,
though, and their places tell them apart: the sky touches the upper edge, planes of land or water
reach across or to an edge, the lower their foot the nearer; what narrows upward on a wall is a
roof; what lies all within a wall is an opening. That is no recognition and errs on odd layouts,
but gives every area a part in a picture that holds together.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.line_regions import find_regions

__all__ = ["ROLES", "SketchForms", "read_forms"]

ROLES = (
    "sky",  # and what is seen of it between things
    "disc",  # sun, moon or planet: a round form within the sky
    "cloud",  # any other form within the sky
    "hill",  # a plane that ends behind others, and rises
    "cap",  # the top of a hill: snow
    "plane",  # of land
    "across",  # a level plane from edge to edge: water, where there is water
    "path",  # a plane that comes toward the eye and narrows with distance
    "tall",  # trunks, posts
    "peak",  # what narrows upward and stands by itself: firs, sails
    "roof",  # what narrows upward on a body
    "crown",  # what is wider than the trunk that it stands on
    "body",  # walls, boats
    "opening",  # what lies all within a body: windows
    "patch",  # what lies all within a plane: stones, bushes, rugs
    "ceiling",
    "wall",
    "floor",
)
WORK_PX = 640
"""Longer side at which forms are found."""

_GAP, _LEAST = 0.014, 0.0004  # of the longer side, of the area
_ROUND = 0.8
_UPRIGHT, _SLIM = 2.2, 1.2
_BEHIND = 0.4
_NARROWS, _TAPERS = 0.62, 0.93


@dataclass(frozen=True, slots=True, eq=False)
class SketchForms:
    """labels: (h, w) int32, 0 to count - 1, everywhere; ink (h, w) bool, where the lines are.

    roles    (count,) places in ROLES
    near     (count,) 0 at the horizon to 1 at the lower edge, by the foot of each
    horizon  where sky and planes meet, 0 to 1 of the height
    tapers   (count,) width above beside that below, 1 where a form does not narrow all the way up
    boxes    (count, 4) int: left, top, right, bottom, of which the last two are beyond
    """

    labels: Array
    ink: Array
    roles: Array
    near: Array
    horizon: float
    tapers: Array
    boxes: Array

    @property
    def count(self) -> int:
        """How many forms there are."""
        return len(self.roles)


def read_forms(coverage: Array, *, indoors: bool = False) -> SketchForms:
    """The forms of a sketch, found at no more than WORK_PX.

    coverage  (H, W) uint8, 255 where all is ink
    indoors   it shows a room, which has walls and a floor and no sky
    """
    height, width = coverage.shape
    size = fit_max_side(width, height, WORK_PX)
    if size[0] < width:  # a hairline stays a wall
        reach = round(width / size[0])
        coverage = cv2.dilate(coverage, np.ones((reach, reach), np.uint8))
        coverage = cv2.resize(coverage, size, interpolation=cv2.INTER_AREA)
    longer, area = max(size), size[0] * size[1]
    least_px = max(8, round(_LEAST * area))
    regions = find_regions(coverage, gap_px=_GAP * longer, least_px=least_px, framed=True)
    found = _FormReading(regions.labels, regions.count)
    roles = found.rooms() if indoors else found.outdoors()
    return SketchForms(
        regions.labels,
        regions.ink,
        roles,
        near=found.near(roles),
        horizon=found.horizon,
        tapers=found.narrowing,
        boxes=found.boxes,
    )


class _FormReading:
    """The regions with their measures, from which roles are read.

    All lengths are shares of the picture's height and width.
    """

    def __init__(self, labels: Array, count: int) -> None:
        self.labels, self.count = labels, count
        h, w = labels.shape
        flat = labels.ravel()
        self.area = np.bincount(flat, minlength=count) / flat.size
        rows, columns = np.divmod(np.arange(flat.size), w)
        order = np.argsort(flat, kind="stable")
        starts = np.searchsorted(flat[order], np.arange(count))
        self.boxes = np.stack(
            [
                np.minimum.reduceat(columns[order], starts),
                np.minimum.reduceat(rows[order], starts),
                np.maximum.reduceat(columns[order], starts) + 1,
                np.maximum.reduceat(rows[order], starts) + 1,
            ],
            axis=1,
        )
        left, top, right, bottom = self.boxes.T
        self.wide, self.high = (right - left) / w, (bottom - top) / h
        self.foot = bottom / h
        self.middle = np.bincount(flat, rows, count) / np.maximum(flat.size * self.area, 1) / h
        self.at_top, self.at_bottom = top <= 1, bottom >= h - 1
        self.at_left, self.at_right = left <= 1, right >= w - 1
        self.aspect = w / h
        self.beside = _neighbours(labels, count)
        self.narrowing = _narrowing(labels, self.boxes)
        self.horizon = 0.5

    @property
    def upright(self) -> Array:
        """(count,) bool: far higher than wide, and slim or cut off above."""
        slim = self.at_top | (self.wide * self.aspect < 0.16)
        return np.asarray(slim & (self.high > _UPRIGHT * self.wide * self.aspect))

    def outdoors(self) -> Array:
        """(count,) roles of a picture with a sky."""
        sky = self._sky()
        self.horizon = self._horizon(sky)
        role = np.full(self.count, ROLES.index("body"))
        edges = self.at_left.astype(int) + self.at_right
        ground = ~sky & (self.foot > self.horizon)
        reaches = (self.wide > 0.42) | ((edges > 0) & (self.wide * self.aspect > 0.75 * self.high))
        comes = ground & self.at_bottom & (edges == 0) & (self.high > 0.12)
        comes &= (self.narrowing < _NARROWS) | ~reaches
        planes = ~sky & reaches & ~self.upright & (self.area > 0.008)
        planes |= ground & self.at_bottom & (self.wide > 0.12) & (edges > 0)
        comes &= ~(self.at_top & self.upright)
        planes &= ~comes
        far = self.foot < self.horizon + _BEHIND * (1 - self.horizon)
        rises = planes & far & (self.high > 0.06) & ~self.at_bottom & (edges < 2)
        rises |= planes & far & (self.foot <= self.horizon + 0.02)
        level = planes & (edges == 2) & (self.foot > self.horizon)
        role[self.upright] = ROLES.index("tall")
        role[planes] = ROLES.index("plane")
        role[level] = ROLES.index("across")
        role[rises] = ROLES.index("hill")
        role[comes] = ROLES.index("path")
        role[sky] = ROLES.index("sky")
        return self._details(role, base=sky | planes | comes)

    def rooms(self) -> Array:
        """(count,) roles of a room."""
        role = np.full(self.count, ROLES.index("body"))
        wide = self.area > 0.03
        floor = self.at_bottom & (self.wide > 0.3) & (self.middle > 0.55)
        ceiling = self.at_top & wide & (self.middle < 0.25) & ~self.at_bottom & (self.wide > 0.3)
        wall = wide & ~floor & ~ceiling & (self.at_top | self.at_left | self.at_right)
        rest = ~(floor | ceiling | wall)
        if rest.any():  # the back wall touches no edge
            far = np.flatnonzero(rest)[self.area[rest].argmax()]
            wall[far] |= self.area[far] > 0.1
        role[ceiling], role[wall], role[floor] = map(ROLES.index, ("ceiling", "wall", "floor"))
        low = [self.foot[k] for k in np.flatnonzero(wall & ~self.at_left & ~self.at_right)]
        self.horizon = float(min(low, default=0.6))
        strip = (self.area > 0.02) & (self.wide > 0.3) & ~wall & ~ceiling
        floor |= strip & (np.abs(self.boxes[:, 1] / len(self.labels) - self.horizon) < 0.03)
        role[floor] = ROLES.index("floor")
        role[self.upright & ~(floor | ceiling | wall)] = ROLES.index("tall")
        return self._details(role, base=floor | ceiling | wall)

    def near(self, roles: Array) -> Array:
        """(count,) how near each stands."""
        near = (self.foot - self.horizon) / max(1 - self.horizon, 0.05)
        near = np.asarray(np.clip(near, 0, 1))
        near[roles == ROLES.index("sky")] = 0
        return near

    def _sky(self) -> Array:
        """What touches the upper edge, but for what stands on the lower one or is a trunk."""
        trunk = self.upright & (self.wide < 0.2)
        sky = self.at_top & ~self.at_bottom & ~trunk & (self.middle < 0.62)
        if not sky.any():
            sky = self.at_top & ~trunk
        if not sky.any():
            sky[self.middle.argmin()] = True
        return np.asarray(sky)

    def _horizon(self, sky: Array) -> float:
        """The height at which the sky ends in most columns."""
        seen = sky[self.labels]
        ends = len(seen) - np.argmax(seen[::-1], axis=0)
        ends = ends[seen.any(axis=0)]
        return float(np.clip(np.percentile(ends, 70) / len(seen), 0.1, 0.85))

    def _details(self, role: Array, base: Array) -> Array:
        """Roles of the smaller forms, by what is around them and below."""
        lies = np.isin(role, [ROLES.index(n) for n in ("hill", "plane", "across", "path", "floor")])
        for group in self._groups(base):
            around = {j for k in group for j in self.beside[k] if base[j]}
            only = next(iter(around)) if len(around) == 1 else None
            for k in group:
                role[k] = self._detail(k, role, base, lies, only)
            for k in [k for k in group if ROLES[role[k]] == "tall"]:
                self._crown(k, role, group)
        self._close_up(role, base, lies)
        return role

    def _close_up(self, role: Array, base: Array, lies: Array) -> None:
        """What is seen between things that stand in a row is of the plane below them."""
        for k in np.flatnonzero(~base):
            name = ROLES[role[k]]
            stand = [j for j in self.beside[k] if ROLES[role[j]] == "peak"]
            below = [j for j in self.beside[k] if lies[j]]
            if name in ("body", "path") and len(stand) > 1 and below:
                role[k] = role[max(below, key=lambda j: self.foot[j])]

    def _crown(self, trunk: int, role: Array, group: list[int]) -> None:
        """What is wider than a trunk and stands on it, and what stands on that, is its crown."""
        top = self.boxes[trunk, 1] + 2
        over = [k for k in group if k != trunk and self.boxes[k, 3] <= top + self.high[trunk]]
        held = {
            k for k in over if k in self.beside[trunk] and self.wide[k] > 1.6 * self.wide[trunk]
        }
        held |= {k for k in over if self.beside[k] & held}
        role[sorted(held)] = ROLES.index("crown")

    def _detail(self, k: int, role: Array, base: Array, lies: Array, only: int | None) -> int:
        """The role of one; `only` is the base that its group lies all within, if there is one."""
        beside = self.beside[k]
        shape = self.high[k] / max(self.wide[k] * self.aspect, 1e-3)
        slim = bool(shape > _SLIM)
        name = ROLES[role[k]]
        if only is not None and ROLES[role[only]] == "sky":
            high_up = self.foot[k] < self.horizon
            name = ("disc" if self._roundness(k) > _ROUND else "cloud") if high_up else "body"
        elif only is not None and ROLES[role[only]] in ("wall", "ceiling"):
            name = "opening"
        elif only is not None and {only} == beside and lies[only]:
            name = "peak" if slim and self.narrowing[k] < _NARROWS else name
            name = name if slim else "patch"
        elif len(beside) == 1 and not base[next(iter(beside))]:
            name = "opening"
        elif self.narrowing[k] < _NARROWS and self.high[k] > 0.03:
            under = self._under(k)
            if under is not None and ROLES[role[under]] == "hill" and not slim:
                name = "cap"
            elif under is not None and not base[under] and self._as_wide(k, under):
                name = "roof"
            else:
                name = "peak"
        elif name == "body" and shape < _UPRIGHT and all(lies[j] for j in beside if base[j]):
            touched = sum(bool(lies[j]) for j in beside)
            name = "path" if touched > 1 and self.narrowing[k] < 1.6 else name
        return ROLES.index(name)

    def _groups(self, base: Array) -> list[list[int]]:
        """Forms that are no base, in groups that touch each other, large forms first."""
        left = set(np.flatnonzero(~base).tolist())
        groups = []
        while left:
            group, edge = [], [left.pop()]
            while edge:
                k = edge.pop()
                group.append(k)
                more = self.beside[k] & left
                left -= more
                edge += more
            groups.append(sorted(group, key=lambda k: -self.area[k]))
        return groups

    def _roundness(self, k: int) -> float:
        """Share of the circle around it that a form fills; 1 for a disc."""
        left, top, right, bottom = self.boxes[k]
        side = max(right - left, bottom - top)
        filled = self.area[k] * self.labels.size
        return float(filled / (np.pi / 4 * side**2))

    def _under(self, k: int) -> int | None:
        """What most of the pixels below a form's foot belong to."""
        left, _, right, bottom = self.boxes[k]
        row = min(bottom + 2, len(self.labels) - 1)
        below = self.labels[row, left:right]
        below = below[below != k]
        return int(np.bincount(below).argmax()) if len(below) else None

    def _as_wide(self, k: int, other: int) -> bool:
        return bool(0.45 * self.wide[k] < self.wide[other] < 2.5 * self.wide[k])


def _neighbours(labels: Array, count: int) -> list[set[int]]:
    """The numbers that touch each number side by side."""
    found: list[set[int]] = [set() for _ in range(count)]
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        a, b = labels[here], labels[there]
        meet = a != b
        for pair in np.unique(a[meet].astype(np.int64) * count + b[meet]).tolist():
            one, other = divmod(pair, count)
            found[one].add(other)
            found[other].add(one)
    return found


def _narrowing(labels: Array, boxes: Array) -> Array:
    """(count,) width of each form in its upper third, beside that in its lower third.

    1 where the middle is as wide as below: a wall with a gable narrows above alone.
    """
    ratio = np.ones(len(boxes))
    for k, (left, top, right, bottom) in enumerate(boxes):
        rows = (labels[top:bottom, left:right] == k).sum(axis=1)
        third = max(1, len(rows) // 3)
        upper, middle, lower = (max(part.mean(), 1) for part in _thirds(rows, third))
        if middle < _TAPERS * lower:
            ratio[k] = upper / lower
    return ratio


def _thirds(rows: Array, third: int) -> tuple[Array, Array, Array]:
    return rows[:third], rows[third:-third] if len(rows) > 2 else rows, rows[-third:]
