"""Where a camera looks as time goes by: plain rows of numbers, and the smooth way through them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.untrusted_files import open_regular, unreadable_file

__all__ = [
    "EASES",
    "MAX_SHOT_S",
    "MOVES",
    "CameraPath",
    "CameraView",
    "Ease",
    "named_move",
    "read_path",
]

MAX_SHOT_S = 600
"""Longest shot, in seconds."""
_MAX_SHIFT = 0.5
_LEAST_ZOOM, _MOST_ZOOM = 0.5, 4.0
_MAX_FILE_BYTES = 1 << 20
_FILTER_PX = 4  # what lies farther out has no part in a pixel at the edge
_ROW = "[t_s, x, y, zoom]"

Ease = Literal["smooth", "none"]
EASES: tuple[str, ...] = get_args(Ease)
"""How a camera goes from row to row: starting and stopping gently, or at one speed."""

_PAN, _DOLLY = 0.05, 1.25
MOVES: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "left": ((_PAN, 0.0, 1.0), (-_PAN, 0.0, 1.0)),
    "right": ((-_PAN, 0.0, 1.0), (_PAN, 0.0, 1.0)),
    "in": ((0.0, 0.0, 1.0), (0.0, 0.0, _DOLLY)),
    "out": ((0.0, 0.0, _DOLLY), (0.0, 0.0, 1.0)),
}
"""Moves by name: x, y and zoom at the start and at the end."""


@dataclass(frozen=True)
class CameraView:
    """Where the camera is.

    x, y  how far it has moved to the right and down, in widths and heights of the picture, as the
          nearest layers show it; at depth d everything moves (1 - d) times as far
    zoom  how many times larger the nearest layers are seen; what is farther away grows less, as
          when the camera goes forward, and the sky not at all
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    def scale(self, depth: float) -> float:
        """How many times larger what lies at `depth`, 0 (near) to 1 (sky), is seen."""
        return 1.0 / (1.0 - (1.0 - depth) * (1.0 - 1.0 / self.zoom))

    def shift(self, depth: float) -> tuple[float, float]:
        """How far the view of `depth` lies right and down, in widths and heights of the picture."""
        return (1.0 - depth) * self.x, (1.0 - depth) * self.y

    def overscan(self, depth: float) -> tuple[float, float]:
        """How far it shows beyond the picture's edges at `depth`, likewise; 0 where it does not."""
        half = 0.5 / self.scale(depth)
        x, y = (max(0.0, abs(shift) + half - 0.5) for shift in self.shift(depth))
        return x, y


class CameraPath:
    """A camera's way through rows [t_s, x, y, zoom], as of `CameraView`, times rising.

    Between two rows it never leaves their range; before the first and after the last it stands.

    ease  "smooth" it starts and stops gently (monotone cubic interpolation, Fritsch and Carlson
          1980), "none" it goes from row to row at one speed

    Raises InputError for anything else.
    """

    def __init__(self, rows: Sequence[Sequence[float]], ease: Ease = "smooth") -> None:
        table = _checked(rows)
        if ease not in EASES:
            raise InputError(f"ease is {ease!r}, expected {' or '.join(EASES)}")
        self.ease: Ease = ease
        self._t, self._values = table[:, 0], table[:, 1:]
        self._slopes = np.stack([_slopes(self._t, column) for column in self._values.T], axis=-1)

    @property
    def rows(self) -> list[list[float]]:
        """Its rows [t_s, x, y, zoom]."""
        table: list[list[float]] = np.column_stack([self._t, self._values]).tolist()
        return table

    @property
    def end_s(self) -> float:
        """The time of the last row, in seconds."""
        return float(self._t[-1])

    def at(self, t_s: float) -> CameraView:
        """Where the camera is at a time in seconds."""
        t = min(max(t_s, self._t[0]), self._t[-1])
        i = min(max(int(np.searchsorted(self._t, t, "right")) - 1, 0), len(self._t) - 2)
        step = self._t[i + 1] - self._t[i]
        u = (t - self._t[i]) / step
        a, b = self._values[i], self._values[i + 1]
        if self.ease == "none":
            x, y, zoom = a + (b - a) * u
            return CameraView(float(x), float(y), float(zoom))
        bend = u * (1 - u) * step * ((1 - u) * self._slopes[i] - u * self._slopes[i + 1])
        x, y, zoom = a + (b - a) * (u * u * (3 - 2 * u)) + bend
        return CameraView(float(x), float(y), float(zoom))

    def count(self, rate: Fraction) -> int:
        """How many frames it takes at `rate` a second: it lasts until its last row."""
        return max(round(Fraction(self.end_s) * rate), 2)

    def views(self, rate: Fraction) -> Iterator[CameraView]:
        """The view of every frame, from time 0 on the first to the last row on the last.

        The last frame has its own time on the screen too, so that each is a little less than a
        frame ahead: 4 s are 96 frames at 24 a second, and the 96th shows the end.
        """
        last = self.count(rate) - 1
        for index in range(last + 1):
            yield self.at(self.end_s * index / last)

    def margin_px(self, size_px: tuple[int, int], rate: Fraction) -> tuple[int, int]:
        """What layers of `size_px` (width, height) must hold beyond the picture at its sides, and
        above and below, so that no frame shows an edge."""
        most = [0.0, 0.0]
        for view in self.views(rate):
            # What shows beyond the edge grows or falls with the nearness: one end is the most.
            for side, share in enumerate(view.overscan(0.0)):
                most[side] = max(most[side], share)
        across, down = (
            math.ceil(share * side - 1e-6) + _FILTER_PX if share > 0 else 0
            for share, side in zip(most, size_px, strict=True)
        )
        return across, down


def named_move(name: str, seconds: float, ease: Ease = "smooth") -> CameraPath:
    """The path of a move of `MOVES` that takes `seconds`.

    Raises InputError for another name or time.
    """
    if name not in MOVES:
        raise InputError(f"move is {name!r}, expected one of {', '.join(MOVES)}")
    if not (isinstance(seconds, (int, float)) and 0 < seconds <= MAX_SHOT_S):
        raise InputError(f"seconds is {seconds!r}, expected above 0, at most {MAX_SHOT_S}")
    first, last = MOVES[name]
    return CameraPath([[0.0, *first], [float(seconds), *last]], ease)


def read_path(path: str | PathLike[str], ease: Ease = "smooth") -> CameraPath:
    """The camera's path of a JSON file: a list of rows [t_s, x, y, zoom].

    Raises UnreadableFile, and InputError for what is no such list.
    """
    path = Path(path)
    with unreadable_file(path), open_regular(path) as file:
        data = file.read(_MAX_FILE_BYTES + 1)
    if len(data) > _MAX_FILE_BYTES:
        raise InputError(
            f"{path} has more than {_MAX_FILE_BYTES:,} bytes, which no camera path needs"
        )
    try:
        rows = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no JSON ({error}); expected a list of {_ROW}") from None
    try:
        return CameraPath(rows, ease)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _checked(rows: Any) -> Array:
    """The rows as float64 (N, 4). Raises InputError."""
    if not isinstance(rows, (list, tuple, np.ndarray)) or len(rows) < 2:
        raise InputError(f"a camera path is a list of two or more {_ROW}, got {_shown(rows)}")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, (list, tuple, np.ndarray)) or len(row) != 4:
            raise InputError(f"row {number} of the camera path is {_shown(row)}, expected {_ROW}")
        for name, value in zip(("t_s", "x", "y", "zoom"), row, strict=True):
            _check_number(number, name, value)
    table = np.array(rows, float)
    for number in range(1, len(table)):
        before, t = table[number - 1 : number + 1, 0]
        if t <= before:
            raise InputError(
                f"row {number + 1} of the camera path is at {t:g} s, expected after the row before "
                f"it, at {before:g} s"
            )
    return table


def _check_number(row: int, name: str, value: Any) -> None:
    low, high = {
        "t_s": (0.0, float(MAX_SHOT_S)),
        "zoom": (_LEAST_ZOOM, _MOST_ZOOM),
    }.get(name, (-_MAX_SHIFT, _MAX_SHIFT))
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise InputError(
            f"row {row} of the camera path has {name} {_shown(value)}, expected {low:g} to {high:g}"
        )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _slopes(t: Array, y: Array) -> Array:
    """The slope at every row (N,): 0 at both ends and where the way turns back."""
    step, rise = np.diff(t), np.diff(y)
    secant = rise / step
    slopes = np.zeros_like(y)
    for i in range(1, len(y) - 1):
        left, right = secant[i - 1], secant[i]
        if left * right > 0:
            a, b = 2 * step[i] + step[i - 1], step[i] + 2 * step[i - 1]
            slopes[i] = (a + b) / (a / left + b / right)
    return slopes
