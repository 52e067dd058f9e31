"""Irises, lids, mouth and jaw of a face, found from its five landmarks by local fits.

A detector says where eyes and mouth are, not how they are shaped. Each feature is looked for near
where the landmarks say that it must be, as what it is in any light: an iris is a disc darker than
what lies beside it (Daugman 1993), an upper lid a dark arc over it, the mouth the darkest way from
corner to corner, teeth what is less red than lips, the jaw the way of strongest steps around the
chin. Every fit leans on the proportions of a mean face, and where a picture shows nothing it is
them that come out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.framing import Framing, frame_face
from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.colour import rgb_to_lab

__all__ = ["EyeFit", "FineFeatures", "fit_features"]

_SIDE_PX, _ROOM = 320, 1.4
_UNIT_PX = _SIDE_PX / (2.5 * _ROOM)
"""The distance of the eyes in the frame that is looked at; all below is counted in it."""

_IRIS_AWAY, _IRIS = (0.14, 0.08), np.linspace(0.075, 0.115, 5)
"""How far from its landmark an iris may lie, and its radius: 11.7 mm across at 63 mm apart."""
_LID_HALF = 0.25
_GLASSES = 0.3
"""Light of dark glasses beside that of the skin, at most."""
_MOUTH_ABOVE, _MOUTH_BELOW = 0.30, 0.34
_LEAST_OPEN, _LEAST_HOLLOW, _LEAST_COLUMNS = 0.045, 0.1, 18
"""Height of the gap between the lips from which a mouth is open."""
_PLAIN_STEP = 24.0
"""Difference of colour, CIELAB, across a jaw that is plain to see."""
_MOST_ARCHED = -0.06
"""As far above its corners, negative, the upper rim of a gap may lie in its middle."""
_TEETH_CHROMA = 0.72
"""Teeth have less colour than the skin by so much."""
_POINTS = 25


@dataclass(frozen=True, slots=True, eq=False)
class EyeFit:
    """One eye, places (x, y) in pixels.

    iris      centre (2,);  radius_px
    upper, lower  (25, 2) along the lids, from left to right
    """

    iris: Array
    radius_px: float
    upper: Array
    lower: Array

    @property
    def opening_px(self) -> float:
        """How far apart the lids are in the middle."""
        middle = len(self.upper) // 2
        return float(np.hypot(*(self.lower[middle] - self.upper[middle])))


@dataclass(frozen=True, slots=True, eq=False)
class FineFeatures:
    """What a face looks like beyond its five landmarks; places in pixels of its picture.

    eyes      left and right of the picture
    lips      (2, 25, 2): lower rim of the upper lip and upper rim of the lower lip, from left to
              right; one line where the mouth is closed
    is_open   whether teeth or the inside of the mouth are seen
    jaw       (49, 2) from the right of the picture around the chin to the left
    jaw_step  (49,) how plain the step is there, 0 to 1
    eyes_covered, mouth_covered  by dark glasses; by a mask: what was fitted there is nothing
    """

    eyes: tuple[EyeFit, EyeFit]
    lips: Array
    is_open: bool
    jaw: Array
    jaw_step: Array
    eyes_covered: bool = False
    mouth_covered: bool = False

    def mapped(self, framing: Framing) -> FineFeatures:
        """The same in the places of a square that was taken out of the picture."""
        return _moved(self, framing.to_square, 1 / framing.scale)


def fit_features(picture: Array, face: Face) -> FineFeatures:
    """The features of a face of a picture (H, W, 3) RGB, uint8 or float in [0, 1].

    Raises InputError for what is no picture.
    """
    frame = frame_face(face, _SIDE_PX, room=_ROOM)
    seen = to_float(frame.take(picture))[..., :3]
    places = frame.to_square(face.landmarks)
    light = cv2.cvtColor(np.ascontiguousarray(seen), cv2.COLOR_RGB2GRAY)
    light = (light - light.min()) / max(float(np.percentile(light, 95) - light.min()), 0.05)
    eyes = tuple(_fit_eye(light, place) for place in places[:2])
    lips, is_open = _fit_mouth(light, rgb_to_lab(seen), places[3], places[4])
    jaw, step = _fit_jaw(light, rgb_to_lab(seen), places)
    covered = _under_glasses(light, places), _under_mask(rgb_to_lab(seen), places)
    found = FineFeatures((eyes[0], eyes[1]), lips, is_open, jaw, step, *covered)
    return _moved(found, frame.to_picture, frame.scale)


def _moved(features: FineFeatures, to: object, scale: float) -> FineFeatures:
    move = to
    assert callable(move)
    eyes = tuple(
        EyeFit(move(e.iris[None])[0], e.radius_px * scale, move(e.upper), move(e.lower))
        for e in features.eyes
    )
    lips = np.stack([move(line) for line in features.lips])
    return replace(features, eyes=(eyes[0], eyes[1]), lips=lips, jaw=move(features.jaw))


def _at(plane: Array, places: Array) -> Array:
    """Values of (H, W) at places (..., 2), linear between the middles of pixels."""
    flat = np.asarray(places, np.float32).reshape(-1, places.shape[-2], 2) - np.float32(0.5)
    x, y = np.ascontiguousarray(flat[..., 0]), np.ascontiguousarray(flat[..., 1])
    taken = cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return taken.reshape(places.shape[:-1])


def _oval(middle: Array, half: tuple[float, float]) -> Array:
    """(9, 9, 2) places in an oval, its half axes in distances of the eyes."""
    across, down = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    round_ = np.stack([across * np.sqrt(1 - down**2 / 2), down * np.sqrt(1 - across**2 / 2)], -1)
    places: Array = middle + round_ * np.array(half) * _UNIT_PX
    return places


def _under_glasses(light: Array, places: Array) -> bool:
    """Whether the eyes lie behind dark glasses: nearly all around them is dark beside the skin."""
    mouth = places[3:].mean(axis=0)
    nose = places[2]
    skin = float(np.median(_at(light, _oval((nose + places[:2].mean(axis=0)) / 2, (0.12, 0.2)))))
    cheeks = [_at(light, _oval(0.55 * eye + 0.45 * mouth, (0.12, 0.1))) for eye in places[:2]]
    skin = max(skin, float(np.median(cheeks)))
    eyes = [_at(light, _oval(eye, (0.27, 0.14))) for eye in places[:2]]
    dark = [float((eye < _GLASSES * skin).mean()) for eye in eyes]
    return min(dark) > 0.55 and float(np.mean(dark)) > 0.68


def _under_mask(lab: Array, places: Array) -> bool:
    """Whether mouth and chin are of another colour than the brow: paler without colour, or blue."""
    down = places[3:].mean(axis=0) - places[:2].mean(axis=0)
    brow = _oval(places[:2].mean(axis=0) - 0.45 * down, (0.3, 0.12))
    below = np.concatenate([
        _oval(places[3:].mean(axis=0) + share * down, (0.3, 0.1)) for share in (0.0, 0.25)
    ])  # fmt: skip
    planes = [np.ascontiguousarray(lab[..., k]) for k in range(3)]
    (light, a, b), (l_brow, a_brow, b_brow) = (
        [float(np.median(_at(plane, where))) for plane in planes] for where in (below, brow)
    )
    pale = light > l_brow + 6 and np.hypot(a, b) < 0.4 * np.hypot(a_brow, b_brow)
    return bool(pale or (b < b_brow - 20 and a < a_brow - 6))


def _dark_lines(light: Array, width: float) -> Array:
    """How much darker a place is than what lies around it."""
    near, far = (cv2.GaussianBlur(light, (0, 0), s * _UNIT_PX) for s in (width, 3 * width))
    lines: Array = far - near
    return lines


def _fit_eye(light: Array, place: Array) -> EyeFit:
    iris, radius = _fit_iris(cv2.GaussianBlur(light, (0, 0), 0.012 * _UNIT_PX), place)
    upper, lower = _fit_lids(light, iris, place)
    return EyeFit(iris, radius, upper, lower)


def _fit_iris(light: Array, place: Array) -> tuple[Array, float]:
    """The disc that differs most from what lies left and right of it."""
    right = np.radians(np.linspace(-40, 50, 10))
    angles = np.concatenate([right, np.pi - right])
    around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    across, down = (np.linspace(-m, m, n) for m, n in zip(_IRIS_AWAY, (15, 9), strict=True))
    shifts = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    prior = ((shifts / (0.16, 0.10)) ** 2).sum(axis=1) * 0.05
    best = (-np.inf, place, float(_IRIS[2]))
    for radius in _IRIS:
        middles = place + shifts * _UNIT_PX
        rings = [
            _at(light, middles[:, None] + around * (radius + d) * _UNIT_PX) for d in (-0.025, 0.025)
        ]
        inner = _at(light, middles[:, None] + around * radius * 0.5 * _UNIT_PX).mean(axis=1)
        scores = (rings[1] - rings[0]).mean(axis=1) + 0.4 * (rings[1].mean(axis=1) - inner) - prior
        k = int(scores.argmax())
        if scores[k] > best[0]:
            best = (float(scores[k]), middles[k], float(radius))
    return best[1], best[2] * _UNIT_PX


def _fit_lids(light: Array, iris: Array, place: Array) -> tuple[Array, Array]:
    """Two arcs between common corners: the darkest above the iris, and the better one below."""
    lines = _dark_lines(light, 0.022)
    t = np.linspace(-1, 1, _POINTS)
    bow = 1 - t * t
    middle = (iris[0] + place[0]) / 2
    grid = np.meshgrid(
        np.linspace(-0.06, 0.06, 5),
        np.linspace(-0.02, 0.08, 6),
        np.linspace(-0.08, 0.08, 5),
        np.linspace(0.03, 0.17, 12),
        indexing="ij",
    )
    aside, below, tilt, high = (x.reshape(-1, 1) for x in grid)
    x = (middle / _UNIT_PX + aside + _LID_HALF * t) * _UNIT_PX
    chord = iris[1] / _UNIT_PX + below + tilt * t
    y = (chord - high * bow) * _UNIT_PX
    shown = slice(3, -3)
    score = _at(lines, np.stack([x, y], axis=-1))[:, shown].mean(axis=1)
    above = _at(light, np.stack([x, y - 0.05 * _UNIT_PX], axis=-1))[:, shown].mean(axis=1)
    under = _at(light, np.stack([x, y], axis=-1))[:, shown].mean(axis=1)
    score = score + 0.25 * (above - under)
    score -= (2.0 * (high - below - 0.085) ** 2 + 3.0 * aside**2 + 2.0 * tilt**2)[:, 0]
    k = int(score.argmax())
    upper = np.stack([x[k], y[k]], axis=1)
    deep = np.linspace(0.0, 0.11, 12)[:, None]
    y = (chord[k] + deep * bow) * _UNIT_PX
    lower = np.stack([np.broadcast_to(x[k], y.shape), y], axis=-1)
    inside = _at(light, lower - (0.0, 0.03 * _UNIT_PX))[:, shown].mean(axis=1)
    on, outside = (
        _at(light, lower + np.array([0.0, d * _UNIT_PX]))[:, shown].mean(axis=1)
        for d in (0.0, 0.05)
    )
    score = np.abs(inside - outside) * 0.3 + (outside - on) * 0.5
    score = score - 4.0 * (deep[:, 0] + below[k] - 0.085) ** 2
    return upper, lower[int(score.argmax())]


def _fit_mouth(light: Array, lab: Array, left: Array, right: Array) -> tuple[Array, bool]:
    """The rims of the lips between the corners, and whether there is a gap."""
    along = right - left
    down = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6)
    t = np.linspace(-0.08, 1.08, 49)
    v = np.linspace(-_MOUTH_ABOVE, _MOUTH_BELOW, 81)
    places = (
        left + t[None, :, None] * along + v[:, None, None] * down * _UNIT_PX
    )  # (rows, columns, 2)
    dark = 1 - _at(cv2.GaussianBlur(light, (0, 0), 0.015 * _UNIT_PX), places)
    dark += 2.0 * _at(_dark_lines(light, 0.03), places)
    from_corner = np.minimum(np.abs(t), np.abs(1 - t))[None]
    room = 0.05 + 0.5 * from_corner  # the line passes near the corners and sags between them
    dark -= 0.6 * np.clip(np.abs(v)[:, None] / room - 0.5, 0, None) ** 2 * 0.3
    rows = _best_way(dark, most_step=2, bend=0.02)
    line = _resampled(_smoothed(np.stack([places[r, c] for c, r in enumerate(rows)]))[3:-3])
    gap = _best_gap(_gap_likeness(lab, places, left, right), rows, t, v)
    if gap is None:
        return np.stack([line, line]), False
    # A gap is a lens between two points near the corners, and is told by how it bulges.
    lens = np.linspace(0.0, 1.0, _POINTS)
    ends = np.interp([0.02, 0.98], t, v[rows])
    edges = [
        left
        + lens[:, None] * along
        + (ends[0] + (ends[1] - ends[0]) * lens + high * 4 * lens * (1 - lens))[:, None]
        * down
        * _UNIT_PX
        for high in gap
    ]
    return np.stack(edges), True


def _gap_likeness(lab: Array, places: Array, left: Array, right: Array) -> tuple[Array, Array]:
    """(R, C) bool each: like teeth, of less colour than the cheeks; like the dark between lips."""
    across = right - left
    down = np.array([-across[1], across[0]])
    up = np.linspace(-0.4, 0.0, 7)[:, None, None] * down
    cheeks = np.concatenate(
        [
            left - np.linspace(0.25, 0.45, 5)[None, :, None] * across + up,
            right + np.linspace(0.25, 0.45, 5)[None, :, None] * across + up,
        ]
    )
    planes = [np.ascontiguousarray(lab[..., k]) for k in range(3)]
    light, a, b = (_at(plane, places) for plane in planes)
    skin, *colour = (_at(plane, cheeks) for plane in planes)
    skin_light, skin_chroma = float(np.median(skin)), float(np.median(np.hypot(*colour)))
    teeth = (np.hypot(a, b) < _TEETH_CHROMA * skin_chroma) & (light > skin_light - 20)
    return teeth, light < min(skin_light * 0.4, 28)


def _best_gap(
    likeness: tuple[Array, Array], rows: Array, t: Array, v: Array
) -> tuple[float, float] | None:
    """How far the rims of the gap bulge down in its middle, or None where there is none.

    The darkest way runs along its upper rim, or along its lower: either side of it is looked at.
    """
    teeth, hollow = likeness
    like = teeth | hollow
    away = np.arange(len(like))[:, None] - rows
    mid = np.abs(t - 0.5) < 0.44
    found = []
    for side in ((away >= -3) & (away < 34), (away <= 3) & (away > -30)):
        seen: Array = (like & side & mid).astype(np.uint8)
        seen = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((7, 3), np.uint8))
        count, labels, _stats, _places = cv2.connectedComponentsWithStats(seen)
        touched = [int(((labels == k) & (np.abs(away) < 8)).sum()) for k in range(1, count)]
        if not touched or max(touched) == 0:
            continue
        part = labels == 1 + int(np.argmax(touched))
        columns = np.nonzero(part.any(axis=0))[0]
        if len(columns) >= _LEAST_COLUMNS and (gap := _bulges(part, columns, rows, t, v)):
            # A dark line between lips that are shut is no gap.
            least = _LEAST_OPEN if teeth[part].mean() > 0.3 else _LEAST_HOLLOW
            if gap[1] - gap[0] < least:
                continue
            found.append((int(part.sum()), gap))
    return max(found)[1] if found else None


def _bulges(
    part: Array, columns: Array, rows: Array, t: Array, v: Array
) -> tuple[float, float] | None:
    """By how much the upper and the lower rim of a part bulge beyond the chord of the corners."""
    top = part[:, columns].argmax(axis=0)
    bottom = len(part) - 1 - part[::-1, columns].argmax(axis=0)
    if top.min() == 0 or bottom.max() == len(part) - 1:
        return None
    ends = np.interp([0.02, 0.98], t, v[rows])
    chord = ends[0] + (ends[1] - ends[0]) * t[columns]
    bulge = 4 * np.clip(t[columns] * (1 - t[columns]), 0.02, None)
    above, below = (
        float(np.quantile((v[rim] - chord) / bulge, share))
        for rim, share in ((top, 0.35), (bottom, 0.65))
    )
    if above < _MOST_ARCHED or below < 0 or below - above > 0.4:  # a moustache, or the lip above
        return None
    above, below = min(above, 0.12), min(below, 0.34)
    return above, below


def _fit_jaw(light: Array, lab: Array, places: Array) -> tuple[Array, Array]:
    """The way of the plainest steps around the chin, near that of a mean face."""
    middle = places[[0, 1, 3, 4]].mean(axis=0)
    nose = (places[2] - middle)[0] / _UNIT_PX
    aside = float(np.clip(-0.4 * nose, -0.3, 0.3))
    angles = np.radians(np.linspace(-8, 188, 49))
    ray = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    centre = np.array([aside * 0.6, -0.1])
    half = np.array([1.14, 1.36])
    usual = 1 / np.hypot(ray[:, 0] / half[0], ray[:, 1] / half[1])
    radii = np.linspace(0.78, 1.22, 61)
    at = middle + (centre + usual[None, :, None] * radii[:, None, None] * ray) * _UNIT_PX
    steps = []
    for plane, weight in ((light, 1.0), (lab[..., 1] / 60, 1.0), (lab[..., 2] / 60, 0.7)):
        smooth = cv2.GaussianBlur(np.ascontiguousarray(plane), (0, 0), 0.02 * _UNIT_PX)
        values = _at(smooth.astype(np.float32), at)
        steps.append(weight * np.abs(np.gradient(values, axis=0)))
    step = np.sqrt(sum(s * s for s in steps))
    step = step / max(float(np.percentile(step, 97)), 1e-3)
    lean = ((radii - 1) / 0.14) ** 2
    rows = _best_way(np.clip(step, 0, 1.2) - 0.16 * lean[:, None], most_step=2, bend=0.05)
    line = np.stack([at[r, c] for c, r in enumerate(rows)])
    soft = cv2.GaussianBlur(np.ascontiguousarray(lab), (0, 0), 0.02 * _UNIT_PX).astype(np.float32)
    both = [
        np.stack([at[np.clip(r + d, 0, len(radii) - 1), c] for c, r in enumerate(rows)])
        for d in (-6, 6)
    ]
    inside, outside = (
        np.stack([_at(np.ascontiguousarray(soft[..., k]), x[:, None])[:, 0] for k in range(3)], 1)
        for x in both
    )
    plain = np.linalg.norm(outside - inside, axis=1)
    return _smoothed(line, 2.5), np.clip(plain / _PLAIN_STEP, 0, 1)


def _best_way(gain: Array, *, most_step: int, bend: float) -> Array:
    """(C,) rows of the way from left to right through `gain` (R, C) that gathers most."""
    rows, columns = gain.shape
    best, came = gain[:, 0].copy(), np.zeros((columns, rows), np.int64)
    moves = range(-most_step, most_step + 1)
    for c in range(1, columns):
        choices = np.full((len(moves), rows), -np.inf)
        for k, move in enumerate(moves):
            low, high = max(0, move), min(rows, rows + move)
            choices[k, low:high] = best[low - move : high - move] - bend * abs(move)
        pick = choices.argmax(axis=0)
        came[c] = np.arange(rows) - (pick - most_step)
        best = choices.max(axis=0) + gain[:, c]
    way = np.empty(columns, np.int64)
    way[-1] = int(best.argmax())
    for c in range(columns - 1, 0, -1):
        way[c - 1] = came[c, way[c]]
    return way


def _smoothed(line: Array, sigma: float = 1.6) -> Array:
    ends = np.pad(line, ((8, 8), (0, 0)), mode="reflect", reflect_type="odd")
    kernel = np.exp(-0.5 * (np.arange(-8, 9) / sigma) ** 2)
    kernel /= kernel.sum()
    smooth: Array = np.stack([np.convolve(ends[:, k], kernel, "valid") for k in (0, 1)], axis=1)
    return smooth


def _resampled(line: Array, count: int = _POINTS) -> Array:
    """(count, 2), evenly along the line."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(0, lengths[-1], count)
    return np.stack([np.interp(at, lengths, line[:, k]) for k in (0, 1)], axis=1)
