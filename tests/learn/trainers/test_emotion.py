"""Training of the emotion network: it learns, holds out whole speakers, exports what it learnt."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from voices import spoken, write_sound

from paintreel.errors import InputError, TrainingError
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.data.emotion_set import FaceSet, VoiceSet
from paintreel.learn.engine.budget import Budget
from paintreel.learn.models.emotion import PRESETS, CalibratedEmotion, EmotionNetwork
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers.emotion import (
    _keep,
    measures_of,
    prepare,
    train_emotion,
    write_graph,
)
from paintreel.learn.trainers.emotion_fit import answers_of, face_inputs, fit_network, pair_faces
from paintreel.learn.trainers.emotion_folds import (
    calibrated,
    crossed_answers,
    emotion_folds,
    late_fusion,
)
from paintreel.learn.trainers.emotion_settings import EmotionSettings
from paintreel.learn.trainers.provenance import ModelFacts, Source
from paintreel.learn.trainers.training_run import Folders, Run, Trained
from paintreel.runtime.emotion_features import FACE_PX, ROWS, VOICE_WIDTH
from paintreel.runtime.voice_statistics import STATISTICS
from portraits import portrait

TINY = EmotionSettings(
    preset="tiny", steps=120, batch=16, rate=0.01, voice_copies=0, face_copies=0, folds=2,
    noise=0.05, mixing=0.0, modality_dropout=0.2,
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> tuple[VoiceSet, FaceSet]:
    """Four speakers and four families, three emotions that are easily told apart."""
    rng = np.random.default_rng(0)
    names = ("anger", "neutral", "sadness")
    truth = np.array([CLASSES.index(name) for name in names for _ in range(16)])
    rows = rng.normal(0, 0.3, (1, 48, ROWS, VOICE_WIDTH)).astype(np.float16)
    statistics = rng.normal(0, 0.3, (1, 48, STATISTICS)).astype(np.float32)
    views = rng.integers(0, 60, (1, 48, FACE_PX, FACE_PX, 3), np.uint8)
    for place, number in enumerate(truth):
        which = names.index(CLASSES[number])
        rows[0, place, :, which] += 2
        statistics[0, place, which] += 2
        views[0, place, :, :, which] += 120
    groups = tuple(str(i % 4) for i in range(48))
    return VoiceSet(rows, statistics, truth, groups), FaceSet(views, truth, groups)


def test_folds_keep_speakers_and_families_whole(made):
    voices, faces = made
    folds = list(emotion_folds(voices, faces, 4, np.random.default_rng(0)))
    assert len(folds) == 4
    assert sorted(np.concatenate([f.voices for f in folds]).tolist()) == list(range(48))
    for fold in folds:
        assert not {voices.speakers[i] for i in fold.spoken} & {
            voices.speakers[i] for i in fold.voices
        }
        assert not {faces.families[i] for i in fold.drawn} & {faces.families[i] for i in fold.faces}


@pytest.mark.parametrize(("optimiser", "rate"), [("adamw", 0.01), ("sgd", 0.1)])
def test_it_learns_and_tells_unknown_speakers(made, optimiser, rate):
    voices, faces = made
    settings = dataclasses.replace(TINY, optimiser=optimiser, rate=rate)
    crossed = crossed_answers(voices, faces, None, settings, seed=1)
    measured, temperatures = measures_of(crossed, voices, faces)
    assert measured["both"]["accuracy"] > 0.8  # a third by chance
    assert measured["face"]["accuracy"] > 0.6
    assert set(measured["voice"]["recall"]) == {"anger", "neutral", "sadness"}
    assert all(0.05 <= t <= 20 for t in temperatures)
    assert (voices.truth[crossed.voice_of] == faces.truth[crossed.face_of]).all()


def test_equal_seeds_give_equal_networks(made):
    voices, faces = made
    everything = np.arange(48)
    settings = EmotionSettings(preset="tiny", steps=3, batch=8, folds=2)
    weights = [
        fit_network(
            voices, faces, None, settings, spoken=everything, drawn=everything, seed=seed
        ).fused.weight
        for seed in (1, 1, 2)
    ]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_what_is_exported_is_what_was_learnt(made, tmp_path):
    voices, faces = made
    everything = np.arange(48)
    settings = EmotionSettings(preset="tiny", steps=3, batch=8, folds=2)
    network = fit_network(
        voices, faces, None, settings, spoken=everything, drawn=everything, seed=1
    )
    model = CalibratedEmotion(network, (1.2, 0.8, 1.0)).eval()
    parity = write_graph(model, tmp_path / "model.onnx", {}, seed=0)
    assert parity.runtime < 1e-4


def test_a_voice_is_paired_with_a_face_of_its_class(made):
    _, faces = made
    truth = np.array([CLASSES.index("anger"), CLASSES.index("surprise")])
    chosen = pair_faces(truth, faces, np.arange(48), np.random.default_rng(0))
    assert faces.truth[chosen[0]] == truth[0]
    assert chosen[1] == -1


def test_each_speaker_is_calibrated_by_the_others():
    """One who is always wrong and sure must not set his own temperature."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 300)
    logits = 4 * np.eye(3)[truth] + rng.normal(0, 2, (300, 3))
    groups = np.arange(300) % 5
    temperature, error, shares = calibrated(logits, truth, groups)
    assert np.allclose(shares.sum(1), 1)
    assert error < 0.08
    _, worse, _ = calibrated(10 * logits[:, [1, 2, 0]], truth, groups)
    assert worse > error
    assert 0.1 < temperature < 10


def test_late_fusion_is_the_product():
    voice, face = np.log([[0.8, 0.2]]), np.log([[0.3, 0.7]])
    joined = np.exp(late_fusion(voice, face))
    assert joined / joined.sum() == pytest.approx(np.array([[0.24, 0.14]]) / 0.38)
    # Of what faces cannot know, the voice is asked alone.
    unknown = late_fusion(np.array([[2.0, 0.0, 5.0]]), np.array([[1.0, 3.0, -30.0]]))
    assert unknown[0, 2] == pytest.approx(5 - 7 / 3)
    assert unknown[0, 0] - unknown[0, 1] == pytest.approx(0.0)


def test_answers_need_pixels_or_maps(made):
    voices, faces = made
    everything = np.arange(48)
    settings = EmotionSettings(preset="tiny", steps=2, batch=4, folds=2)
    network = fit_network(
        voices, faces, None, settings, spoken=everything, drawn=everything, seed=1
    )
    some = np.arange(3)
    answers = answers_of(
        network, voices.rows[0, some], voices.statistics[0, some], face_inputs(faces, None, some)
    )
    assert answers.voice.shape == answers.face.shape == answers.both.shape == (3, len(CLASSES))


@pytest.mark.parametrize(
    "values", [{"preset": "huge"}, {"optimiser": "adam"}, {"folds": 1}, {"modality_dropout": 0.9}]
)
def test_settings_that_cannot_be_are_refused(values):
    with pytest.raises(InputError, match="must hold"):
        EmotionSettings(**values)


def test_norms_that_have_learnt_are_exported_too(tmp_path):
    """They are folded into the convolutions before weights are rounded to f16."""
    torch.manual_seed(0)
    everything = tuple(range(len(CLASSES)))
    network = EmotionNetwork(len(CLASSES), everything, everything, PRESETS["attention"])
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.normal_(0, 2)
            module.running_var.uniform_(0.2, 4)
            torch.nn.init.uniform_(module.weight, 0.5, 2)
    network.set_scale(3 + 5 * torch.randn(100, STATISTICS))
    model = CalibratedEmotion(network, (0.7, 0.7, 0.7)).eval()
    assert write_graph(model, tmp_path / "model.onnx", {}, seed=0).runtime < 1e-4


def test_a_resumed_run_is_that_run_or_none(tmp_path):
    """What an earlier run has kept is not handed out for other settings or other recordings."""
    speech, drawn = tmp_path / "speech", tmp_path / "faces"
    _write_folders(speech, drawn)
    folders = Folders(art=tmp_path, faces=drawn, speech=speech)
    run = _run(tmp_path / "out", TINY)
    everything = tuple(range(len(CLASSES)))
    network = EmotionNetwork(len(CLASSES), everything, everything, PRESETS["tiny"])
    data_hash = prepare(drawn, speech, TINY).data_hash
    training = json.loads(json.dumps(run.origin(wall_s=1.0, data_hash=data_hash)))
    _keep(Trained(CalibratedEmotion(network, (1.0, 1.0, 1.0)), training), run.out, "tiny")

    again = train_emotion(run, folders)
    assert again.training == training
    for name, weights in again.model.network.state_dict().items():
        assert torch.equal(weights, network.state_dict()[name])
    other = dataclasses.replace(run, settings=dataclasses.replace(TINY, steps=121))
    with pytest.raises(TrainingError, match=r"settings\.steps is 121, was 120"):
        train_emotion(other, folders)
    _write_folders(speech, drawn, seed=1)
    with pytest.raises(TrainingError, match="data is 'speech "):
        train_emotion(run, folders)


def _write_folders(speech: Path, drawn: Path, seed: int = 0) -> None:
    for emotion in ("anger", "sadness"):
        (speech / emotion).mkdir(parents=True, exist_ok=True)
        write_sound(speech / emotion / "ben_01.wav", spoken(4, 1.0, seed=seed).samples[None])
        (drawn / "anna" / emotion).mkdir(parents=True, exist_ok=True)
        picture = Picture(portrait())
        write_picture(drawn / "anna" / emotion / "1.png", picture, overwrite=True)


def _run(out: Path, settings: EmotionSettings) -> Run:
    facts, budget = ModelFacts("tiny"), Budget(steps=settings.steps)
    source = Source(commit=None)
    return Run(SYSTEMS["emotion"], out, facts, settings, budget, source, resume=True)
