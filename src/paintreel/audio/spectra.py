"""Frames, spectra and log-mel bands of a sound.

A frame is 25 ms under a Hann window, centred on its time; frames lie 10 ms apart and the first is
at 0 s. What lies before the start and after the end is silence.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from paintreel.audio.sound import Sound
from paintreel.imaging.arrays import Array

__all__ = ["FRAME_S", "MEL_BANDS", "frame_count", "frame_times_s", "frames_of", "log_mel", "power"]

FRAME_S = 0.010
"""Seconds from frame to frame."""
MEL_BANDS = 40
_WINDOW_S = 0.025
_LOW_HZ, _HIGH_HZ = 60.0, 7600.0
_FLOOR = 1e-10
_CHUNK = 2048  # frames at a time: bounds the memory


def frame_count(samples: int, rate_hz: int) -> int:
    """How many frames a sound of so many samples has.

    >>> frame_count(32000, 16000), frame_count(0, 16000)
    (201, 1)
    """
    return 1 + samples // hop_of(rate_hz)


def hop_of(rate_hz: int) -> int:
    """Samples from frame to frame."""
    return max(1, round(FRAME_S * rate_hz))


def frame_times_s(count: int) -> Array:
    """(count,) float64: the times of the middles of frames, in seconds.

    >>> frame_times_s(3).tolist()
    [0.0, 0.01, 0.02]
    """
    times: Array = np.arange(count) * FRAME_S
    return times


def frames_of(sound: Sound, window: int) -> Array:
    """(F, window) float32 view: `window` samples around the time of every frame."""
    hop = hop_of(sound.rate_hz)
    before = window // 2
    count = frame_count(len(sound.samples), sound.rate_hz)
    after = max(0, (count - 1) * hop + window - before - len(sound.samples))
    padded = np.pad(sound.samples, (before, after))
    windows: Array = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:count]
    return windows


def power(sound: Sound) -> Array:
    """(F, bins) float32: power spectra of the frames; bin k is at k * rate_hz / size."""
    size = _fft_size(sound.rate_hz)
    window = round(_WINDOW_S * sound.rate_hz)
    shape = _hann(window, size)
    frames = frames_of(sound, size)
    out = np.empty((len(frames), size // 2 + 1), np.float32)
    for first in range(0, len(frames), _CHUNK):
        spectra = np.fft.rfft(frames[first : first + _CHUNK] * shape)
        out[first : first + _CHUNK] = np.square(spectra.real) + np.square(spectra.imag)
    return out


def log_mel(sound: Sound, bands: int = MEL_BANDS) -> Array:
    """(F, bands) float32: natural logarithm of the power in mel bands from 60 to 7600 Hz.

    Bands are triangles on Slaney's scale, each of the same area. Silence is log(1e-10), about -23;
    bands above half the rate are that too.
    """
    mel = power(sound) @ _mel_filters(sound.rate_hz, bands).T
    logs: Array = np.log(np.maximum(mel, _FLOOR)).astype(np.float32)
    return logs


def _fft_size(rate_hz: int) -> int:
    """The next power of two above the window."""
    return int(1 << (round(_WINDOW_S * rate_hz) - 1).bit_length())


@lru_cache(maxsize=8)
def _hann(window: int, size: int) -> Array:
    """(size,) float32: a periodic Hann window in the middle of zeros."""
    shape = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    before = (size - window) // 2
    return np.pad(shape, (before, size - window - before)).astype(np.float32)


@lru_cache(maxsize=8)
def _mel_filters(rate_hz: int, bands: int) -> Array:
    """(bands, bins) float32."""
    size = _fft_size(rate_hz)
    bins_hz = np.arange(size // 2 + 1) * rate_hz / size
    edges_hz = _hz_of(np.linspace(_mel_of(_LOW_HZ), _mel_of(_HIGH_HZ), bands + 2))
    low, middle, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising, falling = (bins_hz - low) / (middle - low), (high - bins_hz) / (high - middle)
    triangles: Array = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    return triangles.astype(np.float32)


# Slaney's scale: linear to 1 kHz, then 27 mels for each factor of 6.4.
_LINEAR_HZ, _BREAK_HZ = 200 / 3, 1000.0
_STEP = np.log(6.4) / 27


def _mel_of(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _LINEAR_HZ
    return float(_BREAK_HZ / _LINEAR_HZ + np.log(hz / _BREAK_HZ) / _STEP)


def _hz_of(mel: Array) -> Array:
    knee = _BREAK_HZ / _LINEAR_HZ
    hz: Array = np.where(mel < knee, mel * _LINEAR_HZ, _BREAK_HZ * np.exp((mel - knee) * _STEP))
    return hz
