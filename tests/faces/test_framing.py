from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.faces import aligned_face, find_faces, frame_face
from paintreel.faces.framing import square_around
from portraits import portrait


def turned(picture: np.ndarray, degrees: float) -> np.ndarray:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


@pytest.fixture(scope="module")
def face():
    return find_faces(portrait())[0]


@pytest.mark.parametrize("degrees", [0, -20, 20])
def test_faces_are_upright_and_always_at_one_place(degrees):
    picture = turned(portrait(), degrees)
    face = find_faces(picture)[0]
    frame = frame_face(face, 100)
    marks = frame.to_square(face.landmarks)
    eyes, mouth = marks[:2], marks[3:]
    np.testing.assert_allclose(eyes.mean(axis=0), (50, 22), atol=4)
    np.testing.assert_allclose(mouth.mean(axis=0), (50, 67), atol=4)
    assert abs(eyes[0, 1] - eyes[1, 1]) < 4
    square = aligned_face(picture, face, 100)
    assert square.shape == (100, 100, 3)
    (again,) = find_faces(cv2.resize(aligned_face(picture, face, 240, room=2), (240, 240)))
    assert abs(again.tilt_deg) < 5


def test_places_go_there_and_back(face):
    frame = frame_face(face, 64, room=1.7)
    places = np.array([[0.0, 0.0], [64.0, 0.0], [12.5, 40.0]])
    np.testing.assert_allclose(frame.to_square(frame.to_picture(places)), places, atol=1e-9)


def test_a_frame_shows_the_picture_where_it_says(face):
    """A gradient of places: each pixel of the square has the colours of its place."""
    rows, columns = np.mgrid[:320, :320] + 0.5
    places = (np.dstack([columns, rows, columns * 0]) / 320).astype(np.float32)
    for frame in (frame_face(face, 80), frame_face(face, 30, room=2), square_around(face, 300)):
        shown = frame.take(places)[..., :2] * 320
        middles = np.dstack(np.meshgrid(*[np.arange(frame.side_px) + 0.5] * 2)).reshape(-1, 2)
        expected = frame.to_picture(middles).reshape(frame.side_px, frame.side_px, 2)
        inside = slice(4, -4)
        assert np.abs(shown - expected)[inside, inside].max() < 0.6


@pytest.mark.parametrize("side_px", [40, 100, 400])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_what_is_taken_out_and_put_back_is_there_again(face, side_px, dtype):
    smooth = cv2.GaussianBlur(portrait(), (0, 0), 4)
    full = {np.uint8: 1, np.uint16: 257, np.float32: 1 / 255}[dtype]
    picture = (smooth * np.float64(full)).astype(dtype)
    frame = frame_face(face, side_px, room=1.4)
    back = frame.put_back(picture, frame.take(picture))
    assert back.dtype == dtype
    assert np.abs(back.astype(float) - picture).max() <= 9 * full
    untouched = (back == picture).all(axis=2)
    assert untouched[:40].all()
    assert untouched[-60:].all()


def test_a_changed_face_lies_where_the_face_was_with_a_soft_edge(face):
    picture = np.full_like(portrait(), 90)
    frame = frame_face(face, 120)
    back = frame.put_back(picture, np.full((120, 120, 3), 255, np.uint8))
    x, y = (int(v) for v in frame.to_picture([[60, 60]])[0])
    assert (back[y, x] == 255).all()
    changed = np.abs(back.astype(int) - picture).max(axis=2)
    assert 0.01 < (changed > 0).mean() < 0.2
    assert np.abs(np.diff(changed, axis=1)).max() < 30


def test_a_frame_beyond_the_border_takes_its_colours_and_changes_nothing_else(face):
    far = face.moved(-150, -90)
    frame = frame_face(far, 90)
    assert frame.take(portrait()).shape == (90, 90, 3)
    back = frame.put_back(portrait(), np.zeros((90, 90, 3), np.uint8))
    assert (back[120:] == portrait()[120:]).all()
    away = frame_face(face.moved(5000, 5000), 90)
    assert (away.put_back(portrait(), away.take(portrait())) == portrait()).all()


def test_bad_sizes_are_refused(face):
    for side_px in (0, -3, 2.5, 10_000):
        with pytest.raises(InputError, match="side_px"):
            frame_face(face, side_px)
    with pytest.raises(InputError, match="room"):
        frame_face(face, 50, room=0)
    frame = frame_face(face, 50)
    with pytest.raises(InputError, match="as it was taken"):
        frame.put_back(portrait(), np.zeros((50, 40, 3), np.uint8))
    with pytest.raises(InputError, match="as it was taken"):
        frame.put_back(portrait(), np.zeros((50, 50, 3), np.float32))
