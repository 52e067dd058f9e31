"""Teacher pictures: a painting of each photograph by rules, as FSGAN's colour-block target.

FSGAN (Wu and Chen 2022) has boundary and colour-block losses and names no target for them. Ours
is a whole painted picture: flat paint that follows the form, a fine brush where flat paint would
lose an eye or a letter, light in soft bands, colour that leaves greys grey, and ink where forms
end. The network learns it first; the adversaries then pull it from the rule toward the painter.

Differences from the paper: it uses the guided/superpixel abstraction of CartoonGAN-like work
alone; strokes, ink and light are ours, since a small network follows a bold target well and
a timid one not at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.art_hand import ArtHand
from paintreel.learn.data.colour_transfer import ColourTransfer
from paintreel.learn.data.painterly import (
    Flow,
    colour_blocks,
    flow_field,
    kuwahara,
    smooth_along,
    smoothstep,
    soften,
)
from paintreel.learn.data.teacher_colour import ColourRule, toned
from paintreel.learn.data.teacher_form import enhance_forms, skin_likeness
from paintreel.learn.data.teacher_ink import InkRule, ink_of
from paintreel.learn.data.teacher_media import on_paper, relief, wet_edges

OWN_HAND = ArtHand()
"""The rules' own, of no art."""

_FINE_PX = 2
_DETAIL_WIDTH = 0.16
_SOFT_ON_SKIN = 0.35
_DEEPER_FLESH = (0.45, 0.36, 0.36)
"""A line on skin is thinner, and a deeper flesh than what it is on: black creases age a face."""
_BROADER = (0.8, 1.4)
"""Bounds of how much broader the art's lines may make those of the rules."""


@dataclass(frozen=True)
class TeacherSettings:
    """How a teacher picture is painted; lengths in pixels of the photograph as it is given.

    form: gain of faint forms before they are painted.
    dab_px: radius of the brush dabs; passes: times that they are laid.
    stroke_px: length of smoothing along the form.
    blocks: share of mean-shift blocks in the colour, 0..1; block_levels: colours of 8 bits that
    are one block.
    detail: error of the flat paint, relative to the local light, above which a fine brush goes
    over it; smaller keeps more.  skin_detail: factor on it where the colour is that of skin.
    bands: of light (0 turns them off); band_share: of the way to them.
    contrast: of the S-curve of light.  lift: of black.
    shadow, warmth: shares of the art's hue of shadows and warmth of coloured lights.
    chroma: factor on the chroma of colours, 0 for grey washes.
    lean: of greys, in CIELAB b: warm in the light, cool in the shade.
    hand: share of the way from the rules' own lines, shadows and hues to those of the art.
    palette: share of the way to the art's palette; above 0 it tints what is grey.
    wet_edge: watercolour pigment density at the rim of a patch.  relief: oil impasto height.
    paper: share of the way of light tones to white paper.
    ink: opacity of the lines, 0..1; ink_thin_px and ink_broad_px: of lines, and of those in front
    (0 for none); ink_gain, ink_threshold as in `ink_lines`.
    ink_rgb: colour of the ink, empty for that of the art.
    Raises InputError for another number of colours.
    """

    form: float = 1.2
    dab_px: int = 6
    passes: int = 2
    stroke_px: float = 5.0
    blocks: float = 0.0
    block_levels: float = 18.0
    detail: float = 0.14
    skin_detail: float = 0.8
    bands: int = 6
    band_share: float = 0.8
    contrast: float = 0.16
    lift: float = 0.07
    shadow: float = 1.4
    warmth: float = 1.5
    chroma: float = 1.35
    lean: float = 1.2
    hand: float = 1.0
    palette: float = 0.0
    wet_edge: float = 0.0
    relief: float = 0.0
    paper: float = 0.0
    ink: float = 0.95
    ink_thin_px: float = 1.15
    ink_broad_px: float = 2.2
    ink_gain: float = 18.0
    ink_threshold: float = 0.0085
    ink_rgb: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.ink_rgb) not in (0, 3):
            raise InputError(f"ink_rgb is {self.ink_rgb}, expected red, green, blue, or nothing")


def paint(
    photo: Array,
    settings: TeacherSettings,
    hand: ArtHand = OWN_HAND,
    palette: ColourTransfer | None = None,
) -> Array:
    """Paint (H, W, 3) float32 RGB in [0, 1] by rule; same shape and range."""
    s, hand = settings, hand.toward(settings.hand)
    skin = skin_likeness(photo)
    clear = enhance_forms(photo, s.form, skin)
    calm = kuwahara(clear, radius_px=_FINE_PX)
    luma = cv2.cvtColor(calm, cv2.COLOR_RGB2GRAY)
    flow = flow_field(luma, sigma_px=2.5)
    flat = clear
    for _pass in range(s.passes):
        flat = kuwahara(flat, radius_px=s.dab_px)
    if s.stroke_px:
        flat = smooth_along(flat, flow, length_px=s.stroke_px)
    flat = np.clip(flat, 0, 1)
    if s.blocks:
        blocks = colour_blocks(flat, spatial_px=12, range_levels=s.block_levels)
        flat = flat + s.blocks * (blocks - flat)
    fine = smooth_along(calm, flow, length_px=2.0)
    detail = _detail(flat, fine, clear, s)
    painting = np.clip(flat + detail[..., None] * (fine - flat), 0, 1)
    rule = ColourRule(
        s.bands, s.band_share, s.contrast, s.lift, s.shadow, s.warmth, s.chroma, s.lean
    )
    painting = toned(painting, rule, hand, skin)
    if palette is not None and s.palette:
        painting = palette(painting, s.palette)
    if s.paper:
        painting = on_paper(painting, s.paper)
    if s.wet_edge:
        painting = wet_edges(np.clip(painting, 0, 1), s.wet_edge)
    if s.relief:
        painting = relief(painting, flow, s.relief)
    if s.ink:
        painting = _inked(painting, photo, flat, detail, flow, skin, s, hand)
    painted: Array = np.clip(painting, 0, 1).astype(np.float32)
    return painted


def _inked(
    painting: Array,
    photo: Array,
    flat: Array,
    detail: Array,
    flow: Flow,
    skin: Array,
    s: TeacherSettings,
    hand: ArtHand,
) -> Array:
    """`painting` under lines, of the photograph as it is: enhanced forms need none as well."""
    calm = cv2.cvtColor(kuwahara(photo, radius_px=_FINE_PX), cv2.COLOR_RGB2GRAY)
    broader = np.clip(hand.line_px / OWN_HAND.line_px, *_BROADER)
    rule = InkRule(s.ink_thin_px * broader, s.ink_broad_px * broader, s.ink_gain, s.ink_threshold)
    lines = s.ink * ink_of(photo, flat, detail, calm, flow, rule)
    opacity = (lines * (1 - _SOFT_ON_SKIN * skin))[..., None]
    ink: Array = np.array(s.ink_rgb or hand.ink_rgb, np.float32)
    ink = ink + skin[..., None] * (painting * np.array(_DEEPER_FLESH, np.float32) - ink)
    inked: Array = painting + opacity * (np.minimum(ink, painting) - painting)
    return inked


def _detail(flat: Array, fine: Array, photo: Array, s: TeacherSettings) -> Array:
    """(H, W) in [0, 1]: where the fine brush goes over the flat paint (Hertzmann 1998).

    The error is relative to the local light, as the eye sees it, so that a face in the dark
    keeps its eyes.
    """
    error = soften(np.abs(flat - fine).sum(axis=2), 1.2)
    light = soften(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), 4.0)
    relative = error / (light + 0.15)
    relative = relative / (1 + skin_likeness(photo) * (s.skin_detail - 1))
    shown: Array = soften(smoothstep(relative, s.detail, s.detail + _DETAIL_WIDTH), 1.0)
    return shown
