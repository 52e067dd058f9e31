"""Figures 3 to 5 of Tan 2024: drawings side by side, and losses over steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.charts import COLOURS, GRID, INK, SOFT, Drawing
from paintreel.learn.experiments.lines.sheets import TILE_PX, places_shown, read_sheet
from paintreel.pictures.lettering import letter

_WIDTH, _TOP, _BASE, _LEFT, _RIGHT = 560, 40, 260, 52, 12
_HEAD_PX = 28

Curve = tuple[Sequence[float], Sequence[float]]


def curve_chart(title: str, curves: Mapping[str, Curve], *, across: str) -> Drawing:
    """Lines over steps, on an axis of values from 0; a curve of nothing is left out."""
    known = {name: curve for name, curve in curves.items() if len(curve[0]) > 1}
    height = _BASE + 44 + 16 * len(known)
    d = Drawing(_WIDTH, height)
    d.text(10, 20, title, INK)
    right = max((max(steps) for steps, _values in known.values()), default=1)
    # A first loss far above the rest would press all curves to the ground.
    tops = [float(np.percentile(values, 95)) for _steps, values in known.values()]
    top = max(tops, default=1.0) or 1.0
    for part in range(5):
        y = _BASE - (_BASE - _TOP) * part / 4
        d.line(_LEFT, y, _WIDTH - _RIGHT, y, GRID)
        d.text(_LEFT - 6, y + 4, f"{top * part / 4:.3g}", SOFT, "end")
        x = _LEFT + (_WIDTH - _RIGHT - _LEFT) * part / 4
        d.text(x, _BASE + 16, f"{right * part / 4:.0f}", SOFT, "middle")
    d.text(_WIDTH - _RIGHT, _BASE + 32, across, SOFT, "end")
    for number, (name, (steps, values)) in enumerate(known.items()):
        colour = COLOURS[number % len(COLOURS)]
        xs = [_LEFT + (_WIDTH - _RIGHT - _LEFT) * step / right for step in steps]
        ys = [_BASE - (_BASE - _TOP) * min(1.0, value / top) for value in values]
        for i in range(len(xs) - 1):
            d.line(xs[i], ys[i], xs[i + 1], ys[i + 1], colour)
        y = _BASE + 44 + 16 * number
        d.box(_LEFT, y - 9, 10, 10, colour)
        d.text(_LEFT + 14, y, name, INK)
    return d


def side_by_side(
    asked: Sequence[tuple[str, str]],
    sheets: Mapping[str, Path],
    *,
    given: str,
    drawings: int = 2,
) -> Array | None:
    """(H, W, 3) uint8: the first drawings of each source, what is given, every answer, the truth.

    asked   (source, what was given) of all questions, in their order
    sheets  {title: sheet of a condition}
    given   what the drawings that are shown were asked with
    None where no sheet is there.
    """
    cells = {title: read_sheet(path) for title, path in sheets.items()}
    cells = {title: found for title, found in cells.items() if found}
    if not cells:
        return None
    rows, taken = [], dict.fromkeys([source for source, _given in asked], 0)
    for number, place in enumerate(places_shown(asked)):
        source, its = asked[place]
        if its != given or taken[source] == drawings:
            continue
        taken[source] += 1
        columns = [found[number] for found in cells.values()]
        rows.append(np.hstack([columns[0][0], *(each[1] for each in columns), columns[0][2]]))
    return _titled(np.vstack(rows), ["given", *cells, "truth"]) if rows else None


def _titled(picture: Array, titles: Sequence[str]) -> Array:
    """A picture with a line of titles above its columns of TILE_PX."""
    head = Image.new("RGB", (picture.shape[1], _HEAD_PX), "#fff")
    pen = ImageDraw.Draw(head)
    for column, title in enumerate(titles):
        place = (column * TILE_PX + 6, _HEAD_PX - 8)
        letter(pen, place, title, size_px=13, colour=(38, 38, 42), width_px=TILE_PX - 12)
    return np.vstack([np.asarray(head), picture])
