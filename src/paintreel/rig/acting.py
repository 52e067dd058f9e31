"""What a character does while it speaks: gestures, blinks, glances, posture and breath, planned.

Accents of the voice get nods, brows and hands, as the manner of the emotion at that time has them
(`gestures.py`), never the same twice in a row; pauses get blinks and looks away; a phrase begins
with a breath and a posture of its own. All is drawn from one seed: the same voice and seed act the
same, another seed acts otherwise.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from paintreel.audio.rhythm import Rhythm, SpokenPhrase
from paintreel.rig.gestures import BODY, HANDS, MANNERS, HandGesture, Manner
from paintreel.rig.pose import Hand
from paintreel.runtime.emotion_timeline import EmotionTimeline, emotion_at, likeliest

__all__ = ["Acting", "Blink", "BodyStroke", "Glance", "HandPhrase", "Posture", "plan_acting"]

_RESTING = "neutral"
_REST = "rest"  # the gesture that leaves hands down
# Pixels that a point of the head moves at 720 lines, head and shoulders, by each unit of these.
_REACH_PX = {"nod_deg": 1.9, "tilt_deg": 4.8, "turn_deg": 1.9, "lean": 40.0, "shrug": 14.0}
_MOST_PX_A_S = 58.0
"""How fast a point of the head goes on average in a stroke; the quickest frame: 1.5 times."""
_LEAD_S = 0.03  # a body is at its height a frame before the syllable
_ANTICIPATION = 0.14
_RAISE_S = 0.65
_EARLY_S = 0.22  # how long before a phrase its posture begins


@dataclass(frozen=True, slots=True)
class BodyStroke:
    """One gesture: `amounts` of a pose, at their height from `t_s` for `hold_s`."""

    name: str
    t_s: float
    amounts: Mapping[str, float]
    rise_s: float
    hold_s: float
    fall_s: float

    @property
    def start_s(self) -> float:
        """When it begins, with its anticipation."""
        return self.t_s - 1.6 * self.rise_s

    @property
    def end_s(self) -> float:
        """When nothing of it is left."""
        return self.t_s + self.hold_s + self.fall_s

    def share_at(self, t_s: float) -> float:
        """How much of it there is: a little against it at first, over the mark, and back."""
        since = t_s - self.t_s
        if since <= -1.6 * self.rise_s or since >= self.hold_s + self.fall_s:
            return 0.0
        if since < -self.rise_s:
            return -_ANTICIPATION * eased((since + 1.6 * self.rise_s) / (0.6 * self.rise_s))
        if since < 0:
            up = eased(since / self.rise_s + 1.0)
            return -_ANTICIPATION + (1.0 + _ANTICIPATION) * up
        settled = 0.86 + 0.14 * math.exp(-since / 0.09)
        if since < self.hold_s:
            return settled
        return settled * (1.0 - eased((since - self.hold_s) / self.fall_s))


@dataclass(frozen=True, slots=True)
class Blink:
    """Lids close from `t_s` on; the whole takes `length_s`."""

    t_s: float
    length_s: float = 0.24

    def share_at(self, t_s: float) -> float:
        """How far the lids are closed: quickly shut, slowly open."""
        part = (t_s - self.t_s) / self.length_s
        if not 0.0 < part < 1.0:
            return 0.0
        if part < 0.3:
            return eased(part / 0.3)
        return 1.0 if part < 0.5 else 1.0 - eased((part - 0.5) / 0.5)


@dataclass(frozen=True, slots=True)
class Glance:
    """From `t_s` on the eyes look there; `follows` is how much the head goes along, 0 to 1."""

    t_s: float
    x: float
    y: float
    follows: float = 0.0


@dataclass(frozen=True, slots=True)
class Posture:
    """From `t_s` on body and head go over to these amounts, within `length_s`."""

    t_s: float
    amounts: Mapping[str, float]
    length_s: float


@dataclass(frozen=True, slots=True)
class HandPhrase:
    """Hands that are up from `start_s` to `end_s`, and beat at `beats` (time, strength)."""

    name: str
    start_s: float
    end_s: float
    is_mirrored: bool
    beats: tuple[tuple[float, float], ...] = ()

    @property
    def gesture(self) -> HandGesture:
        """Where the hands go."""
        gesture = HANDS[self.name]
        if not self.is_mirrored:
            return gesture
        return HandGesture(_mirrored(gesture.right), _mirrored(gesture.left), gesture.beat)


@dataclass(frozen=True)
class Acting:
    """Everything that is planned, each list in order of time.

    seed_phase  of the slow sway that is never quite the same, 0 to 1
    """

    timeline: EmotionTimeline
    strokes: tuple[BodyStroke, ...]
    blinks: tuple[Blink, ...]
    glances: tuple[Glance, ...]
    postures: tuple[Posture, ...]
    hands: tuple[HandPhrase, ...]
    breaths_s: tuple[float, ...]
    seed_phase: float
    length_s: float


def plan_acting(
    rhythm: Rhythm, timeline: EmotionTimeline, *, rng: np.random.Generator, has_hands: bool = True
) -> Acting:
    """What a character does to a rhythm, in the emotions of a timeline.

    has_hands  whether hands are seen, as in a half figure
    """
    strokes = _strokes(rhythm, timeline, rng)
    glances = _glances(rhythm, timeline, rng)
    return Acting(
        timeline=timeline,
        strokes=strokes,
        blinks=_blinks(rhythm, timeline, glances, rng),
        glances=glances,
        postures=_postures(rhythm, timeline, rng),
        hands=_hand_phrases(rhythm, timeline, rng) if has_hands else (),
        breaths_s=_breaths(rhythm, rng),
        seed_phase=float(rng.random()),
        length_s=rhythm.length_s,
    )


def eased(share: float) -> float:
    """0 to 1, slow at both ends.

    >>> eased(0.0), eased(0.5), eased(2.0)
    (0.0, 0.5, 1.0)
    """
    share = min(max(share, 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)


def _manner_at(timeline: EmotionTimeline, t_s: float) -> tuple[Manner, float]:
    """The manner of the strongest emotion, and how strong it is, 0 to 1."""
    shares = emotion_at(timeline, t_s)
    name = likeliest(shares)
    if name is None:
        return MANNERS[_RESTING], 0.5
    return MANNERS[name], min(shares[name], 1.0)


def _choice(weights: Mapping[str, float], last: str, rng: np.random.Generator) -> str:
    """One of the names by their weights, not the last one where there is another."""
    names = [name for name in weights if name != last] or list(weights)
    shares = np.array([weights[name] for name in names])
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


def _strokes(
    rhythm: Rhythm, timeline: EmotionTimeline, rng: np.random.Generator
) -> tuple[BodyStroke, ...]:
    out: list[BodyStroke] = []
    last, free_s = "", -1.0
    for accent in rhythm.accents:
        manner, intensity = _manner_at(timeline, accent.t_s)
        if accent.strength < manner.least:
            continue
        size = manner.size * (0.55 + 0.45 * accent.strength) * (0.6 + 0.4 * intensity)
        size *= float(rng.uniform(0.85, 1.15))
        name = _choice(manner.body, last, rng)
        amounts = {key: size * by for key, by in BODY[name].items()}
        rise_s = max(manner.rise_s, _reach_px(amounts) / _MOST_PX_A_S)
        t_s = accent.t_s - _LEAD_S
        # A head finishes what it began: a stroke waits until the one before is on its way back.
        if t_s - 1.2 * rise_s < max(free_s, 0.0):
            continue
        last = name
        hold_s = manner.hold_s * float(rng.uniform(0.7, 1.4))
        fall_s = max(manner.fall_s, _reach_px(amounts) / _MOST_PX_A_S)
        out.append(BodyStroke(name, t_s, amounts, rise_s, hold_s, fall_s))
        free_s = t_s + hold_s + 0.35 * fall_s
    return tuple(out)


def _reach_px(amounts: Mapping[str, float]) -> float:
    return math.hypot(*(by * amounts.get(key, 0.0) for key, by in _REACH_PX.items()))


def _pauses(rhythm: Rhythm) -> list[SpokenPhrase]:
    """What lies before, between and after the phrases."""
    edges = [0.0, *(t for one in rhythm.phrases for t in (one.start_s, one.end_s)), rhythm.length_s]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [SpokenPhrase(start_s, end_s) for start_s, end_s in pairs if end_s > start_s]


def _glances(
    rhythm: Rhythm, timeline: EmotionTimeline, rng: np.random.Generator
) -> tuple[Glance, ...]:
    out = [Glance(0.0, 0.0, 0.0)]
    taken: list[tuple[float, float]] = []
    side = 1.0
    for pause in _pauses(rhythm):
        manner, intensity = _manner_at(timeline, pause.start_s)
        length_s = pause.end_s - pause.start_s
        if length_s < 0.35 or rng.random() > manner.glance * (0.5 + 0.5 * intensity):
            continue
        side = -side if rng.random() < 0.7 else side
        start_s = pause.start_s + float(rng.uniform(0.0, 0.25 * length_s))
        end_s = min(pause.end_s - 0.08, start_s + float(rng.uniform(0.7, 1.8)))
        x, y = manner.away
        wide = float(rng.uniform(0.7, 1.1))
        out.append(Glance(start_s, side * wide * x, wide * y, follows=0.7))
        out.append(Glance(end_s, 0.0, 0.0))
        taken.append((start_s, end_s))
    t_s = 0.0
    while True:
        manner, _ = _manner_at(timeline, t_s)
        t_s += max(0.25, float(rng.exponential(manner.dwell_s)))
        if t_s >= rhythm.length_s:
            break
        if any(start_s - 0.1 <= t_s <= end_s + 0.1 for start_s, end_s in taken):
            continue
        reach = 0.1 + 0.12 * min(manner.tremble * 2, 1.0)
        x, y = float(rng.normal(0, reach)), float(rng.normal(0, 0.5 * reach))
        out.append(Glance(t_s, max(-0.3, min(x, 0.3)), max(-0.15, min(y, 0.15))))
    return tuple(sorted(out, key=lambda one: one.t_s))


def _blinks(
    rhythm: Rhythm,
    timeline: EmotionTimeline,
    glances: Sequence[Glance],
    rng: np.random.Generator,
) -> tuple[Blink, ...]:
    """At ends of phrases, with looks away, at changes of feeling, and in between by chance."""
    wanted = [phrase.end_s + float(rng.uniform(-0.04, 0.12)) for phrase in rhythm.phrases]
    wanted += [one.t_s - 0.06 for one in glances if one.follows and rng.random() < 0.7]
    wanted += [
        now_s - 0.1
        for (_, before), (now_s, after) in itertools.pairwise(timeline)
        if likeliest(before) != likeliest(after)
    ]
    kept: list[float] = []
    for t_s in sorted(wanted):
        if 0 < t_s < rhythm.length_s and (not kept or t_s - kept[-1] > 0.8):
            kept.append(t_s)
    t_s = float(rng.uniform(0.4, 1.4))
    while t_s < rhythm.length_s:
        if all(abs(t_s - other) > 0.5 for other in _near(kept, t_s)):
            kept.append(t_s)
            if rng.random() < 0.12:  # now and then twice
                kept.append(t_s + 0.36)
        manner, _ = _manner_at(timeline, t_s)
        t_s += max(1.0, float(rng.normal(manner.blink_s, 0.3 * manner.blink_s)))
    return tuple(Blink(t_s, float(rng.uniform(0.2, 0.28))) for t_s in sorted(kept))


def _near(times_s: list[float], t_s: float) -> list[float]:
    return [other for other in times_s if abs(other - t_s) < 2.0]


def _postures(
    rhythm: Rhythm, timeline: EmotionTimeline, rng: np.random.Generator
) -> tuple[Posture, ...]:
    """One for each phrase, and back between those that are far apart."""
    out: list[Posture] = []
    side = 1.0 if rng.random() < 0.5 else -1.0
    end_s = 0.0
    for number, phrase in enumerate(rhythm.phrases):
        manner, _ = _manner_at(timeline, phrase.start_s)
        if number and phrase.start_s - end_s > 1.2:
            out.append(Posture(end_s + 0.15, {"nod_deg": 1.0}, 0.7))
        side = -side if rng.random() < 0.75 else side
        wide = side * manner.size * float(rng.uniform(0.5, 1.0))
        amounts = {
            "turn_deg": 4.5 * wide,
            "tilt_deg": -2.2 * wide * float(rng.uniform(-0.3, 1.0)),
            "nod_deg": -manner.lift,
            "lean": 0.16 * wide,
            "weight": 0.9 * wide,
        }
        out.append(Posture(max(0.0, phrase.start_s - _EARLY_S), amounts, 0.5))
        end_s = phrase.end_s
    out.append(Posture(end_s + 0.2, {}, 0.8))
    return tuple(out)


def _hand_phrases(
    rhythm: Rhythm, timeline: EmotionTimeline, rng: np.random.Generator
) -> tuple[HandPhrase, ...]:
    spans = [(max(begin_s, _RAISE_S), end_s) for begin_s, end_s in _spans_of_hands(rhythm)]
    names: list[str] = []
    for start_s, end_s in spans:  # no film begins with a hand that is up
        manner, intensity = _manner_at(timeline, 0.5 * (start_s + end_s))
        name = _choice(manner.hands, names[-1] if names else "", rng)
        if name != _REST and rng.random() > 0.45 + 0.5 * intensity:
            name = _REST
        names.append(name)
    # Whoever speaks a whole line uses a hand once, where the voice gives most reason to.
    if spans and all(name == _REST for name in names):
        at = max(range(len(spans)), key=lambda number: _urge(rhythm, spans[number]))
        manner, _ = _manner_at(timeline, 0.5 * sum(spans[at]))
        shown = {name: share for name, share in manner.hands.items() if name != _REST}
        if shown:
            names[at] = _choice(shown, "", rng)
    out = []
    for name, (start_s, end_s) in zip(names, spans, strict=True):
        is_mirrored = bool(rng.random() < 0.5)
        if name == _REST:
            continue
        beats = tuple(
            (accent.t_s - _LEAD_S, accent.strength)
            for accent in rhythm.accents
            if start_s + 0.3 < accent.t_s < end_s and accent.strength > 0.25
        )
        out.append(HandPhrase(name, start_s, end_s, is_mirrored, beats))
    return tuple(out)


def _urge(rhythm: Rhythm, span: tuple[float, float]) -> float:
    """How much voice there is for a hand: the strength of the accents, and a little its length."""
    start_s, end_s = span
    heard = sum(one.strength for one in rhythm.accents if start_s <= one.t_s <= end_s)
    return heard + 0.1 * (end_s - start_s)


def _spans_of_hands(rhythm: Rhythm) -> list[tuple[float, float]]:
    """Phrases, of which those that are close are one and those that are long are several."""
    spans: list[list[float]] = []
    for phrase in rhythm.phrases:
        if spans and phrase.start_s - spans[-1][1] < 0.7 and phrase.end_s - spans[-1][0] < 4.0:
            spans[-1][1] = phrase.end_s
        else:
            spans.append([phrase.start_s, phrase.end_s])
    out = []
    for start_s, end_s in spans:
        parts = max(1, round((end_s - start_s) / 3.2))
        for part in range(parts):
            length_s = (end_s - start_s) / parts
            if length_s > 0.6:
                begin_s = start_s + part * length_s
                out.append((begin_s, begin_s + length_s))
    return out


def _breaths(rhythm: Rhythm, rng: np.random.Generator) -> tuple[float, ...]:
    """When a breath is fullest: just before phrases, and every few seconds of silence."""
    out: list[float] = []
    t_s = 0.0
    starts = [phrase.start_s for phrase in rhythm.phrases]
    while t_s < rhythm.length_s + 4.0:
        near = [s for s in starts if t_s - 1.0 < s < t_s + 1.6 and (not out or s - out[-1] > 1.2)]
        t_s = near[0] - 0.05 if near else t_s
        if not out or t_s > out[-1] + 0.5:
            out.append(t_s)
        t_s = (out[-1] if out else 0.0) + float(rng.uniform(2.8, 4.2))
    return tuple(out)


def _mirrored(hand: Hand | None) -> Hand | None:
    if hand is None:
        return None
    return Hand(
        raised=hand.raised, x=-hand.x, y=hand.y, angle_deg=-hand.angle_deg, curl=hand.curl,
        spread=hand.spread, point=hand.point,
    )  # fmt: skip
