"""Superpixels of a rough: its flat regions, and what can be said of each without a picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.rough import Rough, make_rough

FEATURES = (
    "lightness",
    "green_red",
    "blue_yellow",
    "across",
    "down",
    "area",
    "share",
    "elongation",
    "lies_flat",
    "slants",
    "compactness",
    "contrast",
    "lighter",
    "ink_inside",
    "ink_on_border",
    "inked",
)
"""Columns of `describe_regions`."""

_PIXELS_A_COLOUR = 128
_FEW_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Superpixels:
    """labels: (H, W) int32 region of each pixel, 0 .. count - 1."""

    labels: Array
    count: int


def find_superpixels(blocks: Array) -> Superpixels:
    """Connected areas of one colour of a block-in, (H, W, 3) uint8.

    One that is not flat (shaded, or saved with loss) is segmented first, as a fine rough is.
    """
    flat = blocks if _is_flat(blocks) else make_rough(blocks, "fine").blocks
    assert flat is not None
    return _connected(_packed(flat))


def find_cells(lines: Array, *, close_px: int = 3) -> Superpixels:
    """Areas that the lines of a sketch, (H, W) uint8, enclose; gaps up to `close_px` are closed."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (close_px, close_px))
    paper = (cv2.erode(lines, kernel) > 128).astype(np.uint8)
    _count, cells = cv2.connectedComponents(paper, connectivity=4)
    # Ink belongs to the nearest cell; without any paper all is one.
    if paper.any():
        _far, nearest = cv2.distanceTransformWithLabels(
            1 - paper, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        owner = np.zeros(int(nearest.max()) + 1, np.int32)
        owner[nearest[paper > 0]] = cells[paper > 0]
        cells = owner[nearest]
    values, labels = np.unique(cells, return_inverse=True)
    return Superpixels(labels.reshape(cells.shape).astype(np.int32), values.size)


def _packed(blocks: Array) -> Array:
    b = blocks.astype(np.int32)
    packed: Array = (b[..., 0] << 16) + (b[..., 1] << 8) + b[..., 2]
    return packed


def _is_flat(blocks: Array) -> bool:
    colours = np.unique(_packed(blocks)).size
    return bool(colours <= max(_FEW_COLOURS, blocks.shape[0] * blocks.shape[1] // _PIXELS_A_COLOUR))


def _connected(colour: Array) -> Superpixels:
    """4-connected areas of equal value, in one pass over the pixels and the joints between them."""
    height, width = colour.shape
    joints = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    joints[::2, ::2] = 1
    joints[::2, 1::2] = colour[:, 1:] == colour[:, :-1]
    joints[1::2, ::2] = colour[1:] == colour[:-1]
    count, labels = cv2.connectedComponents(joints, connectivity=4)
    return Superpixels(labels[::2, ::2] - 1, count - 1)


def describe_regions(regions: Superpixels, rough: Rough) -> Array:
    """(R, len(FEATURES)) float32 about the regions of a rough.

    Colours are CIELAB / 100 (0 where the rough has none), places shares of height and width, areas
    natural logarithms (of pixels / 1000, and of the share of the picture), inks shares of pixels.
    """
    labels, count = regions.labels.ravel(), regions.count
    height, width = regions.labels.shape
    area = np.bincount(labels, minlength=count).astype(np.float64)
    y, x = (axis.ravel().astype(np.float64) for axis in np.indices((height, width)))

    def mean(values: Array) -> Array:
        return np.bincount(labels, values, count) / area

    mid_x, mid_y = mean(x), mean(y)
    xx, yy = mean(x * x) - mid_x**2 + 1 / 12, mean(y * y) - mid_y**2 + 1 / 12
    xy = mean(x * y) - mid_x * mid_y
    spread = np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    middle = (xx + yy) / 2
    elongation = np.log((middle + spread) / np.maximum(middle - spread, 1 / 12)) / 2
    lean = np.maximum(spread, 1e-6)
    lab = np.zeros((height * width, 3))
    if rough.blocks is not None:
        blocks = rough.blocks.astype(np.float32) / 255
        lab = cv2.cvtColor(blocks, cv2.COLOR_RGB2LAB).reshape(-1, 3) / 100.0
    colour = np.stack([mean(channel) for channel in lab.T], axis=1)
    border, contrast, lighter, on_border = _neighbours(regions, colour, rough.lines)
    inside = np.zeros(count) if rough.lines is None else mean(1 - rough.lines.ravel() / 255)
    columns = [
        *colour.T,
        mid_x / width,
        mid_y / height,
        np.log(area / 1000),
        np.log(area / labels.size),
        elongation,
        (xx - yy) / 2 / lean * np.tanh(elongation),
        xy / lean * np.tanh(elongation),
        np.log(np.maximum(border, 1) ** 2 / area),
        contrast,
        lighter,
        inside,
        on_border,
        np.full(count, float(rough.lines is not None)),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _neighbours(regions: Superpixels, colour: Array, lines: Array | None) -> tuple[Array, ...]:
    """For each region: length of its border to others in pixels, and along it the mean colour
    step, the mean amount by which it is the lighter side, and the share of ink; 0 without border.
    """
    total = np.zeros((4, regions.count))
    ink = np.zeros(regions.labels.shape) if lines is None else 1 - lines / 255.0
    for one, other in (
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
    ):
        a, b = regions.labels[one], regions.labels[other]
        apart = a != b
        a, b = a[apart], b[apart]
        wet = np.maximum(ink[one][apart], ink[other][apart])
        step = colour[a] - colour[b]
        size = np.linalg.norm(step, axis=1)
        for here, sign in ((a, 1.0), (b, -1.0)):
            for row, values in enumerate((np.ones(a.size), size, sign * step[:, 0], wet)):
                total[row] += np.bincount(here, values, regions.count)
    length = total[0]
    return length, *(row / np.maximum(length, 1) for row in total[1:])
