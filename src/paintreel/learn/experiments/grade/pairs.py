"""The blind trial of grades: sheets of pairs, an empty ballot, and the key.

A sheet shows a picture twice, as it was and graded, left and right by chance, without a word. It
is asked what the graded one feels like, of seven names, and whether it looks natural. Photographs
may show people: the sheets lie in the folder of the run and are not for publishing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.pictures.paper import rgb8_on_white
from paintreel.pictures.still_grade import grade_pixels
from paintreel.runtime.colour_script import read_colour_script
from paintreel.runtime.emotions import MOODS

__all__ = ["BALLOT_NAME", "KEY_NAME", "NONE", "write_pairs"]

KEY_NAME, BALLOT_NAME, GUIDE_NAME = "key.json", "ballot.tsv", "guide.md"
NONE = "none"
"""The seventh answer."""

_SIDE_PX, _GAP_PX = 720, 24

_GUIDE = f"""\
# What do these pictures feel like?

Every sheet shows one picture twice: as it was, and with its light and colour changed. The side of
the changed one is in the column `side`. Fill in `{BALLOT_NAME}`, a row a sheet, looking at the
sheets alone:

- `emotion`: what the change moves the picture towards: {", ".join(MOODS)}, or {NONE}.
- `natural`: yes where the changed picture could be a frame of a film as it is, no where something
  looks broken (banding, halos, colours that no light makes).
- `rater`: your letter.
"""


def write_pairs(
    folder: Path,
    pictures: Mapping[str, Sequence[Path]],
    intensity: float,
    count: int,
    seed: int,
) -> None:
    """Write `count` sheets of each mood and kind, in an order that says nothing; a trial that is
    there stays. Raises OutputError."""
    if (folder / KEY_NAME).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 3])
    planned = []
    for kind, paths in pictures.items():
        for number, mood in enumerate(MOODS):
            order = rng.permutation(len(paths))
            chosen = np.roll(order, -number * count)[:count]
            planned += [(kind, mood, paths[i]) for i in chosen]
    planned = [planned[i] for i in rng.permutation(len(planned))]
    script = read_colour_script().script
    sheets = {}
    for number, (kind, mood, path) in enumerate(planned, start=1):
        before = _shown(path)
        after, _ = grade_pixels(before, script, {mood: 1.0}, intensity)
        side = "left" if rng.random() < 0.5 else "right"
        name = f"pair-{number:03d}.png"
        sheet = _beside(after, before) if side == "left" else _beside(before, after)
        write_picture(folder / name, Picture(sheet), overwrite=True)
        sheets[name] = {"kind": kind, "emotion": mood, "picture": path.name, "side": side}
    rows = [f"{name}\t{sheet['side']}\t\t\t" for name, sheet in sheets.items()]
    _write(folder / BALLOT_NAME, "\n".join(["sheet\tside\trater\temotion\tnatural", *rows]) + "\n")
    _write(folder / GUIDE_NAME, _GUIDE)
    _write(
        folder / KEY_NAME, json.dumps({"intensity": intensity, "sheets": sheets}, indent=1) + "\n"
    )


def _shown(path: Path) -> Array:
    pixels = rgb8_on_white(read_picture(path).pixels)
    height, width = pixels.shape[:2]
    return resize(pixels, *fit_max_side(width, height, _SIDE_PX))


def _beside(left: Array, right: Array) -> Array:
    gap = np.full((left.shape[0], _GAP_PX, 3), 128, np.uint8)
    return np.concatenate([left, gap, right], axis=1)


def _write(path: Path, text: str) -> None:
    with atomic_path(path, overwrite=True) as beside:
        beside.write_text(text, "utf-8")
