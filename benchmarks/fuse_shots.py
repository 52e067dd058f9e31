"""Held-out shots with their true paintings, for `benchmarks/fuse.py`.

A moving crop of a test photograph is painted whole, once; photograph and painting are then seen by
one camera, so that the paint moves with what it shows. A shot of a clip is painted frame by frame.
No manner is one that the bundled network has learnt from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.folders import scan
from paintreel.learn.data.fusion_shots import moved
from paintreel.learn.data.splits import read_splits, source_of
from paintreel.media.reader import read_frames
from paintreel.media.shots import find_shots
from paintreel.pictures.paper import rgb8_on_white
from paintreel.stylize import Style

SPLITS = Path(__file__).resolve().parent.parent / "recipes" / "splits.toml"
CLIP_SUFFIXES = (".mp4", ".webm", ".mkv", ".gif")

Manner = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Shot:
    """live, truth: frames and their paintings.  source: of what folder or clip; manner: a name."""

    name: str
    source: str
    manner: str
    live: list[Array]
    truth: list[Array]


def outlined(x: Array) -> Array:
    """Smooth areas with dark outlines (Gastal and Oliveira 2011, as in OpenCV)."""
    return cv2.stylization(x, sigma_s=60, sigma_r=0.45)


def pencil(x: Array) -> Array:
    """Crayon on white paper (the same)."""
    return cv2.pencilSketch(x, sigma_s=40, sigma_r=0.07, shade_factor=0.06)[1]


def wash(x: Array) -> Array:
    """Areas run together, warm lights and blue shadows: nothing that flips from frame to frame."""
    flat = cv2.edgePreservingFilter(x, flags=1, sigma_s=30, sigma_r=0.35).astype(np.float32) / 255
    luma = flat @ np.float32((0.299, 0.587, 0.114))
    light = np.clip((luma[..., None] - 0.15) / 0.7, 0, 1)
    tint = (1 - light) * np.float32((0.16, 0.2, 0.42)) + light * np.float32((1.0, 0.93, 0.78))
    mixed = 0.55 * tint * (0.5 + 0.5 * light) + 0.45 * flat
    return np.clip(mixed * 255 + 0.5, 0, 255).astype(np.uint8)


def manners() -> dict[str, Manner]:
    """By name; watercolour is a bundled style that was held out."""
    return {"watercolour": Style("watercolour"), "outlined": outlined, "pencil": pencil,
            "wash": wash}  # fmt: skip


STILL_MANNERS = ("watercolour", "outlined", "pencil")
CLIP_MANNERS = ("watercolour", "wash")
"""Lines that a filter draws anew in each frame flicker: they are no truth for a clip."""


def photograph_shots(
    root: Path, count: int, frames: int, size: tuple[int, int]
) -> Iterator[Callable[[], Shot]]:
    """Moving crops: a pan and zoom each; the sources of photographs take turns."""
    folder = scan(root, what="--photos").only(read_splits(SPLITS).photographs.test)
    by_source: dict[str, list[Path]] = {}
    for path in folder.draw(len(folder.paths), np.random.default_rng(20)).paths:
        by_source.setdefault(source_of(path), []).append(path)
    painters = manners()
    for index in range(count):
        source = sorted(by_source)[index % len(by_source)]
        path = by_source[source][index // len(by_source)]
        manner = STILL_MANNERS[(index + index // len(STILL_MANNERS)) % len(STILL_MANNERS)]

        def shot(path: Path = path, source: str = source, manner: str = manner, number=index):
            picture = rgb8_on_white(read_picture(root / path).pixels)
            pair = [
                list(moved(x, frames, size, np.random.default_rng([20, number])))
                for x in (picture, painters[manner](picture))
            ]
            return Shot(path.as_posix(), source, manner, *pair)

        yield shot


def clip_shots(
    root: Path, count: int, frames: int, size: tuple[int, int]
) -> Iterator[Callable[[], Shot]]:
    """The middle of shots of clips; a clip of many gives several, spread over it."""
    paths = sorted(p for p in root.iterdir() if p.suffix in CLIP_SUFFIXES)
    found = {
        path: [s.times_s for s in find_shots(path) if len(s.times_s) >= frames] for path in paths
    }
    taken: list[tuple[Path, float]] = []
    more = max(0, count - len(paths))
    for path, shots in found.items():
        want = 1 + (more if len(shots) > 1 else 0)
        places = np.unique(np.linspace(0, len(shots) - 1, min(want, len(shots))).astype(int))
        taken += [(path, shots[p][(len(shots[p]) - frames) // 2]) for p in places]
    painters = manners()
    for index, (path, start_s) in enumerate(taken[:count]):
        manner = CLIP_MANNERS[index % len(CLIP_MANNERS)]

        def shot(path: Path = path, start_s: float = start_s, manner: str = manner) -> Shot:
            def fit(width: int, height: int) -> tuple[int, int]:
                scale = min(1.0, size[0] / width, size[1] / height)
                return round(width * scale / 2) * 2, round(height * scale / 2) * 2

            with read_frames(path, size=fit, takes=lambda t: float(t) >= start_s - 1e-6) as source:
                live = [f.pixels.copy() for f in islice(source, frames)]
            truth = [painters[manner](frame) for frame in live]
            return Shot(f"{path.name} at {start_s:.2f} s", path.name, manner, live, truth)

        yield shot
