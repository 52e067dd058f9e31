"""LUTs as files: `.cube` as Adobe and Resolve write them, read and written.

Adobe 2013 ("Cube LUT Specification 1.0"): key words and comments above, then rows of three numbers,
red running fastest. Resolve's files may hold curves and a table, the curves first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import write_whole
from paintreel.imaging.plain_text import decoded
from paintreel.imaging.untrusted_files import open_regular, unreadable_file
from paintreel.pictures.colour_lut import ColourLUT
from paintreel.visible import visible

__all__ = ["CUBE_SUFFIX", "MAX_LUT_BYTES", "read_cube", "read_text", "write_cube"]

CUBE_SUFFIX = ".cube"
MAX_LUT_BYTES = 64 << 20
_MOST = {"LUT_3D_SIZE": 129, "LUT_1D_SIZE": 65536}
_RANGES = ("LUT_3D_INPUT_RANGE", "LUT_1D_INPUT_RANGE")
_VIDEO_RANGE = ("LUT_IN_VIDEO_RANGE", "LUT_OUT_VIDEO_RANGE")


def read_cube(path: str | PathLike[str]) -> ColourLUT:
    """The LUT of a `.cube` file. Raises UnreadableFile that names the line."""
    path = Path(path)
    return _Reading(path).read(read_text(path))


def read_text(path: Path) -> str:
    """The text of a small file. Raises UnreadableFile."""
    with unreadable_file(path), open_regular(path) as file:
        data = file.read(MAX_LUT_BYTES + 1)
    if len(data) > MAX_LUT_BYTES:
        raise UnreadableFile(path, f"it has more than {MAX_LUT_BYTES >> 20} MB, no LUT has so many")
    try:
        return decoded(data)[0]
    except ValueError:
        raise UnreadableFile(path, "it is no text") from None


@dataclass
class _Reading:
    """A `.cube` file, line by line."""

    path: Path
    sizes: dict[str, int] = field(default_factory=dict)
    bounds: dict[str, list[float]] = field(default_factory=dict)
    title: str = ""
    rows: list[list[float]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> ColourLUT:
        """The LUT."""
        number = 0
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0][0].isalpha() and words[0].lower() not in ("nan", "inf", "infinity"):
                self._key(words, line, number)
            else:
                self._row(words, number)
        return self._made(number)

    def _key(self, words: list[str], line: str, number: int) -> None:
        key = words[0].upper()
        if key in self.lines:
            raise self._wrong(number, f"{key} stands in line {self.lines[key]} already")
        self.lines[key] = number
        if key == "TITLE":
            self.title = line.split(None, 1)[1].strip().strip('"') if len(words) > 1 else ""
        elif key in _MOST:
            size = self._numbers(words[1:], 1, number)[0]
            if size != int(size) or not 2 <= size <= _MOST[key]:
                raise self._wrong(number, f"{key} is {words[1]}, expected 2 to {_MOST[key]}")
            self.sizes[key] = int(size)
        elif key in ("DOMAIN_MIN", "DOMAIN_MAX"):
            self.bounds[key] = self._numbers(words[1:], 3, number)
        elif key in _RANGES:
            self.bounds[key] = self._numbers(words[1:], 2, number)
            if not self.bounds[key][0] < self.bounds[key][1]:
                raise self._wrong(number, f"{key} ends below its beginning")
        elif key in _VIDEO_RANGE:
            raise self._wrong(
                number, f"{key}: it is for pictures in video range; export it for full range"
            )
        else:
            raise self._wrong(number, f"{visible(words[0])} is no key word of a .cube file")

    def _row(self, words: list[str], number: int) -> None:
        if not self.sizes:
            raise self._wrong(number, "numbers stand before LUT_3D_SIZE or LUT_1D_SIZE")
        if len(self.rows) >= self._expected:
            raise self._wrong(number, f"there are more than {self._expected:,} rows of colours")
        self.rows.append(self._numbers(words, 3, number))

    @property
    def _expected(self) -> int:
        return self.sizes.get("LUT_1D_SIZE", 0) + self.sizes.get("LUT_3D_SIZE", 0) ** 3

    def _numbers(self, words: Sequence[str], count: int, number: int) -> list[float]:
        try:
            values = [float(word) for word in words]
        except ValueError:
            values = []
        if len(values) != count or not np.isfinite(values).all() or max(map(abs, values)) > 1e6:
            shown = visible(" ".join(words))[:60]
            raise self._wrong(number, f"expected {count} numbers, got {shown or 'none'}")
        return values

    def _made(self, last: int) -> ColourLUT:
        if not self.sizes:
            raise UnreadableFile(self.path, "it has no LUT_3D_SIZE and no LUT_1D_SIZE")
        if len(self.rows) < self._expected:
            what = f"it ends after {len(self.rows):,} of {self._expected:,} rows of colours"
            raise self._wrong(last, what)
        domain = self._domain()
        if not (domain[0] < domain[1]).all():
            number = max(self.lines.get(f"DOMAIN_{end}", 0) for end in ("MIN", "MAX"))
            text = " to ".join(str([float(f"{v:g}") for v in bound]) for bound in domain.tolist())
            raise self._wrong(number, f"the domain is {text}: it ends at or below its beginning")
        values = np.array(self.rows, np.float32)
        curve = self.sizes.get("LUT_1D_SIZE", 0)
        side = self.sizes.get("LUT_3D_SIZE")
        table: Array | None = None
        if side is not None:
            table = values[curve:].reshape(side, side, side, 3).transpose(2, 1, 0, 3).copy()
        curves = values[:curve] if curve else None
        low, high = self.bounds.get("LUT_3D_INPUT_RANGE", [0.0, 1.0])
        if curves is not None and table is not None and (low, high) != (0.0, 1.0):
            curves = (curves - np.float32(low)) / np.float32(high - low)  # as places in the table
        try:
            return ColourLUT(table, curves, domain, self.title)
        except InputError as error:
            raise UnreadableFile(self.path, str(error)) from None

    def _domain(self) -> Array:
        """(2, 3) of what comes first, curves or table; Adobe's key words hold for both."""
        first = "LUT_1D_INPUT_RANGE" if "LUT_1D_SIZE" in self.sizes else "LUT_3D_INPUT_RANGE"
        low, high = self.bounds.get(first, [0.0, 1.0])
        bounds = [
            self.bounds.get("DOMAIN_MIN", [low] * 3),
            self.bounds.get("DOMAIN_MAX", [high] * 3),
        ]
        return np.array(bounds, np.float32)

    def _wrong(self, number: int, what: str) -> UnreadableFile:
        return UnreadableFile(self.path, f"line {number}: {what}")


def write_cube(
    path: str | PathLike[str], lut: ColourLUT, *, comments: Sequence[str] = (), overwrite: bool
) -> None:
    """Write a LUT that is a table; `comments` stand above it. Raises OutputError."""
    assert lut.table is not None, "curves alone are not written"
    count = len(lut.table)
    title = lut.title.replace('"', "'")
    lines = [f'TITLE "{title}"', *(f"# {text}" for text in comments), f"LUT_3D_SIZE {count}"]
    for key, bound in zip(("DOMAIN_MIN", "DOMAIN_MAX"), lut.domain.tolist(), strict=True):
        lines.append(f"{key} {' '.join(f'{value:g}' for value in bound)}")
    rows = lut.table.transpose(2, 1, 0, 3).reshape(-1, 3).astype(np.float64).tolist()
    lines += [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows]
    write_whole(path, ("\n".join(lines) + "\n").encode("utf-8"), overwrite=overwrite)
