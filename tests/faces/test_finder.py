from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.faces import Face, FaceFinder, find_faces, usual_least_px
from paintreel.runtime.catalog import find_model
from portraits import portrait, with_faces


def one(picture: np.ndarray, **keywords) -> Face:
    (face,) = find_faces(picture, **keywords)
    return face


def test_a_face_with_its_landmarks_in_order():
    face = one(portrait())
    left_eye, right_eye, nose, mouth_left, mouth_right = face.landmarks
    # By hand, in the picture: pupils at (136, 101) and (182, 103), mouth from (141, 143) to 178.
    assert np.abs(left_eye - (137, 101)).max() < 6
    assert np.abs(right_eye - (182, 103)).max() < 6
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1] < mouth_left[1]
    assert mouth_left[0] < mouth_right[0]
    left, top, right, bottom = face.box
    inside = (face.landmarks > (left, top)) & (face.landmarks < (right, bottom))
    assert inside.all()
    assert 0.9 < face.confidence <= 1
    assert abs(face.tilt_deg) < 6


def test_several_faces_of_any_size_where_they_are():
    sizes = ((30, 20, 150.0), (420, 60, 60.0), (560, 150, 90.0))
    faces = find_faces(with_faces(400, 800, *sizes), least_px=36)
    assert len(faces) == 3
    assert [round(face.side_px, -1) for face in faces] == sorted(
        (round(face.side_px, -1) for face in faces), reverse=True
    )
    alone = one(portrait())
    for left, top, size in sizes:
        scale = size / 105
        expected = alone.moved(-50, -15).moved(left, top, scale)
        nearest = min(faces, key=lambda f: np.hypot(*np.subtract(f.centre, expected.centre)))
        apart = np.abs(nearest.landmarks - expected.landmarks).max()
        assert apart < 0.06 * expected.side_px


def test_a_mirrored_picture_has_mirrored_landmarks():
    face, mirrored = one(portrait()), one(portrait()[:, ::-1])
    expected = face.landmarks[[1, 0, 2, 4, 3]] * (-1, 1) + (320, 0)
    assert np.abs(mirrored.landmarks - expected).max() < 0.03 * face.side_px


def test_smaller_faces_than_asked_for_are_not_looked_for():
    picture = with_faces(300, 300, (80, 60, 50.0))
    assert len(find_faces(picture, least_px=36)) == 1
    assert find_faces(picture, least_px=90) == []


def test_a_hundred_faces_are_found_and_none_twice():
    places = [(100 * x, 100 * y, 44.0) for x in range(10) for y in range(10)]
    faces = find_faces(with_faces(1000, 1000, *places), least_px=30)
    assert 96 <= len(faces) <= 100
    centres = np.array([face.centre for face in faces])
    gaps = np.linalg.norm(centres[:, None] - centres[None], axis=2) + 1e9 * np.eye(len(faces))
    assert gaps.min() > 60


def test_a_face_that_the_border_cuts_is_found_beyond_it():
    cut = portrait()[:, 130:]
    face = one(cut)
    assert face.box[0] < 8
    assert np.abs(face.landmarks[1] - (182 - 130, 103)).max() < 9


def test_grey_depths_and_transparency():
    picture = portrait()
    expected = one(picture).landmarks
    same = (picture.astype(np.uint16) * 257, (picture / 255).astype(np.float32))
    for given in same:
        np.testing.assert_allclose(one(given).landmarks, expected, atol=0.5)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    assert np.abs(one(grey).landmarks - expected).max() < 6
    hidden = np.dstack([picture, np.zeros(picture.shape[:2], np.uint8)])
    assert find_faces(hidden) == []  # what cannot be seen is not there


@pytest.mark.parametrize("shape", [(1, 1), (11, 400), (400, 11), (12, 12), (8, 5000), (32, 32)])
def test_pictures_too_small_for_a_face_have_none(shape):
    rng = np.random.default_rng(1)
    assert find_faces(rng.integers(0, 256, (*shape, 3), np.uint8)) == []


@pytest.mark.parametrize("picture", ["black", "white", "noise", "waves"])
def test_what_is_no_face_is_not_found(picture):
    rng = np.random.default_rng(2)
    rows, columns = np.mgrid[:360, :480]
    made = {
        "black": np.zeros((360, 480, 3)),
        "white": np.full((360, 480, 3), 255),
        "noise": rng.integers(0, 256, (360, 480, 3)),
        "waves": np.dstack([128 + 100 * np.sin(rows / 9 + columns / 13)] * 3),
    }
    assert find_faces(made[picture].astype(np.uint8), least_px=24) == []


def test_a_face_upside_down_is_no_error():
    assert len(find_faces(portrait()[::-1])) <= 1


@pytest.mark.parametrize("least_px", [11.9, 0, -3, float("nan"), float("inf"), "72", True])
def test_smallest_faces_out_of_range_are_refused(least_px):
    with pytest.raises(InputError, match="smallest face is"):
        FaceFinder(least_px=least_px)


def test_what_is_no_picture_is_refused():
    with pytest.raises(InputError, match="numpy array"):
        find_faces([[0, 1]])
    with pytest.raises(InputError, match="shape"):
        find_faces(np.zeros((3, 40, 40), np.uint8))


def test_the_smallest_face_goes_with_the_picture():
    assert usual_least_px(2160, 3840) == usual_least_px(1080, 1920) == 72
    assert usual_least_px(720, 1280) == 48
    assert usual_least_px(270, 480) == 32


def test_a_face_is_looked_at_again_where_it_is_expected():
    finder = FaceFinder()
    face = one(portrait())
    again = finder.look(portrait(), face.moved(6, -4))
    assert again is not None
    assert np.abs(again.landmarks - face.landmarks).max() < 0.05 * face.side_px
    assert finder.look(portrait(), face.moved(0, 150)) is None


def test_the_card_says_what_the_network_learnt_from():
    model = find_model("faces", task="faces")
    card = model.card
    card.verify(model.path)
    assert card.contract.licence == "MIT"
    assert "WIDER FACE" in card.learnt_from
    assert "non-commercial" in card.learnt_from
    assert card.weaknesses
