"""What a window of a voice is like as a whole: statistics that the network hears beside its rows.

Level and spread of the bands and cepstra where there is sound, where it is voiced and where it is
not; how fast they change; height, range and slope of the pitch; the rhythm of the level.
"""

from __future__ import annotations

import numpy as np

from paintreel.audio.spectra import MEL_BANDS
from paintreel.imaging.arrays import Array

__all__ = ["STATISTICS", "voice_statistics"]

_PITCH, _VOICED, _LEVEL, _RATE = (MEL_BANDS + i for i in range(4))
_QUIET = -1.25  # in units of 20 dB below the loudest: 25 dB
_CEPSTRA, _FEW_CEPSTRA = 16, 13
_RHYTHM_HZ = ((1, 2), (2, 3), (3, 4), (4, 6), (6, 9), (9, 14))
_BAND_RHYTHM_HZ = ((2, 4), (4, 8), (8, 16))
_WIDE_BANDS = 8
_LEAST = 1e-3


def voice_statistics(rows: Array) -> Array:
    """(STATISTICS,) float32 of (T, VOICE_WIDTH) rows of a window, as of `emotion_features`."""
    sound = (rows[:, _LEVEL] > _QUIET).astype(np.float64)
    is_voiced = rows[:, _VOICED] > 0.5
    voiced = is_voiced * sound
    unvoiced = (rows[:, _VOICED] <= 0.25) * sound
    bands = rows[:, :MEL_BANDS].astype(np.float64)
    cepstra = bands @ _cosines(_CEPSTRA).T / 6
    few = cepstra[:, :_FEW_CEPSTRA]
    change = np.zeros_like(rows, np.float64)
    change[1:-1] = rows[2:] - rows[:-2]
    wide = cepstra[4:] - cepstra[:-4]
    pitch = rows[:, _PITCH : _PITCH + 1].astype(np.float64)
    within = is_voiced.copy()
    within[1:-1] = is_voiced[2:] & is_voiced[:-2] & is_voiced[1:-1]
    parts = [
        *_moments(bands, sound)[:2],
        *_moments(few, sound)[:2],
        *_moments(change[:, :MEL_BANDS], sound)[:2],
        *_moments(pitch, is_voiced.astype(np.float64))[:2],
        *_moments(np.abs(change[:, _PITCH : _PITCH + 1]), within.astype(np.float64))[:2],
        *_moments(cepstra, voiced)[:2],
        _moments(cepstra, unvoiced)[0],
        _moments(cepstra, sound)[2],
        _moments(wide, sound[2:-2])[1],
        _moments(np.abs(wide), sound[2:-2])[0],
        _ordered(rows, is_voiced, sound),
        _slopes(rows, voiced, is_voiced),
        _rhythm(rows),
    ]
    statistics: Array = np.concatenate(parts).astype(np.float32)
    return statistics


def _moments(values: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Mean, deviation and skewness of (T, C) values, each (C,), under (T,) weights."""
    share = weights / max(float(weights.sum()), _LEAST)
    mean = share @ values
    apart = values - mean
    spread = np.sqrt(np.maximum(share @ apart**2, 1e-6))
    return mean, spread, share @ apart**3 / spread**3


def _ordered(rows: Array, is_voiced: Array, sound: Array) -> Array:
    """Percentiles of pitch and level, shares of sound and voice, rate of speech."""
    pitch = rows[is_voiced, _PITCH] if is_voiced.any() else np.zeros(1)
    low, high = np.percentile(pitch, [10, 90])
    return np.array(
        [
            *np.percentile(pitch, [5, 20, 50, 80, 95]),
            high - low,
            float(pitch.max()) if is_voiced.any() else 0.0,
            *np.percentile(rows[:, _LEVEL], [20, 40, 60, 80]),
            sound.mean(),
            is_voiced.mean() / (sound.mean() + 0.01),
            rows[:, _RATE].mean(),
            rows[:, _RATE].max(),
        ]
    )


def _slopes(rows: Array, voiced: Array, is_voiced: Array) -> Array:
    """How pitch and level rise over the window, and how often a voice sets in."""
    time = np.linspace(-1, 1, len(rows))
    share = voiced / max(float(voiced.sum()), 1.0)
    time = time - share @ time
    square = max(float(share @ time**2), _LEAST)
    rises = [(share * time) @ rows[:, column] / square for column in (_PITCH, _LEVEL)]
    return np.array([*rises, float((np.diff(is_voiced.astype(int)) > 0).sum())])


def _rhythm(rows: Array) -> Array:
    """Strength of what comes again so many times a second, of the level and of wide bands."""
    window = np.hanning(len(rows))
    hz = np.fft.rfftfreq(len(rows), 0.02)
    level = np.maximum(rows[:, _LEVEL], -2).astype(np.float64)
    wide = rows[:, :MEL_BANDS].reshape(len(rows), _WIDE_BANDS, -1).mean(2).astype(np.float64)
    of_level = np.abs(np.fft.rfft((level - level.mean()) * window))
    of_bands = np.abs(np.fft.rfft((wide - wide.mean(0)) * window[:, None], axis=0))
    parts = [of_level[(hz >= a) & (hz < b)].mean() for a, b in _RHYTHM_HZ]
    for a, b in _BAND_RHYTHM_HZ:
        parts += of_bands[(hz >= a) & (hz < b)].mean(0).tolist()
    return np.log(np.array(parts) + _LEAST)


def _cosines(count: int) -> Array:
    """(count, MEL_BANDS): bands to cepstra."""
    k, n = np.arange(count)[:, None], np.arange(MEL_BANDS)[None]
    cosines: Array = np.cos(np.pi * k * (n + 0.5) / MEL_BANDS)
    return cosines


STATISTICS = len(voice_statistics(np.zeros((100, MEL_BANDS + 4), np.float32)))
"""How many there are."""
