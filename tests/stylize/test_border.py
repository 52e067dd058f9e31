"""The border of a picture is painted as its middle is."""

from __future__ import annotations

import numpy as np
import pytest

import paintreel

FLAT = [(200, 190, 170), (60, 90, 140), (128, 128, 128)]


@pytest.mark.parametrize("style", ["cel", "hereva", "ink", "watercolour"])
def test_flat_colour_stays_flat_up_to_the_border(style):
    painter = paintreel.Style(style)
    for colour in FLAT:
        painted = painter(np.full((192, 256, 3), colour, np.uint8)).astype(int)
        # With the zeros that convolutions pad with, hereva is 11 to 17 levels off along the border.
        assert np.abs(painted - painted[96, 128]).max() <= 10
