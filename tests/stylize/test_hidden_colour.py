"""What lies hidden under transparency never shows in what is painted."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.stylize.style import Style


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_hidden_colour_changes_no_visible_pixel(tiny_style, dtype):
    rng = np.random.default_rng(0)
    full = 1.0 if dtype == np.float32 else np.iinfo(dtype).max
    pictures = (rng.random((2, 64, 80, 4)) * full).astype(dtype)
    pictures[..., 3] = 0
    pictures[:, 16:48, 16:48, 3] = full
    pictures[1, 16:48, 16:48] = pictures[0, 16:48, 16:48]
    style = Style(tiny_style)
    first, second = (style(picture) for picture in pictures)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first[..., 3], pictures[0, ..., 3])
