"""The emotion networks: shapes, what is masked, what is missing, and that a step teaches."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.models.emotion import (
    PRESETS,
    CalibratedEmotion,
    EmotionNetwork,
    FaceCNN,
    FaceFeatures,
    SpokenAttention,
    SpokenLSTM,
)
from paintreel.runtime.emotion_features import FACE_PX, ROWS, VOICE_WIDTH
from paintreel.runtime.voice_statistics import STATISTICS

CLASSES, SPOKEN, DRAWN = 5, (0, 1, 2, 3), (1, 2, 3, 4)


def inputs(count: int = 2):
    torch.manual_seed(0)
    return (
        torch.randn(count, ROWS, VOICE_WIDTH),
        torch.randn(count, STATISTICS),
        torch.rand(count, 3, FACE_PX, FACE_PX),
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_three_answers_that_know_their_classes(preset):
    network = EmotionNetwork(CLASSES, SPOKEN, DRAWN, PRESETS[preset]).eval()
    flags = torch.ones(2, 1)
    voice, face, both = network(*inputs(), flags, flags)
    assert voice.shape == face.shape == both.shape == (2, CLASSES)
    shares = CalibratedEmotion(network, (1.0, 1.0, 1.0))(*inputs(), flags, flags)
    assert shares.shape == (2, 3, CLASSES)
    assert torch.allclose(shares.sum(2), torch.ones(2, 3))
    assert shares[:, 0, 4].max() < 1e-6  # a face alone knows it
    assert shares[:, 1, 0].max() < 1e-6


@torch.no_grad()
def test_what_is_missing_has_no_say():
    network = EmotionNetwork(CLASSES, SPOKEN, DRAWN, PRESETS["paper"]).eval()
    voice, statistics, face = inputs()
    one, none = torch.ones(2, 1), torch.zeros(2, 1)
    deaf = [network(v, statistics, face, none, one)[2] for v in (voice, -voice)]
    blind = [network(voice, statistics, f, one, none)[2] for f in (face, 1 - face)]
    assert torch.equal(*deaf)
    assert torch.equal(*blind)
    assert not torch.equal(deaf[0], blind[0])


def test_the_paper_s_parts_are_those_of_its_figures():
    """Figure 4: convolution, pooling, twice, then fully connected; Figure 5: an LSTM."""
    config = PRESETS["paper"]
    cnn, lstm = FaceCNN(config), SpokenLSTM(config)
    assert [type(m).__name__ for m in cnn.children()] == ["Conv2d", "Conv2d", "Linear"]
    assert isinstance(lstm.lstm, torch.nn.LSTM)
    assert not lstm.lstm.bidirectional


def test_maps_are_what_the_branch_makes_itself():
    branch = FaceFeatures(PRESETS["attention"]).eval()
    face = inputs()[2]
    assert torch.allclose(branch(face), branch(branch.maps(face)), atol=1e-6)
    assert not any(p.requires_grad for p in branch.network.parameters())
    branch.train()
    assert not branch.network.training  # its norms stay as ImageNet left them


def test_broken_statistics_are_bounded():
    network = EmotionNetwork(CLASSES, SPOKEN, DRAWN, PRESETS["attention"]).eval()
    network.set_scale(torch.randn(50, STATISTICS))
    scaled = network.scaled(torch.full((1, STATISTICS), 1e9))
    assert scaled.abs().max() <= 4


def test_unknown_branches_are_named():
    config = dataclasses.replace(PRESETS["tiny"], voice="ear")
    with pytest.raises(InputError, match=r"'ear'.*lstm"):
        EmotionNetwork(CLASSES, SPOKEN, DRAWN, config)


def test_attention_says_of_the_whole_window_and_of_its_time():
    config = PRESETS["attention"]
    rows, statistics, _ = inputs()
    said = SpokenAttention(config).eval()(rows, statistics)
    assert said.shape == (2, config.said + config.said // 2)
