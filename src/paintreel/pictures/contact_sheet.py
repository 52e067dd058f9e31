"""Contact sheets: many pictures at a glance, in rows, each with its caption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from paintreel.errors import InputError, PaintreelError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.imaging.metadata import Metadata, make_density
from paintreel.imaging.untrusted_files import open_image
from paintreel.pictures.lettering import fitted, font_of, legible
from paintreel.pictures.paper import rgb8_on_white

CELL_PX = 384
"""Longer side of the pictures on a sheet."""

_SOFTWARE_TAG, _MARK = 0x0131, "Paintreel contact sheet"
"""The EXIF tag that says what made a picture, and what it says of sheets."""

_GAP_PX = 10
_TEXT_PX = 16
_GROUND, _INK = (250, 249, 246), (40, 38, 36)


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A picture, in any layout and dtype of `imaging.arrays`, with the line below it."""

    picture: Array
    caption: str

    @classmethod
    def shrunk(cls, picture: Array, caption: str, cell_px: int = CELL_PX) -> Cell:
        """A cell that keeps no more of a big picture than the sheet shows."""
        height, width = picture.shape[:2]
        small = resize(picture, *fit_max_side(width, height, cell_px))
        return cls(rgb8_on_white(small), caption)


def read_cell(path: Path, caption: str, cell_px: int = CELL_PX) -> Cell:
    """A cell of a picture file. Raises UnreadableFile and PictureTooLarge."""
    return Cell.shrunk(read_picture(path).pixels, caption, cell_px)


def contact_sheet(
    cells: Sequence[Cell],
    *,
    columns: int | None = None,
    cell_px: int = CELL_PX,
    text_px: int = _TEXT_PX,
) -> Array:
    """The cells row by row as one (H, W, 3) uint8 picture; pictures are shrunk to `cell_px`.

    `columns` None makes as many columns as rows, or one more. A row is as high as its highest
    picture; a caption takes a line of `text_px`. Raises InputError without cells.
    """
    if not cells:
        raise InputError("a contact sheet needs at least one picture")
    shown = [Cell.shrunk(cell.picture, cell.caption, cell_px) for cell in cells]
    if columns is None:
        columns = math.ceil(math.sqrt(len(shown)))
    columns = min(columns, len(shown))
    rows = [shown[i : i + columns] for i in range(0, len(shown), columns)]
    width = max(cell.picture.shape[1] for cell in shown)
    heights = [max(cell.picture.shape[0] for cell in row) for row in rows]
    below = _GAP_PX + text_px + _GAP_PX
    size = (columns * (width + _GAP_PX) + _GAP_PX, sum(heights) + len(rows) * below + _GAP_PX)
    sheet = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(sheet)
    y = _GAP_PX
    for row, height in zip(rows, heights, strict=True):
        for column, cell in enumerate(row):
            x = _GAP_PX + column * (width + _GAP_PX)
            sheet.paste(Image.fromarray(np.ascontiguousarray(cell.picture)), (x, y))
            font = font_of(text_px - 3, legible(cell.caption))
            text = fitted(cell.caption, font, width)
            draw.text((x, y + height + 4), text, fill=_INK, font=font)
        y += height + below
    return np.asarray(sheet)


def write_sheet(path: Path, sheet: Array, *, dots_an_inch: int | None = None) -> None:
    """Write a sheet, over one that is there, so that `is_sheet` knows it. Raises OutputError.

    dots_an_inch: at which it is printed, None leaves it open.
    """
    exif = Image.Exif()
    exif[_SOFTWARE_TAG] = _MARK
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    density = None if dots_an_inch is None else make_density(dots_an_inch, dots_an_inch, "inch")
    picture = Picture(sheet, exif=block, metadata=Metadata(density=density))
    write_picture(path, picture, quality=92, overwrite=True)


def is_sheet(path: Path) -> bool:
    """Whether the file is a contact sheet of ours; False for what cannot be read."""
    try:
        with open_image(path) as image:
            return image.getexif().get(_SOFTWARE_TAG) == _MARK
    except PaintreelError:
        return False
