"""Moving holds: what keeps a body alive between its gestures.

Nothing that lives stands like a picture. Body, shoulders and hands drift a little about where they
are held, each in its own time; after every beat a hand settles at another place; and the weight
goes from leg to leg. All of it is a function of time, so it is the same at every rate.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import replace

from paintreel.rig.acting import Acting, HandPhrase, eased
from paintreel.rig.gestures import MANNERS, HandGesture
from paintreel.rig.pose import HIDDEN_HAND, Hand
from paintreel.runtime.emotion_timeline import emotion_at, likeliest

__all__ = ["body_drift", "hands_at", "wander"]

_RAISE_S, _LOWER_S = 0.5, 0.6
_BEAT_RISE_S, _BEAT_FALL_S = 0.2, 0.36
_SETTLES_S = 0.5
_LONGEST_S = 12.0  # nobody holds a hand up for so long
_LATER_S = 0.06  # two hands never do the same at once
_GOLDEN = 2.399963


def wander(t_s: float, hz: float, phase: float) -> float:
    """-1 to 1: a smooth way about 0 that does not repeat within a film.

    >>> abs(wander(3.7, 0.3, 0.2)) <= 1.0
    True
    """
    turn = 2.0 * math.pi
    slow = math.sin(turn * (hz * t_s + phase))
    return 0.64 * slow + 0.36 * math.sin(turn * (1.618 * hz * t_s + 2.7 * phase + 0.2))


def body_drift(acting: Acting, t_s: float) -> dict[str, float]:
    """What to add to a pose: a slow sway of head and body, and a tremble where there is fear."""
    phase = acting.seed_phase
    name = likeliest(emotion_at(acting.timeline, t_s))
    size = MANNERS[name].drift if name is not None else 1.0
    drift = {
        "turn_deg": 0.85 * wander(t_s, 0.15, phase),
        "tilt_deg": 0.65 * wander(t_s, 0.12, 2 * phase + 0.3),
        "nod_deg": 0.55 * wander(t_s, 0.2, 5 * phase),
        "lean": 0.07 * wander(t_s, 0.17, 3 * phase + 0.1),
        "weight": 0.3 * wander(t_s - 0.15, 0.13, 7 * phase),
        "shrug": 0.07 * wander(t_s, 0.23, 4 * phase + 0.6),
    }
    drift = {key: size * by for key, by in drift.items()}
    tremble = MANNERS[name].tremble if name is not None else 0.0
    if tremble:
        turn = 2.0 * math.pi
        drift["turn_deg"] += tremble * math.sin(turn * (6.3 * t_s + phase))
        drift["nod_deg"] += 0.6 * tremble * math.sin(turn * 5.1 * t_s)
        drift["shrug"] += 0.06 * tremble * math.sin(turn * 4.3 * t_s)
    return drift


def hands_at(acting: Acting, t_s: float, breath: float) -> tuple[Hand, Hand]:
    """Left and right hand: raised for their phrases, beating, settling and drifting.

    breath  0 to 1: hands ride on it
    """
    out = []
    for side in (-1, 1):
        late_s = _LATER_S if (side < 0) == (acting.seed_phase < 0.5) else 0.0
        hand = HIDDEN_HAND
        past = bisect.bisect_right(acting.hands, t_s - _LONGEST_S, key=lambda one: one.start_s)
        for phrase in acting.hands[past:]:
            since_s = t_s - late_s - phrase.start_s + _RAISE_S
            if since_s <= 0.0:
                break
            goal = _goal(phrase.gesture, side)
            if goal is None or phrase.end_s + _LOWER_S < t_s - late_s:
                continue
            placed = _placed(goal, phrase, t_s - late_s, side)
            # A hand that is still up from the phrase before goes over without sinking.
            hand = hand.mixed(placed, eased(since_s / _RAISE_S))
        out.append(_drifting(hand, acting, t_s, side, breath) if hand.raised > 0.0 else hand)
    return out[0], out[1]


def _goal(gesture: HandGesture, side: int) -> Hand | None:
    return gesture.left if side < 0 else gesture.right


def _placed(goal: Hand, phrase: HandPhrase, t_s: float, side: int) -> Hand:
    """The hand of a phrase at its height, with its beats; on its way down after the phrase."""
    x = y = angle = beat = 0.0
    for number, (beat_s, strength) in enumerate(phrase.beats):
        beat = max(beat, strength * _beat_share(t_s - beat_s))
        if t_s <= beat_s:
            continue
        share = eased((t_s - beat_s) / _SETTLES_S)
        way = _GOLDEN * (number + 1) + side
        x += (0.12 * math.cos(way) - x) * share
        y += (0.09 * math.sin(way) - y) * share
        angle += (11.0 * math.cos(1.7 * way) - angle) * share
    down = eased((t_s - phrase.end_s) / _LOWER_S)
    return replace(
        goal,
        raised=goal.raised * (1.0 - down),
        x=goal.x + x,
        y=goal.y + y + phrase.gesture.beat * beat,
        angle_deg=goal.angle_deg + angle,
    )


def _drifting(hand: Hand, acting: Acting, t_s: float, side: int, breath: float) -> Hand:
    phase = acting.seed_phase + 0.37 * side
    name = likeliest(emotion_at(acting.timeline, t_s))
    manner = MANNERS[name] if name is not None else None
    size = manner.drift if manner is not None else 1.0
    tremble = manner.tremble if manner is not None else 0.0
    shake = 0.02 * tremble * math.sin(2.0 * math.pi * (5.7 * t_s + phase))
    return replace(
        hand,
        x=hand.x + 0.05 * size * wander(t_s, 0.31, phase) + shake,
        y=hand.y + 0.055 * size * wander(t_s, 0.27, 3 * phase + 0.4) - 0.05 * breath,
        angle_deg=hand.angle_deg + 7.0 * size * wander(t_s, 0.36, 5 * phase),
        curl=min(max(hand.curl + 0.1 * size * wander(t_s, 0.41, 7 * phase), 0.0), 1.0),
        spread=min(max(hand.spread + 0.1 * size * wander(t_s, 0.33, 2 * phase), 0.0), 1.0),
    )


def _beat_share(since_s: float) -> float:
    if since_s < -_BEAT_RISE_S or since_s > _BEAT_FALL_S:
        return 0.0
    if since_s < 0:
        return eased(since_s / _BEAT_RISE_S + 1.0)
    return 1.0 - eased(since_s / _BEAT_FALL_S)
