"""Characters of the rig as pairs: their ink, their flat colours and the finished drawing.

All three are drawings of one pose, so they lie exactly on each other. Who is drawn, what is felt
and how the head stands come from the seed; seeds of the parts are far from each other, so that no
character is in two of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_marks import marks_of_fine_drawing
from paintreel.learn.data.line_pairs import Split
from paintreel.learn.data.line_sources import Drawn, PairMaker
from paintreel.rig.easel import Mode
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import draw_character
from paintreel.rig.framing import Framing
from paintreel.rig.pose import MOUTH_LETTERS, Pose
from paintreel.rig.seeded import identity_of_seed
from paintreel.runtime.emotions import EMOTIONS

__all__ = ["characters"]

_SIZES_PX = ((384, 320), (336, 336), (320, 384))
_FRAMINGS: tuple[Framing, ...] = ("bust", "bust", "face", "half")
_HELD_OUT_SEED = 100_000
_FINER = 3
_WHITE = 0.4
_TALKING = 0.4


def characters(counts: dict[Split, int], seed: int) -> Iterator[PairMaker]:
    """One character a pair, feelings and framings in turn by chance."""
    for place, (split, count) in enumerate(counts.items()):
        for number in range(count):
            yield _CharacterJob(seed + place * _HELD_OUT_SEED + number, split)


@dataclass(frozen=True)
class _CharacterJob:
    seed: int
    split: Split

    def __call__(self) -> Drawn:
        rng = np.random.default_rng((self.seed, 17))
        width_px, height_px = _SIZES_PX[int(rng.integers(len(_SIZES_PX)))]
        framing = _FRAMINGS[int(rng.integers(len(_FRAMINGS)))]
        ground = np.full(3, 255, np.uint8)
        if rng.random() >= _WHITE:
            ground = rng.integers(90, 256, 3).astype(np.uint8)
        pose = _pose(rng)
        identity = identity_of_seed(self.seed)

        def drawn(mode: Mode, times: int = 1) -> Array:
            size_px = (times * width_px, times * height_px)
            return draw_character(identity, pose, size_px, framing=framing, mode=mode).rgba

        return Drawn(
            name=f"character-{self.seed}",
            group=identity.name,
            split=self.split,
            category=None,
            exact=True,
            inked=True,
            finished=_on(ground, drawn("painted")),
            marks=marks_of_fine_drawing(drawn("lines", _FINER)[..., 3], _FINER),
            flats=_on(ground, drawn("flats")),
        )


def _pose(rng: np.random.Generator) -> Pose:
    """A feeling of chance, the head turned a little, now and then in the midst of a word."""
    pose = pose_of(str(rng.choice(EMOTIONS)), float(rng.uniform(0.4, 1.0)))
    pose = replace(
        pose,
        turn_deg=float(rng.uniform(-25, 25)),
        nod_deg=float(rng.uniform(-8, 8)),
        tilt_deg=float(rng.uniform(-8, 8)),
        gaze_x=float(rng.uniform(-0.5, 0.5)),
    )
    if rng.random() >= _TALKING:
        return pose
    letter = MOUTH_LETTERS[int(rng.integers(len(MOUTH_LETTERS)))]
    return replace(pose, speaking=1.0, mouth_shape=letter, mouth_next=letter)


def _on(ground: Array, rgba: Array) -> Array:
    """(H, W, 3) uint8 of a drawing with straight alpha, on a colour."""
    cover = rgba[..., 3:] / np.float32(255)
    laid: Array = np.rint(rgba[..., :3] * cover + ground * (1 - cover)).astype(np.uint8)
    return laid
