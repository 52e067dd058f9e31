"""Perceptual distance: how different two pictures are to a network's features."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.metrics.extractors import FeatureExtractor, tiles_of, to_batch
from paintreel.metrics.inputs import check_pair

__all__ = ["perceptual_distance"]

_EPSILON = 1e-10


def perceptual_distance(generated: Array, reference: Array, extractor: FeatureExtractor) -> float:
    """Mean squared distance of unit-normalised feature maps, averaged over layers.

    At each position of each layer the feature vector f over channels is scaled to unit length;
    the distance is mean over layers of mean over positions of |f_gen - f_ref|^2. That is the
    unweighted form of Zhang et al. 2018 (LPIPS without its learnt weights). A position without
    any activation counts as a zero vector. Pictures of more than 2^22 pixels (2048x2048) are
    compared in tiles of at most 2048 pixels a side, whose distances are averaged by area: that
    bounds the memory, and networks that look at the whole picture then look at a tile.

    generated, reference: pictures of one shape; resized when the extractor has a fixed size.
    extractor: for instance VGG-19 as an `OnnxExtractor`; name it when the figure is reported.

    Direction: lower is nearer. Bounds: 0 (equal features) to 4, or 2 for features that are
    never negative, as after a ReLU. Symmetric. Raises `InputError` for unequal shapes, NaN,
    alpha, or an extractor without maps.

    Vectors (3, 4) and (4, 3) at the only position: unit (0.6, 0.8) and (0.8, 0.6), so
    0.2^2 + 0.2^2 = 0.08.

    >>> class Toy:
    ...     name, size_px = "toy", None
    ...     def maps(self, pictures):
    ...         return [pictures[:, :2]]
    >>> a, b = np.array([[[0.3, 0.4, 0.0]]]), np.array([[[0.4, 0.3, 0.0]]])
    >>> round(perceptual_distance(a, b, Toy()), 6)
    0.08
    """
    check_pair(generated, reference)
    if extractor.size_px is not None:
        return _distance(to_batch([generated, reference], size_px=extractor.size_px), extractor)
    distances, areas = [], []
    for tile in tiles_of(*generated.shape[:2]):
        pair = to_batch([generated[tile], reference[tile]])
        distances.append(_distance(pair, extractor))
        areas.append(pair.shape[2] * pair.shape[3])
    return distances[0] if len(distances) == 1 else float(np.average(distances, weights=areas))


def _distance(pair: Array, extractor: FeatureExtractor) -> float:
    """Mean over layers of a batch (2, 3, H, W)."""
    layers = [_layer_distance(layer[0], layer[1]) for layer in extractor.maps(pair)]
    return float(np.mean(layers))


def _layer_distance(first: Array, second: Array) -> float:
    """Mean over positions of |u(first) - u(second)|^2 of maps (C, h, w)."""
    difference = _unit(first) - _unit(second)
    return float(np.square(difference).sum(axis=0).mean(dtype=np.float64))


def _unit(features: Array) -> Array:
    length = np.sqrt(np.square(features).sum(axis=0, keepdims=True))
    unit: Array = features / np.maximum(length, _EPSILON)
    return unit
