"""The fusion of answers: above either side, quiet where a side is missing, fair to strangers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.data.emotion_set import FaceSet
from paintreel.learn.data.rig_faces import RIG
from paintreel.learn.models.emotion import FusedAnswers
from paintreel.learn.trainers.emotion_folds import emotion_folds
from paintreel.learn.trainers.emotion_fusion import Strangers, fit_fusion, fused_answers

BOREDOM, FEAR, NEUTRAL, SURPRISE = (
    CLASSES.index(name) for name in ("boredom", "fear", "neutral", "surprise")
)
COUNT = len(CLASSES)


def answers(truth: np.ndarray, sure: float, rng: np.random.Generator, never: int) -> np.ndarray:
    """Logits that are right more or less often; `never` is masked, as a branch does."""
    logits = sure * np.eye(COUNT)[truth] + rng.normal(0, 1, (len(truth), COUNT))
    logits[:, never] = -30
    return logits


@pytest.fixture(scope="module")
def strangers() -> Strangers:
    """A voice that is often right, a face that is seldom; boredom is not drawn."""
    rng = np.random.default_rng(0)
    spoken = np.delete(np.arange(COUNT), SURPRISE)
    drawn = np.delete(np.arange(COUNT), BOREDOM)
    voice_truth, face_truth = rng.choice(spoken, 400), rng.choice(drawn, 400)
    return Strangers(
        answers(voice_truth, 2.5, rng, SURPRISE),
        answers(face_truth, 1.2, rng, BOREDOM),
        voice_truth,
        face_truth,
        rng.choice(["a", "b", "c"], 400),
    )


def test_it_begins_as_the_voice():
    logits = torch.tensor([[2.0, 0.0, -1.0, *(COUNT - 3) * [-30.0]]])
    one = torch.ones(1, 1)
    said = FusedAnswers(COUNT)(logits, torch.zeros(1, COUNT), one, one)[0, :3]
    assert (said[0] - said[1]).item() == pytest.approx(2.0)
    assert (said[1] - said[2]).item() == pytest.approx(1.0)


def test_what_says_nothing_is_nought():
    told = FusedAnswers.told(torch.tensor([[1.0, 3.0, -30.0], [2.0, 2.0, 2.0]]))
    assert told.tolist() == [[-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]


def test_both_are_better_than_either(strangers):
    fusion = fit_fusion(strangers, np.random.default_rng(1))
    rng = np.random.default_rng(2)
    truth = rng.choice(np.setdiff1d(np.arange(COUNT), [BOREDOM, SURPRISE]), 3000)
    voice, face = answers(truth, 2.5, rng, SURPRISE), answers(truth, 1.2, rng, BOREDOM)
    both = fused_answers(fusion, voice, face)
    right = [(each.argmax(1) == truth).mean() for each in (both, voice, face)]
    assert right[0] > right[1] + 0.02
    assert right[1] > right[2] + 0.2
    # The side that is more often right has more to say.
    weight = fusion.full.weight
    assert weight[FEAR, FEAR] > 0
    assert weight[FEAR, COUNT + FEAR] > 0


def test_a_face_that_says_nothing_changes_little(strangers):
    rng = np.random.default_rng(3)
    noise = dataclasses.replace(strangers, face=answers(strangers.face_truth, 0.0, rng, BOREDOM))
    weights = [
        float(fit_fusion(each, np.random.default_rng(1)).full.weight[FEAR, COUNT + FEAR])
        for each in (strangers, noise)
    ]
    assert abs(weights[1]) < 0.15 < weights[0]


def test_a_bored_voice_with_a_calm_face_stays_bored(strangers):
    """Nobody has drawn boredom: the neutral face stands for it, and the voice decides."""
    fusion = fit_fusion(strangers, np.random.default_rng(1))
    voice, face = np.zeros((1, COUNT)), np.zeros((1, COUNT))
    voice[0, BOREDOM], face[0, NEUTRAL] = 2.5, 2.5
    voice[0, SURPRISE] = face[0, BOREDOM] = -30
    assert fused_answers(fusion, voice, face)[0].argmax() == BOREDOM
    voice[0, BOREDOM], voice[0, NEUTRAL] = 0, 2.5
    assert fused_answers(fusion, voice, face)[0].argmax() == NEUTRAL


def test_folds_leave_the_rig_to_be_learnt_from():
    families = ("a", RIG, "b", "c", RIG, "d")
    faces = FaceSet(np.zeros((1, 6, 2, 2, 3), np.uint8), np.zeros(6, int), families)
    voices = type("Voices", (), {"speakers": tuple("wxyz")})()
    folds = list(emotion_folds(voices, faces, 4, np.random.default_rng(0)))
    assert sorted(np.concatenate([f.faces for f in folds]).tolist()) == [0, 2, 3, 5]
    for fold in folds:
        assert {1, 4} <= set(fold.drawn.tolist())
