"""Identities from seeds: plausible, the same every time, clearly different."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.pictures.paper import on_white
from paintreel.rig.figure import draw_character
from paintreel.rig.pose import Pose
from paintreel.rig.seeded import identity_of_seed


def perceptual_hash(rgba: np.ndarray) -> np.ndarray:
    """63 bits: signs of the low frequencies of a picture against their median."""
    grey = cv2.cvtColor(on_white(rgba), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:8, :8].ravel()[1:]
    return low > np.median(low)


def test_a_hundred_seeds_are_clearly_different():
    hashes = np.array(
        [
            perceptual_hash(
                draw_character(identity_of_seed(seed), Pose(), (96, 96), quick=True).rgba
            )
            for seed in range(100)
        ]
    )
    apart = (hashes[:, None] != hashes[None]).sum(axis=-1)
    apart[np.diag_indices(100)] = 63
    assert apart.min() >= 4
    assert np.median(apart.min(axis=1)) >= 9


def test_a_seed_gives_the_same_again_and_its_neighbour_another():
    assert identity_of_seed(7) == identity_of_seed(7)
    assert identity_of_seed(7) != identity_of_seed(8)


def test_any_seed_is_a_valid_identity():
    # An identity checks all its values when it is made.
    titles = {identity_of_seed(seed).title for seed in [*range(300), 2**32 - 1]}
    assert len(titles) >= 7


def test_a_face_has_room_for_its_features():
    for seed in range(200):
        p = identity_of_seed(seed).proportions
        assert p.eye_spacing > p.eye_width, seed
        assert p.eye_spacing + p.eye_width < p.head_width, seed
        assert p.eye_height + p.nose_length + p.mouth_height < 0.9 + p.chin_length, seed


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "7", True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(InputError, match="whole number"):
        identity_of_seed(seed)
