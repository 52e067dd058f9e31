"""Sheets of what a condition answered, never picked by hand: the first drawings of each source.

A sheet has four drawings a row, each as what was given, the answer and the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.learn.data.line_trials import Trial

SHOWN = 12
"""Drawings of each source."""
TILE_PX = 192
COLUMNS = 4
_QUALITY = 88


def places_shown(asked: Sequence[tuple[str, str]]) -> list[int]:
    """Which of the questions, of (source, given), are on a sheet, in its order."""
    places = []
    for source in dict.fromkeys(source for source, _given in asked):
        own = [place for place, (its, _given) in enumerate(asked) if its == source]
        givens = len({asked[place][1] for place in own})
        places += own[: SHOWN * givens]
    return places


def write_sheet(path: Path, trials: Sequence[Trial], answers: Sequence[Array]) -> None:
    """Write the sheet of a condition, over one that is there. Raises OutputError."""
    shown = [
        np.hstack([_tile(x) for x in trials[place].shown(answers[place])])
        for place in places_shown([(trial.source, trial.given) for trial in trials])
    ]
    while len(shown) % COLUMNS:
        shown.append(np.full_like(shown[0], 255))
    rows = [np.hstack(shown[i : i + COLUMNS]) for i in range(0, len(shown), COLUMNS)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_picture(path, Picture(np.vstack(rows)), quality=_QUALITY, overwrite=True)


def read_sheet(path: Path) -> list[tuple[Array, Array, Array]]:
    """What was given, the answer and the truth of each place of a sheet; [] where there is none."""
    if not path.is_file():
        return []
    pixels = read_picture(path).pixels
    found = []
    for top in range(0, pixels.shape[0], TILE_PX):
        for left in range(0, pixels.shape[1], 3 * TILE_PX):
            cell = pixels[top : top + TILE_PX, left : left + 3 * TILE_PX]
            given, answer, truth = np.hsplit(cell, 3)
            found.append((given, answer, truth))
    return found


def as_8bit(picture: Array) -> Array:
    """(H, W, 3) uint8 of float in [0, 1], what lies outside clipped."""
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _tile(picture: Array) -> Array:
    """(TILE_PX, TILE_PX, 3) uint8, the picture shrunk into it."""
    height, width = picture.shape[:2]
    scale = TILE_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    tile = np.full((TILE_PX, TILE_PX, 3), 255, np.uint8)
    small = cv2.resize(as_8bit(picture), size, interpolation=cv2.INTER_AREA)
    tile[: size[1], : size[0]] = small
    return tile
