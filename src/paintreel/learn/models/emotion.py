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
training. `attention`, `features` and `answers` are ours: the voice pooled by attention over an LSTM
of both directions, the face through the stages of EfficientNet-Lite0 that ImageNet taught, and a
fully connected layer over the concatenated answers of both, fitted to what they answer strangers.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from paintreel.errors import InputError
from paintreel.learn.models.classifiers import folded
from paintreel.learn.models.efficientnet import EfficientNetLite0, load_efficientnet
from paintreel.runtime.emotion_features import FACE_PX, ROWS, VOICE_WIDTH
from paintreel.runtime.voice_statistics import STATISTICS

__all__ = [
    "FACES",
    "PRESETS",
    "VOICES",
    "CalibratedEmotion",
    "EmotionConfig",
    "EmotionNetwork",
    "FaceCNN",
    "FaceFeatures",
    "FusedAnswers",
    "SpokenAttention",
    "SpokenLSTM",
    "SpokenStatistics",
    "WithoutUnused",
]


_QUERIES = 2
_STAGES = ("stage3", "stage4")
_FARTHEST = 4.0  # deviations; farther ones are those of broken sound
_MASKED, _CANNOT = -30.0, -15.0
_SUREST = 6.0  # of a logarithm: no side is so sure that the other has no say


@dataclass(frozen=True)
class EmotionConfig:
    """Sizes of an emotion network.

    voice        "lstm", the paper's, "attention", ours, or "statistics", for comparison
    face         "cnn", the paper's, or "features", ours
    fusion       "said", the paper's: of what both branches say; "answers", ours: of their answers
    embedded     width of a row of the voice after the embedding
    hidden       width of the LSTM, of one direction
    channels     of the two convolutions of the face CNN
    said         width of what each branch says, which the fusion concatenates
    dropout      share of the numbers that are dropped before a classifier
    """

    voice: str = "lstm"
    face: str = "cnn"
    fusion: str = "said"
    embedded: int = 64
    hidden: int = 64
    channels: tuple[int, int] = (16, 32)
    said: int = 96
    dropout: float = 0.4


PRESETS = {
    "paper": EmotionConfig(),
    "attention": EmotionConfig(
        voice="attention",
        face="features",
        fusion="answers",
        embedded=48,
        hidden=32,
        said=160,
        dropout=0.5,
    ),
    "joined": EmotionConfig(
        voice="attention", face="features", embedded=48, hidden=32, said=160, dropout=0.5
    ),
    "statistics": EmotionConfig(
        voice="statistics", face="features", fusion="answers", said=160, dropout=0.5
    ),
    "tiny": EmotionConfig(embedded=8, hidden=8, channels=(4, 8), said=8),
}


class SpokenLSTM(nn.Module):
    """The paper's: embedding, LSTM (Eq. 7, 8), hidden layer over its last state.

    rows: (N, T, VOICE_WIDTH) float32, of which two make a step; statistics are not looked at. Gives
    (N, said).
    """

    def __init__(self, config: EmotionConfig) -> None:
        super().__init__()
        self.embedding = nn.Linear(2 * VOICE_WIDTH, config.embedded)
        self.lstm = nn.LSTM(config.embedded, config.hidden, batch_first=True)
        self.hidden = nn.Linear(config.hidden, config.said)

    def forward(self, rows: Tensor, statistics: Tensor) -> Tensor:
        steps = rows.reshape(rows.shape[0], -1, 2 * VOICE_WIDTH)
        states, _ = self.lstm(torch.tanh(self.embedding(steps)))
        said: Tensor = functional.relu(self.hidden(states[:, -1]))
        return said


class SpokenAttention(nn.Module):
    """Ours: rows embedded with their neighbours, an LSTM of both directions, attention over time.

    What is attended to is told by its mean and its deviation, beside the statistics of the whole
    window. rows: (N, T, VOICE_WIDTH) float32, statistics: (N, STATISTICS), to (N, said +
    said // 2): what all of the window says, then what its time does.
    """

    def __init__(self, config: EmotionConfig) -> None:
        super().__init__()
        wide, both = config.embedded, 2 * config.hidden
        self.near = nn.Conv1d(VOICE_WIDTH, wide, 5, stride=2, padding=2)
        self.norm = nn.BatchNorm1d(wide)
        self.wider = nn.Conv1d(wide, wide, 5, stride=2, padding=2)
        self.wider_norm = nn.BatchNorm1d(wide)
        self.drop = nn.Dropout(config.dropout)
        self.lstm = nn.LSTM(wide, config.hidden, batch_first=True, bidirectional=True)
        self.query = nn.Linear(both, _QUERIES)
        self.over_time = nn.Linear(2 * _QUERIES * both, config.said // 2)
        self.over_all = nn.Linear(STATISTICS, config.said)

    def forward(self, rows: Tensor, statistics: Tensor) -> Tensor:
        steps = functional.relu(self.norm(self.near(rows.transpose(1, 2))))
        steps = functional.relu(self.wider_norm(self.wider(steps))).transpose(1, 2)
        states, _ = self.lstm(self.drop(steps))
        weights = torch.softmax(self.query(states), 1)  # (N, T, queries)
        mean = weights.transpose(1, 2) @ states
        square = weights.transpose(1, 2) @ (states * states)
        spread = (square - mean * mean).clamp_min(1e-5).sqrt()
        pooled = torch.cat([mean.flatten(1), spread.flatten(1)], 1)
        timed = functional.relu(self.over_time(self.drop(pooled)))
        return torch.cat([functional.relu(self.over_all(statistics)), timed], 1)


class SpokenStatistics(nn.Module):
    """Only the statistics of the window: what the LSTM has to be better than.

    rows: not looked at; statistics: (N, STATISTICS), to (N, said).
    """

    def __init__(self, config: EmotionConfig) -> None:
        super().__init__()
        self.over_all = nn.Linear(STATISTICS, config.said)

    def forward(self, rows: Tensor, statistics: Tensor) -> Tensor:
        said: Tensor = functional.relu(self.over_all(statistics))
        return said


class FaceCNN(nn.Module):
    """The paper's: convolution and maximum pooling (Eq. 1), twice, two fully connected layers.

    x: (N, 3, FACE_PX, FACE_PX) float32 in [0, 1], seen at half the size, to (N, said).
    """

    def __init__(self, config: EmotionConfig) -> None:
        super().__init__()
        first, second = config.channels
        self.first = nn.Conv2d(3, first, 3, padding=1)
        self.second = nn.Conv2d(first, second, 3, padding=1)
        self.full = nn.Linear(second * (FACE_PX // 8) ** 2, config.said)

    def forward(self, x: Tensor) -> Tensor:
        small = functional.avg_pool2d(2 * x - 1, 2)
        maps = functional.max_pool2d(functional.relu(self.first(small)), 2)
        maps = functional.max_pool2d(functional.relu(self.second(maps)), 2)
        said: Tensor = functional.relu(self.full(maps.flatten(1)))
        return said


class FaceFeatures(nn.Module):
    """Ours: the first stages of EfficientNet-Lite0 as ImageNet left them, read by place.

    Their maps keep where a thing is, and a brow means something else than a mouth. x:
    (N, 3, FACE_PX, FACE_PX) float32 in [0, 1], or what `maps` gave of it, to (N, said).
    """

    def __init__(self, config: EmotionConfig, network: EfficientNetLite0 | None = None) -> None:
        super().__init__()
        # Norms within the convolutions: a file with weights in f16 holds just these.
        self.network = _first_stages(folded(load_efficientnet() if network is None else network))
        widths = (40, 80)
        self.narrow = nn.ModuleList(
            nn.Conv2d(width, narrow, 1) for width, narrow in zip(widths, (8, 24), strict=True)
        )
        sides = (FACE_PX // 8, FACE_PX // 16)
        told = 8 * sides[0] ** 2 + 24 * sides[1] ** 2
        self.drop = nn.Dropout(config.dropout)
        self.full = nn.Linear(told, config.said)

    def maps(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 40, 12, 12) and (N, 80, 6, 6): what the network makes of faces; nothing is learnt."""
        first, second = self.network.maps(x, _STAGES)
        return first, second

    def forward(self, x: Tensor | tuple[Tensor, Tensor]) -> Tensor:
        maps = self.maps(x) if isinstance(x, Tensor) else x
        local = [
            functional.relu(narrow(each)).flatten(1)
            for narrow, each in zip(self.narrow, maps, strict=True)
        ]
        said: Tensor = functional.relu(self.full(self.drop(torch.cat(local, 1))))
        return said

    def train(self, mode: bool = True) -> FaceFeatures:
        super().train(mode)
        self.network.eval()
        return self


def _first_stages(network: EfficientNetLite0) -> EfficientNetLite0:
    """The network without what comes after the last stage that is looked at."""
    last = network.ends[_STAGES[-1]]
    network._blocks = network._blocks[: last + 1]
    for name in ("_conv_head", "_bn1", "_fc"):
        delattr(network, name)
    return network


class FusedAnswers(nn.Module):
    """Ours: a fully connected layer over both answers, as logarithms about their mean.

    It starts as the answer of the voice and is not trained with the branches, which are far surer
    of what they have learnt from than of strangers: `fit_fusion` fits it to what they answer to
    strangers. A side that is missing says nothing, which is all noughts.

    alone, seen_alone: (N, C) logits; heard, seen (N, 1), to (N, C) logits.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.full = nn.Linear(2 * classes, classes)
        with torch.no_grad():
            self.full.weight.copy_(torch.eye(classes, 2 * classes))
            self.full.bias.zero_()

    def forward(self, alone: Tensor, seen_alone: Tensor, heard: Tensor, seen: Tensor) -> Tensor:
        told = torch.cat([heard * self.told(alone), seen * self.told(seen_alone)], 1)
        logits: Tensor = self.full(told)
        return logits

    @staticmethod
    def told(logits: Tensor) -> Tensor:
        """(N, C): the logarithm of each share against their mean; nought for what cannot be."""
        known = (logits > _CANNOT).float()
        mean = (logits * known).sum(1, keepdim=True) / known.sum(1, keepdim=True).clamp_min(1)
        return ((logits - mean) * known).clamp(-_SUREST, _SUREST)


VOICES = {
    "lstm": SpokenLSTM,
    "attention": SpokenAttention,
    "statistics": SpokenStatistics,
}
FACES = {"cnn": FaceCNN, "features": FaceFeatures}
FUSIONS = ("said", "answers")
"""Branches by their name in `EmotionConfig`."""


class EmotionNetwork(nn.Module):
    """Both branches, a classifier of each, and the paper's fusion of both.

    voice       (N, T, VOICE_WIDTH) float32
    statistics  (N, STATISTICS) float32
    face        (N, 3, FACE_PX, FACE_PX) float32 in [0, 1], or the maps of `FaceFeatures`
    heard       (N, 1) float32: 1 where there is a voice, 0 where it is missing
    seen        (N, 1) float32: 1 where there is a face

    Gives logits (N, C) of the voice alone, of the face alone, and of both.

    classes: C, of which `spoken` and `drawn` are the numbers that each branch can know; the others
    are never its answer.
    """

    can_hear: Tensor
    can_see: Tensor
    middle: Tensor
    spread: Tensor

    def __init__(
        self,
        classes: int,
        spoken: tuple[int, ...],
        drawn: tuple[int, ...],
        config: EmotionConfig | None = None,
    ) -> None:
        super().__init__()
        config = PRESETS["paper"] if config is None else config
        for name, known in (("voice", VOICES), ("face", FACES), ("fusion", FUSIONS)):
            if getattr(config, name) not in known:
                raise InputError(
                    f"{name} is {getattr(config, name)!r}, expected one of {', '.join(known)}"
                )
        self.config = config
        self.voice = VOICES[config.voice](config)
        self.face = FACES[config.face](config)
        by_ear = config.said * 3 // 2 if config.voice == "attention" else config.said
        self.drop = nn.Dropout(config.dropout)
        self.of_voice = nn.Linear(by_ear, classes)
        self.of_face = nn.Linear(config.said, classes)
        self.fused: nn.Module
        if config.fusion == "answers":
            self.fused = FusedAnswers(classes)
        else:
            self.no_voice = nn.Parameter(torch.zeros(by_ear))
            self.no_face = nn.Parameter(torch.zeros(config.said))
            self.fused = nn.Linear(by_ear + config.said, classes)
        self.register_buffer("can_hear", _mask(classes, spoken))
        self.register_buffer("can_see", _mask(classes, drawn))
        self.register_buffer("middle", torch.zeros(STATISTICS))
        self.register_buffer("spread", torch.ones(STATISTICS))

    def set_scale(self, statistics: Tensor) -> None:
        """Take middle and spread of the statistics (M, STATISTICS) of all that is learnt from."""
        self.middle.copy_(statistics.mean(0))
        self.spread.copy_(statistics.std(0).clamp_min(1e-4))

    def scaled(self, statistics: Tensor) -> Tensor:
        """The statistics as the branches see them."""
        return ((statistics - self.middle) / self.spread).clamp(-_FARTHEST, _FARTHEST)

    def forward(
        self,
        voice: Tensor,
        statistics: Tensor,
        face: Tensor | tuple[Tensor, Tensor],
        heard: Tensor,
        seen: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        by_ear, by_eye = self.voice(voice, self.scaled(statistics)), self.face(face)
        alone = self.of_voice(self.drop(by_ear)) + self.can_hear
        seen_alone = self.of_face(self.drop(by_eye)) + self.can_see
        if isinstance(self.fused, FusedAnswers):
            # Fitted afterwards, to strangers: what is learnt here is not to learn to please it.
            return alone, seen_alone, self.fused(alone.detach(), seen_alone.detach(), heard, seen)
        by_ear = heard * by_ear + (1 - heard) * self.no_voice
        by_eye = seen * by_eye + (1 - seen) * self.no_face
        both = self.fused(self.drop(torch.cat([by_ear, by_eye], 1)))
        return alone, seen_alone, both


class CalibratedEmotion(nn.Module):
    """What is exported: probabilities of the three answers, each at its own temperature.

    Inputs as `EmotionNetwork`. Gives (N, 3, C): of the voice, of the face, of both.
    """

    temperatures: Tensor

    def __init__(self, network: EmotionNetwork, temperatures: tuple[float, float, float]) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("temperatures", torch.tensor(temperatures))

    def forward(
        self, voice: Tensor, statistics: Tensor, face: Tensor, heard: Tensor, seen: Tensor
    ) -> Tensor:
        logits = torch.stack(self.network(voice, statistics, face, heard, seen), 1)
        return torch.softmax(logits / self.temperatures[None, :, None], 2)

    @property
    def unused(self) -> int | None:
        """The place of the input that the branch of the voice does not look at."""
        return {"lstm": 1, "statistics": 0}.get(self.network.config.voice)


class WithoutUnused(nn.Module):
    """The same for a graph: the inputs that are looked at alone, norms within the convolutions."""

    def __init__(self, model: CalibratedEmotion) -> None:
        super().__init__()
        self.model = copy.deepcopy(model).eval()
        voice = self.model.network.voice
        if isinstance(voice, SpokenAttention):
            for convolution, norm in (("near", "norm"), ("wider", "wider_norm")):
                fused = fuse_conv_bn_eval(getattr(voice, convolution), getattr(voice, norm))
                setattr(voice, convolution, fused)
                setattr(voice, norm, nn.Identity())

    def forward(self, *inputs: Tensor) -> Tensor:
        if (place := self.model.unused) is None:
            return self.model(*inputs)  # type: ignore[no-any-return]
        width = (ROWS, VOICE_WIDTH) if place == 0 else (STATISTICS,)
        nothing = inputs[0].new_zeros((1, *width))
        full = [*inputs[:place], nothing, *inputs[place:]]
        return self.model(*full)  # type: ignore[no-any-return]


def _mask(classes: int, known: tuple[int, ...]) -> Tensor:
    """(classes,) 0 for what is known, far below for the rest."""
    mask = torch.full((classes,), _MASKED)
    mask[list(known)] = 0
    return mask
