from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
from drawn_face import UNIT, at, drawn_face

from paintreel.faces import TrackedFace, find_faces
from paintreel.faces.feature_follower import FeatureFollower
from paintreel.faces.features import fit_features
from portraits import portrait


@pytest.mark.parametrize("aside", [-0.08, 0.0, 0.08])
@pytest.mark.parametrize("radius", [0.08, 0.105])
def test_an_iris_is_found_where_it_looks_to(aside: float, radius: float):
    picture, face = drawn_face(aside=aside, radius=radius)
    for eye, side in zip(fit_features(picture, face).eyes, (-0.5, 0.5), strict=True):
        assert np.hypot(*(eye.iris - at(side + aside, -0.01))) < 0.035 * UNIT
        assert eye.radius_px == pytest.approx(radius * UNIT, abs=0.02 * UNIT)


@pytest.mark.parametrize("to", [(-0.1, -0.06), (0.1, 0.06)])
def test_what_lies_on_a_covered_eye_moves_nothing_of_the_other(to: tuple[float, float]):
    """A pale disc with a dark middle on the patch is plainer than the iris beside it."""
    picture, face = drawn_face(aside=-to[0] / 2)
    free = fit_features(picture, face).eyes[1]
    patched, _face = drawn_face(aside=-to[0] / 2, patch=True)
    mark = np.rint(at(-0.5 + to[0], to[1])).astype(int).tolist()
    cv2.circle(patched, mark, 9, (60, 60, 60), 4)
    found = fit_features(patched, face)
    assert found.eyes_covered == (True, False)
    assert found.seen_eyes == (found.eyes[1],)
    assert found.eyes[1].radius_px == pytest.approx(free.radius_px, abs=0.01 * UNIT)
    np.testing.assert_allclose(found.eyes[1].iris, free.iris, atol=0.012 * UNIT)


@pytest.mark.parametrize("opening", [0.09, 0.15, 0.19])
def test_lids_lie_where_they_are_drawn(opening: float):
    picture, face = drawn_face(opening=opening)
    for eye, side in zip(fit_features(picture, face).eyes, (-0.5, 0.5), strict=True):
        assert abs(eye.upper[12][1] - at(side, -0.6 * opening)[1]) < 0.035 * UNIT
        assert eye.opening_px == pytest.approx(opening * UNIT, abs=0.035 * UNIT)


def test_both_irises_are_as_large_and_look_the_same_way():
    eyes = fit_features(*drawn_face(aside=0.06)).eyes
    assert eyes[0].radius_px == eyes[1].radius_px
    beside = [eye.iris[0] - at(side, 0)[0] for eye, side in zip(eyes, (-0.5, 0.5), strict=True)]
    assert abs(beside[0] - beside[1]) < 0.03 * UNIT


@pytest.mark.parametrize("smile", [-0.05, 0.0, 0.1])
def test_a_closed_mouth_is_a_line_as_it_is_bent(smile: float):
    picture, face = drawn_face(smile=smile)
    found = fit_features(picture, face)
    assert not found.is_open
    np.testing.assert_array_equal(found.lips[0], found.lips[1])
    assert abs(found.lips[0][12][1] - at(0, 1.1 + smile)[1]) < 0.035 * UNIT


def test_teeth_make_a_gap_between_two_rims():
    picture, face = drawn_face(smile=0.04, gap=0.16)
    found = fit_features(picture, face)
    assert found.is_open
    top, bottom = (line[12][1] for line in found.lips)
    assert abs(top - at(0, 1.14)[1]) < 0.06 * UNIT
    assert abs(bottom - at(0, 1.30)[1]) < 0.06 * UNIT
    assert found.teeth > 0.7


def test_the_dark_of_an_open_mouth_is_no_teeth():
    found = fit_features(*drawn_face(smile=0.02, gap=0.2, teeth=(45, 15, 15)))
    assert found.is_open
    assert found.teeth == 0


def test_pale_skin_over_and_under_closed_lips_is_no_teeth():
    picture, face = drawn_face()
    pale = picture.copy()
    for y in (0.96, 1.36):
        place = np.rint(at(0, y)).astype(int)
        pale[place[1] - 6 : place[1] + 6, place[0] - 22 : place[0] + 22] = (230, 222, 216)
    assert not fit_features(pale, face).is_open


def test_the_jaw_is_the_rim_of_the_face():
    picture, face = drawn_face()
    found = fit_features(picture, face)
    away = (found.jaw - at(0, 0.45)) / np.array([1.14, 1.36]) / UNIT
    assert np.abs(np.hypot(*away.T) - 1)[8:-8].max() < 0.06
    assert found.jaw_step[8:-8].min() > 0.5


def test_what_is_covered_is_said_so():
    plain, glasses, patch, mask = (
        fit_features(*drawn_face(**given))
        for given in ({}, {"glasses": True}, {"patch": True}, {"mask": True})
    )
    assert (plain.eyes_covered, plain.mouth_covered) == ((False, False), False)
    assert (glasses.eyes_covered, glasses.mouth_covered) == ((True, True), False)
    assert patch.eyes_covered == (True, False)
    assert mask.mouth_covered


def test_a_flat_picture_gives_a_mean_face():
    face = drawn_face()[1]
    found = fit_features(np.zeros((400, 400, 3), np.uint8), face)
    for eye, place in zip(found.eyes, face.landmarks, strict=False):
        assert np.hypot(*(eye.iris - place)) < 0.2 * UNIT
    assert np.isfinite(found.jaw).all()


def test_features_of_a_clip_tremble_less_than_those_of_its_frames():
    rng = np.random.default_rng(3)
    picture = portrait()
    face = find_faces(picture)[0]
    follow = FeatureFollower()
    alone, followed = [], []
    for number in range(12):
        noisy = np.clip(picture + rng.normal(0, 12, picture.shape), 0, 255).astype(np.uint8)
        marks = face.landmarks + rng.normal(0, 0.4, (5, 2))
        moved = dataclasses.replace(face, landmarks=marks)
        alone.append(fit_features(noisy, moved).jaw)
        tracked = [TrackedFace(face, 1, 1.0, True)]
        followed.append(follow(noisy, number / 25, tracked)[1].jaw)
    trembling = [np.abs(np.diff(x[3:], axis=0)).mean() for x in (alone, followed)]
    assert trembling[1] < 0.6 * trembling[0]


def test_a_face_that_is_gone_is_forgotten():
    picture, face = drawn_face()
    follow = FeatureFollower()
    assert set(follow(picture, 0.0, [TrackedFace(face, 4, 1.0, True)])) == {4}
    assert follow(picture, 0.04, []) == {}


def test_one_frame_alone_opens_no_mouth_and_covers_no_eye():
    closed, other = drawn_face(smile=0.05), drawn_face(gap=0.16, patch=True)
    face, follow = closed[1], FeatureFollower()
    tracked = [TrackedFace(face, 1, 1.0, True)]
    pictures = [closed[0]] * 3 + [other[0]] + [closed[0]] * 3
    seen = [follow(picture, number / 25, tracked)[1] for number, picture in enumerate(pictures)]
    assert not any(each.is_open or any(each.eyes_covered) for each in seen)
    lasting = [follow(other[0], 1 + number / 25, tracked)[1] for number in range(6)]
    assert lasting[-1].is_open
    assert lasting[-1].eyes_covered == (True, False)
