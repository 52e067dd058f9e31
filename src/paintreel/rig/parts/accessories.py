"""What is worn on the head, and what grows on it: hats, glasses, ribbons, ears on top, horns."""

from __future__ import annotations

import numpy as np

from paintreel.drawing.forms import strip
from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.tones import PaintTones, colour_of, mixed, tones_of

__all__ = ["draw_before", "draw_behind"]

_GOLD = tones_of(colour_of("#d9aa3f"))
_BONE = tones_of(colour_of("#d8c8a4"))
_GLASS = colour_of("#d9eef2")


def draw_behind(cast: Cast) -> None:
    """What lies behind the head."""
    worn = cast.identity.accessories
    if cast.identity.features.horns == "antlers":
        _draw_antlers(cast)
    if "witch-hat" in worn:
        _draw_brim(cast, 0.6, cast.tones["cloth"])
    elif "hat" in worn:
        _draw_brim(cast, 0.26, cast.tones["accent"])
    if "bow" in worn:
        _draw_bow(cast)


def draw_before(cast: Cast) -> None:
    """What lies before the head and its hair."""
    worn, features = cast.identity.accessories, cast.identity.features
    if features.ears in ("cat", "bear"):
        for side in (-1, 1):
            _draw_top_ear(cast, side, features.ears)
    if features.horns in ("nubs", "curved"):
        for side in (-1, 1):
            _draw_horn(cast, side, features.horns)
    if "headband" in worn:
        _draw_headband(cast)
    if "goggles" in worn:
        _draw_goggles(cast)
    if "eyepatch" in worn:
        _draw_eyepatch(cast)
    if "glasses" in worn:
        _draw_glasses(cast)
    if "earrings" in worn:
        _draw_earrings(cast)
    if "flower" in worn:
        _draw_flower(cast)
    if "witch-hat" in worn:
        _draw_witch_hat(cast)
    elif "hat" in worn:
        _draw_hat(cast)
    elif "cap" in worn:
        _draw_cap(cast)


def _head(cast: Cast, points: list[list[float]], z: float) -> Array:
    return cast.head.flat(np.asarray(points, float), z)


def _side(cast: Cast) -> float:
    return cast.identity.proportions.head_width + 0.06 + 0.08 * cast.identity.hair.volume


def _top(cast: Cast) -> float:
    return -cast.identity.proportions.forehead


def _draw_brim(cast: Cast, wide: float, tones: PaintTones) -> None:
    """The half of a brim behind the head, seen from below."""
    w, y = _side(cast), 0.52 * _top(cast)
    angle = np.linspace(np.pi, 2.0 * np.pi, 25)
    reach = (w + wide) * np.cos(angle)
    rise = y - 0.14 * np.abs(np.sin(angle))
    placed = cast.head.place(np.column_stack([reach, rise, 0.5 * (w + wide) * np.sin(angle)]))
    shape = np.vstack([placed, (moved(placed, 0.0, 0.1))[::-1]])
    cast.easel.fill(shape, tones.deep)
    cast.easel.contour(shape, tones, 0.9)


def _crown_of_hat(cast: Cast, tones: PaintTones, outline: list[list[float]], band_y: float) -> None:
    """The crown of a hat with its ribbon."""
    easel = cast.easel
    crown = loop(_head(cast, outline, 0.1), 70)
    easel.fill(crown, tones.base)
    w = _side(cast)
    with easel.inside(crown):
        easel.wash(moved(crown, 0.62 * -cast.light_side, 0.0), tones.shade, 0.65, 0.25)
        band = _head(cast, [[-w - 0.2, band_y - 0.05], [0.0, band_y + 0.09],
            [w + 0.2, band_y - 0.05],
                            [w + 0.2, band_y - 0.36], [0.0, band_y - 0.26],
                            [-w - 0.2, band_y - 0.36]], 0.3)  # fmt: skip
        trim = cast.tones["trim"]
        easel.fill(band, trim.base)
        with easel.inside(band):
            easel.wash(moved(band, 0.7 * -cast.light_side, 0.0), trim.shade, 0.6, 0.2)
        easel.ink(along(band[:3], 20), tones, 0.9)
        easel.ink(along(band[3:], 20), tones, 0.9)
    easel.contour(crown, tones, 1.1)
    if "witch-hat" in cast.identity.accessories:
        outer = _head(cast, [[-0.17, band_y - 0.4], [0.17, band_y - 0.4], [0.17, band_y - 0.1],
                             [-0.17, band_y - 0.1]], 0.5)  # fmt: skip
        inner = outer.mean(axis=0) + 0.55 * (outer - outer.mean(axis=0))
        easel.form(outer, _GOLD, 0.9)
        easel.fill(inner, cast.tones["trim"].base)
        easel.contour(inner, _GOLD, 0.8)


def _front_brim(cast: Cast, tones: PaintTones, wide: float, y: float) -> None:
    """The brim as one sees it from a little above: an oval that bends down at its ends."""
    easel, w = cast.easel, _side(cast)
    swing = 0.03 * cast.pose.hair_swing
    y += 0.06
    edge = [[-w - wide, y + 0.1], [-0.75 * w - 0.4 * wide, y + 0.1], [0.0, y + 0.2],
            [0.75 * w + 0.4 * wide, y + 0.1], [w + wide, y + 0.1 + swing],
            [w + 0.55 * wide, y - 0.16],
            [0.0, y - 0.22], [-w - 0.55 * wide, y - 0.16]]  # fmt: skip
    brim = loop(_head(cast, edge, 0.25), 70)
    easel.fill(brim, tones.base)
    with easel.inside(brim):
        easel.wash(moved(brim, 0.0, 0.22), tones.shade, 0.7, 0.1)
        easel.wash(moved(brim, 0.9 * -cast.light_side, 0.05), tones.shade, 0.5, 0.25)
    easel.contour(brim, tones, 1.15)


def _shade_below(cast: Cast, y: float) -> None:
    """What a brim throws on hair and face."""
    w = _side(cast)
    with cast.easel.inside(np.vstack([moved(cast.face, 0.0, -0.03)])):
        band = _head(cast, [[-w - 0.3, y], [w + 0.3, y], [w + 0.3, y + 0.3], [0.0, y + 0.44],
                            [-w - 0.3, y + 0.3]], 0.4)  # fmt: skip
        cast.easel.wash(band, colour_of("#38244f"), 0.34, 0.12)


def _draw_witch_hat(cast: Cast) -> None:
    tones, w = cast.tones["cloth"], _side(cast)
    y = 0.56 * _top(cast)
    bend = 0.2 * cast.pose.hair_swing
    _shade_below(cast, y)
    _crown_of_hat(
        cast,
        tones,
        [[-0.82 * w, y + 0.02], [-0.74 * w, y - 0.5], [-0.46 * w, y - 0.95], [-0.1, y - 1.32],
         [0.3 + bend, y - 1.56], [0.74 + bend, y - 1.42], [0.52 + 0.6 * bend, y - 1.28],
         [0.4, y - 1.02], [0.6 * w, y - 0.62], [0.82 * w, y + 0.02], [0.0, y + 0.12]],
        y,
    )  # fmt: skip
    crease = _head(cast, [[-0.3, y - 0.86], [0.0, y - 0.78], [0.3, y - 0.88]], 0.4)
    cast.easel.ink(along(crease, 14), tones, 0.8, ends=(0.1, 0.0))
    _front_brim(cast, tones, 0.85, y)


def _draw_hat(cast: Cast) -> None:
    tones, w = cast.tones["accent"], _side(cast)
    y = 0.58 * _top(cast)
    _shade_below(cast, y)
    _crown_of_hat(
        cast,
        tones,
        [[-0.9 * w, y + 0.02], [-0.86 * w, y - 0.42], [-0.6 * w, y - 0.74], [0.0, y - 0.7],
         [0.6 * w, y - 0.74], [0.86 * w, y - 0.42], [0.9 * w, y + 0.02], [0.0, y + 0.12]],
        y,
    )  # fmt: skip
    _front_brim(cast, tones, 0.42, y)


def _draw_cap(cast: Cast) -> None:
    tones, w = cast.tones["accent"], _side(cast)
    y = 0.5 * _top(cast)
    easel = cast.easel
    _shade_below(cast, y)
    dome = loop(_head(cast, [[-w - 0.02, y + 0.06], [-w - 0.02, y - 0.3], [-0.6 * w, y - 0.64],
                             [0.0, y - 0.76], [0.6 * w, y - 0.64], [w + 0.02, y - 0.3],
                             [w + 0.02, y + 0.06], [0.0, y - 0.02]], 0.1), 60)  # fmt: skip
    easel.form(dome, tones, 1.1, away=(0.6 * -cast.light_side, 0.1), softness=0.25)
    for x in (-0.5, 0.0, 0.5):
        seam = _head(cast, [[0.1 * x, y - 0.76], [0.8 * x * w, y - 0.5], [x * w, y]], 0.35)
        easel.ink(along(seam, 12), tones, 0.6)
    peak = loop(_head(cast, [[-0.72 * w, y - 0.02], [0.0, y - 0.12], [0.72 * w, y - 0.02],
                             [0.62 * w, y + 0.2], [0.0, y + 0.26], [-0.62 * w, y + 0.2]],
                             0.8), 50)  # fmt: skip
    easel.form(peak, cast.tones["trim"], 1.1, away=(0.1 * -cast.light_side, 0.1))


def _draw_bow(cast: Cast) -> None:
    tones, y = cast.tones["accent"], _top(cast) - 0.06
    for s in (-1, 1):
        wing = loop(_head(cast, [[0.05 * s, y - 0.06], [0.36 * s, y - 0.34], [0.66 * s, y - 0.22],
                                 [0.6 * s, y + 0.14], [0.3 * s, y + 0.16]], -0.15), 36)  # fmt: skip
        cast.easel.form(wing, tones, 1.0, away=(0.12 * -cast.light_side, 0.12))
    knot = loop(
        _head(
            cast, [[-0.12, y - 0.14], [0.12, y - 0.14], [0.13, y + 0.12], [-0.13, y + 0.12]], -0.1
        ),
        24,
    )
    cast.easel.form(knot, tones, 0.95)


def _draw_flower(cast: Cast) -> None:
    w, accent = _side(cast), cast.tones["accent"]
    middle = _head(cast, [[-0.82 * w, -0.36]], 0.3)[0]
    for angle in np.linspace(0.0, 2.0 * np.pi, 6)[:-1]:
        petal = oval(middle + 0.13 * np.array([np.sin(angle), -np.cos(angle)]), 0.11, 0.11, 20)
        cast.easel.form(petal, accent, 0.8, away=(0.05 * -cast.light_side, 0.06))
    heart = oval(middle, 0.075, 0.075, 18)
    cast.easel.form(heart, _GOLD, 0.8, away=(0.03, 0.03))


def _draw_headband(cast: Cast) -> None:
    w, tones = _side(cast), cast.tones["accent"]
    y = -0.5
    high = [
        [-w - 0.01, y + 0.06],
        [-0.6 * w, y - 0.2],
        [0.0, y - 0.3],
        [0.6 * w, y - 0.2],
        [w + 0.01, y + 0.06],
    ]
    z = np.array([0.0, 0.4, 0.52, 0.4, 0.0])
    top = along(cast.head.place(np.column_stack([np.array(high), z])), 30)
    band = np.vstack([top, (moved(top, 0.0, 0.16))[::-1]])
    cast.easel.form(band, tones, 0.95, away=(0.6 * -cast.light_side, 0.04), softness=0.2)


def _lens(cast: Cast, side: int, grow: float, y: float | None = None) -> Array:
    p = cast.identity.proportions
    at = p.eye_height if y is None else y
    ring = oval(
        [side * p.eye_spacing * 1.02, at + 0.01], p.eye_width * grow, p.eye_width * grow * 0.95, 36
    )
    return cast.head.on_face(ring, out=0.08)


def _draw_glasses(cast: Cast) -> None:
    easel, p = cast.easel, cast.identity.proportions
    frame = tones_of(mixed(cast.tones["accent"].ink, cast.tones["accent"].base, 0.25))
    for side in (-1, 1):
        lens = _lens(cast, side, 1.32)
        easel.wash(lens, _GLASS, 0.07)
        with easel.inside(lens):
            middle = lens.mean(axis=0)
            for shift, wide in ((-0.1, 0.07), (0.03, 0.03)):
                bar = middle + np.array([[shift + 0.2, -0.4], [shift + 0.2 + wide, -0.4],
                                         [shift - 0.2 + wide, 0.4],
                                         [shift - 0.2, 0.4]])  # fmt: skip
                easel.wash(bar, colour_of("#ffffff"), 0.16)
        closed = np.vstack([lens, lens[:2]])
        easel.ink(closed, frame, 2.1, ends=(1.0, 1.0))
        arm = np.vstack([
            cast.head.on_face(np.array([[side * (p.eye_spacing + 1.3 * p.eye_width),
                p.eye_height - 0.04]]), 0.08),
            _head(cast, [[side * p.head_width * 1.0, p.eye_height - 0.06]], 0.0),
        ])  # fmt: skip
        easel.ink(along(arm, 6), frame, 1.7, ends=(1.0, 1.0))
    inner = p.eye_spacing - 1.3 * p.eye_width
    bridge = cast.head.on_face(
        np.array([[-inner, p.eye_height], [0.0, p.eye_height - 0.06], [inner, p.eye_height]]), 0.12
    )
    easel.ink(along(bridge, 10), frame, 1.9, ends=(1.0, 1.0))


def _draw_goggles(cast: Cast) -> None:
    """Pushed up on the forehead."""
    easel, w = cast.easel, _side(cast)
    strap = _head(cast, [[-w - 0.02, -0.42], [0.0, -0.62], [w + 0.02, -0.42], [w + 0.02, -0.56],
                         [0.0, -0.78], [-w - 0.02, -0.56]], 0.35)  # fmt: skip
    band = np.vstack([along(strap[:3], 20), along(strap[3:], 20)])
    easel.form(band, cast.tones["trim"], 0.9, away=(0.5 * -cast.light_side, 0.03))
    for side in (-1, 1):
        ring = cast.head.on_face(oval([side * 0.3, -0.64], 0.25, 0.2, 32), 0.1)
        easel.form(ring, _GOLD, 1.0, away=(0.08, 0.1))
        middle = ring.mean(axis=0)
        glass = middle + 0.72 * (ring - middle)
        easel.fill(glass, mixed(_GLASS, cast.tones["iris"].base, 0.35))
        with easel.inside(glass):
            easel.wash(moved(glass, -0.06, -0.08), colour_of("#ffffff"), 0.5, 0.04)
        easel.contour(glass, _GOLD, 0.8)


def _draw_eyepatch(cast: Cast) -> None:
    easel, p, w = cast.easel, cast.identity.proportions, _side(cast)
    tones = tones_of(colour_of("#3a2b2b"))
    y = p.eye_height
    strap = cast.head.on_face(
        along([[-0.9 * w, -0.5], [-0.1, -0.12], [0.3, y], [0.95 * w, y + 0.12]], 24), 0.06
    )
    easel.ink(strap, tones, 1.8, ends=(1.0, 1.0))
    patch = loop(cast.head.on_face(np.array([[0.12, y - 0.22], [0.62, y - 0.2], [0.64, y + 0.1],
        [0.38, y + 0.3],
                                             [0.14, y + 0.12]]), 0.1), 36)  # fmt: skip
    easel.form(patch, tones, 1.0)


def _draw_earrings(cast: Cast) -> None:
    p = cast.identity.proportions
    for side in (-1, 1):
        at = _head(cast, [[side * (p.head_width + 0.02), p.eye_height + 0.42 * p.ear]], -0.05)[0]
        at = moved(at, 0.06 * cast.pose.hair_swing, 0.0)
        drop = oval(moved(at, 0.0, 0.06), 0.06, 0.085, 20)
        cast.easel.form(drop, _GOLD, 0.8, away=(0.03, 0.04))


def _draw_top_ear(cast: Cast, side: int, kind: str) -> None:
    easel, p = cast.easel, cast.identity.proportions
    size = p.ear
    skin = cast.tones["skin"]
    w = p.head_width
    if kind == "cat":
        outer = np.array([[0.3, -0.86], [0.5, -1.3], [0.84, -1.52], [0.98, -1.1], [0.96, -0.5]])
        inner = np.array([[0.48, -0.88], [0.58, -1.18], [0.8, -1.36], [0.88, -1.05], [0.86, -0.72]])
    else:
        outer = np.array([[0.4, -0.84], [0.46, -1.22], [0.76, -1.38], [1.04, -1.12], [0.98, -0.66]])
        inner = np.array([[0.52, -0.9], [0.58, -1.12], [0.76, -1.22], [0.92, -1.06], [0.86, -0.8]])
    root = np.array([0.68, -0.72])
    pull = [side * w / 0.8, p.forehead]
    fold = (
        0.12 * max(cast.pose.inner_brow_raise - cast.pose.outer_brow_raise, 0.0)
        + 0.1 * cast.pose.brow_lower
    )

    def placed(points: Array) -> Array:
        grown = root + size * (points - root)
        grown[:, 0] += fold * np.maximum(-0.9 - grown[:, 1], 0.0)
        return cast.head.flat(grown * pull, -0.05)

    shape = loop(placed(outer), 40)
    easel.form(shape, skin, 1.05, away=(0.15 * -cast.light_side, 0.05), softness=0.1)
    hollow = loop(placed(inner), 36)
    easel.fill(hollow, mixed(skin.shade, cast.tones["blush"].base, 0.55))
    easel.contour(hollow, skin, 0.6)
    tuft = placed(
        np.array([[0.5, -0.84], [0.6, -1.02], [0.68, -0.82], [0.76, -0.98], [0.86, -0.74]])
    )
    easel.ink(along(tuft, 20), skin, 0.7, ends=(0.2, 0.2))


def _draw_horn(cast: Cast, side: int, kind: str) -> None:
    easel, p = cast.easel, cast.identity.proportions
    w, top = p.head_width, _top(cast)
    if kind == "nubs":
        spine = [
            [0.46 * w, 0.86 * top, 0.25],
            [0.52 * w, top - 0.12, 0.25],
            [0.56 * w, top - 0.32, 0.2],
        ]
        wide = 0.26
    else:
        spine = [[0.55 * w, 0.84 * top, 0.2], [0.95 * w, top - 0.16, 0.15],
            [1.05 * w, top - 0.5, 0.1],
                 [0.78 * w, top - 0.72, 0.1]]  # fmt: skip
        wide = 0.3
    path = cast.head.place(along(np.array(spine) * [side, 1.0, 1.0], 22))
    shape = strip(path, wide * np.linspace(1.0, 0.12, 22))
    easel.form(shape, _BONE, 1.0, away=(0.1 * -cast.light_side, 0.04))
    for i in (4, 8, 12):
        a, b = shape[i], shape[-1 - i]
        easel.ink(along([a, moved(0.5 * (a + b), 0.0, 0.03), b], 8), _BONE, 0.7)


def _draw_antlers(cast: Cast) -> None:
    p = cast.identity.proportions
    w, top = p.head_width, _top(cast)
    for side in (-1, 1):
        for spine, wide in (
            ([[0.4 * w, 0.9 * top], [0.8 * w, top - 0.35], [1.0 * w, top - 0.9]], 0.17),
            ([[0.72 * w, top - 0.28], [1.2 * w, top - 0.4], [1.45 * w, top - 0.66]], 0.12),
            ([[0.9 * w, top - 0.55], [0.7 * w, top - 0.75], [0.62 * w, top - 0.95]], 0.11),
        ):
            path = cast.head.flat(along(np.array(spine) * [side, 1.0], 18), -0.1)
            shape = strip(path, wide * np.linspace(1.0, 0.25, 18))
            cast.easel.form(shape, _BONE, 0.95, away=(0.05 * -cast.light_side, 0.02))
