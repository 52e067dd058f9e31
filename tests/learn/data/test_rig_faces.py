"""Faces of the rig as examples: every emotion, eyes and mouth where they are said to lie."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.data.emotion_labels import DRAWN
from paintreel.learn.data.emotion_set import face_set
from paintreel.learn.data.rig_faces import RIG, draw_rig_faces, landmarks_of, with_faces
from paintreel.rig.figure import draw_character
from paintreel.rig.framing import view_of
from paintreel.rig.pose import Pose
from paintreel.rig.seeded import identity_of_seed
from paintreel.runtime.emotion_features import FACE_PX

SIZE = (160, 160)


def test_every_character_makes_every_emotion():
    found = draw_rig_faces(3, np.random.default_rng(0))
    assert len(found) == 3 * len(DRAWN) == len(set(found.files))
    assert sorted(found.emotions) == sorted(3 * DRAWN)
    assert set(found.families) == {RIG}
    views = np.stack([face.view() for face in found.faces])
    assert views.shape == (len(found), FACE_PX, FACE_PX, 3)
    assert len(np.unique(views.reshape(len(found), -1), axis=0)) == len(found)


def test_equal_seeds_draw_equal_faces():
    digests = [draw_rig_faces(2, np.random.default_rng(seed)).digest for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("pose", [Pose(), Pose(turn_deg=14.0), Pose(tilt_deg=10.0, nod_deg=4.0)])
def test_eyes_lie_where_they_are_said_to(pose):
    """Only the eyes move when they shut: the change must be around them."""
    identity = identity_of_seed(5)
    view = view_of(identity, SIZE, "face")
    eyes = landmarks_of(identity, pose, view)[:2]
    drawn = [
        draw_character(identity, p, SIZE, framing="face", quick=True).rgba.astype(int)
        for p in (pose, pose.with_added({"lid_left": 1.0, "lid_right": 1.0}))
    ]
    changed = np.abs(drawn[0] - drawn[1]).sum(2) > 60
    ys, xs = np.nonzero(changed)
    assert len(xs) > 20
    middle = eyes.mean(0)
    for eye, side in zip(eyes, (xs < middle[0], xs >= middle[0]), strict=True):
        at = np.array([xs[side].mean(), ys[side].mean()])
        assert np.abs(at - eye).max() < 0.2 * np.ptp(eyes[:, 0])


def test_the_rig_is_learnt_from_and_never_asked():
    rig = draw_rig_faces(1, np.random.default_rng(0), ("anger", "neutral"))
    others = draw_rig_faces(1, np.random.default_rng(1), ("anger", "sadness"))
    others = type(others)(others.files, others.emotions, ("anna", "anna"), others.faces)
    both = with_faces(others, rig)
    assert both.emotions == ("anger", "sadness", "anger", "neutral")
    faces = face_set(both, np.random.default_rng(0), copies=1)
    assert faces.views.shape[:2] == (2, 4)
    assert faces.asked.tolist() == [0, 1]
