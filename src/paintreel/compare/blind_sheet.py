"""Sheets of a blind trial: the source and what is rated, at one size, without a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array, to_8bit
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.imaging.profiles import to_srgb
from paintreel.jobs.find import kind_of
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.moment import frame_at, length_of
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import Cell, contact_sheet
from paintreel.pictures.paper import rgb8_on_white
from paintreel.scoring.blind_trial import SIDES, SOURCE, BlindSheet

__all__ = ["ShownPictures", "draw_sheet", "read_shown"]

_TEXT_PX, _LEAST_TEXT_PX = 30, 13
"""Captions are to be read on a sheet that is shrunk to a screen, and to fit below its pictures."""
_MARGIN = 250
"""Level of grey around a picture of other proportions."""
_ALIKE = 0.02
"""Proportions that differ by less are those of one picture, rounded to whole pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownPictures:
    """All pictures of one name as sheets show them: (H, W, 3) uint8 sRGB of one size.

    of     set, or SOURCE -> its pixels
    notes  what was changed to make them alike
    """

    of: Mapping[str, Array]
    notes: tuple[Note, ...] = ()


def read_shown(
    files: Mapping[str, Path], side_px: int, *, max_pixels: int | None = None
) -> ShownPictures:
    """Read the results of one picture, and its source, at one size.

    That is the size of the source, or of the largest result without one: no longer than `side_px`
    nor than the largest of them. Smaller ones are enlarged, as they would be on a screen; what has
    other proportions gets a margin. Of clips the frame in the middle of the shortest is shown.

    Raises UnreadableFile, PictureTooLarge and VideoError of what cannot be read.
    """
    pixels, notes = _pixels_of(files, max_pixels)
    sizes = {name: (x.shape[1], x.shape[0]) for name, x in pixels.items()}
    largest = max(sizes, key=lambda name: max(sizes[name]))
    model = SOURCE if SOURCE in sizes else largest
    box = _scaled(sizes[model], min(side_px, max(sizes[largest])))
    others = "its source" if model == SOURCE else "the largest one of its name"
    shown = {}
    for name, x in pixels.items():
        shown[name], has_margin = _fitted(x, box)
        if has_margin:
            text = f"{name or 'source'}: of other proportions than {others}, shown with a margin"
            notes.append(Note("other-proportions", text))
        elif sizes[name] != sizes[model]:
            text = f"{name or 'source'}: of another size than {others}, shown at one size"
            notes.append(Note("other-size", text))
    return ShownPictures(shown, tuple(notes))


def draw_sheet(sheet: BlindSheet, shown: ShownPictures) -> Array:
    """The sheet as one (H, W, 3) uint8 picture: the source, if there is one, and what is rated."""
    captions = SIDES if len(sheet.shown) > 1 else ("to rate",)
    named = [*([("source", SOURCE)] if SOURCE in shown.of else [])]
    named += list(zip(captions, sheet.shown, strict=True))
    cells = [Cell(shown.of[name], f"{sheet.number}  {caption}") for caption, name in named]
    height, width = cells[0].picture.shape[:2]
    text_px = min(_TEXT_PX, max(_LEAST_TEXT_PX, width // 6))
    return contact_sheet(cells, columns=len(cells), cell_px=max(height, width), text_px=text_px)


def _pixels_of(
    files: Mapping[str, Path], max_pixels: int | None
) -> tuple[dict[str, Array], list[Note]]:
    if kind_of(next(iter(files.values()))) == "picture":
        limit = max_pixels or DEFAULT_MAX_PIXELS
        return {name: _picture(path, limit) for name, path in files.items()}, []
    limit = max_pixels or MAX_FRAME_PIXELS
    at_s = _middle_of_all(list(files.values()))
    frames = {name: frame_at(path, at_s, max_pixels=limit) for name, path in files.items()}
    text = "clips are shown by the frame in their middle; how still they hold is not to be seen"
    return {name: rgb8_on_white(x) for name, x in frames.items()}, [Note("middle-frames", text)]


def _picture(path: Path, max_pixels: int) -> Array:
    picture = read_picture(path, max_pixels=max_pixels)
    pixels = to_8bit(picture.pixels)
    if picture.icc is not None:
        # A screen shows one profile for the whole sheet.
        converted = to_srgb(pixels, picture.icc)
        pixels = pixels if converted is None else converted
    return rgb8_on_white(pixels)


def _middle_of_all(clips: Sequence[Path]) -> float | None:
    """Seconds into clips of one film that each of them reaches; None where a header says none."""
    lengths_s = [length_of(clip) for clip in clips]
    known_s = [length_s for length_s in lengths_s if length_s is not None]
    return min(known_s) / 2 if len(known_s) == len(lengths_s) else None


def _scaled(size: tuple[int, int], side_px: int) -> tuple[int, int]:
    """(width, height) with a longer side of exactly `side_px`."""
    width, height = size
    if max(size) >= side_px:
        return fit_max_side(width, height, side_px)
    scale = side_px / max(size)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _fitted(x: Array, box: tuple[int, int]) -> tuple[Array, bool]:
    """The picture in a box of (width, height), and whether there is a margin around it."""
    height, width = x.shape[:2]
    scale = min(box[0] / width, box[1] / height)
    if abs(width * box[1] / (height * box[0]) - 1) < _ALIKE:
        return resize(x, *box), False
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (box[0] - inner[0]) // 2, (box[1] - inner[1]) // 2
    laid = np.full((box[1], box[0], 3), _MARGIN, np.uint8)
    laid[top : top + inner[1], left : left + inner[0]] = resize(x, *inner)
    return laid, True
