"""Teacher pictures: a painting of each photograph by rules, as FSGAN's colour-block target.

FSGAN (Wu and Chen 2022) has boundary and colour-block losses and names no target for them. Ours
is a whole painted picture: dabs that follow the form (Kuwahara and line-integral smoothing), colour
blocks (mean shift), tonal steps, ink along the contours, and the palette of the art. The
network learns it first; the adversaries then pull it from the rule toward the painter.

Differences from the paper: it uses the guided/superpixel abstraction of CartoonGAN-like work
alone; strokes, ink and palette are ours, since a small network follows a bold target well and
a timid one not at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.colour_transfer import ColourTransfer, lab_to_rgb, rgb_to_lab
from paintreel.learn.data.painterly import (
    Flow,
    colour_blocks,
    flow_field,
    ink_lines,
    kuwahara,
    smooth_along,
)


@dataclass(frozen=True)
class TeacherSettings:
    """How a teacher picture is painted; lengths in pixels of the photograph as it is given.

    dab_px: radius of the brush dabs.  stroke_px: length of smoothing along the form.
    detail: relative error of the broad dabs above which a fine brush paints over them; smaller
    keeps more. skin_detail: the same where the colour is that of skin, so that faces survive.
    blocks: share of mean-shift blocks in the colour, 0..1.
    tone_steps: number of soft tonal steps over L (0 turns them off); tone_share: their weight.
    ink: opacity of the lines, 0..1; ink_width_px, ink_gain, ink_threshold as in `ink_lines`.
    ink_tint: what the local colour is multiplied by under full ink.
    palette: share of the way to the art's palette.  saturation: factor on chroma after it.
    wet_edge: watercolour pigment density at the rim of a patch.  relief: oil impasto height.
    paper: share of the way of light tones to white paper.
    """

    dab_px: int = 6
    stroke_px: float = 5.0
    detail: float = 0.16
    skin_detail: float = 0.05
    blocks: float = 0.6
    tone_steps: int = 9
    tone_share: float = 0.5
    ink: float = 0.9
    ink_width_px: float = 1.2
    ink_gain: float = 12.0
    ink_threshold: float = 0.012
    ink_tint: tuple[float, float, float] = (0.30, 0.20, 0.20)
    palette: float = 0.85
    saturation: float = 1.0
    wet_edge: float = 0.0
    relief: float = 0.0
    paper: float = 0.0


def tonal_steps(x: Array, steps: int, share: float) -> Array:
    """Pull L toward `steps` soft levels (Winnemoeller 2006, tanh steps), chroma kept."""
    if not steps or not share:
        return x
    lab = rgb_to_lab(x)
    width = 100.0 / steps
    light = lab[..., 0]
    nearest = (np.floor(light / width) + 0.5) * width
    stepped = nearest + width / 2 * np.tanh(2.2 * (light - nearest) / (width / 2)) * 0.55
    lab[..., 0] = light + share * (stepped - light)
    return lab_to_rgb(lab)


def skin_likeness(x: Array) -> Array:
    """(H, W) float32 in [0, 1]: soft membership of the YCrCb box of skin (Chai, Ngan 1999)."""
    ycc = cv2.cvtColor(x, cv2.COLOR_RGB2YCrCb)

    def inside(v: Array, low: float, high: float, soft: float) -> Array:
        return np.clip((v - low) / soft, 0, 1) * np.clip((high - v) / soft, 0, 1)

    cr, cb = ycc[..., 1] * 255, ycc[..., 2] * 255
    box = inside(cr, 133, 176, 6) * inside(cb, 77, 128, 6)
    return cv2.GaussianBlur(box, (0, 0), 4.0)


def _paint_over(broad: Array, fine: Array, photo: Array, settings: TeacherSettings) -> Array:
    """Fine brush where the broad one misses by more than the threshold (Hertzmann 1998).

    The error is relative to the local light, as the eye sees it, so that a face in the dark
    keeps its eyes.
    """
    error = cv2.GaussianBlur(np.abs(broad - fine).sum(axis=2), (0, 0), 1.5)
    light = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), (0, 0), 4.0)
    relative = error / (light + 0.15)
    skin = skin_likeness(photo)
    threshold = settings.detail + skin * (settings.skin_detail - settings.detail)
    share = np.clip((relative - 0.6 * threshold) / (0.8 * threshold), 0, 1)
    mixed: Array = broad + cv2.GaussianBlur(share, (0, 0), 1.0)[..., None] * (fine - broad)
    return mixed


def _wet_edges(x: Array, amount: float) -> Array:
    """Pigment gathers at the rim of a wash: density by the gradient (Bousseau 2006)."""
    soft = cv2.GaussianBlur(x, (0, 0), 1.2)
    gradient = sum(
        np.abs(cv2.Scharr(soft, cv2.CV_32F, dx, dy)).mean(axis=2) for dx, dy in ((1, 0), (0, 1))
    )
    rim = np.clip(gradient / 16 * 6, 0, 1)
    density = 1 + amount * (rim - 0.25)[..., None]
    wet: Array = x - (x - x * x) * (density - 1)
    return wet


def _relief(x: Array, flow: Flow, amount: float) -> Array:
    """Impasto: ridges of the paint's own strokes, lit from the upper left.

    The height is what stands out from the surroundings, drawn along the form; it follows from
    the painting and not from noise, so that a network can learn it and a still stays still.
    """
    luma = cv2.cvtColor(np.clip(x, 0, 1), cv2.COLOR_RGB2GRAY)
    height = luma - cv2.GaussianBlur(luma, (0, 0), 6.0)
    height = smooth_along(height.astype(np.float32), flow, length_px=4)
    shift = np.array([[1, 0, 1.5], [0, 1, 1.5]], np.float32)
    size = (luma.shape[1], luma.shape[0])
    light = height - cv2.warpAffine(height, shift, size, borderMode=cv2.BORDER_REFLECT)
    lit: Array = x + np.clip(amount * light, -0.15, 0.15)[..., None]
    return lit


def paint(photo: Array, settings: TeacherSettings, colours: ColourTransfer | None = None) -> Array:
    """Paint (H, W, 3) float32 RGB in [0, 1] by rule; same shape and range."""
    s = settings
    calm = kuwahara(photo, radius_px=2)
    luma = cv2.cvtColor(calm, cv2.COLOR_RGB2GRAY)
    flow = flow_field(luma, sigma_px=2.5)
    dabs = kuwahara(photo, radius_px=s.dab_px) if s.dab_px > 2 else calm
    if s.stroke_px:
        dabs = smooth_along(dabs, flow, length_px=s.stroke_px)
    dabs = _paint_over(dabs, smooth_along(calm, flow, length_px=1.5), photo, s)
    painting = dabs
    if s.blocks:
        painting = painting + s.blocks * (colour_blocks(np.clip(dabs, 0, 1)) - painting)
    painting = tonal_steps(np.clip(painting, 0, 1), s.tone_steps, s.tone_share)
    if colours is not None and s.palette:
        painting = colours(painting, s.palette)
    if s.saturation != 1.0:
        lab = rgb_to_lab(painting)
        lab[..., 1:] *= s.saturation
        painting = lab_to_rgb(lab)
    if s.paper:
        light = cv2.cvtColor(painting, cv2.COLOR_RGB2GRAY)[..., None]
        painting = 1 - (1 - painting) * (1 - s.paper * light)
    if s.wet_edge:
        painting = _wet_edges(np.clip(painting, 0, 1), s.wet_edge)
    if s.relief:
        painting = _relief(painting, flow, s.relief)
    if s.ink:
        # The exponent gives the dark its lines and keeps them out of bright clouds.
        lines = ink_lines(
            cv2.GaussianBlur(luma, (0, 0), 0.6) ** np.float32(0.75),
            flow,
            width_px=s.ink_width_px,
            gain=s.ink_gain,
            threshold=s.ink_threshold,
        )
        opacity = (s.ink * lines)[..., None]
        painting = painting * (1 - opacity * (1 - np.array(s.ink_tint, np.float32)))
    return np.clip(painting, 0, 1).astype(np.float32)
