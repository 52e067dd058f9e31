from __future__ import annotations

import cv2
import numpy as np

from paintreel.roughs.lines import draw_lines


def paper(size: int = 96) -> np.ndarray:
    return np.full((size, size, 3), 220, np.uint8)


def test_an_inked_line_becomes_one_pixel_wide():
    picture = paper()
    cv2.line(picture, (20, 10), (20, 85), (40, 30, 50), 3)
    lines = draw_lines(picture)
    assert set(np.unique(lines)) == {0, 255}
    inside = lines[15:80] == 0
    assert (inside.sum(axis=1) == 1).all()
    assert np.abs(np.nonzero(inside)[1] - 20).max() <= 1


def test_a_circle_stays_one_closed_line():
    picture = paper()
    cv2.circle(picture, (48, 48), 30, (30, 30, 30), 2, cv2.LINE_AA)
    ink = (draw_lines(picture) == 0).astype(np.uint8)
    count, _ = cv2.connectedComponents(ink, connectivity=8)
    assert count == 2
    rows, columns = np.nonzero(ink)
    assert np.abs(np.hypot(rows - 48, columns - 48) - 30).max() < 2


def test_light_lines_and_plain_edges_are_no_ink():
    picture = paper()
    picture[:, 48:] = 90
    assert (draw_lines(picture)[:, 60:] == 255).all()
    bright = np.full((96, 96, 3), 80, np.uint8)
    cv2.line(bright, (20, 10), (20, 85), (250, 250, 250), 1)
    near = draw_lines(bright)[20:75, 19:22]
    assert (near == 255).all()


def test_specks_are_dropped():
    picture = paper()
    picture[40, 40] = 60
    assert (draw_lines(picture) == 255).all()


def test_flat_and_tiny_pictures_have_no_lines():
    for shape in ((1, 1, 3), (3, 9, 3), (64, 64, 3)):
        lines = draw_lines(np.full(shape, 128, np.uint8))
        assert lines.shape == shape[:2]
        assert (lines == 255).all()
