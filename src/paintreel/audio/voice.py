"""Where there is speech, by energy and spectrum, and whether what is heard is speech at all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from paintreel.audio.pitch import Pitch, pitch_of
from paintreel.audio.prosody import intensity_db, smooth, syllables
from paintreel.audio.sound import Sound
from paintreel.audio.spectra import FRAME_S, frame_count, power
from paintreel.imaging.arrays import Array

__all__ = ["Span", "is_speech", "spans_of", "speech_spans", "voice_activity"]

_FLOOR_PERCENTILE = 10
_ABOVE_FLOOR_DB, _BELOW_PEAK_DB, _LEAST_DB = 6.0, 32.0, -62.0
_FLOOR_CAP_DB = 12.0  # without a pause the lowest tenth is speech itself
_VOICED_CLARITY = 0.62
_REACH_FRAMES = 18  # an unvoiced sound lies next to a voiced one
_FILL_FRAMES, _LEAST_FRAMES = 25, 12
_SPEECH_BAND_HZ = (200.0, 4000.0)
_BAND_SHARE = 0.25
# What tells a voice from music and machines, see `is_speech`.
_HELD_OCTAVES, _HELD_SHARE = 0.004, 0.45
_LEAST_SWING_DB = 2.0
_LEAST_VOICED_FRAMES = 15


class Span(NamedTuple):
    """A stretch of time, in seconds."""

    start_s: float
    end_s: float


def voice_activity(sound: Sound, pitch: Pitch | None = None) -> Array:
    """(F,) bool: in which frames of 10 ms somebody speaks.

    A frame speaks where it is louder than the quietest tenth of the sound, most of its power lies
    between 200 and 4000 Hz or it is voiced, and something voiced is within 0.2 s. Gaps below
    0.25 s are filled, stretches below 0.12 s left out. Silence, and noise alone, is no speech.

    pitch: as of `pitch_of`, where it is known already.
    """
    if not len(sound.samples):
        return np.zeros(frame_count(0, sound.rate_hz), bool)
    pitch = pitch_of(sound) if pitch is None else pitch
    level = smooth(intensity_db(sound), 3)
    peak = float(np.percentile(level, 98))
    floor = min(float(np.percentile(level, _FLOOR_PERCENTILE)), peak - _FLOOR_CAP_DB)
    loud = level > max(floor + _ABOVE_FLOOR_DB, peak - _BELOW_PEAK_DB, _LEAST_DB)
    voiced = (pitch.hz > 0) & (pitch.clarity > _VOICED_CLARITY) & loud
    near = _spread(voiced, _REACH_FRAMES)
    active = loud & near & (voiced | (_band_share(sound) > _BAND_SHARE) | _spread(voiced, 6))
    return _without_short(_filled(active, _FILL_FRAMES), _LEAST_FRAMES)


def speech_spans(sound: Sound) -> list[Span]:
    """The stretches in which somebody speaks, in seconds from the start of the sound."""
    return spans_of(voice_activity(sound))


def spans_of(active: Array) -> list[Span]:
    """The stretches of a (F,) bool array of frames.

    >>> spans_of(np.array([False, True, True, False]))
    [Span(start_s=0.01, end_s=0.03)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8)))
    pairs = edges.reshape(-1, 2) * FRAME_S
    return [Span(round(float(a), 6), round(float(b), 6)) for a, b in pairs]


def is_speech(pitch: Pitch, level_db: Array) -> bool:
    """Whether frames of a sound are those of a voice that speaks.

    The pitch of a speaking voice glides; that of music and machines is held, and chords have none.
    A voice also rises and falls in level with its syllables.
    """
    voiced = (pitch.hz > 0) & (pitch.clarity > _VOICED_CLARITY)
    if int(voiced.sum()) < _LEAST_VOICED_FRAMES:
        return False
    if _held_share(pitch.hz, voiced) > _HELD_SHARE:
        return False
    swing = float(np.std(level_db[_spread(voiced, 3)]))
    return swing > _LEAST_SWING_DB and len(syllables(level_db, pitch.clarity)) > 0


def _held_share(hz: Array, voiced: Array) -> float:
    """The share of voiced frames whose pitch has hardly moved for 50 ms."""
    steps = 5
    both = voiced[steps:] & voiced[:-steps]
    if not both.any():
        return 0.0
    octaves = np.log2(np.maximum(hz, 1.0))
    moved = np.abs(octaves[steps:] - octaves[:-steps])[both]
    return float((moved < _HELD_OCTAVES * steps / 2).mean())


def _band_share(sound: Sound) -> Array:
    """(F,) float: the share of the power that lies where speech has most of its own."""
    spectra = power(sound)
    bins_hz = np.arange(spectra.shape[1]) * sound.rate_hz / (2 * (spectra.shape[1] - 1))
    inside = (bins_hz >= _SPEECH_BAND_HZ[0]) & (bins_hz <= _SPEECH_BAND_HZ[1])
    share: Array = spectra[:, inside].sum(1) / np.maximum(spectra.sum(1), 1e-12)
    return share


def _spread(flags: Array, frames: int) -> Array:
    """(F,) bool: what lies within `frames` of a set one."""
    wide = np.convolve(flags.astype(np.int32), np.ones(2 * frames + 1, np.int32))
    near: Array = wide[frames : frames + len(flags)] > 0
    return near


def _filled(flags: Array, frames: int) -> Array:
    """Gaps of fewer than `frames` between set ones are set."""
    out = flags.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[True], flags, [True]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2):
        if end - start < frames and start > 0 and end < len(flags):
            out[start:end] = True
    return out


def _without_short(flags: Array, frames: int) -> Array:
    out = flags.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2):
        if end - start < frames:
            out[start:end] = False
    return out
