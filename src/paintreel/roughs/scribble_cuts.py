"""Hints over regions: a room takes the colour that is put into it, and is cut where it has several.

A stroke that overshoots a line a little does not colour the room next door (soft scribbles), and
where two colours share a room they part where that cuts through the least paper (Sykora 2009,
"LazyBrush: Flexible Painting Tool for Hand-drawn Cartoons"). The cut is made between the hills of
the room (`line_regions`), which meet at its narrow places, in place of between pixels; of several
colours each is parted from all the others in turn, those with most paint first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.hints import Marks
from paintreel.roughs.line_regions import LineRegions, hills_of, passes_between, spread_labels

__all__ = ["colour_rooms", "least_cut"]

_OVERSHOOT = 0.25
"""Share of the paint in a room below which a colour has only strayed into it, and share of its own
pixels below which a stroke has, where another is at home."""

_AT_HOME = 0.5
"""Share of its pixels with which a stroke is meant for a room, however much paint is there."""


def colour_rooms(regions: LineRegions, marks: Marks) -> tuple[LineRegions, Array]:
    """(regions, some of them cut in parts, (count,) int32 the colour of each or -1).

    Colours are indices of `marks.colours`.
    """
    colours = np.full(regions.count, -1, np.int32)
    if not marks.count:
        return regions, colours
    several: list[tuple[int, list[int]]] = []
    for room, paints in _paint_in_rooms(regions, marks).items():
        meant = _meant(paints)
        colours[room] = meant[0]
        if len(meant) > 1:
            several.append((room, meant))
    if not several:
        return regions, colours
    labels = regions.labels.copy()
    extra: list[int] = []
    for room, meant in several:
        box = _box_of(regions.labels == room)
        inside = regions.labels[box] == room
        parts = _cut(inside, regions.ink[box], marks.colour_at[box], meant)
        colours[room] = meant[0]
        for order, colour in enumerate(meant[1:], 1):
            part = inside & (parts == order)
            if part.any():
                labels[box][part] = regions.count + len(extra)
                extra.append(colour)
    cut = LineRegions(labels, regions.ink, regions.count + len(extra))
    return cut, np.append(colours, np.array(extra, np.int32))


def _paint_in_rooms(regions: LineRegions, marks: Marks) -> dict[int, dict[int, tuple[int, float]]]:
    """room -> colour -> (pixels of paint, the largest share of one of its strokes)."""
    painted = marks.stroke_at > 0
    free = painted & ~regions.ink
    # A dot on a line is meant for the room that the line is shared out to.
    use = free if free.any() else painted
    lost = np.setdiff1d(np.unique(marks.stroke_at[painted]), np.unique(marks.stroke_at[use]))
    use = use | np.isin(marks.stroke_at, lost[lost > 0])
    rooms, strokes = regions.labels[use], marks.stroke_at[use]
    of_stroke = np.bincount(strokes, minlength=marks.count + 1)
    colour_of = np.zeros(marks.count + 1, np.int64)
    colour_of[strokes] = marks.colour_at[use]
    pairs, counts = np.unique(np.stack([rooms, strokes]), axis=1, return_counts=True)
    paints: dict[int, dict[int, tuple[int, float]]] = {}
    for (room, stroke), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
        colour = int(colour_of[stroke])
        before = paints.setdefault(room, {}).get(colour, (0, 0.0))
        share = count / of_stroke[stroke]
        paints[room][colour] = before[0] + count, max(before[1], share)
    return paints


def _meant(paints: dict[int, tuple[int, float]]) -> list[int]:
    """The colours that a room is meant to have, that with most paint first."""
    total = sum(pixels for pixels, _ in paints.values())
    order = sorted(paints, key=lambda colour: (-paints[colour][0], colour))
    at_home = [colour for colour in order if paints[colour][1] >= _AT_HOME]
    visiting = [
        colour
        for colour in order
        if colour not in at_home
        and paints[colour][0] >= _OVERSHOOT * total
        and (not at_home or paints[colour][1] >= _OVERSHOOT)
    ]
    meant = {*at_home, *visiting}
    return [colour for colour in order if colour in meant] or order[:1]


def _box_of(mask: Array) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _cut(room: Array, ink: Array, colour_at: Array, meant: list[int]) -> Array:
    """(h, w) int: which of the colours each pixel of the room takes, as its place in `meant`."""
    free = room & ~ink
    if not free.any():
        free = room
    cells, count = _cells(free, colour_at, meant)
    first, second, border = _borders(cells, free, count)
    owner = np.full(count, -1)
    for order, colour in enumerate(meant):
        owner[np.unique(cells[free & (colour_at == colour)])] = order
    left = np.ones(count, bool)
    result = np.zeros(count, np.int64)
    for order in range(len(meant) - 1):
        sources = np.flatnonzero(left & (owner == order))
        sinks = np.flatnonzero(left & (owner > order))
        if not len(sources) or not len(sinks):
            continue
        alive = left[first] & left[second]
        mine = least_cut(count, first[alive], second[alive], border[alive], sources, sinks)
        mine &= left
        result[mine] = order
        left &= ~mine
    result[left] = len(meant) - 1
    # What only one colour can reach has it: a cut of nothing may leave cells on the wrong side.
    result = np.where(owner >= 0, owner, result)
    parts = np.where(free, result[cells], -1)
    return spread_labels(parts.astype(np.int32), free)


def _cells(free: Array, colour_at: Array, meant: list[int]) -> tuple[Array, int]:
    """(numbers (h, w) of the cells of a room, their count): hills, parted by the nearest colour."""
    hills, count = hills_of(~free)
    nearest = np.full(free.shape, -1, np.int32)
    for order, colour in enumerate(meant):
        nearest[free & (colour_at == colour)] = order
    # Two colours on one hill part it half way between them.
    held = {order: np.unique(hills[nearest == order]) for order in range(len(meant))}
    uses = np.zeros(count, int)
    for numbers in held.values():
        uses[numbers] += 1
    shared = uses > 1
    shared[0] = False
    by_paint = spread_labels(nearest, nearest >= 0)
    key = hills.astype(np.int64) * (len(meant) + 1)
    key += np.where(shared[hills], by_paint + 1, 0)
    numbers, cells = np.unique(key, return_inverse=True)
    return cells.reshape(free.shape), len(numbers)


def _borders(cells: Array, free: Array, count: int) -> tuple[Array, Array, Array]:
    """Pairs of cells that touch on paper, and how many pixels of border they have."""
    return passes_between(np.where(free, cells + 1, 0), count + 1)


def least_cut(
    count: int, first: Array, second: Array, capacity: Array, sources: Array, sinks: Array
) -> Array:
    """(count,) bool: the nodes on the side of the sources of the least cut (Dinic 1970).

    first, second  (E,) the two nodes of every edge, which may be crossed both ways
    capacity       (E,) what it costs to cut it
    """
    source, sink = count, count + 1
    ends: list[int] = []
    room: list[float] = []
    edges_of: list[list[int]] = [[] for _ in range(count + 2)]

    def connect(a: int, b: int, there: float, back: float) -> None:
        edges_of[a].append(len(ends))
        ends.append(b)
        room.append(there)
        edges_of[b].append(len(ends))
        ends.append(a)
        room.append(back)

    for a, b, cost in zip(first.tolist(), second.tolist(), capacity.tolist(), strict=True):
        connect(a, b, cost, cost)
    endless = float(capacity.sum()) + 1.0
    for node in sources.tolist():
        connect(source, node, endless, 0.0)
    for node in sinks.tolist():
        connect(node, sink, endless, 0.0)
    while True:
        level = _levels(source, edges_of, ends, room)
        if level[sink] < 0:
            return np.array(level[:count]) >= 0
        _push_all(source, sink, level, edges_of, ends, room)


def _levels(
    source: int, edges_of: list[list[int]], ends: list[int], room: list[float]
) -> list[int]:
    level = [-1] * len(edges_of)
    level[source] = 0
    waiting = deque([source])
    while waiting:
        node = waiting.popleft()
        for edge in edges_of[node]:
            if room[edge] > 1e-9 and level[ends[edge]] < 0:
                level[ends[edge]] = level[node] + 1
                waiting.append(ends[edge])
    return level


def _push_all(
    source: int,
    sink: int,
    level: list[int],
    edges_of: list[list[int]],
    ends: list[int],
    room: list[float],
) -> None:
    """A blocking flow, path by path, without recursion: rooms may be long."""
    following: list[Iterable[int]] = [iter(edges) for edges in edges_of]
    path: list[int] = []
    node = source
    while True:
        if node == sink:
            least = min(room[edge] for edge in path)
            for edge in path:
                room[edge] -= least
                room[edge ^ 1] += least
            full = next(k for k, edge in enumerate(path) if room[edge] <= 1e-9)
            node = ends[path[full] ^ 1]
            del path[full:]
            # The edge that is full now is passed over by itself.
            continue
        for edge in following[node]:
            if room[edge] > 1e-9 and level[ends[edge]] == level[node] + 1:
                path.append(edge)
                node = ends[edge]
                break
        else:
            if not path:
                return
            level[node] = -1
            node = ends[path.pop() ^ 1]
