"""What layers show beyond the picture: more of the same, and nothing twice that stands alone."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.canvas import Canvas, Stage
from paintreel.drawing.layer_effects import noise
from paintreel.worlds.overscan import continued

MARGIN_PX = (40, 30)
STAGE = Stage(160, 100, MARGIN_PX)
GREEN, WHITE = np.array([40, 120, 30], np.uint8), np.array([250, 250, 250], np.uint8)


def ground() -> Canvas:
    """Ground that ends a little beyond the edges, as the rules draw it."""
    canvas = Canvas(STAGE)
    canvas.fill(forms.box(-0.05, 0.7, 1.65, 1.05), GREEN)
    return canvas


def test_what_is_drawn_is_the_picture_and_its_margin():
    assert STAGE.drawn_px == (240, 160)
    assert continued(ground()).shape == (160, 240, 4)
    x, y = STAGE.units()
    assert x.shape == (1, 240)
    assert y.shape == (160, 1)
    bare_x, bare_y = Stage(160, 100).units()
    np.testing.assert_array_equal(x[:, 40:-40], bare_x)
    np.testing.assert_array_equal(y[30:-30], bare_y)


def test_the_picture_in_the_middle_is_the_one_without_a_margin():
    layers = []
    for stage in (Stage(160, 100), STAGE):
        canvas = Canvas(stage)
        canvas.fill(forms.box(-0.05, 0.7, 1.65, 1.05), GREEN)
        canvas.shade(
            forms.ellipses([0.8, 0.5], 0.2)[0], np.array([GREEN, WHITE]), [0.6, 0.5], [1, 0.6]
        )
        canvas.glow([0.3, 0.3], 0.2, WHITE, 0.7)
        canvas.wash(forms.box(1.1, 0.2, 1.3, 0.4), WHITE, 0.4)
        layers.append(continued(canvas))
    bare, wide = layers
    # OpenCV cuts polygons at the border, which moves single corners by a sixteenth of a pixel.
    off = np.abs(wide[30:-30, 40:-40].astype(int) - bare)
    assert off.max() <= 16
    assert (off > 0).mean() < 0.001


def test_noise_goes_on_without_changing():
    made = [noise(np.random.default_rng(4), stage, 2.6, 5.0) for stage in (Stage(160, 100), STAGE)]
    np.testing.assert_allclose(made[1][30:-30, 40:-40], made[0], atol=1e-12)
    steps = np.abs(np.diff(made[1], axis=1)).max(axis=0)
    assert steps.max() < 1.5 * np.abs(np.diff(made[0], axis=1)).max()
    assert made[1][:, :40].std() > 0.02


def test_the_ground_fills_the_margin():
    alpha = continued(ground())[..., 3]
    assert (alpha[30 + 72 :] == 255).all()
    assert (alpha[: 30 + 68] == 0).all()


def test_the_ground_below_is_its_lowest_row_and_then_a_mean_tone():
    canvas = ground()
    canvas.fill(forms.box(0.5, 0.9, 0.6, 1.05), WHITE)
    lowest = continued(canvas)[-1, :, 0].astype(int)
    assert (lowest >= 40).all()
    assert lowest.max() < 200  # no stripe to the edge
    assert np.abs(np.diff(lowest)).max() < 30


def test_no_second_sun_but_more_stars():
    canvas = Canvas(STAGE)
    canvas.fill(forms.ellipses([0.1, 0.3], 0.05)[0], WHITE)
    canvas.fill(forms.ellipses([0.2, 0.5], 0.008)[0], WHITE)
    outside = continued(canvas)[:, :40, 3] > 128
    rows = np.flatnonzero(outside.any(axis=1))
    assert abs(rows.mean() - (30 + 50)) < 2  # of the star alone


def test_what_ends_beyond_the_edge_goes_on_to_the_border():
    """Ground and a beam, on both sides, at either of the two places where rules end them."""
    for end in (0.05, 0.1):
        canvas = Canvas(STAGE)
        canvas.fill(forms.box(-end, 0.4, 1.6 + end, 0.45), GREEN)
        canvas.fill(forms.box(-end, 0.8, 1.6 + end, 1.05), GREEN)
        alpha = continued(canvas)[..., 3]
        assert (alpha[30 + 41 : 30 + 44] == 255).all()
        assert (alpha[30 + 81 : 30 + 104] == 255).all()
        assert not alpha[30 + 47 : 30 + 78].any()


def standing(*things: tuple[float, float, float]) -> np.ndarray:
    """Alpha of ground with white boxes on it: left, right and top of each."""
    canvas = ground()
    for left, right, top in things:
        canvas.fill(forms.box(left, top, right, 0.95), WHITE)
    return continued(canvas)


def test_a_trunk_that_crosses_the_edge_is_seen_once_and_the_ground_goes_on_behind_it():
    rgba = standing((-0.07, 0.06, 0.1))
    row = np.flatnonzero(rgba[30 + 40, :, 3] > 128)
    np.testing.assert_array_equal(row, np.arange(33, 46))
    assert (rgba[30 + 75, :, 3] == 255).all()
    white = np.flatnonzero(rgba[30 + 80, :, 0] > 200)
    np.testing.assert_array_equal(white, np.arange(33, 46))


def test_a_trunk_whose_edge_runs_where_rules_end_is_seen_once():
    """Upright for some rows at a twentieth and at a tenth beyond, its foot inside."""
    for end in (0.05, 0.1):
        canvas = ground()
        edge = [[-end, 0.1], [-end, 0.3], [-end + 0.04, 0.8], [0.1, 0.8], [0.1, 0.1]]
        canvas.fill(np.array(edge), WHITE)
        alpha = continued(canvas)[30 + 10 : 30 + 60, :40, 3]
        assert not alpha[:, : 40 - round(end * 100) - 1].any()


def test_ground_goes_on_where_grass_and_bushes_cut_its_end_to_pieces():
    canvas = ground()
    for top in (0.72, 0.8, 0.88, 0.97):
        canvas.fill(forms.box(-0.09, top, 0.0, top + 0.05), WHITE)
    alpha = continued(canvas)[30 + 72 : 30 + 104, :, 3]
    assert (alpha == 255).all()


def test_a_gateway_goes_on_as_high_as_it_ends():
    canvas = Canvas(STAGE)
    canvas.fill(forms.box(-0.1, -0.1, 1.7, 1.1), GREEN)
    canvas.cut(forms.box(0.3, 0.2, 1.3, 0.9))
    alpha = continued(canvas)[30 - 8 : 30 + 100, :, 3]
    assert (alpha[:, :55] == 255).all()
    assert (alpha[:, -55:] == 255).all()


def test_what_stands_at_the_edge_has_no_twin():
    """Whole within the picture, beside the boundary, and two that leave little ground between."""
    for things in (((0.0, 0.3, 0.2),), ((0.02, 0.1, 0.3), (0.15, 0.3, 0.1))):
        rgba = standing(*things)
        assert not rgba[: 30 + 66, :38, 3].any()
        assert (rgba[30 + 72 : 30 + 104, :, 3] == 255).all()
        assert (rgba[:, :36, 0] < 200).all()


def test_what_hangs_free_has_no_foot_below():
    canvas = Canvas(STAGE)
    canvas.fill(forms.ellipses([0.8, 1.0], 0.15)[0], WHITE)
    alpha = continued(canvas)[..., 3]
    assert not alpha[-1].any()
    assert alpha[30 + 110].any()


def test_washes_and_glows_are_left_as_they_are_drawn():
    canvas = Canvas(STAGE, soft=True)
    canvas.wash(forms.box(-0.05, 0.4, 0.2, 0.6), WHITE, 0.5)
    assert not continued(canvas)[:, :30, 3].any()


def test_a_margin_that_the_drawing_reaches_is_as_it_is_drawn():
    canvas = Canvas(Stage(160, 100, (4, 4)))
    canvas.fill(forms.box(-0.02, 0.4, 0.2, 0.6), GREEN)
    row = continued(canvas)[54, :, 3] > 128
    np.testing.assert_array_equal(np.flatnonzero(row), np.arange(2, 24))
