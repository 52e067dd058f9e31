"""The drawing of an identity in a pose: as a picture, as lines or flats alone, in layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from paintreel.drawing.canvas import Stage
from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast, cast
from paintreel.rig.easel import Easel, Mode, View
from paintreel.rig.identity import Identity
from paintreel.rig.parts.eyes import draw_brows, draw_eyes
from paintreel.rig.parts.head import (
    draw_cheeks, draw_ears, draw_gloom, draw_head, draw_lines_of_age,
)
from paintreel.rig.parts.mouth import draw_mouth
from paintreel.rig.parts.nose import draw_nose
from paintreel.rig.pose import Pose

def quick(identity, pose, size=(512, 512), top=-2.75, bottom=1.2, mode="painted"):
    w, h = size
    unit = h / (bottom - top)
    view = View(Stage(w, h), unit, (w / 2, -top * unit))
    easel = Easel(view, mode)
    c = cast(identity, pose, easel)
    easel.sheet("a")
    from paintreel.rig.parts import hair
    try:
        from paintreel.rig.parts import body
    except ImportError:
        body = None
    hair.draw_back(c)
    body.draw_body_back(c)
    body.draw_body(c)
    draw_ears(c)
    draw_head(c)
    hair.cast_shadow(c)
    draw_cheeks(c)
    draw_lines_of_age(c)
    draw_nose(c)
    draw_mouth(c)
    draw_eyes(c)
    draw_brows(c)
    draw_gloom(c)
    if hair:
        hair.draw_front(c)
        draw_brows(c, through_hair=True)
    from paintreel.rig.parts.arms import draw_raised_arms
    draw_raised_arms(c)
    return easel.sheets["figure"].rgba()
