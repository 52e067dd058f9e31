"""The model sheet that animators pin to the wall: figure, expressions, turns, mouths, palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from PIL import Image, ImageDraw

from paintreel.imaging.arrays import Array
from paintreel.pictures.lettering import letter
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import draw_character
from paintreel.rig.framing import Framing
from paintreel.rig.identity import CharacterPalette, Identity
from paintreel.rig.pose import MOUTH_LETTERS, Pose
from paintreel.rig.tones import colour_of
from paintreel.runtime.emotions import EMOTIONS

__all__ = ["DEFAULT_SHEET_SIZE", "LEAST_SHEET_PX", "draw_model_sheet"]

DEFAULT_SHEET_SIZE = (2480, 1754)
LEAST_SHEET_PX = 480
"""Below this no word on it could be read."""
_WIDTH, _HEIGHT = 2480, 1754
_PAPER, _PANEL, _INK, _SOFT = (250, 247, 240), (232, 228, 216), (48, 42, 40), (128, 118, 108)
_MARGIN, _GAP, _CAPTION = 70, 18, 40
_SOUNDS = {
    "A": "m b p", "B": "k s t ee", "C": "eh ae", "D": "aa", "E": "ao er", "F": "oo w", "G": "f v",
    "H": "l", "X": "rest",
}  # fmt: skip
_TURNS = (-30, -15, 0, 15, 30)


@dataclass(frozen=True)
class _Cell:
    """One drawing on the sheet: (left, top, width, height) in units, what is drawn, its caption."""

    box: tuple[float, float, float, float]
    pose: Pose
    framing: Framing
    caption: str


def draw_model_sheet(
    identity: Identity,
    size_px: tuple[int, int] = DEFAULT_SHEET_SIZE,
    *,
    paint: Callable[[Array], Array] | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> Array:
    """The sheet of a character, (H, W, 3) uint8.

    size_px  width and height, 480 each at least; the page is fitted into it
    paint    from (H, W, 4) uint8 to the same: what paints each drawing in a style
    on_cell  called with (drawn, all) after each drawing

    Raises what `on_cell` raises.
    """
    width, height = size_px
    scale = min(width / _WIDTH, height / _HEIGHT)
    left, top = 0.5 * (width - scale * _WIDTH), 0.5 * (height - scale * _HEIGHT)
    page = Image.new("RGB", size_px, _PAPER)
    draw = ImageDraw.Draw(page)

    def px(x: float, y: float) -> tuple[int, int]:
        return round(left + scale * x), round(top + scale * y)

    cells = _cells()
    for number, cell in enumerate(cells, 1):
        x, y, w, h = cell.box
        (x0, y0), (x1, y1) = px(x, y), px(x + w, y + h)
        panel = (x1 - x0, y1 - y0)
        draw.rounded_rectangle((x0, y0, x1 - 1, y1 - 1), round(14 * scale), fill=_PANEL)
        drawn = draw_character(identity, cell.pose, panel, framing=cell.framing).rgba
        if paint is not None:
            drawn = paint(drawn)
        page.paste(Image.fromarray(drawn[..., :3]), (x0, y0), Image.fromarray(drawn[..., 3]))
        middle = px(x + 0.5 * w, y + h + 29)
        letter(draw, middle, cell.caption, size_px=max(round(27 * scale), 6), colour=_INK,
               anchor="ms", width_px=x1 - x0)  # fmt: skip
        if on_cell is not None:
            on_cell(number, len(cells))
    title = identity.title or identity.name
    letter(draw, px(_MARGIN, 106), title, size_px=max(round(68 * scale), 9), colour=_INK)
    letter(draw, px(_WIDTH - _MARGIN, 106), "model sheet", size_px=max(round(38 * scale), 7),
           colour=_SOFT, anchor="rs")  # fmt: skip
    _draw_palette(draw, identity.palette, px, scale)
    return np.asarray(page)


def _cells() -> list[_Cell]:
    """Where every drawing stands."""
    top, figure = 140.0, 610.0
    cells = [_Cell((_MARGIN, top, figure, 1110), Pose(), "half", "")]
    x0 = _MARGIN + figure + 2 * _GAP
    across = _WIDTH - _MARGIN - x0
    # Expressions: the calmest in the middle of two rows of five, with the rest face.
    names: Sequence[tuple[str, float]] = [(name, 1.0) for name in EMOTIONS]
    names = [*names, ("happiness", 0.4)]
    wide = (across - 4 * _GAP) / 5
    high = 330.0
    for i, (name, intensity) in enumerate(names):
        row, column = divmod(i, 5)
        box = (x0 + column * (wide + _GAP), top + row * (high + _CAPTION + _GAP), wide, high)
        caption = name if intensity == 1.0 else f"{name}, {round(100 * intensity)} %"
        cells.append(_Cell(box, pose_of(name, intensity), "bust", caption))
    y = top + 2 * (high + _CAPTION + _GAP)
    for i, turn in enumerate(_TURNS):
        box = (x0 + i * (wide + _GAP), y, wide, high)
        cells.append(
            _Cell(
                box, Pose(turn_deg=float(turn)), "bust", f"turned {turn:+d}°" if turn else "front"
            )
        )
    y += high + _CAPTION + _GAP
    small = (_WIDTH - 2 * _MARGIN - 8 * _GAP) / 9
    for i, shape in enumerate(MOUTH_LETTERS):
        pose = replace(Pose(), speaking=1.0, mouth_shape=shape, mouth_next=shape)
        box = (_MARGIN + i * (small + _GAP), y, small, 200)
        cells.append(_Cell(box, pose, "mouth", f"{shape}  {_SOUNDS[shape]}"))
    return cells


def _draw_palette(
    draw: ImageDraw.ImageDraw,
    palette: CharacterPalette,
    px: Callable[[float, float], tuple[int, int]],
    scale: float,
) -> None:
    names = [one.name for one in fields(CharacterPalette)]
    y, high = 1600.0, 70.0
    wide = (_WIDTH - 2 * _MARGIN - (len(names) - 1) * _GAP) / len(names)
    for i, name in enumerate(names):
        x = _MARGIN + i * (wide + _GAP)
        value = getattr(palette, name)
        box = (*px(x, y), *px(x + wide, y + high))
        draw.rounded_rectangle(box, round(10 * scale), fill=tuple(colour_of(value).tolist()))
        at = px(x + 0.5 * wide, y + high + 32)
        letter(draw, at, f"{name} {value}", size_px=max(round(22 * scale), 6), colour=_INK,
               anchor="ms", width_px=wide * scale)  # fmt: skip
