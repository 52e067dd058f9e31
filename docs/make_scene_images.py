"""Make the pictures of docs/scene.md: nothing chosen, the first twelve of everything.

    python docs/make_scene_images.py --art ../shared/data/art
    python docs/make_scene_images.py --only conditions
    python docs/make_scene_images.py --only by-hand

Writes docs/images/scene-<category>.jpg (seeds 0 to 11 of every category, painted by the default
method from the drawing of GRBM), scene-grbm.jpg (seed 0 of every category as drawn and as painted),
scene-conditions.jpg (seed 1 of a castle at four hours in three weathers), scene-by-hand.jpg (all
ten roughs and sketches of examples/roughs, painted with and without a category) and
scene-roughs.jpg (twelve held-out panels at even steps: standard rough, lines, painted, panel).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

import paintreel
from paintreel.pictures.contact_sheet import Cell, contact_sheet
from paintreel.roughs.rough import make_rough
from paintreel.scene import CATEGORIES
from paintreel.worlds.conditions import TIMES

HERE = Path(__file__).resolve().parent
HELD_OUT = ("E05", "E11", "E16", "E22")
SEEDS, PANELS = 12, 12
SIZE = (640, 360)
BY_HAND = {
    "castle": "medieval castle",
    "desert": "desert",
    "harbour": "harbour",
    "meadow": "meadow",
    "mountains": "mountains",
    "river": "river",
    "room": "interior",
    "sea": "sea",
    "street-night": "a street in a village at night",
    "wood": "wood",
}
"""Rough of examples/roughs -> the words that are given with it."""


def save(sheet: np.ndarray, name: str) -> None:
    Image.fromarray(sheet).save(HERE / "images" / name, quality=85)


def seeds_of(category: str) -> np.ndarray:
    cells = []
    for seed in range(SEEDS):
        picture = np.asarray(paintreel.scene(category, seed=seed, size=SIZE))
        cells.append(Cell(picture, f"{category}, seed {seed}"))
    return contact_sheet(cells, columns=4, cell_px=320)


def drawn_and_painted() -> np.ndarray:
    cells = []
    for category in CATEGORIES:
        for method in ("grbm", "mffcn"):
            picture = paintreel.scene(category.name, size=SIZE, method=method)
            cells.append(Cell(np.asarray(picture), f"{category.name}, {method}"))
    return contact_sheet(cells, columns=4, cell_px=320)


def conditions() -> np.ndarray:
    cells = []
    for season, weather in ((None, None), ("autumn", "rain"), ("winter", "snow")):
        for time in TIMES:
            asked = {"time": time, "season": season, "weather": weather}
            picture = paintreel.scene("medieval castle", seed=1, size=SIZE, **asked)
            cells.append(Cell(np.asarray(picture), ", ".join(filter(None, asked.values()))))
    return contact_sheet(cells, columns=4, cell_px=320)


def by_hand() -> np.ndarray:
    folder = HERE.parent / "examples" / "roughs"
    cells = []
    for name, words in BY_HAND.items():
        rough, lines = folder / f"{name}.png", folder / f"{name}-lines.png"
        cells.append(Cell(np.asarray(Image.open(rough).convert("RGB")), f"{name}: rough"))
        cells.append(Cell(np.asarray(paintreel.scene(rough=rough)), "painted"))
        hinted = paintreel.scene(words, rough=rough)
        cells.append(Cell(np.asarray(hinted), f"as {words}"))
        if lines.exists():
            cells.append(Cell(np.asarray(Image.open(lines).convert("RGB")), f"{name}: sketch"))
            painted = paintreel.scene(words, sketch=lines)
            cells.append(Cell(np.asarray(painted), f"the sketch as {words}"))
        else:
            blank = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
            cells += [Cell(blank, "no sketch")] * 2
    return contact_sheet(cells, columns=5, cell_px=320)


def held_out_roughs(art: Path) -> np.ndarray:
    files = sorted(p for episode in HELD_OUT for p in art.glob(f"{episode}*"))
    cells = []
    for path in files[:: max(1, len(files) // PANELS)][:PANELS]:
        panel = np.asarray(Image.open(path).convert("RGB"))
        rough = make_rough(panel)
        painted = paintreel.scene(rough=rough.blocks, sketch=rough.lines)
        lines = np.repeat(rough.lines[..., None], 3, axis=2)
        named = (("block-in", rough.blocks), ("lines", lines), ("painted", painted))
        cells += [Cell(picture, f"{path.stem}: {name}") for name, picture in named]
        cells.append(Cell(panel, f"{path.stem}: the panel"))
    return contact_sheet(cells, columns=4, cell_px=360)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--art", type=Path)
    parser.add_argument("--only", choices=["conditions", "by-hand"])
    args = parser.parse_args()
    if args.only != "by-hand":
        save(conditions(), "scene-conditions.jpg")
    if args.only != "conditions":
        save(by_hand(), "scene-by-hand.jpg")
    if args.only:
        return
    if args.art is None:
        parser.error("give --art, the folder of panels")
    for category in CATEGORIES:
        save(seeds_of(category.name), f"scene-{category.name.replace(' ', '-')}.jpg")
    save(drawn_and_painted(), "scene-grbm.jpg")
    save(held_out_roughs(args.art), "scene-roughs.jpg")


if __name__ == "__main__":
    main()
