"""Width of strokes in pictures of any size."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.options import described
from paintreel.pictures.brush import MAX_BRUSH_PX, MIN_BRUSH_PX, brush_scale
from paintreel.stylize.options import StylizeOptions


class TestBrushScale:
    @pytest.mark.parametrize(
        ("size", "brush", "px"),
        [
            ((640, 480), "auto", 5),  # small pictures as they are
            ((1280, 720), "auto", 5),
            ((1920, 1080), "auto", 7.5),
            ((2670, 4000), "auto", 15),  # the longer side counts
            ((6000, 4000), "auto", 23.75),
            ((640, 480), 5, 5),
            ((4000, 2670), 5, 5),
            ((4000, 2670), 30.0, 30),
            ((640, 480), 2.5, 2.5),
            ((640, 480), np.float32(4), 3.75),
            ((100, 80), 320, 50),  # never wider than the picture bears
            ((4, 4), 320, 5),
        ],
    )
    def test_widths(self, size, brush, px):
        assert brush_scale(*size, brush).brush_px == px

    @pytest.mark.parametrize("brush", [0, -5, 2, 321, float("nan"), "wide", None, True])
    def test_is_checked(self, brush):
        with pytest.raises(InputError, match="brush is"):
            brush_scale(100, 100, brush)

    @pytest.mark.parametrize("brush", [2.5, 3.75, 5, 12])
    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
    def test_what_paints_nothing_changes_little(self, brush, dtype):
        y, x = np.mgrid[:90, :130]
        scale = 1 if dtype == np.float32 else np.iinfo(dtype).max
        wave = 0.5 + 0.4 * np.sin(x / 30) * np.cos(y / 25)
        picture = (np.dstack([wave] * 3) * scale).astype(dtype)
        sizes = []
        painted = brush_scale(130, 90, brush).paint(picture, lambda x: sizes.append(x.shape) or x)
        assert painted.dtype == dtype
        assert painted.shape == picture.shape
        assert np.abs(painted.astype(float) - picture).max() < 0.03 * scale
        assert np.isclose(sizes[0][1], 130 * 5 / brush, atol=4)

    def test_finer_than_memory_allows(self):
        big = np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), (10_000, 10_000, 3), (0, 0, 0))
        with pytest.raises(InputError, match="wider brush"):
            brush_scale(10_000, 10_000, 2.5).paint(big, lambda x: x)

    def test_options_say_the_same_bounds(self):
        (facts,) = (each for field, each, _ in described(StylizeOptions) if field.name == "brush")
        assert (facts.low, facts.high) == (MIN_BRUSH_PX, MAX_BRUSH_PX)

    def test_note(self):
        assert brush_scale(1280, 720).note(1280, 720) == ()
        (note,) = brush_scale(4000, 2670).note(4000, 2670)
        assert note.text.startswith("strokes are 15 px wide, to suit 4000x2670 px")
        assert not note.loss
        assert brush_scale(4000, 2670, 15).note(4000, 2670) == ()
        (note,) = brush_scale(4000, 2670, 12).note(4000, 2670)
        assert note.text == "strokes are 12.5 px wide, the nearest to 12"
