"""Lines as strokes: a graph on the skeleton, cut at crossings and joined where a pen went on.

The skeleton falls into chains between ends and crossings. Short spurs, which thinning leaves where
a line is wide, are dropped; at a crossing the chains that go on straightest are one stroke.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.thinning import neighbour_codes, thinned

__all__ = ["Stroke", "draw_strokes", "smoothed", "trace_strokes"]

_INK = 110
_STRAIGHT = 0.5
"""Cosine of the turn up to which two chains at a crossing are one stroke: 60 degrees."""

_LOOK_PX = 8
_SHIFT = 5
_OVER = 4  # drawn pixels a pixel, each way
_TILE_PX = 1024
_TURN = np.linspace(0, 2 * np.pi, 16, endpoint=False)
_ROUND = np.column_stack([np.cos(_TURN), np.sin(_TURN)])
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
_NEIGHBOURS = _BITS.sum(axis=1, dtype=np.uint8)
_STEPS = ((0, -1), (1, 0), (0, 1), (-1, 0), (1, -1), (1, 1), (-1, 1), (-1, -1))


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A line as it was drawn.

    points  (N, 2) float64, x and y in pixels, (0.5, 0.5) the middle of the first pixel; N >= 1
    widths  (N,) float64, in pixels
    closed  whether it ends where it began; the first point is not repeated
    """

    points: Array
    widths: Array
    closed: bool = False

    @property
    def length_px(self) -> float:
        """Along the stroke."""
        ends = np.vstack([self.points, self.points[:1]]) if self.closed else self.points
        return float(np.linalg.norm(np.diff(ends, axis=0), axis=1).sum())


@dataclass(slots=True, eq=False)
class _Chain:
    """Pixels in order; `nodes` are the crossings at its two ends, -1 for none."""

    pixels: list[tuple[int, int]]
    nodes: list[int]
    closed: bool = False
    partners: list[tuple[int, int] | None] = field(default_factory=lambda: [None, None])


def trace_strokes(coverage: Array, *, spur_widths: float = 1.5, ink: int = _INK) -> list[Stroke]:
    """The strokes of a drawing, (H, W) uint8 coverage, in the order of their first pixels.

    spur_widths  chains with a free end that are shorter than this many widths of the line are
                 dropped
    ink          coverage from which a pixel is of a line
    """
    inked = coverage >= ink
    if not inked.any():
        return []
    # Half a pixel of rim lies beyond the threshold, and the soft one counts by its coverage.
    radius = cv2.distanceTransform(
        np.pad(inked, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )[1:-1, 1:-1]
    skeleton = thinned(inked)
    chains, node_pixels = _chains(skeleton)
    chains = _without_spurs(chains, radius, spur_widths)
    _pair_at_nodes(chains, node_pixels)
    strokes = []
    for parts in _runs(chains):
        pixels, closed = _joined(chains, parts, node_pixels)
        columns, rows = np.array(pixels, np.int64).T
        widths = np.maximum(2 * radius[rows, columns].astype(np.float64) - 1, 1.0)
        strokes.append(Stroke(np.array(pixels, np.float64) + 0.5, widths, closed))
    return strokes


def smoothed(stroke: Stroke, sigma_px: float) -> Stroke:
    """The stroke without the stairs of pixels; its ends stay where they are."""
    count = len(stroke.points)
    if count < 4 or sigma_px <= 0:
        return stroke
    both = np.column_stack([stroke.points, stroke.widths])
    reach = min(int(3 * sigma_px + 1), count - 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_px) ** 2)
    kernel /= kernel.sum()
    if stroke.closed:
        padded = np.concatenate([both[-reach:], both, both[:reach]])
    else:  # turned about its ends, which keeps them and their directions
        before = 2 * both[0] - both[reach:0:-1]
        after = 2 * both[-1] - both[-2 : -reach - 2 : -1]
        padded = np.concatenate([before, both, after])
        padded[:reach, 2], padded[-reach:, 2] = both[reach:0:-1, 2], both[-2 : -reach - 2 : -1, 2]
    soft = np.column_stack([np.convolve(padded[:, k], kernel, "valid") for k in range(3)])
    return Stroke(soft[:, :2], np.maximum(soft[:, 2], 0.5), stroke.closed)


def draw_strokes(
    strokes: Iterable[Stroke], shape: tuple[int, ...], width_px: float | None = None
) -> Array:
    """(H, W) uint8 coverage of strokes with round ends, of one width or of their own."""
    height, width = shape[:2]
    ink = np.zeros((height, width), np.uint8)
    outlines = [_outline(stroke, width_px) for stroke in strokes]
    for top in range(0, height, _TILE_PX):
        for left in range(0, width, _TILE_PX):
            here = [
                corners
                for corners, (low, high) in outlines
                if high[0] >= left
                and high[1] >= top
                and low[0] < left + _TILE_PX
                and low[1] < top + _TILE_PX
            ]
            if here:
                part = ink[top : top + _TILE_PX, left : left + _TILE_PX]
                part[...] = _filled(here, (left, top), part.shape)
    return ink


def _outline(stroke: Stroke, width_px: float | None) -> tuple[list[Array], tuple[Array, Array]]:
    """(convex polygons that together are the stroke, the corners of the box that holds them)."""
    points = stroke.points
    half = (stroke.widths if width_px is None else np.full(len(points), width_px)) / 2
    if stroke.closed:
        points, half = np.vstack([points, points[:1]]), np.append(half, half[:1])
    discs = points[:, None] + half[:, None, None] * _ROUND
    shapes: list[Array] = list(discs)
    if len(points) > 1:
        way = np.diff(points, axis=0)
        length = np.linalg.norm(way, axis=1, keepdims=True)
        side = np.column_stack([-way[:, 1], way[:, 0]]) / np.maximum(length, 1e-9)
        before, after = side * half[:-1, None], side * half[1:, None]
        a, b = points[:-1], points[1:]
        shapes += list(np.stack([a + before, b + after, b - after, a - before], axis=1))
    return shapes, (discs.min(axis=(0, 1)), discs.max(axis=(0, 1)))


def _filled(
    outlines: Sequence[Sequence[Array]], corner: tuple[int, int], shape: tuple[int, ...]
) -> Array:
    """(h, w) uint8 coverage of polygons within a tile whose upper left corner is `corner`."""
    large = np.zeros((shape[0] * _OVER, shape[1] * _OVER), np.uint8)
    scale = _OVER << _SHIFT
    for polygons in outlines:
        for polygon in polygons:
            # The middle of the first drawn pixel is 0, and the rim itself is drawn.
            fixed = np.rint((polygon - corner) * scale - (1 << (_SHIFT - 1)))
            cv2.fillConvexPoly(large, fixed.astype(np.int32), 255, cv2.LINE_8, _SHIFT)
    part: Array = cv2.resize(large, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return part


# The graph.


def _chains(skeleton: Array) -> tuple[list[_Chain], list[Array]]:
    """(chains, the pixels of every crossing as (x, y) rows)."""
    mask = skeleton.astype(np.uint8)
    # Where a stair has three neighbours too, a crossing of two ends is made, and joined again.
    crossing = skeleton & (cv2.LUT(neighbour_codes(mask), _NEIGHBOURS) >= 3)
    count, labels = cv2.connectedComponents(crossing.astype(np.uint8), connectivity=8)
    node_pixels: list[Array] = [np.zeros((0, 2), int)] * count
    rows, columns = np.nonzero(crossing)
    order = np.argsort(labels[rows, columns], kind="stable")
    numbers = labels[rows, columns][order]
    cuts = np.searchsorted(numbers, np.arange(1, count + 1))
    for node in range(1, count):
        part = order[cuts[node - 1] : cuts[node]]
        node_pixels[node] = np.column_stack([columns[part], rows[part]])
    node_of = {(int(x), int(y)): int(labels[y, x]) for y, x in zip(rows, columns, strict=True)}
    rows, columns = np.nonzero(skeleton & ~crossing)
    left = dict.fromkeys(zip(columns.tolist(), rows.tolist(), strict=True))
    chains = []
    while left:
        first = next(iter(left))
        chains.append(_walk(first, left, node_of))
    return chains, node_pixels


def _walk(
    first: tuple[int, int], left: dict[tuple[int, int], None], node_of: dict[tuple[int, int], int]
) -> _Chain:
    """The chain that `first` is on, taken out of what is left."""
    del left[first]
    halves: list[list[tuple[int, int]]] = [[], []]
    for half in halves:
        at: tuple[int, int] | None = first
        while at is not None:
            at = next((p for dx, dy in _STEPS if (p := (at[0] + dx, at[1] + dy)) in left), None)
            if at is not None:
                del left[at]
                half.append(at)
    pixels = [*reversed(halves[1]), first, *halves[0]]
    nodes = [_node_beside(pixels[0], node_of), _node_beside(pixels[-1], node_of)]
    if len(pixels) == 1 and nodes[0] >= 0:
        others = {
            n
            for dx, dy in _STEPS
            if (n := node_of.get((pixels[0][0] + dx, pixels[0][1] + dy), -1)) >= 0
        }
        nodes = [min(others), max(others) if len(others) > 1 else -1]
    near = max(abs(a - b) for a, b in zip(pixels[0], pixels[-1], strict=True)) <= 1
    closed = len(pixels) > 5 and near and nodes == [-1, -1]
    return _Chain(pixels, nodes, closed)


def _node_beside(pixel: tuple[int, int], node_of: dict[tuple[int, int], int]) -> int:
    for dx, dy in _STEPS:
        node = node_of.get((pixel[0] + dx, pixel[1] + dy))
        if node is not None:
            return node
    return -1


def _without_spurs(chains: list[_Chain], radius: Array, spur_widths: float) -> list[_Chain]:
    kept = []
    for chain in chains:
        free = chain.nodes.count(-1)
        if free == 1 and not chain.closed:
            bound = 1 if chain.nodes[0] == -1 else 0
            x, y = chain.pixels[-1 if bound else 0]
            wide = 2 * float(radius[y, x])
            if len(chain.pixels) < spur_widths * wide:
                continue
        kept.append(chain)
    return kept


def _direction(chain: _Chain, end: int) -> Array:
    """The unit vector in which the chain leaves at that end."""
    pixels = chain.pixels if end else chain.pixels[::-1]
    tail = np.array(pixels[-_LOOK_PX:], np.float64)
    way: Array = tail[-1] - tail[0]
    length = float(np.hypot(*way))
    return way / length if length else way


def _pair_at_nodes(chains: Sequence[_Chain], node_pixels: Sequence[Array]) -> None:
    """Say of every chain with which other it goes on at a crossing, straightest pairs first."""
    at_node: dict[int, list[tuple[int, int]]] = {}
    for number, chain in enumerate(chains):
        for end, node in enumerate(chain.nodes):
            if node >= 0:
                at_node.setdefault(node, []).append((number, end))
    for ends in at_node.values():
        ways = [_direction(chains[number], end) for number, end in ends]
        pairs = sorted(
            (-float(-(ways[i] @ ways[j])), i, j)
            for i in range(len(ends))
            for j in range(i + 1, len(ends))
        )
        taken: set[int] = set()
        # Of two chains only, a crossing that a spur has left, any angle goes on.
        least = -1.0 if len(ends) == 2 else _STRAIGHT
        for minus_cosine, i, j in pairs:
            if -minus_cosine >= least and i not in taken and j not in taken:
                taken |= {i, j}
                for a, b in ((i, j), (j, i)):
                    number, end = ends[a]
                    chains[number].partners[end] = ends[b]


def _runs(chains: Sequence[_Chain]) -> list[list[tuple[int, bool]]]:
    """Chains in the order of each stroke, with whether they are gone through backwards."""
    seen: set[int] = set()
    runs = []
    for number in range(len(chains)):
        if number in seen:
            continue
        # Back to where the stroke begins.
        at, enter = number, 0
        visited = {number}
        while (before := chains[at].partners[enter]) is not None and before[0] not in visited:
            at, enter = before[0], 1 - before[1]
            visited.add(at)
        run, going = [], (at, enter)
        while going is not None and going[0] not in seen:
            at, enter = going
            seen.add(at)
            run.append((at, enter == 1))
            after = chains[at].partners[1 - enter]
            going = after  # type: ignore[assignment]
        runs.append(run)
    return runs


def _joined(
    chains: Sequence[_Chain], run: Sequence[tuple[int, bool]], node_pixels: Sequence[Array]
) -> tuple[list[tuple[int, int]], bool]:
    """(the pixels of a stroke with the crossings on its way, whether it is closed)."""
    pixels: list[tuple[int, int]] = []
    first, last = run[0], run[-1]
    for number, backwards in run:
        chain = chains[number]
        ends = chain.nodes[::-1] if backwards else chain.nodes
        own = chain.pixels[::-1] if backwards else chain.pixels
        middle = _middle(node_pixels, ends[0])
        if middle is not None and (not pixels or pixels[-1] != middle):
            pixels.append(middle)
        pixels += own
        middle = _middle(node_pixels, ends[1])
        if middle is not None:
            pixels.append(middle)
    closed = chains[first[0]].closed and len(run) == 1
    if not closed and len(pixels) > 5 and pixels[0] == pixels[-1]:
        joined = chains[last[0]].partners[0 if last[1] else 1]
        if joined is not None and joined[0] == first[0]:
            closed = True
            pixels.pop()
    return pixels, closed


def _middle(node_pixels: Sequence[Array], node: int) -> tuple[int, int] | None:
    """The pixel of a crossing that is nearest to its middle."""
    if node < 0:
        return None
    own = node_pixels[node]
    nearest = np.abs(own - own.mean(axis=0)).sum(axis=1).argmin()
    return int(own[nearest, 0]), int(own[nearest, 1])
