"""What an emotion network learns from: voices and faces with their variations, ready as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from paintreel.audio.sound import RATE_HZ, Sound
from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.data.faces import FaceExamples, views
from paintreel.learn.data.rig_faces import RIG
from paintreel.learn.data.speech_variation import varied
from paintreel.learn.data.utterances import Utterances
from paintreel.runtime.emotion_features import voice_input
from paintreel.runtime.voice_statistics import voice_statistics

__all__ = ["FaceSet", "VoiceSet", "face_set", "heard", "voice_set"]

_QUIET: Callable[[int, int], None] = lambda done, total: None  # noqa: E731


@dataclass(frozen=True)
class VoiceSet:
    """U recordings, each as it is and in K variations.

    rows        (K + 1, U, ROWS, VOICE_WIDTH) float16; those of [0] are as recorded
    statistics  (K + 1, U, STATISTICS) float32
    truth       (U,) numbers of CLASSES
    speakers    of each
    """

    rows: Array
    statistics: Array
    truth: Array
    speakers: tuple[str, ...]


@dataclass(frozen=True)
class FaceSet:
    """M faces, each as it is and in K variations.

    views     (K + 1, M, FACE_PX, FACE_PX, 3) uint8; those of [0] are as drawn
    truth     (M,) numbers of CLASSES
    families  of each
    """

    views: Array
    truth: Array
    families: tuple[str, ...]

    @property
    def asked(self) -> Array:
        """Numbers of the faces that a network can be measured on: those that others drew."""
        return np.flatnonzero(np.array(self.families) != RIG)


def voice_set(
    utterances: Utterances,
    rng: np.random.Generator,
    *,
    copies: int,
    say: Callable[[int, int], None] = _QUIET,
) -> VoiceSet:
    """Hear every recording, and `copies` variations of it."""
    kept: list[tuple[Array, Array]] = []
    total = (copies + 1) * len(utterances)
    by_speaker = {name: _others(utterances, name) for name in set(utterances.speakers)}
    for copy in range(copies + 1):
        for samples, speaker in zip(utterances.samples, utterances.speakers, strict=True):
            # Of babble too, only what the speaker himself says: folds stay apart.
            changed = varied(samples, rng, by_speaker[speaker]) if copy else samples
            kept.append(heard(changed))
            say(len(kept), total)
    rows = np.stack([rows.astype(np.float16) for rows, _ in kept])
    statistics = np.stack([statistics for _, statistics in kept])
    shape = (copies + 1, len(utterances))
    return VoiceSet(
        rows.reshape(*shape, *rows.shape[1:]),
        statistics.reshape(*shape, -1),
        _numbers(utterances.emotions),
        utterances.speakers,
    )


def heard(samples: Array) -> tuple[Array, Array]:
    """((ROWS, VOICE_WIDTH), (STATISTICS,)): what the network is shown of (N,) samples."""
    rows = voice_input(Sound(samples.astype(np.float32), RATE_HZ))
    return rows, voice_statistics(rows)


def face_set(examples: FaceExamples, rng: np.random.Generator, *, copies: int) -> FaceSet:
    """Look at every face, and at `copies` variations of it."""
    seen = [views(examples.faces), *(views(examples.faces, rng) for _ in range(copies))]
    return FaceSet(np.stack(seen), _numbers(examples.emotions), examples.families)


def _others(utterances: Utterances, speaker: str) -> Array:
    """All that a speaker says, one after the other."""
    own = [s for s, name in zip(utterances.samples, utterances.speakers, strict=True)
           if name == speaker]  # fmt: skip
    return np.concatenate([*own, *own[:2]])


def _numbers(emotions: tuple[str, ...]) -> Array:
    return np.array([CLASSES.index(emotion) for emotion in emotions])
