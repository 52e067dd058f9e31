"""What an artist gives, a block-in or a sketch or both, as the networks take it.

A sketch may be grey, anti-aliased, of any weight, on white or transparent ground: it is laid on
white, and its ink is 1 - luma. A block-in may be rough paint of any kind; where it is transparent
the white paper shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, check_image, from_float, split_alpha, to_float
from paintreel.imaging.colour import luma
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.geometry import resize
from paintreel.roughs.rough import Rough

MIN_SIDE_PX = 16
LEAST_INK = 0.05
"""A sketch whose darkest point is lighter than this is taken for empty paper."""

_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N")


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """What a painting starts from.

    `rough` is what the network sees, 8 bits a channel. `base` is what strength 0 gives back,
    (H, W, 3) in the dtype that was given: the block-in, or the sketch where there is none.
    """

    rough: Rough
    base: Array


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

    Raises InputError for neither, sides below MIN_SIDE_PX, unequal sizes and a sketch without
    ink; UnreadableFile and PictureTooLarge for files.
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
    if size is not None:
        check_size(size, max_pixels)
        blocks = None if blocks is None else resize(blocks, *size)
        lines = None if lines is None else resize(lines, *size)
    return Start(
        Rough(
            blocks=None if blocks is None else as_bytes(blocks),
            lines=None if lines is None else _paper_and_ink(lines),
        ),
        base=lines if blocks is None else blocks,
    )


def pixels_of(x: Any, name: str, max_pixels: int = DEFAULT_MAX_PIXELS) -> Array:
    """The pixels of a path, PIL image or array, in any layout and dtype of `imaging.arrays`.

    `name` is how messages call it. Raises InputError, UnreadableFile, PictureTooLarge.
    """
    if isinstance(x, np.ndarray):
        check_image(x, name=name)
        return x
    if isinstance(x, (str, PathLike)):
        return read_picture(x, max_pixels=max_pixels).pixels
    if is_pil_image(x):
        return _pixels_of_pil(x, name)
    raise InputError(
        f"{name} is a {type(x).__name__}, expected a path, a PIL image or a numpy array"
    )


def is_pil_image(x: Any) -> bool:
    """Whether `x` is an image of PIL, found out without loading PIL."""
    return any(base.__module__ == "PIL.Image" for base in type(x).__mro__)


def _pixels_of_pil(image: Any, name: str) -> Array:
    from paintreel.imaging.profiles import to_display_mode

    if 0 in image.size:
        raise InputError(f"{name} is {image.width}x{image.height} px")
    if image.mode in _DEEP_GREY:
        return np.asarray(image).astype(np.uint16)
    try:
        return np.asarray(to_display_mode(image)[0])
    except ValueError:
        raise InputError(
            f"{name} has mode {image.mode}, whose range of values is not defined; "
            "convert it to RGB, RGBA or L"
        ) from None


def check_size(size: tuple[int, int], max_pixels: int = DEFAULT_MAX_PIXELS) -> None:
    """Raise InputError unless (width, height) in pixels is a size that can be painted."""
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise InputError(f"size is {size!r}, expected (width, height) in pixels")
    if any(not isinstance(side, (int, np.integer)) or isinstance(side, bool) for side in size):
        raise InputError(f"size is {size!r}, expected two whole numbers of pixels")
    width, height = size
    if min(width, height) < MIN_SIDE_PX:
        raise InputError(f"size is {width}x{height} px, expected at least {MIN_SIDE_PX} px a side")
    if width * height > max_pixels:
        raise InputError(
            f"size is {width}x{height} px, {width * height:,} pixels; the limit is "
            f"{max_pixels:,}, raise it with --max-pixels (max_pixels=...)"
        )


def _check_side(name: str, x: Array) -> None:
    if min(x.shape[:2]) < MIN_SIDE_PX:
        raise InputError(
            f"the {name} is {_size_text(x)}, expected at least {MIN_SIDE_PX} px a side; "
            "give a larger one"
        )


def _size_text(x: Array) -> str:
    return f"{x.shape[1]}x{x.shape[0]} px"


def on_white(x: Array) -> Array:
    """(H, W, 3) of a picture of any layout, laid on white paper; dtype kept.

    Opaque pixels stay bit for bit.
    """
    rgb, alpha = split_alpha(x)
    if alpha is None:
        return rgb
    cover = to_float(alpha)[..., None]
    laid = from_float(to_float(rgb) * cover + (1 - cover), x.dtype)
    return np.where(cover == 1, rgb, laid)


def as_bytes(x: Array) -> Array:
    """A picture of any dtype as uint8; a uint8 one comes back uncopied."""
    return x if x.dtype == np.uint8 else from_float(to_float(x), np.uint8)


def _paper_and_ink(x: Array) -> Array:
    """(H, W) uint8, 255 paper to 0 ink, of a sketch on white. Raises InputError without ink."""
    lines = luma(as_bytes(x))
    ink = 1 - int(lines.min()) / 255
    if ink < LEAST_INK:
        raise InputError(
            f"the sketch is empty: its darkest point has {ink:.0%} ink, expected dark lines on "
            "white or transparent ground"
        )
    return lines
