"""Labels as the one-hot input of a network."""

from __future__ import annotations

import numpy as np

from paintreel.roughs.labels import one_hot
from paintreel.worlds.categories import LABELS


def test_each_label_has_its_place():
    np.testing.assert_array_equal([one_hot(label, LABELS) for label in LABELS], np.eye(len(LABELS)))
    assert one_hot(LABELS[0], LABELS).dtype == np.float32


def test_a_label_that_a_model_does_not_list_is_unknown():
    assert not one_hot("desert", LABELS).any()
    assert not one_hot(None, LABELS).any()
