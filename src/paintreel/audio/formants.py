"""Resonances of the throat and mouth: formants of the frames of a sound.

Linear prediction of 25 ms says where the mouth resonates: F1 rises as the jaw opens, F2 as the
tongue comes forward, and falls as the lips are rounded. The prediction sees what lies below 5 kHz
alone (selective linear prediction, Makhoul 1975), so that ten poles do at any rate.
"""

from __future__ import annotations

import numpy as np

from paintreel.audio.sound import Sound
from paintreel.audio.spectra import power
from paintreel.imaging.arrays import Array

__all__ = ["Formants", "formants_hz", "formants_of_power"]

_TOP_HZ = 5000.0
_ORDER = 10
_LEAST_HZ, _APART_HZ, _MOST_WIDE_HZ = 180.0, 150.0, 700.0
_CHUNK = 4096  # frames at a time: bounds the memory

Formants = Array
"""(F, 3) float32: F1, F2 and F3 in Hz; NaN where a frame has no such resonance."""


def formants_hz(sound: Sound) -> Formants:
    """Formants of every frame, (F, 3) float32 in Hz, NaN where there are none.

    Frames are those of `paintreel.audio.spectra`. What is no voice has values too; they mean
    nothing there. A sound of less than 8000 Hz has none above half its rate.
    """
    return formants_of_power(power(sound), sound.rate_hz)


def formants_of_power(spectra: Array, rate_hz: int) -> Formants:
    """Formants of power spectra (F, bins), bin k at k * rate_hz / (2 (bins - 1)) Hz."""
    bins_hz = np.arange(spectra.shape[1]) * rate_hz / (2 * (spectra.shape[1] - 1))
    top_hz = min(_TOP_HZ, float(bins_hz[-1]))
    kept = bins_hz <= top_hz
    # Louder highs, as of a sample less 0.97 of the one before: a voice falls by 6 dB an octave.
    lift = 1 + 0.97**2 - 2 * 0.97 * np.cos(np.pi * bins_hz[kept] / top_hz)
    out = np.full((len(spectra), 3), np.nan, np.float32)
    for first in range(0, len(spectra), _CHUNK):
        part = spectra[first : first + _CHUNK, kept].astype(np.float64) * lift
        heard = part.sum(1) > 1e-12
        if heard.any():
            found = _resonances(part[heard], top_hz)
            out[np.flatnonzero(heard) + first] = found
    return out


def _resonances(spectra: Array, top_hz: float) -> Array:
    """(F, 3) Hz of spectra (F, bins) from 0 to `top_hz`."""
    lags = np.fft.irfft(spectra, axis=1)[:, : _ORDER + 1]
    lags[:, 0] *= 1 + 1e-5  # so that a pure tone has a prediction too
    roots = _roots(_prediction(lags))
    hz = np.angle(roots) * top_hz / np.pi
    wide_hz = -np.log(np.maximum(np.abs(roots), 1e-6)) * 2 * top_hz / np.pi
    good = (hz > _LEAST_HZ) & (hz < top_hz - 100) & (wide_hz < _MOST_WIDE_HZ)
    hz = np.sort(np.where(good, hz, np.inf), axis=1)
    # Two poles on one peak are one resonance.
    before = np.concatenate([np.full((len(hz), 1), -np.inf), hz[:, :-1]], axis=1)
    close = hz < before + _APART_HZ
    hz = np.sort(np.where(close, np.inf, hz), axis=1)[:, :3]
    return np.where(np.isfinite(hz), hz, np.nan).astype(np.float32)


def _prediction(lags: Array) -> Array:
    """(F, order + 1): the filter 1, a1, ... by the recursion of Levinson and Durbin."""
    count = len(lags)
    filters = np.zeros((count, _ORDER + 1))
    filters[:, 0] = 1.0
    error = lags[:, 0].copy()
    for order in range(1, _ORDER + 1):
        reflected = -(filters[:, :order] * lags[:, order:0:-1]).sum(1) / np.maximum(error, 1e-30)
        turned = filters[:, order - 1 :: -1] if order > 1 else filters[:, :1]
        filters[:, 1 : order + 1] += reflected[:, None] * turned[:, :order]
        error *= np.maximum(1 - reflected * reflected, 1e-9)
    return filters


def _roots(filters: Array) -> Array:
    """(F, order) complex: where the filters vanish."""
    companion = np.zeros((len(filters), _ORDER, _ORDER))
    companion[:, 0] = -filters[:, 1:]
    steps = np.arange(_ORDER - 1)
    companion[:, steps + 1, steps] = 1.0
    roots: Array = np.linalg.eigvals(companion)
    return roots
