"""Hints of colour on a drawing: dots, scribbles and patches on transparency."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, split_alpha, to_8bit
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.geometry import resize
from paintreel.notes import Note
from paintreel.roughs.line_regions import spread_labels

__all__ = ["Marks", "fit_hints", "marks_of", "shrunk_hints"]

_SAME_PROPORTIONS = 0.02
_SPECK = 0.02
"""Of the largest hint on white: what is smaller came with the file's compression."""
_PAPER = 232
_SEEN, _FAINT = 128, 26
"""Alpha from which a pixel is a hint, and one of a stroke that is faint all over."""

_ONE_COLOUR = 9.0  # of CIELAB: nearer colours are one, as the rims of a brush's stroke are
_MOST_COLOURS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Hints as colours.

    colour_at  (H, W) int32: index of the colour, -1 where no hint is
    stroke_at  (H, W) int32: number of the stroke, from 1, 0 where no hint is
    colours    (K, 3) uint8 RGB
    """

    colour_at: Array
    stroke_at: Array
    colours: Array

    @property
    def count(self) -> int:
        """How many strokes there are."""
        return int(self.stroke_at.max(initial=0))


def fit_hints(
    hints: Array, size: tuple[int, int], work_size: tuple[int, int] | None = None
) -> tuple[Array, tuple[Note, ...]]:
    """((h, w, 4) uint8 RGBA, notes).

    hints      a picture in any layout and dtype of `imaging.arrays`; without transparency its white
               is taken for none
    size       (width, height) of the drawing
    work_size  that of the result, of the drawing's proportions; None: its own

    Of other proportions than the drawing it is laid on from the upper left corner, and what hangs
    over is cut off, which a note says.
    """
    rgb, alpha = split_alpha(to_8bit(hints))
    notes = []
    if alpha is None or alpha.min() == 255:
        alpha = _off_paper(rgb)
        notes.append(Note("hints-opaque", "the hints have no transparency: white is taken for it"))
    rgba = np.dstack([rgb, alpha])
    width, height = size
    high, wide = rgba.shape[:2]
    if (high, wide) != (height, width):
        text = f"the hints are {wide}x{high} px, the drawing {width}x{height} px"
        if abs(wide * height / (high * width) - 1) <= _SAME_PROPORTIONS:
            rgba = _nearest(rgba, *(work_size or size))
            notes.append(Note("hints-resized", f"{text}: brought to its size"))
        else:
            laid = np.zeros((height, width, 4), np.uint8)
            part = rgba[:height, :width]
            laid[: part.shape[0], : part.shape[1]] = part
            outside = int((rgba[..., 3] > 0).sum() - (part[..., 3] > 0).sum())
            more = f"; {outside:,} pixels of hints lie outside" if outside else ""
            text = f"{text}, of other proportions: laid on from the upper left corner{more}"
            notes.append(Note("hints-placed", text, loss=outside > 0))
            rgba = laid
    if rgba[..., 3].max(initial=0) < _FAINT:
        notes.append(Note("hints-empty", "the hints hold no colour"))
    if work_size is not None and rgba.shape[1::-1] != work_size:
        rgba = _nearest(rgba, *work_size)
    return rgba, tuple(notes)


def _off_paper(rgb: Array) -> Array:
    """(H, W) uint8 alpha of hints on white, less the specks that JPEG leaves around them."""
    darkest = rgb.min(axis=2)
    off = darkest < _PAPER
    calm = cv2.medianBlur(np.ascontiguousarray(darkest), 3) < _PAPER
    if calm.any():  # else dots of a pixel are all there is
        _, pieces = cv2.connectedComponents(off.astype(np.uint8), connectivity=8)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        off = (sizes >= max(1, _SPECK * sizes.max()))[pieces] & (off & calm)
    return np.where(off, np.uint8(255), np.uint8(0))


def _nearest(rgba: Array, width: int, height: int) -> Array:
    """At another size with the same colours; a dot stays a dot."""
    if width * height >= rgba.shape[0] * rgba.shape[1]:
        return cv2.resize(rgba, (width, height), interpolation=cv2.INTER_NEAREST)
    return shrunk_hints(rgba, width, height)


def shrunk_hints(rgba: Array, width: int, height: int) -> Array:
    """Hints (H, W, 4) uint8 made smaller; the smallest dot is a pixel still, and opaque."""
    small = resize(rgba, width, height)
    out = small.copy()
    out[..., 3] = np.where(small[..., 3] >= 12, 255, 0)
    return out


def marks_of(rgba: Array) -> Marks:
    """The strokes and the colours of hints (H, W, 4) uint8."""
    seen = _seen(rgba[..., 3])
    colour_at: Array = np.full(seen.shape, -1, np.int32)
    stroke_at: Array = np.zeros(seen.shape, np.int32)
    if not seen.any():
        return Marks(colour_at, stroke_at, np.zeros((0, 3), np.uint8))
    colours, index = _colours_of(rgba[seen][:, :3])
    colour_at[seen] = index
    colour_at = _without_rims(colour_at, len(colours))
    kept, colour_at = np.unique(colour_at, return_inverse=True)
    colour_at = colour_at.reshape(seen.shape).astype(np.int32) - (kept[0] < 0)
    colours = colours[kept[kept >= 0]]
    total = 0
    for k in range(len(colours)):
        count, pieces = cv2.connectedComponents((colour_at == k).astype(np.uint8), connectivity=8)
        np.copyto(stroke_at, pieces + total, where=pieces > 0)
        total += count - 1
    return Marks(colour_at, stroke_at, colours)


def _seen(alpha: Array) -> Array:
    """(H, W) bool: strokes without their soft rims, faint ones too."""
    strong = alpha >= _SEEN
    faint = (alpha >= _FAINT).astype(np.uint8)
    if strong.sum() == faint.sum():
        return strong
    count, strokes = cv2.connectedComponents(faint, connectivity=8)
    has_core = np.zeros(count, bool)
    has_core[np.unique(strokes[strong])] = True
    has_core[0] = True
    seen: Array = strong | ~has_core[strokes]
    return seen


def _without_rims(colour_at: Array, count: int) -> Array:
    """Slivers of a colour along a larger piece of another become of that: soft rims of a brush."""
    out = colour_at.copy()
    for k in range(count):
        own = (colour_at == k).astype(np.uint8)
        broad = cv2.morphologyEx(own, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        pieces, numbers = cv2.connectedComponents(own, connectivity=8)
        thin = np.ones(pieces, bool)
        thin[np.unique(numbers[broad > 0])] = False
        thin[0] = False
        if not thin.any():
            continue
        sliver = thin[numbers]
        beside = cv2.dilate(sliver.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        other = beside & (colour_at >= 0) & (own == 0)
        if not other.any():
            continue
        # Those alone, such as a dot of one pixel, stay what they are.
        touching = np.zeros(pieces, bool)
        near = cv2.dilate(np.where(other, np.uint8(1), np.uint8(0)), np.ones((3, 3), np.uint8)) > 0
        touching[np.unique(numbers[near & sliver])] = True
        rim = (thin & touching)[numbers]
        out[rim] = spread_labels(np.where(own > 0, -1, colour_at), colour_at >= 0)[rim]
    return out


def _colours_of(pixels: Array) -> tuple[Array, Array]:
    """((K, 3) uint8 colours, (N,) index of each pixel's), commonest first."""
    distinct, place, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    lab = rgb_to_lab(distinct[None])[0]
    kept: list[int] = []
    index = np.full(len(distinct), -1)
    for at in np.argsort(-counts, kind="stable"):
        if kept:
            distance = np.linalg.norm(lab[kept] - lab[at], axis=1)
            nearest = int(distance.argmin())
            if distance[nearest] < _ONE_COLOUR or len(kept) >= _MOST_COLOURS:
                index[at] = nearest
                continue
        index[at] = len(kept)
        kept.append(int(at))
    return distinct[kept], index[place.ravel()]
