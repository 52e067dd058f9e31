"""Eyes and brows: lids that close, an iris that looks, brows that frown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.drawing.forms import strip
from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, moved, oval
from paintreel.rig.tones import PaintTones, mixed, tones_of

__all__ = ["Eye", "draw_brows", "draw_brows_through_hair", "draw_eyes", "eye_of"]

_WHITE = np.array([250, 246, 238], np.uint8)
_GLINT = np.array([255, 255, 252], np.uint8)
_LIGHT = np.array([-0.32, -0.42])
_COUNT = 26

# From the inner corner to the outer, in half widths and half heights of the eye.
_UPPER = np.array(
    [[-1.0, 0.3], [-0.74, -0.42], [-0.3, -0.92], [0.22, -0.98], [0.7, -0.6], [1.0, 0.02]]
)
_LOWER = np.array(
    [[-1.0, 0.3], [-0.68, 0.62], [-0.2, 0.82], [0.32, 0.82], [0.74, 0.54], [1.0, 0.02]]
)


@dataclass(frozen=True)
class Eye:
    """One eye in a pose; points in the figure (N, 2), from the inner corner to the outer.

    side          -1 left of the picture, 1 right
    upper, lower  edges of the lids
    crease        where the upper lid folds
    openness      0 closed .. 1 as at rest .. 1.3 wide
    centre        of the iris; rx, ry: its radii
    """

    side: int
    upper: Array
    lower: Array
    crease: Array
    openness: float
    centre: Array
    rx: float
    ry: float

    @property
    def outline(self) -> Array:
        """What is seen between the lids (N, 2)."""
        return np.vstack([self.upper, self.lower[::-1]])


def eye_of(cast: Cast, side: int) -> Eye:
    """One eye as lids, brows and cheeks leave it."""
    pose = cast.pose
    lid = pose.lid_left if side < 0 else pose.lid_right
    wide = pose.upper_lid_raise * (1.0 - 0.6 * pose.brow_lower)
    tight = 0.26 * pose.lid_tighten
    looks_down = 0.16 * max(pose.gaze_y, 0.0)
    closed = min(max(lid + (1.0 - lid) * (tight + looks_down), 0.0), 1.0)
    u = np.linspace(-1.0, 1.0, _COUNT)
    open_upper = along(_UPPER, _COUNT)
    lower = along(_LOWER, _COUNT)
    u_low = lower[:, 0]
    # Cheeks push the lower lid up into an arch; tightened lids make it straight.
    push = 0.75 * pose.cheek_raise * (1.0 - 0.45 * wide) + 0.32 * pose.lid_tighten
    lower = lower - np.stack([0 * u_low, push * (1.0 - 0.35 * u_low**2)], axis=-1)
    upper = open_upper.copy()
    upper[:, 1] *= 1.0 + 0.3 * wide
    inner, outer = _smooth(-upper[:, 0]), _smooth(upper[:, 0])
    grief = pose.inner_brow_raise * (1.0 - pose.outer_brow_raise) * (1.0 - 0.5 * wide)
    upper[:, 1] += 0.62 * pose.brow_lower * inner + 0.42 * grief * outer
    arched = 0.2 - 0.5 * (1.0 - u**2)
    hanging = 0.34 + 0.36 * (1.0 - u**2)
    joy = min(1.0, 1.2 * pose.cheek_raise)
    shut = np.stack([u, joy * arched + (1.0 - joy) * hanging], axis=-1)
    upper = upper + closed * (shut - upper)
    lower = lower + np.maximum(closed - 0.55, 0.0) / 0.45 * (shut - lower)
    upper[:, 1] = np.minimum(upper[:, 1], lower[:, 1])
    crease = moved(open_upper * [1.02, 1.0], 0.02, -0.34)
    crease[:, 1] += 0.28 * closed + 0.3 * pose.brow_lower * inner - 0.1 * wide
    gap = float(np.max(lower[:, 1] - upper[:, 1]))
    rx, ry, centre = _iris(cast, side)
    return Eye(
        side=side,
        upper=_placed(cast, side, upper),
        lower=_placed(cast, side, lower),
        crease=_placed(cast, side, crease),
        openness=gap / 1.8,
        centre=centre,
        rx=rx,
        ry=ry,
    )


def _iris(cast: Cast, side: int) -> tuple[float, float, Array]:
    """Its radii and its centre in the figure."""
    pose, p = cast.pose, cast.identity.proportions
    radius = p.iris * min(p.eye_width, 1.25 * p.eye_openness) * (1.0 + 0.16 * pose.pupil)
    reach_x = max(p.eye_width - 0.75 * radius, 0.0)
    x = side * p.eye_spacing + reach_x * 0.95 * pose.gaze_x - 0.03 * side * p.eye_width
    y = p.eye_height + p.eye_openness * (0.45 * pose.gaze_y - 0.1)
    centre = cast.head.on_face(np.array([[x, y], [x + 0.01, y]]))
    shortened = float(np.hypot(*(centre[1] - centre[0]))) / 0.01
    return radius * min(max(shortened, 0.45), 1.0), radius * 1.1, centre[0]


def _placed(cast: Cast, side: int, points: Array) -> Array:
    """Points of the eye, in half widths and heights, in the figure."""
    p = cast.identity.proportions
    x = side * (p.eye_spacing + p.eye_width * points[:, 0])
    y = p.eye_height + p.eye_openness * points[:, 1] - 0.09 * p.eye_tilt * points[:, 0]
    return cast.head.on_face(np.column_stack([x, y]))


def _smooth(u: Array) -> Array:
    """0 at one corner, 1 at the other, smooth between."""
    t = np.clip(0.5 + 0.5 * u, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def draw_eyes(cast: Cast) -> None:
    """Both eyes, the farther first."""
    for side in (1, -1) if cast.head.turn < 0 else (-1, 1):
        _draw_eye(cast, eye_of(cast, side))


def _draw_eye(cast: Cast, eye: Eye) -> None:
    easel, skin = cast.easel, cast.tones["skin"]
    p, features = cast.identity.proportions, cast.identity.features
    lashes = tones_of(mixed(cast.tones["brows"].ink, np.array([16, 12, 18]), 0.4))
    socket = np.vstack([eye.crease, eye.lower[::-1]])
    easel.wash(socket, skin.shade, 0.34, 0.12 * p.eye_openness / 0.2)
    if eye.openness > 0.06:
        outline = eye.outline
        easel.fill(outline, _WHITE)
        with easel.inside(outline):
            _draw_iris(cast, eye)
            fallen = moved(eye.upper, 0.0, 0.42 * p.eye_openness * min(eye.openness, 1.0))
            under = np.vstack([eye.upper - [0.0, 0.1], fallen[::-1]])
            easel.wash(under, mixed(skin.deep, np.array([60, 50, 96]), 0.55), 0.42, 0.06)
        if cast.pose.tears > 0.0:
            brim = strip(eye.lower[3:-3] - [0.0, 0.022], 0.04)
            easel.wash(brim, _GLINT, 0.75 * cast.pose.tears, 0.02)
    _draw_lids(cast, eye, lashes, features.lashes)


def _draw_iris(cast: Cast, eye: Eye) -> None:
    easel, tones = cast.easel, cast.tones["iris"]
    round_ = oval(eye.centre, eye.rx, eye.ry, 40)
    # Dark below the lid, light at the foot, of as much as is seen.
    middle = len(eye.upper) // 2
    high = max(eye.centre[1] - eye.ry, eye.upper[middle, 1] - 0.25 * eye.ry)
    low = min(eye.centre[1] + eye.ry, eye.lower[middle, 1] + 0.25 * eye.ry)
    low = max(low, high + 0.6 * eye.ry)
    top, foot = np.array([eye.centre[0], high]), np.array([eye.centre[0], low])
    easel.fill(round_, tones.base)
    ramp = np.stack([tones.ink, tones.deep, tones.base, tones.light])
    easel.shade(round_, ramp, top, foot)
    glow = oval(foot - [0.0, 0.24 * (low - high)], 0.66 * eye.rx, 0.18 * (low - high))
    easel.wash(glow, tones.light, 0.75, 0.3 * eye.ry)
    easel.contour(round_, tones, 0.75)
    size = 0.46 * (1.0 + 0.32 * cast.pose.pupil)
    if cast.identity.features.pupils == "slit":
        width = (0.2 + 0.1 * cast.pose.pupil) * eye.rx
        tall = eye.ry * np.linspace(-0.86, 0.86, 15)
        path = np.stack([0 * tall, tall], axis=-1) + eye.centre
        pupil = strip(path, 2.0 * width * np.cos(np.linspace(-1.5, 1.5, 15)))
    else:
        pupil = oval(eye.centre, size * eye.rx, size * eye.ry)
    easel.fill(pupil, np.array([22, 16, 24], np.uint8))
    easel.ink(np.vstack([pupil, pupil[:1]]), tones, 0.4)
    glint = eye.centre + _LIGHT * [-cast.light_side * -1.0 * eye.rx, eye.ry]
    easel.light(oval(glint, 0.27 * eye.rx, 0.29 * eye.ry), _GLINT)
    second = moved(eye.centre, 0.36 * eye.rx * -cast.light_side, 0.46 * eye.ry)
    easel.light(oval(second, 0.11 * eye.rx, 0.12 * eye.ry), _GLINT)


def _draw_lids(cast: Cast, eye: Eye, ink: PaintTones, length: float) -> None:
    easel, skin = cast.easel, cast.tones["skin"]
    p = cast.identity.proportions
    scale = p.eye_width / 0.22
    shut = eye.openness < 0.08
    heavy = (1.5 + 1.5 * length) * scale
    t = np.linspace(0.0, 1.0, len(eye.upper))
    profile = 0.35 + 0.65 * np.sin(np.pi * np.clip(t * 0.62 + 0.06, 0.0, 1.0)) ** 1.2
    profile[-3:] *= [0.9, 0.7, 0.45]
    easel.ink(eye.upper, ink, heavy * (0.8 if shut else 1.0), profile=profile)
    if length > 0.15:
        _draw_lashes(cast, eye, ink, length * scale)
    if not shut:
        part = eye.lower[6:-1]
        easel.ink(part, skin, 0.85 * scale, ends=(0.1, 0.7), belly=0.8)
    if eye.openness > -1.0:
        easel.ink(eye.crease[4:-3], skin, 0.7 * scale, ends=(0.05, 0.2))
    wrinkles = cast.identity.features.wrinkles
    bags = max(wrinkles, 0.8 * cast.pose.cheek_raise, 0.5 * cast.pose.lid_tighten)
    if bags > 0.25:
        down = moved(eye.lower[5:-3], 0.0, 0.07 + 0.02 * wrinkles)
        easel.ink(down, skin, 0.75 * bags, ends=(0.05, 0.05))


def _draw_lashes(cast: Cast, eye: Eye, ink: PaintTones, length: float) -> None:
    """Flicks at the outer third of the upper lid."""
    middle = eye.outline.mean(axis=0)
    for at, reach in ((-6, 0.55), (-4, 0.85), (-2, 1.0)):
        root = eye.upper[at]
        out = root - middle
        out = out / max(float(np.hypot(*out)), 1e-9)
        tip = root + 0.085 * length * reach * (moved(out, 0.25 * eye.side, -0.1 * (at != -2)))
        bend = moved(root + 0.5 * (tip - root), 0.012 * eye.side, 0.012)
        cast.easel.ink(along([root, bend, tip], 7), ink, 1.1, ends=(1.0, 0.05), belly=0.1)


def draw_brows(cast: Cast) -> None:
    """Both brows."""
    for side in (-1, 1):
        _draw_brow(cast, side, False)


def draw_brows_through_hair(cast: Cast) -> None:
    """Both brows again, faintly, over the hair that covers them, so that their play is seen."""
    if cast.identity.hair.fringe != "none":
        for side in (-1, 1):
            _draw_brow(cast, side, True)


def _draw_brow(cast: Cast, side: int, through_hair: bool) -> None:
    pose, p = cast.pose, cast.identity.proportions
    brows = cast.tones["brows"]
    up1, up2, down = pose.inner_brow_raise, pose.outer_brow_raise, pose.brow_lower
    skew = side * pose.brow_skew
    arch = p.brow_arch
    grief = up1 * (1.0 - up2)
    lift = np.array(
        [
            0.015 + 0.15 * up1 - 0.18 * down + 0.03 * up2,
            0.12 * up1 - 0.11 * down + 0.08 * up2 + 0.02 * arch,
            0.03 * up1 - 0.01 * down + 0.15 * up2 + 0.055 * arch,
            -0.05 * grief + 0.035 * down + 0.12 * up2 + 0.035 * arch,
            -0.1 * grief + 0.03 * down + 0.08 * up2 - 0.035 * arch,
        ]
    )
    lift = lift + skew * np.array([0.03, 0.07, 0.1, 0.08, 0.05])
    lift -= 0.02 * pose.nose_wrinkle + 0.02 * pose.cheek_raise
    x = np.array([-0.92, -0.42, 0.16, 0.74, 1.2]) * p.eye_width + p.eye_spacing
    x[:2] -= 0.05 * down + 0.02 * pose.nose_wrinkle
    y = p.eye_height - p.brow_height - lift
    path = cast.head.on_face(along(np.column_stack([side * x, y]), 22), out=0.03)
    t = np.linspace(0.0, 1.0, len(path))
    profile = np.interp(t, [0.0, 0.1, 0.45, 1.0], [0.45, 0.95, 0.9, 0.1])
    shape = strip(path, 1.25 * p.brow_thickness * profile)
    if through_hair:
        # On dark hair a dark brow is seen by the light round it.
        glow = strip(path, 1.25 * p.brow_thickness * profile + 0.045)
        cast.easel.wash(glow, cast.tones["hair"].light, 0.3, 0.03)
        cast.easel.wash(shape, brows.ink, 0.85)
        return
    cast.easel.fill(shape, brows.base)
    cast.easel.wash(shape, brows.ink, 0.35)
    half = len(path)
    cast.easel.ink(shape[:half], brows, 0.55)
    cast.easel.ink(shape[half:], brows, 0.4)
