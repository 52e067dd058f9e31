"""What stylizers are trained on: panels of the art, photographs, the teacher's paintings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.art_hand import ArtHand, measure_hand
from paintreel.learn.data.colour_transfer import ColourTransfer
from paintreel.learn.data.folders import PictureFolder, check_disjoint, load_pictures, scan
from paintreel.learn.data.painted_pairs import fit_colour_transfer, paint_pairs
from paintreel.learn.data.teacher import TeacherSettings
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.trainers.training_run import progress_of

ASIDE = 16
"""Held-out photographs that a run's sheets and measures are of, at most."""


@dataclass(frozen=True, kw_only=True)
class MaterialSettings:
    """The settings of a stylizer that say what it is trained on.

    max_side_px, max_photos, max_art: of what is read.
    art_grey: turn the art to grey, for ink styles.
    only_art: globs of the pictures of the art that are meant, all where there are none.
    held_out_art, held_out_photos: globs of pictures that training never sees.
    photo_weights: {glob: relative frequency}, for folders that should be drawn less often.
    """

    seed: int = 0
    max_side_px: int = 640
    max_photos: int = 3000
    max_art: int = 3000
    art_grey: bool = False
    only_art: tuple[str, ...] = ()
    held_out_art: tuple[str, ...] = ()
    held_out_photos: tuple[str, ...] = ()
    photo_weights: dict[str, float] = field(default_factory=dict)
    teacher: TeacherSettings = field(default_factory=TeacherSettings)


Paint = Callable[[list[Array]], list[tuple[Array, Array]]]
"""Photographs to pairs (photograph, painting by rule)."""


@dataclass(frozen=True)
class StyleMaterial:
    """panels: of the art; photos: to train on; held_out: for sheets and measures; all (H, W, 3)
    uint8. weights: sampling frequency of each photograph. paint: the teacher, of this art.
    data_hash: what the card says of the data.
    """

    panels: Sequence[Array]
    photos: list[Array]
    held_out: list[Array]
    weights: Array
    paint: Paint
    data_hash: str

    @property
    def facts(self) -> dict[str, Any]:
        """How much it is, for the card."""
        return {"art_pictures": len(self.panels), "photo_pictures": len(self.photos)}

    def pairs(
        self, group: ProcessGroup
    ) -> tuple[list[tuple[Array, Array]], list[tuple[Array, Array]]]:
        """(photograph, painting) to train on, and held out; the lead paints for all processes."""
        if group.size > 1:  # alone, painting once is enough
            if group.leads:
                self.paint(self.photos + self.held_out)
            group.wait()
        return self.paint(self.photos), self.paint(self.held_out)


def scan_both(art: Path, photos: Path) -> tuple[PictureFolder, PictureFolder]:
    """The two folders, walked. Raises DataError for unusable ones, and for equal ones."""
    folders = scan(art, what="--art"), scan(photos, what="--photos")
    check_disjoint(*folders)
    return folders


def load_material(
    art: PictureFolder,
    photos: PictureFolder,
    out: Path,
    settings: MaterialSettings,
    group: ProcessGroup,
) -> StyleMaterial:
    """Load and check all pictures; paintings are kept below `out`.

    Raises DataError for unusable pictures, and where all of a folder is held out.
    """
    s = settings
    art, _held_art = art.only(s.only_art).split(s.held_out_art)
    photos, held_photos = photos.split(s.held_out_photos)
    for name, folder in (("--art", art), ("--photos", photos)):
        if not folder.paths:
            raise DataError(f"{name} {folder.root}: every picture is held out; nothing to train on")
    rng = np.random.default_rng(s.seed)
    if not held_photos.paths:
        photos, held_photos = photos.set_aside(rng)
    art, photos = art.draw(s.max_art, rng), photos.draw(s.max_photos, rng)
    panels = load_pictures(art, what="--art", max_side_px=s.max_side_px)
    pictures = load_pictures(photos, what="--photos", max_side_px=s.max_side_px)
    aside = held_photos.draw(ASIDE, rng)
    samples = load_pictures(aside, what="--photos", max_side_px=s.max_side_px)
    if s.art_grey:
        panels = [np.repeat(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY)[..., None], 3, 2) for p in panels]

    @cache
    def of_the_art() -> tuple[ArtHand, ColourTransfer | None]:
        hand = measure_hand(panels, pictures, seed=s.seed)
        return hand, fit_colour_transfer(
            panels, pictures, seed=s.seed
        ) if s.teacher.palette else None

    def painted(batch: list[Array]) -> list[tuple[Array, Array]]:
        hand, palette = of_the_art()
        said = progress_of("painting the photographs by rule", speak=group.leads)
        kept = out / "teacher"
        return paint_pairs(batch, s.teacher, hand, palette, cache=kept, on_progress=said)

    weights = np.array([_weight(p, s.photo_weights) for p in photos.paths], float)
    data_hash = f"art {art.hash()[:16]}, photos {photos.hash()[:16]}"
    return StyleMaterial(panels, pictures, samples, weights, painted, data_hash)


def _weight(path: Path, weights: Mapping[str, float]) -> float:
    for pattern, weight in weights.items():
        if fnmatch(path.as_posix(), pattern):
            return weight
    return 1.0
