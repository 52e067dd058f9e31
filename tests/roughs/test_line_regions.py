"""Rooms between lines: closed gaps, tapers that stay one, ink shared out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.roughs.line_regions import find_regions, spread_labels


def page(side_px: int = 200) -> np.ndarray:
    return np.zeros((side_px, side_px), np.uint8)


def two_rooms(gap_px: int) -> np.ndarray:
    """A wall across the page with a gap in its middle."""
    ink = page()
    ink[98:101] = 255
    ink[98:101, 100 - gap_px // 2 : 100 + gap_px - gap_px // 2] = 0
    return ink


def test_a_closed_circle_parts_inside_from_outside():
    ink = page()
    cv2.circle(ink, (100, 100), 60, 255, 2, cv2.LINE_AA)
    regions = find_regions(ink, gap_px=0)
    assert regions.count == 2
    inside, outside = regions.labels[100, 100], regions.labels[5, 5]
    assert inside != outside
    # Under the line, half goes to either side.
    radius = np.hypot(*(np.mgrid[:200, :200] - 100))
    assert (regions.labels[radius < 58] == inside).all()
    assert (regions.labels[radius > 62] == outside).all()


@pytest.mark.parametrize(("gap_px", "closed", "count"), [(6, 10, 2), (6, 4, 1), (14, 10, 1)])
def test_gaps_up_to_the_stated_size_are_closed(gap_px, closed, count):
    regions = find_regions(two_rooms(gap_px), gap_px=closed)
    assert regions.count == count
    if count == 2:  # and the border runs straight across the gap
        assert (regions.labels[:95] == regions.labels[0, 0]).all()
        assert (regions.labels[104:] == regions.labels[-1, 0]).all()


def test_a_small_room_behind_a_gap_is_a_room():
    ink = page()
    cv2.rectangle(ink, (90, 90), (110, 110), 255, 2)
    ink[88:92, 97:102] = 0  # 5 px open in a box of 18 px
    assert find_regions(ink, gap_px=8).count == 2


def test_a_form_that_tapers_is_one():
    ink = page(300)
    tail = np.array([[10, 100], [10, 200], [290, 151], [290, 149]])
    cv2.polylines(ink, [tail], True, 255, 2, cv2.LINE_AA)
    regions = find_regions(ink, gap_px=12)
    ridge = regions.labels[150, 20:250]
    assert (ridge == ridge[0]).all()
    assert regions.count == 2


def test_a_line_that_ends_in_a_room_does_not_part_it():
    ink = page()
    cv2.rectangle(ink, (10, 10), (190, 190), 255, 2)
    cv2.line(ink, (10, 100), (120, 100), 255, 2)
    assert find_regions(ink, gap_px=10).count == 2


def test_specks_join_what_is_around_them():
    ink = page()
    ink[100:103, 100:103] = 255
    ink[101, 101] = 0
    assert find_regions(ink).count == 1


def test_pages_of_no_ink_and_of_ink_alone_are_one_region():
    for value in (0, 255):
        regions = find_regions(np.full((20, 30), value, np.uint8))
        assert regions.count == 1
        assert regions.labels.shape == (20, 30)


def test_labels_spread_to_the_nearest():
    labels = np.array([[3, -1, -1, -1, 7]], np.int32)
    spread = spread_labels(labels, np.array([[True, False, False, False, True]]))
    assert spread[0, [0, 1, 3, 4]].tolist() == [3, 3, 7, 7]


@pytest.mark.parametrize("gap_px", [0, 4, 8])
def test_a_line_that_ends_short_of_the_frame_meets_it_where_that_is_a_wall(gap_px):
    ink = page()
    ink[98:101, gap_px : 200 - gap_px] = 255
    framed = find_regions(ink, gap_px=8, framed=True)
    assert (framed.count, framed.labels.shape, framed.ink.shape) == (2, ink.shape, ink.shape)
    assert framed.labels[20, 100] != framed.labels[180, 100]
