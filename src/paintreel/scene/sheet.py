"""Contact sheets: many pictures at a glance, in rows, each with its caption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from paintreel.errors import InputError
from paintreel.imaging.arrays import split_alpha
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.scene.inputs import as_bytes

CELL_PX = 384
"""Longer side of the pictures on a sheet."""

_GAP_PX = 10
_TEXT_PX = 16
_GROUND, _INK = (250, 249, 246), (40, 38, 36)


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A picture, in any layout and dtype of `imaging.arrays`, with the line below it."""

    picture: np.ndarray
    caption: str

    @classmethod
    def shrunk(cls, picture: np.ndarray, caption: str, cell_px: int = CELL_PX) -> Cell:
        """A cell that keeps no more of a big picture than the sheet shows."""
        height, width = picture.shape[:2]
        rgb, _ = split_alpha(resize(picture, *fit_max_side(width, height, cell_px)))
        return cls(as_bytes(rgb), caption)


def contact_sheet(
    cells: Sequence[Cell], *, columns: int | None = None, cell_px: int = CELL_PX
) -> np.ndarray:
    """The cells row by row as one (H, W, 3) uint8 picture; pictures are shrunk to `cell_px`.

    `columns` None makes as many columns as rows, or one more. Raises InputError without cells.
    """
    if not cells:
        raise InputError("a contact sheet needs at least one picture")
    shown = [Cell.shrunk(cell.picture, cell.caption, cell_px) for cell in cells]
    width = max(cell.picture.shape[1] for cell in shown)
    height = max(cell.picture.shape[0] for cell in shown)
    if columns is None:
        columns = math.ceil(math.sqrt(len(shown)))
    columns = min(columns, len(shown))
    rows = -(-len(shown) // columns)
    step_x, step_y = width + _GAP_PX, height + _GAP_PX + _TEXT_PX + _GAP_PX
    sheet = Image.new("RGB", (columns * step_x + _GAP_PX, rows * step_y + _GAP_PX), _GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=_TEXT_PX - 3)
    for index, cell in enumerate(shown):
        row, column = divmod(index, columns)
        x, y = _GAP_PX + column * step_x, _GAP_PX + row * step_y
        sheet.paste(Image.fromarray(np.ascontiguousarray(cell.picture)), (x, y))
        text = _fitted(cell.caption, font, width)
        draw.text((x, y + height + 4), text, fill=_INK, font=font)
    return np.asarray(sheet)


def _fitted(text: str, font: ImageFont.FreeTypeFont, width_px: int) -> str:
    """The text, its end cut off where it is wider than its cell."""
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(f"{text}...") > width_px:
        text = text[:-1]
    return f"{text}..."
