"""Make the pictures of docs/classify.md and docs/sheet.md from held-out panels.

    python docs/make_classify_images.py --art ../shared/data/art

Writes docs/images/sheet.jpg (the colour script of episode 5) and classify.jpg (the first panel of
four episodes with the heat map of its mood). No model was trained on these episodes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

import paintreel
from paintreel.classify.heat import explained
from paintreel.pictures.contact_sheet import Cell, contact_sheet

HERE = Path(__file__).resolve().parent
SHOWN, HELD_OUT = "E05", ("E05", "E11", "E16", "E22")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--art", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE / "images")
    args = parser.parse_args()
    pattern = str(args.art / f"{SHOWN}*")
    page = paintreel.sheet(pattern, title="Pepper&Carrot, episode 5", width_px=1800)
    page.save(args.out / "sheet.jpg", quality=86)
    cells = []
    for episode in HELD_OUT:
        path = sorted(args.art.glob(f"{episode}*"))[0]
        panel = np.asarray(Image.open(path).convert("RGB"))
        found = paintreel.classify(panel)
        heat = None if found.map is None else found.map()
        cells.append(Cell(explained(panel, heat, found, "mood"), path.stem))
    sheet = contact_sheet(cells, columns=2, cell_px=640)
    Image.fromarray(sheet).save(args.out / "classify.jpg", quality=86)


if __name__ == "__main__":
    main()
