"""The held-out shots that every condition is asked about: photographs seen by a moving camera.

Half of them have something in front that covers and uncovers the rest. They are painted in a
bundled style that no training has seen, and by rules and as grades whose settings no training has
seen, though trainings know these ways. The first frame is the key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.folders import PictureFolder, load_pictures
from paintreel.learn.data.fusion_pictures import paint_pictures
from paintreel.learn.data.fusion_shots import moving_shot
from paintreel.learn.data.splits import source_of, source_weights
from paintreel.media.carrying import KeyFollower, PaintedKey, carried_planes
from paintreel.media.motion import sketch

__all__ = ["HELD_OUT_STYLE", "AskedShot", "choose_photographs", "hold_out", "make_shots", "spread"]

HELD_OUT_STYLE = "watercolour"
FRAMES, SIZE_PX = 8, (272, 144)
"""Of a shot; 153 places at 1/16, so that seven frames fill the histograms of the fusion degree."""
_MAX_SIDE_PX = 480
_STREAM = 1
"""Chance of its own: trainings paint from the same seed, and picture i would be painted alike."""


@dataclass(frozen=True, eq=False)
class AskedShot:
    """live, truth: frames and their paintings, (T, H, W, 3) uint8; carried: (T, H, W, 4).

    source: of its photograph; way: what it is painted by, a style, "rule" or "grade"
    """

    name: str
    source: str
    way: str
    live: Array
    carried: Array
    truth: Array


def hold_out(
    folder: PictureFolder, count: int, rng: np.random.Generator
) -> tuple[PictureFolder, PictureFolder]:
    """(to train on, held out) where nobody says which: whole sources, `count` pictures or more.

    One source at least is left. Of one alone single pictures are held out, half of them at most.
    """
    of_source: dict[str, list[Path]] = {}
    for path in folder.paths:
        of_source.setdefault(source_of(path), []).append(path)
    count = min(count, len(folder.paths) // 2)
    held: list[Path] = []
    if len(of_source) == 1:
        held += folder.draw(count, rng).paths
    else:
        for source in rng.permutation(sorted(of_source)).tolist()[:-1]:
            held += of_source[source]
            if len(held) >= count:
                break
    training = tuple(path for path in folder.paths if path not in set(held))
    return PictureFolder(folder.root, training), PictureFolder(folder.root, tuple(sorted(held)))


def choose_photographs(folder: PictureFolder, count: int, seed: int) -> PictureFolder:
    """Photographs by chance, every source as often. Raises DataError where there are too few."""
    if len(folder.paths) < 2:
        raise DataError(f"{len(folder.paths)} held-out photographs; expected 2 or more")
    rng = np.random.default_rng([seed, 31])
    count = min(count, len(folder.paths))
    chosen = rng.choice(len(folder.paths), count, replace=False, p=source_weights(folder.paths))
    return PictureFolder(folder.root, tuple(folder.paths[i] for i in sorted(chosen)))


def make_shots(
    folder: PictureFolder,
    seed: int,
    *,
    styles: Sequence[str],
    size_px: tuple[int, int] = SIZE_PX,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[AskedShot]:
    """A shot of each photograph of a folder, in manners that no picture of a training has."""
    paint_seed, motion_seed = (
        int(x) for x in np.random.SeedSequence(seed, spawn_key=(_STREAM,)).generate_state(2)
    )
    pictures = load_pictures(folder, what="--photos", max_side_px=_MAX_SIDE_PX)
    painted = paint_pictures(pictures, styles, seed=paint_seed, on_progress=on_progress)
    shots = []
    for index, (path, picture) in enumerate(zip(folder.paths, painted, strict=True)):
        live, truth = moving_shot(
            picture,
            FRAMES,
            size_px,
            np.random.default_rng([motion_seed, index]),
            in_front=index % 2 == 1,
        )
        shots.append(
            AskedShot(
                path.as_posix(),
                source_of(Path(path)),
                picture.name,
                np.stack(live),
                np.stack(_carried(live, truth[0])),
                np.stack(truth),
            )
        )
    return shots


def spread(shots: Sequence[AskedShot], count: int) -> list[AskedShot]:
    """At most `count` of them, evenly from the first to the last: they are sorted by source."""
    count = min(count, len(shots))
    return [shots[i] for i in np.rint(np.linspace(0, len(shots) - 1, count)).astype(int)]


def _carried(live: Sequence[Array], paint: Array) -> list[Array]:
    key = PaintedKey(live[0], paint)
    follow = KeyFollower(key.small)
    return [carried_planes([key], [follow(sketch(frame))]) for frame in live]
