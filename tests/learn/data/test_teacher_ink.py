from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.learn.data.painterly import flow_field
from paintreel.learn.data.teacher_ink import InkRule, ink_of

RULE = InkRule(thin_px=1.0, broad_px=1.9, gain=14.0, threshold=0.0085)


def inked(photo, rule=RULE, detail=0.0):
    photo = photo.astype(np.float32)
    luma = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    flow = flow_field(luma, sigma_px=2.5)
    return ink_of(photo, photo, np.full_like(luma, detail), luma, flow, rule)


def half(left, right, soft_px=0.0):
    x = np.full((64, 96, 3), left, np.float32)
    x[:, 48:] = right
    return cv2.GaussianBlur(x, (0, 0), soft_px) if soft_px else x


def strongest(ink):
    return ink[20:44, 30:66].max()


def test_a_form_before_another_is_inked():
    ink = inked(half((0.8, 0.5, 0.3), (0.2, 0.3, 0.25)))
    assert strongest(ink) > 0.6
    assert ink[:, :30].max() < 0.05


def test_an_edge_that_is_soft_gets_little():
    colours = (0.8, 0.5, 0.3), (0.2, 0.3, 0.25)
    assert strongest(inked(half(*colours, soft_px=5))) < 0.35 * strongest(inked(half(*colours)))


def test_cloud_before_sky_has_no_line_and_a_tower_before_it_has_one():
    white, grey, sky = (0.97, 0.97, 0.97), (0.75, 0.75, 0.76), (0.45, 0.62, 0.85)
    tower = (0.25, 0.2, 0.18)
    cloud = max(strongest(inked(half(white, other, soft_px=1.5))) for other in (grey, sky))
    assert cloud < 0.35 * strongest(inked(half(tower, sky, soft_px=1.5)))


def test_lines_in_front_are_broader_than_those_in_haze():
    near, far = (0.85, 0.6, 0.4), (0.62, 0.57, 0.50)
    thin_alone = InkRule(1.0, 0.0, 14.0, 0.0085)

    def drawn(ink):
        return float(ink[32].sum() / ink[32].max())

    beside = {near: (0.15, 0.2, 0.3), far: (0.46, 0.46, 0.52)}
    broad = {left: drawn(inked(half(left, right))) for left, right in beside.items()}
    thin = {left: drawn(inked(half(left, right), thin_alone)) for left, right in beside.items()}
    assert broad[near] > thin[near] + 0.2
    assert broad[far] < thin[far] + 0.05


def test_what_crowds_is_thinned():
    stripes = np.full((96, 96, 3), 0.7, np.float32)
    stripes[:, (np.arange(96) // 3) % 2 == 0] = 0.2
    alone = inked(half((0.7, 0.7, 0.7), (0.2, 0.2, 0.2)))
    assert inked(stripes)[30:66, 30:66].max() < 0.8 * strongest(alone)


def test_handwriting_keeps_its_ink_where_the_fine_brush_came_back():
    page = np.full((64, 96, 3), (0.62, 0.55, 0.42), np.float32)
    page[30:33, 20:76] = (0.5, 0.44, 0.33)
    assert inked(page, detail=1.0)[28:36, 30:66].max() >= inked(page)[28:36, 30:66].max()


@pytest.mark.parametrize("size", [(1, 1), (2, 7), (31, 5)])
def test_any_size(size):
    ink = inked(np.random.default_rng(0).uniform(0, 1, (*size, 3)))
    assert ink.shape == size
    assert ink.dtype == np.float32
    assert 0 <= ink.min() <= ink.max() <= 1
