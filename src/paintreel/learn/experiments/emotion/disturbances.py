"""Voices and faces as the world spoils them, to see what is left of their emotion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_set import FaceSet, VoiceSet, heard
from paintreel.learn.data.speech_variation import (
    add_noise,
    babble,
    coloured_noise,
    in_room,
    narrowed,
)
from paintreel.learn.data.utterances import Utterances
from paintreel.learn.models.emotion import EmotionNetwork
from paintreel.learn.trainers.emotion_fit import FaceMaps, answers_of, face_inputs, maps_of
from paintreel.learn.trainers.emotion_folds import Fold

__all__ = ["Disturbed", "FoldTrials", "disturb"]


@dataclass(frozen=True)
class Disturbed:
    """voices: {disturbance: all recordings under it}; faces: {disturbance: (faces, maps)}."""

    voices: dict[str, VoiceSet]
    faces: dict[str, tuple[FaceSet, FaceMaps | None]]


_Change = Callable[[Array, np.random.Generator, Array], Array]

VOICE_CHANGES: dict[str, _Change] = {
    "noise, 20 dB below": lambda x, rng, _: add_noise(x, coloured_noise(len(x), 0.5, rng), 20),
    "noise, 5 dB below": lambda x, rng, _: add_noise(x, coloured_noise(len(x), 0.5, rng), 5),
    "reverberation of 0.6 s": lambda x, rng, _: in_room(x, 0.6, rng),
    "babble, 10 dB below": lambda x, rng, all_: add_noise(x, babble(all_, len(x), rng), 10),
    "telephone": lambda x, rng, _: narrowed(x, 3400.0),
}
"""What is done to (N,) samples."""


def _blurred(view: Array) -> Array:
    blurred: Array = cv2.GaussianBlur(view, (0, 0), 3.0)
    return blurred


def _covered(view: Array) -> Array:
    """The mouth and the chin behind something grey."""
    out = view.copy()
    out[round(0.58 * len(view)) :] = 128
    return out


FACE_CHANGES: dict[str, Callable[[Array], Array]] = {
    "blurred face": _blurred,
    "mouth covered": _covered,
}
"""What is done to (S, S, 3) views."""


def disturb(
    utterances: Utterances,
    faces: FaceSet,
    rng: np.random.Generator,
    *,
    through_stages: bool,
) -> Disturbed:
    """Everything under every disturbance. through_stages: whether maps of the faces are wanted."""
    everybody = np.concatenate([*utterances.samples])
    voices = {}
    for name, change in VOICE_CHANGES.items():
        told = [heard(change(samples, rng, everybody)) for samples in utterances.samples]
        rows = np.stack([rows for rows, _ in told])[None]
        statistics = np.stack([statistics for _, statistics in told])[None]
        voices[name] = VoiceSet(rows, statistics, np.zeros(0, int), utterances.speakers)
    seen = {}
    for name, spoil in FACE_CHANGES.items():
        views = np.stack([spoil(view) for view in faces.views[0]])[None]
        spoiled = FaceSet(views, faces.truth, faces.families)
        seen[name] = (spoiled, maps_of(spoiled) if through_stages else None)
    return Disturbed(voices, seen)


class FoldTrials:
    """Asks the network of every fold about pairs that are disturbed; call it with each.

    `shares` gathers {row: [right, asked, ...]}: a pair counts where its voice or its face, or both,
    are named right. A contradicting pair is one of two classes, and it counts whom the network
    follows.
    """

    def __init__(
        self,
        voices: VoiceSet,
        faces: FaceSet,
        maps: FaceMaps | None,
        disturbed: Disturbed,
        seed: int,
    ) -> None:
        self._voices, self._faces, self._maps, self._disturbed = voices, faces, maps, disturbed
        self._rng = np.random.default_rng([seed, 5])
        self._right: dict[str, list[Array]] = {}

    def __call__(self, network: EmotionNetwork, fold: Fold) -> None:
        """Ask about one fold."""
        truth = self._voices.truth[fold.voices]
        face = np.array([self._same(number, fold.faces) for number in truth])
        voice, face = fold.voices[face >= 0], face[face >= 0]
        if not len(voice):
            return
        truth = self._voices.truth[voice]
        rows, statistics = self._voices.rows[0, voice], self._voices.statistics[0, voice]
        plain = face_inputs(self._faces, self._maps, face)
        for name, (heard_, seen) in {
            "undisturbed": (True, True),
            "voice missing": (False, True),
            "face missing": (True, False),
        }.items():
            answers = answers_of(network, rows, statistics, plain, heard=heard_, seen=seen)
            self._count(name, answers.both.argmax(1) == truth, answers.voice.argmax(1) == truth)
        for name, changed in self._disturbed.voices.items():
            answers = answers_of(
                network, changed.rows[0, voice], changed.statistics[0, voice], plain
            )
            self._count(name, answers.both.argmax(1) == truth, answers.voice.argmax(1) == truth)
        for name, (spoiled, maps) in self._disturbed.faces.items():
            answers = answers_of(network, rows, statistics, face_inputs(spoiled, maps, face))
            self._count(name, answers.both.argmax(1) == truth, answers.face.argmax(1) == truth)
        self._contradict(network, fold, voice)

    def _contradict(self, network: EmotionNetwork, fold: Fold, voice: Array) -> None:
        face = self._rng.choice(fold.faces, len(voice))
        other = self._faces.truth[face] != self._voices.truth[voice]
        voice, face = voice[other], face[other]
        answers = answers_of(
            network,
            self._voices.rows[0, voice],
            self._voices.statistics[0, voice],
            face_inputs(self._faces, self._maps, face),
        )
        said = answers.both.argmax(1)
        of_voice, of_face = self._voices.truth[voice], self._faces.truth[face]
        self._count("contradicting", said == of_voice, said == of_face)

    def _count(self, name: str, first: Array, second: Array) -> None:
        self._right.setdefault(name, []).append(np.stack([first, second], 1))

    def _same(self, number: int, among: Array) -> int:
        fitting = among[self._faces.truth[among] == number]
        return int(self._rng.choice(fitting)) if len(fitting) else -1

    def facts(self) -> dict[str, dict[str, float]]:
        """{row: shares that are right of both and of the disturbed side alone, and how many}."""
        facts = {}
        for name, parts in self._right.items():
            joined = np.concatenate(parts)
            facts[name] = {
                "both": round(float(joined[:, 0].mean()), 4),
                "alone": round(float(joined[:, 1].mean()), 4),
                "pairs": len(joined),
            }
        return facts
