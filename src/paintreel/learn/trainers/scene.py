"""Training of the scene networks (MFFCN-GAN and its peers): the terms, the step and the run.

Reconstruction alone first, then, from `adversary_from` of the budget on, the adversary too. The
rate falls on a cosine over `fall` of the budget to the paper's, which decays over the last quarter:
with more than 0.75 it is then at once where that decay has come to.
The schedule is the same for all networks, whether they have an adversary or not.

Differences from the paper (Liu and Zhao 2025, section 3.4)
- A term of reconstruction, L1 + structure * (1 - SSIM): feature matching alone does not bring the
  paper's PSNR from some hundred pictures. `reconstruct = 0` and `adversary_from = 0` are the paper.
- Eq. 19 comes in for the last part of the budget (`adversary_from`), on a ramp, and at a hundredth
  (`adversary`), beside the reconstruction; in the paper it is all there is, from the start.
- Adam's first beta of the generator is 0.9 and its rate up to 1e-3 on a cosine; 0.5 and 2e-4 are
  the paper's, and the critic's here. Batches of 8 crops at three scales instead of 32 (or 16: the
  paper says both) whole pictures of 256 px.
- The gradient penalty is taken every few steps (`penalty_every`), at as many times its weight:
  it doubles the cost of the critic's step; 1 is the paper. It is of each patch's score, in f32.
- The generator's gradient is clipped to norm 1 (`clip`; 0 is the paper). The critic's is not.
- The L2 norm of feature matching is divided by the root of its number of entries
  (`losses.feature_matching`); `whole_norm` is the paper.
- Layers with many inputs take smaller steps (`engine.rates`). `fan_in = 0` is the paper.
- An exponential average of the weights is what is measured and exported.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from paintreel.learn.blocks.scene_io import ROUGH_CHANNELS
from paintreel.learn.data.folders import scan
from paintreel.learn.data.scene_crops import Crop
from paintreel.learn.data.scene_pairs import PairSampler, PairSettings, Panel
from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.pace import Phase, least_steps
from paintreel.learn.engine.parts import Learner, Randomness, seeded, to_device
from paintreel.learn.engine.precision import Precision
from paintreel.learn.engine.rates import groups_by_fan_in, late_decay, ramped
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.engine.workload import Workload
from paintreel.learn.export.scene_export import export_scene
from paintreel.learn.losses.adversarial import gradient_penalty
from paintreel.learn.losses.feature_matching import feature_matching_loss
from paintreel.learn.losses.structure import structure_loss
from paintreel.learn.models.scene_network import FUSION, WITHHELD, SceneGenerator
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.learn.trainers.scene_material import load_scene_material
from paintreel.learn.trainers.scene_training import SceneTraining
from paintreel.learn.trainers.start import credit_of
from paintreel.learn.trainers.training_run import Folders, Run, Trained
from paintreel.worlds.categories import LABELS


@dataclass(frozen=True)
class SceneSettings:
    """Everything a recipe may set; shares of 1.

    preset, without, fusion, variants: of those that the network has, parts that are left out of
    it, where it joins its kernels, and what it does another way; its model file says which there
    are.
    rate: at the start; fall: part of the budget over which it falls to late_rate.
    critic_rate: of the critic.
    fan_in: how much smaller the steps of layers with many inputs are; see `engine.rates`.
    momentum: Adam's first beta of the generator (the critic's is the paper's 0.5).
    clip: largest norm of the generator's gradient, 0 for any.
    adversary_from, ramp: parts of the budget before the adversary, and in which it comes in.
    reconstruct, structure: weights of the reconstruction and of SSIM in it.
    adversary: weight of Eq. 19 as a whole, 0 for none; matching: its lambda; whole_norm: whether
    the norms of its features are those of Eq. 18, not divided by the root of their size.
    penalty, penalty_every: weight of the gradient penalty, and steps from one to the next.
    real_label: what the critic should say of true pictures (label smoothing).
    held_out_art: globs of the panels that are not learnt from; test_art: of those among them that
    are measured once, at the end; the others are watched on the way, so that choices may be made.
    Raises InputError for values that no run can use, before anything is loaded.
    """

    preset: str = "light"
    seed: int = 0
    without: tuple[str, ...] = ()
    fusion: str = FUSION
    variants: tuple[str, ...] = ()
    pairs: PairSettings = field(default_factory=PairSettings)
    rate: float = 1e-3
    late_rate: float = 2e-4
    fall: float = 0.75
    critic_rate: float = 2e-4
    fan_in: float = 0.5
    momentum: float = 0.9
    clip: float = 1.0
    adversary_from: float = 0.75
    ramp: float = 0.05
    reconstruct: float = 1.0
    structure: float = 0.2
    adversary: float = 0.01
    matching: float = 10.0
    whole_norm: bool = False
    penalty: float = 10.0
    penalty_every: int = 8
    real_label: float = 0.9
    ema_decay: float = 0.998
    max_art: int = 3000
    held_out_art: tuple[str, ...] = ()
    test_art: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = (self.reconstruct, self.structure, self.adversary, self.matching, self.penalty)
        checks = {
            "seed is 0 or more": self.seed >= 0,
            "rates are above 0": min(self.rate, self.late_rate, self.critic_rate) > 0,
            "adversary_from and fall are 0 to 1": (
                0 <= min(self.adversary_from, self.fall) <= max(self.adversary_from, self.fall) <= 1
            ),
            "ramp and clip are not below 0": min(self.ramp, self.clip) >= 0,
            "weights are not below 0": min(weights) >= 0,
            "reconstruct or adversary is above 0": max(self.reconstruct, self.adversary) > 0,
            "real_label is above 0.5, at most 1": 0.5 < self.real_label <= 1,
            "momentum and ema_decay are 0 to below 1": (
                all(0 <= x < 1 for x in (self.momentum, self.ema_decay))
            ),
            "fan_in is 0 to 1": 0 <= self.fan_in <= 1,
            "penalty_every and max_art are 1 or more": min(self.penalty_every, self.max_art) >= 1,
        }
        must_hold(checks, "these settings cannot be trained with")


class SceneTrainer(SceneTraining):
    """Implements `paintreel.learn.engine.loop.Trainer` for every scene network.

    system: of `systems.SCENE_NETWORKS`.  panels: to train on; held_out: crops for samples and
    measures.
    Raises InputError where the settings ask for what the network has not.
    """

    def __init__(
        self,
        system: str,
        settings: SceneSettings,
        *,
        panels: Sequence[Panel],
        held_out: Sequence[Crop],
        group: ProcessGroup,
    ) -> None:
        s = self.settings = settings
        network = SCENE_NETWORKS[system].load_network()
        self.adversarial = network.adversarial
        with seeded(s.seed, group):
            generator = network.generator(
                s.preset, without=s.without, fusion=s.fusion, variants=s.variants
            )
            critic = network.critic(s.preset) if s.adversary > 0 else None
        self.learner = Learner(
            generator,
            lambda network: torch.optim.Adam(
                groups_by_fan_in(network, s.fan_in), s.rate, (s.momentum, 0.999)
            ),
            ema_decay=s.ema_decay,
            group=group,
        )
        self.generator = self.learner.network
        precision = Precision(group.device)
        self.adversary = None
        if critic is not None:
            self.adversary = Adversary(
                {"critic": critic},
                rate=s.critic_rate,
                momentum=(0.5, 0.999),
                group=group,
                precision=precision,
            )
        super().__init__(
            self.learner,
            Randomness(s.seed, group),
            group=group,
            parts={} if self.adversary is None else {"adversary": self.adversary},
            precision=precision,
        )
        alone = s.adversary_from if self.adversary is not None else 1.0
        shares = {"reconstruction alone": alone, "the part with an adversary": 1 - alone}
        least = least_steps(s.ema_decay)
        self.phases = [Phase(name, share, least) for name, share in shares.items() if share > 0]
        self.uses_category = WITHHELD not in s.without
        pairs = s.pairs if self.uses_category else replace(s.pairs, unknown=1.0)
        self.pairs = PairSampler(panels, pairs, self.rng)
        self.held_out, self.levels = held_out, s.pairs.levels

    def workload(self) -> Workload:
        """The generator on a batch of roughs with their categories."""
        return workload_of(self.generator, self.settings.pairs)

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        rough, category, truth = (to_device(x, self.group) for x in self.pairs())
        adversary, presence = self.adversary, self._presence(progress)
        self._set_rates(progress)
        self.generator.train()
        with self.precision.autocast():
            scene, _code = self.learner.parallel(rough, category)
        logged: dict[str, float] = {}
        terms = {"l1": (scene - truth).abs().mean(), "structure": structure_loss(scene, truth)}
        loss = s.reconstruct * (terms["l1"] + s.structure * terms["structure"])
        if adversary is not None and presence > 0:
            logged = self._critic_step(adversary, rough, truth, scene.detach())
            terms |= self._judged(adversary, rough, truth, scene)
            paper = terms["adversarial"] + s.matching * terms["matching"]  # Eq. 19
            loss = loss + presence * s.adversary * paper
        self.learner.clear()
        loss.backward()
        self.learner.update(max_norm=s.clip or math.inf)
        return logged | {name: term.item() for name, term in terms.items()}

    def _presence(self, progress: float) -> float:
        """Share of the adversary's weight: 0, rising over the ramp, 1."""
        return ramped(progress, self.settings.adversary_from, self.settings.ramp)

    def _critic_step(
        self, adversary: Adversary, rough: Tensor, truth: Tensor, scene: Tensor
    ) -> dict[str, float]:
        """Eq. 16 and the gradient penalty."""
        s = self.settings
        _features, scores = adversary.judge(
            "critic", torch.cat([truth, scene]), torch.cat([rough, rough])
        )
        loss = self.adversarial.critic([x.float() for x in scores], s.real_label)
        logged = {"critic": loss.item()}
        if s.penalty > 0 and adversary.steps % s.penalty_every == 0:
            share = self.rng.random((len(truth), 1, 1, 1), np.float32)
            penalties = [
                gradient_penalty(score, truth, scene, torch.from_numpy(share).to(self.device))
                for score in _patch_scores(adversary, rough, len(scores))
            ]
            penalty = torch.stack(penalties).mean()
            loss = loss + s.penalty * s.penalty_every * penalty
            logged["penalty"] = penalty.item()
        adversary.train({"critic": loss})
        adversary.watch(logged["critic"], self.adversarial.least(s.real_label))
        return logged

    def _judged(
        self, adversary: Adversary, rough: Tensor, truth: Tensor, scene: Tensor
    ) -> dict[str, Tensor]:
        """Terms of the generator that the critic gives: Eq. 17 and 18."""
        critic = adversary.critics["critic"]
        with adversary.frozen(), self.precision.autocast():
            with torch.no_grad():
                real, _scores = critic(truth, rough)
            fake, scores = critic(scene, rough)
        return {
            "adversarial": self.adversarial.generator([x.float() for x in scores]),
            "matching": feature_matching_loss(real, fake, whole=self.settings.whole_norm),
        }

    def _set_rates(self, progress: float) -> None:
        s = self.settings
        if progress < s.fall:
            share = (1 + math.cos(math.pi * progress / s.fall)) / 2
            rate = s.late_rate + (s.rate - s.late_rate) * share
        else:
            rate = s.late_rate * late_decay(progress)
        self.learner.set_rate(rate * self.rate_factor)
        if self.adversary is not None:
            self.adversary.set_rate(s.critic_rate * late_decay(progress) * self.rate_factor)


def workload_of(generator: SceneGenerator, pairs: PairSettings) -> Workload:
    """A scene network on a batch of such pairs."""
    rough = (pairs.batch, ROUGH_CHANNELS, pairs.crop_px, pairs.crop_px)
    return Workload(generator, [rough, (pairs.batch, len(LABELS))])


def _patch_scores(
    adversary: Adversary, rough: Tensor, scales: int
) -> list[Callable[[Tensor], Tensor]]:
    """For each scale what the critic says of scenes of the given roughs."""

    def score(x: Tensor, scale: int) -> Tensor:
        scores: Tensor = adversary.critics["critic"](x, rough)[1][scale]
        return scores

    return [partial(score, scale=scale) for scale in range(scales)]


def train_scene(run: Run, folders: Folders) -> Trained[SceneGenerator] | None:
    """Check the art, make the roughs, train a scene network; None on followers of torchrun.

    Raises DataError for unusable art, and InputError for settings that the network has no use for,
    before anything is trained.
    """
    s = run.settings
    run.claim(folders.art)
    run.system.load_network().config(
        s.preset, without=s.without, fusion=s.fusion, variants=s.variants
    )
    folder = scan(folders.art, what="--art")
    with join_process_group() as group:
        cache = folders.roughs or run.out / "roughs"
        material = load_scene_material(folder, cache, s, group)
        trainer = SceneTrainer(
            run.system.name, s, panels=material.panels, held_out=material.watched, group=group
        )
        training = run.train(
            trainer, group=group, data_hash=material.data_hash, system=run.system.name
        )
    if training is None:
        return None
    training |= {
        "art_pictures": len(trainer.pairs.panels),
        "parameters": sum(p.numel() for p in trainer.generator.parameters()),
        "measured_on": material.measured_on,
        "measures": trainer.measures_on(material.tested),
    }
    return Trained(trainer.average.module, training)


def export_trained(trained: Trained[SceneGenerator], path: Path, run: Run) -> None:
    """Write the averaged generator to `path` (.onnx) and its card beside it."""
    write_scene(trained, path, run, system=run.system.name)


def write_scene(
    trained: Trained[SceneGenerator], path: Path, run: Run, *, system: str, grain: float = 0.0
) -> None:
    """`export_trained` of a network of this system, which is given grain of that deviation."""
    network = trained.model
    contract = run.contract(
        system=system,
        credit=credit_of(run.facts.credit, trained.training),
        multiple=network.multiple,
        halo_px=network.halo_px,
        tiling="exact",
        task="scene",
        input="rough",
        output="scene",
        labels=LABELS,
        code_size=network.code_size,
        grain=grain,
    )
    parity = export_scene(network, path, contract)
    run.write_card(
        path,
        trained.training
        | {
            "torch_parity": float(f"{parity.runtime:.1e}"),
            "f16_rounding": float(f"{parity.rounding:.1e}"),
        },
    )
