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
from paintreel.learn.experiments.records import read_json, write_json
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
    """Tiles one under the other, over a strip that is there; nothing for no picture.

    The size of the picture in each tile is kept beside it, as JSON.
    """
    if not pictures:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    small = [_shrunk(picture) for picture in pictures]
    strip = np.vstack([_tile(each) for each in small])
    write_picture(path, Picture(strip), quality=90, overwrite=True)
    write_json(_sizes_path(path), {"sizes_px": [list(each.shape[:2]) for each in small]})


def read_strip(path: Path) -> list[Array]:
    """The pictures of a strip; [] where it, or its sizes, are not there.

    Raises InputError for broken sizes.
    """
    if not path.is_file() or not _sizes_path(path).is_file():
        return []
    pixels = read_picture(path).pixels
    sizes = read_json(_sizes_path(path))["sizes_px"]
    return [
        np.ascontiguousarray(pixels[n * TILE_PX :][:height, :width])
        for n, (height, width) in enumerate(sizes)
    ]


def side_by_side(strips: Mapping[str, Path]) -> Array | None:
    """(H, W, 3) uint8: a column a system, a row a picture; None where there are no strips.

    strips: {title: file}.
    """
    columns = {title: tiles for title, path in strips.items() if (tiles := read_strip(path))}
    if not columns:
        return None
    rows = min(map(len, columns.values()))
    cells = [Cell(tiles[row], title) for row in range(rows) for title, tiles in columns.items()]
    return contact_sheet(cells, columns=len(columns), cell_px=TILE_PX)


def _sizes_path(strip: Path) -> Path:
    return strip.with_suffix(".json")


def _shrunk(picture: Array) -> Array:
    height, width = picture.shape[:2]
    small: Array = resize(picture, *fit_max_side(width, height, TILE_PX))
    return small


def _tile(small: Array) -> Array:
    """(TILE_PX, TILE_PX, 3) uint8, the picture in its upper left corner."""
    tile = np.full((TILE_PX, TILE_PX, 3), 255, np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small
    return tile
