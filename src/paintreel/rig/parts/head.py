"""Skull, face, ears, cheeks and the lines of age."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.curves import along, loop, moved, oval
from paintreel.rig.parts.mouth import mouth_middle
from paintreel.rig.tones import colour_of, mixed, tones_of

__all__ = ["draw_cheeks", "draw_ears", "draw_gloom", "draw_head", "draw_lines_of_age"]

_PALE = colour_of("#cfd8e6")
_SICK = colour_of("#a9bf8a")
_GLOOM = colour_of("#2b2148")


def draw_ears(cast: Cast) -> None:
    """Ears that lie behind the face; those on top of the head are drawn with the hair."""
    kind = cast.identity.features.ears
    if kind in ("cat", "bear"):
        return
    for side in (-1, 1):
        outer, inner = _ear(cast, side, kind)
        skin = cast.tones["skin"]
        cast.easel.fill(outer, skin.base)
        cast.easel.wash(outer, skin.shade, 0.5)
        with cast.easel.inside(outer):
            cast.easel.wash(inner, mixed(skin.deep, cast.tones["blush"].base, 0.4), 0.6, 0.03)
            cast.easel.ink(inner[2:-2], skin, 0.7)
        cast.easel.contour(outer, skin)


def _ear(cast: Cast, side: int, kind: str) -> tuple[Array, Array]:
    """Its outline and the line inside it, in the figure."""
    p = cast.identity.proportions
    size, x = p.ear, p.head_width * 0.97
    if kind == "pointed":
        outer = [
            [-0.06, 0.3],
            [0.03, -0.12],
            [0.3, -0.32],
            [0.62, -0.5],
            [0.42, -0.05],
            [0.16, 0.3],
        ]
        inner = [[0.02, 0.18], [0.14, -0.1], [0.42, -0.34], [0.28, -0.02], [0.12, 0.18]]
    elif kind == "long":
        outer = [[-0.05, 0.2], [0.06, -0.08], [0.45, -0.1], [0.85, 0.2], [0.75, 0.42], [0.3, 0.34]]
        inner = [[0.05, 0.12], [0.2, 0.04], [0.5, 0.08], [0.7, 0.25], [0.4, 0.24]]
    elif kind == "fin":
        outer = [[-0.05, 0.3], [0.1, -0.3], [0.5, -0.42], [0.36, -0.14], [0.52, 0.02], [0.33, 0.16],
                 [0.4, 0.36]]  # fmt: skip
        inner = [[0.02, 0.1], [0.2, -0.2], [0.4, -0.32], [0.22, -0.05], [0.3, 0.24]]
    else:
        outer = [
            [-0.06, -0.2],
            [0.08, -0.25],
            [0.18, -0.1],
            [0.13, 0.12],
            [0.05, 0.27],
            [-0.06, 0.2],
        ]
        inner = [[0.02, -0.1], [0.1, -0.14], [0.11, 0.0], [0.04, 0.06], [0.05, 0.17]]
    y = p.eye_height + 0.14

    def placed(points: list[list[float]]) -> Array:
        at = moved(np.asarray(points) * [side * size, size], side * x, y)
        return cast.head.flat(at, -0.1)

    return loop(placed(outer), 36), along(placed(inner), 16)


def draw_head(cast: Cast) -> None:
    """Skull and face with their light and shade, and the line of the jaw."""
    easel, skin, face = cast.easel, cast.tones["skin"], cast.face
    easel.fill(face, skin.base)
    head = cast.head
    away = -cast.light_side
    with easel.inside(face):
        _draw_skin(cast)
        # The side away from the light, and the underside of the jaw.
        far = moved(face, 0.3 * -away, -0.05)
        rim = np.vstack([loop_between(face, away), loop_between(far, away)[::-1]])
        easel.wash(rim, skin.shade, 0.62, 0.2)
        thin = moved(face, 0.1 * -away, -0.02)
        rim = np.vstack([loop_between(face, away), loop_between(thin, away)[::-1]])
        easel.wash(rim, skin.deep, 0.3, 0.1)
        glow = head.on_face(oval([0.34 * -away, -0.32], 0.36, 0.3))
        easel.wash(glow, skin.light, 0.5, 0.4)
        cheek = head.on_face(oval([0.42 * -away, 0.38], 0.2, 0.13))
        easel.wash(cheek, skin.light, 0.42, 0.2)
    count = len(face)
    jaw = face[int(0.2 * count) : int(0.8 * count) + 1]
    easel.ink(jaw, skin, 1.15, ends=(0.3, 0.3))
    if cast.identity.hair.style in ("none", "mohawk", "fur"):
        skull = np.roll(face, count // 2, axis=0)[int(0.26 * count) : int(0.74 * count) + 1]
        easel.ink(skull, skin, 1.0, ends=(0.6, 0.6))


def loop_between(outline: Array, side: int) -> Array:
    """The half of a closed outline on one side, from its top to its bottom."""
    half = len(outline) // 2
    return outline[: half + 1] if side > 0 else np.vstack([outline[half:], outline[:1]])[::-1]


def _draw_skin(cast: Cast) -> None:
    """What lies on the skin: a pale muzzle, markings, pallor."""
    easel, skin, pose = cast.easel, cast.tones["skin"], cast.pose
    p, features = cast.identity.proportions, cast.identity.features
    head = cast.head
    y = mouth_middle(cast)[1]
    if features.muzzle > 0.02:
        patch = head.on_face(
            loop(
                [
                    [0, y - 0.34],
                    [0.34, y - 0.16],
                    [0.48, y + 0.12],
                    [0.3, 1.1],
                    [0, 1.2],
                    [-0.3, 1.1],
                    [-0.48, y + 0.12],
                    [-0.34, y - 0.16],
                ],
                48,
            )
        )
        pale = mixed(skin.light, np.array([255, 244, 224]), 0.55)
        easel.fill(patch, mixed(skin.base, pale, features.muzzle))
    if features.markings == "stripes":
        for side in (-1, 1):
            for i, at in enumerate((0.3, 0.46, 0.62)):
                path = along(
                    [[side * 0.95, at], [side * 0.72, at + 0.01], [side * 0.52, at - 0.03 * i]], 9
                )
                easel.wash(_blade(head.on_face(path), 0.075), skin.deep, 0.8)
        for x, long in ((-0.16, 0.26), (0.0, 0.36), (0.16, 0.26)):
            path = along([[x, -0.95], [x * 0.9, -0.8 + 0.3 * long], [x * 0.7, -0.7 + long]], 9)
            easel.wash(_blade(head.on_face(path), 0.085), skin.deep, 0.8)
    elif features.markings == "spots":
        rng = cast.rng("spots")
        for _ in range(22):
            x, up = rng.uniform(0.3, 0.78) * rng.choice([-1, 1]), rng.uniform(-0.75, 0.75)
            spot = head.on_face(oval([x * p.head_width / 0.8, up], *rng.uniform(0.025, 0.07, 2)))
            easel.wash(spot, skin.deep, 0.6)
    elif features.markings == "paint":
        for side in (-1, 1):
            for down in (0.0, 0.11):
                path = along([[side * 0.26, 0.42 + down], [side * 0.62, 0.36 + down]], 8)
                easel.wash(_blade(head.on_face(path), 0.06), cast.tones["accent"].base, 0.9)
    if pose.pallor > 0.0:
        easel.wash(cast.face, mixed(_PALE, _SICK, pose.nose_wrinkle), 0.42 * pose.pallor)


def _blade(path: Array, width: float) -> Array:
    from paintreel.drawing.forms import strip

    return strip(path, width * np.linspace(1.0, 0.1, len(path)))


def draw_cheeks(cast: Cast) -> None:
    """Blush, freckles, stubble."""
    easel, pose = cast.easel, cast.pose
    p, features = cast.identity.proportions, cast.identity.features
    blush = cast.tones["blush"]
    amount = 0.2 + 0.55 * pose.blush
    amount *= 1.0 - 0.8 * pose.pallor
    y = p.eye_height + p.eye_openness + 0.14
    with easel.inside(cast.face):
        for side in (-1, 1):
            spot = cast.head.on_face(oval([side * 0.5 * p.head_width / 0.8, y], 0.2, 0.12))
            easel.wash(spot, blush.base, amount, 0.2)
        nose_y = p.eye_height + p.nose_length
        spot = cast.head.on_face(oval([0.0, nose_y - 0.04], 0.13, 0.09), out=0.1)
        easel.wash(spot, blush.base, 0.5 * amount, 0.16)
        if features.freckles > 0.02:
            rng = cast.rng("freckles")
            for _ in range(int(8 + 22 * features.freckles)):
                x = rng.uniform(0.1, 0.58) * rng.choice([-1, 1])
                at = [x, y - 0.05 + rng.uniform(-0.1, 0.1) - 0.1 * (0.4 - abs(x))]
                spot = cast.head.on_face(oval(at, 0.014, 0.012, 8))
                easel.wash(spot, cast.tones["skin"].deep, 0.65)
        if features.stubble > 0.02:
            jaw = cast.face[int(0.3 * len(cast.face)) : int(0.7 * len(cast.face)) + 1]
            inner = moved(jaw * [0.86, 1.0], 0.14 * cast.head.middle[0], -0.26)
            band = np.vstack([jaw, inner[::-1]])
            easel.wash(band, cast.tones["hair"].deep, 0.32 * features.stubble, 0.16)
    if pose.blush > 0.5:
        for side in (-1, 1):
            for i in (-1, 0, 1):
                x = side * 0.5 * p.head_width / 0.8 + 0.055 * i
                stroke = cast.head.on_face(
                    np.array([[x + 0.016, y - 0.035], [x - 0.016, y + 0.035]])
                )
                easel.ink(along(stroke, 5), blush, 0.55 * pose.blush, ends=(0.2, 0.2))


def draw_lines_of_age(cast: Cast) -> None:
    """Folds that a face has, or that an expression makes."""
    easel, pose, skin = cast.easel, cast.pose, cast.tones["skin"]
    p, old = cast.identity.proportions, cast.identity.features.wrinkles
    place = cast.head.on_face

    def line(points: list[list[float]], weight: float) -> None:
        if weight > 0.12:
            easel.ink(
                along(place(along(points, 12)), 14), skin, min(weight, 1.0), ends=(0.05, 0.05)
            )

    mouth_y = mouth_middle(cast)[1]
    nose_y = p.eye_height + p.nose_length
    half = p.mouth_width * cast.mouth.width
    pulled = max(0.7 * pose.cheek_raise * pose.lip_corner_pull, 0.7 * pose.nose_wrinkle,
                 0.6 * pose.upper_lip_raise)  # fmt: skip
    fold = max(0.85 * old, (0.2 + 0.8 * old) * pulled)
    for side in (-1, 1):
        line(
            [
                [side * (p.nose_width + 0.03), nose_y - 0.03],
                [side * (half + 0.03), 0.5 * (nose_y + mouth_y) - 0.02],
                [side * (half + 0.09), mouth_y + 0.03],
            ],
            0.75 * fold,
        )
        frown = max(pose.brow_lower, 0.7 * pose.nose_wrinkle)
        x, top = side * 0.055, p.eye_height - p.brow_height
        line([[x * 1.3, top - 0.02], [x, top + 0.06], [x * 1.3, top + 0.14]], 0.8 * frown)
        corner = side * (p.eye_spacing + p.eye_width)
        feet = max(0.8 * old, 0.55 * pose.cheek_raise * (old > 0.2))
        for lift in (-0.05, 0.02, 0.08):
            start = [corner + 0.06 * side, p.eye_height + lift]
            line([start, [corner + 0.16 * side, p.eye_height + 2.0 * lift]], 0.6 * feet)
        if old > 0.3:
            y = 0.42
            line(
                [[side * 0.62, y - 0.05], [side * 0.56, y + 0.12], [side * 0.6, y + 0.26]],
                0.5 * old,
            )
    lifted = max(pose.inner_brow_raise, pose.outer_brow_raise)
    brow = old * max(0.55, 0.8 * lifted)
    for i, up in enumerate((0.16, 0.25, 0.34)):
        y = p.eye_height - p.brow_height - up - 0.1 * lifted
        bend = -0.03 * lifted
        line([[-0.34 + 0.03 * i, y], [0.0, y + bend], [0.34 - 0.03 * i, y]], brow)
    bridge = pose.nose_wrinkle
    for i in range(3):
        y = p.eye_height + 0.03 + 0.055 * i
        line([[-0.07, y], [0.0, y + 0.025], [0.07, y]], 0.7 * bridge)
    if pose.chin_raise > 0.3:
        y = 0.5 * (mouth_y + cast.chin_y) + 0.06
        for x in (-0.06, 0.0, 0.06):
            line([[x - 0.015, y], [x + 0.015, y + 0.01]], 0.7 * pose.chin_raise)


def draw_gloom(cast: Cast) -> None:
    """Shade that falls over the brow of one who is angry or aghast."""
    pose = cast.pose
    amount = max(pose.gloom, 0.75 * pose.pallor * (1.0 - pose.nose_wrinkle))
    if amount <= 0.02:
        return
    with cast.easel.inside(cast.face):
        p = cast.identity.proportions
        low = p.eye_height + (0.02 if pose.gloom > pose.pallor else -0.1)
        band = cast.head.on_face(np.array([[-1.1, -1.2], [1.1, -1.2], [1.1, low], [-1.1, low]]))
        cast.easel.wash(band, _GLOOM, 0.42 * amount, 0.5)
        if pose.pallor > 0.3:
            x0 = 0.62 * p.head_width * -cast.light_side
            y = p.eye_height + p.eye_openness + 0.05
            for i in range(3):  # strokes of dread under one eye
                x = x0 + 0.07 * (i - 1)
                path = cast.head.on_face(along([[x, y - 0.02 * i], [x, y + 0.2 - 0.03 * i]], 6))
                cast.easel.ink(path, tones_of(_GLOOM), 0.5 * pose.pallor, ends=(0.9, 0.1))
