"""The nose, by its kind."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval

__all__ = ["draw_nose"]

_FORWARD = 0.26
"""How far the tip stands out beside its shape: so a turned head is read as what it is turned."""


def draw_nose(cast: Cast) -> None:
    """Its shade, its lines, its glint."""
    kind = cast.identity.features.nose
    if kind == "none":
        _draw_slits(cast)
    elif kind == "animal":
        _draw_pad(cast)
    else:
        _draw_human(cast, kind)


def _draw_human(cast: Cast, kind: str) -> None:
    easel, skin, pose = cast.easel, cast.tones["skin"], cast.pose
    p = cast.identity.proportions
    width = p.nose_width * (1.0 + 0.18 * pose.nose_wrinkle)
    tip_y = p.eye_height + p.nose_length - 0.035 * pose.nose_wrinkle
    out = {"button": 0.14, "straight": 0.2, "broad": 0.2, "hooked": 0.3}[kind]
    away = -cast.light_side
    head = cast.head

    def place(points: list[list[float]], z: float) -> Array:
        flat = np.asarray(points, float)
        base = head.depth(flat[:, 0], flat[:, 1])
        return head.place(np.column_stack([flat, base + _forward(cast, flat[:, 1]) + z]))

    top = p.eye_height + (0.0 if kind == "button" else -0.05)
    # Shade beside and under it.
    side = np.vstack([
        place([[0.01 * away, top + 0.08]], 0.1),
        place([[0.02 * away, tip_y - 0.04]], out),
        place([[0.95 * width * away, tip_y + 0.05], [1.5 * width * away, tip_y]], 0.02),
    ])  # fmt: skip
    easel.wash(side, skin.shade, 0.75, 0.07)
    under = np.vstack([
        place([[-width, tip_y + 0.02]], 0.02),
        place([[0.0, tip_y + 0.0]], out),
        place([[width, tip_y + 0.02]], 0.02),
        place([[0.0, tip_y + 0.11]], 0.02),
    ])  # fmt: skip
    easel.wash(under, skin.deep, 0.4, 0.05)
    if kind in ("hooked", "broad"):
        _draw_bulb(cast, kind, tip_y, width, out)
    else:
        low = np.vstack([
            place([[-0.62 * width, tip_y + 0.018]], 0.05),
            place([[-0.2 * width, tip_y + 0.05], [0.2 * width, tip_y + 0.05]], 0.7 * out),
            place([[0.62 * width, tip_y + 0.018]], 0.05),
        ])  # fmt: skip
        easel.ink(along(low, 15), skin, 0.85, ends=(0.1, 0.1))
        if kind == "straight":
            for s in (-1, 1):
                wing = place([[s * 0.75 * width, tip_y - 0.05], [s * width, tip_y - 0.0],
                              [s * 0.72 * width, tip_y + 0.035]], 0.03)  # fmt: skip
                easel.ink(along(wing, 9), skin, 0.7, ends=(0.1, 0.2))
    # Turned, the bridge shows against the far cheek.
    turn = head.turn
    if abs(turn) > 0.3 or kind in ("straight", "hooked"):
        s = np.sign(turn) if abs(turn) > 0.15 else away
        strength = min(1.0, 0.55 + 0.5 * abs(turn))
        bump = 0.05 if kind == "hooked" else 0.0
        bridge = np.vstack([
            place([[0.06 * s, top + 0.02]], 0.04),
            place([[0.03 * s, top + 0.14]], 0.1 + bump),
            place([[0.02 * s, tip_y - 0.06]], out),
            place([[0.015 * s, tip_y]], out * 1.02),
        ])  # fmt: skip
        part = along(bridge, 18)
        easel.ink(
            part[4 if kind != "button" else 9 :], skin, 0.85 * strength, ends=(0.0, 0.6), belly=0.7
        )
    glint = place([[-0.03 * away, tip_y - 0.035]], out)[0]
    size = 0.2 * p.nose_width + 0.012
    easel.wash(oval(glint, size, 0.8 * size), skin.light, 0.95, 0.02)


def _forward(cast: Cast, y: Array | float) -> Array:
    """How far the nose comes forward, from the eyes to its tip."""
    p = cast.identity.proportions
    share: Array = np.clip((np.asarray(y, float) - p.eye_height) / p.nose_length, 0.0, 1.0)
    return _FORWARD * share


def _draw_bulb(cast: Cast, kind: str, tip_y: float, width: float, out: float) -> None:
    easel, skin = cast.easel, cast.tones["skin"]
    head = cast.head
    drop = 0.06 if kind == "hooked" else 0.02

    def at(x: float, y: float, z: float) -> list[float]:
        return [x, y, float(head.depth(x, y)) + float(_forward(cast, y)) + z]

    for s in (-1, 1):
        wing = head.place(np.array([
            at(s * 0.6 * width, tip_y - 0.08, 0.08), at(s * 1.05 * width, tip_y - 0.02, 0.04),
            at(s * 0.98 * width, tip_y + 0.05, 0.04), at(s * 0.5 * width, tip_y + 0.05, 0.08),
        ]))  # fmt: skip
        easel.ink(along(wing, 12), skin, 0.95, ends=(0.15, 0.3))
        hole = head.place(np.array([at(s * 0.45 * width, tip_y + 0.055, 0.1)]))[0]
        easel.wash(oval(hole, 0.2 * width, 0.022), skin.ink, 0.8, 0.01)
    ball = head.place(np.array([
        at(-0.62 * width, tip_y - 0.05, 0.6 * out), at(-0.55 * width, tip_y + 0.04, 0.7 * out),
        at(0.0, tip_y + 0.05 + drop, out), at(0.55 * width, tip_y + 0.04, 0.7 * out),
        at(0.62 * width, tip_y - 0.05, 0.6 * out),
    ]))  # fmt: skip
    easel.wash(loop(ball, 24), cast.tones["blush"].base, 0.25, 0.08)
    easel.ink(along(ball, 20), skin, 1.05, ends=(0.05, 0.05))


def _draw_pad(cast: Cast) -> None:
    """A dark pad with a line to the mouth, as of a cat or a dog."""
    easel, pose = cast.easel, cast.pose
    p = cast.identity.proportions
    y = p.eye_height + p.nose_length - 0.03 * pose.nose_wrinkle
    w = p.nose_width * 1.15
    head = cast.head

    def place(points: list[list[float]]) -> Array:
        return head.on_face(np.asarray(points, float), out=0.26)

    pad = loop(place([[-w, y - 0.05], [0, y - 0.075], [w, y - 0.05], [0.62 * w, y + 0.035],
                      [0, y + 0.08], [-0.62 * w, y + 0.035]]), 36)  # fmt: skip
    tones = cast.tones["lips"]
    easel.fill(pad, tones.deep)
    easel.wash(moved(pad, 0.0, 0.03), tones.ink, 0.35, 0.05)
    easel.contour(pad, tones, 0.8)
    shine = place([[-0.35 * w * -cast.light_side, y - 0.035]])[0]
    easel.light(oval(shine, 0.26 * w, 0.016), tones.light)
    line = along(head.on_face(np.array([[0, y + 0.08], [0, y + 0.5 * p.mouth_height],
                                        [0, y + p.mouth_height - 0.02]]), out=0.12),
                                        10)  # fmt: skip
    easel.ink(line, cast.tones["skin"], 0.8, ends=(0.8, 0.5))


def _draw_slits(cast: Cast) -> None:
    p = cast.identity.proportions
    y = p.eye_height + p.nose_length
    for s in (-1, 1):
        slit = cast.head.on_face(np.array([[s * 0.5 * p.nose_width, y - 0.03],
                                           [s * 0.35 * p.nose_width, y + 0.03]]),
                                           out=0.1)  # fmt: skip
        cast.easel.ink(along(slit, 6), cast.tones["skin"], 1.1, ends=(0.2, 0.5))
