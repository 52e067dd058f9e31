"""How well emotion networks recognise speakers and drawn families that they have not learnt from.

A fold holds out some speakers and some families. Every recording is answered by the network that
has not heard its speaker, every face by one that has not seen its family, and pairs of the two of
one class by the network that knows neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_set import FaceSet, VoiceSet
from paintreel.learn.models.emotion import EmotionNetwork, FusedAnswers
from paintreel.learn.trainers.classifier_heads import (
    calibration_error,
    fit_temperature,
    folds_of,
    shares_of,
)
from paintreel.learn.trainers.emotion_fit import (
    FaceMaps,
    answers_of,
    face_inputs,
    fit_network,
    pair_faces,
)
from paintreel.learn.trainers.emotion_fusion import Strangers, fit_fusion, fused_answers
from paintreel.learn.trainers.emotion_settings import EmotionSettings

__all__ = ["Crossed", "Fold", "calibrated", "crossed_answers", "emotion_folds", "late_fusion"]

_FAMILY_FOLDS = 4
_DRAWS = 4  # faces that each recording is paired with


@dataclass(frozen=True)
class Fold:
    """spoken, drawn: numbers of what is learnt from; voices, faces: of what is held out."""

    spoken: Array
    drawn: Array
    voices: Array
    faces: Array


@dataclass(frozen=True)
class Crossed:
    """Logits of what was held out.

    voice_logits  (U, C) of every recording alone
    face_logits   (M, C) of every face alone; those of the rig, which is never held out, are noughts
    pair_voice, pair_face, pair_both  (P, C) of pairs
    voice_of, face_of  (P,) which recording and face a pair is of
    fusion        fitted to all that was held out; None where it was learnt with the branches
    """

    voice_logits: Array
    face_logits: Array
    pair_voice: Array
    pair_face: Array
    pair_both: Array
    voice_of: Array
    face_of: Array
    fusion: FusedAnswers | None = None


def emotion_folds(
    voices: VoiceSet, faces: FaceSet, count: int, rng: np.random.Generator
) -> Iterator[Fold]:
    """Each speaker is in one fold; the families, which are few, in every fourth.

    The rig is learnt from in each.
    """
    of_speaker = folds_of(voices.speakers, count, rng)
    of_family = np.full(len(faces.families), -1)
    asked = faces.asked
    families = [faces.families[number] for number in asked]
    of_family[asked] = folds_of(families, min(_FAMILY_FOLDS, count), rng)
    for number in range(int(of_speaker.max()) + 1):
        group = number % (int(of_family.max()) + 1)
        yield Fold(
            np.flatnonzero(of_speaker != number),
            np.flatnonzero(of_family != group),
            np.flatnonzero(of_speaker == number),
            np.flatnonzero(of_family == group),
        )


def crossed_answers(
    voices: VoiceSet,
    faces: FaceSet,
    maps: FaceMaps | None,
    settings: EmotionSettings,
    *,
    seed: int,
    say: Callable[[int, int], None] = lambda done, total: None,
    on_fold: Callable[[EmotionNetwork, Fold], None] = lambda network, fold: None,
) -> Crossed:
    """Train a network a fold, and ask it of what it has not learnt from.

    A fusion of answers is fitted for each fold to what the folds of other speakers and other
    families answered, where there are others. on_fold: called with each network and what it has
    not learnt from.
    """
    rng = np.random.default_rng([seed, 3])
    voice_logits: Array = np.zeros((len(voices.truth), 0))
    face_logits: Array = np.zeros((len(faces.truth), 0))
    parts: list[tuple[Array, ...]] = []
    networks: list[EmotionNetwork] = []
    folds = list(emotion_folds(voices, faces, settings.folds, rng))
    for number, fold in enumerate(folds):
        network = fit_network(
            voices, faces, maps, settings, spoken=fold.spoken, drawn=fold.drawn, seed=seed + number
        )
        networks.append(network)
        asked = _ask(network, voices, faces, maps, fold, rng)
        if not voice_logits.shape[1]:
            voice_logits = np.zeros((len(voice_logits), asked[0].shape[1]))
            face_logits = np.zeros((len(face_logits), asked[0].shape[1]))
        voice_logits[fold.voices], face_logits[fold.faces] = asked[0], asked[1]
        parts.append(asked[2:])
        say(number + 1, len(folds))
    fusion = None
    if isinstance(networks[0].fused, FusedAnswers):
        everybody = _Answered(voices, faces, voice_logits, face_logits)
        for number, (network, fold) in enumerate(zip(networks, folds, strict=True)):
            network.fused = everybody.fusion(fold, np.random.default_rng([seed, 6, number]))
            parts[number] = (*parts[number][:2], fused_answers(network.fused, *parts[number][:2]),
                             *parts[number][3:])  # fmt: skip
        fusion = everybody.fusion(None, np.random.default_rng([seed, 7]))
    for network, fold in zip(networks, folds, strict=True):
        on_fold(network, fold)
    joined = [np.concatenate(each) for each in zip(*parts, strict=True)]
    pair_voice, pair_face, pair_both, voice_of, face_of = joined
    return Crossed(
        voice_logits, face_logits, pair_voice, pair_face, pair_both, voice_of, face_of, fusion
    )


@dataclass(frozen=True)
class _Answered:
    """What all folds answered to what they had not learnt from."""

    voices: VoiceSet
    faces: FaceSet
    voice_logits: Array
    face_logits: Array

    def fusion(self, without: Fold | None, rng: np.random.Generator) -> FusedAnswers:
        """Fitted to all, or to all but the speakers and families that a fold holds out.

        Where a fold holds out every speaker, or every family, it is fitted to all of that side.
        """
        heard, seen = np.arange(len(self.voices.truth)), self.faces.asked
        if without is not None:
            others = np.setdiff1d(heard, without.voices), np.setdiff1d(seen, without.faces)
            heard, seen = (o if len(o) else e for o, e in zip(others, (heard, seen), strict=True))
        strangers = Strangers(
            self.voice_logits[heard],
            self.face_logits[seen],
            self.voices.truth[heard],
            self.faces.truth[seen],
            np.array(self.faces.families)[seen],
        )
        return fit_fusion(strangers, rng)


def _ask(
    network: EmotionNetwork,
    voices: VoiceSet,
    faces: FaceSet,
    maps: FaceMaps | None,
    fold: Fold,
    rng: np.random.Generator,
) -> tuple[Array, ...]:
    """Voice and face logits of the fold, then those of its pairs and what they are of."""
    rows, statistics = voices.rows[0], voices.statistics[0]
    voice_of = np.tile(fold.voices, _DRAWS)
    face_of = pair_faces(voices.truth[voice_of], faces, fold.faces, rng)
    voice_of, face_of = voice_of[face_of >= 0], face_of[face_of >= 0]
    # As many of the one as of the other: each answers for itself.
    some_face = np.resize(fold.faces, len(fold.voices))
    some_voice = np.resize(fold.voices, len(fold.faces))
    alone = [
        answers_of(network, rows[v], statistics[v], face_inputs(faces, maps, f))
        for v, f in ((fold.voices, some_face), (some_voice, fold.faces), (voice_of, face_of))
        if len(v)
    ]
    pairs = alone[2] if len(voice_of) else None
    nothing = np.zeros((0, alone[0].voice.shape[1]))
    return (
        alone[0].voice,
        alone[1].face,
        pairs.voice if pairs else nothing,
        pairs.face if pairs else nothing,
        pairs.both if pairs else nothing,
        voice_of,
        face_of,
    )


def calibrated(logits: Array, truth: Array, groups: Array) -> tuple[float, float, Array]:
    """(temperature of all, calibration error, (N, C) shares).

    The shares of each group are calibrated by the other groups alone, so that the error is that of
    speakers nobody has calibrated for. Where the others lack a class, as where there is one group,
    all groups calibrate it, its own as well, and the error is lower than a stranger's.
    """
    classes = np.unique(truth)
    targets = (truth[:, None] == np.arange(logits.shape[1])).astype(float)
    temperature = fit_temperature(logits, targets)
    shares = np.zeros_like(logits)
    for group in np.unique(groups):
        own = groups == group
        others = ~own
        if len(np.unique(truth[others])) < len(classes):
            others = np.ones(len(groups), bool)
        shares[own] = shares_of(logits[own], fit_temperature(logits[others], targets[others]))
    return temperature, calibration_error(shares, truth), shares


def late_fusion(voice: Array, face: Array) -> Array:
    """(N, C) logits of the product of two answers, for comparison: nothing is learnt.

    Of a class that one side cannot know, that side says nothing: the other is asked alone.
    """
    sides = [FusedAnswers.told(torch.from_numpy(np.asarray(each, float))) for each in (voice, face)]
    return np.asarray((sides[0] + sides[1]).numpy())
