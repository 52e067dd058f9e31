"""Draw the pictures that tests/worlds/test_seeds.py compares with: hashes.txt and thumbnails.png.

python tests/worlds/draw_reference.py
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np

from paintreel.imaging.files import Picture, write_picture
from paintreel.worlds import draw_world
from paintreel.worlds.categories import CATEGORIES

SEEDS = 100
HASHES = Path(__file__).with_name("hashes.txt")
THUMBNAILS = Path(__file__).with_name("thumbnails.png")
HASHED_PX = (32, 18)
THUMBNAIL_PX = (80, 45)
THUMBNAIL_SEED = 7
ALIKE = 5
"""Two pictures whose 63-bit hashes differ in no more bits look alike."""


def draw(rule: str, seed: int, size_px: tuple[int, int]) -> np.ndarray:
    category = next(c for c in CATEGORIES if c.rule == rule)
    return draw_world(category, seed=seed, width_px=size_px[0], height_px=size_px[1]).flatten()


def perceptual_hash(picture: np.ndarray) -> int:
    """63 bits: signs about their median of the lowest 8 x 8 DCT terms of the grey, but the mean."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    low = cv2.dct(grey)[:8, :8].ravel()[1:]
    return int("".join("1" if above else "0" for above in low > np.median(low)), 2)


def differ(a: int, b: int) -> int:
    """How many bits of two hashes differ."""
    return (a ^ b).bit_count()


def main() -> None:
    """Write both files. Two seeds of a category that look alike end it with an AssertionError."""
    rules = [category.rule for category in CATEGORIES]
    lines = []
    for rule in rules:
        hashes = [perceptual_hash(draw(rule, seed, HASHED_PX)) for seed in range(SEEDS)]
        for (i, one), (j, other) in combinations(enumerate(hashes), 2):
            assert differ(one, other) > ALIKE, f"{rule}: seeds {i} and {j} look alike"
        lines.append(" ".join([rule, *(f"{value:016x}" for value in hashes)]))
    HASHES.write_text("\n".join(lines) + "\n", "utf-8")
    column = np.vstack([draw(rule, THUMBNAIL_SEED, THUMBNAIL_PX) for rule in rules])
    write_picture(THUMBNAILS, Picture(column), overwrite=True)


if __name__ == "__main__":
    main()
