"""Held-out crops that scene networks are measured on: one set for trainer, experiment and cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import resize
from paintreel.learn.data.folders import PictureFolder, load_pictures
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.scene_pairs import STANDARD
from paintreel.roughs.rough import LEVELS, Rough, make_roughs
from paintreel.worlds.categories import LABELS

SEED = 7
"""Of the one set: which window of a picture is cut."""
MAX_SIDE_PX = 1280
"""Art is shrunk to this at once; crops, and the largest scale of a panel, are cut from it."""
VIEW_SHARE = 1.5
"""Short side of the panel that a crop is cut from, in sides of the crop."""


@dataclass(frozen=True)
class Crop:
    """A square of a held-out panel, and what systems are given of it.

    name    of the panel's file
    label   the panel's category, or None
    truth   (S, S, 3) uint8
    roughs  {level: rough of the truth}

    The roughs are made of the crop, so that their regions are as many as the level says.
    """

    name: str
    label: str | None
    truth: Array
    roughs: dict[str, Rough]


def windows_of(folder: PictureFolder, each: int, *, side_px: int = 256) -> list[Crop]:
    """`cut_windows` of the pictures of a folder with the categories of its table."""
    labels = read_labels(folder.root)
    return cut_windows(
        load_pictures(folder, max_side_px=MAX_SIDE_PX, what="--art"),
        [labels.get(path.as_posix()) for path in folder.paths],
        each=each,
        side_px=side_px,
    )


def crops_of(folder: PictureFolder, count: int, *, side_px: int = 256) -> list[Crop]:
    """`cut_crops` of the pictures of a folder with the categories of its table."""
    labels = read_labels(folder.root)
    return cut_crops(
        load_pictures(folder, max_side_px=MAX_SIDE_PX, what="--art"),
        [path.as_posix() for path in folder.paths],
        [labels.get(path.as_posix()) for path in folder.paths],
        count=count,
        side_px=side_px,
    )


def cut_crops(
    pictures: Sequence[Array],
    names: Sequence[str],
    labels: Sequence[str | None],
    *,
    count: int,
    side_px: int = 256,
    seed: int = SEED,
) -> list[Crop]:
    """`count` crops (or as many as there are pictures), one a picture, fixed by `seed` alone.

    Where any picture has a label those without are left out: the tables are by category. Raises
    DataError when none is left.
    """
    order = np.random.default_rng([seed, 77]).permutation(len(pictures)).tolist()
    if any(labels):
        order = [i for i in order if labels[i] is not None]
    if not order:
        raise DataError("there is no held-out picture to score on")
    crops = []
    for i in order[:count]:
        rng = np.random.default_rng([seed, 78, i])
        truth = _cut(pictures[i], side_px, rng)
        crops.append(Crop(names[i], labels[i], truth, make_roughs(truth, LEVELS)))
    return crops


def cut_windows(
    pictures: Sequence[Array], labels: Sequence[str | None], *, each: int, side_px: int = 256
) -> list[Crop]:
    """`each` crops of every category, called LABEL-NN.png, with the rough of STANDARD alone.

    The panels of a category take turns; where they are fewer than `each`, further windows of them
    are cut. What has no category is left out, so that there may be none.
    """
    order = np.random.default_rng([SEED, 80]).permutation(len(pictures)).tolist()
    crops = []
    for label in LABELS:
        members = [i for i in order if labels[i] == label]
        for number in range(each if members else 0):
            window, place = divmod(number, len(members))
            rng = np.random.default_rng([SEED, 81, members[place], window])
            truth = _cut(pictures[members[place]], side_px, rng)
            name = f"{label}-{number:02d}.png"
            crops.append(Crop(name, label, truth, make_roughs(truth, (STANDARD,))))
    return crops


def view_of(picture: Array, side_px: int) -> Array:
    """A picture (H, W, 3) at the size at which crops of a side are cut from it."""
    height, width = picture.shape[:2]
    short = max(side_px, min(round(VIEW_SHARE * side_px), height, width))
    scale = short / min(height, width)
    return resize(picture, max(short, round(width * scale)), max(short, round(height * scale)))


def _cut(picture: Array, side_px: int, rng: np.random.Generator) -> Array:
    view = view_of(picture, side_px)
    top = int(rng.integers(0, view.shape[0] - side_px + 1))
    left = int(rng.integers(0, view.shape[1] - side_px + 1))
    return np.ascontiguousarray(view[top : top + side_px, left : left + side_px])
