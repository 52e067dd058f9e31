"""Classes from left to right: a ribbon of the likeliest, and below it the share of every one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from paintreel.imaging.arrays import Array
from paintreel.pictures.bands import columns_of, stacked_bands
from paintreel.pictures.class_colours import UNKNOWN, colours_of, in_words
from paintreel.pictures.lettering import font_of, letter
from paintreel.pictures.page_colours import INK, PAPER

__all__ = ["ClassStrip", "draw_class_ribbon", "draw_class_strip"]

_PALE, _HIDDEN = 0.62, 0.3


@dataclass(frozen=True, slots=True, eq=False)
class ClassStrip:
    """What is drawn.

    labels    the classes
    starts    (N,) where each moment begins, ascending, in any unit
    end       where the last one ends
    shares    (N, K) probabilities of the classes
    familiar  (N,) whether the model knows the like
    flows     (first, last) of moments between which shares flow, such as those of one clip; the
              others stand side by side
    """

    labels: Sequence[str]
    starts: Array
    end: float
    shares: Array
    familiar: Array
    flows: Sequence[tuple[int, int]] = ()

    def at_columns(self, width_px: int) -> tuple[Array, Array]:
        """((W, K) shares, (W,) index of the moment) of every column of pixels."""
        columns = columns_of(self.starts, self.end, width_px)
        first = float(self.starts[0])
        middles = first + (np.arange(width_px) + 0.5) * (self.end - first) / width_px
        out = self.shares[columns].astype(np.float64)
        ends = np.append(self.starts[1:], self.end)
        for begin, last in self.flows:
            ours = (columns >= begin) & (columns < last)
            centres = (self.starts[begin:last] + ends[begin:last]) / 2
            for k in range(len(self.labels)):
                out[ours, k] = np.interp(middles[ours], centres, self.shares[begin:last, k])
        return out, columns


def draw_class_strip(
    page: Image.Image,
    strip: ClassStrip,
    *,
    left: int,
    top: int,
    width: int,
    ribbon_px: int,
    area_px: int,
    text_px: int,
) -> None:
    """Draw a strip of width x (ribbon_px + area_px) pixels; what is not familiar is grey."""
    draw_class_ribbon(page, strip, left=left, top=top, width=width, height=ribbon_px)
    shares, columns = strip.at_columns(width)
    known = strip.familiar[columns]
    table = np.array([*colours_of(strip.labels).values()], np.uint8)
    bands = stacked_bands(shares, table, area_px)
    pale = bands * _PALE + np.array(PAPER) * (1 - _PALE)
    pale[:, ~known] = pale[:, ~known] * _HIDDEN + np.array(UNKNOWN) * (1 - _HIDDEN)
    page.paste(Image.fromarray(np.rint(pale).astype(np.uint8)), (left, top + ribbon_px))
    _name_bands(
        ImageDraw.Draw(page), strip.labels, shares, known, (left, top + ribbon_px), area_px, text_px
    )


def draw_class_ribbon(
    page: Image.Image, strip: ClassStrip, *, left: int, top: int, width: int, height: int
) -> None:
    """Draw the likeliest class of every moment alone, width x height pixels."""
    table = np.array([*colours_of(strip.labels).values(), UNKNOWN], np.uint8)
    likeliest = np.where(strip.familiar, strip.shares.argmax(axis=1), len(strip.labels))
    columns = columns_of(strip.starts, strip.end, width)
    ribbon = np.repeat(table[likeliest[columns]][None], height, axis=0)
    page.paste(Image.fromarray(np.ascontiguousarray(ribbon)), (left, top))


def _name_bands(
    draw: ImageDraw.ImageDraw,
    labels: Sequence[str],
    shares: Array,
    known: Array,
    corner: tuple[int, int],
    height_px: int,
    text_px: int,
) -> None:
    """The name of a class where its band is widest, if there is room for it."""
    ends = np.cumsum(shares, axis=1) / np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    for k, label in enumerate(labels):
        wide = round(font_of(text_px).getlength(in_words(label))) + round(0.7 * text_px)
        if wide >= len(shares):
            continue
        band = np.where(known, shares[:, k], 0.0)
        # The thinnest place under the word counts.
        least = np.lib.stride_tricks.sliding_window_view(band, wide).min(axis=1)
        if least.max() * height_px < 1.5 * text_px:
            continue
        middle = _middle_of_longest(least >= 0.9 * least.max()) + wide // 2
        y = corner[1] + height_px * (ends[middle, k] - shares[middle, k] / 2)
        place = (corner[0] + middle, y)
        letter(draw, place, in_words(label), size_px=text_px, colour=INK, anchor="mm")


def _middle_of_longest(chosen: Array) -> int:
    """The middle of the longest run of what is true.

    >>> _middle_of_longest(np.array([True, False, True, True, True]))
    3
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest] + ends[longest] - 1) // 2
