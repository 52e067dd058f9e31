"""A background from words."""

from __future__ import annotations

import numpy as np
import pytest

import paintreel
from paintreel.errors import InputError
from paintreel.scenes.of_words import scene_of_words


def test_a_background_is_the_scene_of_its_words():
    words = "a castle at night in the snow"
    background = scene_of_words(words, seed=3, size_px=(160, 96))
    assert background.shape == (96, 160, 3)
    np.testing.assert_array_equal(
        background, np.asarray(paintreel.scene(words, seed=3, size=(160, 96)))
    )


def test_words_that_name_no_world_are_refused():
    with pytest.raises(InputError, match="no world is known by these words"):
        scene_of_words("a teaspoon", seed=0, size_px=(160, 96))
