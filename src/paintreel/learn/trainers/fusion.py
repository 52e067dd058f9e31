"""Training of the fusion of painting and footage: settings, terms, the step, the run.

The terms are the distance to the true frame (L1), its structure (1 - SSIM), and the alignment of
the features of both paths. Zero weights of the last two are a plain regression.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.fusion_pictures import paint_pictures
from paintreel.learn.data.fusion_samples import FusionSampler, FusionSampling, PaintedPicture
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.parts import Learner, Randomness, StepTrainer, seeded, to_device
from paintreel.learn.engine.rates import groups_by_fan_in
from paintreel.learn.engine.sample_stream import SampleStream
from paintreel.learn.engine.workload import Workload
from paintreel.learn.export.fusion_export import export_fusion
from paintreel.learn.losses.alignment import alignment_loss
from paintreel.learn.losses.structure import structure_loss
from paintreel.learn.models.fusion import PARTS, PRESETS, Fused, Fusion
from paintreel.learn.trainers.stylizer import as_picture
from paintreel.learn.trainers.training_run import Folders, Run, Trained, progress_of
from paintreel.runtime.fusion_names import CARRIED_PLANES

_MEASURED, _SHOWN = 24, 6
"""Windows that are measured, and those of them that are shown."""


@dataclass(frozen=True)
class FusingSettings:
    """What any training of the network may set.

    preset, without: sizes, and some of models.fusion.PARTS that are left out
    fan_in: how much slower layers of many inputs learn, as of engine.rates.groups_by_fan_in
    l1, structure, alignment: weights of the terms
    Raises InputError for values that no run can use.
    """

    preset: str = "light"
    without: tuple[str, ...] = ()
    seed: int = 0
    batch: int = 4
    rate: float = 1e-3
    fan_in: float = 0.5
    ema_decay: float = 0.995
    l1: float = 1.0
    structure: float = 0.2
    alignment: float = 0.02
    sampling: FusionSampling = field(default_factory=FusionSampling)

    def __post_init__(self) -> None:
        if wrong := [rule for rule, holds in self._checks().items() if not holds]:
            raise InputError(f"these settings cannot be trained with: {'; '.join(wrong)} must hold")

    def _checks(self) -> dict[str, bool]:
        """Rules, and whether they hold."""
        return {
            f"preset is of {', '.join(PRESETS)}": self.preset in PRESETS,
            f"without is of {', '.join(PARTS)}": set(self.without) <= set(PARTS),
            "seed is 0 or more": self.seed >= 0,
            "batch is 1 or more": self.batch >= 1,
            "rate is above 0": self.rate > 0,
            "weights are not below 0": min(self.l1, self.structure, self.alignment) >= 0,
            "ema_decay is 0 to below 1": 0 <= self.ema_decay < 1,
        }


@dataclass(frozen=True)
class FusionSettings(FusingSettings):
    """Everything a recipe may set.

    styles: bundled styles that a part of the photographs is painted in
    pictures, max_side_px: photographs that are learnt from, and their longer side
    held_out_photos: globs of photographs that are measured on and not learnt from
    """

    styles: tuple[str, ...] = ("hereva", "cel", "ink")
    pictures: int = 240
    max_side_px: int = 480
    held_out_photos: tuple[str, ...] = ()

    @property
    def crop_px(self) -> int:
        """Side of the frames that are cut from photographs, for the check of the folder."""
        return self.sampling.side_px

    def _checks(self) -> dict[str, bool]:
        return {**super()._checks(), "pictures is 1 or more": self.pictures >= 1}


def fusion_terms(
    fused: Fused, carried: Tensor, truth: Tensor, *, aligned: bool = True
) -> dict[str, Tensor]:
    """The terms by the names of their weights; carried (N, 4, H, W), truth (N, 3, H, W)."""
    terms = {
        "l1": (fused.picture - truth).abs().mean(),
        "structure": structure_loss(fused.picture, truth),
    }
    if aligned:
        terms["alignment"] = alignment_loss(fused.painting, fused.live, carried[:, 3:])
    return terms


class _Windows(torch.nn.Module):
    """A network called with windows: (B, T, C, H, W) each."""

    def __init__(self, network: Fusion) -> None:
        super().__init__()
        self.network = network

    def forward(self, live: Tensor, carried: Tensor) -> Fused:
        return self.network.fuse(live.flatten(0, 1), carried.flatten(0, 1), len(live))


class FusionTrainer(StepTrainer[Fusion]):
    """Implements `paintreel.learn.engine.loop.Trainer`.

    pictures: to train on; measured: pictures of the samples and measures; windows: of those.
    """

    caption = "frame, carried painting, result, truth"

    def __init__(
        self,
        settings: FusingSettings,
        *,
        pictures: Sequence[PaintedPicture],
        measured: Sequence[PaintedPicture],
        group: ProcessGroup,
        windows: int = _MEASURED,
    ) -> None:
        s = self.settings = settings
        with seeded(s.seed, group):
            network = Fusion(PRESETS[s.preset], s.without)
        self.learner = Learner(
            network,
            lambda n: torch.optim.Adam(
                groups_by_fan_in(n, s.fan_in), s.rate, (0.9, 0.999), fused=True
            ),
            ema_decay=s.ema_decay,
            group=group,
            view=_Windows,
        )
        sampler = FusionSampler(pictures, s.sampling)
        self.stream = SampleStream(sampler.sample, batch=s.batch, seed=s.seed, group=group)
        super().__init__(
            self.learner, Randomness(s.seed, group), group=group, parts={"stream": self.stream}
        )
        asked = FusionSampler(measured, s.sampling)
        self.trials = [asked.sample(np.random.default_rng([s.seed, n])) for n in range(windows)]

    def workload(self) -> Workload:
        """The network on a batch."""
        n, side = (
            self.settings.batch * self.settings.sampling.frames,
            self.settings.sampling.side_px,
        )
        shapes: list[tuple[int, ...]] = [(n, 3, side, side), (n, CARRIED_PLANES, side, side)]
        return Workload(self.learner.network, shapes)

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        arrays = (torch.from_numpy(x).to(self.device).float() for x in self.stream())
        live, carried, truth = arrays
        rising = min(1.0, (progress + 1e-4) / 0.02)
        falling = 0.02 + 0.98 * (1 + math.cos(math.pi * progress)) / 2
        self.learner.set_rate(s.rate * rising * falling * self.rate_factor)
        self.learner.network.train()
        with self.precision.autocast():
            fused = self.learner.parallel(live, carried)
        terms = fusion_terms(
            fused,
            carried.flatten(0, 1),
            truth.flatten(0, 1),
            aligned=s.alignment > 0 and "alignment" not in s.without,
        )
        loss = torch.stack([getattr(s, name) * term for name, term in terms.items()]).sum()
        self.learner.clear()
        loss.backward()  # type: ignore[no-untyped-call]
        self.learner.update(max_norm=1.0)
        return {name: term.item() for name, term in terms.items()}

    def close(self) -> None:
        """End the processes that make samples."""
        self.stream.close()

    @torch.no_grad()
    def answer(self, live: Array, carried: Array) -> Array:
        """A window painted by the averaged network: (T, 3, H, W) float32."""
        given = (to_device(x, self.group) for x in (live, carried))
        painted: Array = self.average.module.eval()(*given).float().cpu().numpy()
        return painted

    def sample_sheet(self) -> Array:
        """Frame, carried painting, result and truth, windows below each other."""
        rows = []
        for live, carried, truth in self.trials[:_SHOWN]:
            answer = self.answer(live, carried)
            shown = (live[-1], carried[-1, :3], answer[-1], truth[-1])
            rows.append(np.hstack([as_picture(x.transpose(1, 2, 0)) for x in shown]))
        return np.vstack(rows)

    def measures(self) -> dict[str, float]:
        """Mean PSNR in dB of windows of `measured`: all, of the carried paint, and of the frame."""
        got, carried, live = [], [], []
        for frames, planes, truth in self.trials:
            got.append(_psnr(self.answer(frames, planes), truth))
            carried.append(_psnr(planes[:, :3], truth))
            live.append(_psnr(frames, truth))
        named = {"psnr": got, "psnr_carried": carried, "psnr_frame": live}
        return {name: float(np.mean(values)) for name, values in named.items()}


def _psnr(x: Array, y: Array) -> float:
    return -10 * math.log10(max(float(np.square(x - y).mean()), 1e-10))


def train_fusion(run: Run, folders: Folders) -> Trained[Fusion] | None:
    """Paint the photographs, train; None on followers of torchrun.

    Raises DataError for photographs that cannot be used, or are all held out.
    """
    s: FusionSettings = run.settings
    photos = folders.photos
    assert photos is not None, "fuse needs photographs"
    run.claim(photos)
    rng = np.random.default_rng(s.seed)
    folder, held = scan(photos, what="--photos").split(s.held_out_photos)
    if not folder.paths:
        raise DataError(f"--photos {photos}: every picture is held out; nothing to train on")
    if not held.paths:
        folder, held = folder.set_aside(rng)
    folder, held = folder.draw(s.pictures, rng), held.draw(_MEASURED, rng)
    with join_process_group() as group:
        said = progress_of("painting photographs", speak=group.leads)
        parts = [
            paint_pictures(
                load_pictures(each, what="--photos", max_side_px=s.max_side_px),
                s.styles,
                seed=s.seed + number,
                on_progress=said,
            )
            for number, each in enumerate((folder, held))
        ]
        trainer = FusionTrainer(s, pictures=parts[0], measured=parts[1], group=group)
        try:
            facts = run.train(trainer, group=group, data_hash=f"photos {folder.hash()[:16]}")
        finally:
            trainer.close()
        if facts is None:
            return None
        network = trainer.average.module
        facts |= {
            "photo_pictures": len(parts[0]),
            "parameters": sum(p.numel() for p in network.parameters()),
            "measures": trainer.measures(),
            "measured_on": "windows of photographs that were not learnt from",
        }
        return Trained(network, facts)


def export_trained(trained: Trained[Fusion], path: Path, run: Run) -> None:
    """Write the averaged network to `path` (.onnx) and its card beside it."""
    network = trained.model
    contract = run.contract(task="fuse", **contract_facts(network))
    parity = export_fusion(network, path, contract)
    more: Mapping[str, Any] = {
        "torch_parity": float(f"{parity.runtime:.1e}"),
        "f16_rounding": float(f"{parity.rounding:.1e}"),
    }
    run.write_card(path, {**trained.training, **more})


def contract_facts(network: Fusion) -> dict[str, Any]:
    """The fields of a network's contract that its layout decides."""
    return {"multiple": network.multiple, "halo_px": 256, "tiling": "whole", "output": "fused"}
