"""Contours by rule: where they lie, how wide they are, what is left out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.roughs.flow_lines import draw_flow_lines, line_width_px


def disc(side_px: int = 240, radius_px: int = 70) -> np.ndarray:
    picture = np.full((side_px, side_px, 3), 230, np.uint8)
    centre = (side_px // 2, side_px // 2)
    cv2.circle(picture, centre, radius_px, (120, 60, 50), -1, cv2.LINE_AA)
    return picture


def test_the_contour_of_a_disc_is_one_closed_line_on_it():
    ink = draw_flow_lines(disc()) > 127
    y, x = np.nonzero(ink)
    radius = np.hypot(x - 120, y - 120)
    assert abs(radius.mean() - 68) < 3
    assert radius.min() > 60
    assert radius.max() < 74
    count, _ = cv2.connectedComponents((~ink).astype(np.uint8), connectivity=4)
    assert count == 3  # ink, inside, outside


def test_weight_widens_lines():
    shares = [(draw_flow_lines(disc(), weight) > 127).mean() for weight in (0.0, 0.5, 1.0)]
    assert shares[0] < 0.75 * shares[1] < 0.6 * shares[2]
    assert line_width_px(0.5, 100, 100) == pytest.approx(np.sqrt(1.2 * 5.0))


def test_detail_brings_faint_folds():
    picture = disc()
    cv2.line(picture, (80, 110), (160, 130), (100, 42, 34), 3, cv2.LINE_AA)  # a faint fold
    inside = np.s_[100:140, 85:155]
    assert not draw_flow_lines(picture, detail=0.0)[inside].any()
    assert draw_flow_lines(picture, detail=1.0)[inside].max() > 200


def test_flat_and_noisy_pictures_have_no_lines():
    rng = np.random.default_rng(0)
    noise = rng.normal(128, 4, (160, 200, 3)).clip(0, 255).astype(np.uint8)
    assert not draw_flow_lines(np.full((40, 50, 3), 128, np.uint8)).any()
    assert (draw_flow_lines(noise) > 127).mean() < 0.001


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_any_depth_gives_the_same_lines(dtype):
    picture = disc()
    other = picture.astype(np.uint16) * 257 if dtype is np.uint16 else picture / np.float32(255)
    np.testing.assert_allclose(
        draw_flow_lines(other.astype(dtype)).astype(int), draw_flow_lines(picture), atol=2
    )


def test_a_large_picture_in_tiles_has_no_seam():
    large = cv2.resize(disc(), (1500, 1500), interpolation=cv2.INTER_CUBIC)
    ink = draw_flow_lines(large) > 127
    count, _ = cv2.connectedComponents((~ink).astype(np.uint8), connectivity=4)
    assert count == 3
