"""Arms and hands: hanging, or raised to where a pose puts the wrist."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from paintreel.drawing.forms import strip
from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.pose import Hand
from paintreel.rig.tones import PaintTones

__all__ = ["draw_hanging_arm", "draw_raised_arms", "raised_hand"]

_UPPER, _LOWER = 1.2, 1.1
_HANGING_DEG = 184.0
_OVERSHOT = 1.12  # a hand that is raised goes a little further, and settles
_ROUND = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 9)


def _shoulder(cast: Cast, side: int) -> Array:
    p = cast.identity.proportions
    x = side * (0.95 * p.shoulders - 0.2) + 0.2 * cast.pose.lean
    return np.array([x, 0.5 + cast.shoulder_y + side * cast.shoulder_tilt])


def draw_hanging_arm(cast: Cast, side: int, tones: PaintTones) -> None:
    """An arm at the side of the body."""
    shoulder = _shoulder(cast, side)
    swing = min(max(cast.pose.cloth_swing, -1.0), 1.0)  # it hangs as clothes do
    elbow = moved(shoulder, side * 0.12 + 0.06 * swing, _UPPER)
    wrist = moved(elbow, side * 0.02 + 0.12 * swing, _LOWER)
    angle_deg = _HANGING_DEG * side - 9.0 * swing
    hang = Hand(raised=1.0, angle_deg=angle_deg, curl=0.4, spread=0.1)
    _draw_hand(cast, side, wrist, hang, turned=True)
    _draw_sleeve(cast, side, (shoulder, elbow, wrist), tones)
    _draw_cuff(cast, elbow, wrist)


def draw_raised_arms(cast: Cast) -> None:
    """Arms whose hands a pose raises; they lie before all else."""
    garment = cast.identity.clothes.garment
    tones = cast.tones["skin"] if garment == "fur" else cast.tones["cloth"]
    for side, hand in ((-1, cast.pose.left_hand), (1, cast.pose.right_hand)):
        if hand.raised <= 0.02:
            continue
        shoulder = _shoulder(cast, side)
        wrist, shown = raised_hand(cast, side)
        elbow = _elbow(shoulder, wrist, side, min(hand.raised, 1.0))
        _draw_sleeve(cast, side, (shoulder, elbow, wrist), tones)
        _draw_hand(cast, side, wrist, shown, turned=hand.raised < 0.4)
        _draw_cuff(cast, elbow, wrist)


def raised_hand(cast: Cast, side: int) -> tuple[Array, Hand]:
    """Where the wrist of a raised arm lies in the figure (2,), and the hand as it is drawn there.

    side  -1 the left one of the picture, 1 the right one
    """
    hand = cast.pose.left_hand if side < 0 else cast.pose.right_hand
    raised = min(max(hand.raised, 0.0), _OVERSHOT)
    # It comes from where it hangs.
    rest = moved(_shoulder(cast, side), side * 0.14, _UPPER + _LOWER)
    wrist = rest + raised * (np.array([hand.x, hand.y]) - rest)
    up = min(raised, 1.0)
    angle_deg = hand.angle_deg * up + (1.0 - up) * _HANGING_DEG * side
    return wrist, replace(hand, raised=1.0, angle_deg=angle_deg)


def _elbow(shoulder: Array, wrist: Array, side: int, up: float) -> Array:
    """Where the elbow lies: near the body and low; a wrist far away pulls it along.

    A forearm that points at the viewer is short, so no length is kept.
    """
    elbow: Array = moved(shoulder, (0.12 + 0.08 * up) * side, _UPPER)
    way = wrist - elbow
    far = float(np.hypot(*way))
    if far > _LOWER:
        elbow = elbow + way * (1.0 - _LOWER / far) * 0.75
    return elbow


def _tube(start: Array, end: Array, wide: float, narrow: float) -> Array:
    """A tapered limb with round ends (N, 2), from the left of its way round."""
    way = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
    across = np.array([-way[1], way[0]])
    cos, sin = np.cos(_ROUND)[:, None], np.sin(_ROUND)[:, None]
    far = end + 0.5 * narrow * (cos * way + sin * across)
    near = start + 0.5 * wide * (-cos * way - sin * across)
    return np.vstack([far, near])


def _draw_sleeve(
    cast: Cast, side: int, joints: tuple[Array, Array, Array], tones: PaintTones
) -> None:
    """Upper arm and forearm, without a line where the shoulder goes into the body."""
    easel = cast.easel
    shoulder, elbow, wrist = joints
    # A shawl covers the upper arm; the forearm comes out from under it.
    covered = "shawl" in cast.identity.accessories
    bulk = 0.65 + 0.35 * cast.identity.proportions.bulk
    wide = cast.identity.clothes.garment == "robe"
    upper = _tube(shoulder, elbow, 0.52 * bulk, 0.42 * bulk)
    fore = _tube(elbow, wrist, 0.42 * bulk, (0.62 if wide else 0.32) * bulk)
    count = len(_ROUND)
    # The line round both, of which the fills leave the outer half; none where the arm begins.
    if not covered:
        far, near = upper[:count], upper[count:]
        line = [near[-1:], far, near[:5]] if side < 0 else [near[4:], far, near[:1]]
        easel.ink(np.vstack(line), tones, 2.0, ends=(0.1, 0.1))
    easel.contour(fore, tones, 2.0)
    for number, limb in enumerate((upper, fore)):
        if covered and number == 0:
            continue
        easel.fill(limb, tones.base)
        with easel.inside(limb):
            easel.wash(moved(limb, 0.2 * -cast.light_side, 0.06), tones.shade, 0.6, 0.06)
            _draw_sleeve_pattern(cast, (shoulder, elbow) if number == 0 else (elbow, wrist))
    _draw_elbow(cast, (shoulder, elbow, wrist), fore, tones)


def _draw_elbow(
    cast: Cast, joints: tuple[Array, Array, Array], fore: Array, tones: PaintTones
) -> None:
    """The fold of a bent arm, and where the forearm lies before the upper arm."""
    easel = cast.easel
    shoulder, elbow, wrist = joints
    up, down = shoulder - elbow, wrist - elbow
    lengths = max(float(np.hypot(*up) * np.hypot(*down)), 1e-9)
    bent = 0.5 + 0.5 * float(up @ down) / lengths  # 0 straight .. 1 folded
    turn = float(up[0] * down[1] - up[1] * down[0])
    far, near = fore[: len(_ROUND)], fore[len(_ROUND) :]
    edges = (np.stack([near[0], far[-1]]), np.stack([near[-1], far[0]]))
    inner = edges[0] if turn < 0 else edges[1]
    reach = 0.25 + 0.5 * bent
    path = np.stack([inner[0], inner[0] + reach * (inner[1] - inner[0])])
    easel.ink(along(path, 8), tones, 0.5 + 0.6 * bent, ends=(0.8, 0.1))
    start = 0.5 * (inner[0] + elbow)
    for share in (0.2, 0.42):
        fold = np.stack([inner[0] + share * 0.3 * up, start + share * 0.35 * up])
        easel.ink(along(fold, 6), tones, 0.3 + 0.4 * bent, ends=(0.6, 0.0))


def _draw_sleeve_pattern(cast: Cast, joints: tuple[Array, Array]) -> None:
    if cast.identity.clothes.pattern not in ("stripes", "checks"):
        return
    start, end = joints
    for share in np.arange(0.08, 1.0, 0.3):
        at = start + share * (end - start)
        band = np.stack([at, at + 0.12 * (end - start)])
        cast.easel.wash(strip(band, 1.0), cast.tones["trim"].base, 0.65)


def _draw_cuff(cast: Cast, elbow: Array, wrist: Array) -> None:
    """The end of the sleeve over the wrist."""
    if cast.identity.clothes.garment == "fur":
        return
    wide = cast.identity.clothes.garment == "robe"
    bulk = 0.65 + 0.35 * cast.identity.proportions.bulk
    unit = (wrist - elbow) / max(float(np.hypot(*(wrist - elbow))), 1e-9)
    path = along([wrist - 0.14 * unit, wrist - 0.02 * unit, wrist + 0.06 * unit], 6)
    band = strip(
        path, (0.68 if wide else 0.41) * bulk * np.array([0.94, 1.0, 1.0, 1.02, 1.02, 1.0])
    )
    cast.easel.form(
        band, cast.tones["trim"], 0.95, away=(0.13 * -cast.light_side, 0.03), opacity=0.7
    )


def _draw_hand(cast: Cast, side: int, wrist: Array, hand: Hand, *, turned: bool = False) -> None:
    """Palm, four fingers and a thumb, in the skin's colour.

    turned  its back is seen, as of a hand that hangs
    """
    easel, skin = cast.easel, cast.tones["skin"]
    angle = math.radians(hand.angle_deg)
    size = 0.95 * (0.7 + 0.3 * cast.identity.proportions.bulk)
    up = np.array([math.sin(angle), -math.cos(angle)])
    # The thumb is on the side of the body's middle.
    across = np.array([math.cos(angle), math.sin(angle)])
    across = across * (side if turned else -side)

    def at(x: float, y: float) -> Array:
        point: Array = wrist + size * (x * across + y * up)
        return point

    curl = min(max(hand.curl, 0.0), 1.0)
    spread = min(max(hand.spread, 0.0), 1.0)
    fist = max(0.0, (curl - 0.55) / 0.45)
    palm = loop([at(-0.12, -0.06), at(-0.17, 0.16), at(-0.18, 0.34), at(0.0, 0.39), at(0.18, 0.34),
                 at(0.17, 0.14), at(0.12, -0.06)], 36)  # fmt: skip
    away = (0.09 * -cast.light_side, 0.05)
    easel.form(palm, skin, 0.95, away=away, softness=0.08, opacity=0.5)
    for number, (x, long) in enumerate(
        ((0.16, 0.33), (0.055, 0.37), (-0.05, 0.345), (-0.15, 0.26))
    ):
        bent = curl * (1.0 - (hand.point if number == 0 else 0.0))
        out = x * (0.4 + 1.7 * spread) * (1.0 - bent)
        reach = long * (1.0 - 0.72 * bent)
        finger = along(
            [
                at(x, 0.3),
                at(x + 0.25 * out, 0.34 + 0.5 * reach),
                at(x + out - 0.1 * bent * x, 0.34 + reach),
            ],
            12,
        )
        t = np.linspace(0.0, 1.0, 12)
        shape = strip(finger, 0.12 * size * np.interp(t, [0, 0.6, 0.9, 1.0], [1.0, 1.0, 0.8, 0.3]))
        easel.fill(shape, skin.base)
        easel.wash(strip(moved(finger, 0.02 * -cast.light_side, 0.0), 0.05), skin.shade, 0.35, 0.03)
        easel.ink(np.vstack([shape[2:12], shape[12:22]]), skin, 0.85, ends=(0.4, 0.4))
    inner = loop(
        [at(-0.13, 0.02), at(-0.155, 0.3), at(0.0, 0.34), at(0.155, 0.3), at(0.13, 0.02)], 24
    )
    easel.fill(inner, skin.base)
    with easel.inside(palm):
        easel.wash(palm + np.asarray(away), skin.shade, 0.5, 0.08)
    for edge in (-1, 1):
        line = along([at(-0.12 * edge, -0.04), at(-0.17 * edge, 0.16), at(-0.185 * edge, 0.32)], 10)
        easel.ink(line, skin, 0.85, ends=(0.7, 0.5))
    if fist > 0.2:  # fingers that lie folded in the palm
        for x in (-0.105, -0.005, 0.1):
            crease = along([at(x, 0.42), at(x + 0.005, 0.3), at(x - 0.01, 0.2)], 8)
            easel.ink(crease, skin, 0.8 * fist, ends=(0.6, 0.0))
    tuck = 0.26 * fist
    thumb = along(
        [
            at(0.1, 0.04),
            at(0.24 - 0.3 * tuck, 0.16),
            at(0.3 + 0.12 * spread - tuck, 0.34 - 0.35 * tuck),
        ],
        12,
    )
    t = np.linspace(0.0, 1.0, 12)
    shape = strip(thumb, 0.135 * size * np.interp(t, [0, 0.6, 0.9, 1.0], [1.1, 1.0, 0.75, 0.3]))
    easel.fill(shape, skin.base)
    easel.ink(np.vstack([shape[3:12], shape[12:21]]), skin, 0.85, ends=(0.3, 0.3))
    spot = oval(at(0.0, 0.36), 0.16, 0.05)
    easel.wash(spot, cast.tones["blush"].base, 0.2, 0.08)
