"""Pictures with the labels that the feature extractor learns: medium, and scene where known."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from paintreel.errors import DataError, system_reason
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import jitter, square_crop
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.data.scene_labels import read_labels
from paintreel.worlds.categories import LABELS

PANEL, PHOTOGRAPH = "panel", "photograph"
"""Media of the art and of the photographs; those of styles are called by their folders."""

UNKNOWN = -1
"""Scene of a picture without a label."""

MANIFEST_NAME = "manifest.tsv"


@dataclass(frozen=True)
class LabelledFolder:
    """Checked pictures with a label each.

    media: the names of the classes; medium: index into it; scene: into
    `worlds.categories.LABELS`, or UNKNOWN.
    """

    folders: tuple[PictureFolder, ...]
    media: tuple[str, ...]
    medium: tuple[int, ...]
    scene: tuple[int, ...]

    def load(self, *, max_side_px: int) -> LabelledPictures:
        """Decode everything. Raises DataError that names every unusable file of a folder."""
        pictures: list[Array] = []
        for folder in self.folders:
            what = f"pictures of {folder.root.name}"
            pictures += load_pictures(folder, max_side_px=max_side_px, what=what)
        return LabelledPictures(pictures, np.array(self.medium), np.array(self.scene))

    def count(self) -> dict[str, int]:
        """{medium: pictures}."""
        counts = Counter(self.medium)
        return {name: counts[i] for i, name in enumerate(self.media)}


@dataclass(frozen=True)
class LabelledPictures:
    """pictures: (H, W, 3) uint8; medium, scene: (N,) indices."""

    pictures: list[Array]
    medium: Array
    scene: Array


def find_labelled(
    art: Path,
    photos: Path,
    styles: Path,
    *,
    licences: Sequence[str] = (),
    held_out: Sequence[str] = (),
) -> tuple[LabelledFolder, LabelledFolder]:
    """(for training, held out) of three folders; each subfolder of `styles` is a medium.

    licences: globs of the `licence` column of a folder's manifest.tsv; files of other licences are
        left out of both. Empty takes all, and needs no manifest.
    held_out: globs on the path below its folder (panels: on the file name).

    Raises DataError for a folder without usable pictures, for a medium that is wholly held out,
    and for licences that a manifest does not name.
    """
    whole = {PANEL: scan(art, what="--art"), PHOTOGRAPH: scan(photos, what="--photos")}
    drawn = scan(styles, what="--styles")
    for name in sorted({path.parts[0] for path in drawn.paths if len(path.parts) > 1}):
        if name in whole:
            raise DataError(f"--styles {styles}: a medium may not be called {name!r}")
        paths = tuple(path for path in drawn.paths if path.parts[0] == name)
        whole[name] = PictureFolder(drawn.root, paths)
    allowed = {root: _licensed(root, licences) for root in {f.root for f in whole.values()}}
    whole = {name: _only(folder, allowed[folder.root]) for name, folder in whole.items()}
    whole = {name: folder for name, folder in whole.items() if folder.paths}
    if len(whole) < 2 or PANEL not in whole:
        raise DataError(
            f"of {art}, {photos} and {styles} only {sorted(whole)} have pictures of the licences "
            f"{list(licences)}; panels and one more medium are needed"
        )
    parts = {name: folder.split(held_out) for name, folder in whole.items()}
    if empty := [name for name, (training, _) in parts.items() if not training.paths]:
        raise DataError(f"every picture of {', '.join(empty)} is held out; nothing to train on")
    scenes = read_labels(Path(art))
    train, aside = ([part[side] for part in parts.values()] for side in (0, 1))
    return _labelled(train, tuple(parts), scenes), _labelled(aside, tuple(parts), scenes)


def _labelled(
    folders: list[PictureFolder], media: tuple[str, ...], scenes: dict[str, str]
) -> LabelledFolder:
    medium, scene = [], []
    for index, folder in enumerate(folders):
        for path in folder.paths:
            label = scenes.get(path.as_posix()) if media[index] == PANEL else None
            medium.append(index)
            scene.append(UNKNOWN if label is None else LABELS.index(label))
    return LabelledFolder(tuple(folders), media, tuple(medium), tuple(scene))


def _licensed(root: Path, licences: Sequence[str]) -> set[str] | None:
    """Files below `root` of an allowed licence; None where all are."""
    if not licences:
        return None
    path = root / MANIFEST_NAME
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise DataError(
            f"licences are asked for, and {path} cannot be read ({system_reason(error)}); it names "
            "the licence of each file, in columns file and licence"
        ) from error
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    if missing := {"file", "licence"} - set(rows.fieldnames or ()):
        raise DataError(f"{path} has no column {', '.join(sorted(missing))}")
    return {
        row["file"]
        for row in rows
        if any(fnmatch((row["licence"] or "").lower(), glob.lower()) for glob in licences)
    }


def _only(folder: PictureFolder, names: set[str] | None) -> PictureFolder:
    if names is None:
        return folder
    return PictureFolder(folder.root, tuple(p for p in folder.paths if p.as_posix() in names))


class LabelledCrops:
    """Draws square crops with their labels, each medium as often as any other, panels more often.

    A crop covers between `crop_px` and the whole short side, at a log-uniform scale, is resized to
    `crop_px`, mirrored half of the time and jittered in hue, brightness, blur and JPEG quality.
    Within the panels, rare scenes are drawn more often (by the root of their rarity).

    panel_share: of the crops that are panels. strength: of the jitter. All state is in `rng`.
    """

    def __init__(
        self,
        data: LabelledPictures,
        *,
        panel: int,
        panel_share: float,
        crop_px: int,
        batch: int,
        strength: float,
        rng: np.random.Generator,
    ) -> None:
        self.data, self.crop_px, self.batch = data, crop_px, batch
        self.strength, self.rng = strength, rng
        counts = np.bincount(data.medium)
        weights = 1.0 / counts[data.medium]
        is_panel = data.medium == panel
        scenes = np.bincount(data.scene[is_panel] - UNKNOWN)
        weights[is_panel] = scenes[data.scene[is_panel] - UNKNOWN] ** -0.5
        weights[is_panel] *= panel_share / weights[is_panel].sum()
        weights[~is_panel] *= (1 - panel_share) / weights[~is_panel].sum()
        self.weights = weights / weights.sum()

    def __call__(self) -> tuple[Array, Array, Array]:
        """(crops (N, 3, S, S) float32 in [0, 1], media (N,), scenes (N,))."""
        chosen = self.rng.choice(len(self.weights), size=self.batch, p=self.weights)
        crops = np.stack([self._crop(self.data.pictures[i]) for i in chosen])
        crops = crops.transpose(0, 3, 1, 2).astype(np.float32) / 255
        crops = jitter(crops, self.rng, strength=self.strength)
        return crops, self.data.medium[chosen], self.data.scene[chosen]

    def _crop(self, picture: Array) -> Array:
        return square_crop(picture, self.rng, crop_px=self.crop_px)
