"""Shots whose true painting is known: a photograph and its painting seen by one camera.

The picture is painted once, whole, so that the paint moves with what it shows and does not flicker.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.fusion_samples import PaintedPicture, blob, laid

__all__ = ["moved", "moving_shot"]

_NEAREST, _WIDEST = 0.8, 0.9
"""Shares of a picture that the camera sees."""
_SWAY, _CROSSES = 0.4, 0.35


def moved(
    picture: Array, frames: int, size: tuple[int, int], rng: np.random.Generator
) -> Iterator[Array]:
    """What a camera sees that moves by a tenth of its view at most and closes in by as much.

    picture: (H, W, 3) uint8; size: (width, height) of the frames.
    """
    height, width = picture.shape[:2]
    widest = min(width, height * size[0] / size[1])
    start, end = rng.uniform(_NEAREST, _WIDEST, 2) * widest
    from_, to = (rng.uniform(0, 1, 2) for _ in range(2))
    to = np.clip(to, from_ - _SWAY, from_ + _SWAY)
    for step in np.linspace(0, 1, frames):
        wide = start + (end - start) * step
        high = wide * size[1] / size[0]
        place = (from_ + (to - from_) * step) * (width - wide, height - high)
        scale = size[0] / wide
        turn = np.array([[scale, 0, -place[0] * scale], [0, scale, -place[1] * scale]], np.float32)
        yield cv2.warpAffine(picture, turn, size, flags=cv2.INTER_AREA)


def moving_shot(
    picture: PaintedPicture,
    frames: int,
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    in_front: bool = False,
) -> tuple[list[Array], list[Array]]:
    """(frames, their paintings), (H, W, 3) uint8 each.

    in_front: a part of the picture moves across before the rest, and covers and uncovers it.
    """
    seed, other, shape = (int(x) for x in rng.integers(2**31, size=3))
    live, truth = (
        list(moved(x, frames, size, np.random.default_rng(seed)))
        for x in (picture.live, picture.paint)
    )
    if not in_front:
        return live, truth
    near, near_truth = (
        list(moved(x[:, ::-1], frames, size, np.random.default_rng(other)))
        for x in (picture.live, picture.paint)
    )
    drawn = np.random.default_rng(shape)
    mask = cv2.resize(blob(max(size), drawn), size)
    across = drawn.choice([-1, 1]) * _CROSSES * size[0]
    for i, step in enumerate(np.linspace(-0.5, 0.5, frames)):
        shift = np.array([[1, 0, across * step], [0, 1, 0]], np.float32)
        at = cv2.warpAffine(mask, shift, size)
        live[i], truth[i] = laid(live[i], near[i], at), laid(truth[i], near_truth[i], at)
    return live, truth
