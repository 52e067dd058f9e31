"""Sixteen kinds of sound that a mouth makes, and how likely each frame of a recording is which.

A kind is a Gaussian over `paintreel.audio.mouth_features`, learnt as the head of
`mouth_sounds.toml` says. Throats differ in length, and the formants with them: of several lengths
the one that makes the voiced frames likeliest is taken for the whole recording.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from paintreel.audio.mouth_features import FEATURES, SPEECH_DB, bark, hz_of_bark
from paintreel.imaging.arrays import Array

__all__ = ["KINDS", "SHAPE_OF", "is_vowel", "kind_scores"]

SHAPE_OF = {
    "rest": "X",
    "m": "A",
    "p": "A",
    "f": "G",
    "s": "B",
    "t": "B",
    "n": "B",
    "l": "H",
    "th": "H",
    "r": "E",
    "i": "B",
    "e": "C",
    "schwa": "C",
    "a": "D",
    "o": "E",
    "u": "F",
}
"""Kind of sound -> shape of the mouth, as Rhubarb Lip Sync names them."""

KINDS = tuple(SHAPE_OF)
"""rest (silence), m, p (and b), f (and v), s (and z, sh, ch, j), t (and d, k, g), n (and ng), l,
th, r, i (see, sit), e (bed, cat), schwa (but, about), a (father), o (off), u (you, we)."""

_VOWELS = frozenset({"i", "e", "schwa", "a", "o", "u"})
_LENGTHS = (0.84, 0.9, 0.95, 1.0, 1.06, 1.12, 1.19)
_FORMANTS = [FEATURES.index(name) for name in ("f1", "f2", "f3")]
_FARTHEST = 30.0  # a frame unlike all that was learnt says little, not everything
_CHUNK = 8192


def is_vowel(kind: str) -> bool:
    """Whether a kind is one that the mouth is open for."""
    return kind in _VOWELS


def kind_scores(features: Array) -> Array:
    """(F, len(KINDS)) float32: log-likelihood of each kind, less that of the likeliest.

    features  (F, len(FEATURES)) of `mouth_features`
    """
    table = _table()
    voiced = features[(features[:, 0] > SPEECH_DB / 2) & (features[:, 1] < 0)]
    factor = 1.0
    if len(voiced):
        sample = voiced[:: max(1, len(voiced) // 2000)]
        fits = [_scores(table, _warped(sample, each)).max(1).mean() for each in _LENGTHS]
        factor = _LENGTHS[int(np.argmax(fits))]
    scores = np.empty((len(features), len(KINDS)), np.float32)
    for first in range(0, len(features), _CHUNK):
        part = slice(first, first + _CHUNK)
        scores[part] = _scores(table, _warped(features[part], factor))
    scores -= scores.max(1, keepdims=True)
    return np.maximum(scores, -_FARTHEST)


@dataclass(frozen=True)
class _Table:
    """Gaussians: means (K, D), inverse covariances (K, D, D), logarithms of their determinants."""

    means: Array
    precisions: Array
    log_dets: Array


_BUNDLED = Path(__file__).with_name("mouth_sounds.toml")
_used = _BUNDLED


def use_table(path: Path) -> None:
    """Score by the table of that file from now on, as a training does between its rounds."""
    global _used
    _used = path
    _read.cache_clear()


def _table() -> _Table:
    return _read(_used)


@lru_cache(maxsize=1)
def _read(path: Path) -> _Table:
    kinds = tomllib.loads(path.read_text("utf-8"))["kind"]
    means = np.array([kinds[kind]["mean"] for kind in KINDS])
    covariances = np.zeros((len(KINDS), len(FEATURES), len(FEATURES)))
    rows, columns = np.tril_indices(len(FEATURES))
    for index, kind in enumerate(KINDS):
        covariances[index, rows, columns] = kinds[kind]["covariance"]
        covariances[index, columns, rows] = kinds[kind]["covariance"]
    return _Table(means, np.linalg.inv(covariances), np.linalg.slogdet(covariances)[1])


def _scores(table: _Table, features: Array) -> Array:
    out = np.empty((len(features), len(KINDS)))
    for index in range(len(KINDS)):
        away = features - table.means[index]
        far = np.einsum("fi,ij,fj->f", away, table.precisions[index], away, optimize=True)
        out[:, index] = -0.5 * (far + table.log_dets[index])
    return out


def _warped(features: Array, factor: float) -> Array:
    """With formants as of a throat shorter by `factor`."""
    if factor == 1.0:
        return features.astype(np.float64)
    warped = features.astype(np.float64)
    warped[:, _FORMANTS] = bark(hz_of_bark(warped[:, _FORMANTS]) * factor)
    return warped
