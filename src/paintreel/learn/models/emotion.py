"""Emotion from a face and a voice: CNN, LSTM, and their fusion.

The paper that begins "The aim of this article is to investigate an intelligent approach for
constructing animation scenes and dynamically optimizing character images driven by computer
vision": a CNN looks at the face (its Figure 4: convolution, subsampling, twice, then two fully
connected layers; maximum pooling is Eq. 1, a fully connected layer Eq. 2), an LSTM listens to the
voice (its Figure 5: embedding, LSTM with Eq. 7 and 8, hidden layer), and what both say is
concatenated, thinned by dropout (Eq. 5 and 6) and classified by a fully connected layer, trained
with cross-entropy (Eq. 3) by stochastic gradient descent (Eq. 4).

Differences from the paper: it gives no sizes, kernels, features or data. The voice is log-mel
bands with pitch, voicing, intensity and rate of speech, the features that its text names. Inputs of
one modality can be missing: what stands for it is learnt, and modality dropout shows it while
training. `attention` and `features` are ours: the voice pooled by attention over an LSTM of both
directions, the face through the stages of EfficientNet-Lite0 that ImageNet taught.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from paintreel.errors import InputError
from paintreel.learn.models.efficientnet import EfficientNetLite0, load_efficientnet
from paintreel.runtime.emotion_features import FACE_PX, VOICE_WIDTH

__all__ = [
    "FACES",
    "PRESETS",
    "VOICES",
    "EmotionConfig",
    "EmotionNetwork",
    "FaceCNN",
    "FaceFeatures",
    "SpokenAttention",
    "SpokenLSTM",
]


@dataclass(frozen=True)
class EmotionConfig:
    """Sizes of an emotion network.

    voice        "lstm", the paper's, or "attention", ours
    face         "cnn", the paper's, or "features", ours
    embedded     width of a row of the voice after the embedding
    hidden       width of the LSTM, of one direction
    channels     of the two convolutions of the face CNN
    said         width of what each branch says, which the fusion concatenates
    dropout      share of the numbers that are dropped before a classifier
    """

    voice: str = "lstm"
    face: str = "cnn"
    embedded: int = 64
    hidden: int = 96
    channels: tuple[int, int] = (32, 64)
    said: int = 96
    dropout: float = 0.4


PRESETS = {
    "paper": EmotionConfig(),
    "attention": EmotionConfig(voice="attention", face="features"),
    "tiny": EmotionConfig(embedded=8, hidden=8, channels=(4, 8), said=8),
}


class SpokenLSTM(nn.Module):
    """The paper's: embedding, LSTM (Eq. 7, 8), hidden layer over its last state.

    x: (N, T, VOICE_WIDTH) float32, to (N, said).
    """

    def __init__(self, config: EmotionConfig) -> None:
        super().__init__()
        self.embedding = nn.Linear(VOICE_WIDTH, config.embedded)
        self.lstm = nn.LSTM(config.embedded, config.hidden, batch_first=True)
        self.hidden = nn.Linear(config.hidden, config.said)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.lstm(torch.tanh(self.embedding(x)))
        said: Tensor = functional.relu(self.hidden(states[:, -1]))
        return said


class SpokenAttention(nn.Module):
    """Ours: rows embedded with their neighbours, an LSTM of both directions, attention over time.

    What is attended to is told by its mean and its deviation. x: (N, T, VOICE_WIDTH) float32, to
    (N, said).
    """

    def __init__(self, config: EmotionConfig) -> None:
        super().__init__()
        wide = config.embedded
        self.near = nn.Conv1d(VOICE_WIDTH, wide, 5, padding=2)
        self.norm = nn.BatchNorm1d(wide)
        self.wider = nn.Conv1d(wide, wide, 5, stride=2, padding=2)
        self.wider_norm = nn.BatchNorm1d(wide)
        self.drop = nn.Dropout(config.dropout / 2)
        self.lstm = nn.LSTM(wide, config.hidden, batch_first=True, bidirectional=True)
        self.query = nn.Linear(2 * config.hidden, 4)
        self.hidden = nn.Linear(8 * config.hidden * 2, config.said)

    def forward(self, x: Tensor) -> Tensor:
        rows = functional.relu(self.norm(self.near(x.transpose(1, 2))))
        rows = functional.relu(self.wider_norm(self.wider(rows))).transpose(1, 2)
        states, _ = self.lstm(self.drop(rows))
        weights = torch.softmax(self.query(states), 1)  # (N, T, heads)
        mean = torch.einsum("nth,ntc->nhc", weights, states)
        square = torch.einsum("nth,ntc->nhc", weights, states * states)
        spread = (square - mean * mean).clamp_min(1e-5).sqrt()
        pooled = torch.cat([mean.flatten(1), spread.flatten(1)], 1)
        said: Tensor = functional.relu(self.hidden(self.drop(pooled)))
        return said


class FaceCNN(nn.Module):
    """The paper's: convolution and maximum pooling (Eq. 1), twice, two fully connected layers.

    x: (N, 3, FACE_PX, FACE_PX) float32 in [0, 1], to (N, said).
    """

    def __init__(self, config: EmotionConfig) -> None:
        super().__init__()
        first, second = config.channels
        # Eq. 1's step is 2, and the first convolution takes every second pixel: 12 px are left.
        self.first = nn.Conv2d(3, first, 5, stride=2, padding=2)
        self.second = nn.Conv2d(first, second, 5, padding=2)
        self.full = nn.Linear(second * (FACE_PX // 8) ** 2, config.said)

    def forward(self, x: Tensor) -> Tensor:
        maps = functional.max_pool2d(functional.relu(self.first(2 * x - 1)), 2)
        maps = functional.max_pool2d(functional.relu(self.second(maps)), 2)
        said: Tensor = functional.relu(self.full(maps.flatten(1)))
        return said


class FaceFeatures(nn.Module):
    """Ours: the first stages of EfficientNet-Lite0, whose maps keep where a thing is.

    The maps of the last of them are narrowed and read by place, for a brow means something else
    than a mouth. x: (N, 3, FACE_PX, FACE_PX) float32 in [0, 1], to (N, said).
    """

    _LAST = "stage4"
    _WIDTH = 80

    def __init__(self, config: EmotionConfig, network: EfficientNetLite0 | None = None) -> None:
        super().__init__()
        source = load_efficientnet() if network is None else network
        end = source.ends[self._LAST]
        self.stem, self.norm = source._conv_stem, source._bn0
        self.blocks = nn.ModuleList(source._blocks[: end + 1])
        for parameter in self.parameters():
            parameter.requires_grad_(True)
        places = (FACE_PX // 16) ** 2
        self.narrow = nn.Conv2d(self._WIDTH, 32, 1)
        self.drop = nn.Dropout(config.dropout)
        self.full = nn.Linear(32 * places + self._WIDTH, config.said)

    def forward(self, x: Tensor) -> Tensor:
        maps = functional.relu6(self.norm(self.stem((x * 255 - 127) / 128)))
        for block in self.blocks:
            maps = block(maps)
        local = functional.relu(self.narrow(maps)).flatten(1)
        told = torch.cat([local, maps.mean((2, 3))], 1)
        said: Tensor = functional.relu(self.full(self.drop(told)))
        return said


VOICES = {"lstm": SpokenLSTM, "attention": SpokenAttention}
FACES = {"cnn": FaceCNN, "features": FaceFeatures}
"""Branches by their name in `EmotionConfig`."""


class EmotionNetwork(nn.Module):
    """Both branches, a classifier of each, and the paper's fusion of both.

    voice   (N, T, VOICE_WIDTH) float32
    face    (N, 3, FACE_PX, FACE_PX) float32 in [0, 1]
    heard   (N, 1) float32: 1 where there is a voice, 0 where it is missing
    seen    (N, 1) float32: 1 where there is a face

    Gives logits (N, C) of the voice alone, of the face alone, and of both.

    classes: C, of which `spoken` and `drawn` are the numbers that each branch can know; the others
    are never its answer.
    """

    can_hear: Tensor
    can_see: Tensor

    def __init__(
        self,
        classes: int,
        spoken: tuple[int, ...],
        drawn: tuple[int, ...],
        config: EmotionConfig = PRESETS["paper"],
    ) -> None:
        super().__init__()
        for name, known in (("voice", VOICES), ("face", FACES)):
            if getattr(config, name) not in known:
                raise InputError(
                    f"{name} is {getattr(config, name)!r}, expected one of {', '.join(known)}"
                )
        self.config = config
        self.voice = VOICES[config.voice](config)
        self.face = FACES[config.face](config)
        self.drop = nn.Dropout(config.dropout)
        self.of_voice = nn.Linear(config.said, classes)
        self.of_face = nn.Linear(config.said, classes)
        self.no_voice = nn.Parameter(torch.zeros(config.said))
        self.no_face = nn.Parameter(torch.zeros(config.said))
        self.fused = nn.Linear(2 * config.said, classes)
        self.register_buffer("can_hear", _mask(classes, spoken))
        self.register_buffer("can_see", _mask(classes, drawn))

    def forward(
        self, voice: Tensor, face: Tensor, heard: Tensor, seen: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        by_ear, by_eye = self.voice(voice), self.face(face)
        alone = self.of_voice(self.drop(by_ear)) + self.can_hear
        seen_alone = self.of_face(self.drop(by_eye)) + self.can_see
        by_ear = heard * by_ear + (1 - heard) * self.no_voice
        by_eye = seen * by_eye + (1 - seen) * self.no_face
        both = self.fused(self.drop(torch.cat([by_ear, by_eye], 1)))
        return alone, seen_alone, both


def _mask(classes: int, known: tuple[int, ...]) -> Tensor:
    """(classes,) 0 for what is known, far below for the rest."""
    mask = torch.full((classes,), -30.0)
    mask[list(known)] = 0
    return mask
