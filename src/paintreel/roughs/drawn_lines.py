"""Where the ink is on a drawing of any kind: on white, coloured, textured, dark or no ground.

The ground is what most of the page is; it may change slowly over it, as a scan's does. Ink is what
differs from the ground around it, in lightness on the side where most of the difference lies (so
white chalk on a blackboard is ink too) and in colour. How much is noise and how much is full ink is
taken from the page itself, so that hairlines, whose pixels are never quite black, count as others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, split_alpha, to_8bit
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.pictures.paper import on_white

__all__ = ["DrawnLines", "read_drawn_lines"]

PAINTED_TONES = 0.08
"""From this share of `DrawnLines.mid_tones` on a picture is no drawing: line art on any paper has
less than 0.04, photographs and painted panels have 0.1 and more."""

_SIDE_PX = 640
"""Longer side at which the ground is looked at."""

_BAND_ROWS = 512
_SCALE = 2.0  # steps of the stored difference for one unit of CIELAB
_CHROMA_WEIGHT = 0.7
_GROUND_REACH = 30.0  # of L*: what is farther from the page's ground is no ground
_LEAST_DIFFERENCE = 7.0  # of CIELAB: fainter is no ink
_TRANSPARENT_SHARE = 0.02
_ONE_TONE = 28.0  # levels of luma within which visible pixels are all ink
_BLANK_SHARE = 2e-5

_TONES_PX = 320
_MAIN_INK = 0.12
"""Share of the ink that has to be dark and neutral for the coloured rest to be an under-drawing."""

_BESIDE, _OTHER_TONE = 12.0, 4.5  # of CIELAB


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLines:
    """A drawing, taken apart.

    coverage   (H, W) uint8, 255 where all is ink
    ink        (3,) uint8 RGB, its colour
    ground     (3,) uint8 RGB, the paper's colour; white where there is none
    is_clear   whether the ground is transparent
    mid_tones  share of the page, 0 to 1, that is neither ground nor lines nor solid ink: high in
               photographs and paintings
    """

    coverage: Array
    ink: Array
    ground: Array
    is_clear: bool
    mid_tones: float

    @property
    def is_blank(self) -> bool:
        """Whether there is no ink to speak of."""
        return float((self.coverage > 127).mean()) < _BLANK_SHARE

    @property
    def is_painted(self) -> bool:
        """Whether it looks like a photograph or a painting."""
        return self.mid_tones > PAINTED_TONES

    @property
    def is_light_on_dark(self) -> bool:
        """Whether the ink is lighter than the ground, as chalk is."""
        return int(self.ink.sum()) > int(self.ground.sum())


def read_drawn_lines(pixels: Array, *, leave_out_colour: bool = False) -> DrawnLines:
    """The ink of a picture in any layout and dtype of `imaging.arrays`.

    leave_out_colour  blue or red pencil below dark lines is no ink; a drawing in coloured ink alone
                      stays

    Beside the result it takes a byte a pixel, and the picture with 8 bits.
    """
    rgb, alpha = split_alpha(to_8bit(pixels))
    if alpha is not None:
        clear = _of_clear_ground(rgb, alpha)
        if clear is not None:
            return clear
        rgb = on_white(np.dstack([rgb, alpha]))
    ground, is_light = _ground_of(rgb)
    difference = _differences(rgb, ground, is_light, leave_out_colour=False)
    low, high = _noise_and_ink(difference)
    if leave_out_colour and high > low:
        dark = _differences(rgb, ground, is_light, leave_out_colour=True)
        neutral, all_ink = ((each > (low + high) / 2).sum() for each in (dark, difference))
        if neutral > _MAIN_INK * all_ink:
            difference = dark
            low, high = _noise_and_ink(difference)
    ramp = np.clip((np.arange(256) - low) / max(high - low, 1.0), 0, 1)
    if high <= low:
        ramp[:] = 0
    coverage = cv2.LUT(difference, np.rint(255 * ramp).astype(np.uint8))
    ink = _ink_colour(rgb, difference, high, is_light)
    paper = cv2.cvtColor(ground.mean(axis=(0, 1), keepdims=True), cv2.COLOR_LAB2RGB)[0, 0]
    return DrawnLines(
        coverage,
        ink=ink,
        ground=np.rint(paper.clip(0, 1) * 255).astype(np.uint8),
        is_clear=False,
        mid_tones=_mid_tones(rgb, coverage, ink, ground),
    )


def _of_clear_ground(rgb: Array, alpha: Array) -> DrawnLines | None:
    """Lines of one tone on transparent ground; None where something else is to be seen."""
    if (alpha < 128).mean() < _TRANSPARENT_SHARE:
        return None
    seen = alpha > 200
    if not seen.any():
        seen = alpha > 0
    tones = rgb[seen] if seen.any() else np.zeros((1, 3), np.uint8)
    tones = tones[:: max(1, len(tones) // 200_000)]
    luma = tones @ np.array([0.299, 0.587, 0.114])
    middle = np.median(luma)
    if np.percentile(np.abs(luma - middle), 80) > _ONE_TONE:
        return None
    white = np.full(3, 255, np.uint8)
    ink = np.median(tones, axis=0).astype(np.uint8)
    ground = white if middle < 200 else np.zeros(3, np.uint8)
    return DrawnLines(alpha.copy(), ink, ground, is_clear=True, mid_tones=_solid_share(alpha))


def _solid_share(alpha: Array) -> float:
    """Of a cut-out of one tone nothing is a mid-tone; half-transparent areas are."""
    height, width = alpha.shape
    small = resize(alpha, *fit_max_side(width, height, _SIDE_PX))
    half = ((small > 60) & (small < 195)).astype(np.uint8)
    return float(cv2.erode(half, np.ones((7, 7), np.uint8)).mean())


def _ground_of(rgb: Array) -> tuple[Array, bool]:
    """((h, w, 3) float32 CIELAB of the ground, small; whether the ink is darker than it)."""
    height, width = rgb.shape[:2]
    small = resize(np.ascontiguousarray(rgb), *fit_max_side(width, height, _SIDE_PX))
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    light = lab[..., 0]
    counts = np.bincount(np.clip(light / 2, 0, 50).astype(int).ravel(), minlength=51)
    counts = np.convolve(counts, [1, 2, 3, 2, 1], "same")
    tone = 2.0 * float(np.argmax(counts)) + 1.0
    below = float(np.square(np.clip(tone - 8 - light, 0, None)).sum())
    above = float(np.square(np.clip(light - tone - 8, 0, None)).sum())
    is_light = below >= above
    side = max(small.shape[:2])
    kernel = np.ones((max(3, side // 40) | 1,) * 2, np.uint8)
    # Closing takes dark lines off light paper, opening chalk off a blackboard.
    without = cv2.morphologyEx(light, cv2.MORPH_CLOSE if is_light else cv2.MORPH_OPEN, kernel)
    near = (np.abs(without - tone) < _GROUND_REACH) & (np.abs(light - without) < 6)
    share = near.astype(np.float32)
    sigma = side / 16
    weight = cv2.GaussianBlur(share, (0, 0), sigma)
    usual = np.median(lab[near], axis=0) if near.any() else np.array([tone, 0, 0])
    usual = usual.astype(np.float32)
    around = cv2.GaussianBlur((lab - usual) * share[..., None], (0, 0), sigma)
    ground = usual + around / np.maximum(weight, 0.02)[..., None]
    return np.ascontiguousarray(ground, np.float32), is_light


def _bands(rgb: Array) -> Iterator[tuple[slice, Array]]:
    for top in range(0, len(rgb), _BAND_ROWS):
        rows = slice(top, min(top + _BAND_ROWS, len(rgb)))
        yield rows, np.ascontiguousarray(rgb[rows])


def _at_rows(ground: Array, shape: tuple[int, ...], rows: slice) -> Array:
    """The ground at full size, some rows of it."""
    height, width = shape[:2]
    y = (np.arange(rows.start, rows.stop) + 0.5) * len(ground) / height - 0.5
    low = np.clip(np.floor(y), 0, len(ground) - 1).astype(int)
    high = np.minimum(low + 1, len(ground) - 1)
    share = np.clip(y - low, 0, 1).astype(np.float32)[:, None, None]
    band = ground[low] * (1 - share) + ground[high] * share
    wide: Array = cv2.resize(band, (width, len(band)), interpolation=cv2.INTER_LINEAR)
    return wide


def _differences(rgb: Array, ground: Array, is_light: bool, *, leave_out_colour: bool) -> Array:
    """(H, W) uint8, in steps of 1 / _SCALE: how far each pixel is from the ground."""
    out = np.empty(rgb.shape[:2], np.uint8)
    for rows, band in _bands(rgb):
        local = _at_rows(ground, rgb.shape, rows)
        out[rows] = _difference(band, local, is_light, leave_out_colour)
    return out


def _difference(band: Array, ground: Array, is_light: bool, leave_out_colour: bool) -> Array:
    lab = cv2.cvtColor(band.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab -= ground
    light = -lab[..., 0] if is_light else lab[..., 0]
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    if leave_out_colour:
        # Pencil of a colour is more colourful than dark; what is very dark is drawn over it.
        light = np.where((chroma > 7) & (chroma > 0.45 * light), 0, light)
        chroma[:] = 0
    colour = _CHROMA_WEIGHT * chroma
    # Highlights of the paper are no ink, whatever their tint.
    whole = np.where(light > -4, np.hypot(np.maximum(light, 0), colour), 0)
    return np.rint(np.minimum(whole * _SCALE, 255)).astype(np.uint8)


def _noise_and_ink(difference: Array) -> tuple[float, float]:
    """(what is no ink yet, what is all ink), in steps of the difference; equal where none is."""
    counts = np.bincount(difference.ravel(), minlength=256).astype(np.float64)
    total = counts.sum()
    grain = float(np.searchsorted(np.cumsum(counts), 0.5 * total))
    low = min(max(_SCALE * _LEAST_DIFFERENCE / 2, 3.5 * grain), 40 * _SCALE)
    beyond = counts.copy()
    beyond[: int(low + _SCALE * _LEAST_DIFFERENCE / 2)] = 0
    if beyond.sum() < _BLANK_SHARE * total:
        return low, low
    high = float(np.searchsorted(np.cumsum(beyond), 0.85 * beyond.sum()))
    if high < _SCALE * _LEAST_DIFFERENCE:
        return low, low
    return low, max(low + 2, 0.85 * high)


def _ink_colour(rgb: Array, difference: Array, high: float, is_light: bool) -> Array:
    inked = difference >= max(high, 1)
    step = max(1, int(np.sqrt(inked.sum() / 100_000)))
    chosen = rgb[::step, ::step][inked[::step, ::step]]
    if not len(chosen):
        return np.full(3, 0 if is_light else 255, np.uint8)
    return np.median(chosen, axis=0).astype(np.uint8)


def _mid_tones(rgb: Array, coverage: Array, ink: Array, ground: Array) -> float:
    """Share of the page whose tone is neither that of the ground around it nor the ink's."""
    height, width = coverage.shape
    size = fit_max_side(width, height, _TONES_PX)
    small = cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA)
    covered = cv2.resize(coverage, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    tone = cv2.cvtColor(ink[None, None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    paper = cv2.resize(ground, size, interpolation=cv2.INTER_LINEAR)
    # What lies between the ground and the ink, as the rims of lines do, is taken for ground.
    way = tone - paper
    share = ((lab - paper) * way).sum(2) / np.maximum((way * way).sum(2), 1e-3)
    beside = np.linalg.norm(lab - paper - np.clip(share, 0, 1.1)[..., None] * way, axis=2)
    lines = (beside < _BESIDE) & ((covered > 200) | (share < 0.15) | _is_thin(covered))
    rest = np.where(lines[..., None], paper, lab)
    calm = np.dstack([cv2.medianBlur(np.ascontiguousarray(rest[..., k]), 5) for k in range(3)])
    wide = cv2.GaussianBlur(calm, (0, 0), _TONES_PX / 20)
    return float((np.linalg.norm(calm - wide, axis=2) > _OTHER_TONE).mean())


def _is_thin(covered: Array) -> Array:
    """Whether what is covered goes when a few pixels are taken off its rims."""
    kernel = np.ones((5, 5), np.uint8)
    thin: Array = cv2.morphologyEx((covered > 24).astype(np.uint8), cv2.MORPH_OPEN, kernel) == 0
    return thin
