"""Feature extractors: the networks behind perceptual and distribution distances.

A distance over features is only as good as its network, and only comparable with distances
over the same one; so an extractor has a name, and scores carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha, to_float
from paintreel.imaging.geometry import resize
from paintreel.metrics.inputs import check_picture

__all__ = [
    "FEATURES",
    "MAX_WHOLE_PX",
    "NAME_KEY",
    "SIDE_KEY",
    "WEIGHTS_KEY",
    "FeatureExtractor",
    "feature_vectors",
    "picture_vector",
    "tiles_of",
    "to_batch",
]

NAME_KEY = "paintreel.extractor"
"""Metadata entry of an ONNX file that names its features."""

SIDE_KEY = "paintreel.extractor_side"
"""Metadata entry of a graph of free size: the side, in pixels, of the squares that it is shown."""

WEIGHTS_KEY = "paintreel.extractor_weights"
"""Metadata entry with the SHA-256 of the file that the graph's weights were read from."""

FEATURES = "features"
"""An output of this name is the feature vector, whatever else a graph gives; no output is a map."""


@runtime_checkable
class FeatureExtractor(Protocol):
    """A network that describes pictures by features.

    name: short and stable, for instance "dske"; part of the score's name (`fd_dske`).
    size_px: (width, height) that it asks for, or None when it takes any size.
    """

    name: str
    size_px: tuple[int, int] | None

    def maps(self, pictures: Array) -> list[Array]:
        """Feature maps of chosen layers, each (N, C, h, w), of (N, 3, H, W) float32 in [0, 1]."""

    def vectors(self, pictures: Array) -> Array:
        """One feature vector a picture, (N, D), of (N, 3, H, W) float32 in [0, 1]."""


def to_batch(pictures: Sequence[Array], *, size_px: tuple[int, int] | None = None) -> Array:
    """Pictures of any accepted layout and dtype as one (N, 3, H, W) float32 batch in [0, 1].

    size_px: (width, height) to resize to, antialiased; None asks that all sizes agree.

    >>> to_batch([np.full((2, 4), 255, np.uint8)] * 3).shape
    (3, 3, 2, 4)
    """
    if len(pictures) == 0:
        raise InputError("a batch needs at least one picture, got none")
    for i, picture in enumerate(pictures):
        check_picture(picture, name=f"picture {i}")
    width, height = size_px or pictures[0].shape[1::-1]
    batch = np.empty((len(pictures), 3, height, width), np.float32)
    for i, picture in enumerate(pictures):
        if size_px is not None:
            picture = resize(picture, width, height)
        elif picture.shape[:2] != (height, width):
            raise InputError(
                f"picture {i} is {picture.shape[1]}x{picture.shape[0]} and the first of its "
                f"batch {width}x{height}; give size_px to resize them"
            )
        batch[i] = split_alpha(to_float(picture))[0].transpose(2, 0, 1)
    return batch


MAX_WHOLE_PX = 1 << 22
"""Pixels of a picture that goes through an extractor in one piece: some 1.5 GB for a pair."""

_TILE_SIDE_PX = 2048


def tiles_of(height: int, width: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the tiles in which a picture goes through an extractor of any size.

    One for a picture of at most `MAX_WHOLE_PX`; else a grid of tiles alike in size, 2048 px a side
    at most, without overlap.

    >>> [len(tiles_of(*size)) for size in ((2048, 2048), (2048, 2049), (4000, 6000))]
    [1, 2, 6]
    """
    if height * width <= MAX_WHOLE_PX:
        return [(slice(0, height), slice(0, width))]
    rows, columns = (_cuts(side) for side in (height, width))
    return [(row, column) for row in rows for column in columns]


def _cuts(side: int) -> list[slice]:
    count = -(-side // _TILE_SIDE_PX)
    edges = [side * i // count for i in range(count + 1)]
    return [slice(a, b) for a, b in pairwise(edges)]


def picture_vector(extractor: FeatureExtractor, picture: Array) -> Array:
    """The feature vector (D,) of one picture of any size, in bounded memory.

    A picture above `MAX_WHOLE_PX` has the mean of the vectors of its tiles, by their area, where
    the extractor takes any size.
    """
    if extractor.size_px is not None:
        vector: Array = extractor.vectors(to_batch([picture], size_px=extractor.size_px))[0]
        return vector
    check_picture(picture, name="picture")
    height, width = picture.shape[:2]
    total = 0.0
    for tile in tiles_of(height, width):
        part = picture[tile]
        vector = extractor.vectors(to_batch([part]))[0]
        if part.shape == picture.shape:
            return vector
        total = total + vector.astype(np.float64) * (part.shape[0] * part.shape[1])
    mean: Array = total / (height * width)
    return mean


def feature_vectors(
    extractor: FeatureExtractor, pictures: Iterable[Array], *, batch_size: int = 16
) -> Iterator[Array]:
    """Feature vectors (n, D) of pictures, batch by batch, holding one batch at a time.

    Pictures are resized to what the extractor asks for; where it takes any size, neighbours of
    equal size share a batch of at most `MAX_WHOLE_PX`, and larger ones go as `picture_vector` says.
    """
    if batch_size < 1:
        raise InputError(f"batch_size must be at least 1, got {batch_size}")
    batch: list[Array] = []
    for picture in pictures:
        pixels = picture.shape[0] * picture.shape[1]
        alike = not batch or extractor.size_px or picture.shape[:2] == batch[0].shape[:2]
        full = len(batch) == batch_size
        if extractor.size_px is None:
            full = full or (len(batch) + 1) * pixels > MAX_WHOLE_PX
        if batch and (full or not alike):
            yield extractor.vectors(to_batch(batch, size_px=extractor.size_px))
            batch = []
        if extractor.size_px is None and pixels > MAX_WHOLE_PX:
            yield picture_vector(extractor, picture)[None]
        else:
            batch.append(picture)
    if batch:
        yield extractor.vectors(to_batch(batch, size_px=extractor.size_px))
