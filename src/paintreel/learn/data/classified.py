"""Pictures that classifiers learn from: medium, mood, scene and source of each, and copies of them.

Neighbours are alike: panels of an episode repeat their backgrounds, plates of a book its paper.
Folds are therefore made of whole sources.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array, from_float
from paintreel.learn.data.crops import jitter
from paintreel.learn.data.labelled import PANEL, UNKNOWN, LabelledFolder
from paintreel.learn.data.mood_labels import read_moods
from paintreel.runtime.emotions import MOODS

__all__ = ["PAINTED_PANEL", "Examples", "altered", "gather", "series_of"]

PAINTED_PANEL = "painted_panel"
"""Class of the art's medium."""

_LEAST_CROP = 0.85


@dataclass(frozen=True)
class Examples:
    """N pictures and what is known of them.

    files    where they lie
    media    names of the classes of medium
    medium   (N,) numbers of the medium
    moods    (N, 6) shares of the raters' votes for MOODS; noughts where nobody rated
    scene    (N,) number of the scene, or UNKNOWN
    sources  what each was cut from: episode, book, suit, photographer
    """

    files: tuple[Path, ...]
    media: tuple[str, ...]
    medium: Array
    moods: Array
    scene: Array
    sources: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.files)

    @property
    def is_panel(self) -> Array:
        panels: Array = self.medium == self.media.index(PAINTED_PANEL)
        return panels

    def drawn(self, most: int, rng: np.random.Generator) -> Examples:
        """At most `most` pictures of a medium, at random, in their order."""
        kept: list[int] = []
        for medium in range(len(self.media)):
            kept += rng.permutation(np.flatnonzero(self.medium == medium))[:most].tolist()
        return self.only(np.array(sorted(kept), int))

    def only(self, chosen: Array) -> Examples:
        """Those of these numbers."""
        return Examples(
            tuple(self.files[i] for i in chosen),
            self.media,
            self.medium[chosen],
            self.moods[chosen],
            self.scene[chosen],
            tuple(self.sources[i] for i in chosen),
        )

    def joined(self, other: Examples) -> Examples:
        """These and then the others, which have the same media."""
        return Examples(
            self.files + other.files,
            self.media,
            np.concatenate([self.medium, other.medium]),
            np.concatenate([self.moods, other.moods]),
            np.concatenate([self.scene, other.scene]),
            self.sources + other.sources,
        )


def gather(folder: LabelledFolder, art: Path) -> Examples:
    """The pictures of a labelled folder with their moods and sources.

    Raises DataError as `read_moods` does.
    """
    moods = read_moods(art)
    files, sources, votes = [], [], []
    for number, pictures in enumerate(folder.folders):
        is_art = folder.media[number] == PANEL
        series = [series_of(path) for path in pictures.paths]
        alone = len(set(series)) < 2
        for path, name in zip(pictures.paths, series, strict=True):
            files.append(pictures.root / path)
            # A medium of one series has no other to be held against: its pictures stand alone.
            sources.append(path.as_posix() if alone else f"{folder.media[number]}/{name}")
            votes.append(moods.get(path.as_posix(), ()) if is_art else ())
    shares = np.array([v or (0.0,) * len(MOODS) for v in votes]).reshape(-1, len(MOODS))
    media = tuple(PAINTED_PANEL if name == PANEL else name for name in folder.media)
    return Examples(
        tuple(files),
        media,
        np.array(folder.medium),
        shares,
        np.array(folder.scene),
        tuple(sources),
    )


def series_of(path: Path) -> str:
    """The episode, book, suit or photographer that a picture belongs to, by its name.

    >>> series_of(Path("E05P01_2.webp")), series_of(Path("watercolour/Tom_Kitten_07.webp"))
    ('E05', 'Tom_Kitten')
    >>> series_of(Path("coco/coco_train_000000078499.webp")), series_of(Path("tarot/w07.webp"))
    ('coco_train', 'w')
    """
    if episode := re.match(r"E\d+(?=P\d)", path.name):
        return episode[0]
    match = re.match(r"\D*?(?=__|[_-]?\d|\.|$)", path.stem)
    name = match[0] if match else ""
    return name or path.parent.name


def altered(pixels: Array, rng: np.random.Generator, *, strength: float) -> Array:
    """Another view of (H, W, 3) uint8 with the labels of the first.

    Cut at the edges by up to a seventh, mirrored half of the time; colour, light, blur and JPEG
    quality are changed by `strength`, which keeps moods at a fifth or so.
    """
    height, width = pixels.shape[:2]
    share = rng.uniform(_LEAST_CROP, 1.0)
    rows, columns = max(1, round(height * share)), max(1, round(width * share))
    top, left = (int(rng.integers(0, n + 1)) for n in (height - rows, width - columns))
    view = pixels[top : top + rows, left : left + columns]
    view = view[:, ::-1] if rng.random() < 0.5 else view
    batch = view.transpose(2, 0, 1)[None].astype(np.float32) / 255
    changed = jitter(batch, rng, strength=strength)[0].transpose(1, 2, 0)
    return from_float(changed, np.uint8)


def counts_of(numbers: Array, names: tuple[str, ...]) -> dict[str, int]:
    """{name: pictures}, without the unknown."""
    counts = Counter(int(n) for n in numbers if n != UNKNOWN)
    return {name: counts[i] for i, name in enumerate(names)}
