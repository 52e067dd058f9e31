"""The painter: a scene network taught to add paint, not only to draw the lines over a block-in.

It begins with the weights of one that reconstructs (`start`), whose mean of all that a panel could
be is smooth, and learns on with an adversary that knows what panels look like. Terms:

    reconstruct * (L1 + structure * (1 - SSIM))       as `trainers.scene`
    + features * distance of maps of EfficientNet-Lite0, mean over four stages
    + adversary * hinge loss of two critics (`models.painter_critics`)
    + matching * L1 of the change critic's features (Eq. 18 of Liu and Zhao 2025 in another norm)
    + steady * L1 between one picture painted twice, its window moved by some pixels

The last is there because a network that goes down and up by 16 has a lattice of that size to lay
texture on, and critics are pleased with it. Moved with the picture it has the grain alone.

What critics have added is paint where the panel has paint elsewhere, so PSNR and SSIM fall. How far
is chosen afterwards on development crops: weights on the line from `start` to what was learnt are
weights of a network too (Wang et al. 2018), and those farthest from `start` are kept that lose no
more than `psnr_drop` and `ssim_drop`.

Beside panels it learns from worlds drawn by rules, by reconstruction alone, so that a pale sun and
a thin cloud without ink survive; and from block-ins by a looser hand (`data.loosening`).

Paper: Liu and Zhao 2025, whose generator this is. Its losses are those of no paper as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.learn.blocks.scene_io import ROUGH_CHANNELS
from paintreel.learn.data.folders import scan
from paintreel.learn.data.painter_pairs import PainterPairs, world_panels
from paintreel.learn.data.scene_crops import Crop
from paintreel.learn.data.scene_pairs import PairSampler, PairSettings, Panel
from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.pace import Phase, least_steps
from paintreel.learn.engine.parts import Learner, Randomness, on_device, seeded, to_device
from paintreel.learn.engine.precision import Precision
from paintreel.learn.engine.rates import late_decay, ramped
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.engine.workload import Workload
from paintreel.learn.export.exported import begin_from
from paintreel.learn.losses.adversarial import HINGE
from paintreel.learn.losses.structure import structure_loss
from paintreel.learn.models.bundled_backbone import load_bundled_backbone
from paintreel.learn.models.mffcn import NETWORK
from paintreel.learn.models.painter_critics import HEAD_WIDTHS, TAPS, Standardised, make_critics
from paintreel.learn.models.scene_network import SceneGenerator
from paintreel.learn.trainers.scene import workload_of, write_scene
from paintreel.learn.trainers.scene_material import load_scene_material
from paintreel.learn.trainers.scene_training import SceneTraining
from paintreel.learn.trainers.start import begun_from, find_start
from paintreel.learn.trainers.training_run import Folders, Run, Trained, progress_of
from paintreel.roughs.planes import BLOCKS_GIVEN
from paintreel.runtime.catalog import ModelFile

BLENDS = tuple(round(0.05 * k, 2) for k in range(20, 0, -1))
"""Shares of the way from `start` to what was learnt that are tried, from the farthest."""

MOVED_PX = 16
"""What windows are narrower than the crops that they are moved in: the lattice of the network."""

_RIM_PX = 8  # of a window, whose context is another when it is moved
_MEASURED_BATCHES = 24  # for mean and deviation of the maps
_MOMENTUM = (0.5, 0.99)


@dataclass(frozen=True)
class PainterSettings:
    """Everything a recipe may set; shares of 1.

    preset: of MFFCN.  start: the network it begins with, a name or a file of that preset.
    loose: share of the block-ins that are by a looser hand.
    grain: deviation of the grain that it is given (`roughs.grain`); without it flat colours get a
    pattern in rows.
    worlds: drawn worlds of each category; world_batch: of them in a step, beside those of `pairs`.
    rate, critic_rate: of Adam.  ramp: part of the budget in which the critics come in.
    reconstruct, structure, features, adversary, matching, steady: weights of the terms above.
    psnr_drop, ssim_drop: what the kept weights may lose on development crops, in dB and of 1.
    held_out_art: globs of the panels that are not learnt from; test_art: of those among them that
    are measured once, at the end; the others are chosen by.
    Raises InputError for values that no run can use, before anything is loaded.
    """

    preset: str = "light"
    seed: int = 0
    start: str = "mffcn"
    pairs: PairSettings = field(
        default_factory=lambda: PairSettings(
            crop_px=144, batch=4, modes={"both": 0.8, "blocks": 0.12, "lines": 0.08}
        )
    )
    loose: float = 0.2
    grain: float = 0.3
    worlds: int = 4
    world_batch: int = 1
    rate: float = 2e-4
    critic_rate: float = 4e-4
    ramp: float = 0.03
    reconstruct: float = 1.0
    structure: float = 0.2
    features: float = 0.05
    adversary: float = 0.02
    matching: float = 0.0
    steady: float = 2.0
    clip: float = 1.0
    ema_decay: float = 0.998
    psnr_drop: float = 0.3
    ssim_drop: float = 0.01
    max_art: int = 3000
    held_out_art: tuple[str, ...] = ()
    test_art: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = (
            self.reconstruct, self.structure, self.features, self.adversary, self.matching,
            self.steady,
        )  # fmt: skip
        checks = {
            f"preset is one of {', '.join(HEAD_WIDTHS)}": self.preset in HEAD_WIDTHS,
            "seed, worlds and world_batch are 0 or more": (
                min(self.seed, self.worlds, self.world_batch) >= 0
            ),
            "loose, grain and ramp are 0 to 1": (
                all(0 <= x <= 1 for x in (self.loose, self.grain, self.ramp))
            ),
            "rates and clip are above 0": min(self.rate, self.critic_rate, self.clip) > 0,
            f"crops are {MOVED_PX + 48} px or more": self.pairs.crop_px >= MOVED_PX + 48,
            "weights are not below 0": min(weights) >= 0,
            "reconstruct is above 0": self.reconstruct > 0,
            "psnr_drop and ssim_drop are not below 0": min(self.psnr_drop, self.ssim_drop) >= 0,
            "ema_decay is 0 to below 1": 0 <= self.ema_decay < 1,
            "max_art is 1 or more": self.max_art >= 1,
        }
        must_hold(checks, "these settings cannot be trained with")


class Looks(NamedTuple):
    """What critics look at: roughs (N, 6, S, S), panels and paintings (N, 3, S, S) in [0, 1], and
    the standardised maps of the two."""

    rough: Tensor
    truth: Tensor
    painted: Tensor
    seen: list[Tensor]
    shown: list[Tensor]


@torch.no_grad()
def take_no_grain(network: SceneGenerator) -> None:
    """Make a network that was trained without grain give the same with it, wherever a block-in is.

    What its first layers make of the plane that is 1 everywhere goes into their bias.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d) and layer.in_channels == ROUGH_CHANNELS:
            assert layer.bias is not None, "the first layers have a bias"
            layer.bias += layer.weight[:, BLOCKS_GIVEN].sum((1, 2))
            layer.weight[:, BLOCKS_GIVEN] = 0


class PainterTrainer(SceneTraining):
    """Implements `paintreel.learn.engine.loop.Trainer`.

    panels, worlds: to train on.  held_out: crops for samples and measures, and to choose by.
    start: the network whose weights it begins with; None begins with those of none. One that was
    trained with grain keeps what it makes of it.
    """

    def __init__(
        self,
        settings: PainterSettings,
        *,
        panels: Sequence[Panel],
        worlds: Sequence[Panel],
        held_out: Sequence[Crop],
        group: ProcessGroup,
        start: ModelFile | None = None,
    ) -> None:
        s = self.settings = settings
        with seeded(s.seed, group):
            generator = NETWORK.generator(s.preset)
            critics = make_critics(s.preset)
        if start is not None:
            begin_from(generator, start.path)
            if not start.card.contract.grain:
                take_no_grain(generator)
        self.begun = {name: x.detach().clone() for name, x in generator.state_dict().items()}
        self.learner = Learner(
            generator,
            lambda network: torch.optim.Adam(network.parameters(), s.rate, _MOMENTUM),
            ema_decay=s.ema_decay,
            group=group,
        )
        self.generator = self.learner.network
        precision = Precision(group.device)
        self.adversary = Adversary(
            critics, rate=s.critic_rate, momentum=_MOMENTUM, group=group, precision=precision
        )
        super().__init__(
            self.learner,
            Randomness(s.seed, group),
            group=group,
            parts={"adversary": self.adversary},
            precision=precision,
        )
        self.phases = [Phase("painting", 1.0, least_steps(s.ema_decay))]
        self.backbone = on_device(load_bundled_backbone(), group)
        self.pairs = PainterPairs(panels, s.pairs, self.rng, loose=s.loose, grain=s.grain)
        of_worlds = replace(s.pairs, batch=max(s.world_batch, 1))
        self.world_pairs = (
            PainterPairs(worlds, of_worlds, self.rng, loose=0.0, grain=s.grain) if worlds else None
        )
        self.held_out, self.levels, self.grain = held_out, s.pairs.levels, s.grain
        self.standardised = self._fitted()

    @torch.no_grad()
    def _fitted(self) -> Standardised:
        """By crops of the panels, drawn aside, so that a resumed run has the same."""
        s = self.settings
        aside = PairSampler(self.pairs.panels, s.pairs, np.random.default_rng([s.seed, 91]))
        rows = [
            self.backbone.maps(to_device(aside()[2], self.group), TAPS)
            for _ in range(_MEASURED_BATCHES)
        ]
        standardised = on_device(Standardised(), self.group)
        standardised.fit([torch.cat(each) for each in zip(*rows, strict=True)])
        return standardised

    def workload(self) -> Workload:
        """The generator on a batch of roughs with their categories."""
        s = self.settings
        count = s.pairs.batch + (s.world_batch if self.world_pairs else 0) + 1
        pairs = replace(s.pairs, batch=count, crop_px=s.pairs.crop_px - MOVED_PX)
        return workload_of(self.generator, pairs)

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        self._set_rates(progress)
        drawn = self.pairs()
        panels = len(drawn[0])
        if self.world_pairs is not None:
            both = zip(drawn, self.world_pairs(), strict=True)
            drawn = tuple(np.concatenate(each) for each in both)  # type: ignore[assignment]
        ends = self.rng.integers(0, MOVED_PX, (2, 2)).tolist()
        places: list[tuple[int, int]] = [(top, left) for top, left in ends]
        crops, category, truths = (to_device(x, self.group) for x in drawn)
        rough, truth = (self._window(x, places[0]) for x in (crops, truths))
        moved = self._window(crops[:1], places[1])
        self.generator.train()
        with self.precision.autocast():
            scene, _code = self.learner.parallel(
                torch.cat([rough, moved]), torch.cat([category, category[:1]])
            )
        scene, again = scene[:-1], scene[-1:]
        terms = {"l1": (scene - truth).abs().mean(), "structure": structure_loss(scene, truth)}
        loss = s.reconstruct * (terms["l1"] + s.structure * terms["structure"])
        terms["steady"] = _unsteadiness(scene[:1], again, places)
        loss = loss + s.steady * terms["steady"]
        looks = self._looks(rough[:panels], truth[:panels], scene[:panels])
        logged = self._critic_step(looks)
        terms |= self._judged(looks)
        presence = ramped(progress, 0.0, s.ramp)
        loss = loss + s.features * terms["features"]
        loss = loss + presence * s.adversary * terms["adversarial"]
        loss = loss + presence * s.matching * terms["matching"]
        self.learner.clear()
        loss.backward()
        self.learner.update(max_norm=s.clip)
        return logged | {name: term.item() for name, term in terms.items()}

    def _window(self, x: Tensor, place: tuple[int, int]) -> Tensor:
        side = x.shape[-1] - MOVED_PX
        window = x[..., place[0] : place[0] + side, place[1] : place[1] + side]
        return window.contiguous(memory_format=torch.channels_last)

    def _looks(self, rough: Tensor, truth: Tensor, painted: Tensor) -> Looks:
        with self.precision.autocast():
            with torch.no_grad():
                seen = self.backbone.maps(truth, TAPS)
            shown = self.backbone.maps(painted, TAPS)
        return Looks(rough, truth, painted, self.standardised(seen), self.standardised(shown))

    def _critic_step(self, looks: Looks) -> dict[str, float]:
        rough, truth, painted, seen, shown = looks
        both = [torch.cat([r, f.detach()]) for r, f in zip(seen, shown, strict=True)]
        of_features = self.adversary.judge("features", *both)
        _features, of_change = self.adversary.judge(
            "change", torch.cat([truth, painted.detach()]), torch.cat([rough, rough])
        )
        losses = {
            "features": HINGE.critic([x.float() for x in of_features], 1.0),
            "change": HINGE.critic([of_change.float()], 1.0),
        }
        self.adversary.train(losses)
        return {f"critic_{name}": loss.item() for name, loss in losses.items()}

    def _judged(self, looks: Looks) -> dict[str, Tensor]:
        rough, truth, painted, seen, shown = looks
        critics = self.adversary.critics
        with self.adversary.frozen(), self.precision.autocast():
            of_features = critics["features"](*shown)
            with torch.no_grad():
                real, _ = critics["change"](truth, rough)
            fake, of_change = critics["change"](painted, rough)
        pairs = zip(real, fake, strict=True)
        matching = [(r.float() - f.float()).abs().mean() for r, f in pairs]
        distances = [(r - f).abs().mean() for r, f in zip(seen, shown, strict=True)]
        scores = [HINGE.generator([x.float() for x in each]) for each in (of_features, [of_change])]
        return {
            "features": torch.stack(distances).mean(),
            "adversarial": torch.stack(scores).sum(),
            "matching": torch.stack(matching).sum(),
        }

    def _set_rates(self, progress: float) -> None:
        share = late_decay(progress) * self.rate_factor
        self.learner.set_rate(self.settings.rate * share)
        self.adversary.set_rate(self.settings.critic_rate * share)

    @torch.no_grad()
    def choose_blend(self) -> dict[str, float]:
        """Leave in the averaged network the weights that are kept; what was measured of them.

        blend: the share of the way that they are at; 0 where every step of it loses too much.
        psnr_of_start, ssim_of_start: what they are compared with, on the held-out crops.
        """
        s, network = self.settings, self.average.module
        learnt = {name: x.clone() for name, x in network.state_dict().items()}
        self._blend(learnt, 0.0)
        before = self.measures()
        for blend in (*BLENDS, 0.0):
            self._blend(learnt, blend)
            after = self.measures()
            lost = {name: before[name] - after[name] for name in ("psnr", "ssim")}
            if blend == 0 or (lost["psnr"] <= s.psnr_drop and lost["ssim"] <= s.ssim_drop):
                break
        return {
            "blend": blend,
            "psnr_of_start": before["psnr"],
            "ssim_of_start": before["ssim"],
            "psnr_of_choice": after["psnr"],
            "ssim_of_choice": after["ssim"],
        }

    def _blend(self, learnt: dict[str, Tensor], blend: float) -> None:
        self.average.module.load_state_dict(
            {name: self.begun[name].to(x.device).lerp(x, blend) for name, x in learnt.items()}
        )


def _unsteadiness(first: Tensor, second: Tensor, places: Sequence[tuple[int, int]]) -> Tensor:
    """L1 of two windows (N, 3, S, S) of a crop where both have painted the same, less a rim."""
    side = first.shape[-1]
    spans = [
        tuple(
            slice(max(0, other - own) + _RIM_PX, side - max(0, own - other) - _RIM_PX)
            for own, other in zip(mine, theirs, strict=True)
        )
        for mine, theirs in (places, reversed(places))
    ]
    (y, x), (v, u) = spans
    return (first[..., y, x] - second[..., v, u]).abs().mean()


def train_painter(run: Run, folders: Folders) -> Trained[SceneGenerator] | None:
    """Check the art, make the roughs, train, choose; None on followers of torchrun.

    Raises DataError for unusable art, and InputError for a start that is no such network, before
    anything is trained.
    """
    s: PainterSettings = run.settings
    start = find_start(s.start, "scene", NETWORK.generator(s.preset))
    run.claim(folders.art)
    folder = scan(folders.art, what="--art")
    with join_process_group() as group:
        cache = folders.roughs or run.out / "roughs"
        material = load_scene_material(folder, cache, s, group)
        worlds: Sequence[Panel] = ()
        if s.world_batch:
            say = progress_of("drawn worlds", speak=group.leads)
            worlds = world_panels(s.worlds, min(s.pairs.scales_px), cache, on_progress=say)
        trainer = PainterTrainer(
            s,
            panels=material.panels,
            worlds=worlds,
            held_out=material.watched,
            group=group,
            start=start,
        )
        training = run.train(
            trainer,
            group=group,
            data_hash=material.data_hash,
            start="" if start is None else start.card.sha256,
        )
        if training is None:
            return None
        training |= trainer.choose_blend() if start is not None else {}
    if start is not None:
        training |= begun_from(start)
    training |= {
        "art_pictures": len(material.panels),
        "parameters": sum(p.numel() for p in trainer.generator.parameters()),
        "measured_on": material.measured_on,
        "measures": trainer.measures_on(material.tested),
    }
    return Trained(trainer.average.module, training, trainer.sample_sheet())


def export_trained(trained: Trained[SceneGenerator], path: Path, run: Run) -> None:
    """Write the chosen generator to `path` (.onnx) and its card beside it."""
    write_scene(trained, path, run, system="mffcn", grain=run.settings.grain)
