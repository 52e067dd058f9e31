"""The support vector machines that say of which class each region of a rough is.

A Gaussian kernel is stood for by random Fourier features (Rahimi and Recht 2007, "Random features
for large-scale kernel machines"). One class is set against the rest by each machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.roughs.labels import one_hot
from paintreel.roughs.rough import Rough
from paintreel.roughs.superpixels import Superpixels, describe_regions


def region_features(
    regions: Superpixels, rough: Rough, label: str | None, labels: Sequence[str]
) -> Array:
    """(R, len(FEATURES) + len(labels)) float32: what the machines are given of each region.

    label: of the whole scene; its columns are 0 where it is None or none of `labels`.
    """
    columns = np.broadcast_to(one_hot(label, labels), (regions.count, len(labels)))
    return np.concatenate([describe_regions(regions, rough), columns], axis=1)


@dataclass(frozen=True)
class RegionClassifier:
    """Machines for K classes of F features, by D Fourier features. All arrays float32.

    mean, spread  (F,) of the features
    waves         (F, D)
    phases        (D,)
    weights       (D, K)
    bias          (K,)
    """

    mean: Array
    spread: Array
    waves: Array
    phases: Array
    weights: Array
    bias: Array

    def lift(self, features: Array) -> Array:
        """(N, F) to (N, D), whose dot products are about the Gaussian kernel."""
        scaled = (features - self.mean) / self.spread
        lifted: Array = np.cos(scaled @ self.waves + self.phases)
        lifted *= np.sqrt(2 / self.phases.size, dtype=np.float32)
        return lifted

    def margins(self, features: Array) -> Array:
        """(N, F) to (N, K): how far on its side of each class's border a sample lies."""
        margins: Array = self.lift(features) @ self.weights + self.bias
        return margins

    def classes(self, features: Array) -> Array:
        """(N, F) to (N,): the class with the largest margin."""
        classes: Array = self.margins(features).argmax(axis=1)
        return classes
