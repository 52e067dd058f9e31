from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.faces import FaceFinder, FaceFollower
from portraits import portrait, with_faces

SIZE = (200, 320)
FPS = 25


def followed(frames: list[np.ndarray], follower: FaceFollower | None = None):
    follow = follower or FaceFollower()
    return [follow(frame, number / FPS) for number, frame in enumerate(frames)]


def moving(count: int, step_px: float = 3, face_px: float = 62.0) -> list[np.ndarray]:
    return [with_faces(*SIZE, (round(20 + step_px * k), 30, face_px)) for k in range(count)]


def test_a_face_that_moves_keeps_its_number_and_is_not_left_behind():
    frames = moving(20)
    shown = followed(frames)
    find = FaceFinder()
    assert [[each.number for each in faces] for faces in shown] == [[1]] * 20
    assert all(faces[0].seen and faces[0].presence == 1 for faces in shown)
    for frame, (tracked,) in list(zip(frames, shown, strict=True))[5:]:
        (found,) = find(frame)
        assert np.abs(tracked.face.landmarks - found.landmarks).max() < 0.12 * found.side_px


def test_landmarks_tremble_less_than_those_of_single_frames():
    rng = np.random.default_rng(3)
    still = with_faces(*SIZE, (60, 30, 62.0))
    frames = [
        np.clip(still + rng.normal(0, 14, still.shape), 0, 255).astype(np.uint8) for _ in range(16)
    ]
    find = FaceFinder()

    def trembling(landmarks: list[np.ndarray]) -> float:
        return float(np.linalg.norm(np.diff(landmarks, 2, axis=0), axis=2).mean())

    raw = trembling([find(frame)[0].landmarks for frame in frames])
    smooth = trembling([faces[0].face.landmarks for faces in followed(frames)])
    assert smooth < 0.6 * raw


def test_a_cut_begins_anew():
    rng = np.random.default_rng(4)
    first = moving(4)
    second = [frame[:, ::-1].copy() for frame in first]
    wall = rng.integers(0, 256, (8, 12, 3), np.uint8).repeat(25, 0).repeat(27, 1)[:200, :320]
    for frame in second:
        grey = (frame == 118).all(axis=2)
        frame[grey] = wall[grey]
    shown = followed(first + second)
    assert [faces[0].number for faces in shown] == [1] * 4 + [2] * 4
    assert shown[4][0].presence == 1


def test_faces_come_and_go_softly_within_a_shot():
    empty, full = with_faces(*SIZE), with_faces(*SIZE, (60, 30, 62.0))
    # A shot needs something that stays, or the frame with the face would begin another.
    for picture in (empty, full):
        picture[:, 200:] = portrait()[120:320, 200:320]
    shown = followed([empty] * 3 + [full] * 12 + [empty] * 12)
    presence = [faces[0].presence if faces else 0.0 for faces in shown]
    assert presence[:4] == [0.0] * 4
    assert presence[13] == 1
    assert presence[-1] == 0
    assert np.abs(np.diff(presence)).max() < 0.2
    assert {each.number for faces in shown for each in faces} == {1}
    assert not shown[16][0].seen


def test_a_face_that_is_lost_for_a_moment_stays_the_same():
    frames = moving(12, step_px=1)
    frames[6] = with_faces(*SIZE, (26, 30, 62.0))
    frames[6][60:120, 40:140] = 118  # a hand before it
    shown = followed(frames)
    assert shown[6][0].seen is False
    assert {each.number for faces in shown for each in faces} == {1}


def test_searching_now_and_then_follows_all_the_same():
    class Counting(FaceFinder):
        searches = 0

        def __call__(self, picture):
            Counting.searches += 1
            return super().__call__(picture)

    shown = followed(moving(16), FaceFollower(Counting(), every_s=0.2))
    assert Counting.searches == 4
    assert all(len(faces) == 1 and faces[0].seen for faces in shown)


def test_black_frames_and_size_changes_are_no_error():
    frames = [
        *moving(3),
        np.zeros((*SIZE, 3), np.uint8),
        *moving(2),
        np.zeros((50, 40, 3), np.uint8),
    ]
    shown = followed(frames)
    assert not any(each.seen for each in shown[3])
    assert [each.number for each in shown[4]] == [1]
    assert shown[-1] == []


def test_time_runs_forward():
    follow = FaceFollower()
    frame = with_faces(*SIZE)
    follow(frame, 1.0)
    follow(frame, 1.0)  # two frames at one time are shown one after the other
    with pytest.raises(InputError, match="comes after"):
        follow(frame, 0.9)
