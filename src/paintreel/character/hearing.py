"""Where in a sound somebody speaks: elsewhere the mouth of a character rests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paintreel.audio.mouth_cues import MouthCue, joined
from paintreel.audio.pitch import Pitch, pitch_of
from paintreel.audio.prosody import intensity_db
from paintreel.audio.sound import Sound
from paintreel.audio.spectra import FRAME_S
from paintreel.audio.voice import Span, is_speech, spans_of, voice_activity
from paintreel.imaging.arrays import Array

__all__ = ["resting_between", "speech_in"]

_WINDOW_FRAMES, _STEP_FRAMES = round(3 / FRAME_S), round(1 / FRAME_S)
_FULL_SCALE, _CLIPPED_SHARE = 0.98, 0.05
_CLARITY_DB = 30.0
_PAUSE_S, _PAD_S = 0.5, 0.12


def speech_in(block: Sound) -> list[Span]:
    """The stretches of a block in which somebody speaks, in seconds from its own start.

    Voice activity finds sounds like a voice; whether they are speech is judged of the whole and of
    every three seconds, so that noise or music beside a line hides nothing of it.
    """
    pitch = pitch_of(block)
    active = voice_activity(block, pitch)
    if not active.any():
        return []
    level = _told_level(block, pitch)
    count = min(len(active), len(level), len(pitch.hz))
    if is_speech(pitch, level):
        return spans_of(active)
    speech = np.zeros(len(active), bool)
    for start in range(0, count, _STEP_FRAMES):
        part = slice(start, min(start + _WINDOW_FRAMES, count))
        if is_speech(Pitch(pitch.hz[part], pitch.clarity[part]), level[part]):
            speech[part] = True
    return spans_of(active & speech)


def resting_between(cues: Sequence[MouthCue], spans: Sequence[Span]) -> tuple[MouthCue, ...]:
    """The cues, with X where nothing is said for half a second or longer.

    spans  of speech, in order, on the clock of the cues
    """
    if not cues:
        return ()
    first_s, last_s = cues[0].start_s, cues[-1].end_s
    said: list[tuple[float, float]] = []
    for span in spans:
        start_s, end_s = max(span.start_s - _PAD_S, first_s), min(span.end_s + _PAD_S, last_s)
        if said and start_s - said[-1][1] < _PAUSE_S:
            said[-1] = (said[-1][0], max(end_s, said[-1][1]))
        elif end_s > start_s:
            said.append((start_s, end_s))
    # A start or an end that is as short as a breath is left as it is heard.
    if said and said[0][0] - first_s < _PAUSE_S:
        said[0] = (first_s, said[0][1])
    if said and last_s - said[-1][1] < _PAUSE_S:
        said[-1] = (said[-1][0], last_s)
    kept: list[MouthCue] = []
    at_s = first_s
    for start_s, end_s in said:
        if start_s > at_s:
            kept.append(MouthCue(at_s, round(start_s, 3), "X"))
        for cue in cues:
            inside = max(cue.start_s, start_s), min(cue.end_s, end_s)
            if inside[1] > inside[0]:
                kept.append(MouthCue(round(inside[0], 3), round(inside[1], 3), cue.shape))
        at_s = round(end_s, 3)
    if last_s > at_s:
        kept.append(MouthCue(at_s, last_s, "X"))
    return tuple(joined(kept))


def _told_level(block: Sound, pitch: Pitch) -> Array:
    """The level by which syllables are told, in dB; where clipping has levelled a recording, how
    clearly it is voiced rises and falls with them all the same."""
    level = intensity_db(block)
    clipped = float((np.abs(block.samples) >= _FULL_SCALE).mean()) if len(block.samples) else 0.0
    if clipped < _CLIPPED_SHARE:
        return level
    told: Array = level + _CLARITY_DB * (pitch.clarity[: len(level)] - 1.0)
    return told
