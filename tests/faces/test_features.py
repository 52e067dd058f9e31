from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
from portraits import portrait

from paintreel.faces import Face, TrackedFace, find_faces
from paintreel.faces.feature_follower import FeatureFollower
from paintreel.faces.features import fit_features

UNIT = 90.0
MIDDLE = np.array([200.0, 190.0])
SKIN, LIP, INK = (205, 160, 135), (170, 80, 80), (50, 30, 30)


def at(x: float, y: float) -> np.ndarray:
    """A place of the drawn face, in distances of the eyes from the middle of the eyes."""
    return MIDDLE + np.array([x, y]) * UNIT


def fixed(points: np.ndarray) -> np.ndarray:
    return np.rint((np.asarray(points) - 0.5) * 16).astype(np.int32)


def drawn_face(
    *, aside: float = 0.0, radius: float = 0.095, gap: float = 0.0, glasses: bool = False,
    mask: bool = False, smile: float = 0.0,
) -> tuple[np.ndarray, Face]:  # fmt: skip
    """(400, 400, 3) uint8 with irises `aside` of their landmarks, and the face as a finder says."""
    x = np.full((400, 400, 3), (90, 120, 150), np.uint8)
    oval = fixed(at(0, 0.45))
    axes = (int(1.14 * UNIT * 16), int(1.36 * UNIT * 16))
    cv2.ellipse(x, oval.tolist(), axes, 0, 0, 360, SKIN, -1, cv2.LINE_AA, 4)
    t = np.linspace(-1, 1, 41)
    for side in (-0.5, 0.5):
        upper = [at(side + 0.25 * u, -0.09 * (1 - u * u)) for u in t]
        lower = [at(side + 0.25 * u, 0.06 * (1 - u * u)) for u in t]
        cv2.fillPoly(x, [fixed(upper + lower[::-1])], (240, 238, 235), cv2.LINE_AA, 4)
        place = fixed(at(side + aside, -0.01)).tolist()
        cv2.circle(x, place, int(radius * UNIT * 16), (70, 50, 40), -1, cv2.LINE_AA, 4)
        cv2.polylines(x, [fixed(upper)], False, INK, 3, cv2.LINE_AA, 4)
        if glasses:
            half = (int(0.36 * UNIT * 16), int(0.26 * UNIT * 16))
            cv2.ellipse(x, fixed(at(side, 0)).tolist(), half, 0, 0, 360, (15, 15, 15), -1, 8, 4)
    chord = np.linspace(-0.38, 0.38, 41)
    line = np.array([at(u, 1.1 + smile * (1 - (u / 0.38) ** 2)) for u in chord])
    lips = np.concatenate([line - np.array([0, 7]), (line + np.array([0, 9]))[::-1]])
    cv2.fillPoly(x, [fixed(lips)], LIP, cv2.LINE_AA, 4)
    if gap:
        low = np.array([at(u, 1.1 + (smile + gap) * (1 - (u / 0.38) ** 2)) for u in chord])
        cv2.fillPoly(x, [fixed(np.concatenate([line, low[::-1]]))], (235, 232, 228), 8, 4)
    else:
        cv2.polylines(x, [fixed(line)], False, INK, 2, cv2.LINE_AA, 4)
    if mask:
        cv2.rectangle(x, *(tuple(np.rint(at(*p)).astype(int).tolist()) for p in MASK), BLUE, -1)
    marks = np.array([at(-0.5, 0), at(0.5, 0), at(0, 0.6), at(-0.36, 1.1), at(0.36, 1.1)])
    return x, Face((80.0, 120.0, 320.0, 360.0), marks, 0.99)


MASK, BLUE = ((-0.9, 0.75), (0.9, 1.75)), (150, 190, 225)


@pytest.mark.parametrize("aside", [-0.08, 0.0, 0.08])
@pytest.mark.parametrize("radius", [0.08, 0.105])
def test_an_iris_is_found_where_it_looks_to(aside: float, radius: float):
    picture, face = drawn_face(aside=aside, radius=radius)
    for eye, side in zip(fit_features(picture, face).eyes, (-0.5, 0.5), strict=True):
        assert np.hypot(*(eye.iris - at(side + aside, -0.01))) < 0.035 * UNIT
        assert eye.radius_px == pytest.approx(radius * UNIT, abs=0.02 * UNIT)


def test_lids_lie_where_they_are_drawn():
    picture, face = drawn_face()
    for eye, side in zip(fit_features(picture, face).eyes, (-0.5, 0.5), strict=True):
        assert abs(eye.upper[12][1] - at(side, -0.09)[1]) < 0.04 * UNIT
        assert eye.opening_px == pytest.approx(0.15 * UNIT, abs=0.05 * UNIT)


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


def test_the_jaw_is_the_rim_of_the_face():
    picture, face = drawn_face()
    found = fit_features(picture, face)
    away = (found.jaw - at(0, 0.45)) / np.array([1.14, 1.36]) / UNIT
    assert np.abs(np.hypot(*away.T) - 1)[8:-8].max() < 0.06
    assert found.jaw_step[8:-8].min() > 0.5


def test_what_is_covered_is_said_so():
    plain, glasses, mask = (
        fit_features(*drawn_face(**given)) for given in ({}, {"glasses": True}, {"mask": True})
    )
    assert (plain.eyes_covered, plain.mouth_covered) == (False, False)
    assert (glasses.eyes_covered, glasses.mouth_covered) == (True, False)
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
