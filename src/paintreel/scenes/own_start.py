"""A start of one's own as a network is to be given it: lines coloured in, loose paint made whole.

    lines alone     forms of the sketch in the colours of its category (`sketch_colours`)
    a loose rough   paper filled, colours behind the lines (`roughs/loose.py`)
    few colours     in the strokes of a brush (`roughs/brushed.py`)
    a category      colours and air of a coloured rough lean to it (`leaning`)

Any other rough, such as a block-in of a picture (coarse ones have few colours), comes through as it
is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from paintreel.imaging.arrays import Array, to_8bit
from paintreel.notes import Note
from paintreel.roughs.bareness import is_bare, is_flat
from paintreel.roughs.blank_sheet import with_white_paper
from paintreel.roughs.brushed import brushed
from paintreel.roughs.drawn_lines import DrawnLines, read_drawn_lines
from paintreel.roughs.loose import is_lines_alone, tidy_loose
from paintreel.roughs.rough import Rough
from paintreel.roughs.start import Start
from paintreel.scenes import CATEGORY_OF_SKETCHES
from paintreel.scenes.leaning import leaned
from paintreel.scenes.sketch_colours import colour_sketch
from paintreel.worlds.categories import Category, find_category
from paintreel.worlds.conditions import Conditions

__all__ = ["is_as_given", "prepare_start"]

_WHITE = 250


def prepare_start(
    start: Start,
    category: Category | None,
    conditions: Conditions | None = None,
    *,
    words: Collection[str] = (),
) -> tuple[Start, list[Note]]:
    """The start to paint from, and what was done to it. Its `base` stays.

    conditions  hour, season, weather and feeling of a sketch alone
    words       what the category is only the nearest to, such as "desert"
    """
    rough, notes = start.rough, _of_size(start)
    blocks, lines = rough.blocks, rough.lines
    if blocks is not None and is_lines_alone(blocks):
        drawn = 255 - read_drawn_lines(blocks).coverage
        lines = drawn if lines is None else np.minimum(drawn, lines)
        blocks = None
        text = "the rough is lines on paper: it is taken for a sketch, as --sketch does"
        notes.append(Note("rough-is-a-sketch", text))
    if blocks is None:
        assert lines is not None  # `read_start` asks for one of the two
        drawn_lines = read_drawn_lines(lines)
        if drawn_lines.is_painted or drawn_lines.is_light_on_dark:
            what = "a picture in tones" if drawn_lines.is_painted else "light lines on dark ground"
            text = f"the sketch is {what}, so nothing is coloured in: --rough takes it as paint"
            notes.append(Note("sketch-is-no-lines", text))
            return replace(start, rough=Rough(None, lines)), notes
        if category is None:
            category = find_category(CATEGORY_OF_SKETCHES)
            text = f"nothing says what the sketch is of: coloured as {category.name}"
            notes.append(Note("sketch-category", f"{text}; --category says it"))
        blocks = colour_sketch(drawn_lines.coverage, category, conditions, words=words)
        lines = _on_white_paper(lines, drawn_lines)
        return replace(start, rough=Rough(blocks, lines), is_coloured_in=True), notes
    if lines is not None:
        lines = _on_white_paper(lines)
    blocks, paper = _whole(blocks, lines)
    if paper:
        text = f"{paper:.0%} of the rough is blank paper: filled from the paint around"
        notes.append(Note("paper-filled", text))
    if category is not None:
        blocks = leaned(blocks, category)
    if blocks is not rough.blocks or lines is not rough.lines:
        start = replace(start, rough=Rough(blocks, lines))
    return start, notes


def _of_size(start: Start) -> list[Note]:
    """What is to be told of the size that was asked for."""
    if start.stretched_from is None:
        return []
    (width, height), (rows, columns) = start.stretched_from, start.base.shape[:2]
    text = f"{width}x{height} px has another form than {columns}x{rows}: it is stretched"
    return [Note("stretched", text)]


def _on_white_paper(lines: Array, drawn: DrawnLines | None = None) -> Array:
    """(H, W) uint8 lines without the grey of their paper, which to a network is ink everywhere.

    drawn: what is drawn there, if it has been read. The same array where the paper is white, and
    for what is no lines on paper.
    """
    if np.median(lines) >= _WHITE:
        return lines
    drawn = drawn or read_drawn_lines(lines)
    if drawn.is_blank or drawn.is_painted or drawn.is_light_on_dark:
        return lines
    return 255 - drawn.coverage


def _whole(blocks: Array, lines: Array | None) -> tuple[Array, float]:
    """A rough without its paper, in strokes where it has few colours; the share that was paper."""
    bare, flat = is_bare(blocks), is_flat(blocks)
    on_white = with_white_paper(blocks) if bare or flat else blocks
    paper = 0.0
    if on_white is not blocks or flat:
        tidied = tidy_loose(on_white, lines)
        paper = tidied.paper
        if paper or on_white is blocks:
            blocks = tidied.blocks
    if paper or bare:
        blocks = brushed(blocks, is_loose=paper > 0)
    return blocks, paper


def is_as_given(start: Start) -> bool:
    """Whether the block-in is the one that was given."""
    blocks = start.rough.blocks
    return blocks is not None and bool(np.array_equal(to_8bit(start.base), blocks))
