"""Adaptation of the fusion to one shot: a few hundred steps on its painted key frames.

The folder that is learnt from holds each key frame twice, `NAME-live.png` and `NAME-paint.png`. The
network begins with the bundled weights. Crops of the pair are what it learns from, seen by a camera
that moves (`data.fusion_samples`), so that it learns the painter's hand and not the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paintreel.errors import DataError
from paintreel.imaging.files import read_picture
from paintreel.learn.data.folders import PictureFolder
from paintreel.learn.data.fusion_samples import LEAST_SIDE_PX, FusionSampling, PaintedPicture
from paintreel.learn.engine.distributed import join_process_group
from paintreel.learn.export.exported import begin_from
from paintreel.learn.models.fusion import Fusion
from paintreel.learn.trainers.fusion import FusingSettings, FusionTrainer
from paintreel.learn.trainers.start import begun_from
from paintreel.learn.trainers.training_run import Folders, Run, Trained
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.catalog import ModelFile, find_model
from paintreel.runtime.fusion_names import LIVE_SUFFIX, PAINT_SUFFIX

_WINDOWS = 4  # that are measured at each checkpoint, out of the time for learning


@dataclass(frozen=True)
class ShotSettings(FusingSettings):
    """Those of the network. start: what it begins with, a name or a file; "" for none."""

    start: str = "fuse"
    batch: int = 3
    rate: float = 8e-4
    ema_decay: float = 0.98
    structure: float = 0.1
    alignment: float = 0.0
    sampling: FusionSampling = field(
        default_factory=lambda: FusionSampling(
            side_px=128, in_front=0.25, free=0.0, blind=0.7, light=0.05, grain=0.01
        )
    )


def read_pairs(folder: Path) -> list[PaintedPicture]:
    """The pairs of a folder. Raises DataError where there is none, or one is not whole."""
    pairs = []
    for live in sorted(folder.glob(f"*{LIVE_SUFFIX}")):
        paint = live.with_name(live.name.removesuffix(LIVE_SUFFIX) + PAINT_SUFFIX)
        if not paint.is_file():
            raise DataError(f"{live} has no painting; expected {paint.name} beside it")
        pixels = [rgb8_on_white(read_picture(path).pixels) for path in (live, paint)]
        if pixels[0].shape != pixels[1].shape:
            raise DataError(f"{live} and {paint.name} have two sizes; give both in one")
        pairs.append(PaintedPicture(pixels[0], pixels[1], paint.name))
    if not pairs:
        raise DataError(
            f"{folder} holds no key frame; expected NAME{LIVE_SUFFIX} and NAME{PAINT_SUFFIX}"
        )
    return pairs


def train_shot(run: Run, folders: Folders) -> Trained[Fusion] | None:
    """Adapt; None on followers of torchrun. Raises DataError for a folder that cannot be used."""
    s: ShotSettings = run.settings
    run.claim(folders.art)
    pairs = read_pairs(folders.art)
    start = find_model(s.start, "fuse") if s.start else None
    s = fitted(s, pairs, start)
    run = replace(run, settings=s)  # the card says what was learnt with
    with join_process_group() as group:
        trainer = FusionTrainer(s, pictures=pairs, measured=pairs, group=group, windows=_WINDOWS)
        if start is not None:
            begin_from(trainer.learner.network, start.path)
            trainer.learner.average.module.load_state_dict(trainer.learner.network.state_dict())
        try:
            facts = run.train(trainer, group=group, data_hash=_hash(folders.art))
        finally:
            trainer.close()
        if facts is None:
            return None
        if start is not None:
            facts |= begun_from(start)
        facts |= {
            "measures": trainer.measures(),
            "measured_on": "windows of the key frames that were learnt",
        }
        return Trained(trainer.average.module, facts)


def fitted(
    settings: ShotSettings, pairs: Sequence[PaintedPicture], start: ModelFile | None
) -> ShotSettings:
    """The settings with crops no larger than the smallest pair, and the layout of `start`.

    Raises DataError where a pair is too small for any crop.
    """
    s = settings
    smallest = min(pairs, key=lambda pair: min(pair.live.shape[:2]))
    side_px = min(smallest.live.shape[:2])
    if side_px < LEAST_SIDE_PX:
        rows, columns = smallest.live.shape[:2]
        raise DataError(
            f"{smallest.name} is {columns}x{rows}; expected key frames with sides of "
            f"{LEAST_SIDE_PX} px or more to learn from"
        )
    if side_px < s.sampling.side_px:
        s = replace(s, sampling=replace(s.sampling, side_px=side_px // 16 * 16))
    return s if start is None else replace(s, **_layout(start))


def _layout(start: ModelFile) -> dict[str, Any]:
    """The settings that the layout of a network follows from, as its card has them."""
    settings = start.card.training.get("settings", {})
    known = {name: settings[name] for name in ("preset", "without") if name in settings}
    return {name: tuple(x) if isinstance(x, list) else x for name, x in known.items()}


def _hash(folder: Path) -> str:
    paths: Sequence[Path] = sorted(folder.glob("*.png"))
    return f"keys {PictureFolder(folder, tuple(p.relative_to(folder) for p in paths)).hash()[:16]}"
