"""How poses become motion: easing, anticipation and overshoot, springs, holds, blinks, breath.

poses = [move(rest, cheer, t / 12) for t in range(13)]   # a move in twelve frames
poses = follow_through(poses, fps=24)                     # hair and cloth come after
frames = on(poses, 2)                                     # drawn on twos
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from paintreel.errors import InputError
from paintreel.rig.pose import HIDDEN_HAND, Hand, Pose

__all__ = [
    "BLINK_S",
    "HAND_LAG_S",
    "FollowThrough",
    "Spring",
    "Water",
    "blink_share",
    "blink_times_s",
    "breath_at",
    "ease",
    "eased",
    "follow_through",
    "gaze_jumps",
    "move",
    "on",
]

BLINK_S = 0.25
"""How long a blink takes: shut in a third of it, open again in the rest."""


def ease(t: float) -> float:
    """0 to 1 as t goes from 0 to 1, starting and stopping gently.

    >>> ease(0.0), ease(0.5), ease(1.0)
    (0.0, 0.5, 1.0)
    """
    t = min(max(t, 0.0), 1.0)
    return t * t * t * (t * (6.0 * t - 15.0) + 10.0)


def eased(t: float, *, anticipation: float = 0.0, overshoot: float = 0.0) -> float:
    """0 to 1 as t goes from 0 to 1, drawing back first and going too far before it settles.

    anticipation  how far it draws back, a share of the move
    overshoot     how far it goes beyond, likewise

    >>> eased(0.0, anticipation=0.1, overshoot=0.1), eased(1.0, anticipation=0.1, overshoot=0.1)
    (0.0, 1.0)
    >>> round(min(eased(i / 100, anticipation=0.1) for i in range(101)), 3)
    -0.1
    >>> round(max(eased(i / 100, overshoot=0.2) for i in range(101)), 3)
    1.2
    """
    t = min(max(t, 0.0), 1.0)
    # Key positions with no speed at each: back, through, beyond, there.
    times, places = [0.0], [0.0]
    if anticipation > 0.0:
        times.append(0.25)
        places.append(-anticipation)
    if overshoot > 0.0:
        times.append(0.7)
        places.append(1.0 + overshoot)
    times.append(1.0)
    places.append(1.0)
    for i in range(len(times) - 1):
        if t <= times[i + 1]:
            part = (t - times[i]) / (times[i + 1] - times[i])
            return places[i] + ease(part) * (places[i + 1] - places[i])
    return 1.0


def move(
    start: Pose, end: Pose, t: float, *, anticipation: float = 0.06, overshoot: float = 0.08
) -> Pose:
    """The pose at t of a move, 0 its start and 1 its end; before and after it the pose holds.

    The eyes lead: lids and gaze arrive in the first half of it.
    """
    body = start.mixed(end, eased(t, anticipation=anticipation, overshoot=overshoot))
    first = ease(2.0 * t)
    names = ("gaze_x", "gaze_y", "lid_left", "lid_right", "upper_lid_raise")
    led = {
        name: getattr(start, name) + first * (getattr(end, name) - getattr(start, name))
        for name in names
    }
    return replace(body, **led)


class Spring:
    """A damped spring that follows a target; the same at every frame rate.

    frequency_hz  how fast it swings
    damping       0 for ever .. 1 without swinging; below 1 it overshoots

    Between two steps the target goes in a straight line, and the motion is solved exactly.
    """

    def __init__(self, frequency_hz: float, damping: float, at: float = 0.0) -> None:
        if frequency_hz <= 0.0 or not 0.0 < damping < 1.0:
            raise InputError(
                f"a spring of {frequency_hz} Hz and damping {damping}, expected more than 0 Hz and "
                "0 to 1"
            )
        self._omega = 2.0 * math.pi * frequency_hz
        self._damping = damping
        self.at = at
        self.speed = 0.0
        self._target = at

    def step(self, target: float, dt_s: float) -> float:
        """Where it is after `dt_s` seconds, in which the target has gone to `target`."""
        omega, zeta = self._omega, self._damping
        slope = (target - self._target) / dt_s if dt_s > 0.0 else 0.0
        # x'' + 2 zeta omega x' + omega^2 x = omega^2 (a + b t) is solved by a + b t - lag, and by
        # what swings freely round it.
        lag = 2.0 * zeta * slope / omega
        x0 = self.at - (self._target - lag)
        v0 = self.speed - slope
        damped = omega * math.sqrt(1.0 - zeta * zeta)
        fall = math.exp(-zeta * omega * dt_s)
        cos, sin = math.cos(damped * dt_s), math.sin(damped * dt_s)
        swing = (v0 + zeta * omega * x0) / damped
        free = fall * (x0 * cos + swing * sin)
        self.speed = slope + fall * (
            (swing * damped - zeta * omega * x0) * cos - (x0 * damped + zeta * omega * swing) * sin
        )
        self.at = target - lag + free
        self._target = target
        return self.at


_HAND_HZ, _HAND_DAMPING = 3.2, 0.6
HAND_LAG_S = 2.0 * _HAND_DAMPING / (2.0 * math.pi * _HAND_HZ)
"""How late hands come that follow through: whoever wants them on time shows them so much early."""
_HAND_SPRINGS = {
    "raised": (_HAND_HZ, _HAND_DAMPING),
    "x": (_HAND_HZ, _HAND_DAMPING),
    "y": (_HAND_HZ, _HAND_DAMPING),
    # Fingers come after the wrist, and each in its own time.
    "angle_deg": (2.3, 0.42),
    "curl": (2.6, 0.5),
    "spread": (2.0, 0.45),
}
_HANGS_AT = (1.3, 3.0)  # about where a wrist is that is not raised
_FAR_BEHIND_DEG, _BEHIND_DEG, _BENT = 24.0, 7.0, 0.05  # for each half head a second


class _HandFollow:
    """One hand: it settles where it goes, and its fingers trail behind the wrist."""

    def __init__(self) -> None:
        self._springs: dict[str, Spring] | None = None
        self._last = HIDDEN_HAND

    def step(self, hand: Hand, side: int, dt_s: float) -> Hand:
        if hand.raised <= 0.0:
            if self._springs is None:
                return hand
            hand = replace(self._last, raised=0.0)
        if self._springs is None:
            self._springs = {
                name: Spring(hz, damping, getattr(hand, name))
                for name, (hz, damping) in _HAND_SPRINGS.items()
            }
        self._last = hand
        angle = math.radians(hand.angle_deg)
        across, along = self._speed(side, angle)
        goal = {name: getattr(hand, name) for name in _HAND_SPRINGS}
        goal["angle_deg"] -= _FAR_BEHIND_DEG * math.tanh(_BEHIND_DEG * across / _FAR_BEHIND_DEG)
        goal["curl"] += 0.25 * math.tanh(4.0 * _BENT * along) * (1.0 - hand.curl)
        moved = {name: spring.step(goal[name], dt_s) for name, spring in self._springs.items()}
        moved["raised"] = max(moved["raised"], 0.0)
        if hand.raised <= 0.0 and moved["raised"] < 0.01:
            self._springs = None
            return HIDDEN_HAND
        for name in ("curl", "spread"):
            moved[name] = min(max(moved[name], 0.0), 1.0)
        return replace(hand, **moved)

    def _speed(self, side: int, angle: float) -> tuple[float, float]:
        """Of the wrist, across where the fingers point and along it, in half heads a second."""
        springs = self._springs or {}
        raised = springs["raised"]
        x = raised.speed * (springs["x"].at - side * _HANGS_AT[0]) + raised.at * springs["x"].speed
        y = raised.speed * (springs["y"].at - _HANGS_AT[1]) + raised.at * springs["y"].speed
        return x * math.cos(angle) + y * math.sin(angle), x * math.sin(angle) - y * math.cos(angle)


class FollowThrough:
    """Lets hair, cloth and hands come after the head and the body, one pose at a time."""

    def __init__(self) -> None:
        self._springs: dict[str, Spring] | None = None
        self._hands = _HandFollow(), _HandFollow()

    def step(self, pose: Pose, dt_s: float) -> Pose:
        """The pose with `hair_swing`, `hair_lift` and `cloth_swing` of what has happened so far.

        What the pose asks of them itself, such as wind, is kept and added to. Hands that are raised
        settle, `HAND_LAG_S` late.
        """
        across = 0.9 * math.sin(math.radians(pose.turn_deg)) + 0.35 * pose.lean
        across += 0.8 * math.sin(math.radians(pose.tilt_deg))
        up = -math.sin(math.radians(pose.nod_deg)) + 0.25 * pose.shrug
        body = 0.8 * pose.lean + 0.25 * math.sin(math.radians(pose.turn_deg)) + 0.5 * pose.weight
        if self._springs is None:
            self._springs = {
                "hair": Spring(1.5, 0.28, across),
                "lift": Spring(1.9, 0.35, up),
                "cloth": Spring(1.2, 0.3, body),
            }
        springs = self._springs
        hair = springs["hair"].step(across, dt_s) - across
        lift = springs["lift"].step(up, dt_s) - up
        cloth = springs["cloth"].step(body, dt_s) - body
        return replace(
            pose,
            hair_swing=_soft(pose.hair_swing + 1.5 * hair),
            hair_lift=_soft(pose.hair_lift + 1.1 * lift),
            cloth_swing=_soft(pose.cloth_swing + 1.5 * cloth),
            left_hand=self._hands[0].step(pose.left_hand, -1, dt_s),
            right_hand=self._hands[1].step(pose.right_hand, 1, dt_s),
        )


_FIRST_TEAR_S = 0.36  # where the first tear begins to form, in `water_s`
_WELLS_A_S, _DRIES_A_S = 0.55, 0.3


class Water:
    """Lets tears and sweat form, run and dry, one pose at a time."""

    def __init__(self) -> None:
        self._tears = self._sweat = 0.0
        self._since_s = 0.0

    def step(self, pose: Pose, dt_s: float) -> Pose:
        """The pose with as much of its tears and sweat as there are by now, and `water_s`."""
        self._tears = _neared(self._tears, pose.tears, dt_s)
        self._sweat = _neared(self._sweat, pose.sweat, dt_s)
        is_dry = self._tears <= 0.0 and self._sweat <= 0.0
        # The first tear has all its life before it.
        self._since_s = _FIRST_TEAR_S if is_dry else self._since_s + dt_s
        water_s = 0.0 if is_dry else self._since_s
        return replace(pose, tears=self._tears, sweat=self._sweat, water_s=water_s)


def _neared(value: float, goal: float, dt_s: float) -> float:
    if goal > value:
        return min(goal, value + _WELLS_A_S * dt_s)
    return max(goal, value - _DRIES_A_S * dt_s)


def follow_through(poses: Iterable[Pose], fps: float) -> Iterator[Pose]:
    """Poses at a rate, hair and cloth swinging after them."""
    if not (math.isfinite(fps) and fps > 0.0):
        raise InputError(f"fps is {fps!r}, expected more than 0")
    after = FollowThrough()
    for pose in poses:
        yield after.step(pose, 1.0 / fps)


def on(poses: Sequence[Pose], every: int) -> list[Pose]:
    """Poses of as many frames, each held for `every` frames: 1 on ones, 2 on twos, 3 on threes.

    >>> [pose.nod_deg for pose in on([Pose(nod_deg=float(i)) for i in range(5)], 2)]
    [0.0, 0.0, 2.0, 2.0, 4.0]
    """
    if every not in (1, 2, 3, 4):
        raise InputError(f"a pose is held for {every!r} frames, expected 1 to 4")
    return [poses[i - i % every] for i in range(len(poses))]


def blink_share(since_s: float) -> float:
    """How far lids are shut, 0 to 1, so long after a blink began.

    >>> blink_share(-0.1), blink_share(BLINK_S / 3), blink_share(BLINK_S)
    (0.0, 1.0, 0.0)
    """
    if not 0.0 <= since_s < BLINK_S:
        return 0.0
    down = BLINK_S / 3.0
    return ease(since_s / down) if since_s < down else 1.0 - ease((since_s - down) / (2.0 * down))


def blink_times_s(
    rng: np.random.Generator, length_s: float, *, every_s: float = 3.2
) -> list[float]:
    """When blinks begin: irregular, never nearer than 0.8 s, now and then two in a row."""
    times: list[float] = []
    at = float(rng.uniform(0.3, every_s))
    while at < length_s:
        times.append(at)
        if rng.random() < 0.14:
            times.append(at + 0.36)
        at += 0.8 + float(rng.exponential(every_s - 0.8))
    return [each for each in times if each < length_s]


def breath_at(t_s: float, *, per_minute: float = 16.0) -> float:
    """How far one has breathed in, 0 to 1: in faster than out, as at rest."""
    phase = (t_s * per_minute / 60.0) % 1.0
    return ease(phase / 0.4) if phase < 0.4 else 1.0 - ease((phase - 0.4) / 0.6)


def gaze_jumps(
    rng: np.random.Generator, length_s: float, *, far: float = 0.22
) -> list[tuple[float, float, float]]:
    """Small jumps of the eyes: (t_s, x,
    y) to be added to the gaze from then on; they do not glide."""
    jumps = [(0.0, 0.0, 0.0)]
    at = float(rng.uniform(0.4, 1.2))
    while at < length_s:
        away = rng.random() < 0.6
        x, y = (far * rng.normal(0.0, 0.8, 2)).clip(-2 * far, 2 * far) if away else (0.0, 0.0)
        jumps.append((at, float(x), 0.5 * float(y)))
        at += float(rng.uniform(0.25, 1.8))
    return jumps


def _soft(value: float) -> float:
    """Within -1 to 1, bending before the ends."""
    return math.tanh(value)
