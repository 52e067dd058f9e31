"""Perceptual distance: how different two pictures are to a network's features."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.metrics.extractors import FeatureExtractor, to_batch
from paintreel.metrics.inputs import check_pair

__all__ = ["perceptual_distance"]

_EPSILON = 1e-10


def perceptual_distance(generated: Array, reference: Array, extractor: FeatureExtractor) -> float:
    """Mean squared distance of unit-normalised feature maps, averaged over layers.

    At each position of each layer the feature vector f over channels is scaled to unit length;
    the distance is mean over layers of mean over positions of |f_gen - f_ref|^2. That is the
    unweighted form of Zhang et al. 2018 (LPIPS without its learnt weights). A position without
    any activation counts as a zero vector.

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
    batch = to_batch([generated, reference], size_px=extractor.size_px)
    layers = [_layer_distance(layer[0], layer[1]) for layer in extractor.maps(batch)]
    return float(np.mean(layers))


def _layer_distance(first: Array, second: Array) -> float:
    """Mean over positions of |u(first) - u(second)|^2 of maps (C, h, w)."""
    difference = _unit(first) - _unit(second)
    return float(np.square(difference).sum(axis=0).mean(dtype=np.float64))


def _unit(features: Array) -> Array:
    length = np.sqrt(np.square(features).sum(axis=0, keepdims=True))
    unit: Array = features / np.maximum(length, _EPSILON)
    return unit
