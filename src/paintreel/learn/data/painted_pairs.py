"""Photographs with their teacher pictures, painted once and kept on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.art_hand import ArtHand
from paintreel.learn.data.colour_transfer import ColourTransfer, rgb_to_lab
from paintreel.learn.data.teacher import TeacherSettings, paint
from paintreel.runtime.system import usable_cores


def fit_colour_transfer(
    art: Sequence[Array], photos: Sequence[Array], *, seed: int
) -> ColourTransfer:
    """The map from the colours of `photos` to those of `art`; pictures are (H, W, 3) uint8."""
    rng = np.random.default_rng(seed)

    def samples(pictures: Sequence[Array], each: int = 200, most: int = 200) -> Array:
        taken = []
        for index in rng.permutation(len(pictures))[:most]:
            small = cv2.resize(pictures[index], (64, 64), interpolation=cv2.INTER_AREA)
            lab = rgb_to_lab(small.astype(np.float32) / 255).reshape(-1, 3)
            taken.append(lab[rng.permutation(len(lab))[:each]])
        return np.concatenate(taken)

    return ColourTransfer.fit(samples(photos), samples(art), rng=rng)


def paint_pairs(
    photos: Sequence[Array],
    settings: TeacherSettings,
    hand: ArtHand,
    palette: ColourTransfer | None = None,
    *,
    cache: Path,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[tuple[Array, Array]]:
    """[(photo, teacher)] as (H, W, 3) uint8; teachers are read back from `cache` if there.

    workers: pictures painted at a time, None for one a core.
    Raises OutputError when `cache` cannot be written.
    """
    salt = json.dumps([asdict(settings), asdict(hand)], sort_keys=True).encode()
    if palette is not None:
        salt += palette.coefficients.tobytes()
    threads = cv2.getNumThreads()

    def pair(photo: Array) -> tuple[Array, Array]:
        key = hashlib.sha256(salt + str(photo.shape).encode() + photo.tobytes()).hexdigest()[:24]
        path = cache / f"{key}.png"
        cached = cv2.imread(str(path), cv2.IMREAD_COLOR) if path.exists() else None
        if cached is not None and cached.shape == photo.shape:
            return photo, cv2.cvtColor(cached, cv2.COLOR_BGR2RGB)
        teacher = paint(photo.astype(np.float32) / 255, settings, hand, palette)
        teacher = (teacher * 255 + 0.5).astype(np.uint8)
        bgr = cv2.cvtColor(teacher, cv2.COLOR_RGB2BGR)
        _done, png = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        with atomic_path(path, overwrite=True) as beside:
            beside.write_bytes(png.tobytes())
        return photo, teacher

    pairs = []
    cv2.setNumThreads(1)
    try:
        with ThreadPoolExecutor(workers or usable_cores()) as pool:
            for result in pool.map(pair, photos):
                pairs.append(result)
                if on_progress:
                    on_progress(len(pairs), len(photos))
    finally:
        cv2.setNumThreads(threads)
    return pairs
