"""The fundamental frequency of a voice, frame by frame.

De Cheveigne and Kawahara, "YIN, a fundamental frequency estimator for speech and music" (2002): the
cumulative mean normalised difference of a frame and itself later. Where YIN takes the first dip
below a threshold, the best path over several dips is taken here, so that octaves do not jump.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from paintreel.audio.sound import Sound
from paintreel.audio.spectra import frames_of
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["HIGH_HZ", "LOW_HZ", "Pitch", "pitch_hz", "pitch_of"]

LOW_HZ, HIGH_HZ = 60.0, 500.0
"""Voices of grown-ups, and of most children."""

_WINDOW_S = 0.032
_CHUNK = 512
_DIPS = 4
_UNVOICED_COST = 0.32  # a dip this deep or deeper may be a voice
_TURN_COST, _OCTAVE_COST, _LATE_COST = 0.12, 0.6, 0.04
_SILENT = 1e-7  # mean square below which a frame is silence: -70 dB


class Pitch(NamedTuple):
    """hz: (F,) float32, 0 where unvoiced.  clarity: (F,) float32 in [0, 1], how periodic it is."""

    hz: Array
    clarity: Array


def pitch_hz(sound: Sound, low_hz: float = LOW_HZ, high_hz: float = HIGH_HZ) -> Array:
    """(F,) float32: the pitch of the voice in every frame of 10 ms, 0 where there is none.

    low_hz, high_hz  between which it is sought. Raises InputError where they make no range.
    """
    return pitch_of(sound, low_hz, high_hz).hz


def pitch_of(sound: Sound, low_hz: float = LOW_HZ, high_hz: float = HIGH_HZ) -> Pitch:
    """The pitch and how clear it is: 1 is a perfect period, noise lies near 0."""
    if not 0 < low_hz < high_hz <= sound.rate_hz / 4:
        raise InputError(
            f"pitch is sought from {low_hz} to {high_hz} Hz, expected 0 < low < high <= a quarter "
            f"of the rate ({sound.rate_hz / 4:g})"
        )
    longest = round(sound.rate_hz / low_hz) + 1
    shortest = max(2, int(sound.rate_hz / high_hz))
    window = round(_WINDOW_S * sound.rate_hz)
    frames = frames_of(sound, window + longest)
    lags, depths = [], []
    for first in range(0, len(frames), _CHUNK):
        chunk = np.ascontiguousarray(frames[first : first + _CHUNK])
        lag, depth = _dips(_difference(chunk, window, longest), shortest)
        loud = np.square(chunk).mean(1) > _SILENT
        lags.append(lag)
        depths.append(np.where(loud[:, None], depth, np.inf))
    lag, depth = np.concatenate(lags), np.concatenate(depths)
    chosen = _best_path(lag, depth, longest)
    rows = np.arange(len(lag))
    voiced = chosen < _DIPS
    safe = np.where(voiced, chosen, 0)
    hz = np.where(voiced, sound.rate_hz / lag[rows, safe], 0.0)
    clarity = np.clip(1 - np.min(depth, 1), 0, 1)
    return Pitch(hz.astype(np.float32), clarity.astype(np.float32))


def _difference(frames: Array, window: int, longest: int) -> Array:
    """(F, longest) float64: the cumulative mean normalised difference by lag; 1 at lag 0."""
    size = 1 << (window + longest - 1).bit_length()
    head = np.fft.rfft(frames[:, :window], size)
    whole = np.fft.rfft(frames, size)
    # The head slid over the whole: no lag wraps, for the whole is as long as window and lags.
    product = np.fft.irfft(np.conj(head) * whole, size)[:, :longest]
    squares = np.cumsum(np.square(frames, dtype=np.float64), 1)
    squares = np.pad(squares, ((0, 0), (1, 0)))
    energy = squares[:, window : window + longest] - squares[:, :longest]
    difference = np.maximum(energy[:, :1] + energy - 2 * product, 0)
    sums = np.cumsum(difference[:, 1:], 1)
    lags = np.arange(1, longest)
    out: Array = np.ones_like(difference)
    out[:, 1:] = difference[:, 1:] * lags / np.maximum(sums, 1e-12)
    return out


def _dips(difference: Array, shortest: int) -> tuple[Array, Array]:
    """The deepest dips of every frame: (F, dips) lags in samples and parts, (F, dips) depths."""
    left, here, right = difference[:, :-2], difference[:, 1:-1], difference[:, 2:]
    is_dip = (here <= left) & (here < right)
    is_dip[:, : shortest - 1] = False
    # A dip at twice the period is about as deep as that at the period: the earlier is favoured.
    late = _LATE_COST * np.log2(np.arange(1, here.shape[1] + 1) / shortest + 1e-9)
    ranked = np.where(is_dip, here + late, np.inf)
    places = np.argpartition(ranked, _DIPS, axis=1)[:, :_DIPS]
    rows = np.arange(len(here))[:, None]
    depth = ranked[rows, places]
    a, b, c = left[rows, places], here[rows, places], right[rows, places]
    bend = a - 2 * b + c
    shift = np.where(bend > 1e-12, 0.5 * (a - c) / np.maximum(bend, 1e-12), 0.0).clip(-0.5, 0.5)
    return places + 1 + shift, depth


def _best_path(lag: Array, depth: Array, longest: int) -> Array:
    """(F,) int: which dip each frame takes, `_DIPS` for unvoiced, by dynamic programming."""
    count = len(lag)
    states = np.concatenate([depth, np.full((count, 1), _UNVOICED_COST)], 1)
    octaves = np.log2(np.maximum(lag, 1.0))
    back = np.zeros((count, _DIPS + 1), np.int64)
    cost = states[0]
    columns = np.arange(_DIPS + 1)
    move = np.empty((_DIPS + 1, _DIPS + 1))
    for i in range(1, count):
        move[:_DIPS, :_DIPS] = _OCTAVE_COST * np.abs(octaves[i - 1][:, None] - octaves[i])
        move[_DIPS, :_DIPS] = move[:_DIPS, _DIPS] = _TURN_COST
        move[_DIPS, _DIPS] = 0
        total = cost[:, None] + move
        back[i] = total.argmin(0)
        cost = total[back[i], columns] + states[i]
    chosen = np.empty(count, np.int64)
    chosen[-1] = int(cost.argmin())
    for i in range(count - 1, 0, -1):
        chosen[i - 1] = back[i, chosen[i]]
    return chosen
