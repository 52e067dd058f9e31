"""Make the pictures of docs/grade.md: nothing chosen but the photographs, which show no person.

    python docs/make_grade_images.py

Writes docs/images/grade.jpg (photographs of examples/photos, graded for every mood at the usual
intensity) and grade-scenes.jpg (one seed of a castle for every mood).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import paintreel
from paintreel.pictures.contact_sheet import Cell, contact_sheet
from paintreel.runtime.emotions import MOODS

HERE = Path(__file__).resolve().parent
PHOTOS = ("colosseum", "otters", "mountains", "tea-gardens")
SIZE = (640, 360)


def save(sheet: np.ndarray, name: str) -> None:
    Image.fromarray(sheet).save(HERE / "images" / name, quality=84)


def photographs() -> np.ndarray:
    cells = []
    for name in PHOTOS:
        with Image.open(HERE.parent / "examples" / "photos" / f"{name}.jpg") as opened:
            photo = np.asarray(opened.convert("RGB"))
        cells.append(Cell(photo, name))
        cells += [Cell(paintreel.grade(photo, emotion=mood), mood) for mood in MOODS]
    return contact_sheet(cells, columns=1 + len(MOODS), cell_px=240)


def scenes() -> np.ndarray:
    asked = [None, *MOODS]
    pictures = [
        np.asarray(paintreel.scene("medieval castle", seed=3, size=SIZE, emotion=mood))
        for mood in asked
    ]
    cells = [Cell(p, mood or "as the seed has it") for p, mood in zip(pictures, asked, strict=True)]
    return contact_sheet([*cells[:1], *cells[1:]], columns=4, cell_px=400)


if __name__ == "__main__":
    save(photographs(), "grade.jpg")
    save(scenes(), "grade-scenes.jpg")
