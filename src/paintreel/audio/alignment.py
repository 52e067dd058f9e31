"""The sounds of a text laid along a recording, by dynamic programming.

Each sound is a chain of states that is held for the time its mouth needs, and passed in order; a
pause may be left out, and so may what is often swallowed. The way that the frames make likeliest is
found with Viterbi's algorithm, in a band around the even pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paintreel.audio.mouth_features import SPEECH_DB
from paintreel.audio.mouth_sounds import KINDS
from paintreel.audio.spectra import FRAME_S
from paintreel.audio.spelling import SpokenSound
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.notes import Note

__all__ = ["aligned"]

# Frames of 10 ms.
_LEAST = {"rest": 8, "m": 4, "p": 4, "t": 2, "n": 3, "l": 3, "th": 3, "r": 2, "f": 4, "s": 4}
_LEAST_VOWEL = 3
_USUAL = {"rest": 200, "s": 12, "m": 9, "p": 9, "f": 10, "n": 9, "t": 8, "l": 8, "th": 8, "r": 9}
_USUAL_VOWEL = 14
_SWALLOWED = -5.0
"""Logarithm of how likely a weak sound is left out."""
_PAUSE = -3.0
_UNLIKE = 3.0  # a frame on average
_FEWEST_FRAMES = 30
_MOST_FREE = 2_500  # states on either side of the even pace


@dataclass(frozen=True)
class _StateChain:
    """All states in order.

    kinds   (S,) of each state
    unit    (S,) which sound it belongs to
    first, last  (U,) states of each sound
    stay    (U,) logarithm of staying for a further frame, in the last state
    skips   (U,) logarithm of leaving the sound out, -inf where it may not be
    """

    kinds: Array
    unit: Array
    first: Array
    last: Array
    stay: Array
    skips: Array


def aligned(
    scores: Array,
    levels: Array,
    sounds: Sequence[SpokenSound],
    *,
    free: Array,
    is_cut: bool = False,
) -> tuple[Array, list[Note]]:
    """(F,) the index of the kind in every frame, and notes.

    scores  (F, K) of `kind_scores`
    levels  (F,) dB, 0 where the recording is loud
    sounds  of the text, in order
    free    (F,) the likeliest way without the text, to tell how unlike the two are
    is_cut  whether the recording may end in the midst of the text

    Raises InputError where the sounds take longer than the recording speaks.
    """
    chain = _chain(sounds)
    heard = int((levels > SPEECH_DB).sum())
    # The states that cannot be left out.
    needed = int(sum(chain.last[u] - chain.first[u] + 1 for u in range(len(chain.skips))
                     if not np.isfinite(chain.skips[u])))  # fmt: skip
    words = 1 + max(sound.word for sound in sounds if sound.kind != "rest")
    if not is_cut and (needed > len(scores) or needed > 2 * max(heard, 1) + _FEWEST_FRAMES):
        raise InputError(
            f"the text ({words} words) takes at least {needed * FRAME_S:.1f} s to say, but the "
            f"sound speaks for {heard * FRAME_S:.1f} s: give the text of this sound, or leave it "
            "out"
        )
    path = _likeliest(scores, chain, is_cut=is_cut)
    notes = []
    frames = np.arange(len(scores))
    spoken = levels > SPEECH_DB
    cost = float((scores[frames, free] - scores[frames, path])[spoken].mean()) if heard else 0.0
    if cost > _UNLIKE:
        notes.append(
            Note(
                "text-unlike-sound",
                "the text fits the sound badly: is it the text of this line? Without it the mouth "
                "follows the sound alone",
            )
        )
    return path, notes


def _chain(sounds: Sequence[SpokenSound]) -> _StateChain:
    least = np.array([_LEAST.get(sound.kind, _LEAST_VOWEL) for sound in sounds])
    usual = np.array([_USUAL.get(sound.kind, _USUAL_VOWEL) for sound in sounds])
    last = np.cumsum(least) - 1
    skips = np.full(len(sounds), -np.inf)
    for index, sound in enumerate(sounds):
        if sound.kind == "rest":
            skips[index] = 0.0
        elif not sound.is_sure:
            skips[index] = _SWALLOWED
    kinds = np.array([KINDS.index(sound.kind) for sound in sounds])
    extra = np.maximum(usual - least, 1)
    return _StateChain(
        kinds=np.repeat(kinds, least),
        unit=np.repeat(np.arange(len(sounds)), least),
        first=last - least + 1,
        last=last,
        stay=np.log(extra / (extra + 1.0)),
        skips=skips,
    )


_STAY, _STEP = -1, -2


def _likeliest(scores: Array, chain: _StateChain, *, is_cut: bool) -> Array:
    """Viterbi's way through the chain, from one of its first sounds to one of its last."""
    count, states = len(scores), len(chain.kinds)
    units = len(chain.first)
    leave = np.log1p(-np.exp(chain.stay))
    # How far a state may lie from the even pace: all of them in a line, a band in a long speech.
    width = min(states, 2 * _MOST_FREE)
    lows = np.rint(np.linspace(0, states - width, count)).astype(int)
    came = np.full((count, width), _STEP, np.int32)
    best = np.full(states, -np.inf)
    begins = np.r_[0.0, np.cumsum(np.where(np.isfinite(chain.skips), chain.skips, -1e9))[:-1]]
    free = begins > -1e8
    best[chain.first[free]] = begins[free] + scores[0, chain.kinds[chain.first[free]]]
    reach, pause = _reach(chain), _pause_cost(chain)
    for frame in range(1, count):
        low = lows[frame]
        high = low + width
        moved = np.full(states, -np.inf)
        moved[1:] = best[:-1]
        moved[chain.first] = -np.inf
        sources = np.full(units, -1)
        entered = np.full(units, -np.inf)
        out = best[chain.last] + leave
        for back, (targets, costs) in reach.items():
            value = out[targets - back] + costs
            better = value > entered[targets]
            entered[targets] = np.where(better, value, entered[targets])
            sources[targets] = np.where(better, targets - back, sources[targets])
        moved[chain.first] = entered + pause
        steps = np.full(states, _STEP, np.int32)
        steps[chain.first] = sources
        stay = best[chain.last] + chain.stay
        keeps = stay > moved[chain.last]
        moved[chain.last] = np.where(keeps, stay, moved[chain.last])
        steps[chain.last] = np.where(keeps, _STAY, steps[chain.last])
        best = np.full(states, -np.inf)
        best[low:high] = moved[low:high] + scores[frame, chain.kinds[low:high]]
        came[frame] = steps[low:high]
    ends = np.r_[
        np.cumsum(np.where(np.isfinite(chain.skips), chain.skips, -1e9)[::-1])[::-1][1:], 0
    ]
    final = best[chain.last] + ends
    state = int(np.argmax(best)) if is_cut else int(chain.last[int(np.argmax(final))])
    path = np.empty(count, np.int16)
    for frame in range(count - 1, -1, -1):
        path[frame] = chain.kinds[state]
        step = came[frame, state - lows[frame]] if frame else _STAY
        if step == _STEP:
            state -= 1
        elif step >= 0:
            state = int(chain.last[step])
    return path


def _pause_cost(chain: _StateChain) -> Array:
    rest = KINDS.index("rest")
    return np.where(chain.kinds[chain.first] == rest, _PAUSE, 0.0)


def _reach(chain: _StateChain) -> dict[int, tuple[Array, Array]]:
    """{how many sounds back: (the sounds that may follow from there, the cost of leaving out)}."""
    out: dict[int, tuple[Array, Array]] = {}
    units = len(chain.first)
    for back in range(1, 4):
        targets = np.arange(back, units)
        costs = np.zeros(len(targets))
        for between in range(1, back):
            costs = costs + chain.skips[targets - between]
        good = np.isfinite(costs)
        out[back] = targets[good], costs[good]
    return out
