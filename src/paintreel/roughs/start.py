"""What an artist gives, a block-in or a sketch or both, as the networks take it.

A sketch may be grey, anti-aliased, of any weight, on white or transparent ground: it is laid on
white, and its ink is 1 - luma. A block-in may be rough paint of any kind; where it is transparent
the white paper shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, to_8bit
from paintreel.imaging.colour import luma
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.imaging.geometry import resize
from paintreel.pictures.kinds import pixels_of
from paintreel.pictures.paper import on_white
from paintreel.pictures.sizes import MIN_SIDE_PX, check_size
from paintreel.roughs.rough import Rough

LEAST_INK = 0.05
"""A sketch whose darkest point is lighter than this is taken for empty paper."""
_PAPER = 250
_SAME_FORM = 0.02
MOST_INK = 0.98
"""A sketch with more than this of ink everywhere is taken for a mistake: nothing is drawn in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """What a painting starts from.

    `rough` is what the network sees, 8 bits a channel. `base` is what strength 0 gives back,
    (H, W, 3) in the dtype that was given: the block-in, or the sketch where there is none.
    `is_coloured_in` says that the block-in was made of lines, in colours that nobody gave.
    `stretched_from` is the (width, height) that was given, where it has another form.
    """

    rough: Rough
    base: Array
    is_coloured_in: bool = False
    stretched_from: tuple[int, int] | None = None


def read_start(
    rough: Any = None,
    sketch: Any = None,
    *,
    size: tuple[int, int] | None = None,
    fit_sketch: bool = False,
    max_pixels: int = DEFAULT_MAX_PIXELS,
) -> Start:
    """The start of a painting from paths, PIL images or arrays (uint8, uint16, floats in [0, 1]).

    `size` (width, height) in pixels resizes both. A sketch of another size than the rough is an
    error unless `fit_sketch`, which brings it to the size of the rough.

    Raises InputError for neither, sides below MIN_SIDE_PX, unequal sizes, a sketch without ink or
    without paper, and a white rough alone; UnreadableFile and PictureTooLarge for files.
    """
    if rough is None and sketch is None:
        raise InputError("nothing to paint from; give a rough, a sketch or a category")
    blocks = None if rough is None else on_white(pixels_of(rough, "rough", max_pixels))
    lines = None if sketch is None else on_white(pixels_of(sketch, "sketch", max_pixels))
    for name, x in (("rough", blocks), ("sketch", lines)):
        if x is not None:
            _check_side(name, x)
    if blocks is not None and lines is not None and blocks.shape != lines.shape:
        if not fit_sketch:
            raise InputError(
                f"the rough is {_size_text(blocks)} and the sketch {_size_text(lines)}; make them "
                "one size, or fit the sketch to the rough with --resize (resize=True)"
            )
        lines = resize(lines, blocks.shape[1], blocks.shape[0])
    stretched_from = None
    if size is not None:
        check_size(size, max_pixels)
        given = lines if blocks is None else blocks
        assert given is not None  # one of the two is there
        if abs(given.shape[1] * size[1] / (given.shape[0] * size[0]) - 1) > _SAME_FORM:
            stretched_from = given.shape[1], given.shape[0]
        blocks = None if blocks is None else resize(blocks, *size)
        lines = None if lines is None else resize(lines, *size)
    base = lines if blocks is None else blocks
    assert base is not None
    seen = Rough(
        blocks=None if blocks is None else to_8bit(blocks),
        lines=None if lines is None else _paper_and_ink(lines),
    )
    if seen.lines is None and seen.blocks is not None and int(seen.blocks.min()) >= _PAPER:
        raise InputError("the rough is empty: it is white all over, expected paint or lines")
    return Start(seen, base=base, stretched_from=stretched_from)


def _check_side(name: str, x: Array) -> None:
    if min(x.shape[:2]) < MIN_SIDE_PX:
        raise InputError(
            f"the {name} is {_size_text(x)}, expected at least {MIN_SIDE_PX} px a side; "
            "give a larger one"
        )


def _size_text(x: Array) -> str:
    return f"{x.shape[1]}x{x.shape[0]} px"


def _paper_and_ink(x: Array) -> Array:
    """(H, W) uint8, 255 paper to 0 ink, of a sketch on white.

    Raises InputError for paper without ink, and for ink without paper.
    """
    lines = luma(to_8bit(x))
    ink = 1 - int(lines.min()) / 255
    if ink < LEAST_INK:
        raise InputError(
            f"the sketch is empty: its darkest point has {ink:.0%} ink, expected dark lines on "
            "white or transparent ground"
        )
    if 1 - int(lines.max()) / 255 > MOST_INK:
        raise InputError(
            "the sketch is ink all over, expected dark lines on white or transparent ground"
        )
    return lines
