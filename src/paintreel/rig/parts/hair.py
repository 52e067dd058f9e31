"""Hair: masses and locks with their shade, their strands and the band of light on them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from paintreel.drawing.forms import strip
from paintreel.drawing.random_streams import RandomStreams
from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.identity import Identity
from paintreel.rig.parts.hairdos import Hairdo, Lock, hairdo_of
from paintreel.rig.tones import PaintTones, mixed

__all__ = ["cast_shadow", "draw_back", "draw_front"]


@lru_cache(maxsize=64)
def hairdo(identity: Identity) -> Hairdo:
    """The hair of an identity, made once."""
    return hairdo_of(identity, RandomStreams(0, identity.name).stream("hair"))


def _tones(cast: Cast) -> PaintTones:
    return cast.tones["skin"] if cast.identity.hair.style == "fur" else cast.tones["hair"]


def _swung(cast: Cast, points: Array, loose: float) -> Array:
    """Points (N, 3) of the head in the figure, what hangs swung aside and lifted."""
    placed = cast.head.place(points)
    weight = np.maximum(points[:, 1] + 0.6, 0.0) ** 1.5 * loose
    pose = cast.pose
    # What hangs is pulled straight down again when the head tilts.
    plumb = -np.radians(cast.head.tilt_deg) * 0.6 * np.maximum(points[:, 1] - 0.4, 0.0) * loose
    placed[:, 0] += 0.34 * pose.hair_swing * weight - plumb
    placed[:, 1] -= 0.22 * pose.hair_lift * weight
    return placed


def _lock_path(cast: Cast, lock: Lock) -> Array:
    path = lock.path
    placed = cast.head.place(path)
    t = np.linspace(0.0, 1.0, len(path))
    pose = cast.pose
    length = float(np.hypot(*(placed[-1] - placed[0])))
    weight = lock.loose * t**1.6 * max(length, 0.4)
    plumb = np.radians(cast.head.tilt_deg) * 0.55 * lock.loose * t * t * length
    placed[:, 0] += 0.36 * pose.hair_swing * weight + plumb
    placed[:, 1] -= 0.25 * pose.hair_lift * weight
    return placed


def draw_back(cast: Cast) -> None:
    """What hangs behind the head."""
    hair, tones, easel = hairdo(cast.identity), _tones(cast), cast.easel
    for puff in hair.back_puffs:
        _draw_puff(cast, puff, tones, behind=True)
    for outline, loose in hair.masses:
        placed = _swung(cast, outline, loose)
        easel.fill(placed, tones.shade)
        with easel.inside(placed):
            low = moved(placed, 0.0, 0.55)
            easel.wash(low, tones.deep, 0.5, 0.5)
            _draw_falling_strands(cast, placed, tones)
        easel.contour(placed, tones)
    for lock in hair.back:
        _draw_lock(cast, lock, tones, shaded=0.55)
    for tie in hair.ties:
        _draw_tie(cast, tie)


def _draw_falling_strands(cast: Cast, outline: Array, tones: PaintTones) -> None:
    """Strands of a mass, from the crown down to its tips."""
    low = float(outline[:, 1].max())
    top = cast.head.middle[1] - 0.2
    left, right = float(outline[:, 0].min()), float(outline[:, 0].max())
    rng = cast.rng("strands")
    for share in (0.06, 0.13, 0.2, 0.8, 0.87, 0.94):
        x = left + share * (right - left)
        end = x + 0.12 * (share - 0.5)
        path = along([[x, top], [x + 0.03, 0.5 * (top + low)], [end, low - 0.1 * rng.random()]], 14)
        cast.easel.ink(path, tones, 0.55, ends=(0.1, 0.1))
        lit = moved(path, 0.05, 0.0)
        cast.easel.wash(strip(lit, 0.05), tones.base, 0.5, 0.03)


def _draw_lock(cast: Cast, lock: Lock, tones: PaintTones, shaded: float = 0.0) -> None:
    easel = cast.easel
    path = _lock_path(cast, lock)
    shape = strip(path, lock.width * lock.profile)
    count = len(path)
    easel.fill(shape, tones.base if not shaded else mixed(tones.base, tones.shade, shaded))
    left, right = shape[:count], shape[count:][::-1]
    # The side away from the light, whichever of the two edges that is.
    if (left[:, 0].mean() - right[:, 0].mean()) * cast.light_side < 0:
        dark, bright = left, right
    else:
        dark, bright = right, left
    inner = dark + 0.5 * (path - dark)
    tip = slice(int(0.62 * count), None)
    shine = bright + 0.42 * (path - bright)
    part = slice(int(0.26 * count), int(0.55 * count))
    swell = np.sin(np.linspace(0.1, 3.04, part.stop - part.start))
    if easel.mode == "painted":
        with easel.inside(shape):
            easel.wash(np.vstack([dark, inner[::-1]]), tones.shade, 0.85, 0.035)
            easel.wash(np.vstack([left[tip], right[tip][::-1]]), tones.shade, 0.45, 0.12)
            easel.wash(strip(shine[part], 0.16 * lock.width * swell), tones.light, 0.7, 0.02)
    start = int(0.24 * count)
    easel.ink(left[start:], tones, 0.95, ends=(0.1, 0.8), belly=0.6)
    easel.ink(right[start:], tones, 0.95, ends=(0.1, 0.8), belly=0.6)
    strand = (
        path[int(0.3 * count) : int(0.86 * count)]
        + 0.1 * (dark - path)[int(0.3 * count) : int(0.86 * count)]
    )
    easel.ink(strand, tones, 0.5, ends=(0.0, 0.0))


def _draw_puff(
    cast: Cast, puff: tuple[float, float, float, float], tones: PaintTones, *, behind: bool = False
) -> None:
    """A round tuft with a curl in it."""
    easel = cast.easel
    x, y, z, radius = puff
    middle = cast.head.place(np.array([[x, y, z]]))[0]
    middle = moved(middle, 0.12 * cast.pose.hair_swing * (y + 1.2), -0.08 * cast.pose.hair_lift)
    angle = np.linspace(0.0, 2.0 * np.pi, 8, endpoint=False) + 5.0 * x
    lumps = radius * (1.0 + 0.07 * np.sin(3.0 * angle + 7.0 * y))
    outline = loop(middle + np.stack([lumps * np.cos(angle), lumps * np.sin(angle)], axis=-1), 36)
    easel.fill(outline, tones.shade if behind else tones.base)
    away = -cast.light_side
    with easel.inside(outline):
        easel.wash(moved(outline, 0.45 * radius * away, 0.5 * radius),
            tones.deep if behind else tones.shade, 0.7,
                   0.4 * radius)  # fmt: skip
        easel.wash(oval(moved(middle, -0.3 * radius * away, -0.42 * radius), 0.36 * radius,
            0.22 * radius),
                   tones.base if behind else tones.light, 0.6, 0.2 * radius)  # fmt: skip
    easel.contour(outline, tones, 0.9)
    turn = np.linspace(0.4, 4.6, 18) + 4.0 * x
    curl = middle + (0.62 * radius * np.linspace(1.0, 0.35, 18))[:, None] * np.stack(
        [np.cos(turn), np.sin(turn)], axis=-1
    )
    easel.ink(curl, tones, 0.55, ends=(0.0, 0.1))


def _draw_tie(cast: Cast, tie: tuple[float, float, float, float]) -> None:
    x, y, z, radius = tie
    middle = cast.head.place(np.array([[x, y, z]]))[0]
    accent = cast.tones["accent"]
    ring = oval(middle, radius, 0.9 * radius, 20)
    cast.easel.fill(ring, accent.base)
    cast.easel.wash(moved(ring, 0.0, 0.5 * radius), accent.shade, 0.6, 0.03)
    cast.easel.contour(ring, accent, 0.8)


def cast_shadow(cast: Cast) -> None:
    """The shade that the fringe throws on the face."""
    hair, easel = hairdo(cast.identity), cast.easel
    skin = cast.tones["skin"]
    drop = np.array([0.035 * -cast.light_side, 0.085])
    with easel.inside(cast.face):
        if hair.cap is not None:
            easel.wash(cast.head.place(hair.cap) + drop, skin.shade, 0.75, 0.05)
        for lock in hair.front:
            path = _lock_path(cast, lock)
            easel.wash(strip(path, lock.width * lock.profile) + drop, skin.shade, 0.6, 0.035)
        for x, y, z, radius in hair.front_puffs:
            middle = cast.head.place(np.array([[x, y, z]]))[0]
            easel.wash(oval(middle + drop, radius, radius), skin.shade, 0.6, 0.05)


def draw_front(cast: Cast) -> None:
    """What covers the skull and falls before the face."""
    hair, tones = hairdo(cast.identity), _tones(cast)
    if hair.cap is not None:
        _draw_cap(cast, hair, hair.cap, tones)
    for braid in hair.braids:
        _draw_braid(cast, braid, tones)
    for lock in hair.front:
        _draw_lock(cast, lock, tones)
    for puff in hair.front_puffs:
        _draw_puff(cast, puff, tones)


def _draw_cap(cast: Cast, hair: Hairdo, outline: Array, tones: PaintTones) -> None:
    easel, head = cast.easel, cast.head
    placed = head.place(outline)
    outer = placed[:40]
    easel.fill(placed, tones.base)
    away = -cast.light_side
    cx, cy, cz = hair.crown
    with easel.inside(placed):
        dark = moved(placed, 0.5 * away, 0.12)
        easel.wash(dark, tones.shade, 0.55, 0.4)
        easel.wash(moved(placed, 0.0, 0.62), tones.shade, 0.7, 0.3)
        w = cast.identity.proportions.head_width
        band = np.array(
            [
                [-0.8 * w, -0.42],
                [-0.52 * w, -0.68],
                [0.0, -0.8],
                [0.52 * w, -0.68],
                [0.8 * w, -0.42],
            ]
        )
        ring = head.place(np.column_stack([along(band, 40), np.full(40, 0.5)]))
        t = np.linspace(0.0, 1.0, 40)
        broken = 0.5 + 0.5 * np.abs(np.sin(9.0 * np.pi * t + 3.0 * cx))
        easel.wash(strip(ring, 0.13 * broken * np.sin(np.pi * t)), tones.light, 0.75, 0.05)
        for angle in np.linspace(-1.45, 1.45, 13):
            x, y = w * 1.05 * np.sin(angle), -np.cos(angle)
            spine = np.array(
                [
                    [cx, cy, cz],
                    [0.5 * cx + 0.5 * x, 0.5 * cy + 0.5 * y - 0.1 * np.cos(angle), 0.45],
                    [x, 0.6 * y + 0.25, 0.25],
                ]
            )
            easel.ink(head.place(along(spine, 16))[4:], tones, 0.5, ends=(0.0, 0.3))
    easel.ink(outer, tones, 1.1, ends=(0.4, 0.4))


def _draw_braid(cast: Cast, lock: Lock, tones: PaintTones) -> None:
    """A plait: lobes that lie over each other left and right, and a tie at its end."""
    easel = cast.easel
    path = along(_lock_path(cast, lock), 40)
    ahead = np.gradient(path, axis=0)
    ahead /= np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)[:, None]
    across = np.stack([-ahead[:, 1], ahead[:, 0]], axis=-1)
    steps = 9
    tail = strip(path[33:], lock.width * 0.8 * np.linspace(0.5, 0.0, 7) ** 0.6)
    for i in range(steps):
        at = int(2 + i * 31 / steps)
        side = 1 if i % 2 else -1
        shrink = 1.0 - 0.35 * i / steps
        width = lock.width * shrink
        a, f, c = across[at], ahead[at], path[at]
        lobe = loop(
            [
                c - 0.62 * width * side * a - 0.12 * f,
                c + 0.1 * width * side * a - 0.24 * width * f,
                c + 0.62 * width * side * a + 0.1 * width * f,
                c + 0.5 * width * side * a + 0.75 * width * f,
                c - 0.1 * width * side * a + 0.8 * width * f,
            ],
            26,
        )
        easel.fill(lobe, tones.base)
        with easel.inside(lobe):
            easel.wash(moved(lobe, 0.12 * -cast.light_side, 0.09), tones.shade, 0.7, 0.06)
            easel.wash(oval(c + 0.2 * width * side * a, 0.1, 0.03), tones.light, 0.55, 0.04)
        easel.contour(lobe, tones, 0.85)
    easel.fill(tail, tones.base)
    easel.contour(tail, tones, 0.8)
    knot = oval(path[33], 0.42 * lock.width, 0.05)
    easel.fill(knot, cast.tones["accent"].base)
    easel.contour(knot, cast.tones["accent"], 0.8)
