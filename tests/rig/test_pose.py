"""Poses, expressions and mouths as numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paintreel.errors import InputError
from paintreel.rig.expressions import pose_of, pose_of_mixture
from paintreel.rig.mouths import MOUTH_SHAPES, mouth_of
from paintreel.rig.pose import MOUTH_LETTERS, NUMBERS, Hand, Pose
from paintreel.runtime.emotions import EMOTIONS


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", None, True])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError, match="nod_deg"):
        Pose(nod_deg=value)
    with pytest.raises(InputError, match="curl"):
        Pose(left_hand=Hand(curl=value))


def test_an_unknown_mouth_is_refused_with_those_that_are_known():
    with pytest.raises(InputError, match="'Q', expected one of A, B"):
        Pose(mouth_shape="Q")


def test_poses_mix_number_by_number_and_overshoot():
    here, there = Pose(nod_deg=10.0, gaze_x=-1.0), Pose(nod_deg=20.0, mouth_shape="D")
    middle = here.mixed(there, 0.5)
    assert (middle.nod_deg, middle.gaze_x, middle.mouth_shape) == (15.0, -0.5, "D")
    assert here.mixed(there, 1.2).nod_deg == pytest.approx(22.0)
    assert here.mixed(there, 0.0) == here


def test_a_hand_that_was_hidden_comes_up_where_it_goes_to():
    shown = Hand(raised=1.0, x=0.7, y=0.2, curl=1.0)
    middle = Pose().mixed(Pose(left_hand=shown), 0.5).left_hand
    assert (middle.raised, middle.x, middle.y, middle.curl) == (0.5, 0.7, 0.2, 1.0)
    assert Pose(left_hand=shown).mixed(Pose(), 0.5).left_hand == middle


def test_amounts_are_added_and_unknown_ones_refused():
    assert Pose(nod_deg=3.0).with_added({"nod_deg": 4.0}, 0.5).nod_deg == 5.0
    with pytest.raises(InputError, match="nodd"):
        Pose().with_added({"nodd": 1.0})


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_emotion_grows_from_the_face_at_rest(emotion):
    assert pose_of(emotion, 0.0) == replace(
        Pose(),
        left_hand=pose_of(emotion, 0.0).left_hand,
        right_hand=pose_of(emotion, 0.0).right_hand,
    )
    assert pose_of(emotion, 0.0).left_hand.raised == 0.0
    faint, full = pose_of(emotion, 0.3), pose_of(emotion, 1.0)
    for name in NUMBERS[Pose]:
        assert abs(getattr(faint, name)) <= abs(getattr(full, name)) + 1e-9, name


def test_the_units_of_an_emotion_are_those_that_people_read():
    assert pose_of("happiness").lip_corner_pull > 0.8 < 1.0
    assert pose_of("happiness").cheek_raise > 0.5
    assert pose_of("anger").brow_lower > 0.8
    assert pose_of("sadness").inner_brow_raise > 0.8
    assert pose_of("sadness").lip_corner_depress > 0.5
    assert pose_of("surprise").outer_brow_raise > 0.8
    assert pose_of("surprise").jaw_drop > 0.5
    assert pose_of("disgust").nose_wrinkle > 0.8
    assert pose_of("fear").upper_lid_raise > 0.8
    assert pose_of("neutral") == Pose()


@pytest.mark.parametrize("intensity", [-0.1, 1.1, float("nan"), "1", True])
def test_an_intensity_out_of_range_is_refused(intensity):
    with pytest.raises(InputError, match="expected 0 to 1"):
        pose_of("fear", intensity)


def test_an_unknown_emotion_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'happiness'"):
        pose_of("hapiness")


def test_a_mixture_lies_between_and_leaves_the_rest_at_rest():
    half = pose_of_mixture({"anger": 0.5})
    assert half.brow_lower == pytest.approx(0.5 * pose_of("anger").brow_lower)
    both = pose_of_mixture({"fear": 0.5, "surprise": 0.5})
    fear, surprise = pose_of("fear"), pose_of("surprise")
    assert both.jaw_drop == pytest.approx(0.5 * (fear.jaw_drop + surprise.jaw_drop))
    assert pose_of_mixture({"fear": 2.0}).pallor == pytest.approx(fear.pallor)
    assert pose_of_mixture({}) == Pose(
        left_hand=pose_of("neutral").left_hand, right_hand=pose_of("neutral").right_hand
    )
    with pytest.raises(InputError, match="share of fear"):
        pose_of_mixture({"fear": -0.1})


def test_there_is_a_shape_for_every_letter():
    assert tuple(MOUTH_SHAPES) == MOUTH_LETTERS


def test_lips_are_closed_in_a_whatever_is_felt():
    for emotion in EMOTIONS:
        pose = replace(pose_of(emotion), speaking=1.0, mouth_shape="A", mouth_next="A")
        assert mouth_of(pose).open == 0.0, emotion
        assert mouth_of(pose).upper == 0.0, emotion


def test_speech_keeps_the_corners_of_the_feeling():
    def said(emotion: str) -> float:
        pose = replace(pose_of(emotion), speaking=1.0, mouth_shape="C", mouth_next="C")
        return mouth_of(pose).corners

    assert said("happiness") > 0.4 > -0.3 > said("sadness")


def test_a_mouth_opens_more_the_louder_one_speaks():
    opens = [
        mouth_of(Pose(speaking=1.0, mouth_shape="D", mouth_next="D", mouth_openness=amount)).open
        for amount in (0.2, 0.6, 1.0)
    ]
    assert opens == sorted(opens)
    assert opens[0] < 0.3 < 0.9 < opens[2]


def test_a_mouth_goes_from_one_shape_to_the_next():
    half = Pose(speaking=1.0, mouth_shape="A", mouth_next="D", mouth_mix=0.5)
    assert mouth_of(half).open == pytest.approx(0.5 * MOUTH_SHAPES["D"].open)
