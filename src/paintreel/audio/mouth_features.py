"""What of a sound tells how the mouth stands: level, noise, murmur, formants, and how they change.

One row for each frame of `paintreel.audio.spectra`, so for each 10 ms. Levels are relative to the
loud parts of the same recording, so that a whisper and a shout into another microphone are alike.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from paintreel.audio.formants import formants_of_power
from paintreel.audio.sound import Sound
from paintreel.audio.spectra import power
from paintreel.imaging.arrays import Array

__all__ = [
    "FEATURES",
    "SPEECH_DB",
    "bark",
    "features_of_blocks",
    "hz_of_bark",
    "level_db",
    "mouth_features",
]

FEATURES = ("level", "noise", "pitch_of_noise", "murmur", "f1", "f2", "f3", "change", "locus")
"""Columns.

level            dB over all, 0 where the recording is loud, never below `LOWEST_DB`
noise            dB above 3500 Hz over those below 1000 Hz: hiss against voice
pitch_of_noise   where the energy above 1500 Hz lies on average, in kHz
murmur           dB from 100 to 400 Hz over those from 600 to 3000 Hz: a voice behind closed lips
f1, f2, f3       formants in Bark, those of the nearest voiced frame where this has none
change           dB that the level rises in 40 ms
locus            by how many Bark F2 lies lower where the voice stops and starts again than 60 ms
                 away from there: closing lips draw it down
"""

SPEECH_DB = -30.0
"""Level from which a frame may be voice."""
LOWEST_DB = -60.0
_LOUD_PERCENT = 95
_SILENT_POWER = 1e-9
_AWAY = 6  # frames
_CALM_FRAMES = 4
_FAR = 12  # frames; a closure is shorter
_TYPICAL_HZ = (500.0, 1500.0, 2500.0)


def mouth_features(sound: Sound) -> Array:
    """(F, len(FEATURES)) float32 of a sound of any rate; see `FEATURES`."""
    return features_of_blocks([sound])


def features_of_blocks(blocks: Iterable[Sound]) -> Array:
    """The same of a sound that comes in blocks, each of whole frames but the last.

    Only the block at hand and the rows are in memory: an hour of rows is 13 MB.
    """
    parts = [_measured(block) for block in blocks]
    # The last row of a block is the first of the next.
    rows = [part[:-1] for part in parts[:-1]] + parts[-1:]
    measured = np.concatenate(rows) if rows else np.zeros((1, 7))
    return _related(measured)


def level_db(sound: Sound) -> Array:
    """(F,) float32: level of each frame in dB, 0 where the recording is loud."""
    return mouth_features(sound)[:, 0]


def bark(hz: Array) -> Array:
    """Hz on the scale of critical bands (Traunmueller 1990)."""
    scaled: Array = 26.81 * hz / (1960.0 + hz) - 0.53
    return scaled


def hz_of_bark(critical: Array) -> Array:
    """The other way round."""
    hz: Array = 1960.0 * (critical + 0.53) / (26.28 - critical)
    return hz


def _measured(block: Sound) -> Array:
    """(F, 7): power, noise, murmur, pitch of noise, formants in Hz; nothing related yet."""
    spectra = power(block).astype(np.float64)
    bins_hz = np.arange(spectra.shape[1]) * block.rate_hz / (2 * (spectra.shape[1] - 1))

    def band(low_hz: float, high_hz: float) -> Array:
        total: Array = spectra[:, (bins_hz >= low_hz) & (bins_hz < high_hz)].sum(1)
        return total

    high = bins_hz >= 1500.0
    of_noise = spectra[:, high] @ bins_hz[high] / np.maximum(spectra[:, high].sum(1), 1e-12)
    ratios = [
        (band(3500, 8000), band(100, 1000)),
        (band(100, 400), band(600, 3000)),
    ]
    return np.column_stack(
        [
            band(100, 8000),
            *(_ratio_db(above, below) for above, below in ratios),
            of_noise / 1000.0,
            formants_of_power(spectra, block.rate_hz),
        ]
    )


def _ratio_db(above: Array, below: Array) -> Array:
    floor = 1e-9 + 1e-6 * (above + below)
    ratio: Array = 10 * np.log10((above + floor) / (below + floor))
    return ratio


def _related(measured: Array) -> Array:
    """The features: levels relative to the loud parts, formants where there are none filled in."""
    powers, noise, murmur, of_noise = measured[:, :4].T
    heard = powers > _SILENT_POWER
    level = np.full(len(powers), LOWEST_DB)
    if heard.any():
        db = 10 * np.log10(powers[heard])
        level[heard] = np.maximum(db - np.percentile(db, _LOUD_PERCENT), LOWEST_DB)
    is_voiced = (level > SPEECH_DB) & (noise < 0) & np.isfinite(measured[:, 4:6]).all(1)
    scaled = bark(np.where(np.isfinite(measured[:, 4:7]), measured[:, 4:7], _TYPICAL_HZ))
    filled = _from_nearest(scaled, is_voiced)
    change = np.zeros(len(level))
    half = _CALM_FRAMES // 2
    if len(level) > 2 * half:
        change[half:-half] = level[2 * half :] - level[: -2 * half]
    columns = [level, noise, of_noise, murmur, *filled.T, change, _locus(filled[:, 1], is_voiced)]
    return np.column_stack(columns).astype(np.float32)


def _from_nearest(values: Array, good: Array) -> Array:
    """(F, K) where rows that are not good are those of the nearest that is."""
    indices = np.flatnonzero(good)
    if not indices.size:
        return np.broadcast_to(bark(np.array(_TYPICAL_HZ)), values.shape).copy()
    at = np.arange(len(values))
    after = np.searchsorted(indices, at).clip(0, len(indices) - 1)
    before = (np.searchsorted(indices, at, side="right") - 1).clip(0)
    nearer = np.abs(indices[after] - at) < np.abs(indices[before] - at)
    found: Array = values[np.where(nearer, indices[after], indices[before])]
    return found


def _locus(f2: Array, is_voiced: Array) -> Array:
    """(F,) Bark; 0 far from where the voice stops."""
    count = len(f2)
    at = np.arange(count)
    index = np.where(is_voiced, at, -_FAR * 9)
    before = np.maximum.accumulate(index)
    after = np.minimum.accumulate(np.where(is_voiced, at, count + _FAR * 9)[::-1])[::-1]
    total, sides = np.zeros(count), np.zeros(count)
    for edge, step in ((before, -_AWAY), (after, _AWAY)):
        near = np.abs(edge - at) <= _FAR
        here, away = edge.clip(0, count - 1), (edge + step).clip(0, count - 1)
        total += np.where(near, f2[here] - f2[away], 0.0)
        sides += near
    locus: Array = total / np.maximum(sides, 1)
    return locus
