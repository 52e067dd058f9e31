"""What a character does to the rhythm of its voice, and how each emotion does it.

A gesture is a sum of numbers of a pose at its height. A manner says which of them an emotion has,
how large and how quick they are, how often it blinks, and where it looks. What the tables say is an
animator's craft: anger strikes downward and glares, joy bounces up and opens, sadness sinks and
looks away, fear is small, quick and never still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from paintreel.rig.pose import Hand

__all__ = ["BODY", "HANDS", "MANNERS", "HandGesture", "Manner"]

BODY: Mapping[str, Mapping[str, float]] = {
    "nod": {"nod_deg": 6.0, "inner_brow_raise": 0.1},
    "strike": {"nod_deg": 7.5, "brow_lower": 0.35, "shrug": 0.15},
    "lift": {"nod_deg": -5.0, "outer_brow_raise": 0.4, "inner_brow_raise": 0.3},
    "brow_flash": {"outer_brow_raise": 0.65, "inner_brow_raise": 0.5, "nod_deg": -1.5},
    "brow_pinch": {"brow_lower": 0.5, "lid_tighten": 0.3, "nod_deg": 2.0},
    "one_brow": {"brow_skew": 0.7, "outer_brow_raise": 0.35, "tilt_deg": -2.5},
    "tilt_left": {"tilt_deg": -6.0, "nod_deg": 1.5},
    "tilt_right": {"tilt_deg": 6.0, "nod_deg": 1.5},
    "turn_left": {"turn_deg": -7.0, "nod_deg": 1.5, "gaze_x": 0.15},
    "turn_right": {"turn_deg": 7.0, "nod_deg": 1.5, "gaze_x": -0.15},
    "lean_left": {"lean": -0.35, "tilt_deg": 3.0},
    "lean_right": {"lean": 0.35, "tilt_deg": -3.0},
    "shrug": {"shrug": 0.7, "inner_brow_raise": 0.4, "tilt_deg": 4.0},
    "sink": {"shrug": -0.4, "nod_deg": 5.0, "inner_brow_raise": 0.3},
    "flinch": {"shrug": 0.5, "turn_deg": -4.0, "nod_deg": -2.5, "upper_lid_raise": 0.2},
    "sigh": {"breath": 0.5, "shrug": -0.35, "nod_deg": 3.0, "lid_left": 0.2, "lid_right": 0.2},
}
"""Name -> what it adds to the pose at its height."""


@dataclass(frozen=True, slots=True)
class HandGesture:
    """Where the hands go for a phrase; those that are None stay. Beats move them by accents.

    left, right  at the height of the gesture
    beat         how far the wrist goes down at a strong accent
    """

    left: Hand | None = None
    right: Hand | None = None
    beat: float = 0.14


HANDS: Mapping[str, HandGesture] = {
    "offer_right": HandGesture(
        right=Hand(raised=1, x=1.2, y=0.95, angle_deg=48, curl=0.1, spread=0.4)
    ),
    "offer_left": HandGesture(
        left=Hand(raised=1, x=-1.2, y=0.95, angle_deg=-48, curl=0.1, spread=0.4)
    ),
    "open_both": HandGesture(
        Hand(raised=1, x=-1.25, y=0.95, angle_deg=-40, curl=0.1, spread=0.6),
        Hand(raised=1, x=1.25, y=0.95, angle_deg=40, curl=0.1, spread=0.6),
    ),
    "fist_right": HandGesture(
        right=Hand(raised=1, x=1.05, y=0.9, angle_deg=-8, curl=1, spread=0), beat=0.17
    ),
    "fists": HandGesture(
        Hand(raised=1, x=-1.0, y=1.15, angle_deg=10, curl=1, spread=0),
        Hand(raised=1, x=1.0, y=1.15, angle_deg=-10, curl=1, spread=0),
        beat=0.17,
    ),
    "point_right": HandGesture(
        right=Hand(raised=1, x=0.95, y=0.75, angle_deg=8, curl=1, spread=0, point=1), beat=0.17
    ),
    "chest_left": HandGesture(
        left=Hand(raised=1, x=-0.3, y=1.15, angle_deg=38, curl=0.3, spread=0.3), beat=0.07
    ),
    "cheer_left": HandGesture(
        left=Hand(raised=1, x=-1.15, y=0.6, angle_deg=-14, curl=0.05, spread=0.7), beat=0.14
    ),
    "guard": HandGesture(
        Hand(raised=1, x=-0.55, y=0.9, angle_deg=16, curl=0.5, spread=0.5),
        Hand(raised=1, x=0.5, y=0.95, angle_deg=-16, curl=0.5, spread=0.5),
        beat=0.08,
    ),
    "ward_right": HandGesture(
        right=Hand(raised=1, x=1.0, y=0.85, angle_deg=-6, curl=0.1, spread=0.75), beat=0.14
    ),
    "count_right": HandGesture(
        right=Hand(raised=1, x=1.0, y=0.8, angle_deg=14, curl=0.55, spread=0.2, point=0.6)
    ),
    "rest": HandGesture(),
}
"""Name -> gesture; "rest" leaves both hands down."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an emotion moves.

    body     gestures and how often each is taken, for accents
    hands    the same of hands, for phrases
    size     of gestures, 1 is as the table has them
    rise_s   from the start of a gesture to its height
    hold_s   at its height
    fall_s   back
    least    accents weaker than this are let go by
    blink_s  mean time from blink to blink
    glance   how often a pause is used to look away, 0 to 1
    away     where it looks then: gaze x and y, mirrored by chance
    dwell_s  mean time between small changes of the gaze
    tremble  degrees by which the head is never still
    drift    how far body and hands wander where they are held, 1 is usual
    open     how far the mouth opens, 1 is usual
    lift     how far the head comes up for a phrase, in degrees, down below 0
    """

    body: Mapping[str, float]
    hands: Mapping[str, float] = field(default_factory=lambda: {"rest": 1.0})
    size: float = 1.0
    rise_s: float = 0.2
    hold_s: float = 0.16
    fall_s: float = 0.36
    least: float = 0.3
    blink_s: float = 3.6
    glance: float = 0.45
    away: tuple[float, float] = (0.6, -0.25)
    dwell_s: float = 1.4
    tremble: float = 0.0
    drift: float = 1.0
    open: float = 1.0
    lift: float = 1.0


MANNERS: Mapping[str, Manner] = {
    "anger": Manner(
        {"strike": 4, "brow_pinch": 2, "nod": 1, "turn_left": 1.2, "turn_right": 1.2,
         "lean_left": 0.7},
        {"fist_right": 3, "point_right": 3, "fists": 2, "rest": 1},
        size=1.15, rise_s=0.16, hold_s=0.2, fall_s=0.3, least=0.2, blink_s=6.0, glance=0.1,
        away=(0.3, 0.1), dwell_s=2.6, drift=0.85, open=1.18, lift=-1.5,
    ),
    "boredom": Manner(
        {"sigh": 2, "tilt_left": 1.5, "tilt_right": 1.5, "one_brow": 1, "sink": 1},
        {"rest": 4, "offer_left": 1},
        size=0.7, rise_s=0.36, hold_s=0.5, fall_s=0.7, least=0.5, blink_s=2.6, glance=0.8,
        away=(0.75, -0.4), dwell_s=2.4, drift=0.9, open=0.75, lift=-1.0,
    ),
    "calm": Manner(
        {"nod": 2, "tilt_left": 1.3, "tilt_right": 1.3, "brow_flash": 0.7},
        {"rest": 3, "offer_right": 1, "chest_left": 0.7},
        size=0.65, rise_s=0.3, hold_s=0.35, fall_s=0.55, least=0.35, blink_s=4.0, glance=0.3,
        away=(0.4, 0.2), dwell_s=2.2, open=0.88, lift=0.5,
    ),
    "disgust": Manner(
        {"turn_left": 1, "turn_right": 2, "brow_pinch": 1.5, "lift": 1, "tilt_right": 1},
        {"ward_right": 3, "rest": 2},
        size=0.95, rise_s=0.22, hold_s=0.3, least=0.25, blink_s=3.0, glance=0.7,
        away=(-0.7, 0.1), dwell_s=1.6, open=0.9, lift=1.5,
    ),
    "fear": Manner(
        {"flinch": 3, "turn_left": 1.5, "turn_right": 1.5, "brow_flash": 1.5, "lift": 1},
        {"guard": 3, "rest": 2},
        size=0.75, rise_s=0.16, hold_s=0.12, fall_s=0.28, least=0.15, blink_s=1.8, glance=0.8,
        away=(0.85, -0.1), dwell_s=0.6, tremble=0.35, open=0.95, lift=0.5,
    ),
    "happiness": Manner(
        {"lift": 2.5, "nod": 2, "tilt_left": 1.6, "tilt_right": 1.6, "brow_flash": 2,
         "lean_left": 0.8, "lean_right": 0.8},
        {"cheer_left": 2, "open_both": 2, "offer_right": 2, "rest": 1},
        size=1.1, rise_s=0.18, hold_s=0.14, fall_s=0.34, least=0.2, blink_s=3.2, glance=0.35,
        away=(0.5, -0.35), drift=1.25, open=1.1, lift=2.5,
    ),
    "neutral": Manner(
        {"nod": 3, "brow_flash": 1.5, "tilt_left": 1, "tilt_right": 1, "turn_left": 0.8,
         "turn_right": 0.8, "one_brow": 0.5},
        {"rest": 3, "offer_right": 1.5, "count_right": 1},
        size=0.85,
    ),
    "sadness": Manner(
        {"sink": 3, "sigh": 1.5, "tilt_left": 1, "tilt_right": 1, "shrug": 0.8},
        {"rest": 3, "chest_left": 2},
        size=0.7, rise_s=0.34, hold_s=0.4, fall_s=0.75, least=0.4, blink_s=2.8, glance=0.85,
        away=(0.45, 0.65), dwell_s=2.0, drift=0.8, open=0.78, lift=-2.5,
    ),
    "surprise": Manner(
        {"lift": 3, "brow_flash": 3, "flinch": 1, "turn_left": 0.8, "turn_right": 0.8},
        {"open_both": 2.5, "ward_right": 1, "rest": 1},
        size=1.1, rise_s=0.14, hold_s=0.3, fall_s=0.4, least=0.25, blink_s=4.5, glance=0.2,
        away=(0.3, -0.3), open=1.12, lift=3.0,
    ),
}  # fmt: skip
"""Emotion -> its manner."""
