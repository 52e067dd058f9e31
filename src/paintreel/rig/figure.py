"""The drawing of an identity in a pose: as a picture, as lines or flats alone, in layers.

    drawing = draw_character(identity, pose_of("fear"), (1280, 720))
    drawing.rgba                      # (H, W, 4) uint8, straight alpha
    drawing.layers                    # back to front, each with a name

For frames of a clip `FigureDrawer` keeps what has not changed:
`FigureDrawer(identity, size).draw(pose)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

import cv2
import numpy as np

from paintreel.drawing.canvas import Canvas
from paintreel.drawing.layer_effects import rim
from paintreel.drawing.openraster import RasterLayer
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.rig.cast import Cast
from paintreel.rig.easel import Easel, Mode
from paintreel.rig.framing import Framing, view_of
from paintreel.rig.identity import Identity
from paintreel.rig.parts import (
    accessories,
    arms,
    beards,
    body,
    effects,
    eyes,
    hair,
    head,
    mouth,
    nose,
)
from paintreel.rig.pose import Pose
from paintreel.rig.tones import colour_of, palette_tones

__all__ = ["SHEETS", "CharacterDrawing", "FigureDrawer", "FigureLight", "draw_character"]

Sheet = Literal["back", "body", "head", "face", "hair", "hands"]
SHEETS: Mapping[Sheet, tuple[Callable[[Cast], None], ...]] = {
    "back": (accessories.draw_behind, hair.draw_back, body.draw_body_back),
    "body": (body.draw_body,),
    "head": (head.draw_ears, head.draw_head, hair.cast_shadow, head.draw_cheeks),
    "face": (
        head.draw_lines_of_age,
        beards.draw_beard,
        nose.draw_nose,
        mouth.draw_mouth,
        beards.draw_moustache,
        eyes.draw_eyes,
        eyes.draw_brows,
        head.draw_gloom,
        effects.draw_tears,
    ),
    "hair": (
        hair.draw_front,
        eyes.draw_brows_through_hair,
        accessories.draw_before,
        effects.draw_sweat,
    ),
    "hands": (arms.draw_raised_arms,),
}
"""Layer, back to front -> what is drawn on it, in turn."""

_UNDER: tuple[Sheet, ...] = ("back", "body")
_LIVE: tuple[Sheet, ...] = ("head", "face")
_OVER: tuple[Sheet, ...] = ("hair", "hands")
LIVE_NUMBERS = frozenset(
    {
        *("inner_brow_raise", "outer_brow_raise", "brow_lower", "upper_lid_raise", "cheek_raise"),
        *("lid_tighten", "nose_wrinkle", "upper_lip_raise", "lip_corner_pull"),
        *("lip_corner_depress", "chin_raise", "lip_pucker", "lip_stretch", "lip_press"),
        *("jaw_drop", "tongue_show", "brow_skew", "mouth_skew", "lid_left", "lid_right"),
        *("gaze_x", "gaze_y", "pupil", "speaking", "mouth_shape", "mouth_openness", "mouth_next"),
        *("mouth_mix", "blush", "pallor", "gloom", "tears", "water_s"),
    }
)
"""What of a pose moves the face alone: body, back and hair stay as they are."""
_BROWS = (
    *("inner_brow_raise", "outer_brow_raise", "brow_lower", "brow_skew"),
    *("nose_wrinkle", "cheek_raise"),
)
"""What moves the brows, which show through the hair that is kept."""


@dataclass(frozen=True)
class FigureLight:
    """Where a character stands in the light of a background.

    side      where it comes from, -1 left or 1 right
    ambient   colour of the light all round, "#rrggbb", which tints everything
    key       colour of the edge that faces the light
    strength  0 as on white paper .. 1
    """

    side: int = -1
    ambient: str = "#ffffff"
    key: str = "#ffffff"
    strength: float = 0.0

    def __post_init__(self) -> None:
        if self.side not in (-1, 1) or not 0.0 <= self.strength <= 1.0:
            raise InputError(
                f"light of side {self.side} and strength {self.strength}, expected -1 or 1, and 0 "
                "to 1"
            )

    def fall_on(self, rgba: Array, reach_px: float) -> Array:
        """The layer, uint8 (H, W, 4) with straight alpha, in this light."""
        if self.strength <= 0.0:
            return rgba
        steps = np.arange(256.0)
        table = np.stack(
            [
                *(
                    steps * (1.0 - self.strength * (1.0 - c / 255.0))
                    for c in colour_of(self.ambient)
                ),
                steps,
            ],
            axis=-1,
        )
        lit = cv2.LUT(rgba, np.rint(table).astype(np.uint8).reshape(1, 256, 4))
        rim(lit, (0.8 * self.side, -0.6), reach_px, colour_of(self.key), 0.7 * self.strength)
        return lit


WHITE_LIGHT = FigureLight()


@dataclass(frozen=True, eq=False)
class CharacterDrawing:
    """layers: back to front, of one size; rgba: all of them, (H, W, 4) uint8, straight alpha.

    unit_px  pixels of half the height of the head
    """

    layers: tuple[RasterLayer, ...]
    unit_px: float

    @cached_property
    def rgba(self) -> Array:
        """All layers, one over the other."""
        return _flattened([layer.rgba for layer in self.layers])


def draw_character(
    identity: Identity,
    pose: Pose,
    size_px: tuple[int, int],
    *,
    framing: Framing = "bust",
    mode: Mode = "painted",
    apart: bool = False,
    x: float = 0.5,
    scale: float = 1.0,
    light: FigureLight = WHITE_LIGHT,
    quick: bool = False,
) -> CharacterDrawing:
    """Draw a character on transparent ground.

    size_px  width and height, 16 to 8192 each
    framing  "bust" from the head to the shoulders, "half" to the hips, "face" the head alone,
             "mouth" as on a mouth chart
    mode     "painted" all of it, "lines" its ink in black alone, "flats" its flat colours alone
    apart    every sheet of `SHEETS` a layer of its own; else there is one
    x        where in the width the character stands, 0 to 1
    scale    its size, a share of what fills the height
    quick    drawn without enlargement, as frames of a clip are

    Raises InputError.
    """
    view = view_of(identity, size_px, framing, x=x, scale=scale, quick=quick)
    names = list(SHEETS)
    groups: list[list[Sheet]] = [[name] for name in names] if apart else [names]
    layers = []
    for group in groups:
        easel = Easel(view, mode)
        cast = Cast(identity, pose, easel, palette_tones(identity.palette), light.side)
        for name in group:
            for draw in SHEETS[name]:
                draw(cast)
        rgba = easel.canvas.rgba()
        if mode == "painted":
            rgba = light.fall_on(rgba, 0.05 * view.unit_px)
        layers.append(RasterLayer(group[0] if apart else identity.name, view.in_frame(rgba)))
    return CharacterDrawing(tuple(layers), view.unit_px)


class FigureDrawer:
    """Draws one character in one pose after the other, and keeps what has not changed between.

    The same arguments as `draw_character`, without layers. `quick` is the default here.
    """

    def __init__(
        self,
        identity: Identity,
        size_px: tuple[int, int],
        *,
        framing: Framing = "bust",
        mode: Mode = "painted",
        x: float = 0.5,
        scale: float = 1.0,
        light: FigureLight = WHITE_LIGHT,
        quick: bool = True,
    ) -> None:
        self.identity = identity
        self.light = light
        self.view = view_of(identity, size_px, framing, x=x, scale=scale, quick=quick)
        self._mode = mode
        self._tones = palette_tones(identity.palette)
        self._kept: dict[tuple[Sheet, ...], tuple[object, Canvas]] = {}

    def draw(self, pose: Pose) -> Array:
        """(H, W, 4) uint8 with straight alpha: the character in that pose, on nothing."""
        still = tuple(
            getattr(pose, one.name) for one in fields(Pose) if one.name not in LIVE_NUMBERS
        )
        brows = tuple(round(getattr(pose, name), 2) for name in _BROWS)
        under = self._group(_UNDER, pose, still)
        beads = round(pose.water_s, 2) if pose.sweat >= effects.LEAST_SWEAT else 0.0
        over = self._group(_OVER, pose, (still, brows, beads))
        canvas = under.copy()
        self._paint(_LIVE, pose, canvas)
        canvas.lay(over)
        rgba = self.light.fall_on(canvas.rgba(), 0.05 * self.view.unit_px)
        return self.view.in_frame(rgba)

    def _group(self, names: tuple[Sheet, ...], pose: Pose, key: object) -> Canvas:
        kept = self._kept.get(names)
        if kept is None or kept[0] != key:
            canvas = Canvas(self.view.stage)
            self._paint(names, pose, canvas)
            self._kept[names] = kept = (key, canvas)
        return kept[1]

    def _paint(self, names: tuple[Sheet, ...], pose: Pose, canvas: Canvas) -> None:
        easel = Easel(self.view, self._mode, canvas)
        cast = Cast(self.identity, pose, easel, self._tones, self.light.side)
        for name in names:
            for draw in SHEETS[name]:
                draw(cast)


def _flattened(layers: list[Array]) -> Array:
    """Layers with straight alpha over each other, (H, W, 4) uint8."""
    if len(layers) == 1:
        return layers[0]
    total = layers[0][..., :3] * (layers[0][..., 3:] / 255.0)
    alpha = layers[0][..., 3:] / 255.0
    for layer in layers[1:]:
        cover = layer[..., 3:] / 255.0
        total = total * (1.0 - cover) + layer[..., :3] * cover
        alpha = alpha * (1.0 - cover) + cover
    colour = total / np.maximum(alpha, 1e-6)
    rgba: Array = np.rint(np.concatenate([colour, 255.0 * alpha], axis=-1)).astype(np.uint8)
    return rgba
