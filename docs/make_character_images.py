"""Make docs/images/character.jpg and character-sheet.jpg: who there is, in some feelings.

python docs/make_character_images.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from paintreel.character.model_sheet import draw_model_sheet
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import draw_character
from paintreel.rig.identity import Identity
from paintreel.rig.identity_files import find_identity
from paintreel.rig.pose import Pose
from paintreel.rig.seeded import identity_of_seed

IMAGES = Path(__file__).resolve().parent / "images"
NAMES = ("girl", "boy", "old-woman", "creature")
FEELINGS = ("neutral", "happiness", "anger", "fear", "sadness", "surprise")
GROUND = np.array([222, 216, 200], np.uint8)
CELL_PX, SEEDS = 220, range(12)


def cell(identity: Identity, pose: Pose, size_px: int = CELL_PX) -> Array:
    """A character on a plain ground, (H, W, 3) uint8."""
    rgba = draw_character(identity, pose, (size_px, size_px)).rgba
    alpha = rgba[..., 3:] / 255.0
    return np.rint(rgba[..., :3] * alpha + GROUND * (1.0 - alpha)).astype(np.uint8)


def main() -> int:
    """Make both. Returns the exit code."""
    rows = [
        np.hstack([cell(find_identity(name), pose_of(feeling)) for feeling in FEELINGS])
        for name in NAMES
    ]
    seeds = [cell(identity_of_seed(seed), pose_of("happiness", 0.3)) for seed in SEEDS]
    rows += [np.hstack(seeds[:6]), np.hstack(seeds[6:])]
    write_picture(IMAGES / "character.jpg", Picture(np.vstack(rows)), quality=86, overwrite=True)
    sheet = draw_model_sheet(find_identity("girl"), (1400, 990))
    write_picture(IMAGES / "character-sheet.jpg", Picture(sheet), quality=86, overwrite=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
