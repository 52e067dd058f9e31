"""Scene labels as the networks take them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paintreel.imaging.arrays import Array


def one_hot(label: str | None, labels: Sequence[str]) -> Array:
    """(len(labels),) float32 with 1 at `label`; zeros, unknown, for None and for any other label.

    labels: what a model's contract lists, in its order.

    >>> one_hot("water", ("forest", "water")).tolist()
    [0.0, 1.0]
    >>> one_hot("desert", ("forest", "water")).tolist()
    [0.0, 0.0]
    """
    return np.array([each == label for each in labels], np.float32)
