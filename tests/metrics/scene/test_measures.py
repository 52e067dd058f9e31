"""What all scene measures have in common: bounds, invariances, degenerate and bad pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from paintreel.errors import InputError
from paintreel.metrics.scene import (
    SCENE_MEASURES,
    Detections,
    ScenePicture,
    scene_coherence,
    scene_measures,
    scene_richness,
)


def values(picture, **tools):
    return {name: score.value for name, score in scene_measures(picture, **tools).items()}


pictures = st.one_of(
    hnp.arrays(
        np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.sampled_from([1, 3]))
    ),
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3)),
        elements=st.floats(0, 1, width=32),
    ),
    hnp.arrays(np.uint16, st.tuples(st.integers(1, 9), st.integers(1, 9))),
)


@settings(max_examples=60, deadline=None)
@given(pictures)
def test_any_picture_scores_within_bounds(picture):
    for score in scene_measures(picture).values():
        assert 0.0 <= score.value <= 1.0
        assert all(part >= 0.0 for part in score.parts.values())
        assert all(part <= 1.0 for name, part in score.parts.items() if name != "count")


@pytest.mark.parametrize(
    "mirrored", [lambda x: x[:, ::-1], lambda x: x[::-1]], ids=["across", "down"]
)
def test_a_mirrored_picture_scores_the_same(paintings, mirrored):
    for picture in paintings:
        assert values(np.ascontiguousarray(mirrored(picture))) == pytest.approx(
            values(picture), abs=5e-3
        )


def test_an_enlarged_picture_scores_the_same(painting):
    base = cv2.resize(painting, (256, 171), interpolation=cv2.INTER_LINEAR)
    expected = values(base)
    doubled = cv2.resize(base, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    assert values(doubled) == pytest.approx(expected, abs=1e-6)
    smooth = cv2.resize(base, (640, 428), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    assert values(smooth) == pytest.approx(expected, abs=0.06)


def test_the_dtype_does_not_matter(painting):
    eight = np.rint(painting * 255).astype(np.uint8)
    expected = values(eight)
    assert values(eight.astype(np.uint16) * 257) == pytest.approx(expected, abs=1e-3)
    assert values(eight / 255.0) == pytest.approx(expected, abs=1e-3)
    assert values((eight / 255.0).astype(np.float32)) == pytest.approx(expected, abs=1e-3)


def test_grey_layouts_score_as_grey_rgb(painting):
    grey = cv2.cvtColor(painting, cv2.COLOR_RGB2GRAY)
    expected = values(np.dstack([grey] * 3))
    assert values(grey) == expected
    assert values(grey[..., None]) == expected


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_flat_pictures_are_defined(level):
    got = values(np.full((40, 60, 3), level))
    assert got == {
        "scene_richness": pytest.approx(1 / 41),
        "scene_complexity": pytest.approx(0.4 / 41, abs=1e-6),
        "element_distribution": 0.0,
        "scene_coherence": 1.0,
        "colour_coordination": 1.0,
        "lighting_effect": pytest.approx(0.3 * (1 - abs(2 * level - 1))),
    }


def test_the_answer_is_the_same_each_time(painting):
    assert scene_measures(painting) == scene_measures(painting.copy())


def test_the_picture_is_left_alone(painting):
    kept = painting.copy()
    scene_measures(painting)
    assert np.array_equal(painting, kept)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.full((4, 4, 3), np.nan),
        np.full((4, 4, 3), 2.0),
        np.zeros((4, 4, 3), np.int32),
        [[0.0]],
    ],
    ids=["alpha", "channels", "empty", "nan", "range", "dtype", "list"],
)
def test_bad_pictures_raise(picture):
    with pytest.raises(InputError, match="picture"):
        scene_measures(picture)
    for measure in SCENE_MEASURES.values():
        with pytest.raises(InputError, match="picture"):
            measure(picture)


class Halves:
    """A detector and segmenter that sees the left and the right half."""

    name = "halves"

    def __init__(self):
        self.seen = []

    def __call__(self, picture):
        height, width = picture.shape[:2]
        boxes = np.array([[0.0, 0, width / 2, height], [width / 2, 0, width + 5.0, height]])
        self.seen.append(picture.shape)
        return Detections(boxes, ("left", "right"), np.ones(2))


class Classes:
    name = "classes"

    def __call__(self, picture):
        labels = np.full(picture.shape[:2], 7)
        labels[: len(labels) // 2] = -3
        return labels


def test_a_detector_takes_the_place_of_the_regions_and_is_named():
    detector = Halves()
    scores = scene_measures(np.zeros((300, 600, 3), np.uint8), detector=detector)
    assert detector.seen == [(300, 600, 3)]  # once, at full size
    assert scores["scene_richness"].parts == {"count": 2.0}
    for name in ("scene_richness", "scene_complexity", "element_distribution"):
        assert scores[name].source == "halves"
    assert scores["scene_coherence"].source == "regions"
    assert scores["colour_coordination"].source == scores["lighting_effect"].source == "pixels"


def test_a_segmenter_takes_the_place_of_the_regions_and_is_named():
    scores = scene_measures(np.zeros((64, 64, 3), np.uint8), segmenter=Classes())
    assert scores["scene_coherence"].source == "classes"
    assert scores["scene_richness"].source == "classes"
    assert scores["scene_richness"].parts == {"count": 2.0}
    assert 0.8 < scores["scene_coherence"].parts["consistency"] < 1.0


def test_a_segmenter_of_the_wrong_form_raises():
    class Wrong:
        name = "wrong"

        def __call__(self, picture):
            return np.zeros((2, 2))

    with pytest.raises(InputError, match=r"'wrong' gave float64 of shape \(2, 2\)"):
        scene_coherence(np.zeros((8, 8, 3), np.uint8), segmenter=Wrong())


def test_tools_go_to_a_scene_when_it_is_made():
    scene = ScenePicture(np.zeros((8, 8), np.uint8))
    assert scene_richness(scene).value == 1 / 41
    with pytest.raises(InputError, match="ScenePicture"):
        scene_richness(scene, detector=Halves())


def test_a_score_is_a_number_too():
    assert float(scene_richness(np.zeros((8, 8), np.uint8))) == 1 / 41
