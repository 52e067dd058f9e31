"""Roughs varied in training, so that those of real artists are taken too.

After Liu and Zhao 2025, section 3.1 and Fig. 2: horizontal flip, colour jitter of brightness,
contrast, saturation and hue, rotation by some 10 degrees, Gaussian blur, cutout.

Differences from the paper
- Contrast has a switch of its own beside that of the other three, so that runs recorded before
  it was added, whose settings do not name it, can be told from those with it.
- Blur and cutout change what the network is given, not what it should paint. Rotation enlarges a
  little. Lines and tones, which vary the artist's hand, are ours.

All work on crops: blocks (S, S, 3) uint8, lines (S, S) uint8 with 255 paper and 0 ink. All chance
is in `rng`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import hue_saturation_matrix


@dataclass(frozen=True)
class Variation:
    """Switches of Fig. 2 and ours: how often or how far each is applied; 0 switches it off.

    flip, colour, contrast, rotate, blur, cutout, lines, tones: share of the crops that get it.
    rotation_deg: largest turn. Colour (hue, saturation, brightness) and contrast change the truth
    and the block-in alike; blur, cutout, lines (weight, greyness, gaps, wobble) and tones (each
    block's colour on its own) change the rough alone.
    """

    flip: float = 0.5
    colour: float = 0.5
    contrast: float = 0.3
    rotate: float = 0.25
    rotation_deg: float = 10.0
    blur: float = 0.2
    cutout: float = 0.15
    lines: float = 0.5
    tones: float = 0.4

    def __post_init__(self) -> None:
        if wrong := [k for k in SWITCHES if not 0 <= getattr(self, k) <= 1]:
            raise InputError(f"{', '.join(wrong)} of the variation is not a share from 0 to 1")
        if not 0 <= self.rotation_deg <= 45:
            raise InputError(f"rotation_deg is {self.rotation_deg}, expected 0 to 45")


SWITCHES = tuple(each.name for each in fields(Variation) if each.name != "rotation_deg")
"""The fields of `Variation` that switch something; the scene experiment leaves out each in turn."""


def recolour(truth: Array, blocks: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """The same small change of hue, saturation and brightness for both."""
    turn = rng.uniform(-0.3, 0.3)
    matrix = hue_saturation_matrix(turn, rng.uniform(0.7, 1.3)) * rng.uniform(0.8, 1.15)
    matrix = matrix.astype(np.float32)
    return cv2.transform(truth, matrix), cv2.transform(blocks, matrix)


def change_contrast(truth: Array, blocks: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """The same small change of contrast for both, about the mean luma of the truth."""
    factor = rng.uniform(0.75, 1.25)
    middle = float(cv2.cvtColor(truth, cv2.COLOR_RGB2GRAY).mean())
    table = np.clip(np.rint((np.arange(256) - middle) * factor + middle), 0, 255).astype(np.uint8)
    return cv2.LUT(truth, table), cv2.LUT(blocks, table)


def retone(blocks: Array, rng: np.random.Generator, *, most: float = 14.0) -> Array:
    """Every flat colour moved on its own by up to `most` of 255 a channel."""
    b: Array = blocks.astype(np.int32)
    key = (b[..., 0] * 31 + b[..., 1] * 57 + b[..., 2] * 97) % 256
    offsets = rng.uniform(-most, most, (256, 3))
    moved: Array = np.clip(b + offsets[key], 0, 255).astype(np.uint8)
    return moved


def redraw(lines: Array, rng: np.random.Generator) -> Array:
    """Lines of another hand: thicker, greyer, broken, wobbling, each at random."""
    side = lines.shape[0]
    if rng.random() < 0.4:
        lines = _wobbled(lines, rng)
    width_px = int(rng.choice([1, 1, 2, 3]))
    if width_px > 1:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width_px, width_px))
        lines = cv2.erode(lines, kernel)
    if rng.random() < 0.3:
        lines = cv2.GaussianBlur(lines, (0, 0), rng.uniform(0.4, 0.9))
    ink = 255.0 - lines
    if rng.random() < 0.5:
        ink *= rng.uniform(0.4, 1.0)
    if rng.random() < 0.4:
        cells = max(2, side // 12)
        coarse = rng.random((cells, cells)).astype(np.float32)
        gaps = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
        ink = ink * (gaps > rng.uniform(0.1, 0.35))
    return (255.5 - ink).astype(np.uint8)


def _wobbled(lines: Array, rng: np.random.Generator) -> Array:
    side = lines.shape[0]
    cells = max(2, side // 24)
    coarse = rng.uniform(-1.2, 1.2, (cells, cells, 2)).astype(np.float32)
    shift = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    return cv2.remap(
        lines, x + shift[..., 0], y + shift[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )


def cut_out(network_input: Array, rng: np.random.Generator) -> Array:
    """A copy of (6, S, S) with one to three boxes left empty: grey, without lines."""
    out = network_input.copy()
    side = out.shape[1]
    for _ in range(int(rng.integers(1, 4))):
        height, width = rng.integers(side // 16, side // 4, 2)
        top, left = rng.integers(0, side - height), rng.integers(0, side - width)
        out[:3, top : top + height, left : left + width] = 0.5
        out[3, top : top + height, left : left + width] = 0.0
    return out
