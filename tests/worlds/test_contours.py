"""Contours of worlds: where exact shapes meet, by how thick and how plain they are."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing import forms
from paintreel.drawing.canvas import Canvas, Stage
from paintreel.worlds import compose_world, draw_world
from paintreel.worlds.categories import CATEGORIES, find_category
from paintreel.worlds.composition import Composition
from paintreel.worlds.contours import CONTOUR_LEVELS, contours_of, forms_seen
from paintreel.worlds.rule import begin

GREY = np.array([120, 120, 120], np.uint8)
DARK = np.array([30, 40, 30], np.uint8)


def blank(width_px: int = 200, height_px: int = 160) -> Composition:
    """A scene of a white sky on which the test lays forms."""
    scene = begin("forest", seed=1, width_px=width_px, height_px=height_px)
    scene.traced = True
    scene.add_sky(np.full((height_px, width_px, 3), 250.0))
    return scene


def lay(scene: Composition, depth: float, *boxes: tuple[float, float, float, float], colour=DARK):
    brush = scene.brush("test")
    for box in boxes:
        brush.box(*box, colour)
    scene.add("boxes", brush, depth, rim=0.0, ink=0.0, grain=False)


def test_a_canvas_knows_which_shape_lies_on_top():
    canvas = Canvas(Stage(100, 100), traced=True)
    canvas.fill(forms.box(0.1, 0.1, 0.6, 0.6), GREY)
    canvas.fill(forms.box(0.4, 0.4, 0.9, 0.9), GREY)
    canvas.wash(forms.box(0.0, 0.0, 1.0, 1.0), DARK, 0.5)
    canvas.cut(forms.box(0.45, 0.7, 0.55, 0.8))
    shapes = canvas.shapes()
    assert shapes.shape == (100, 100)
    assert shapes[20, 20] == 1
    assert shapes[50, 50] == 2, "the later one covers"
    assert shapes[5, 95] == 0, "a wash is no shape"
    assert shapes[75, 50] == 0, "nor is a hole"


def test_what_is_far_is_hidden_by_what_is_near_whatever_came_first():
    scene = blank()
    lay(scene, 0.1, (0.2, 0.2, 0.6, 0.8))
    lay(scene, 0.8, (0.4, 0.2, 1.0, 0.8), colour=GREY)
    seen = forms_seen(scene)
    assert len(np.unique(seen)) == 3
    assert seen[80, 70] == seen[80, 40], "the near box is on top where they overlap"
    assert seen[80, 130] != seen[80, 40]


def test_a_contour_runs_where_the_form_ends():
    scene = blank()
    lay(scene, 0.1, (0.25, 0.25, 0.75, 0.75))
    levels = contours_of(scene).levels
    rows, columns = np.nonzero(levels)
    assert all(39 <= v <= 121 for v in (rows.min(), rows.max(), columns.min(), columns.max()))
    assert not levels[46:114, 46:114].any()
    assert (levels[60:100].any(axis=0)).sum() >= 2, "left and right"
    assert len(rows) >= 4 * 78, "it is closed"
    assert levels.max() == CONTOUR_LEVELS, "large and black on white: drawn at every detail"


def test_two_shapes_of_one_colour_are_one_form():
    scene = blank()
    lay(scene, 0.1, (0.2, 0.2, 0.5, 0.8), (0.5, 0.2, 0.9, 0.8))
    levels = contours_of(scene).levels
    assert not levels[40:120, 70:90].any()


def test_thin_and_faint_comes_with_detail_alone():
    scene = blank()
    lay(scene, 0.1, (0.1, 0.1, 0.9, 0.9), colour=GREY)
    lay(scene, 0.05, (0.3, 0.3, 0.32, 0.7), colour=GREY + 22)
    lay(scene, 0.04, (0.5, 0.3, 0.8, 0.7), colour=DARK)
    levels = contours_of(scene).levels
    hair = levels[70:90, 44:56]
    plain = levels[70:90, 76:84]
    assert 0 < hair.max() < plain.max()


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda c: c.rule)
def test_tracing_changes_nothing_of_the_picture(category):
    asked = {"seed": 3, "width_px": 96, "height_px": 80}
    scene = compose_world(category, **asked, traced=True)
    drawn = contours_of(scene)
    assert np.array_equal(drawn.finished, draw_world(category, **asked).flatten())
    share = (drawn.levels > 0).mean()
    assert 0.01 < share < 0.5
    assert drawn.levels.max() <= CONTOUR_LEVELS


def test_the_margin_is_left_out():
    scene = compose_world(
        find_category("water"), seed=1, width_px=96, height_px=80, margin_px=(8, 4), traced=True
    )
    assert contours_of(scene).levels.shape == (80, 96)
