"""Before and after: the same pictures by every system, side by side (Figures 6 and 8 of the paper).

Never picked by hand: the first photographs of each source, and four frames of the first clip, three
apart. They may show people, and so stay in the folder of the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.learn.data.splits import source_of
from paintreel.learn.experiments.stylizers.material import PORTRAIT, SCENE, AskedMaterial
from paintreel.pictures.contact_sheet import Cell, contact_sheet

SHOWN = 4
"""Pictures of a kind, and frames of a clip, on a sheet."""
TILE_PX = 304
"""A multiple of 16, so that no tile rings into the next in a JPEG."""
FRAMES_APART = 3
FRAMES = "frames"
KINDS = (SCENE, PORTRAIT, FRAMES)


def shown_pictures(material: AskedMaterial, kind: str) -> list[str]:
    """Names of the first photographs of a kind, one of each source in turn."""
    names = [name for name, its in material.kinds.items() if its == kind]
    sources: dict[str, list[str]] = {}
    for name in names:
        sources.setdefault(source_of(Path(name)), []).append(name)
    turns = max(map(len, sources.values()), default=0)
    in_turn = [rows[i] for i in range(turns) for rows in sources.values() if i < len(rows)]
    return in_turn[:SHOWN]


def shown_frames(material: AskedMaterial) -> list[Array]:
    """Frames of the first clip, by name."""
    if not material.clips:
        return []
    first = material.clips[min(material.clips)]
    return list(first[::FRAMES_APART])[:SHOWN]


def write_strip(path: Path, pictures: Sequence[Array]) -> None:
    """Tiles one under the other, over a strip that is there; nothing for no picture."""
    if not pictures:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    strip = np.vstack([_tile(picture) for picture in pictures])
    write_picture(path, Picture(strip), quality=90, overwrite=True)


def read_strip(path: Path) -> list[Array]:
    """The tiles of a strip; [] where there is none."""
    if not path.is_file():
        return []
    pixels = read_picture(path).pixels
    return [pixels[top : top + TILE_PX] for top in range(0, len(pixels), TILE_PX)]


def side_by_side(strips: Mapping[str, Path]) -> Array | None:
    """(H, W, 3) uint8: a column a system, a row a picture; None where there are no strips.

    strips: {title: file}.
    """
    columns = {title: tiles for title, path in strips.items() if (tiles := read_strip(path))}
    if not columns:
        return None
    rows = min(map(len, columns.values()))
    cells = [Cell(_cropped(tiles[row]), title) for row in range(rows) for title, tiles in
             columns.items()]  # fmt: skip
    return contact_sheet(cells, columns=len(columns), cell_px=TILE_PX)


def _tile(picture: Array) -> Array:
    """(TILE_PX, TILE_PX, 3) uint8, the picture shrunk into its upper left corner."""
    height, width = picture.shape[:2]
    small = resize(picture, *fit_max_side(width, height, TILE_PX))
    tile = np.full((TILE_PX, TILE_PX, 3), 255, np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small
    return tile


def _cropped(tile: Array) -> Array:
    """Without the white below or beside it."""
    drawn: Array = tile.min(axis=2) < 250
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not len(rows):
        return tile
    return np.ascontiguousarray(tile[: rows[-1] + 1, : columns[-1] + 1])
