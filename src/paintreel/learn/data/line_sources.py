"""Where pairs come from: drawn worlds, vector avatars, painted panels, photographs.

Each source makes its pairs in turn, from a seed where there is chance, so that a pack can be made
again.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.line_avatars import FAMILIES, Family, draw_avatar
from paintreel.learn.data.line_marks import marks_of_picture
from paintreel.learn.data.line_pairs import Split
from paintreel.learn.data.painterly import colour_blocks, kuwahara
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.splits import Split as Held
from paintreel.learn.data.splits import Splits, source_of
from paintreel.pictures.paper import rgb8_on_white
from paintreel.worlds import Conditions, compose_world
from paintreel.worlds.categories import CATEGORIES, Category
from paintreel.worlds.conditions import SEASONS, TIMES, WEATHERS
from paintreel.worlds.contours import contours_of

__all__ = ["Drawn", "PairMaker", "avatars", "panels", "photographs", "worlds"]


@dataclass(frozen=True)
class Drawn:
    """A pair before it is packed; fields as `LinePair` has them.

    finished  (H, W, 3) uint8 RGB
    marks     (H, W) uint8, see `line_marks`
    flats     (H, W, 3) uint8, or None where they follow from the two
    """

    name: str
    group: str
    split: Split
    category: str | None
    exact: bool
    inked: bool
    finished: Array
    marks: Array
    flats: Array | None = None


PairMaker = Callable[[], Drawn]
"""Draws one pair; it hangs on nothing but itself, so that many may run side by side."""

_SIZES_PX = ((384, 320), (336, 336), (320, 384), (448, 288))
_HELD_OUT_SEED = 100_000
_NEUTRAL = 0.4
_WHITE = 0.4
_AVATAR_PX = 320


def worlds(counts: dict[Split, int], seed: int) -> Iterator[PairMaker]:
    """Worlds of all categories in turn, half of them at an hour, season or weather of chance.

    Seeds of the parts are far from each other; of one category no place is in two of them.
    """
    for place, (split, count) in enumerate(counts.items()):
        for number in range(count):
            category = CATEGORIES[number % len(CATEGORIES)]
            at = seed + place * _HELD_OUT_SEED + number // len(CATEGORIES)
            yield _WorldJob(category, at, split)


@dataclass(frozen=True)
class _WorldJob:
    category: Category
    seed: int
    split: Split

    def __call__(self) -> Drawn:
        rng = np.random.default_rng((self.seed, CATEGORIES.index(self.category), 15))
        width_px, height_px = _SIZES_PX[int(rng.integers(len(_SIZES_PX)))]
        scene = compose_world(
            self.category,
            seed=self.seed,
            width_px=width_px,
            height_px=height_px,
            conditions=_conditions(rng),
            traced=True,
        )
        drawn = contours_of(scene)
        name = f"{self.category.rule}-{self.seed}"
        label = self.category.label
        return Drawn(
            name, self.category.name, self.split, label, True, False, drawn.finished, drawn.levels
        )


def _conditions(rng: np.random.Generator) -> Conditions:
    def one(words: tuple[str, ...], share: float) -> str | None:
        word = words[int(rng.integers(len(words)))]
        return word if rng.random() < share else None

    if rng.random() < _NEUTRAL:
        return Conditions()
    return Conditions(one(TIMES, 0.7), one(SEASONS, 0.5), one(WEATHERS, 0.3))


def avatars(counts: dict[Split, int], seed: int) -> Iterator[PairMaker]:
    """Avatars of the families of each part in turn."""
    for split, count in counts.items():
        families = [family for family in FAMILIES if family.split == split]
        for number in range(count):
            family = families[number % len(families)]
            yield _AvatarJob(family, seed + number // len(families), split)


@dataclass(frozen=True)
class _AvatarJob:
    family: Family
    seed: int
    split: Split

    def __call__(self) -> Drawn:
        rng = np.random.default_rng((self.seed, len(self.family.name), 16))
        ground = np.full(3, 255, np.uint8)
        # White forms of a drawing in black and white have no line where they end on white paper.
        if self.family.coloured and rng.random() >= _WHITE:
            ground = rng.integers(90, 256, 3).astype(np.uint8)
        drawn = draw_avatar(self.family, self.seed, _AVATAR_PX, ground)
        family = self.family
        return Drawn(
            name=f"{family.name}-{self.seed}",
            group=family.name,
            split=self.split,
            category=None,
            exact=family.inked,
            inked=family.inked,
            finished=drawn.finished,
            marks=drawn.marks,
            flats=drawn.flats if family.coloured and family.inked else None,
        )


def panels(
    folder: Path, splits: Splits, *, side_px: int, share: float = 1.0
) -> Iterator[PairMaker]:
    """Painted panels of a folder with lines by the rule; a group is an episode ("E05").

    share  of them, evenly, so that every part has some
    """
    labels = read_labels(folder)
    paths = _pictures(folder)
    count = max(min(8, len(paths)), round(len(paths) * share))
    for place in np.linspace(0, len(paths) - 1, count).astype(int):
        path = paths[place]
        part = _part(path.name, splits.panels)
        yield _PictureJob(folder, path, path.name[:3], part, labels.get(path.name), side_px, False)


def photographs(
    folder: Path, splits: Splits, *, side_px: int, counts: dict[Split, int]
) -> Iterator[PairMaker]:
    """Photographs, sources in turn, with the contours of a painterly abstraction of them."""
    left = dict(counts)
    for path in _in_turn(_pictures(folder)):
        part = _part(path.as_posix(), splits.photographs)
        if left.get(part, 0):
            left[part] -= 1
            yield _PictureJob(folder, path, source_of(path), part, None, side_px, True)


def _part(name: str, held: Held) -> Split:
    if any(fnmatch(name, pattern) for pattern in held.development):
        return "development"
    return "test" if any(fnmatch(name, pattern) for pattern in held.test) else "training"


def _in_turn(paths: list[Path]) -> list[Path]:
    """One of each source after the other."""
    place: dict[str, int] = {}
    order = []
    for path in paths:
        source = source_of(path)
        place[source] = place.get(source, -1) + 1
        order.append((place[source], path))
    return [path for _, path in sorted(order)]


def _pictures(folder: Path) -> list[Path]:
    """Pictures that the manifest of a folder lists; it says whose they are."""
    table = folder / "manifest.tsv"
    if not table.is_file():
        raise DataError(f"{folder} has no manifest.tsv, which names authors and licences")
    with table.open(encoding="utf-8", newline="") as file:
        rows = [Path(row["file"]) for row in csv.DictReader(file, delimiter="\t")]
    return sorted(rows)


@dataclass(frozen=True)
class _PictureJob:
    folder: Path
    path: Path
    group: str
    split: Split
    label: str | None
    side_px: int
    photographed: bool

    def __call__(self) -> Drawn:
        large = rgb8_on_white(read_picture(self.folder / self.path).pixels)
        picture = _of_area(large, self.side_px)
        # Fine lines are found in what is twice as large.
        looked_at = _of_area(large, self.side_px if self.photographed else 2 * self.side_px)
        if self.photographed:
            looked_at = _abstracted(looked_at)
        return Drawn(
            name=self.path.with_suffix("").as_posix(),
            group=self.group,
            split=self.split,
            category=self.label,
            exact=False,
            inked=False,
            finished=picture,
            marks=marks_of_picture(looked_at, picture.shape[1::-1]),
        )


def _of_area(picture: Array, side_px: int) -> Array:
    """As large as a square of that side, where it is larger."""
    height, width = picture.shape[:2]
    scale = side_px / np.sqrt(height * width)
    if scale >= 1:
        return np.ascontiguousarray(picture)
    size = (round(width * scale), round(height * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _abstracted(photo: Array) -> Array:
    """A photograph as flat paint: what a line would follow is left, grain and texture are not."""
    calm = colour_blocks(photo.astype(np.float32) / 255, spatial_px=6, range_levels=9)
    painted = kuwahara(calm, radius_px=3)
    return (np.clip(painted, 0, 1) * 255 + 0.5).astype(np.uint8)
