"""What drawn film adds to a face: tears and beads of sweat, which form, run and drop.

Each bead lives through a cycle of its own: it swells, runs down, and falls off. Where it is follows
from `water_s` of a pose alone.
"""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.parts.eyes import eye_of
from paintreel.rig.tones import colour_of, tones_of

__all__ = ["LEAST_SWEAT", "bead_at", "draw_sweat", "draw_tears"]

LEAST_SWEAT = 0.1
"""From this amount on there are beads."""
_LEAST_TEARS = 0.15
_STREAMS, _WHOLE_STREAMS = 0.5, 0.75  # amounts from which cheeks are wet, and all the way down
_WATER = tones_of(colour_of("#a9d4ea"))
_GLINT = colour_of("#ffffff")
_SWELLS, _RUNS = 0.45, 0.85  # shares of its life at which a bead begins to run, and to fall
_FALLS = 1.1  # how far, in half heights of the head
# Side -> seconds that a tear lives, and where in its life it is at first: one hangs ready to fall.
_TEARS = {-1: (2.2, 0.85), 1: (2.7, 0.8)}
# Places of beads in widths of the head, size, from which amount of sweat, seconds of a life, start.
_BEADS = (
    (0.88, -0.02, 0.115, LEAST_SWEAT, 2.9, 0.44),
    (-0.86, 0.3, 0.09, 0.45, 3.7, 0.42),
    (0.72, 0.46, 0.07, 0.7, 2.3, 0.4),
)
_SWEAT_RUNS = 0.42


def bead_at(life: float) -> tuple[float, float, float]:
    """A bead at a share of its life: (size, way, fall), each 0 to 1.

    It swells where it is, runs down ever faster, and falls off, smaller and smaller.

    >>> bead_at(0.0), bead_at(0.45)
    ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0))
    """
    if life < _SWELLS:
        return (life / _SWELLS) ** 0.6, 0.0, 0.0
    if life < _RUNS:
        return 1.0, ((life - _SWELLS) / (_RUNS - _SWELLS)) ** 1.7, 0.0
    fall = (life - _RUNS) / (1.0 - _RUNS)
    return 1.0 - 0.65 * fall, 1.0, fall * fall


def draw_tears(cast: Cast) -> None:
    """Brimming lids, then drops, then streams down the cheeks."""
    amount = min(max(cast.pose.tears, 0.0), 1.0)
    if amount < _LEAST_TEARS:
        return
    easel = cast.easel
    for side in (-1, 1):
        eye = eye_of(cast, side)
        start = eye.lower[16]
        length = 0.2 + 0.5 * amount
        foot = moved(start, 0.035 * side, length)
        path = along([start, moved(start, 0.03 * side, 0.5 * length), foot], 16)
        seconds, first = _TEARS[side]
        life = (cast.pose.water_s / seconds + first) % 1.0
        if amount > _STREAMS:
            # It runs down before it is there in all its length.
            wet = min((amount - _STREAMS) / (_WHOLE_STREAMS - _STREAMS), 1.0)
            way_down = np.array([_on(path, wet * share) for share in np.linspace(0.0, 1.0, 16)])
            width = ((0.018 + 0.022 * amount) * np.linspace(0.7, 1.25, 16))[:, None] * [1.0, 0.0]
            stream = np.vstack([way_down - width, (way_down + width)[::-1]])
            with easel.inside(cast.face):
                easel.wash(stream, _WATER.base, 0.6, 0.02)
                easel.wash(moved(stream, 0.012, 0.0), _WATER.light, 0.5, 0.02)
                easel.ink(way_down - width, _WATER, 0.35, ends=(0.1, 0.3))
                easel.ink(way_down + width, _WATER, 0.35, ends=(0.1, 0.3))
            # Light that runs down in it.
            easel.light(oval(_on(way_down, (2.0 * life) % 1.0), 0.016, 0.05), _GLINT)
        for number, share in enumerate((life, (life + 0.5) % 1.0)):
            if number and amount <= _STREAMS and share >= _SWELLS:
                continue  # few tears: the second only brims
            size, way, fall = bead_at(share)
            full = (0.045 + 0.03 * way) * (1.0 + 0.4 * amount)
            at = moved(_on(path, way), 0.0, _FALLS * fall)
            _draw_drop(cast, at, full * size, side == -1 or bool(number), stretch=way * (1 - way))


def _on(path: Array, share: float) -> Array:
    """The point (2,) at a share of a path (N, 2)."""
    at = share * (len(path) - 1)
    first = min(int(at), len(path) - 2)
    point: Array = path[first] + (at - first) * (path[first + 1] - path[first])
    return point


def draw_sweat(cast: Cast) -> None:
    """Beads at the temple and the brow."""
    amount = min(max(cast.pose.sweat, 0.0), 1.0)
    if amount < LEAST_SWEAT:
        return
    w = cast.identity.proportions.head_width
    for x, y, full, least, seconds, first in _BEADS:
        if amount < least:
            continue
        size, way, fall = bead_at((cast.pose.water_s / seconds + first) % 1.0)
        down = y + _SWEAT_RUNS * way * amount
        at = cast.head.on_face(np.array([[x * w * (1.0 - 0.06 * way), down]]), out=0.1)[0]
        at = moved(at, 0.0, _FALLS * fall)
        shown = full * (0.6 + 0.4 * amount) * size
        _draw_drop(cast, at, shown, True, stretch=way * (1.0 - way))


def _draw_drop(cast: Cast, at: Array, size: float, glint: bool, *, stretch: float = 0.0) -> None:
    """A drop that hangs, its point up; `stretch` draws it out, as one that runs."""
    if size < 0.012:
        return
    drop = loop(
        at
        + size
        * np.array([1.0 - 0.4 * stretch, 1.0 + 1.2 * stretch])
        * np.array([[0.0, -1.35], [0.34, -0.5], [0.62, 0.15], [0.34, 0.68], [0.0, 0.78],
                    [-0.34, 0.68], [-0.62, 0.15], [-0.34, -0.5]]),
        30,
    )  # fmt: skip
    easel = cast.easel
    easel.fill(drop, _WATER.base)
    with easel.inside(drop):
        easel.wash(moved(drop, 0.25 * size, 0.35 * size), _WATER.light, 0.85, 0.3 * size)
    easel.contour(drop, _WATER, 0.7)
    if glint:
        easel.light(oval(moved(at, -0.2 * size, 0.0), 0.13 * size, 0.22 * size), _GLINT)
