"""Drawing: coverage, straight alpha, gradients, holes, and sameness over sizes."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing import forms
from paintreel.drawing.canvas import Canvas, Stage

RED = np.array([200, 30, 10], np.uint8)
BLUE = np.array([10, 40, 220], np.uint8)


def test_a_square_covers_its_area_and_is_soft_at_its_edge():
    canvas = Canvas(Stage(160, 90))
    canvas.fill(forms.box(0.203, 0.203, 0.703, 0.703), RED)
    alpha = canvas.rgba()[..., 3]
    assert alpha.sum() / 255 == pytest.approx((0.5 * 90) ** 2, rel=0.02)
    assert ((alpha > 0) & (alpha < 255)).any()


def test_alpha_is_straight_so_edges_keep_their_colour():
    canvas = Canvas(Stage(200, 100))
    canvas.fill(forms.ellipses((1.0, 0.5), 0.31)[0], RED)
    rgba = canvas.rgba()
    soft = (rgba[..., 3] > 64) & (rgba[..., 3] < 255)
    assert soft.sum() > 50
    assert np.abs(rgba[soft][:, :3].astype(int) - RED).max() <= 6


def test_a_gradient_runs_from_start_to_end():
    canvas = Canvas(Stage(160, 90))
    canvas.shade(forms.box(-1, -1, 3, 3), np.array([RED, BLUE]), (0.0, 0.0), (1.7, 0.0))
    row = canvas.rgba()[45]
    assert (row[:, 3] == 255).all()
    assert np.abs(row[0, :3].astype(int) - RED).max() < 4
    assert np.abs(row[-1, :3].astype(int) - BLUE).max() < 12
    assert (np.diff(row[:, 2].astype(int)) >= 0).all()


def test_a_wash_is_as_opaque_as_asked():
    canvas = Canvas(Stage(64, 64))
    canvas.wash(forms.box(-1, -1, 2, 2), RED, 0.25)
    np.testing.assert_allclose(canvas.rgba()[..., 3], 64, atol=1)


def test_a_cut_leaves_a_hole():
    canvas = Canvas(Stage(64, 64))
    canvas.fill(forms.box(-1, -1, 2, 2), RED)
    canvas.cut(forms.box(0.25, 0.25, 0.75, 0.75))
    alpha = canvas.rgba()[..., 3]
    assert alpha[32, 32] == 0
    assert alpha[4, 4] == 255


def test_a_glow_fades_to_nothing_at_its_radius():
    canvas = Canvas(Stage(100, 100), soft=True)
    canvas.glow((0.5, 0.5), 0.3, RED, 1.0)
    alpha = canvas.rgba()[50, :, 3].astype(int)
    assert alpha[50] > 250
    assert alpha[10] == alpha[90] == 0
    assert (np.diff(alpha[50:82]) <= 0).all()


def test_a_veil_follows_its_opacity_over_the_disc():
    canvas = Canvas(Stage(100, 100), soft=True)
    canvas.veil((0.5, 0.5), 0.4, BLUE, lambda x, y: np.where(x + 0 * y > 0, 0.5, 0.0))
    alpha = canvas.rgba()[..., 3]
    assert (alpha[50, 55:88] == 128).all()
    assert not alpha[:, :49].any()
    assert not alpha[:, 92:].any()


def test_small_shapes_are_left_out_unless_kept():
    dots = forms.ellipses([[0.3, 0.5], [0.7, 0.5]], np.array([0.001, 0.1]))
    colours = np.stack([RED, BLUE])
    for keep in (False, True):
        canvas = Canvas(Stage(64, 64))
        canvas.fill_many(dots, colours, keep=keep)
        rgba = canvas.rgba()
        assert rgba[32, 19, 3].any() == keep
        np.testing.assert_array_equal(rgba[32, 45], [*BLUE, 255])


def test_shapes_outside_the_frame_do_nothing():
    canvas = Canvas(Stage(40, 30))
    far = forms.box(5.0, 5.0, 9e9, 9e9)
    canvas.fill(far, RED)
    canvas.shade(far, np.array([RED, BLUE]), (5, 5), (6, 6))
    canvas.wash(far, RED, 0.5)
    canvas.glow((9.0, 9.0), 0.5, RED, 1.0)
    canvas.fill_many(far[None], RED)
    assert not canvas.rgba().any()


@pytest.mark.parametrize("size", [(16, 16), (4000, 20), (20, 2000), (1024, 576)])
def test_the_frame_spans_its_units(size):
    stage = Stage(*size)
    canvas = Canvas(stage)
    canvas.fill(forms.box(0, 0, stage.aspect, 1), RED)
    assert canvas.rgba()[1:-1, 1:-1, 3].min() == 255
    assert 0.5 <= stage.aspect <= 3.0


def test_two_sizes_show_one_drawing():
    def draw(width_px: int) -> np.ndarray:
        canvas = Canvas(Stage(width_px, width_px // 2))
        rng = np.random.default_rng(3)
        where = rng.uniform(0, 1, (20, 2)) * [2, 1]
        canvas.fill_many(forms.blobs(rng, where, 0.1), rng.integers(0, 256, (20, 3), np.uint8))
        return canvas.rgba().astype(float)

    small, big = draw(200), draw(400)
    halved = big.reshape(100, 2, 200, 2, 4).mean(axis=(1, 3))
    assert np.abs(small - halved)[..., 3].mean() < 4.0


# Clipping, soft edges, canvases over each other.


def _square(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)


def test_what_is_painted_within_an_outline_shows_there_only():
    canvas = Canvas(Stage(200, 200))
    canvas.fill(_square(0.0, 0.0, 1.0, 0.5), RED)
    with canvas.within(_square(0.25, 0.25, 0.75, 0.75)):
        canvas.fill(_square(-0.5, -0.5, 1.5, 1.5), BLUE)
    rgba = canvas.rgba()
    assert rgba[100, 100].tolist() == [*BLUE.tolist(), 255]
    assert rgba[140, 60].tolist() == [*BLUE.tolist(), 255]
    assert rgba[20, 100].tolist() == [*RED.tolist(), 255]
    assert rgba[190, 100, 3] == 0
    assert rgba[120, 20, 3] == 0


def test_within_an_outline_out_of_the_frame_nothing_is_painted():
    canvas = Canvas(Stage(64, 64))
    with canvas.within(_square(2.0, 2.0, 3.0, 3.0)):
        canvas.fill(_square(-1.0, -1.0, 2.0, 2.0), RED)
    assert canvas.rgba()[..., 3].max() == 0


def test_a_soft_wash_fades_over_its_softness_and_keeps_its_sum():
    hard, soft = Canvas(Stage(300, 300)), Canvas(Stage(300, 300))
    hard.wash(_square(0.3, 0.3, 0.7, 0.7), RED, 1.0)
    soft.wash(_square(0.3, 0.3, 0.7, 0.7), RED, 1.0, softness=0.2)
    one, other = hard.rgba()[..., 3].astype(float), soft.rgba()[..., 3].astype(float)
    assert other.sum() == pytest.approx(one.sum(), rel=0.02)
    assert other[150, 150] == 255
    assert 100 < other[150, 90] < 155
    assert other[150, 90 + 40] > 250
    assert other[150, 90 - 40] < 5


def test_a_wash_is_the_mixture_rounded_once():
    canvas = Canvas(Stage(16, 16, quick=True))
    below, above = np.array([250, 3, 97], np.uint8), np.array([10, 255, 30], np.uint8)
    canvas.fill(_square(-1, -1, 2, 2), below)
    canvas.wash(_square(-1, -1, 2, 2), above, 0.3)
    cover = (255 * round(0.3 * 256)) >> 8
    expected = np.rint((below * (255.0 - cover) + above * float(cover)) / 255.0)
    assert canvas.rgba()[8, 8, :3].tolist() == expected.tolist()


def test_a_quick_stage_is_drawn_at_its_own_size():
    assert Stage(400, 300, quick=True).oversampling == 1
    assert Stage(400, 300).oversampling == 2


def test_canvases_are_laid_over_each_other_and_copies_are_apart():
    under = Canvas(Stage(100, 100))
    under.fill(_square(0.0, 0.0, 0.6, 1.0), RED)
    copy = under.copy()
    over = Canvas(Stage(100, 100))
    over.wash(_square(0.4, 0.0, 1.0, 1.0), BLUE, 0.5)
    copy.lay(over)
    both = copy.rgba()
    assert both[50, 20].tolist() == [*RED.tolist(), 255]
    assert np.abs(both[50, 50, :3].astype(int) - (RED.astype(int) + BLUE) // 2).max() <= 2
    assert both[50, 80, 3] == pytest.approx(127, abs=2)
    assert under.rgba()[50, 80, 3] == 0
