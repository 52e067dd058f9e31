"""Training of what the networks of lines and colour are compared with: CartoonGAN, a CycleGAN.

Each in two ways. As published it is unpaired: its critics see the true answers of other pictures,
and no term compares an answer with its own. With our L1 (`paired`) that term of Eq. 6 of Tan 2024
is added, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.parts import Learner
from paintreel.learn.losses.adversarial import (
    critic_loss,
    cross_entropy_critic_loss,
    cross_entropy_generator_loss,
    generator_loss,
)
from paintreel.learn.losses.drawings import features_distance
from paintreel.learn.models.cartoongan import edges_smoothed
from paintreel.learn.models.drawing_network import shown_answer, shown_content
from paintreel.learn.models.drawing_networks import CARTOON, OURS, SCENERY, make_way_back
from paintreel.learn.trainers.line_settings import DrawingSettings
from paintreel.learn.trainers.lines import DrawingTrainer

CONTENT_TAPS = ("stage3",)
"""At 1/8 of the picture, as conv4_4 of VGG is, which CartoonGAN takes."""


class CartoonTrainer(DrawingTrainer):
    """CartoonGAN: content alone to begin with, then an adversary that asks for clear edges."""

    taps = CONTENT_TAPS
    view = None

    @property
    def needs_features(self) -> bool:
        return self.settings.content > 0

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        batch, presence = self.batch(), self.presence(progress)
        self.set_rates(progress)
        self.generator.train()
        with self.precision.autocast():
            answer = self.learner.parallel(batch.planes, batch.condition)
        terms = self.own_distance(answer, batch)
        loss = 0.0 * answer.mean()  # there may be no other term yet
        if s.paired:
            loss = loss + s.l1 * terms["l1"]
        if self.maps is not None:
            with self.precision.autocast():
                terms["content"] = features_distance(
                    self.maps,
                    shown_answer(self.task, batch.planes, answer),
                    shown_content(self.task, batch.planes),
                )
            loss = loss + s.content * terms["content"]
        logged: dict[str, float] = {}
        if self.adversary is not None and presence > 0:
            fake = self.judged(batch, answer)
            logged["critic"] = self._judge(self.adversary, self.judged(batch, batch.truth), fake)
            with self.adversary.frozen(), self.precision.autocast():
                scores = self.adversary.critics["answer"](fake)
            terms["adversarial"] = cross_entropy_generator_loss(scores.float())
            loss = loss + presence * s.adversary * terms["adversarial"]
        self.learner.clear()
        loss.backward()
        self.learner.update(max_norm=1.0)
        return logged | {name: term.item() for name, term in terms.items()}

    def _judge(self, adversary: Adversary, truth: Tensor, fake: Tensor) -> float:
        """The critic's step: true ones, painted ones, and true ones without clear edges."""
        shown = torch.cat([truth, fake.detach(), edges_smoothed(truth)])
        real, painted, smooth = adversary.judge("answer", shown).float().chunk(3)
        loss = cross_entropy_critic_loss(real, painted, real_label=1.0)
        loss = loss + torch.nn.functional.softplus(smooth).mean()
        adversary.train({"answer": loss})
        return loss.item()


class SceneryTrainer(DrawingTrainer):
    """The CycleGAN that stands for SceneryGAN: a generator each way, and what comes back."""

    back: Learner[Any]
    view = None

    @property
    def needs_features(self) -> bool:
        return False

    def other_learners(self, group: ProcessGroup) -> Mapping[str, Learner[Any]]:
        self.back = self.learner_of(make_way_back(self.task, self.settings.preset), group)
        return {"back": self.back}

    def learners(self) -> Sequence[Learner[Any]]:
        return [self.learner, self.back]

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        batch, presence = self.batch(), self.presence(progress)
        self.set_rates(progress)
        self.generator.train()
        self.back.network.train()
        content = batch.planes[:, : self.task.content]
        # The true answers of other pictures, with what is known of those.
        other = batch.turned()
        with self.precision.autocast():
            answer = self.learner.parallel(batch.planes, batch.condition)
            content_again = self.back.parallel(self.judged(batch, answer))
            content_of_other = self.back.parallel(self.judged(other, other.truth))
            rest = other.planes[:, self.task.content :]
            planes = torch.cat([content_of_other.to(rest.dtype), rest], dim=1)
            other_again = self.learner.parallel(planes, other.condition)
        terms = self.own_distance(answer, batch)
        terms["cycle"] = (content_again - content).abs().mean() + (
            self.judged(other, other_again) - self.judged(other, other.truth)
        ).abs().mean()
        loss = s.cycle * terms["cycle"]
        if s.paired:
            loss = loss + s.l1 * terms["l1"]
        logged: dict[str, float] = {}
        if self.adversary is not None and presence > 0:
            fakes = {"answer": self.judged(batch, answer), "back": content_of_other}
            reals = {"answer": self.judged(other, other.truth), "back": content}
            logged["critic"] = self._judge(self.adversary, reals, fakes)
            terms["adversarial"] = self._fooled(self.adversary, fakes)
            loss = loss + presence * s.adversary * terms["adversarial"]
        for learner in self.learners():
            learner.clear()
        loss.backward()  # type: ignore[no-untyped-call]
        for learner in self.learners():
            learner.update(max_norm=1.0)
        return logged | {name: term.item() for name, term in terms.items()}

    def _judge(
        self, adversary: Adversary, reals: Mapping[str, Tensor], fakes: Mapping[str, Tensor]
    ) -> float:
        losses = {}
        for name, real in reals.items():
            scores = adversary.judge(name, torch.cat([real, fakes[name].detach()])).float()
            of_real, of_fake = scores.chunk(2)
            losses[name] = critic_loss(of_real, [of_fake], [1.0])
        adversary.train(losses)
        return sum(loss.item() for loss in losses.values())

    def _fooled(self, adversary: Adversary, fakes: Mapping[str, Tensor]) -> Tensor:
        with adversary.frozen(), self.precision.autocast():
            scores = [adversary.critics[name](fake) for name, fake in fakes.items()]
        return torch.stack([generator_loss(x.float()) for x in scores]).sum()


TRAINERS: Mapping[str, type[DrawingTrainer]] = {
    OURS: DrawingTrainer,
    CARTOON: CartoonTrainer,
    SCENERY: SceneryTrainer,
}


def trainer_of(settings: DrawingSettings) -> type[DrawingTrainer]:
    """The trainer of the network that the settings name."""
    return TRAINERS[settings.network]
