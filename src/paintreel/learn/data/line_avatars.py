"""Avatars in lines, in flat colours and finished, from the styles of DiceBear.

A style is a vector drawing, so its lines are known: strokes, and forms that are black. Three
drawings are made of one: as it is, in ink alone (all that is coloured white, all strokes black, so
that what lies in front still hides what lies behind), and without ink. Families that have no lines
get the contours of their forms; those are exact too, but no artist's lines.

Only building a pack needs the packages: dicebear-core and dicebear-styles (MIT; each style has a
licence of its own, see FAMILIES) and resvg-py (MIT).
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_marks import marks_of_fine_drawing
from paintreel.learn.data.line_pairs import Split

__all__ = ["FAMILIES", "AvatarDrawing", "Family", "draw_avatar"]


@dataclass(frozen=True)
class Family:
    """A style of DiceBear.

    name       of its file
    licence    of the drawings
    author     whom they are credited to
    split      "training", "development" or "test"
    inked      it is drawn with lines, which are the truth; else its contours are drawn
    contoured  coloured forms without a stroke get a contour
    coloured   it is more than black and white
    """

    name: str
    licence: str
    author: str
    split: Split = "training"
    inked: bool = True
    contoured: bool = False
    coloured: bool = True


FAMILIES = (
    Family("adventurer", "CC-BY-4.0", "Lisa Wischofsky"),
    Family("croodles", "CC-BY-4.0", "vijay verma", coloured=False),
    Family("lorelei", "CC0-1.0", "Lisa Wischofsky", coloured=False),
    Family("open-peeps", "CC0-1.0", "Pablo Stanley"),
    Family("big-smile", "CC-BY-4.0", "Ashley Seo", inked=False, contoured=True),
    Family("personas", "CC-BY-4.0", "Draftbit", inked=False, contoured=True),
    Family("toon-head", "CC-BY-4.0", "Johan Melin", inked=False, contoured=True),
    Family("notionists", "CC0-1.0", "Zoish", split="development", coloured=False),
    Family("micah", "CC-BY-4.0", "Micah Lanier", split="test", contoured=True),
)
"""Families whose licence lets anyone use, change and sell them."""

_SVG = "{http://www.w3.org/2000/svg}"
_UNPAINTED = {_SVG + name for name in ("mask", "clipPath", "linearGradient", "radialGradient")}
_BLACKEST = 24
"""Greatest value of a channel of what counts as ink."""
_FINER = 3
_FAINT = 0.6
_CONTOUR = 1 / 130
"""Width of a contour, a share of the picture."""


@dataclass(frozen=True)
class AvatarDrawing:
    """An avatar, all (S, S) in size.

    finished  (S, S, 3) uint8 RGB, with its lines
    flats     the same without them
    marks     (S, S) uint8, see `line_marks`
    """

    finished: Array
    flats: Array
    marks: Array


def draw_avatar(family: Family, seed: int, side_px: int, ground: Array) -> AvatarDrawing:
    """The avatar of a seed on a `ground` (3,) uint8, the colour of the paper behind it.

    Raises DataError where a package that draws it is missing.
    """
    svg = _svg(family.name, seed)
    fine = _rendered(_inked(svg, family), side_px * _FINER, np.full(3, 255, np.uint8))
    coverage = 255 - fine.min(axis=2)
    return AvatarDrawing(
        finished=_rendered(svg, side_px, ground),
        flats=_rendered(_without_ink(svg), side_px, ground),
        marks=marks_of_fine_drawing(coverage, _FINER),
    )


@cache
def _style(name: str) -> Any:
    try:
        from dicebear import Style  # type: ignore[import-not-found]

        text = files("dicebear_styles").joinpath(f"{name}.json").read_text("utf-8")
    except ImportError as error:
        raise DataError(
            f"drawing avatars needs {error.name}; "
            "pip install dicebear-core dicebear-styles resvg-py"
        ) from error
    return Style(json.loads(text))


def _svg(name: str, seed: int) -> str:
    style = _style(name)
    from dicebear import Avatar

    return str(Avatar(style, {"seed": f"paintreel {seed}"}).to_string())


def _rendered(svg: str, side_px: int, ground: Array) -> Array:
    """(S, S, 3) uint8 RGB of a square drawing."""
    try:
        from resvg_py import svg_to_bytes  # type: ignore[import-not-found]
    except ImportError as error:
        raise DataError("drawing avatars needs resvg-py; pip install resvg-py") from error
    colour = "#" + bytes(ground.tolist()).hex()
    data = bytes(svg_to_bytes(svg_string=svg, width=side_px, height=side_px, background=colour))
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None, "what resvg has just written"
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


def _inked(svg: str, family: Family) -> str:
    """The drawing in black ink on white: strokes, and what is filled black."""
    root = ET.fromstring(svg)
    width = float(root.get("viewBox", "0 0 100 100").split()[2]) * _CONTOUR

    def paint(element: ET.Element) -> None:
        fill, stroke = element.get("fill"), element.get("stroke")
        if fill not in (None, "none"):
            black = _is_black(fill)
            element.set("fill", "#000" if black else "#fff")
            if family.contoured and not black and stroke is None:
                element.set("stroke", "#000")
                element.set("stroke-width", f"{width:.3f}")
        if stroke not in (None, "none"):
            element.set("stroke", "#000")

    _walk(root, paint)
    return ET.tostring(root, encoding="unicode")


def _without_ink(svg: str) -> str:
    root = ET.fromstring(svg)

    def paint(element: ET.Element) -> None:
        if element.get("stroke") is not None:
            element.set("stroke", "none")
        if _is_black(element.get("fill")):
            element.set("fill", "none")

    _walk(root, paint)
    return ET.tostring(root, encoding="unicode")


def _walk(element: ET.Element, paint: Callable[[ET.Element], None]) -> None:
    """Paint all elements; what shades the others and is faint is taken out."""
    for child in list(element):
        if child.tag in _UNPAINTED:
            continue
        style = child.get("style", "")
        if _is_faint(child) or "mix-blend-mode" in style:
            element.remove(child)
            continue
        _walk(child, paint)
    paint(element)


def _is_faint(element: ET.Element) -> bool:
    values = [element.get(name) for name in ("opacity", "fill-opacity")]
    try:
        return any(float(value) < _FAINT for value in values if value is not None)
    except ValueError:
        return False


def _is_black(fill: str | None) -> bool:
    if fill is None or not (fill.startswith("#") or fill == "black"):
        return False
    if fill == "black":
        return True
    digits = fill[1:]
    if len(digits) in (3, 4):
        digits = "".join(2 * digit for digit in digits)
    return max(int(digits[i : i + 2], 16) for i in (0, 2, 4)) <= _BLACKEST
