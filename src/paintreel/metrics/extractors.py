"""Feature extractors: the networks behind perceptual and distribution distances.

A distance over features is only as good as its network, and only comparable with distances
over the same one; so an extractor has a name, and scores carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha, to_float
from paintreel.imaging.geometry import resize
from paintreel.metrics.inputs import check_picture

__all__ = ["NAME_KEY", "FeatureExtractor", "feature_vectors", "to_batch"]

NAME_KEY = "paintreel.extractor"
"""Metadata entry of an ONNX file that names its features."""


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


def feature_vectors(
    extractor: FeatureExtractor, pictures: Iterable[Array], *, batch_size: int = 16
) -> Iterator[Array]:
    """Feature vectors (n, D) of pictures, batch by batch, holding one batch at a time.

    Pictures are resized to what the extractor asks for; where it takes any size, neighbours of
    equal size share a batch.
    """
    if batch_size < 1:
        raise InputError(f"batch_size must be at least 1, got {batch_size}")
    batch: list[Array] = []
    for picture in pictures:
        alike = not batch or extractor.size_px or picture.shape[:2] == batch[0].shape[:2]
        if batch and (len(batch) == batch_size or not alike):
            yield extractor.vectors(to_batch(batch, size_px=extractor.size_px))
            batch = []
        batch.append(picture)
    if batch:
        yield extractor.vectors(to_batch(batch, size_px=extractor.size_px))
