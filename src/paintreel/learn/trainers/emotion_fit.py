"""One emotion network, fitted to voices and faces; what it answers to others.

A step pairs a voice with a face of the same class, drawn at random. That is a pairing by label, not
a recording of one person: the fusion learns how far to trust each, and nothing of how a face and a
voice go together. For boredom, of which there are no faces, neutral ones are shown; for surprise,
of which there are no voices, any voice. Each branch learns what its own side is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from paintreel.audio.spectra import MEL_BANDS
from paintreel.errors import TrainingError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.data.emotion_set import FaceSet, VoiceSet
from paintreel.learn.data.rig_faces import RIG
from paintreel.learn.data.speech_variation import masked
from paintreel.learn.models.emotion import PRESETS, EmotionNetwork, FaceFeatures, FusedAnswers
from paintreel.learn.trainers.emotion_settings import EmotionSettings

__all__ = [
    "Answers",
    "FaceMaps",
    "answers_of",
    "face_inputs",
    "fit_network",
    "maps_of",
    "pair_faces",
]

FaceMaps = tuple[Tensor, Tensor]
"""What frozen stages make of views: (K + 1, M, C, h, w) float16 each."""

_RISE = 0.1
_MOST_GRADIENT = 1.0
_STAND_IN = "neutral"


@dataclass(frozen=True)
class Answers:
    """(N, C) logits each: of the voice alone, of the face alone, of both."""

    voice: Array
    face: Array
    both: Array


def maps_of(faces: FaceSet, *, batch: int = 64) -> FaceMaps:
    """All views through the stages that are not trained, once for every network."""
    look = FaceFeatures(PRESETS["attention"]).eval()
    flat = faces.views.reshape(-1, *faces.views.shape[2:])
    parts: list[FaceMaps] = []
    with torch.no_grad():
        for start in range(0, len(flat), batch):
            first, second = look.maps(as_pictures(flat[start : start + batch]))
            parts.append((first.half(), second.half()))
    shape = faces.views.shape[:2]
    joined = (torch.cat([part[i] for part in parts]) for i in (0, 1))
    first, second = (each.reshape(*shape, *each.shape[1:]) for each in joined)
    return first, second


def fit_network(
    voices: VoiceSet,
    faces: FaceSet,
    maps: FaceMaps | None,
    settings: EmotionSettings,
    *,
    spoken: Array,
    drawn: Array,
    seed: int,
    say: Callable[[int, float], None] = lambda step, loss: None,
) -> EmotionNetwork:
    """A network, learnt from some of the voices and faces.

    maps           of all faces, where the preset looks through frozen stages
    spoken, drawn  numbers of the recordings and faces that are learnt from
    say            called with (step, loss)
    Raises TrainingError where the loss is no number any more.
    """
    torch.manual_seed(seed)
    draw = _Pairs(voices, faces, maps, settings, spoken, drawn, np.random.default_rng(seed))
    heard, seen = (tuple(np.unique(each).tolist()) for each in (draw.of_voice, draw.of_face))
    network = EmotionNetwork(len(CLASSES), heard, seen, PRESETS[settings.preset])
    network.set_scale(torch.from_numpy(voices.statistics[:, spoken].reshape(-1, draw.width)))
    learns_fusion = not isinstance(network.fused, FusedAnswers)
    if not learns_fusion:
        network.fused.requires_grad_(False)
    trained = [p for p in network.parameters() if p.requires_grad]
    optimiser: torch.optim.Optimizer
    if settings.optimiser == "adamw":
        optimiser = torch.optim.AdamW(trained, settings.rate, weight_decay=settings.weight_decay)
    else:
        optimiser = torch.optim.SGD(
            trained, settings.rate, momentum=0.9, weight_decay=settings.weight_decay / 10
        )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.rate, total_steps=settings.steps, pct_start=_RISE
    )
    network.train()
    for step in range(settings.steps):
        pairs = draw()
        alone, seen_alone, both = network(*pairs.inputs)
        loss = _cross_entropy(alone, pairs.by_ear, settings.smoothing)
        loss = loss + _cross_entropy(seen_alone, pairs.by_eye, settings.smoothing)
        if learns_fusion:
            loss = loss + _cross_entropy(both, pairs.truth, settings.smoothing)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, _MOST_GRADIENT)
        optimiser.step()
        schedule.step()
        if not torch.isfinite(loss):
            raise TrainingError(f"the loss is no number after {step + 1} steps; lower the rate")
        say(step + 1, float(loss.detach()))
    return network.eval()


@torch.no_grad()
def answers_of(
    network: EmotionNetwork,
    rows: Array,
    statistics: Array,
    faces: Tensor | FaceMaps,
    *,
    heard: bool = True,
    seen: bool = True,
) -> Answers:
    """What it answers to N pairs; `heard`, `seen`: whether the fusion is given that side.

    rows (N, T, W), statistics (N, D); faces: (N, 3, S, S) in [0, 1], or maps of that many.
    """
    count = len(rows)
    face = faces if isinstance(faces, Tensor) else tuple(each.float() for each in faces)
    voice, face_alone, both = network(
        torch.from_numpy(rows.astype(np.float32)),
        torch.from_numpy(statistics.astype(np.float32)),
        face,
        torch.full((count, 1), float(heard)),
        torch.full((count, 1), float(seen)),
    )
    return Answers(voice.numpy(), face_alone.numpy(), both.numpy())


def pair_faces(truth: Array, faces: FaceSet, among: Array, rng: np.random.Generator) -> Array:
    """(N,) numbers of faces of these classes, of those `among`; -1 where there is none."""
    of_face = faces.truth[among]
    chosen = np.full(len(truth), -1)
    for place, number in enumerate(truth):
        fitting = among[of_face == number]
        if len(fitting):
            chosen[place] = int(rng.choice(fitting))
    return chosen


def face_inputs(faces: FaceSet, maps: FaceMaps | None, numbers: Array) -> Tensor | FaceMaps:
    """The faces of these numbers as they are, as a network takes them."""
    if maps is None:
        return as_pictures(faces.views[0, numbers])
    first, second = (each[0, torch.from_numpy(numbers)] for each in maps)
    return first, second


@dataclass(frozen=True)
class _PairStep:
    """inputs: of the network.  by_ear, by_eye, truth: (N, C) shares; noughts do not count."""

    inputs: tuple[Tensor, Tensor, Tensor | FaceMaps, Tensor, Tensor]
    by_ear: Tensor
    by_eye: Tensor
    truth: Tensor


class _Pairs:
    """Draws the pairs of a step."""

    def __init__(
        self,
        voices: VoiceSet,
        faces: FaceSet,
        maps: FaceMaps | None,
        settings: EmotionSettings,
        spoken: Array,
        drawn: Array,
        rng: np.random.Generator,
    ) -> None:
        self.voices, self.faces, self.maps = voices, faces, maps
        self.s, self.spoken, self.drawn, self.rng = settings, spoken, drawn, rng
        self.of_voice, self.of_face = voices.truth[spoken], faces.truth[drawn]
        self.width = voices.statistics.shape[-1]
        self.classes = np.union1d(self.of_voice, self.of_face)
        self._families = np.array(faces.families)[drawn]
        self._doubts = PRESETS[settings.preset].fusion == "said"

    def __call__(self) -> _PairStep:
        s, rng, count = self.s, self.rng, self.s.batch
        truth = rng.choice(self.classes, count)
        voice = np.array([self._voice_of(number) for number in truth])
        face = np.array([self._face_of(number) for number in truth])
        if self._doubts:
            voice, face = self._mistaken(voice, face)
        by_ear, by_eye = _shares(self.voices.truth[voice]), _shares(self.faces.truth[face])
        takes = rng.integers(0, len(self.voices.rows), count)
        rows = self.voices.rows[takes, voice].astype(np.float32)
        rows = np.stack([masked(each, rng, bands=MEL_BANDS) for each in rows])
        statistics = torch.from_numpy(self.voices.statistics[takes, voice])
        spread = torch.from_numpy(self.voices.statistics[0].std(0))
        noise = torch.from_numpy(rng.normal(0, s.noise, statistics.shape).astype(np.float32))
        statistics = statistics + noise * spread
        looks = rng.integers(0, len(self.faces.views), count)
        picture = self._pictures(looks, face)
        lost = rng.random((count, 1))
        heard = torch.from_numpy((lost >= s.modality_dropout).astype(np.float32))
        seen = torch.from_numpy((lost < 1 - s.modality_dropout).astype(np.float32))
        parts = [torch.from_numpy(rows), statistics, *picture]
        shares = [by_ear, by_eye, _shares(truth)]
        if s.mixing:
            part = torch.from_numpy(rng.beta(s.mixing, s.mixing, count).astype(np.float32))
            with_ = torch.from_numpy(rng.permutation(count))
            parts = [_mixed(each, part, with_) for each in parts]
            shares = [_mixed(each, part, with_) for each in shares]
        face_input = parts[2] if len(picture) == 1 else (parts[2], parts[3])
        inputs = (parts[0], parts[1], face_input, heard, seen)
        return _PairStep(inputs, *shares)

    def _mistaken(self, voice: Array, face: Array) -> tuple[Array, Array]:
        """Some pairs whose face, or whose voice, is of any class: the other is to be believed.

        What was learnt from is recognised far better than strangers are, and a fusion that saw
        nothing else would trust both sides too much.
        """
        s, rng = self.s, self.rng
        drawn = rng.random(len(voice))
        wrong_face = drawn < s.face_doubt
        wrong_voice = drawn >= 1 - s.voice_doubt
        face = np.where(wrong_face, rng.choice(self.drawn, len(face)), face)
        voice = np.where(wrong_voice, rng.choice(self.spoken, len(voice)), voice)
        return voice, face

    def _voice_of(self, number: int) -> int:
        fitting = self.spoken[self.of_voice == number]
        return int(self.rng.choice(fitting if len(fitting) else self.spoken))

    def _face_of(self, number: int) -> int:
        """A family is drawn first: a large one is not to be learnt by heart."""
        is_class = self.of_face == number
        if not is_class.any():
            is_class = self.of_face == CLASSES.index(_STAND_IN)
        if not is_class.any():
            return int(self.rng.choice(self.drawn))
        families = np.unique(self._families[is_class])
        others = families[families != RIG]
        if len(others) < len(families) and self.rng.random() < self.s.rig_share:
            family = RIG
        else:
            family = self.rng.choice(others if len(others) else families)
        return int(self.rng.choice(self.drawn[is_class & (self._families == family)]))

    def _pictures(self, looks: Array, face: Array) -> tuple[Tensor, ...]:
        if self.maps is None:
            return (as_pictures(self.faces.views[looks, face]),)
        at = torch.from_numpy(looks), torch.from_numpy(face)
        return tuple(each[at].float() for each in self.maps)


def as_pictures(views: Array) -> Tensor:
    """(N, 3, S, S) float32 in [0, 1] of (N, S, S, 3) uint8."""
    return torch.from_numpy(np.ascontiguousarray(views.transpose(0, 3, 1, 2))).float() / 255


def _shares(numbers: Array) -> Tensor:
    """(N, C): all of it for the number, nothing for negative ones."""
    shares = torch.zeros(len(numbers), len(CLASSES))
    known = np.flatnonzero(numbers >= 0)
    shares[known, numbers[known]] = 1
    return shares


def _mixed(x: Tensor, part: Tensor, with_: Tensor) -> Tensor:
    weight = part.reshape(-1, *[1] * (x.ndim - 1))
    mixed: Tensor = weight * x + (1 - weight) * x[with_]
    return mixed


def _cross_entropy(logits: Tensor, shares: Tensor, smoothing: float) -> Tensor:
    """Eq. 3 over those whose shares are not noughts; classes that cannot be take no smoothing."""
    possible = (logits.detach() > -15).float()
    weight = shares.sum(1, keepdim=True)
    even = possible / possible.sum(1, keepdim=True).clamp_min(1)
    target = (1 - smoothing) * shares + smoothing * weight * even
    loss = -(target * functional.log_softmax(logits, 1)).sum(1)
    return loss.sum() / weight.sum().clamp_min(1e-6)
