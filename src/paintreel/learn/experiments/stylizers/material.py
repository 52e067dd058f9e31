"""What the experiment trains on and measures on: read once for all conditions."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side
from paintreel.jobs.find import kind_of, walk
from paintreel.learn.data.folders import PictureFolder, load_pictures
from paintreel.learn.data.splits import Splits, source_of
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.experiments.stylizers.settings import StylizersSettings
from paintreel.learn.release.judge import CROP_PX
from paintreel.learn.trainers.style_material import StyleMaterial, load_material, scan_both
from paintreel.media.reader import read_frames

PORTRAIT, SCENE = "portrait", "scene"
CLIP_FRAMES = 16
"""Frames of the beginning of a clip that are painted and measured."""
CLIP_SIDE_PX = 480
ASIDE = 2
"""Held-out photographs that a training's own curve is of: the experiment measures by itself."""


@dataclass(frozen=True)
class AskedMaterial:
    """What is asked of every condition.

    photographs  {path below the folder: (H, W, 3) uint8}, by name
    portraits    names of those that are portraits, by the folder's manifest
    panels       held-out art, (H, W, 3) uint8 each
    clips        {name: frames (H, W, 3) uint8 of its beginning}
    """

    photographs: Mapping[str, Array]
    portraits: frozenset[str]
    panels: Sequence[Array]
    clips: Mapping[str, Sequence[Array]]

    @property
    def kinds(self) -> dict[str, str]:
        """{photograph: PORTRAIT or SCENE}."""
        return {n: PORTRAIT if n in self.portraits else SCENE for n in self.photographs}


@dataclass(frozen=True)
class StylizerFolders:
    """art, photos: folders; clips: folder of clips, None for none; splits: None sets some aside."""

    art: Path
    photos: Path
    clips: Path | None
    splits: Splits | None


def gather(
    folders: StylizerFolders,
    settings: StylizersSettings,
    out: Path,
    group: ProcessGroup,
    *,
    pictures: int,
    seed: int,
) -> tuple[StyleMaterial, AskedMaterial]:
    """(what is trained on, what is asked), nothing in both. Raises DataError for too little.

    pictures: of each source, at most; they are taken evenly.
    """
    art, photos = scan_both(folders.art, folders.photos)
    rng = np.random.default_rng(seed)
    if folders.splits is None:
        (art, panels), (photos, asked) = _parted(art, rng), _parted(photos, rng)
    else:
        of_art, of_photos = folders.splits.panels, folders.splits.photographs
        panels, asked = art.split(of_art.test)[1], photos.split(of_photos.test)[1]
        settings = replace(
            settings,
            held_out_art=(*of_art.held_out, *folders.splits.media.held_out),
            held_out_photos=of_photos.held_out,
        )
    training = load_material(art, photos, out, replace(settings, seed=seed), group)
    training = replace(training, held_out=training.held_out[:ASIDE])
    asked = _some_of_each(asked, pictures)
    side = settings.max_side_px
    shown = load_pictures(asked, max_side_px=side, what="--photos")
    photographs = {
        path.as_posix(): picture
        for path, picture in zip(asked.paths, shown, strict=True)
        if min(picture.shape[:2]) >= CROP_PX
    }
    art_pictures = [
        p
        for p in load_pictures(panels, max_side_px=side, what="--art")
        if min(p.shape[:2]) >= CROP_PX
    ]
    for what, found in (("--photos", photographs), ("--art", art_pictures)):
        if len(found) < 2:
            raise DataError(
                f"{what}: {len(found)} held-out pictures have {CROP_PX} px a side, 2 are needed"
            )
    portraits = portraits_of(folders.photos) & photographs.keys()
    return training, AskedMaterial(
        photographs, frozenset(portraits), art_pictures, read_clips(folders.clips)
    )


def _parted(folder: PictureFolder, rng: np.random.Generator) -> tuple[PictureFolder, PictureFolder]:
    """(to train on, an eighth at random, two at least) where no splits say which.

    Whole sources are set aside, since pictures of one are alike: so many that it is an eighth, and
    none that leaves less than half to train on. Where there are no two sources that is single
    pictures.
    """
    sources: dict[str, list[Path]] = defaultdict(list)
    for path in folder.paths:
        sources[source_of(path)].append(path)
    wanted = max(2, len(folder.paths) // 8)
    aside: list[Path] = []
    names = sorted(sources)
    for name in (names[k] for k in rng.permutation(len(names))):
        if len(aside) < wanted and len(aside) + len(sources[name]) <= len(folder.paths) // 2:
            aside += sources[name]
    if len(aside) < 2:
        aside = list(folder.draw(wanted, rng).paths)
    rest = tuple(path for path in folder.paths if path not in set(aside))
    return PictureFolder(folder.root, rest), PictureFolder(folder.root, tuple(sorted(aside)))


def _some_of_each(folder: PictureFolder, most: int) -> PictureFolder:
    """At most that many pictures of each source, evenly."""
    sources: dict[str, list[Path]] = defaultdict(list)
    for path in folder.paths:
        sources[source_of(path)].append(path)
    chosen = [p for paths in sources.values() for p in paths[:: -(-len(paths) // most)]]
    return PictureFolder(folder.root, tuple(sorted(chosen)))


def portraits_of(root: Path) -> set[str]:
    """Files that the folder's manifest calls portraits; none without one."""
    manifest = root / "manifest.tsv"
    if not manifest.is_file():
        return set()
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["file"] for row in rows if row.get("kind") == PORTRAIT}


def read_clips(folder: Path | None) -> dict[str, list[Array]]:
    """{name: the first frames, at most CLIP_SIDE_PX} of every clip below the folder.

    Clips of fewer than three frames say nothing of flicker and are left out. Raises DataError for a
    folder that is not there or holds no other, VideoError for a clip that cannot be read.
    """
    found: dict[str, list[Array]] = {}
    if folder is None:
        return found
    if not folder.is_dir():
        raise DataError(f"--clips {folder} is not a folder; give a folder of clips")
    for path in walk(folder):
        if kind_of(path) != "clip":
            continue
        frames: list[Array] = []
        with read_frames(path) as clip:
            for frame in clip:
                height, width = frame.pixels.shape[:2]
                size = fit_max_side(width, height, CLIP_SIDE_PX)
                frames.append(cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA))
                if len(frames) == CLIP_FRAMES:
                    break
        if len(frames) >= 3:
            found[path.relative_to(folder).as_posix()] = frames
    if not found:
        raise DataError(f"--clips {folder} holds no clip of three frames or more")
    return found
