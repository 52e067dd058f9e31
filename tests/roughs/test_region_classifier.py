"""What the machines that name the classes of regions are given."""

from __future__ import annotations

import numpy as np

from paintreel.roughs.region_classifier import region_features
from paintreel.roughs.rough import Rough
from paintreel.roughs.superpixels import FEATURES, find_superpixels

LABELS = ("forest", "settlement", "interior", "water")


def test_the_label_is_among_the_features():
    blocks = np.full((64, 64, 3), 90, np.uint8)
    blocks[:, 32:] = 160
    rough, regions = Rough(blocks, None), find_superpixels(blocks)

    def columns(label: str | None) -> np.ndarray:
        return region_features(regions, rough, label, LABELS)[:, len(FEATURES) :]

    assert columns("interior").tolist() == [[0, 0, 1, 0]] * 2
    assert not columns(None).any()
    assert not columns("desert").any()
