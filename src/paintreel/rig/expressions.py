"""The pose of an emotion at an intensity: action units, lids, gaze, head and hands.

Units are those that people read as the emotion (Ekman and Friesen's table for the basic six); what
drawn film adds, sweat, tears, a look away, comes with intensity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from paintreel.errors import InputError
from paintreel.rig.pose import NUMBERS, Hand, Pose
from paintreel.runtime.emotions import find_emotion

__all__ = ["pose_of", "pose_of_mixture"]

_FULL: Mapping[str, Pose] = {
    "anger": Pose(
        brow_lower=1.0,
        lid_tighten=0.45,
        upper_lid_raise=0.35,
        nose_wrinkle=0.55,
        upper_lip_raise=0.75,
        lip_stretch=0.35,
        lip_corner_depress=0.75,
        jaw_drop=0.12,
        pupil=-0.35,
        nod_deg=7.0,
        shrug=0.45,
        gloom=0.5,
        blush=0.25,
        left_hand=Hand(raised=1.0, x=-1.0, y=1.35, angle_deg=10, curl=1.0, spread=0.0),
        right_hand=Hand(raised=1.0, x=1.0, y=1.35, angle_deg=-10, curl=1.0, spread=0.0),
    ),
    "boredom": Pose(
        lid_left=0.52,
        lid_right=0.52,
        outer_brow_raise=0.12,
        brow_skew=0.3,
        lip_corner_depress=0.22,
        mouth_skew=-0.5,
        lip_pucker=0.2,
        gaze_x=0.75,
        gaze_y=-0.35,
        tilt_deg=-13.0,
        nod_deg=3.0,
        shrug=-0.6,
        left_hand=Hand(raised=1.0, x=-0.72, y=-0.15, angle_deg=14, curl=0.85, spread=0.0),
    ),
    "calm": Pose(
        lid_left=0.5,
        lid_right=0.5,
        cheek_raise=0.15,
        lip_corner_pull=0.5,
        outer_brow_raise=0.12,
        inner_brow_raise=0.1,
        tilt_deg=3.0,
        nod_deg=2.0,
        shrug=-0.5,
        blush=0.15,
        breath=0.5,
    ),
    "disgust": Pose(
        nose_wrinkle=1.0,
        upper_lip_raise=0.35,
        brow_lower=0.45,
        inner_brow_raise=0.25,
        brow_skew=0.9,
        lid_tighten=0.75,
        cheek_raise=0.5,
        lip_corner_depress=0.8,
        jaw_drop=0.3,
        tongue_show=1.0,
        gaze_x=-0.7,
        gaze_y=0.1,
        turn_deg=13.0,
        tilt_deg=6.0,
        nod_deg=-5.0,
        pallor=0.3,
        right_hand=Hand(raised=1.0, x=0.95, y=0.85, angle_deg=-6, curl=0.1, spread=0.75),
    ),
    "fear": Pose(
        inner_brow_raise=1.0,
        outer_brow_raise=0.3,
        brow_lower=0.2,
        upper_lid_raise=0.95,
        lip_stretch=1.0,
        jaw_drop=0.3,
        lip_corner_depress=0.5,
        pupil=-0.85,
        turn_deg=-8.0,
        nod_deg=-2.0,
        tilt_deg=-3.0,
        shrug=1.0,
        sweat=1.0,
        pallor=1.0,
        left_hand=Hand(raised=1.0, x=-0.55, y=0.75, angle_deg=16, curl=0.5, spread=0.5),
        right_hand=Hand(raised=1.0, x=0.5, y=0.8, angle_deg=-16, curl=0.5, spread=0.5),
    ),
    "happiness": Pose(
        lip_corner_pull=1.0,
        cheek_raise=0.85,
        jaw_drop=0.55,
        outer_brow_raise=0.4,
        inner_brow_raise=0.25,
        pupil=0.25,
        tilt_deg=5.0,
        nod_deg=-3.0,
        shrug=0.2,
        blush=0.8,
        left_hand=Hand(raised=1.0, x=-1.15, y=0.7, angle_deg=-16, curl=0.05, spread=0.7),
    ),
    "neutral": Pose(),
    "sadness": Pose(
        inner_brow_raise=1.0,
        brow_lower=0.25,
        lip_corner_depress=0.9,
        chin_raise=0.55,
        lid_left=0.22,
        lid_right=0.22,
        gaze_y=0.55,
        gaze_x=-0.1,
        nod_deg=8.0,
        tilt_deg=-7.0,
        shrug=-0.8,
        tears=1.0,
        blush=0.3,
        pupil=0.3,
    ),
    "surprise": Pose(
        inner_brow_raise=0.9,
        outer_brow_raise=1.0,
        upper_lid_raise=0.85,
        jaw_drop=0.85,
        lip_pucker=0.25,
        pupil=-0.3,
        nod_deg=-6.0,
        shrug=0.5,
        left_hand=Hand(raised=1.0, x=-1.1, y=0.65, angle_deg=-12, curl=0.0, spread=1.0),
        right_hand=Hand(raised=1.0, x=1.1, y=0.65, angle_deg=12, curl=0.0, spread=1.0),
    ),
}
"""Emotion -> its pose at full intensity."""

_LATE = {"tears": 0.45, "sweat": 0.3, "gloom": 0.4, "pallor": 0.3}
"""What shows only from this intensity on."""
_HANDS_FROM = 0.35


def pose_of(emotion: str, intensity: float = 1.0) -> Pose:
    """The pose of an emotion.

    emotion    one of the nine of `paintreel.runtime.emotions`
    intensity  0 a face at rest .. 1 full

    Raises InputError for an unknown name, naming the nearest, and an intensity out of range.
    """
    name = find_emotion(emotion)
    if isinstance(intensity, bool) or not (
        isinstance(intensity, int | float) and 0.0 <= intensity <= 1.0
    ):
        raise InputError(f"intensity is {intensity!r}, expected 0 to 1")
    full = _FULL[name]
    # The first half of a feeling shows more than the second: a faint smile is a smile.
    pose = Pose().mixed(full, intensity**0.8)
    late = {
        key: getattr(full, key) * max(0.0, (intensity - start) / (1.0 - start))
        for key, start in _LATE.items()
    }
    raised = min(max((intensity - _HANDS_FROM) / (0.75 - _HANDS_FROM), 0.0), 1.0)
    left, right = (
        replace(hand, raised=hand.raised * raised) for hand in (full.left_hand, full.right_hand)
    )
    pose = replace(pose, left_hand=left, right_hand=right)
    return pose.with_added({key: value - getattr(pose, key) for key, value in late.items()})


def pose_of_mixture(shares: Mapping[str, float], intensity: float = 1.0) -> Pose:
    """The pose of several emotions at once, {"fear": 0.6, "surprise": 0.4}.

    Shares that do not come to 1 leave the rest of the face at rest; more than 1 are scaled to it.
    Hands are those of the strongest. Raises InputError as `pose_of` does, and for a share below 0.
    """
    weights = {find_emotion(name): share for name, share in shares.items()}
    for name, share in weights.items():
        if not (math.isfinite(share) and share >= 0.0):
            raise InputError(f"the share of {name} is {share!r}, expected 0 to 1")
    total = max(sum(weights.values()), 1.0)
    numbers = dict.fromkeys(NUMBERS[Pose], 0.0)
    rest = Pose()
    poses = {name: pose_of(name, intensity) for name in weights}
    for name, pose in poses.items():
        for key in numbers:
            by = getattr(pose, key) - getattr(rest, key)
            numbers[key] += weights[name] / total * by
    strongest = max(weights, key=lambda name: weights[name], default="neutral")
    hands = pose_of(strongest, intensity * weights.get(strongest, 0.0) / total)
    return replace(
        rest,
        **{key: getattr(rest, key) + by for key, by in numbers.items()},
        left_hand=hands.left_hand,
        right_hand=hands.right_hand,
    )
