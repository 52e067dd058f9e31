"""Pairs of a drawing in lines and the finished picture, from a pack or from a user's own folder.

    pairs = open_pairs("pack")
    pair = training_pairs(pairs)[0]
    pair.finished, pair.lines, pair.flats      # (H, W, 3), (H, W), (H, W, 3) uint8

A pack is a folder of archives (one a source, WebP inside) with `manifest.json`, which
`learn.data.line_packing` makes. A folder of one's own holds pictures, whose contours are then drawn
by the rule, or pairs: `name.png` with its drawing `name.lines.png`.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.line_marks import (
    LEVELS,
    SOLID,
    ink,
    marks_of_drawing,
    marks_of_picture,
    room_px,
    shown,
    stroke_width_px,
    to_lines,
)
from paintreel.learn.data.line_regions import flat_colours
from paintreel.learn.data.splits import Part
from paintreel.pictures.paper import rgb8_on_white
from paintreel.roughs.drawing_planes import palette_of

__all__ = [
    "LINES_SUFFIX",
    "LOSSLESS",
    "MANIFEST",
    "SOURCES",
    "LinePair",
    "encode_picture",
    "held_out_pairs",
    "load_own",
    "load_pack",
    "open_pairs",
    "training_pairs",
]

MANIFEST = "manifest.json"
PACK_VERSION = 1
SOURCES = ("worlds", "avatars", "characters", "panels", "photographs", "own")
LINES_SUFFIX = ".lines.png"

Split = Literal["training", "development", "test"]

_OWN_SIDE_PX = 768
LOSSLESS = 101
"""Quality of WebP from which on nothing is lost, as OpenCV counts it."""


@dataclass(frozen=True)
class LinePair:
    """A finished picture and its lines. Pictures stay encoded until they are asked for.

    name      of it in its source
    source    one of SOURCES
    group     what is held out together: a category, a family, an episode, a folder
    split     "training", "development" or "test"
    category  label of its scene, of `worlds.categories.LABELS`, or None
    exact     its lines are known, not found by a rule
    inked     the finished picture shows its lines, so that `flats` are its colours
    palette   (K, 4) float32, as `palette_of` gives it of the whole picture
    """

    name: str
    source: str
    group: str
    split: Split
    category: str | None
    exact: bool
    inked: bool
    palette: Array
    _finished: bytes
    _marks: bytes
    _flats: bytes | None = None

    @property
    def finished(self) -> Array:
        """(H, W, 3) uint8 RGB."""
        return _decoded(self._finished)

    @property
    def marks(self) -> Array:
        """(H, W) uint8: where lines run, see `line_marks`."""
        marks = cv2.imdecode(np.frombuffer(self._marks, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert marks is not None, "what was encoded here"
        return np.where(marks <= LEVELS, marks, np.uint8(SOLID))

    @property
    def flats(self) -> Array:
        """(H, W, 3) uint8 RGB, one colour a region: as given, or made of lines and picture."""
        if self._flats is not None:
            return _decoded(self._flats)
        return flat_colours(self.finished, self.marks > 0, closed=self.exact)

    @property
    def colours(self) -> Array:
        """(H, W, 3) uint8 RGB: what is to be laid under the lines."""
        return self.flats if self.inked and self._flats is not None else self.finished

    @property
    def coloured(self) -> bool:
        """Whether there are colours to learn: a drawing in black and white has none."""
        return not self.inked or self._flats is not None

    def drawn(self, weight: float, detail: float) -> Array:
        """(H, W) uint8 coverage, 255 = ink, of the lines at a weight and a detail in [0, 1]."""
        marks = self.marks
        solid = cv2.GaussianBlur((marks == SOLID).astype(np.float32), (0, 0), 0.6)
        lines = shown(marks, detail)
        width_px = np.minimum(stroke_width_px(weight), room_px(lines))
        drawn = ink(to_lines(lines), width_px, solid)
        coverage: Array = np.rint(drawn * 255).astype(np.uint8)
        return coverage

    @property
    def lines(self) -> Array:
        """(H, W) uint8 coverage, 255 = ink: at the middle weight and detail."""
        return self.drawn(0.5, 0.5)


def training_pairs(pairs: Sequence[LinePair]) -> list[LinePair]:
    """Those that a training may see."""
    return [pair for pair in pairs if pair.split == "training"]


def held_out_pairs(pairs: Sequence[LinePair], part: Part) -> list[LinePair]:
    """Those that choices are made on ("development") or claims ("test")."""
    return [pair for pair in pairs if pair.split == part]


def open_pairs(folder: str | Path) -> list[LinePair]:
    """The pairs of a pack, or of a folder of one's own. Raises DataError where there are none."""
    folder = Path(folder)
    return load_pack(folder) if (folder / MANIFEST).is_file() else load_own(folder)


def load_pack(folder: str | Path) -> list[LinePair]:
    """All pairs of a pack, in the order of its manifest. Raises DataError for what is no pack."""
    folder = Path(folder)
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        if told["version"] != PACK_VERSION:
            raise DataError(
                f"{folder} is a pack of version {told['version']}, expected {PACK_VERSION}; "
                "pack it again"
            )
        archives = {name: zipfile.ZipFile(folder / f"{name}.zip") for name in told["sources"]}
        try:
            return [_packed(row, archives[row["source"]]) for row in told["pairs"]]
        finally:
            for archive in archives.values():
                archive.close()
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(f"{folder} is no pack of pairs: {error!r}; pack it again") from error


def _packed(row: dict[str, Any], archive: zipfile.ZipFile) -> LinePair:
    name = row["name"]
    return LinePair(
        name=name,
        source=row["source"],
        group=row["group"],
        split=row["split"],
        category=row["category"],
        exact=row["exact"],
        inked=row["inked"],
        palette=np.array(row["palette"], np.float32),
        _finished=archive.read(f"{name}.webp"),
        _marks=archive.read(f"{name}.lines.webp"),
        _flats=archive.read(f"{name}.flats.webp") if row["flats"] else None,
    )


def load_own(folder: str | Path) -> list[LinePair]:
    """Pairs of a folder: pictures, and drawings `NAME.lines.png` beside some or all of them.

    Every eighth picture is set aside as development. Raises DataError for a folder without
    pictures, a picture that cannot be read, and a drawing without its picture or of other sides.
    """
    found = scan(folder, what="--art")
    drawings = {path for path in found.paths if path.name.endswith(LINES_SUFFIX)}
    pictures = [path for path in found.paths if path not in drawings]
    kept = type(found)(found.root, tuple(pictures))
    stems = {path.with_suffix("").as_posix() for path in pictures}
    without = sorted(
        str(path) for path in drawings if path.as_posix().removesuffix(LINES_SUFFIX) not in stems
    )
    if without:
        raise DataError(
            f"--art {folder}: drawings without a picture beside them: {', '.join(without[:8])}; "
            f"`name{LINES_SUFFIX}` goes with `name.png`"
        )
    loaded = load_pictures(kept, max_side_px=_OWN_SIDE_PX, what="--art")
    pairs = []
    for place, (path, picture) in enumerate(zip(pictures, loaded, strict=True)):
        beside = Path(path.with_suffix("").as_posix() + LINES_SUFFIX)
        given = beside in drawings
        marks = _own_marks(found.root / beside, picture) if given else marks_of_picture(picture)
        pairs.append(
            LinePair(
                name=path.as_posix(),
                source="own",
                group=path.parent.as_posix(),
                split="development" if place % 8 == 7 else "training",
                category=None,
                exact=given,
                inked=False,
                palette=palette_of(picture),
                _finished=encode_picture(picture),
                _marks=encode_picture(marks),
            )
        )
    return pairs


def _own_marks(path: Path, picture: Array) -> Array:
    drawing = rgb8_on_white(read_picture(path).pixels)
    height, width = picture.shape[:2]
    if abs(drawing.shape[1] / drawing.shape[0] * height / width - 1) > 0.02:
        raise DataError(
            f"{path} is {drawing.shape[1]} x {drawing.shape[0]} px, its picture has other sides; "
            "give a drawing of the same picture"
        )
    if drawing.shape[:2] != (height, width):
        drawing = cv2.resize(drawing, (width, height), interpolation=cv2.INTER_AREA)
    return marks_of_drawing(255 - cv2.cvtColor(drawing, cv2.COLOR_RGB2GRAY))


def encode_picture(picture: Array, quality: int = LOSSLESS) -> bytes:
    """WebP of (H, W, 3) uint8 RGB, or of marks (H, W) uint8, which want LOSSLESS."""
    bgr = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, quality])
    assert done
    return data.tobytes()


def _decoded(data: bytes) -> Array:
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None, "what was encoded here"
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
