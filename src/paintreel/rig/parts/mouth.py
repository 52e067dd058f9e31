"""The mouth: lips, gap, teeth and tongue, from a `MouthForm`."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.tones import PaintTones, colour_of, mixed, tones_of

__all__ = ["draw_mouth", "mouth_middle"]

_CAVE = tones_of(colour_of("#5e2028"))
_TONGUE = tones_of(colour_of("#c9645f"))
_TEETH = tones_of(colour_of("#fbf5e8"))
_COUNT = 41


def mouth_middle(cast: Cast) -> tuple[float, float]:
    """Of the mouth at rest, in the face."""
    p = cast.identity.proportions
    return 0.0, p.eye_height + p.nose_length + p.mouth_height


def draw_mouth(cast: Cast) -> None:
    """Everything of the mouth."""
    upper, lower = _edges(cast)
    form = cast.mouth
    if form.open > 0.04 or form.tuck > 0.3:
        _draw_gap(cast, upper, lower)
    _draw_lips(cast, upper, lower)
    if form.out > 0.05 and form.open > 0.04:
        _draw_tongue_out(cast, upper, lower)


def _draw_tongue_out(cast: Cast, upper: Array, lower: Array) -> None:
    """A tongue that hangs over the lower lip."""
    easel, m = cast.easel, cast.mouth
    width = 0.42 * float(np.ptp(lower[:, 0]))
    root = 0.35 * upper[20] + 0.65 * lower[20]
    tip = moved(lower[20], 0.03, 0.02 + 0.17 * m.out)
    tongue = loop(
        [moved(root, -0.5 * width, 0.0), moved(root, 0.0, -0.02), moved(root, 0.5 * width, 0.0),
         moved(tip, 0.5 * width, -0.06), moved(tip, 0.0, 0.03), moved(tip, -0.5 * width, -0.05)],
        40,
    )  # fmt: skip
    easel.form(tongue, _TONGUE, 0.95, away=(0.06 * -cast.light_side, 0.04), softness=0.04)
    easel.ink(
        along([moved(root, 0.0, 0.03), 0.5 * (root + tip), tip - [0.0, 0.07]], 8), _TONGUE, 0.6
    )


def _edges(cast: Cast) -> tuple[Array, Array]:
    """Upper and lower edge of the gap in the figure (N, 2), from left to right."""
    p, m, pose = cast.identity.proportions, cast.mouth, cast.pose
    x0, y0 = mouth_middle(cast)
    half = p.mouth_width * m.width
    t = np.linspace(-1.0, 1.0, _COUNT)
    corners = m.corners + 0.07  # a face at rest is a little friendly
    # A smile hangs between its corners, a sad mouth arches over them.
    lift = 0.165 * corners * (t * t - 0.42) * (1.0 - 0.35 * min(max(m.open, 0.0), 1.0))
    lift = lift * (0.6 + 0.4 * m.width)
    lift += 0.11 * m.skew * np.sign(t) * t * t
    pressed = 1.0 - 0.6 * m.press
    base = y0 - lift * pressed - 0.05 * m.pout * (1.0 - t * t)
    gap = max(m.open, 0.0) * (0.4 + 0.04 * m.round)
    # From a lens to a box (bared teeth) and to a ring.
    boxy = min(1.0, m.upper + 0.9 * m.lower)
    power = 2.0 + 2.6 * boxy * (1.0 - m.round)
    swell = (1.0 - np.abs(t) ** power) ** (1.0 / (1.4 + 0.6 * m.round + 0.6 * boxy))
    rise = 0.2 * (1.0 - 0.7 * max(corners, 0.0)) + 0.22 * m.upper + 0.14 * m.round
    upper_y = base - gap * rise * swell - 0.03 * m.upper * swell
    lower_y = base + gap * (1.0 - rise) * swell
    # The bow of the upper lip.
    bow = 0.018 * (1.0 - m.round) * (1.0 - m.press) * (1.0 - 0.9 * max(m.corners, 0.0))
    upper_y = upper_y + bow * np.exp(-((t / 0.16) ** 2))
    x = x0 + half * t * (1.0 - 0.1 * m.round) + 0.03 * m.skew
    out = 0.06
    shift = 0.02 * pose.nose_wrinkle
    place = cast.head.on_face
    return (
        place(np.column_stack([x, upper_y - shift]), out),
        place(np.column_stack([x, np.maximum(lower_y - shift, upper_y - shift)]), out),
    )


def _draw_gap(cast: Cast, upper: Array, lower: Array) -> None:
    easel, m = cast.easel, cast.mouth
    outline = np.vstack([upper, lower[::-1]])
    middle, width = outline.mean(axis=0), float(np.ptp(outline[:, 0]))
    height = float(np.ptp(outline[:, 1]))
    deep = tones_of(mixed(_CAVE.base, _CAVE.deep, 0.25))
    easel.fill(outline, deep.base)
    with easel.inside(outline):
        easel.wash(np.vstack([upper, (moved(upper, 0.0, 0.12))[::-1]]), _CAVE.ink, 0.6, 0.1)
        if m.tongue > 0.05 and height > 0.06:
            high = m.tongue > 0.6
            foot = lower[len(lower) // 2, 1]
            rise = (0.8 if high else 0.34 + 0.7 * m.tongue) * height
            at = [middle[0], foot + 0.25 * height - (0.1 * height if high else 0.0)]
            wide = (0.24 if high else 0.33) * width
            tongue = oval(at, wide, rise)
            easel.fill(tongue, _TONGUE.base)
            easel.wash(
                oval([at[0] - 0.2 * wide, at[1] - 0.45 * rise], 0.4 * wide, 0.3 * rise),
                _TONGUE.light,
                0.5,
                0.06,
            )
            easel.contour(tongue, _TONGUE, 0.5)
            if high:
                easel.ink(np.array([[at[0], at[1] - 0.75 * rise], [at[0], at[1]]]), _TONGUE, 0.5)
        _draw_teeth(cast, upper, lower, height)


def _draw_teeth(cast: Cast, upper: Array, lower: Array, height: float) -> None:
    easel, m = cast.easel, cast.mouth
    fangs = cast.identity.features.fangs
    bared = max(m.teeth, m.tuck)
    together = m.lower > 0.5 and m.teeth > 0.5
    tall = 0.5 * height if together else min(0.42 * height, 0.12)
    if bared > 0.05:
        reach = tall * (0.35 + 0.65 * bared) * (1.9 if m.tuck > 0.5 else 1.0)
        edge = moved(upper, 0.0, reach)
        band = np.vstack([upper - [0.0, 0.05], edge[::-1]])
        easel.fill(band, _TEETH.base)
        easel.wash(np.vstack([upper - [0.0, 0.05], (moved(upper, 0.0, 0.03))[::-1]]),
                   _TEETH.shade, 0.6, 0.03)  # fmt: skip
        easel.ink(edge, _CAVE, 0.5, ends=(0.6, 0.6))
    if m.lower > 0.05 and height > 0.05:
        reach = tall * (0.3 + 0.7 * m.lower)
        edge = lower - [0.0, reach]
        easel.fill(np.vstack([moved(lower, 0.0, 0.05), edge[::-1]]), _TEETH.base)
        easel.wash(np.vstack([moved(lower, 0.0, 0.05), edge[::-1]]), _TEETH.shade, 0.25)
        easel.ink(edge, _CAVE, 0.5, ends=(0.6, 0.6))
    if together:  # a grimace shows where teeth part
        for at in np.linspace(0.16, 0.84, 6):
            i = int(at * (len(upper) - 1))
            easel.ink(np.array([upper[i], lower[i]]), _TEETH, 0.35, ends=(0.9, 0.9))
    if fangs > 0.05 and height > 0.05:
        for at in (0.24, 0.76):
            i = int(at * (len(upper) - 1))
            root, width = upper[i] - [0.0, 0.02], 0.035 + 0.02 * fangs
            tip = moved(root, 0.0, 0.06 + 0.1 * fangs)
            tooth = np.array([root - [width, 0.0], tip, moved(root, width, 0.0)])
            easel.fill(tooth, _TEETH.base)
            easel.ink(np.vstack([tooth[0], tip]), _CAVE, 0.4)
            easel.ink(np.vstack([tip, tooth[2]]), _CAVE, 0.4)


def _draw_lips(cast: Cast, upper: Array, lower: Array) -> None:
    easel, m = cast.easel, cast.mouth
    skin, lips = cast.tones["skin"], cast.tones["lips"]
    full = cast.identity.proportions.lips
    line = tones_of(mixed(skin.ink, lips.ink, 0.5))
    t = np.linspace(-1.0, 1.0, len(upper))
    arch = (1.0 - t * t)[:, None] * [0.0, 1.0]
    is_open = m.open > 0.04 or m.tuck > 0.3
    if full > 0.02:
        rim = (0.012 + 0.055 * full) * (1.0 - 0.7 * m.press)
        bow = arch * (0.75 + 0.35 * np.exp(-(((np.abs(t) - 0.25) / 0.2) ** 2)))[:, None]
        top = np.vstack([upper, (upper - rim * bow)[::-1]])
        foot = np.vstack([lower, (lower + 1.25 * rim * arch)[::-1]])
        strength = 0.35 + 0.55 * full
        easel.wash(top, lips.shade, strength, 0.012)
        easel.wash(foot, lips.base, strength, 0.012)
        easel.wash(oval(moved(foot.mean(axis=0), 0.0, 0.2 * rim), 0.08, 0.25 * rim + 0.004),
                   lips.light, 0.55 * full, 0.02)  # fmt: skip
    ends = 0.55 + 0.45 * np.abs(t) ** 6
    middle = 1.0 - 0.45 * np.exp(-((t / 0.3) ** 2))
    easel.ink(upper, line, 1.35, profile=np.minimum(ends, 1.0) * middle)
    if is_open:
        profile = np.interp(np.abs(t), [0.0, 0.55, 1.0], [0.75, 0.6, 0.5])
        easel.ink(lower, line, 0.95, profile=profile)
    _draw_corners(cast, upper, line)
    if cast.identity.features.beard in ("full", "goatee"):
        return
    shadow = moved(lower[len(lower) // 2], 0.0, 0.085 + 0.05 * full)
    short = np.array([[-0.075, 0.0], [0.0, 0.014 + 0.02 * m.pout], [0.075, 0.0]]) + shadow
    easel.wash(oval(shadow, 0.1, 0.022), skin.shade, 0.7, 0.04)
    easel.ink(along(short, 9), skin, 0.55 + 0.5 * m.pout, ends=(0.0, 0.0))


def _draw_corners(cast: Cast, upper: Array, line: PaintTones) -> None:
    """A tick at either corner: up with a smile, down without."""
    m = cast.mouth
    for end, side in ((0, -1), (-1, 1)):
        at = upper[end]
        up = m.corners
        tick = np.array(
            [[-0.012 * side, 0.03 * up + 0.008], [0.012 * side, 0.0], [0.03 * side, -0.045 * up]]
        )
        strength = 0.45 + 0.5 * abs(up)
        cast.easel.ink(along(tick + at, 7), line, strength, ends=(0.2, 0.2))
