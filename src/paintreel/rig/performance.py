"""A performance frame by frame: what is planned, the mouth, and what follows through, as poses.

Body and head are drawn on ones, twos or threes, as animators say; mouth, lids and eyes on every
frame, for lips that are a drawing late are seen. So between two drawings of the body only the face
changes.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from paintreel.audio.mouth_cues import MouthCue, shapes_at
from paintreel.audio.spectra import FRAME_S
from paintreel.imaging.arrays import Array
from paintreel.rig.acting import Acting, Blink, eased
from paintreel.rig.expressions import pose_of_mixture
from paintreel.rig.gestures import MANNERS
from paintreel.rig.motion import HAND_LAG_S, FollowThrough, Water
from paintreel.rig.mouths import MOUTH_SHAPES
from paintreel.rig.moving_holds import body_drift, hands_at
from paintreel.rig.pose import HIDDEN_HAND, Pose
from paintreel.runtime.emotion_timeline import emotion_at

__all__ = ["LIVE", "Mouth", "Performance", "between_letters", "mouth_letters"]

LIVE = (
    "mouth_shape", "mouth_next", "mouth_mix", "mouth_openness", "speaking", "lid_left", "lid_right",
    "gaze_x", "gaze_y",
)  # fmt: skip
"""What is drawn anew on every frame, however long body and head are held."""

_GAZE_S = 0.06
_BETWEEN_S = Fraction(1, 20)
_SNAP = 0.28
"""A mouth whose opening changes by more than this, 1 as wide as it goes, snaps."""
_HEAD_FOLLOWS_DEG, _HEAD_LATE_S, _HEAD_TAKES_S = 6.0, 0.08, 0.5
_FEELING_STEP_S = 0.1
# The head leads, the body follows, the weight comes last.
_POSTURE_LATE_S = {"turn_deg": 0.0, "tilt_deg": 0.0, "nod_deg": 0.0, "lean": 0.08, "weight": 0.2}
_POSTURES_S = 3.0  # within which a posture is taken
_HUSH_S = 0.3  # a pause as long as this shows the mouth of the expression
_RELAXED = 0.85  # of an expression is left in a pause


@dataclass(frozen=True)
class Mouth:
    """How the mouth moves.

    cues    shapes in order of time
    levels  (F,) dB of every 10 ms, 0 where the sound is loud
    """

    cues: Sequence[MouthCue]
    levels: Array


def mouth_letters(cues: Sequence[MouthCue], rate: Fraction, count: int) -> list[str]:
    """The shape of every frame.

    A frame shows what is heard at its middle. Closed lips, and the lip under the teeth, are short
    and are what one reads from a mouth: where no frame hits one, the nearest is given to it.
    """
    times_s = (np.arange(count) + 0.5) / float(rate)
    letters: list[str] = shapes_at(cues, times_s).tolist()
    for cue in cues:
        if cue.shape not in ("A", "G"):
            continue
        first = math.ceil(cue.start_s * float(rate) - 0.5 - 1e-9)
        if first < count and not (first >= 0 and times_s[first] < cue.end_s):
            middle = min(max(int(0.5 * (cue.start_s + cue.end_s) * float(rate)), 0), count - 1)
            if letters[middle] != "A":
                letters[middle] = cue.shape
    return letters


def between_letters(letters: Sequence[str], index: int, rate: Fraction) -> tuple[str, str, float]:
    """(shape of a frame, the one it is on its way from or to, how far, 0 to 1).

    A mouth that shuts from wide open, or opens wide, passes through a shape in between: of a frame
    at 24 and 25 a second, of more at higher rates. It is the wide shape that gives up frames for
    it. Lips that close are closed in time: no frame of A or G is mixed with another.
    """
    here = letters[index]
    count = max(int(_BETWEEN_S * rate), 0)
    if here in ("A", "G"):
        return here, here, 0.0
    opened = MOUTH_SHAPES[here].open
    ways: list[tuple[float, str]] = []
    for step in (*range(1, count + 1), *range(-1, -count - 1, -1)):
        at = index + step
        if not 0 <= at < len(letters) or any(
            letters[near] != here for near in range(index, at, 1 if step > 0 else -1)
        ):
            continue
        other = letters[at]
        if other != here and opened - MOUTH_SHAPES[other].open > _SNAP:
            ways.append((1.0 - abs(step) / (count + 1), other))
    if ways:
        # One frame between two closed ones opens all the same.
        share, other = max(ways)
        return here, other, 0.6 * share if len(ways) > 1 else share
    following = letters[min(index + 1, len(letters) - 1)]
    is_soft = following != here and following not in ("A", "G")
    return here, following, 0.35 if is_soft else 0.0


class Performance:
    """Poses of an acting with a mouth, `rate` frames a second.

    mouth  None where nothing is said
    on     body and head are drawn on every `on`th frame, 1 to 3 and more
    """

    def __init__(self, acting: Acting, mouth: Mouth | None, rate: Fraction, *, on: int = 2) -> None:
        self.acting, self.mouth, self.rate, self.on = acting, mouth, rate, on
        self.count = max(1, math.ceil(acting.length_s * rate - Fraction(1, 1000)))
        self._feelings: dict[int, Pose] = {}
        cues = mouth.cues if mouth is not None else ()
        self._letters = mouth_letters(cues, rate, self.count)
        self._talk = _talk_of(cues)
        self._open = _openness(mouth, rate, self.count)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Pose]:
        held: Pose | None = None
        after, water, step_s = FollowThrough(), Water(), float(self.on / self.rate)
        for index in range(self.count):
            if held is None or index % self.on == 0:
                body = self._body(float(index / self.rate))
                held = water.step(after.step(body, step_s), step_s)
            yield self._with_face(held, index)

    # What is held.

    def _body(self, t_s: float) -> Pose:
        acting = self.acting
        talk = self._talk_share(t_s)
        feeling = self._feeling(t_s)
        pose = feeling.mixed(Pose(), (1.0 - _RELAXED) * (1.0 - talk)) if talk < 1 else feeling
        added: dict[str, float] = {}
        for stroke in acting.strokes:
            if stroke.start_s > t_s:
                break
            if stroke.end_s > t_s:
                _add(added, stroke.amounts, stroke.share_at(t_s))
        _add(added, _posture_at(acting, t_s), 1.0)
        _add(added, body_drift(acting, t_s), 1.0)
        _add(added, {"turn_deg": _HEAD_FOLLOWS_DEG * _followed(acting, t_s)}, 1.0)
        breath = _breath_at(acting, t_s)
        # They follow through, which takes its time: on the beat they are there.
        left, right = hands_at(acting, t_s + HAND_LAG_S, breath)
        pose = pose.with_added({k: v for k, v in added.items() if k not in ("gaze_x", "gaze_y")})
        return replace(pose, left_hand=left, right_hand=right, breath=breath)

    def _feeling(self, t_s: float) -> Pose:
        """The expression, mixed between moments a tenth of a second apart."""
        step = t_s / _FEELING_STEP_S
        first = math.floor(step)
        here, there = self._feeling_of(first), self._feeling_of(first + 1)
        return here if here is there else here.mixed(there, step - first)

    def _feeling_of(self, step: int) -> Pose:
        if len(self._feelings) > 64:
            self._feelings.clear()
        if step not in self._feelings:
            shares = emotion_at(self.acting.timeline, step * _FEELING_STEP_S)
            before = self._feelings.get(step - 1)
            if before is not None and shares == emotion_at(
                self.acting.timeline, (step - 1) * _FEELING_STEP_S
            ):
                self._feelings[step] = before
            else:
                self._feelings[step] = replace(
                    pose_of_mixture(shares), left_hand=HIDDEN_HAND, right_hand=HIDDEN_HAND
                )
        return self._feelings[step]

    # What is drawn on every frame.

    def _with_face(self, pose: Pose, index: int) -> Pose:
        t_s = float(index / self.rate)
        gaze_x, gaze_y = _gaze_at(self.acting, t_s)
        shut = max((blink.share_at(t_s + 0.5 / float(self.rate)) for blink in self._blinks_at(t_s)),
                   default=0.0)  # fmt: skip
        letter, other, mix = between_letters(self._letters, index, self.rate)
        return replace(
            pose,
            gaze_x=_within(pose.gaze_x + gaze_x, 1.0),
            gaze_y=_within(pose.gaze_y + gaze_y, 1.0),
            lid_left=max(pose.lid_left, shut),
            lid_right=max(pose.lid_right, shut),
            mouth_shape=letter,
            mouth_next=other,
            mouth_mix=mix,
            mouth_openness=float(self._open[index]) * self._manner_open(t_s),
            speaking=self._talk_share(t_s),
        )

    def _blinks_at(self, t_s: float) -> list[Blink]:
        blinks = self.acting.blinks
        at = bisect.bisect_right([blink.t_s for blink in blinks], t_s + 0.1)
        return list(blinks[max(0, at - 2) : at])

    def _manner_open(self, t_s: float) -> float:
        shares = emotion_at(self.acting.timeline, t_s)
        total = sum(shares.values())
        opened = sum(share * MANNERS[name].open for name, share in shares.items())
        return opened + max(0.0, 1.0 - total)

    def _talk_share(self, t_s: float) -> float:
        """1 while something is said, 0 in pauses and silence."""
        for start_s, end_s in self._talk:
            if t_s < start_s - 0.12:
                return 0.0
            if t_s <= end_s + 0.16:
                return min(eased((t_s - start_s + 0.12) / 0.12), eased((end_s + 0.16 - t_s) / 0.16))
        return 0.0


def _talk_of(cues: Sequence[MouthCue]) -> list[tuple[float, float]]:
    """The stretches in which the mouth speaks: short pauses part none."""
    out: list[list[float]] = []
    for cue in cues:
        if cue.shape == "X":
            continue
        if out and cue.start_s - out[-1][1] < _HUSH_S:
            out[-1][1] = cue.end_s
        else:
            out.append([cue.start_s, cue.end_s])
    return [(start_s, end_s) for start_s, end_s in out]


def _openness(mouth: Mouth | None, rate: Fraction, count: int) -> Array:
    """(count,) how far shapes open: loud syllables further than murmured ones."""
    if mouth is None or not len(mouth.levels):
        return np.ones(count)
    around = np.convolve(np.pad(mouth.levels, 4, mode="edge"), np.full(9, 1 / 9), "valid")
    times_s = (np.arange(count) + 0.5) / float(rate)
    levels = np.interp(times_s, np.arange(len(around)) * FRAME_S, around)
    opened: Array = np.clip(1.08 + levels / 38.0, 0.5, 1.12)
    return opened


def _add(total: dict[str, float], amounts: object, share: float) -> None:
    for key, by in dict(amounts).items():  # type: ignore[call-overload]
        total[key] = total.get(key, 0.0) + share * by


def _within(value: float, most: float) -> float:
    return min(max(value, -most), most)


def _posture_at(acting: Acting, t_s: float) -> dict[str, float]:
    """The posture that goes over into the next one, a little over the mark."""
    value = dict.fromkeys(_POSTURE_LATE_S, 0.0)
    # Of those that have long been taken the last alone is left.
    after = bisect.bisect_right(acting.postures, t_s - _POSTURES_S, key=lambda one: one.t_s)
    for posture in acting.postures[max(after - 1, 0) :]:
        if posture.t_s > t_s:
            break
        for key, late_s in _POSTURE_LATE_S.items():
            since = (t_s - late_s - posture.t_s) / (posture.length_s + late_s)
            over = 0.06 * math.sin(math.pi * min(max(since - 0.6, 0.0) / 0.8, 1.0))
            goal = posture.amounts.get(key, 0.0)
            value[key] += (goal - value[key]) * (eased(since) + over)
    return value


def _gaze_at(acting: Acting, t_s: float) -> tuple[float, float]:
    """A saccade takes a frame or two."""
    glances = acting.glances
    at = bisect.bisect_right([one.t_s for one in glances], t_s) - 1
    if at < 0:
        return 0.0, 0.0
    now, before = glances[at], glances[max(at - 1, 0)]
    share = min((t_s - now.t_s) / _GAZE_S + 0.4, 1.0)
    return before.x + share * (now.x - before.x), before.y + share * (now.y - before.y)


def _followed(acting: Acting, t_s: float) -> float:
    """How far the head has gone after the eyes, -1 to 1."""
    value = 0.0
    for one in acting.glances:
        since = t_s - one.t_s - _HEAD_LATE_S
        if since <= 0:
            break
        value += (one.x * one.follows - value) * eased(since / _HEAD_TAKES_S)
    return value


def _breath_at(acting: Acting, t_s: float) -> float:
    """0 breathed out to 1 in: quickly in before a phrase, slowly out in it."""
    times_s = acting.breaths_s
    at = bisect.bisect_right(times_s, t_s)
    if at == len(times_s):
        return 0.0
    into = max(0.0, 1.0 - (times_s[at] - t_s) / 0.7)
    if at == 0:
        return eased(into)
    out = max(0.0, 1.0 - (t_s - times_s[at - 1]) / 2.0)
    return max(eased(into), eased(out))
