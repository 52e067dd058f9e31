"""One recording as it might have been: another speed, voice, room, microphone, noise around it."""

from __future__ import annotations

import numpy as np

from paintreel.audio.sound import RATE_HZ
from paintreel.imaging.arrays import Array

__all__ = [
    "add_noise",
    "babble",
    "faster",
    "in_room",
    "masked",
    "narrowed",
    "pitched",
    "varied",
]

_SPEEDS, _SEMITONES = (0.88, 1.14), (-2.5, 2.5)
_NOISE_DB, _ROOM_S = (8.0, 35.0), (0.1, 0.7)
_FRAME = 640  # samples: 40 ms, for the stretching
_SEARCH = 160


def varied(samples: Array, rng: np.random.Generator, others: Array | None = None) -> Array:
    """(N,) float32: a variation of (N,) samples; as long as they are, cut or followed by silence.

    others: (M,) samples of other voices, of which the babble around it is made.
    """
    out = samples
    if rng.random() < 0.7:
        out = faster(out, float(rng.uniform(*_SPEEDS)))
    if rng.random() < 0.6:
        out = pitched(out, float(rng.uniform(*_SEMITONES)))
    if rng.random() < 0.4:
        out = in_room(out, float(rng.uniform(*_ROOM_S)), rng)
    if rng.random() < 0.25:
        out = narrowed(out, float(rng.uniform(3200, 7000)))
    out = moved(out, len(samples), rng)
    if rng.random() < 0.7:
        noise = coloured_noise(len(out), float(rng.uniform(0, 1.2)), rng)
        if others is not None and rng.random() < 0.25:
            noise = babble(others, len(out), rng)
        out = add_noise(out, noise, float(rng.uniform(*_NOISE_DB)))
    gain = 10 ** (float(rng.uniform(-20, 3)) / 20)
    return (out * gain).clip(-1, 1).astype(np.float32)


def faster(samples: Array, factor: float) -> Array:
    """Played `factor` times as fast: shorter, and higher."""
    count = max(2, round(len(samples) / factor))
    at = np.linspace(0, len(samples) - 1, count)
    out: Array = np.interp(at, np.arange(len(samples)), samples)
    return out


def pitched(samples: Array, semitones: float) -> Array:
    """Higher by so many semitones, as long as it was."""
    factor = 2 ** (semitones / 12)
    return faster(stretched(samples, factor), factor)[: len(samples)]


def stretched(samples: Array, factor: float) -> Array:
    """`factor` times as long at the same pitch: pieces of 40 ms laid where they fit best."""
    half = _FRAME // 2
    window = np.hanning(_FRAME + 1)[:-1]
    count = max(1, round(len(samples) * factor / half))
    padded = np.pad(samples.astype(np.float64), (_SEARCH, _FRAME + 2 * _SEARCH + half))
    out = np.zeros((count + 2) * half)
    start = _SEARCH
    for i in range(count):
        out[i * half : i * half + _FRAME] += window * padded[start : start + _FRAME]
        natural = padded[start + half : start + half + _FRAME]
        due = min(round((i + 1) * half / factor) + _SEARCH, len(padded) - _FRAME - _SEARCH)
        region = padded[due - _SEARCH : due + _SEARCH + _FRAME]
        if len(natural) < _FRAME:
            break
        fits = np.correlate(region[::4], natural[::4], "valid")
        start = due - _SEARCH + 4 * int(fits.argmax())
    return out[: round(len(samples) * factor)]


def in_room(samples: Array, decay_s: float, rng: np.random.Generator) -> Array:
    """With the reverberation of a room: noise that falls by 60 dB in `decay_s`, after the sound."""
    count = round(decay_s * RATE_HZ)
    echo = rng.normal(size=count) * 10 ** (-3 * np.arange(count) / count)
    echo[: round(0.004 * RATE_HZ)] = 0
    echo *= float(rng.uniform(0.3, 1.2)) / np.sqrt(np.square(echo).sum() + 1e-12)
    echo[0] = 1
    size = 1 << (len(samples) + count - 1).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(echo, size)
    out: Array = np.fft.irfft(spectrum, size)[: len(samples)]
    return out / max(1.0, float(np.abs(out).max()))


def narrowed(samples: Array, high_hz: float) -> Array:
    """Without what lies above a frequency, as a telephone or a poor microphone has it."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    out: Array = np.fft.irfft(spectrum / (1 + (hz / high_hz) ** 8), len(samples))
    return out


def moved(samples: Array, count: int, rng: np.random.Generator) -> Array:
    """(count,): cut, or in silence, with the sound beginning up to 0.3 s earlier or later."""
    shift = int(rng.integers(-4800, 4801))
    out = np.zeros(count)
    source = samples[max(0, -shift) :][: count - max(0, shift)]
    out[max(0, shift) : max(0, shift) + len(source)] = source
    return out


def coloured_noise(count: int, slope: float, rng: np.random.Generator) -> Array:
    """(count,) noise whose amplitude falls by the frequency to the power of `slope`."""
    spectrum = np.fft.rfft(rng.normal(size=count))
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    noise: Array = np.fft.irfft(spectrum / np.maximum(hz, 40.0) ** slope, count)
    return noise


def babble(voices: Array, count: int, rng: np.random.Generator, talkers: int = 6) -> Array:
    """(count,): many talk at once; voices: (M,) samples with M above `count`."""
    starts = rng.integers(0, len(voices) - count, talkers)
    out: Array = np.sum([voices[start : start + count] for start in starts], axis=0)
    return out


def add_noise(samples: Array, noise: Array, ratio_db: float) -> Array:
    """Samples with noise so many dB below them."""
    power = float(np.square(samples).mean())
    scale = np.sqrt(power / max(float(np.square(noise).mean()), 1e-12)) * 10 ** (-ratio_db / 20)
    out: Array = samples + noise * scale
    return out / max(1.0, float(np.abs(out).max()))


def masked(rows: Array, rng: np.random.Generator, *, bands: int) -> Array:
    """SpecAugment (Park and others 2019): stretches of time and of bands put to their mean.

    rows: (T, C), of which the first `bands` columns are bands. Gives a copy.
    """
    out = rows.copy()
    mean = out.mean(0)
    for _ in range(2):
        width = int(rng.integers(0, 16))
        start = int(rng.integers(0, max(1, len(out) - width)))
        out[start : start + width] = mean
        width = int(rng.integers(0, 8))
        start = int(rng.integers(0, bands - width))
        out[:, start : start + width] = mean[start : start + width]
    return out
