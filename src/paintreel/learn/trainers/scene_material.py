"""What scene networks are trained and measured on: panels with their roughs, and held-out crops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from paintreel.errors import DataError
from paintreel.learn.data.folders import PictureFolder, load_pictures
from paintreel.learn.data.scene_crops import MAX_SIDE_PX, Crop, crops_of
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.scene_pairs import PairSettings, Panel, make_panels
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.trainers.training_run import progress_of
from paintreel.runtime.system import usable_cores

HELD_OUT_CROPS = 48
HELD_OUT_CROP_PX = 256


class SceneData(Protocol):
    """The settings that say what is learnt from; see `trainers.scene.SceneSettings`."""

    @property
    def seed(self) -> int: ...

    @property
    def pairs(self) -> PairSettings: ...

    @property
    def max_art(self) -> int: ...

    @property
    def held_out_art(self) -> tuple[str, ...]: ...

    @property
    def test_art(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class SceneMaterial:
    """panels: to train on.  watched: crops that choices are made on; tested: those measured once.

    Where nothing is named for the test, or nothing else is held out, both are the same.
    data_hash: of the art that is learnt.
    """

    panels: list[Panel]
    watched: Sequence[Crop]
    tested: Sequence[Crop]
    data_hash: str

    @property
    def measured_on(self) -> str:
        """What the card says of the crops of its measures."""
        names = [[crop.name for crop in part] for part in (self.watched, self.tested)]
        return (
            "the crops that choices were made on" if names[0] == names[1] else "crops of the test"
        )


def load_scene_material(
    folder: PictureFolder, roughs: Path, settings: SceneData, group: ProcessGroup
) -> SceneMaterial:
    """Load and check all pictures, make their roughs. Raises DataError for unusable art."""
    s = settings
    art, held_out_art = folder.split(s.held_out_art)
    if not art.paths:
        raise DataError(f"--art {art.root}: every picture is held out; nothing to train on")
    rng = np.random.default_rng(s.seed)
    if not held_out_art.paths:
        art, held_out_art = art.set_aside(rng)
    art = art.draw(s.max_art, rng)
    pictures = load_pictures(art, max_side_px=MAX_SIDE_PX, what="--art")
    rated = read_labels(folder.root)
    labels = [rated.get(path.as_posix()) for path in art.paths]

    def panels() -> list[Panel]:
        return make_panels(
            pictures,
            labels,
            scales_px=s.pairs.scales_px,
            cache=roughs,
            threads=usable_cores(),
            on_progress=progress_of("roughs", speak=group.leads),
        )

    if group.size > 1 and group.leads:  # the lead makes them for all, the others read the cache
        panels()
    group.wait()
    side_px = min(HELD_OUT_CROP_PX, min(s.pairs.scales_px) // 16 * 16)
    development, test = held_out_art.split(s.test_art)
    parts = [part if part.paths else held_out_art for part in (development, test)]
    watched, tested = (crops_of(part, HELD_OUT_CROPS, side_px=side_px) for part in parts)
    return SceneMaterial(panels(), watched, tested, f"art {art.hash()[:16]}")
