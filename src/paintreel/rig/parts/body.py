"""Neck, torso, clothes and hanging arms."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.body_frame import on_body
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, mirrored, moved, oval
from paintreel.rig.parts import collars
from paintreel.rig.parts.arms import draw_hanging_arm
from paintreel.rig.tones import PaintTones, mixed, tones_of

__all__ = ["draw_body", "draw_body_back"]

_BOTTOM = 4.6


def draw_body_back(cast: Cast) -> None:
    """What of the clothes lies behind the neck."""
    if "hood" in (cast.identity.clothes.collar,) or cast.identity.clothes.garment == "hoodie":
        collars.draw_hood(cast)


def draw_body(cast: Cast) -> None:
    """Neck, arms that hang, torso, collar."""
    garment = cast.identity.clothes.garment
    tones = cast.tones["skin"] if garment == "fur" else cast.tones["cloth"]
    _draw_neck(cast)
    torso = torso_of(cast)
    easel = cast.easel
    easel.fill(torso, tones.base)
    with easel.inside(torso):
        _draw_front(cast, garment, tones)
        _shade_torso(cast, torso, tones)
        _draw_lower_garment(cast, garment, tones)
    _ink_torso(cast, torso, tones)
    _draw_folds(cast, tones)
    for side in (-1, 1):
        hand = cast.pose.left_hand if side < 0 else cast.pose.right_hand
        if hand.raised <= 0.02:
            draw_hanging_arm(cast, side, tones)
    collars.draw_collar(cast)


def torso_of(cast: Cast) -> Array:
    """Its outline in the figure (N, 2)."""
    p = cast.identity.proportions
    s, n, bulk = p.shoulders, p.neck_width, p.bulk
    half = [
        [0.0, 0.0],
        [n * 0.95, -0.08],
        [n + 0.12, 0.05],
        [0.62 * s + 0.2 * n, 0.2],
        [0.93 * s, 0.42],
        [0.98 * s, 0.8],
        [0.82 * s * bulk**0.5, 1.2],
        [0.7 * s * bulk, 2.0],
        [0.76 * s * bulk, 2.6],
        [0.86 * s * bulk, 3.3],
        [0.92 * s * bulk, _BOTTOM],
        [0.0, _BOTTOM],
    ]
    return on_body(cast, loop(mirrored(half), 90), shrug=True)


def _draw_lower_garment(cast: Cast, garment: str, tones: PaintTones) -> None:
    """What is worn below a garment that ends at the hips."""
    if garment not in ("jacket", "sweater", "hoodie", "cardigan"):
        return
    easel, swing = cast.easel, 0.1 * cast.pose.cloth_swing
    hem = along(
        [[-2.6, 2.98], [-1.2 + swing, 3.1], [swing, 3.16], [1.2 + swing, 3.1], [2.6, 2.98]], 24
    )
    edge = on_body(cast, hem, 0.1)
    lower = np.vstack([edge, on_body(cast, np.array([[2.6, 5.0], [-2.6, 5.0]]))])
    dark = tones_of(mixed(cast.tones["second"].ink, tones.deep, 0.35))
    easel.fill(lower, dark.base)
    easel.wash(np.vstack([edge, (moved(edge, 0.0, 0.16))[::-1]]), dark.ink, 0.6, 0.1)
    for x, end in ((-0.32, -0.5), (0.0, 0.0), (0.3, 0.5)):
        fold = on_body(
            cast, np.array([[x, 3.24], [0.5 * (x + end), 3.5], [end, 3.64 + (x == 0.0)]]), 0.2
        )
        easel.ink(along(fold, 12), dark, 0.9 if x == 0.0 else 0.6, ends=(0.1, 0.3))
    easel.ink(edge, tones, 1.1, ends=(0.6, 0.6))
    easel.ink(edge - [0.0, 0.09], tones, 0.5, ends=(0.4, 0.4))


def _ink_torso(cast: Cast, torso: Array, tones: PaintTones) -> None:
    """Shoulders and flanks; where the arms begin there is no line."""
    half = len(torso) // 2
    right = torso[: half + 1]
    left = np.vstack([torso[half:], torso[:1]])[::-1]
    for path in (right, left):
        cast.easel.ink(path[2:17], tones, 1.1, ends=(0.5, 0.1))
        cast.easel.ink(path[21:], tones, 1.05, ends=(0.0, 0.9))


def _draw_neck(cast: Cast) -> None:
    p, easel, skin = cast.identity.proportions, cast.easel, cast.tones["skin"]
    n = p.neck_width
    top = cast.head.place(np.array([[-0.9 * n, 0.5, -0.1], [0.9 * n, 0.5, -0.1]]))
    foot = on_body(cast, np.array([[-n, 0.0], [-1.5 * n, 0.22], [1.5 * n, 0.22], [n, 0.0]]))
    chest = on_body(cast, np.array([[-0.8 * n - 0.2, 0.9], [0.8 * n + 0.2, 0.9]]))
    neck = np.vstack([top[:1], foot[:1], foot[1:2], chest, foot[2:3], foot[3:], top[1:]])
    easel.fill(neck, skin.base)
    with easel.inside(neck):
        # The head's own shade on neck and chest.
        easel.wash(moved(cast.shut_face, 0.05 * -cast.light_side, 0.2), skin.shade, 0.85, 0.05)
        easel.wash(moved(cast.shut_face, 0.03 * -cast.light_side, 0.07), skin.deep, 0.5, 0.08)
        bones = on_body(cast, np.array([[0.08, 0.17], [0.3, 0.13], [0.52, 0.14]]), 0.2)
        for side in (-1, 1):
            easel.ink(along(bones * [side, 1.0], 9), skin, 0.7, ends=(0.1, 0.2))
    for a, b in ((top[0], foot[0]), (top[1], foot[3])):
        bend = 0.5 * (a + b) - [0.02 * np.sign(b[0] - 0.5 * (foot[0, 0] + foot[3, 0])), 0.0]
        easel.ink(along([a, bend, b], 10), skin, 0.95, ends=(0.3, 0.5))


def _draw_front(cast: Cast, garment: str, tones: PaintTones) -> None:
    """What the garment shows at its front, and its pattern."""
    easel = cast.easel
    second, trim = cast.tones["second"], cast.tones["trim"]
    _draw_pattern(cast, tones)
    if garment in ("jacket", "cardigan"):
        wide = 0.3 if garment == "jacket" else 0.42
        shirt = on_body(
            cast,
            np.array([[-0.3, -0.1], [-wide, 0.7], [-0.5 * wide, 1.9], [-0.75 * wide, 4.8],
                      [0.75 * wide, 4.8], [0.5 * wide, 1.9], [wide, 0.7], [0.3, -0.1]]),
            0.35,
        )  # fmt: skip
        easel.fill(shirt, second.base)
        with easel.inside(shirt):
            easel.wash(moved(shirt, 0.2 * -cast.light_side, 0.0), second.shade, 0.55, 0.05)
        for side in (-1, 1):
            edge = shirt[:4] if side < 0 else shirt[4:][::-1]
            path = along(edge, 24)
            easel.wash(path_band(path, 0.11, side), trim.base, 0.9 if garment == "jacket" else 0.0)
            easel.ink(path, tones, 1.0, ends=(0.5, 0.5))
            if garment == "jacket":
                easel.ink(moved(path, 0.11 * side, 0.0), tones, 0.6, ends=(0.3, 0.3))
        for y in (0.75, 1.2, 1.65) if garment == "cardigan" else (0.62, 0.98):
            button = on_body(cast, oval([0.0, y], 0.045, 0.045), 0.36)
            easel.fill(button, cast.tones["accent"].base)
            easel.contour(button, second, 0.6)
    elif garment == "robe":
        for side in (1, -1):
            panel = np.array([[side * 0.62, -0.1], [-side * 0.2, 1.35], [-side * 0.3, 4.8],
                              [side * 2.0, 4.8], [side * 2.0, 0.3]])  # fmt: skip
            placed = on_body(cast, panel, 0.2)
            if side < 0:
                easel.fill(placed, tones.base)
                easel.wash(placed, tones.shade, 0.18)
            edge = along(placed[:3], 20)
            easel.fill(path_band(edge, 0.17, side), trim.base)
            easel.ink(edge, tones, 0.9)
            easel.ink(moved(edge, 0.16 * side, 0.02), tones, 0.6)
        _draw_belt(cast, trim)
    elif garment == "tunic":
        _draw_belt(cast, cast.tones["second"])
        placket = on_body(cast, np.array([[0.0, 0.2], [0.0, 1.05]]), 0.35)
        easel.ink(along(placket, 8), tones, 0.9)
        for y in (0.42, 0.62, 0.82):
            lace = on_body(cast, np.array([[-0.08, y], [0.08, y + 0.07]]), 0.35)
            easel.ink(along(lace, 5), trim, 0.9)
            easel.ink(along(moved(lace[:, :] * [1.0, 1.0], 0.0, 0.0), 5)[::-1], trim, 0.6)
    elif garment == "hoodie":
        pocket = on_body(cast, np.array([[-0.5, 2.9], [-0.62, 2.3], [0.62, 2.3], [0.5, 2.9]]), 0.3)
        easel.ink(along(np.vstack([pocket, pocket[:1]]), 30), tones, 0.8)
        for side in (-1, 1):
            string = on_body(cast, np.array([[side * 0.2, 0.25], [side * 0.24, 0.6],
                                             [side * 0.21, 0.95]]), 0.4)  # fmt: skip
            string[1:, 0] += 0.12 * cast.pose.cloth_swing
            easel.ink(along(string, 12), trim, 1.5, ends=(1.0, 1.0))
    elif garment == "fur":
        pale = mixed(tones.light, np.array([255, 244, 224]), 0.5)
        bib = on_body(cast, loop([[0, 0.05], [0.5, 0.35], [0.56, 1.2], [0.6, 2.4], [0.5, 3.6],
            [0, 4.2],
                                  [-0.5, 3.6], [-0.6, 2.4], [-0.56, 1.2], [-0.5, 0.35]],
                                  50), 0.3)  # fmt: skip
        easel.fill(bib, pale)
        for x, y in ((-0.2, 0.5), (0.16, 0.62), (-0.03, 0.86), (-0.26, 1.15), (0.24, 1.2)):
            tuft = on_body(cast, np.array([[x - 0.09, y], [x, y + 0.12], [x + 0.09, y]]), 0.35)
            easel.ink(along(tuft, 9), tones, 0.7, ends=(0.1, 0.1))


def path_band(path: Array, width: float, side: int) -> Array:
    """The band (2N, 2) on one side of a path."""
    return np.vstack([path, (moved(path, width * side, 0.0))[::-1]])


def _draw_belt(cast: Cast, tones: PaintTones) -> None:
    easel = cast.easel
    belt = on_body(cast, np.array([[-2.2, 2.25], [0.0, 2.36], [2.2, 2.25], [2.2, 2.52], [0.0, 2.64],
                                   [-2.2, 2.52]]), 0.0)  # fmt: skip
    easel.fill(belt, tones.base)
    easel.wash(moved(belt, 0.0, 0.14), tones.shade, 0.6, 0.03)
    easel.ink(along(belt[:3], 20), tones, 1.0)
    easel.ink(along(belt[3:][::-1], 20), tones, 1.0)
    buckle = on_body(
        cast, np.array([[-0.17, 2.33], [0.17, 2.33], [0.17, 2.67], [-0.17, 2.67]]), 0.35
    )
    easel.fill(buckle, cast.tones["accent"].base)
    easel.contour(buckle, cast.tones["accent"], 0.9)


def _draw_pattern(cast: Cast, tones: PaintTones) -> None:
    easel, kind, trim = cast.easel, cast.identity.clothes.pattern, cast.tones["trim"]
    if kind in ("stripes", "checks"):
        for y in np.arange(0.3, _BOTTOM, 0.42):
            band = [
                [-2.4, y],
                [0.0, y + 0.09],
                [2.4, y],
                [2.4, y + 0.16],
                [0.0, y + 0.25],
                [-2.4, y + 0.16],
            ]
            easel.wash(
                on_body(cast, np.array(band), 0.0, shrug=True),
                trim.base,
                0.75 if kind == "stripes" else 0.45,
            )
    if kind == "checks":
        for x in np.arange(-2.3, 2.4, 0.42):
            band = [[x, 0.0], [x + 0.14, 0.0], [x + 0.14, _BOTTOM], [x, _BOTTOM]]
            easel.wash(on_body(cast, np.array(band), 0.2), trim.base, 0.45)
    if kind == "dots":
        for row, y in enumerate(np.arange(0.25, _BOTTOM, 0.36)):
            for x in np.arange(-2.2, 2.3, 0.44) + 0.22 * (row % 2):
                easel.wash(on_body(cast, oval([x, y], 0.06, 0.06, 14), 0.2), trim.base, 0.85)
    if kind == "yoke":
        band = [
            [-2.4, -0.3],
            [2.4, -0.3],
            [2.4, 0.62],
            [0.9, 0.78],
            [0.0, 0.92],
            [-0.9, 0.78],
            [-2.4, 0.62],
        ]
        placed = on_body(cast, np.array(band), 0.0, shrug=True)
        easel.fill(placed, trim.base)
        easel.ink(along(placed[2:], 26), tones, 0.9)


def _shade_torso(cast: Cast, torso: Array, tones: PaintTones) -> None:
    easel, away = cast.easel, -cast.light_side
    # One colour of shade on cloth, shirt and trim alike.
    deep = mixed(tones.deep, np.array([52, 40, 74]), 0.7)
    easel.wash(moved(torso, 1.25 * away, 0.1), deep, 0.26, 0.5)
    easel.wash(moved(cast.shut_face, 0.12 * away, 0.4), deep, 0.3, 0.08)
    for s in (-1, 1):
        pit = on_body(
            cast, loop([[s * 1.0, 0.9], [s * 0.78, 1.5], [s * 0.86, 2.2], [s * 1.3, 1.6]], 20)
        )
        easel.wash(pit, deep, 0.35, 0.3)
    glow = on_body(cast, oval([0.55 * -away, 0.5], 0.42, 0.2), shrug=True)
    easel.wash(glow, tones.light, 0.3, 0.3)


def _draw_folds(cast: Cast, tones: PaintTones) -> None:
    s = cast.identity.proportions.shoulders
    for side in (-1, 1):
        for a, b, c in (
            ([0.78, 1.12], [0.62, 1.06], [0.5, 1.12]),
            ([0.79, 1.26], [0.66, 1.3], [0.58, 1.42]),
            ([0.62, 2.05], [0.5, 2.12], [0.4, 2.1]),
        ):
            fold = np.array([a, b, c]) * [side * s / 1.0, 1.0]
            cast.easel.ink(
                along(on_body(cast, fold, 0.1, shrug=True), 10), tones, 0.75, ends=(0.5, 0.0)
            )
