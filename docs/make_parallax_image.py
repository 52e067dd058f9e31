"""Make the picture of shots in docs/scene.md.

PYTHONPATH=src python docs/make_parallax_image.py

Writes docs/images/parallax.jpg: the first, the middle and the last frame of a move to the right
and of one forward.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

import paintreel
from paintreel.pictures.contact_sheet import Cell, contact_sheet

HERE = Path(__file__).resolve().parent
SIZE = (640, 360)
SHOTS = (("medieval castle", 3, "right"), ("fantasy forest", 1, "in"))
FPS, SECONDS = 12, 2


def cells_of(category: str, seed: int, move: str) -> list[Cell]:
    frames = list(
        paintreel.parallax(category, seed=seed, move=move, size=SIZE, fps=FPS, seconds=SECONDS)
    )
    chosen = (("first", 0), ("middle", len(frames) // 2), ("last", len(frames) - 1))
    return [
        Cell(frames[index], f"{category}, seed {seed}, --move {move}: {name} frame")
        for name, index in chosen
    ]


def main() -> None:
    cells = [cell for shot in SHOTS for cell in cells_of(*shot)]
    sheet: np.ndarray = contact_sheet(cells, columns=3, cell_px=400)
    Image.fromarray(sheet).save(HERE / "images" / "parallax.jpg", quality=82)


if __name__ == "__main__":
    main()
