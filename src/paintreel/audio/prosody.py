"""Intensity and rate of speech."""

from __future__ import annotations

import numpy as np

from paintreel.audio.pitch import pitch_of
from paintreel.audio.sound import Sound
from paintreel.audio.spectra import FRAME_S, frames_of
from paintreel.imaging.arrays import Array

__all__ = ["SILENCE_DB", "intensity_db", "smooth", "speech_rate", "syllables"]

SILENCE_DB = -100.0
_WINDOW_S = 0.032
_SMOOTH_FRAMES = 5
_DIP_DB = 2.0
_APART_FRAMES = 10  # nobody speaks ten syllables a second for long
_QUIET_DB = 25.0  # so far below the loudest nothing is a syllable
_RATE_WINDOW_S = 1.0


def intensity_db(sound: Sound) -> Array:
    """(F,) float32: the level of every frame in dB of full scale; digital silence is -100.

    A sine of full scale has -3.01.
    """
    frames = frames_of(sound, round(_WINDOW_S * sound.rate_hz))
    squares = np.einsum("ij,ij->i", frames, frames) / frames.shape[1]
    level = np.full(len(squares), SILENCE_DB, np.float32)
    heard = squares > 10 ** (SILENCE_DB / 10)
    level[heard] = 10 * np.log10(squares[heard])
    return level


def syllables(level_db: Array, clarity: Array) -> Array:
    """(n,) int: the frames in which a syllable is loudest.

    level_db, clarity  (F,) as of `intensity_db` and `pitch_of`. A syllable is a peak of a voiced
    sound between two dips of 2 dB or more (de Jong and Wempe 2009).
    """
    level = smooth(level_db, _SMOOTH_FRAMES)
    if not len(level):
        return np.zeros(0, np.int64)
    floor = max(float(np.percentile(level, 99)) - _QUIET_DB, SILENCE_DB + 20)
    found: list[int] = []
    low, best = float(level[0]), -1
    for i, value in enumerate(level.tolist()):
        if best < 0:  # looking for a rise
            low = min(low, value)
            if value >= low + _DIP_DB and value > floor:
                best = i
        elif value > level[best]:
            best = i
        elif value <= level[best] - _DIP_DB:
            voiced = float(clarity[max(0, best - 2) : best + 3].max(initial=0)) > 0.6
            if voiced and (not found or best - found[-1] >= _APART_FRAMES):
                found.append(best)
            best, low = -1, value
    return np.array(found, np.int64)


def speech_rate(sound: Sound) -> Array:
    """(F,) float32: syllables per second around every frame, in a window of one second."""
    found = syllables(intensity_db(sound), pitch_of(sound).clarity)
    return rate_of(found, len(frames_of(sound, 2)))


def rate_of(peaks: Array, count: int) -> Array:
    """(count,) float32: syllables per second, of their frames, under a triangle of two seconds."""
    struck = np.zeros(count)
    struck[peaks] = 1
    half = round(_RATE_WINDOW_S / FRAME_S)
    weights = 1 - np.abs(np.arange(-half + 1, half)) / half
    around = slice(half - 1, half - 1 + count)
    shares = np.convolve(np.ones(count), weights)[around]
    rates: Array = np.convolve(struck, weights)[around] / (shares * FRAME_S)
    return rates.astype(np.float32)


def smooth(values: Array, frames: int) -> Array:
    """(F,) float64: the mean over `frames` (odd) around each; the ends are held."""
    if len(values) == 0 or frames <= 1:
        return values.astype(np.float64)
    half = frames // 2
    padded = np.pad(values.astype(np.float64), half, mode="edge")
    sums = np.cumsum(np.concatenate([[0.0], padded]))
    means: Array = (sums[frames:] - sums[:-frames]) / frames
    return means
