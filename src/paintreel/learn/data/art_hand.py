"""The hand of a body of art: what may be learnt from it without a tint on what is painted.

The colour of its lines and how broad they are, the hue of its shadows, the warmth of its lights,
and how strong each hue is, measured beside the photographs that are to be painted. A map from all
their colours to all of its colours (`colour_transfer`) tints white shirts and skin; these do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.colour_transfer import rgb_to_lab

HUE_BINS = 12
_INK_LUMA, _INK_DEPTH = 80, 45
"""Of 255: a line is darker than the first, and by the second darker than what is around it."""
_FULL_INK = 30
"""Percentile of a line's pixels that is its colour: its rims are mixed with what they bound."""
_LINE_PX = (3, 5, 7, 9)
_DARK, _LIGHT = 25.0, 80.0
"""CIELAB light below which a colour is a shadow's, and above which it is a light's."""
_COLOURED = 8.0
_MOST_SHADOW, _MOST_WARMTH = 12.0, 6.0
"""Largest shift of CIELAB a, b; a stronger one would be seen as a tint."""
_BY_HUE, _OVERALL = (0.85, 1.15), (0.2, 1.0)
_STRONG = 75
"""Percentile of chroma that is compared: a drawing on white paper is mostly white."""
_LEAST_SHARE = 1e-4
_MOST_PICTURES, _STRIDE = 150, 37


@dataclass(frozen=True)
class ArtHand:
    """What is learnt of the art; the defaults are a warm dark line and blue-violet shadows.

    ink_rgb: colour of lines, in [0, 1].  line_px: how broad they are.  shadow_ab: CIELAB a, b of
    what is black in a photograph.  light_b: what coloured lights gain in b.  chroma_by_hue:
    factors on chroma, the first from 0 to 30 degrees of hue.
    """

    ink_rgb: tuple[float, float, float] = (0.24, 0.16, 0.18)
    line_px: float = 4.0
    shadow_ab: tuple[float, float] = (5.0, -9.0)
    light_b: float = 4.0
    chroma_by_hue: tuple[float, ...] = (1.0,) * HUE_BINS

    def toward(self, share: float) -> ArtHand:
        """What lies `share` of the way from the defaults to this hand.

        >>> ArtHand(line_px=6.0).toward(0.5).line_px
        5.0
        """

        def between(start: Any, end: Any) -> Any:
            if isinstance(end, tuple):
                return tuple(between(x, y) for x, y in zip(start, end, strict=True))
            return start + share * (end - start)

        default, mine = astuple(ArtHand()), astuple(self)
        return ArtHand(*between(default, mine))


def measure_hand(art: Sequence[Array], photos: Sequence[Array], *, seed: int) -> ArtHand:
    """The hand of `art` beside `photos`, pictures (H, W, 3) uint8 RGB of about 640 px a side.

    Of many pictures some are drawn by `seed`. What the art does not show (lines, shadows, a hue)
    keeps the default.
    """
    rng = np.random.default_rng(seed)
    of_art, of_photos = (_drawn(pictures, rng) for pictures in (art, photos))
    colour, width = _lines(of_art)
    mine, theirs = _colours(of_art), _colours(of_photos)
    shadow = _mean(mine, lambda light: light < _DARK)
    lights = [_mean(each, lambda light: light > _LIGHT) for each in (mine, theirs)]
    warmth = None if lights[0] is None or lights[1] is None else lights[0][1] - lights[1][1]
    default = ArtHand()
    return ArtHand(
        ink_rgb=default.ink_rgb if colour is None else colour,
        line_px=default.line_px if width is None else width,
        shadow_ab=default.shadow_ab if shadow is None else _within(shadow, _MOST_SHADOW),
        light_b=default.light_b if warmth is None else _within((0.0, warmth), _MOST_WARMTH)[1],
        chroma_by_hue=_factors(mine, theirs),
    )


def _drawn(pictures: Sequence[Array], rng: np.random.Generator) -> list[Array]:
    chosen = rng.permutation(len(pictures))[:_MOST_PICTURES]
    return [pictures[index] for index in sorted(chosen)]


def _lines(pictures: Sequence[Array]) -> tuple[tuple[float, float, float] | None, float | None]:
    """Median over pictures of colour in [0, 1] and width in pixels of what is drawn as lines.

    A line is what closing fills; it is as broad as the disc that fills half of its depth.
    """
    colours, widths = [], []
    for picture in pictures:
        luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        depths = [_depth(luma, size) for size in _LINE_PX]
        drawn = (depths[-1] > _INK_DEPTH) & (luma < _INK_LUMA)
        if drawn.mean() < _LEAST_SHARE:
            continue
        colours.append(np.percentile(picture[drawn], _FULL_INK, axis=0) / 255)
        filled = [float(depth[drawn].mean()) for depth in depths]
        widths.append(float(np.interp(filled[-1] / 2, filled, _LINE_PX)))
    if not colours:
        return None, None
    red, green, blue = np.median(colours, axis=0).round(3).tolist()
    return (red, green, blue), round(float(np.median(widths)), 2)


def _depth(luma: Array, size_px: int) -> Array:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
    return cv2.morphologyEx(luma, cv2.MORPH_CLOSE, disc).astype(np.int16) - luma


def _colours(pictures: Sequence[Array]) -> Array:
    """(N, 3) CIELAB of what is painted, lines blurred away."""
    labs = []
    for picture in pictures:
        lab = cv2.GaussianBlur(rgb_to_lab(picture.astype(np.float32) / 255), (0, 0), 2.0)
        labs.append(lab.reshape(-1, 3)[::_STRIDE])
    return np.concatenate(labs)


def _mean(labs: Array, where: Callable[[Array], Array]) -> tuple[float, float] | None:
    """Mean (a, b) where `where` holds of light, or None where it hardly ever does."""
    counted = where(labs[:, 0])
    if counted.mean() < _LEAST_SHARE:
        return None
    a, b = labs[counted, 1:].mean(axis=0, dtype=np.float64).tolist()
    return a, b


def _within(shift: tuple[float, float], most: float) -> tuple[float, float]:
    """`shift`, not longer than `most`."""
    factor = min(1.0, most / max(float(np.hypot(*shift)), 1e-9))
    return round(shift[0] * factor, 2), round(shift[1] * factor, 2)


def _factors(mine: Array, theirs: Array) -> tuple[float, ...]:
    """How strong each hue is in the art: square root of the ratio of median chroma, in bounds.

    Times the overall ratio, which may be far lower: drawings of one pigment are nearly grey.
    """
    strong = [np.percentile(np.hypot(*lab[:, 1:].T), _STRONG) for lab in (mine, theirs)]
    overall = strong[0] / max(strong[1], 1e-6)
    ratios = np.ones(HUE_BINS)
    medians = [_median_chroma(lab) for lab in (mine, theirs)]
    known = np.isfinite(medians).all(axis=0)
    ratios[known] = np.sqrt(medians[0][known] / medians[1][known])
    ratios[known] /= np.median(ratios[known]) if known.any() else 1.0
    factors = np.clip(ratios, *_BY_HUE) * np.clip(np.sqrt(overall), *_OVERALL)
    return tuple(factors.round(3).tolist())


def _median_chroma(lab: Array) -> Array:
    """(12,) median chroma of each bin of hue, NaN where hardly anything has it."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.floor(np.arctan2(lab[:, 2], lab[:, 1]) / (2 * np.pi) * HUE_BINS).astype(int) % HUE_BINS
    medians = np.full(HUE_BINS, np.nan)
    for k in range(HUE_BINS):
        inside = (hue == k) & (chroma > _COLOURED)
        if inside.mean() > _LEAST_SHARE:
            medians[k] = np.median(chroma[inside])
    return medians
