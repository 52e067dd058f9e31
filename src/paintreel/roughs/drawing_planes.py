"""What the networks of lines and of colour are given, in training and in use alike.

`lineart` gets a picture and how to draw it; `colorize` gets lines with hints, a condition and
noise. Every input of theirs is made here and nowhere else.

    planes = colorize_planes(lines, hints)               # (12, H, W)
    condition = condition_of(palette_of(picture), one_hot(label, contract.labels))
    noise = noise_of(seed, contract.code_size)
    # colours (3, H, W) = graph(planes, condition, noise), without lines
    finished = over_lines(colours, lines)
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab
from paintreel.imaging.dominant_colours import dominant_colours
from paintreel.roughs.hint_spread import SPREAD_PLANES, spread_hints

LINEART_PLANES = 6
COLORIZE_PLANES = 5 + SPREAD_PLANES
BASINS, BLEND, NEARNESS = slice(5, 8), slice(8, 11), slice(11, 12)
"""Planes of `colorize` that hold colours for every pixel, and whether there are any."""

PALETTE_COLOURS = 8
PALETTE_VALUES = 4 * PALETTE_COLOURS + 1
"""Length of a condition less its category: colours, shares, and whether a palette is given."""

NOISE_KEPT = 0.5
"""Share of the channels that the dropout noise of Tan 2024 lets through."""

_PALETTE_SIDE_PX = 128


def lineart_planes(picture: Array, weight: float, detail: float, clean: bool) -> Array:
    """(6, H, W) float32: RGB, then three planes that are the same everywhere.

    picture  (H, W, 3) RGB, float32 in [0, 1]
    weight   in [0, 1], plane 3: hairlines to bold ones
    detail   in [0, 1], plane 4: outer contours alone to every fold
    clean    plane 5, 1 or 0: the picture is a drawing to be cleaned

    The network answers with (1, H, W), coverage of ink in [0, 1].
    """
    planes = np.empty((LINEART_PLANES, *picture.shape[:2]), np.float32)
    planes[:3] = picture.transpose(2, 0, 1)
    for plane, value in zip(planes[3:], (weight, detail, clean), strict=True):
        plane[:] = value
    return planes


def colorize_planes(lines: Array, hints: Array | None = None) -> Array:
    """(12, H, W) float32: coverage of ink, the colour of hints times their alpha, their alpha.

    lines  (H, W) float32 in [0, 1], 1 = ink
    hints  (H, W, 4) RGBA, float32 in [0, 1], straight alpha; None: no hint anywhere

    The last seven are what `hint_spread.spread_hints` makes of the hints: they depend on the whole
    picture, so that planes are made before a picture is cut into tiles.
    """
    planes = np.zeros((COLORIZE_PLANES, *lines.shape), np.float32)
    planes[0] = lines
    if hints is not None:
        alpha = hints[..., 3]
        planes[1:4] = (hints[..., :3] * alpha[..., None]).transpose(2, 0, 1)
        planes[4] = alpha
        planes[BASINS.start :] = spread_hints(lines, hints)
    return planes


def palette_of(picture: Array) -> Array:
    """(K, 4) float32, K at most 8: the dominant colours of a picture, RGB in [0, 1] and share.

    picture  (H, W, 3) RGB, uint8, uint16 or float in [0, 1]; it is looked at 128 px small

    The colour with the largest share comes first; shares add up to 1. It depends on the picture
    alone: no chance is in it.

    >>> palette_of(np.full((4, 4, 3), 255, np.uint8)).round(2).tolist()
    [[1.0, 1.0, 1.0, 1.0]]
    """
    height, width = picture.shape[:2]
    shrink = min(1.0, _PALETTE_SIDE_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(to_float(picture).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    # Rounded, for a grey that is off by a trace of blue is no second colour.
    lab = rgb_to_lab(np.clip(small, 0, 1)).round(2)
    found = dominant_colours(lab, PALETTE_COLOURS)
    order = np.argsort(-found.share, kind="stable")
    rgb = lab_to_rgb(found.lab[order][None])[0]
    return np.concatenate([rgb, found.share[order][:, None]], axis=1).astype(np.float32)


def condition_of(palette: Array | None, category: Array) -> Array:
    """(1, 33 + labels) float32, what is known of the whole picture.

    palette   (K, 4) float32, K at most 8: RGB in [0, 1] and share, as `palette_of` gives it;
              None: none is asked for
    category  (labels,) float32, as `labels.one_hot` makes it: zeros where none is asked for

    Eight colours of four numbers each, zeros where there are fewer; 1 if a palette is given; then
    the category.
    """
    colours = np.zeros((PALETTE_COLOURS, 4), np.float32)
    if palette is not None:
        colours[: len(palette)] = palette
    given = np.float32(palette is not None)
    return np.concatenate([colours.ravel(), [given], category])[None].astype(np.float32)


def noise_of(seed: int | None, channels: int) -> Array:
    """(1, channels) float32: the noise z of Tan 2024, which is a mask of dropout.

    A channel is shut (0) or let through and made up for (2), the same for the whole picture, so
    that tiles agree and a clip does not flicker. `seed` None: no chance, ones everywhere.
    """
    if seed is None:
        return np.ones((1, channels), np.float32)
    return noise_masks(np.random.default_rng(seed), 1, channels)


def noise_masks(rng: np.random.Generator, count: int, channels: int) -> Array:
    """(count, channels) float32: masks as `noise_of` makes one, each another."""
    kept = rng.random((count, channels)) < NOISE_KEPT
    return (kept / NOISE_KEPT).astype(np.float32)


def over_lines(colours: Array, lines: Array, ink: Array | None = None) -> Array:
    """(H, W, 3) float32: lines laid on colours.

    colours  (H, W, 3) RGB, float32 in [0, 1]
    lines    (H, W) float32 in [0, 1], 1 = ink
    ink      (3,) colour of the ink in [0, 1]; None: black

    >>> over_lines(np.ones((1, 2, 3), np.float32), np.array([[0, 1]], np.float32)).tolist()
    [[[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]]
    """
    coverage = lines[..., None].astype(np.float32)
    laid: Array = colours * (1 - coverage)
    return laid if ink is None else laid + np.asarray(ink, np.float32) * coverage
