"""Boxes of regions, suppression of overlapping ones, and what a detection must be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.metrics.scene import Detections, RegionDetector
from paintreel.metrics.scene.detection import non_maximum_suppression, region_boxes


def test_boxes_enclose_their_regions_exactly():
    labels = np.zeros((10, 20), int)
    labels[2:5, 3:9] = 4
    labels[7, 15] = 9
    boxes = region_boxes(labels, smallest=0.0).boxes.tolist()
    assert boxes == [[0, 0, 20, 10], [3, 2, 9, 5], [15, 7, 16, 8]]
    doubled = region_boxes(labels, smallest=0.0, scale=(2.0, 3.0)).boxes.tolist()
    assert doubled[1] == [6, 6, 18, 15]


def test_small_regions_are_no_elements():
    labels = np.zeros((100, 100), int)
    labels[0, :19] = 1
    labels[5, :20] = 2
    assert len(region_boxes(labels, smallest=0.002)) == 2


def test_the_region_detector_gives_boxes_in_the_pixels_of_a_large_picture():
    picture = np.full((400, 800, 3), 0.7, np.float32)
    picture[100:200, 400:600] = (0.9, 0.1, 0.1)
    found = RegionDetector()(picture)
    assert set(found.labels) == {"region"}
    expected = np.array([400, 100, 600, 200])
    assert np.abs(found.boxes - expected).max(axis=1).min() <= 4
    assert RegionDetector().name == "regions"


@pytest.mark.parametrize(
    ("boxes", "labels", "scores"),
    [
        (np.zeros((2, 3)), ("a", "b"), np.ones(2)),
        (np.array([[0.0, 0, 1, 1]]), (), np.ones(1)),
        (np.array([[0.0, 0, 1, 1]]), ("a",), np.ones(2)),
        (np.array([[1.0, 0, 1, 1]]), ("a",), np.ones(1)),
        (np.array([[0.0, 0, np.nan, 1]]), ("a",), np.ones(1)),
    ],
)
def test_impossible_detections_raise(boxes, labels, scores):
    with pytest.raises(InputError):
        Detections(boxes, labels, scores)


def test_suppression_keeps_the_best_of_a_pile():
    boxes = [[0, 0, 10, 10], [1, 1, 11, 11], [50, 50, 60, 60], [0, 0, 10, 9]]
    assert non_maximum_suppression(boxes, [0.5, 0.9, 0.1, 0.7], overlap=0.4).tolist() == [1, 2]
    assert non_maximum_suppression(boxes, [0.5, 0.9, 0.1, 0.7], overlap=1.0).tolist() == [
        1,
        3,
        0,
        2,
    ]
    assert non_maximum_suppression(np.zeros((0, 4)), [], overlap=0.5).tolist() == []


def iou(a, b):
    wide = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    high = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    total = sum((c[2] - c[0]) * (c[3] - c[1]) for c in (a, b))
    return wide * high / (total - wide * high)


@given(
    st.lists(
        st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(1, 6)] * 2, st.floats(0, 1)), max_size=12
    ),
    st.sampled_from([0.0, 0.3, 0.7]),
)
def test_suppression_leaves_no_overlap_and_drops_nothing_else(rows, overlap):
    boxes = np.array([[x, y, x + w, y + h] for x, y, w, h, _ in rows], float).reshape(-1, 4)
    scores = np.array([row[4] for row in rows])
    kept = non_maximum_suppression(boxes, scores, overlap=overlap)
    for i in kept:
        assert all(iou(boxes[i], boxes[j]) <= overlap + 1e-12 for j in kept if j != i)
    for i in set(range(len(rows))) - set(kept.tolist()):
        rivals = [j for j in kept if scores[j] >= scores[i]]
        assert any(iou(boxes[i], boxes[j]) > overlap - 1e-12 for j in rivals)
