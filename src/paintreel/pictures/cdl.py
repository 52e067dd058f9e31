"""ASC CDL: a grade in ten numbers, which every grading room reads.

American Society of Cinematographers, "Color Decision List", release 1.2: every channel is
clamp(in * slope + offset) ** power, then the saturation is scaled about Rec. 709 luma. Files are
`.cdl`, `.cc` and `.ccc`, read and written. What a LUT does beyond ten numbers no CDL can hold: it
is fitted, and how far it is off is said.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import write_whole
from paintreel.pictures.colour_lut import ColourLUT, identity_grid, lut_of
from paintreel.pictures.lut_files import read_text

__all__ = ["CDL", "CDL_SUFFIXES", "fitted_cdl", "read_cdl", "write_cdl"]

CDL_SUFFIXES = (".cdl", ".cc", ".ccc")
_NAMES = ("Slope", "Offset", "Power", "Saturation")
_NAMESPACE = "urn:ASC:CDL:v1.01"
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_GRID, _ROUNDS = 9, 60
_LOW = np.array([*(0.0,) * 3, *(-1.0,) * 3, *(0.2,) * 3, 0.0])
_HIGH = np.array([*(4.0,) * 3, *(1.0,) * 3, *(5.0,) * 3, 4.0])


@dataclass(frozen=True, slots=True)
class CDL:
    """slope, offset, power of red, green and blue, and saturation.

    Raises InputError for slopes and saturation below 0 and for powers that are not above it.
    """

    slope: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    power: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0

    def __post_init__(self) -> None:
        numbers = [*self.slope, *self.offset, *self.power, self.saturation]
        if not np.isfinite(numbers).all():
            raise InputError("a CDL has numbers that are none")
        if min(self.slope) < 0 or self.saturation < 0 or min(self.power) <= 0:
            raise InputError(
                f"a CDL has slope {self.slope}, power {self.power} and saturation "
                f"{self.saturation:g}; slopes and saturation are 0 or more, powers above 0"
            )

    def __call__(self, rgb: Array) -> Array:
        """Colours (..., 3) in [0, 1] through it, clipped to [0, 1].

        >>> CDL(slope=(0.5, 1, 1))(np.array([1.0, 0.5, 0.25])).tolist()
        [0.5, 0.5, 0.25]
        """
        toned = np.clip(rgb * np.array(self.slope) + np.array(self.offset), 0.0, 1.0)
        toned = toned ** np.array(self.power)
        luma = (toned @ _LUMA)[..., None]
        out: Array = np.clip(luma + self.saturation * (toned - luma), 0.0, 1.0)
        return out

    @property
    def lut(self) -> ColourLUT:
        """It as a LUT of 65 colours a side."""
        return lut_of(self, count=65)


def fitted_cdl(lut: ColourLUT) -> tuple[CDL, float]:
    """The CDL that comes nearest to a LUT, and by how much it is off: root mean square, of 1.

    Greys count as much as colours, which a grading room judges first.
    """
    cells = identity_grid(_GRID).reshape(-1, 3).astype(np.float64)
    greys = np.repeat(np.linspace(0, 1, len(cells))[:, None], 3, axis=1)
    colours = np.concatenate([cells, greys])
    wanted = lut(colours).astype(np.float64)

    def off(values: Array) -> Array:
        return (_of_values(values)(colours) - wanted).ravel()

    values = np.array([1.0] * 3 + [0.0] * 3 + [1.0] * 4)
    damping, error = 1e-2, off(values)
    for _ in range(_ROUNDS):
        steps = np.eye(len(values)) * 1e-4
        slopes = np.stack([(off(values + step) - error) / 1e-4 for step in steps], axis=1)
        square = slopes.T @ slopes
        damped = square + damping * np.diag(np.diag(square) + 1e-9)
        tried = np.clip(values - np.linalg.solve(damped, slopes.T @ error), _LOW, _HIGH)
        after = off(tried)
        if after @ after < error @ error:
            gain = (error @ error - after @ after) / (error @ error)
            values, error, damping = tried, after, damping / 3
            if gain < 1e-6:
                break
        else:
            damping = min(damping * 4, 1e6)
    return _of_values(values.round(6)), float(np.sqrt(np.mean(error * error)))


def _of_values(values: Array) -> CDL:
    slope, offset, power = (tuple(map(float, values[i : i + 3])) for i in (0, 3, 6))
    return CDL(slope, offset, power, float(values[9]))  # type: ignore[arg-type]


def read_cdl(path: str | PathLike[str]) -> CDL:
    """The first colour correction of a `.cdl`, `.cc` or `.ccc` file.

    Raises UnreadableFile that names the line or the entry.
    """
    path = Path(path)
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableFile(path, "it declares entities, which no CDL has")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise UnreadableFile(path, f"line {error.position[0]}: it is no XML") from None
    lines = {name: _line_of(text, name) for name in _NAMES}
    found = {
        name: [element for element in root.iter() if element.tag.rpartition("}")[2] == name]
        for name in _NAMES
    }
    if not any(found.values()):
        raise UnreadableFile(path, "it has no Slope, Offset, Power or Saturation: no CDL")
    values: dict[str, Any] = {
        name.lower(): _numbers(path, name, elements[0].text, lines[name])
        for name, elements in found.items()
        if elements
    }
    if "saturation" in values:
        values["saturation"] = values["saturation"][0]
    for name in _NAMES:
        if (key := name.lower()) in values:
            try:
                CDL(**{key: values[key]})
            except InputError as error:
                raise UnreadableFile(path, f"line {lines[name]}: {error}") from None
    return CDL(**values)


def _line_of(text: str, name: str) -> int:
    """The line in which the first element of a name begins, with its prefix or without."""
    match = re.search(rf"<(?:[\w.-]+:)?{name}\b", text)
    return 0 if match is None else text.count("\n", 0, match.start()) + 1


def _numbers(path: Path, name: str, text: str | None, line: int) -> tuple[float, ...]:
    count = 1 if name == "Saturation" else 3
    words = (text or "").split()
    try:
        numbers = tuple(float(word) for word in words)
    except ValueError:
        numbers = ()
    if len(numbers) != count:
        shown = " ".join(words)[:60] or "nothing"
        raise UnreadableFile(path, f"line {line}: {name} is {shown!r}, expected {count} numbers")
    return numbers


def write_cdl(
    path: str | PathLike[str],
    cdl: CDL,
    *,
    name: str = "grade",
    comments: Sequence[str] = (),
    overwrite: bool,
) -> None:
    """Write it as the suffix of `path` says. Raises OutputError."""

    def row(values: Sequence[float]) -> str:
        return " ".join(f"{value:.6f}" for value in values)

    body = "\n".join(
        [
            f"<ColorCorrection id={quoteattr(name)}>",
            "  <SOPNode>",
            *(f"    <Description>{escape(text)}</Description>" for text in comments),
            f"    <Slope>{row(cdl.slope)}</Slope>",
            f"    <Offset>{row(cdl.offset)}</Offset>",
            f"    <Power>{row(cdl.power)}</Power>",
            "  </SOPNode>",
            "  <SatNode>",
            f"    <Saturation>{cdl.saturation:.6f}</Saturation>",
            "  </SatNode>",
            "</ColorCorrection>",
        ]
    )
    of_kind = {
        ".cc": body.replace("<ColorCorrection ", f'<ColorCorrection xmlns="{_NAMESPACE}" '),
        ".ccc": (
            f'<ColorCorrectionCollection xmlns="{_NAMESPACE}">\n{body}\n'
            "</ColorCorrectionCollection>"
        ),
        ".cdl": (
            f'<ColorDecisionList xmlns="{_NAMESPACE}">\n<ColorDecision>\n{body}\n'
            "</ColorDecision>\n</ColorDecisionList>"
        ),
    }
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{of_kind[Path(path).suffix.lower()]}\n'
    write_whole(path, text.encode("utf-8"), overwrite=overwrite)
