"""Draw the roughs of examples/roughs, which are written by hand as strokes, as pictures.

    python docs/make_hand_roughs.py

Of every NAME.svg it writes NAME.png, the loose colours on white paper, and where the file has lines
NAME-lines.png, the sketch alone. The files hold polylines alone, so that no library is needed.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "examples" / "roughs"
_FINER = 4
_COLOURS = 64


def draw_strokes(file: Path, group: str) -> np.ndarray | None:
    """(H, W, 3) uint8: the polylines of a group on white, None where the file has no such group."""
    svg = ElementTree.parse(file).getroot()
    width, height = int(svg.attrib["width"]), int(svg.attrib["height"])
    strokes = [each for each in svg if each.attrib.get("id") == group]
    if not strokes:
        return None
    paper = np.full((height * _FINER, width * _FINER, 3), 255, np.uint8)
    for line in strokes[0]:
        style = {**strokes[0].attrib, **line.attrib}
        points = np.array([p.split(",") for p in style["points"].split()], float) * _FINER
        ink, digits = style["stroke"].lstrip("#"), len(style["stroke"]) // 3
        colour = tuple(int(ink[k * digits : (k + 1) * digits] * (3 - digits), 16) for k in range(3))
        thick = round(float(style["stroke-width"]) * _FINER)
        cv2.polylines(paper, [np.rint(points).astype(np.int32)], False, colour, thick, cv2.LINE_AA)
    return cv2.resize(paper, (width, height), interpolation=cv2.INTER_AREA)


def main() -> None:
    for file in sorted(FOLDER.glob("*.svg")):
        for group, name in (("colours", file.stem), ("lines", f"{file.stem}-lines")):
            picture = draw_strokes(file, group)
            if picture is not None:
                few = Image.fromarray(picture).quantize(_COLOURS, dither=Image.Dither.NONE)
                few.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
