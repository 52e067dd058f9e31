"""How far the answers of a voice and of a face are to be believed, fitted to strangers.

A network knows what it has learnt from far better than strangers, so that a fusion which is learnt
with it trusts both sides too much, and the face most. This one is fitted afterwards, to answers
that the folds gave to speakers and families they had not learnt from. It is a fully connected layer
over both answers, pulled toward one weight for each side: eight speakers do not tell more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.models.emotion import FusedAnswers

__all__ = ["Strangers", "fit_fusion", "fused_answers"]

_STAND_IN = "neutral"
_PAIRS = 8  # of each recording
_PULL = 3.0  # toward one weight for each side
_START = (0.8, 0.4)
_ITERATIONS = 80


@dataclass(frozen=True)
class Strangers:
    """What networks answered to speakers and families that they had not learnt from.

    voice, face              (U, C), (M, C) logits
    voice_truth, face_truth  numbers of CLASSES
    families                 (M,) of the faces
    """

    voice: Array
    face: Array
    voice_truth: Array
    face_truth: Array
    families: Array


def fit_fusion(strangers: Strangers, rng: np.random.Generator) -> FusedAnswers:
    """The fusion of pairs of one class, each class counting alike, each family too.

    For a class that nobody has drawn, as boredom, neutral faces are shown; for one that nobody has
    spoken, any voice: else it would learn that boredom is what has no face.
    """
    voice_of, face_of, truth = _pairs(strangers, rng)
    classes = strangers.voice.shape[1]
    fusion = FusedAnswers(classes)
    alone = FusedAnswers.told(torch.from_numpy(strangers.voice[voice_of]).float())
    seen = FusedAnswers.told(torch.from_numpy(strangers.face[face_of]).float())
    told, target = torch.cat([alone, seen], 1), torch.from_numpy(truth)
    counts = np.bincount(truth, minlength=classes)
    weight = torch.from_numpy(1 / counts[truth]).float()
    weight = weight / weight.sum()
    sides = torch.tensor(_START, requires_grad=True)
    apart = torch.zeros(classes, 2 * classes, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    by_ear = torch.eye(classes)
    by_eye = _stood_in(strangers.face_truth, classes)
    optimiser = torch.optim.LBFGS(
        [sides, apart, bias], max_iter=_ITERATIONS, line_search_fn="strong_wolfe"
    )

    def matrix() -> torch.Tensor:
        return torch.cat([sides[0] * by_ear, sides[1] * by_eye], 1) + apart

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = told @ matrix().T + bias
        error = (weight * functional.cross_entropy(logits, target, reduction="none")).sum()
        error = error + _PULL * ((apart**2).sum() + (bias**2).sum())
        error.backward()  # type: ignore[no-untyped-call]
        return error

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        fusion.full.weight.copy_(matrix())
        fusion.full.bias.copy_(bias)
    return fusion.requires_grad_(False).eval()


@torch.no_grad()
def fused_answers(fusion: FusedAnswers, voice: Array, face: Array) -> Array:
    """(N, C) logits of pairs whose sides answered (N, C) logits each."""
    one = torch.ones(len(voice), 1)
    said = fusion(torch.from_numpy(voice).float(), torch.from_numpy(face).float(), one, one)
    return np.asarray(said.numpy())


def _stood_in(drawn: Array, classes: int) -> torch.Tensor:
    """(C, C): each class by itself, but what nobody has drawn by the neutral face."""
    by_eye = torch.eye(classes)
    neutral = CLASSES.index(_STAND_IN)
    for number in set(range(classes)) - set(drawn.tolist()):
        by_eye[number] = by_eye[neutral]
    return by_eye


def _pairs(strangers: Strangers, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Numbers of recordings and of faces, and the class of each pair."""
    spoken, drawn = strangers.voice_truth, strangers.face_truth
    voices: list[int] = []
    faces: list[int] = []
    truth: list[int] = []
    for number in np.union1d(spoken, drawn).tolist():
        heard = np.flatnonzero(spoken == number)
        if not len(heard):
            heard = rng.permutation(len(spoken))[: max(1, len(spoken) // 7)]
        seen = np.flatnonzero(drawn == number)
        if not len(seen):
            seen = np.flatnonzero(drawn == CLASSES.index(_STAND_IN))
        if not len(seen):
            seen = np.arange(len(drawn))
        families = np.unique(strangers.families[seen])
        for voice in np.repeat(heard, _PAIRS).tolist():
            of_family = seen[strangers.families[seen] == rng.choice(families)]
            voices.append(voice)
            faces.append(int(rng.choice(of_family)))
            truth.append(number)
    return np.array(voices), np.array(faces), np.array(truth)
