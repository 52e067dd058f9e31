"""Arms and hands: hanging, or raised to where a pose puts the wrist."""

from __future__ import annotations

import math

import numpy as np

from paintreel.drawing.forms import strip
from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, oval
from paintreel.rig.pose import Hand
from paintreel.rig.tones import Tones

__all__ = ["draw_hanging_arm", "draw_raised_arms"]

_UPPER, _LOWER = 1.45, 1.3
_COUNT = 20


def _shoulder(cast: Cast, side: int) -> Array:
    p = cast.identity.proportions
    x = side * 0.84 * p.shoulders + 0.2 * cast.pose.lean
    return np.array([x, 0.52 + cast.shoulder_y])


def draw_hanging_arm(cast: Cast, side: int, tones: Tones) -> None:
    """An arm at the side of the body."""
    shoulder = _shoulder(cast, side)
    elbow = shoulder + [side * 0.2, 1.42]
    wrist = elbow + [side * 0.02 - 0.0, 1.28]
    hang = Hand(raised=1.0, angle_deg=180.0 + 4.0 * side, curl=0.4, spread=0.1)
    _draw_hand(cast, side, wrist, hang)
    _draw_sleeve(cast, side, shoulder, elbow, wrist, tones)


def draw_raised_arms(cast: Cast) -> None:
    """Arms whose hands a pose raises; they lie before all else."""
    garment = cast.identity.clothes.garment
    tones = cast.tones["skin"] if garment == "fur" else cast.tones["cloth"]
    for side, hand in ((-1, cast.pose.left_hand), (1, cast.pose.right_hand)):
        raised = min(max(hand.raised, 0.0), 1.0)
        if raised <= 0.02:
            continue
        shoulder = _shoulder(cast, side)
        rest = shoulder + [side * 0.25, 2.7]
        wrist = rest + raised * (np.array([hand.x, hand.y]) - rest)
        turned = hand.angle_deg * raised + (1.0 - raised) * 170.0 * side
        shown = Hand(
            raised=1.0, angle_deg=turned, curl=hand.curl, spread=hand.spread, point=hand.point
        )
        elbow = _elbow(shoulder, wrist, side)
        if hand.y > 2.4:
            _draw_hand(cast, side, wrist, shown)
            _draw_sleeve(cast, side, shoulder, elbow, wrist, tones)
        else:
            _draw_sleeve(cast, side, shoulder, elbow, wrist, tones)
            _draw_hand(cast, side, wrist, shown)
            _draw_cuff(cast, elbow, wrist, tones)


def _elbow(shoulder: Array, wrist: Array, side: int) -> Array:
    """Where the elbow lies, out from the body and down; arms that are too short are stretched."""
    way = wrist - shoulder
    far = float(np.hypot(*way))
    reach = min(max(far, 0.25), _UPPER + _LOWER - 0.01)
    along_ = (reach**2 + _UPPER**2 - _LOWER**2) / (2.0 * reach)
    out = math.sqrt(max(_UPPER**2 - along_**2, 0.0))
    unit = way / max(far, 1e-6)
    normal = np.array([-unit[1], unit[0]])
    if normal[0] * side < 0:
        normal = -normal
    # An elbow that would be above the shoulder hangs on the other side.
    elbow = shoulder + unit * along_ * far / reach + normal * out
    other = shoulder + unit * along_ * far / reach - normal * out
    return other if elbow[1] < shoulder[1] and other[1] > elbow[1] else elbow


def _draw_sleeve(
    cast: Cast, side: int, shoulder: Array, elbow: Array, wrist: Array, tones: Tones
) -> None:
    easel = cast.easel
    bulk = cast.identity.proportions.bulk
    wide = cast.identity.clothes.garment == "robe"
    bend = 0.5 * (shoulder + elbow) + [0.06 * side, 0.0]
    fore = 0.5 * (elbow + wrist)
    path = along([shoulder, bend, elbow, fore, wrist], _COUNT)
    t = np.linspace(0.0, 1.0, _COUNT)
    widths = np.interp(t, [0.0, 0.25, 0.5, 0.75, 1.0], [0.5, 0.5, 0.42, 0.4, 0.62 if wide else 0.32])
    shape = strip(path, widths * (0.6 + 0.4 * bulk))
    easel.fill(shape, tones.base)
    away = -cast.light_side
    with easel.inside(shape):
        easel.wash(shape + [0.2 * away, 0.1], tones.shade, 0.6, 0.1)
        kind, trim = cast.identity.clothes.pattern, cast.tones["trim"]
        if kind in ("stripes", "checks"):
            for at in range(2, _COUNT - 1, 3):
                band = strip(path[at - 1 : at + 1], 1.2)
                easel.wash(band, trim.base, 0.6)
        folds = (0.44, 0.5, 0.56)
        for i, at in enumerate(folds):
            c = path[int(at * _COUNT)]
            turn = path[int(at * _COUNT)] - path[int(at * _COUNT) - 1]
            turn = np.array([-turn[1], turn[0]]) / max(float(np.hypot(*turn)), 1e-9)
            easel.ink(along([c - 0.24 * turn * side, c - 0.05 * turn * side + [0, 0.03 * i]], 8),
                      tones, 0.7, ends=(0.8, 0.0))  # fmt: skip
    easel.ink(shape[:_COUNT], tones, 1.05, ends=(0.2, 0.8))
    easel.ink(shape[_COUNT:][::-1], tones, 1.05, ends=(0.2, 0.8))


def _draw_cuff(cast: Cast, elbow: Array, wrist: Array, tones: Tones) -> None:
    """The end of the sleeve over the wrist."""
    if cast.identity.clothes.garment == "fur":
        return
    wide = cast.identity.clothes.garment == "robe"
    unit = (wrist - elbow) / max(float(np.hypot(*(wrist - elbow))), 1e-9)
    path = np.stack([wrist - 0.16 * unit, wrist + 0.03 * unit])
    band = strip(path, (0.66 if wide else 0.4) * np.array([0.96, 1.06]))
    trim = cast.tones["trim"]
    easel = cast.easel
    easel.fill(band, trim.base)
    easel.wash(band + [0.12 * -cast.light_side, 0.04], trim.shade, 0.6, 0.04)
    easel.contour(band, tones, 0.9)


def _draw_hand(cast: Cast, side: int, wrist: Array, hand: Hand) -> None:
    """Palm, four fingers and a thumb, in the skin's colour."""
    easel, skin = cast.easel, cast.tones["skin"]
    angle = math.radians(hand.angle_deg)
    size = 0.92 * (0.7 + 0.3 * cast.identity.proportions.bulk)
    up = np.array([math.sin(angle), -math.cos(angle)])
    # The thumb is on the side of the body's middle.
    across = np.array([math.cos(angle), math.sin(angle)]) * -side

    def at(x: float, y: float) -> Array:
        return wrist + size * (x * across + y * up)

    curl = min(max(hand.curl, 0.0), 1.0)
    spread = min(max(hand.spread, 0.0), 1.0)
    fist = max(0.0, (curl - 0.55) / 0.45)
    palm = loop([at(-0.13, -0.04), at(-0.17, 0.16), at(-0.18, 0.34), at(0.0, 0.39), at(0.18, 0.34),
                 at(0.17, 0.14), at(0.12, -0.04)], 36)  # fmt: skip
    lengths = ((0.16, 0.33), (0.055, 0.37), (-0.05, 0.345), (-0.15, 0.26))
    easel.fill(palm, skin.base)
    easel.contour(palm, skin, 0.95)
    for number, (x, long) in enumerate(lengths):
        bent = curl * (1.0 - (hand.point if number == 0 else 0.0))
        out = (x - 0.0) * (0.4 + 1.7 * spread) * (1.0 - bent)
        reach = long * (1.0 - 0.72 * bent)
        root, knuckle = at(x, 0.3), at(x + 0.25 * out, 0.34 + 0.5 * reach)
        tip = at(x + out - 0.1 * bent * x, 0.34 + reach)
        finger = along([root, knuckle, tip], 12)
        width = 0.115 * size * np.interp(np.linspace(0, 1, 12), [0, 0.6, 0.9, 1.0], [1.0, 1.0, 0.8, 0.3])
        shape = strip(finger, width)
        easel.fill(shape, skin.base)
        easel.wash(shape + [0.05 * -cast.light_side, 0.02], skin.shade, 0.0)
        easel.ink(np.vstack([shape[2:12], shape[12:22]]), skin, 0.85, ends=(0.4, 0.4))
    inner = loop([at(-0.14, 0.0), at(-0.16, 0.3), at(0.0, 0.34), at(0.16, 0.3), at(0.13, 0.0)], 24)
    easel.fill(inner, skin.base)
    easel.wash(oval(at(0.04 * -side * cast.light_side, 0.1), 0.15, 0.12), skin.shade, 0.5, 0.12)
    if fist > 0.2:  # fingers that lie folded in the palm
        for x in (-0.105, -0.005, 0.1):
            crease = along([at(x, 0.4), at(x + 0.005, 0.3), at(x - 0.01, 0.2)], 8)
            easel.ink(crease, skin, 0.8 * fist, ends=(0.6, 0.0))
    tuck = 0.26 * fist
    thumb = along([at(0.1, 0.04), at(0.24 - 0.3 * tuck, 0.16), at(0.3 + 0.12 * spread - 1.0 * tuck, 0.34 - 0.35 * tuck)], 12)
    width = 0.13 * size * np.interp(np.linspace(0, 1, 12), [0, 0.6, 0.9, 1.0], [1.1, 1.0, 0.75, 0.3])
    shape = strip(thumb, width)
    easel.fill(shape, skin.base)
    easel.ink(np.vstack([shape[3:12], shape[12:21]]), skin, 0.85, ends=(0.3, 0.3))
