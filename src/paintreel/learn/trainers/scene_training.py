"""What trainers of scene networks show and measure on the way: roughs painted, PSNR and SSIM."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.data.scene_crops import Crop
from paintreel.learn.data.scene_pairs import STANDARD, blocks_of
from paintreel.learn.engine.parts import StepTrainer
from paintreel.learn.models.scene_network import SceneGenerator
from paintreel.learn.trainers.stylizer import as_picture
from paintreel.metrics.fidelity import psnr, ssim
from paintreel.roughs.grain import deviations, grain_of
from paintreel.roughs.labels import one_hot
from paintreel.roughs.planes import network_planes
from paintreel.worlds.categories import LABELS


class SceneTraining(StepTrainer[SceneGenerator]):
    """A trainer of a scene network; what inherits it adds its parts and its `step`.

    held_out: crops for samples and measures.  levels: of roughs that are measured.
    uses_category: whether the network is told the category.  grain: deviation of the grain that it
    is given, 0 for none.
    """

    caption = "block-in, lines, result, painting"
    held_out: Sequence[Crop]
    levels: Iterable[str]
    uses_category = True
    grain = 0.0

    @torch.no_grad()
    def paint(self, blocks: Array | None, lines: Array | None, label: str | None) -> Array:
        """Averaged generator on a rough, sides multiples of its own: (H, W, 3) uint8.

        The label counts for nothing to a network trained without categories.
        """
        given = blocks if blocks is not None else lines
        assert given is not None, "a rough has blocks or lines"
        grain = self.grain * deviations(grain_of(*given.shape[:2])) if self.grain else None
        rough = torch.from_numpy(network_planes(blocks, lines, grain))[None]
        category = torch.from_numpy(one_hot(label if self.uses_category else None, LABELS))[None]
        scene, _code = self.average.module(rough.to(self.device), category.to(self.device))
        return as_picture(scene[0].permute(1, 2, 0).cpu().numpy())

    def sample_sheet(self) -> Array:
        """Rough, lines, result, truth side by side, six held-out crops below each other."""
        rows = []
        for crop in self.held_out[:6]:
            rough = crop.roughs[STANDARD]
            assert rough.lines is not None, "a rough has lines at the standard level"
            lines = np.repeat(rough.lines[..., None], 3, 2)
            result = self.paint(rough.blocks, rough.lines, crop.label)
            rows.append(np.hstack([blocks_of(rough), lines, result, crop.truth]))
        return np.vstack(rows)

    def measures(self) -> dict[str, float]:
        """`measures_on` the held-out crops."""
        return self.measures_on(self.held_out)

    def measures_on(self, crops: Sequence[Crop]) -> dict[str, float]:
        """Mean PSNR and SSIM of what is painted of the roughs of crops.

        psnr, ssim: at the standard level; rough_psnr, rough_ssim: of its block-in itself;
        psnr_coarse, ...: at the other levels.
        """
        measures: dict[str, float] = {}
        for level in self.levels:
            scores = []
            for crop in crops:
                rough, truth = crop.roughs[level], crop.truth
                result = self.paint(rough.blocks, rough.lines, crop.label)
                pairs = ((result, truth), (blocks_of(rough), truth))
                scores.append([f(x, y) for x, y in pairs for f in (psnr, ssim)])
            means = dict(
                zip(("psnr", "ssim", "rough_psnr", "rough_ssim"), np.mean(scores, 0), strict=True)
            )
            suffix = "" if level == STANDARD else f"_{level}"
            measures |= {name + suffix: float(value) for name, value in means.items()}
        return measures
