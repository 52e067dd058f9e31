"""The mouth between its corners: a line where it is closed, two rims where it is open.

Beside the skin around it lips are redder, teeth have less colour and more light, and the inside of
a mouth is dark. So a gap is where teeth are seen or a broad dark part, and without one the mouth is
the darkest way from corner to corner, near the middle of the lips.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.faces.ways import best_way, resampled, smoothed, values_at
from paintreel.imaging.arrays import Array

__all__ = ["MouthFit", "fit_mouth", "redness", "skin_around"]

_POINTS = 25
_BEYOND, _COLUMNS = 0.10, 49
_ABOVE, _BELOW, _ROW = -0.30, 0.44, 0.01
"""Above and below the chord of the corners, in distances of the eyes."""
_TEETH, _LEAST_LIKE = 0.55, 0.42
"""How much a place has to be like teeth, and in a picture of little colour."""
_LEAST_TEETH, _LEAST_WIDTH, _LOWEST = 0.006, 0.18, 0.20
"""Of teeth the least part, squared, and its width; how low its upper rim may lie."""
_UPPER_DARK, _LOWER_RED, _PLAIN_HEIGHT = 0.22, 3.2, 0.12
"""Over teeth lies the shadow of the upper lip, under them a redder one, unless they are many."""
_HOLLOW, _LEAST_HOLLOW = 0.54, 0.10
"""How much darker than skin the inside of a mouth is; the height from which it is one."""
_GREY = 8.0
"""Skin of less colour than that, CIELAB, tells no lips and no teeth by theirs."""
_GUM = 0.012


@dataclass(frozen=True, slots=True, eq=False)
class MouthFit:
    """What was found; places (x, y) in pixels.

    rims     (2, 25, 2): lower rim of the upper lip, upper rim of the lower one, from left to right
    is_open  whether they lie apart
    teeth    share of the gap, from above, that teeth fill, 0 to 1
    """

    rims: Array
    is_open: bool
    teeth: float


def skin_around(lab: Array, tone: Array, unit_px: float) -> Array:
    """(H, W, 3) CIELAB of the skin around each place, told by its likeness to `tone` (3,)."""
    away = ((lab - tone) / (24.0, 11.0, 11.0)) ** 2
    weight = np.exp(-0.5 * away.sum(axis=2)).astype(np.float32) + 1e-3
    sigma = 0.3 * unit_px
    total = cv2.GaussianBlur(weight, (0, 0), sigma)
    around = cv2.GaussianBlur((lab * weight[..., None]).astype(np.float32), (0, 0), sigma)
    skin: Array = around / total[..., None]
    return skin


def redness(lab: Array, skin: Array) -> Array:
    """(H, W): how much redder, and less yellow, than the skin around it a place is, in CIELAB."""
    away = lab - skin
    red = away[..., 1] - 0.5 * away[..., 2]
    # Without colour lips are what is darker than skin.
    grey = 1 - np.clip(np.hypot(skin[..., 1], skin[..., 2]) / _GREY, 0, 1)
    told: Array = (red - 0.5 * grey * away[..., 0]).astype(np.float32)
    return told


def fit_mouth(lab: Array, skin: Array, left: Array, right: Array, unit_px: float) -> MouthFit:
    """lab: (H, W, 3) CIELAB float32;  skin: `skin_around`;  left, right: the corners (2,)."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.012 * unit_px)
    away = smooth - skin
    chroma, usual = (np.hypot(x[..., 1], x[..., 2]) for x in (smooth, skin))
    coloured = np.clip(usual / _GREY, 0, 1)
    planes = (
        redness(smooth, skin),
        (away[..., 0] / 30 + 1.5 * coloured * (1 - chroma / np.maximum(usual, 4))).astype(
            np.float32
        ),
        (-away[..., 0] / np.maximum(skin[..., 0], 8)).astype(np.float32),
    )
    along = right - left
    down = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6)
    t = np.linspace(-_BEYOND, 1 + _BEYOND, _COLUMNS)
    v = np.arange(_ABOVE, _BELOW, _ROW)
    places = left + t[None, :, None] * along + v[:, None, None] * down * unit_px
    red, teeth, dark = (values_at(np.ascontiguousarray(plane), places) for plane in planes)
    length = float(np.hypot(*along)) / unit_px
    way = _closed(red, dark, t, v)
    found = _gap(red, teeth, dark, way, (t, v, length))

    def line(heights: Array, at: Array) -> Array:
        points = left + at[:, None] * along + heights[:, None] * down * unit_px
        return resampled(points, _POINTS)

    if found is None:
        inner = (t > -0.04) & (t < 1.04)
        found_way = smoothed(v[way][:, None])[inner, 0]
        closed = line(0.15 * found_way + 0.85 * _bow(t[inner], found_way), t[inner])
        return MouthFit(np.stack([closed, closed]), False, 0.0)
    at, top, bottom, share = found
    return MouthFit(np.stack([line(top, at), line(bottom, at)]), True, share)


def _closed(red: Array, dark: Array, t: Array, v: Array) -> Array:
    """(C,) rows of the darkest way from corner to corner, near the middle of the lips."""
    near = np.exp(-0.5 * ((v[:, None] - 0.03) / 0.16) ** 2) * np.exp(-0.5 * ((t - 0.5) / 0.3) ** 2)
    lips = np.clip(red - 3, 0, 20) * near
    sure = float(np.clip(lips.sum() / (4.0 * near.sum()), 0, 1))
    middle = float((lips * v[:, None]).sum() / max(float(lips.sum()), 1e-6)) * sure
    far, close = (cv2.GaussianBlur(dark.astype(np.float32), (0, 0), s) for s in (6.0, 1.2))
    gain = np.clip(close, -0.2, 0.7) + 3.0 * np.clip(close - far, -0.2, 0.3)
    from_corner = np.minimum(np.clip(t, 0, 1), np.clip(1 - t, 0, 1))
    expected = middle * np.minimum(1, from_corner / 0.3)
    room = 0.05 + 0.30 * from_corner * (1.4 - sure)
    lean = np.clip(((v[:, None] - expected) / room) ** 2, 0, 9)
    return best_way(gain - 0.12 * lean, most_step=2, bend=0.02)


def _gap(
    red: Array, teeth: Array, dark: Array, way: Array, grid: tuple[Array, Array, float]
) -> tuple[Array, Array, Array, float] | None:
    """(places along, upper rim, lower rim, share of teeth) of what is open, or None."""
    t, v, length = grid
    column = float(t[1] - t[0]) * length
    part = _teeth_part(teeth, t, v)
    area, columns = 0.0, np.zeros(0, int)
    if part is not None:
        columns = np.nonzero(part.sum(axis=0) >= 2)[0]
        area = float(part.sum()) * _ROW * column
    if (
        part is not None
        and area >= _LEAST_TEETH
        and len(columns) * column >= _LEAST_WIDTH
        and _lies_between_lips(part, columns, red, dark, v)
        and _is_plainly_teeth(part, columns, red, teeth, dark)
    ):
        top = v[part[:, columns].argmax(axis=0)] - _GUM
        bottom = v[len(v) - 1 - part[::-1, columns].argmax(axis=0)] + _GUM
        deep = _hollow_below(dark, part, columns)
        share = float(np.clip((bottom - top).mean() / ((bottom - top).mean() + deep), 0, 1))
        return (*_rims(t, columns, top, bottom + deep, v[way]), share)
    return _hollow(red, dark, way, grid)


def _teeth_part(teeth: Array, t: Array, v: Array) -> Array | None:
    """(R, C) bool: the connected part that is most like teeth, between the corners."""
    lens = 4 * np.clip(t * (1 - t), 0, None)
    inside = (v[:, None] > -0.10 * lens) & (v[:, None] < 0.05 + 0.30 * lens) & (lens > 0.12)
    plain = float(np.quantile(teeth[inside], 0.95))
    level = float(np.clip(0.55 * plain, _LEAST_LIKE, _TEETH))
    seen = ((teeth > level) & inside).astype(np.uint8)
    seen = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8))
    count, labels, _stats, _middles = cv2.connectedComponentsWithStats(seen)
    if count < 2:
        return None
    weight = np.exp(-0.5 * ((v[:, None] - 0.07) / 0.10) ** 2) * np.clip(teeth, 0, 2) * lens
    gains = [float(weight[labels == k].sum()) for k in range(1, count)]
    best = 1 + int(np.argmax(gains))
    # Teeth that are parted by a dark gap lie in a row.
    heights = [float((labels == k)[:, :].nonzero()[0].mean()) for k in range(1, count)]
    row = heights[best - 1]
    together = [
        k
        for k in range(1, count)
        if abs(heights[k - 1] - row) < 7 and gains[k - 1] > 0.1 * gains[best - 1]
    ]
    part: Array = np.isin(labels, together)
    return part


def _lies_between_lips(part: Array, columns: Array, red: Array, dark: Array, v: Array) -> bool:
    """Whether there are lips above and below; skin and the light on a lip are pale too."""
    middle = columns[len(columns) // 5 : max(len(columns) - len(columns) // 5, 1)]
    tops = part[:, middle].argmax(axis=0)
    bottoms = len(v) - 1 - part[::-1, middle].argmax(axis=0)
    if float(np.median(v[tops])) > _LOWEST:
        return False

    def beside(plane: Array, rows: Array, sign: int) -> float:
        at = np.clip(rows[None] + sign * np.arange(2, 8)[:, None], 0, len(v) - 1)
        return float(np.median(plane[at, middle[None]].max(axis=0)))

    high = float(np.median(v[bottoms] - v[tops]))
    below = beside(red, bottoms, 1)
    plain = high > _PLAIN_HEIGHT and (below > 1.2 or beside(dark, bottoms, 1) > 0.1)
    lower_lip = below > _LOWER_RED or plain
    upper_lip = beside(dark, tops, -1) > (
        _UPPER_DARK if high < _PLAIN_HEIGHT else 0.7 * _UPPER_DARK
    )
    return upper_lip and lower_lip


def _is_plainly_teeth(part: Array, columns: Array, red: Array, teeth: Array, dark: Array) -> bool:
    """Whether it is no pale lip: very like teeth, or less red than skin, or bright, or over red."""
    bottoms = len(part) - 1 - part[::-1, columns].argmax(axis=0)
    at = np.clip(bottoms[None] + np.arange(2, 8)[:, None], 0, len(part) - 1)
    below = float(np.median(red[at, columns[None]].max(axis=0)))
    return bool(
        np.quantile(teeth[part], 0.8) > 1.15
        or np.median(red[part]) < -2.0
        or np.median(dark[part]) < -0.25
        or below > 8.0
    )


def _hollow_below(dark: Array, part: Array, columns: Array) -> float:
    """How far the dark of the mouth reaches below the teeth, in distances of the eyes."""
    middle = columns[len(columns) // 4 : max(len(columns) - len(columns) // 4, 1)]
    depths = []
    for c in middle:
        start = len(part) - part[::-1, c].argmax()
        run = dark[start : start + 32, c] > _HOLLOW
        # The first rows are the edge of the teeth.
        first = int(run[:4].argmax()) if run[:4].any() else 0
        depths.append(int(np.argmin(np.append(run[first:], False))))
    deep = float(np.median(depths)) * _ROW if depths else 0.0
    return deep if deep > 0.03 else 0.0


def _hollow(
    red: Array, dark: Array, way: Array, grid: tuple[Array, Array, float]
) -> tuple[Array, Array, Array, float] | None:
    """An open mouth without teeth: dark, broad, and with lips above and below it."""
    t, v, _length = grid
    columns = np.nonzero(np.abs(t - 0.5) < 0.4)[0]
    tops, bottoms, edges = [], [], []
    for c in columns:
        run = dark[:, c] > _HOLLOW
        high = low = int(way[c])
        while high > 0 and run[high - 1]:
            high -= 1
        while low < len(v) - 1 and run[low + 1]:
            low += 1
        tops.append(v[high])
        bottoms.append(v[low])
        edges.append(min(red[max(high - 4, 0), c], red[min(low + 4, len(v) - 1), c]))
    top, bottom = np.array(tops), np.array(bottoms)
    height = float(np.median((bottom - top)[len(top) // 4 : -(len(top) // 4)]))
    if height < _LEAST_HOLLOW or float(np.median(edges)) < 2.0:
        return None
    if bottom.max() > v[-3] or top.min() < v[2]:  # a beard
        return None
    return (*_rims(t, columns, top, bottom, v[way]), 0.0)


def _rims(
    t: Array, columns: Array, top: Array, bottom: Array, way: Array
) -> tuple[Array, Array, Array]:
    """Smooth rims through what was found, that meet in the corners."""
    at = np.linspace(0, 1, 4 * _POINTS)
    corners = np.interp([0.0, 1.0], t, way)
    corners = np.clip(corners, -0.06, 0.06)
    ends = t[columns[0]], t[columns[-1]]
    rims = []
    for rim in (top, bottom):
        steady = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(rim, 2, "edge"), 5), 1)
        steady = 0.2 * smoothed(steady[:, None], 2.2)[:, 0] + 0.8 * _bow(t[columns], steady)
        x = np.concatenate([[0.0], t[columns], [1.0]]) if ends[0] > 0 else t[columns]
        y = np.concatenate([[corners[0]], steady, [corners[1]]]) if ends[0] > 0 else steady
        keep = np.concatenate([[True], np.diff(x) > 1e-6])
        rims.append(smoothed(np.interp(at, x[keep], y[keep])[:, None], 3.0)[:, 0])
    middle, half = (rims[0] + rims[1]) / 2, np.maximum(rims[1] - rims[0], 0) / 2
    closing = np.minimum(1, np.minimum(at, 1 - at) / 0.04)
    return at, middle - half * closing, middle + half * closing


def _bow(x: Array, y: Array) -> Array:
    """A smooth, nearly symmetric line through most of what was found: a rim has no corners."""
    kept = np.ones(len(x), bool)
    middle, half = (x[0] + x[-1]) / 2, max((x[-1] - x[0]) / 2, 1e-6)
    s = (x - middle) / half
    terms = np.stack([np.ones_like(s), s, s**2, s**4, s**3], axis=1)
    # Mouths are nearly symmetric: what is not, but a tilt, is believed less.
    lean = np.diag([0.0, 0.15, 0.0, 0.6, 1.5])
    for _ in range(3):
        rows = np.concatenate([terms[kept], lean * np.sqrt(kept.sum() / 10)])
        wanted = np.concatenate([y[kept], np.zeros(5)])
        bow: Array = terms @ np.linalg.lstsq(rows, wanted, rcond=None)[0]
        away = np.abs(y - bow)
        kept = away <= max(2.0 * float(np.median(away)), 0.012)
    return bow
