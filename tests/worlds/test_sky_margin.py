"""Above the picture the sky goes on as it began, without a kink."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.worlds.rule import begin
from paintreel.worlds.things.sky import gradient


@pytest.mark.parametrize("seed", range(6))
def test_the_gradient_goes_on_above_the_picture(seed: int):
    bare, wide = (
        gradient(
            begin("settlement", seed=seed, width_px=320, height_px=240, margin_px=(0, margin)), 0.6
        )[:, 0]
        for margin in (0, 60)
    )
    np.testing.assert_array_equal(wide[60:-60], bare)
    speed = np.diff(wide, axis=0)
    # It does not stop at the edge, and comes to rest farther up.
    np.testing.assert_allclose(speed[54:59].mean(axis=0), speed[60:70].mean(axis=0), atol=0.6)
    assert np.abs(speed[58]).max() > 0.25 * np.abs(speed[60:70]).max()
    assert np.abs(speed[0]).max() <= np.abs(speed[58]).max() + 1e-9
    assert wide.min() >= 0
    assert wide.max() <= 255
