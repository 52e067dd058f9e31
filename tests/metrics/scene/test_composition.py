"""Element distribution: each part against scenes laid out for it."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.imaging.colour import rgb_to_lab
from paintreel.metrics.scene import Detections, element_distribution
from paintreel.metrics.scene.composition import saliency_map


class Boxes:
    """A detector that answers with fixed boxes, given as shares of the picture."""

    name = "fixed"

    def __init__(self, *boxes):
        self.boxes = np.array(boxes, float).reshape(-1, 4)

    def __call__(self, picture):
        height, width = picture.shape[:2]
        boxes = self.boxes * (width, height, width, height)
        return Detections(boxes, ("thing",) * len(boxes), np.ones(len(boxes)))


def box_at(x, y, half=0.05):
    return (x - half, y - half, x + half, y + half)


def parts(picture, *boxes):
    return element_distribution(picture, detector=Boxes(*boxes)).parts


FLAT = np.full((120, 180, 3), 0.5)


def test_overlap_is_union_over_sum():
    apart = parts(FLAT, (0, 0, 0.2, 0.2), (0.5, 0.5, 0.7, 0.7))
    assert apart["overlap"] == pytest.approx(1.0)
    stacked = parts(FLAT, *[(0.1, 0.1, 0.4, 0.4)] * 4)
    assert stacked["overlap"] == pytest.approx(1 / 4)
    halfway = parts(FLAT, (0, 0, 0.2, 0.2), (0.1, 0, 0.3, 0.2))
    assert halfway["overlap"] == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (1 / 3, 2 / 3, 1.0),
        (0.5, 0.5, np.exp(-1.0)),
        (0.05, 0.05, 0.0556),
        (1 / 3, 0.5, np.exp(-0.5)),
    ],
)
def test_thirds_fall_with_the_distance_from_an_intersection(x, y, expected):
    assert parts(FLAT, box_at(x, y))["thirds"] == pytest.approx(expected, abs=1e-3)


def test_thirds_follow_the_salient_element():
    picture = FLAT.copy()
    picture[35:45, 55:65] = 1.0  # on the upper left intersection
    both = (box_at(1 / 3, 1 / 3), box_at(0.94, 0.94))
    assert parts(picture, *both)["thirds"] > 0.9 > parts(FLAT, *both)["thirds"]


def test_saliency_agrees_with_boxes_where_things_are():
    picture = FLAT.copy()
    picture[30:50, 50:70] = 1.0
    assert parts(picture, (50 / 180, 30 / 120, 70 / 180, 50 / 120))["saliency"] > 0.9
    assert parts(picture, (0.7, 0.7, 0.8, 0.85))["saliency"] == 0.0


def test_saliency_is_highest_on_what_stands_out_and_zero_on_flat():
    picture = FLAT.copy()
    picture[60:64, 90:94] = (1.0, 0.2, 0.2)
    salient = saliency_map(rgb_to_lab(picture.astype(np.float32)))
    row, column = np.unravel_index(salient.argmax(), salient.shape)
    assert abs(row - 61.5) <= 4
    assert abs(column - 91.5) <= 4
    assert not saliency_map(rgb_to_lab(FLAT.astype(np.float32))).any()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda x, chance: x * 0.6,
        lambda x, chance: x * 0.6 + 0.4,
        lambda x, chance: x[..., [2, 0, 1]],
        lambda x, chance: np.clip(x + chance.normal(0, 0.05, x.shape), 0, 1),
    ],
    ids=["darker", "paler", "hues", "noise"],
)
def test_with_known_elements_other_changes_hardly_matter(painting, spoil):
    found = ((0.28, 0.2, 0.38, 0.36), (0.3, 0.58, 0.42, 0.78), (0.6, 0.45, 0.74, 0.72))
    clean = element_distribution(painting, detector=Boxes(*found)).value
    spoiled = spoil(painting, np.random.default_rng(0)).astype(np.float32)
    assert element_distribution(spoiled, detector=Boxes(*found)).value == pytest.approx(
        clean, abs=0.05
    )


@pytest.mark.parametrize("boxes", [(), ((0, 0, 1, 1),), ((0.1, 0.1, 0.9, 0.9), (0, 0, 0.6, 0.6))])
def test_without_placed_elements_all_is_zero(boxes):
    score = element_distribution(FLAT, detector=Boxes(*boxes))
    assert score.value == 0.0
    assert set(score.parts.values()) == {0.0}


def test_boxes_reaching_out_of_the_picture_are_cut():
    inside = parts(FLAT, (0.9, 0.9, 1.0, 1.0))
    assert parts(FLAT, (0.9, 0.9, 1.5, 1.5)) == pytest.approx(inside)
    assert set(parts(FLAT, (1.1, 1.1, 1.5, 1.5)).values()) == {0.0}


def test_the_score_is_the_mean_of_the_parts(painting):
    score = element_distribution(painting)
    assert score.value == pytest.approx(np.mean(list(score.parts.values())))
    assert score.source == "regions"
