"""A voice with formants of known height: pulses through resonators, hiss, murmur and silence."""

from __future__ import annotations

import numpy as np

from paintreel.audio.sound import Sound

RATE_HZ = 16_000
FORMANTS_HZ = {
    "a": (730, 1090, 2440),
    "i": (270, 2290, 3010),
    "u": (310, 870, 2240),
    "e": (530, 1840, 2480),
    "o": (570, 840, 2410),
}
"""Of grown-up men (Peterson and Barney 1952)."""


def part(what: str, length_s: float, *, pitch_hz: float = 110.0, seed: int = 0) -> np.ndarray:
    """One sound: a vowel of `FORMANTS_HZ`, "s", "m", or "" for silence; (N,) float64."""
    count = round(length_s * RATE_HZ)
    rng = np.random.default_rng(seed)
    if not what:
        return np.zeros(count)
    if what == "s":
        noise = np.fft.rfft(rng.normal(0, 1, count))
        hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
        noise[hz < 4000] *= 0.02
        return 0.12 * np.fft.irfft(noise, count)
    # A pitch that glides by a fifth, as that of a voice does: its harmonics stand on no formant.
    phase = np.cumsum(pitch_hz * np.linspace(0.9, 1.1, count) / RATE_HZ)
    pulses = np.diff(np.floor(phase), prepend=-1.0)
    formants = (270, 1000, 2200) if what == "m" else FORMANTS_HZ[what]
    out = pulses + 0.002 * rng.normal(0, 1, count)
    higher = ((3500, 200), (4500, 250))
    pairs = (*zip(formants, (70, 100, 150), strict=True), *higher)
    for hz, wide_hz in pairs:
        radius = np.exp(-np.pi * wide_hz / RATE_HZ)
        first, second = 2 * radius * np.cos(2 * np.pi * hz / RATE_HZ), -(radius**2)
        gain = 1 - first - second
        before = previous = 0.0
        filtered = np.empty(count)
        for index, value in enumerate(out.tolist()):
            now = gain * value + first * previous + second * before
            filtered[index] = now
            before, previous = previous, now
        out = filtered
    level = 0.05 if what == "m" else 0.2
    loudest = max(float(np.sqrt(np.square(out).mean())), 1e-9)
    return out * level / loudest


def said(parts: list[tuple[str, float]]) -> tuple[Sound, list[float]]:
    """The sounds one after the other, faded over 8 ms, and when each begins."""
    pieces, starts_s, at_s = [], [], 0.0
    fade = round(0.008 * RATE_HZ)
    for number, (what, length_s) in enumerate(parts):
        piece = part(what, length_s, seed=number)
        ramp = np.minimum(1, np.arange(len(piece)) / fade)
        pieces.append(piece * ramp * ramp[::-1])
        starts_s.append(at_s)
        at_s += length_s
    samples = np.concatenate(pieces).clip(-1, 1).astype(np.float32)
    return Sound(samples, RATE_HZ), starts_s
