"""One moment of a character: how face, head, hands and breath stand.

The face is moved by action units, as the Facial Action Coding System (Ekman and Friesen 1978) names
them: each is how much one muscle pulls, 0 none to 1 full, and expressions are sums of them. "Left"
and "right" are those of the picture, not of the character.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from paintreel.errors import InputError

__all__ = ["HIDDEN_HAND", "MOUTH_LETTERS", "Hand", "Pose"]

MOUTH_LETTERS = ("A", "B", "C", "D", "E", "F", "G", "H", "X")
"""Names of the mouth shapes of speech, as Rhubarb Lip Sync has them; X is rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Where a hand is and how its fingers stand. Lengths are half heights of the head.

    raised      0 the arm hangs and the hand is not seen .. 1 it is where `x` and `y` say
    x, y        of the wrist, from the point between the shoulders: to the right, and down
    angle_deg   where the fingers point: 0 up, 90 to the right
    curl        0 fingers stretched .. 1 a fist
    spread      0 fingers together .. 1 fanned out
    point       0 as the others .. 1 the index finger stretched whatever the curl
    """

    raised: float = 0.0
    x: float = 0.0
    y: float = 1.4
    angle_deg: float = 0.0
    curl: float = 0.25
    spread: float = 0.3
    point: float = 0.0

    def mixed(self, other: Hand, share: float) -> Hand:
        """`share` of the way to another, 0 to 1; beyond them it overshoots.

        A hand that is hardly seen weighs little: it comes from where the other is, without a jump.
        """
        here = replace(other, raised=0.0) if self.raised <= 0.0 else self
        there = replace(self, raised=0.0) if other.raised <= 0.0 else other
        if not 0.0 < share < 1.0:
            return Hand(**_between(here, there, share))
        gone, come = (1.0 - share) * here.raised, share * there.raised
        numbers = _between(here, there, come / (gone + come) if gone + come > 0.0 else share)
        return Hand(**{**numbers, "raised": gone + come})


HIDDEN_HAND = Hand()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """All numbers of one moment. The default is a face at rest, seen from the front.

    Action units, 0 to 1 (number of the Facial Action Coding System):

    inner_brow_raise    (1) the inner ends of the brows go up: grief, fear
    outer_brow_raise    (2) the outer ends go up: surprise
    brow_lower          (4) brows down and together: anger
    upper_lid_raise     (5) eyes wide
    cheek_raise         (6) cheeks push the lower lids up: a true smile
    lid_tighten         (7) lids narrow: a glare
    nose_wrinkle        (9) disgust
    upper_lip_raise     (10) disgust, bared teeth
    lip_corner_pull     (12) a smile
    lip_corner_depress  (15) corners down
    chin_raise          (17) a pout
    lip_pucker          (18) lips forward, a small mouth
    lip_stretch         (20) a wide, tense mouth: fear
    lip_press           (24) lips pressed thin
    jaw_drop            (26) mouth open
    tongue_show         (19) the tongue hangs out: bleh

    Beside them:

    brow_skew, mouth_skew  -1 to 1: the right brow above the left; the right corner pulled up
    lid_left, lid_right    0 open as the units say .. 1 closed
    gaze_x, gaze_y         -1 to 1: to the right, and down
    pupil                  -1 pinpoints .. 0 .. 1 wide
    turn_deg               the head turns to the right, -40 to 40; drawn for 30 to either side
    nod_deg                the head bows, -25 (looks up) to 25 (looks down)
    tilt_deg               the head leans clockwise, -30 to 30
    lean                   -1 to 1: the upper body leans to the right
    weight                 -1 to 1: it stands on the left leg .. the right: hips go there, and the
                           shoulders tilt against them
    shrug                  -1 shoulders hang .. 1 shoulders up
    breath                 0 breathed out .. 1 breathed in
    speaking               0 the mouth is that of the expression .. 1 that of speech
    mouth_shape            letter of `MOUTH_LETTERS`
    mouth_openness         0 to 1.3: how far that shape opens; 1 is as it is drawn on charts
    mouth_next, mouth_mix  the shape that follows, and how far it has come, 0 to 1
    blush, pallor          0 to 1: red cheeks; a face drained of colour
    gloom                  0 to 1: shade over the brow
    tears, sweat           0 to 1
    water_s                for how many seconds they have run: where drops are on their way
    hair_swing, hair_lift  -1 to 1: tips of the hair to the right, and up
    cloth_swing            -1 to 1: what hangs of the clothes, to the right
    left_hand, right_hand  see `Hand`

    Raises InputError for what is no finite number or no mouth shape. Numbers out of range are drawn
    as the nearest in it.
    """

    inner_brow_raise: float = 0.0
    outer_brow_raise: float = 0.0
    brow_lower: float = 0.0
    upper_lid_raise: float = 0.0
    cheek_raise: float = 0.0
    lid_tighten: float = 0.0
    nose_wrinkle: float = 0.0
    upper_lip_raise: float = 0.0
    lip_corner_pull: float = 0.0
    lip_corner_depress: float = 0.0
    chin_raise: float = 0.0
    lip_pucker: float = 0.0
    lip_stretch: float = 0.0
    lip_press: float = 0.0
    jaw_drop: float = 0.0
    tongue_show: float = 0.0

    brow_skew: float = 0.0
    mouth_skew: float = 0.0
    lid_left: float = 0.0
    lid_right: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    pupil: float = 0.0
    turn_deg: float = 0.0
    nod_deg: float = 0.0
    tilt_deg: float = 0.0
    lean: float = 0.0
    weight: float = 0.0
    shrug: float = 0.0
    breath: float = 0.0
    speaking: float = 0.0
    mouth_shape: str = "X"
    mouth_openness: float = 1.0
    mouth_next: str = "X"
    mouth_mix: float = 0.0
    blush: float = 0.0
    pallor: float = 0.0
    gloom: float = 0.0
    tears: float = 0.0
    sweat: float = 0.0
    water_s: float = 0.0
    hair_swing: float = 0.0
    hair_lift: float = 0.0
    cloth_swing: float = 0.0
    left_hand: Hand = field(default=HIDDEN_HAND)
    right_hand: Hand = field(default=HIDDEN_HAND)

    def __post_init__(self) -> None:
        for name in ("mouth_shape", "mouth_next"):
            if getattr(self, name) not in MOUTH_LETTERS:
                raise InputError(
                    f"{name} is {getattr(self, name)!r}, expected one of {', '.join(MOUTH_LETTERS)}"
                )
        for each in (self, self.left_hand, self.right_hand):
            for name in NUMBERS[type(each)]:
                value = getattr(each, name)
                if isinstance(value, bool) or not _is_finite(value):
                    raise InputError(f"{name} is {value!r}, expected a finite number")

    def mixed(self, other: Pose, share: float) -> Pose:
        """`share` of the way to another pose, 0 this one to 1 the other; beyond them it overshoots.

        Numbers are mixed. Mouth letters are not: of two, the nearer is taken, whole.
        """
        near = other if share >= 0.5 else self
        return Pose(
            **_between(self, other, share),
            mouth_shape=near.mouth_shape,
            mouth_next=near.mouth_next,
            left_hand=self.left_hand.mixed(other.left_hand, share),
            right_hand=self.right_hand.mixed(other.right_hand, share),
        )

    def with_added(self, amounts: Mapping[str, float], share: float = 1.0) -> Pose:
        """The pose with `share` of those amounts added, {"nod_deg": 4.0}. Raises InputError."""
        unknown = sorted(set(amounts) - set(NUMBERS[Pose]))
        if unknown:
            raise InputError(f"a pose has no number {unknown[0]!r}")
        changes = {name: getattr(self, name) + share * by for name, by in amounts.items()}
        return replace(self, **changes)


NUMBERS: Mapping[type, tuple[str, ...]] = {
    each: tuple(one.name for one in fields(each) if one.type == "float") for each in (Hand, Pose)
}
"""Names of the fields that are numbers, of hands and of poses."""


def _between(here: Any, there: Any, share: float) -> dict[str, float]:
    return {
        name: getattr(here, name) + share * (getattr(there, name) - getattr(here, name))
        for name in NUMBERS[type(here)]
    }


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except TypeError:
        return False
