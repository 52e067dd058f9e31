"""Mouth shapes of a voice, from its sound alone or sharpened by the text that it speaks.

Frames are scored for sixteen kinds of sound (`mouth_sounds`). Without a text the likeliest way
through the kinds is taken that holds each for the time a mouth needs; with one, the way through the
sounds of the text (`spelling`, `alignment`). So lips close on every m, b and p of a text, wherever
the sound alone would leave it open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from paintreel.audio.alignment import aligned
from paintreel.audio.mouth_cues import MouthCue, joined
from paintreel.audio.mouth_features import FEATURES, SPEECH_DB, features_of_blocks
from paintreel.audio.mouth_sounds import KINDS, SHAPE_OF, kind_scores
from paintreel.audio.sound import Sound
from paintreel.audio.spectra import FRAME_S
from paintreel.audio.spelling import sounds_of_text
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.notes import Note

__all__ = ["SpokenMouth", "likeliest_kinds", "mouth_of_blocks", "mouth_of_sound"]

MOST_TEXT_S = 600.0
"""Longest sound that a text is laid along."""

# Frames of 10 ms that a kind lasts at least.
_LEAST = {"rest": 9, "m": 5, "p": 5, "t": 4, "n": 4, "l": 4, "th": 4, "r": 4, "f": 5, "s": 5}
_LEAST_VOWEL = 5
_CHANGE = 4.0  # logarithm of how much likelier another kind must be
# How much rarer than others a kind is, as a logarithm.
_RARE = {"th": 1.0, "f": 0.7, "l": 0.5, "r": 0.3}
_QUIET_DB = -45.0
_PUCKERED_BARK = (4.4, 9.6)


@dataclass(frozen=True)
class SpokenMouth:
    """How a mouth moves for a sound.

    cues      shapes from 0 s to the end, without gaps
    levels    (F,) float32: level of every 10 ms in dB, 0 where the recording is loud
    notes     what the user should know
    """

    cues: tuple[MouthCue, ...]
    levels: Array
    notes: tuple[Note, ...] = ()


def mouth_of_sound(sound: Sound, text: str | None = None, language: str = "auto") -> SpokenMouth:
    """The mouth of a sound; `text` are the words that are spoken in it.

    language  of the text: "en", "de", "any" (letters as most languages have them) or "auto"

    Raises InputError where the text cannot be spoken in this sound: too long, or nothing to hear.
    """
    return mouth_of_blocks([sound], text, language)


def mouth_of_blocks(
    blocks: Iterable[Sound], text: str | None = None, language: str = "auto"
) -> SpokenMouth:
    """The same of a sound in blocks, as `stream_sound` gives: an hour needs some 60 MB."""
    lengths_s: list[float] = []

    def counted() -> Iterable[Sound]:
        for block in blocks:
            lengths_s.append(block.length_s)
            yield block

    features = features_of_blocks(counted())
    length_s = sum(lengths_s)
    levels = features[:, 0]
    notes: list[Note] = []
    if not (levels > SPEECH_DB).any():
        if text is not None and text.strip():
            raise InputError("nothing is heard in the sound, so the text cannot be laid along it")
        notes.append(Note("sound-silent", "nothing is heard in the sound: the mouth stays shut"))
        return SpokenMouth(
            (MouthCue(0.0, length_s, "X"),) if length_s else (), levels, tuple(notes)
        )
    scores = kind_scores(features)
    scores[levels < _QUIET_DB, KINDS.index("rest")] += 1.0
    # Lips that pucker lower both formants; o and u are otherwise hard to tell apart.
    puckered = (features[:, FEATURES.index("f1")] < _PUCKERED_BARK[0]) & (
        features[:, FEATURES.index("f2")] < _PUCKERED_BARK[1]
    )
    scores[puckered, KINDS.index("u")] += 1.5
    if text is None or not text.strip():
        path = likeliest_kinds(scores)
    else:
        if length_s > MOST_TEXT_S:
            raise InputError(
                f"the sound is {length_s:.0f} s long, a text is laid along at most "
                f"{MOST_TEXT_S:.0f} s: cut it into lines, or leave the text out"
            )
        spoken, said = sounds_of_text(text, language)
        notes += said
        path, said = aligned(scores, levels, spoken, free=likeliest_kinds(scores))
        notes += said
    return SpokenMouth(_cues(path, length_s), levels, tuple(notes))


def likeliest_kinds(scores: Array) -> Array:
    """(F,) the index of the kind in every frame, of the likeliest way through them."""
    lengths = np.array([_LEAST.get(kind, _LEAST_VOWEL) for kind in KINDS])
    prior = -np.array([_RARE.get(kind, 0.0) for kind in KINDS])
    ends = np.cumsum(lengths) - 1
    firsts = ends - lengths + 1
    kind_of = np.repeat(np.arange(len(KINDS)), lengths)
    count = len(scores)
    came = np.zeros((count, len(KINDS)), np.int16)  # into the first state of each kind
    stayed = np.zeros((count, len(KINDS)), bool)  # in the last state
    best = np.full(len(kind_of), -np.inf)
    # A recording may start in the midst of anything.
    best[:] = scores[0][kind_of] + prior[kind_of]
    for frame in range(1, count):
        out = best[ends]
        source = int(out.argmax())
        enter = np.full(len(KINDS), out[source])
        origin = np.full(len(KINDS), source, np.int16)
        # A kind follows another, not itself.
        rest = out.copy()
        rest[source] = -np.inf
        second = int(rest.argmax())
        enter[source], origin[source] = rest[second], second
        moved = np.empty_like(best)
        moved[1:] = best[:-1]
        moved[firsts] = enter - _CHANGE + prior
        keep = best[ends] > moved[ends]
        moved[ends] = np.maximum(best[ends], moved[ends])
        stayed[frame], came[frame] = keep, origin
        best = moved + scores[frame][kind_of]
    path = np.empty(count, np.int16)
    state = int(best.argmax())
    for frame in range(count - 1, -1, -1):
        kind = int(kind_of[state])
        path[frame] = kind
        if state == ends[kind] and stayed[frame, kind]:
            continue
        state = int(ends[came[frame, kind]]) if state == firsts[kind] else state - 1
    return path


def _cues(path: Sequence[int] | Array, length_s: float) -> tuple[MouthCue, ...]:
    """Frames as cues; a frame stands for 5 ms to either side of its time."""
    shapes = np.array([SHAPE_OF[KINDS[kind]] for kind in path])
    starts = np.flatnonzero(np.r_[True, shapes[1:] != shapes[:-1]])
    edges_s = np.append(np.maximum(starts * FRAME_S - FRAME_S / 2, 0.0), length_s)
    cues = [
        MouthCue(round(float(start), 3), round(float(min(end, length_s)), 3), str(shapes[at]))
        for start, end, at in zip(edges_s[:-1], edges_s[1:], starts, strict=True)
        if start < length_s
    ]
    return tuple(joined(cues))
