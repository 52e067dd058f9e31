"""Where ink stands in a teacher picture: by what an edge bounds, how sharp it is, and how near.

Flow-guided lines alone (`painterly.ink_lines`) draw worms into clouds, foam and water, halos on
far ridges, and knots where things crowd. So each line is weighed by the step of colour that the
flat paint itself has under it, by the sharpness of the edge in the photograph, by the crowd around
it; and none is drawn in cloud, fog and snow, unless something dark stands there.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.colour_transfer import rgb_to_lab
from paintreel.learn.data.painterly import Flow, disc, ink_lines, smoothstep, soften

_CROWD_PX = 7.5
_HALO_PX = 9
"""Reach within which something dark beside a bright, colourless thing makes its edge a contour."""
_CLOUD_PX = 13
_FRONT_PX = 21
_DULL = 16.0
"""CIELAB chroma from which a thing has a colour."""


@dataclass(frozen=True)
class InkRule:
    """How lines are found; widths are deviations of the line's profile in pixels.

    thin_px: of every line.  broad_px: of lines in front, drawn over them; 0 draws none.
    gain, threshold: as in `ink_lines`.
    """

    thin_px: float
    broad_px: float
    gain: float
    threshold: float


def ink_of(
    photo: Array, flat: Array, detail: Array, luma: Array, flow: Flow, rule: InkRule
) -> Array:
    """(H, W) float32 in [0, 1], 1 where a line is drawn in full.

    photo, flat: (H, W, 3) float32 RGB in [0, 1], the photograph and its flat paint.  detail:
    (H, W) in [0, 1], 1 where a fine brush went over it.  luma: (H, W) of the calmed photograph.
    """
    lab = rgb_to_lab(np.clip(soften(flat, 0.8), 0, 1))
    ink = _lines(luma, flow, rule)
    crowd = soften(ink, _CROWD_PX)
    ink = ink * (1 - smoothstep(crowd, 0.3, 0.55) * (2 / 3))
    step = _colour_step(lab, smoothstep(crowd, 0.2, 0.35))
    ink *= np.maximum(smoothstep(step, 1.0, 3.5), 0.8 * detail * smoothstep(step, 0.4, 1.5))
    sharp = soften(_sharpness(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)), 1.5)
    ink *= 1 - 0.8 * _pale(lab)
    ink *= 1 - 0.9 * _cloud(lab) * (1 - 0.35 * smoothstep(sharp, 0.16, 0.28))
    weighed: Array = ink * (0.25 + 0.75 * smoothstep(sharp, 0.08, 0.16))
    return weighed


def _lines(luma: Array, flow: Flow, rule: InkRule) -> Array:
    """Thin lines, and broad ones where contrast is high: haze takes it from what is far away."""
    # The exponent gives the dark its lines and keeps them out of bright clouds.
    toned = soften(luma, 0.5) ** np.float32(0.75)

    def lines(width_px: float) -> Array:
        return ink_lines(toned, flow, width_px=width_px, gain=rule.gain, threshold=rule.threshold)

    thin = lines(rule.thin_px)
    if not rule.broad_px:
        return thin
    near = disc(_FRONT_PX)
    contrast = cv2.dilate(luma, near) - cv2.erode(luma, near)
    front = smoothstep(soften(contrast, 3.0), 0.12, 0.35)
    broad: Array = np.maximum(thin, lines(rule.broad_px) * front)
    return broad


def _colour_step(lab: Array, busy: Array) -> Array:
    """(H, W) largest step of CIELAB a pixel near each pixel, chroma counted 1.4 times.

    Near is 2 px, which leaves room for a broad line, and 1 px where things are `busy` (H, W).
    """
    weighed = lab * np.array((1.0, 1.4, 1.4), np.float32)
    squares = [(cv2.Scharr(weighed, cv2.CV_32F, *d) ** 2).sum(axis=2) for d in ((1, 0), (0, 1))]
    step = np.sqrt(squares[0] + squares[1]) / 32
    near, close = (cv2.dilate(step, disc(size)) for size in (5, 3))
    mixed: Array = near + busy * (close - near)
    return mixed


def _sharpness(luma: Array) -> Array:
    """(H, W) gradient over the contrast around: high at a step, low where light changes slowly."""
    soft = soften(luma, 0.7)
    gradient = np.hypot(*(cv2.Scharr(soft, cv2.CV_32F, *d) for d in ((1, 0), (0, 1)))) / 32
    contrast = cv2.dilate(soft, disc(9)) - cv2.erode(soft, disc(9))
    ratio: Array = cv2.dilate(gradient, disc(5)) / (contrast + 0.01)
    return ratio


def _chroma(lab: Array) -> Array:
    chroma: Array = np.hypot(lab[..., 1], lab[..., 2])
    return chroma


def _pale(lab: Array) -> Array:
    """(H, W) in [0, 1]: bright and colourless, with nothing dark beside: foam, marble, paper."""
    light = soften(lab[..., 0], 1.5)
    bright = smoothstep(light, 52, 74) * (1 - smoothstep(_chroma(lab), 10, _DULL))
    darkest = cv2.erode(lab[..., 0], disc(_HALO_PX))
    pale: Array = bright * (1 - smoothstep(light - soften(darkest, 2.0), 18, 38))
    return pale


def _cloud(lab: Array) -> Array:
    """(H, W) in [0, 1]: cloud, fog and snow: white within reach of sky, or pale all around."""
    light, chroma = lab[..., 0], _chroma(lab)
    near = disc(_CLOUD_PX)
    white = cv2.dilate(smoothstep(light, 62, 78) * (1 - smoothstep(chroma, 12, 20)), near)
    sky = cv2.dilate(smoothstep(-lab[..., 2], 2, 8) * smoothstep(light, 35, 50), near)
    pale = smoothstep(light, 52, 74) * (1 - smoothstep(chroma, 10, _DULL))
    lit = smoothstep(cv2.erode(light, near), 28, 42)
    return soften(np.maximum(white * sky, pale) * lit, 1.5)
