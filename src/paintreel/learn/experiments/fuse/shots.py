"""The held-out shots that every condition is asked about: photographs seen by a moving camera.

Half of them have something in front that covers and uncovers the rest. They are painted in a
bundled style that no training has seen, by rules, and as grades. The first frame is the key.
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

__all__ = ["HELD_OUT_STYLE", "AskedShot", "choose_photographs", "make_shots"]

HELD_OUT_STYLE = "watercolour"
FRAMES, SIZE_PX = 8, (256, 144)
"""Of a shot; 144 places at 1/16, which the coupling of eight components needs."""
_MAX_SIDE_PX = 480


@dataclass(frozen=True, eq=False)
class AskedShot:
    """live, truth: frames and their paintings, (T, H, W, 3) uint8; carried: (T, H, W, 4).

    source: of its photograph
    """

    name: str
    source: str
    live: Array
    carried: Array
    truth: Array


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
    """A shot of each photograph of a folder."""
    pictures = load_pictures(folder, what="--photos", max_side_px=_MAX_SIDE_PX)
    painted = paint_pictures(pictures, styles, seed=seed, on_progress=on_progress)
    shots = []
    for index, (path, picture) in enumerate(zip(folder.paths, painted, strict=True)):
        live, truth = moving_shot(
            picture,
            FRAMES,
            size_px,
            np.random.default_rng([seed, index]),
            in_front=index % 2 == 1,
        )
        shots.append(
            AskedShot(
                path.as_posix(),
                source_of(Path(path)),
                np.stack(live),
                np.stack(_carried(live, truth[0])),
                np.stack(truth),
            )
        )
    return shots


def _carried(live: Sequence[Array], paint: Array) -> list[Array]:
    key = PaintedKey(live[0], paint)
    follow = KeyFollower(key.small)
    return [carried_planes([key], [follow(sketch(frame))]) for frame in live]
