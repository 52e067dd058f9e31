"""DSKE network for the medium of a picture (Wu and Chen 2022).

"A Study on the Relationship between Painter's Psychology and Anime Creation Style Based on a Deep
Neural Network", section 6: a network "with the DSKE module and several depth-separable
convolutions" classifies drawn styles; the effect of "the parameters of the dual-core compressed
activation module" and of data enhancement is verified. What these parameters are, and any layout,
it does not say. Here they are the two kernels, the reduction of the squeeze, and the stages in
which the module stands; the other stages have one depthwise kernel of 3.

Differences from the paper
- The module itself: see `learn.blocks.selective_kernels`.
- Widths, depths and the parameters that are varied are ours.
- Global average pooling and one linear layer end the network, as section 3.4 recommends.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.learn.blocks.selective_kernels import (
    LEAST_HIDDEN,
    SelectiveKernels,
    SeparableBlock,
    depthwise,
)

STAGES = ("first", "middle", "last")
"""Places where the module can stand: the stages at 1/4, 1/8 and 1/16 of the picture."""

KERNEL_PAIRS = ((3, 5), (3, 7), (5, 7))
"""Those of the parameter study."""

_PLAIN_KERNEL = 3


@dataclass(frozen=True)
class DSKEConfig:
    """A trunk of depthwise separable blocks, of which some choose between two kernels.

    widths     channels at 1/2, 1/4, 1/8 and 1/16
    blocks     of the last three
    kernels    sizes of the two, odd and from small to large
    reduction  of the squeeze
    places     stages with the module, of STAGES; () for none
    least      units of the squeeze at least
    dropout    before the linear layer

    Raises InputError for what no network can be built of.
    """

    widths: tuple[int, int, int, int] = (24, 56, 112, 192)
    blocks: tuple[int, int, int] = (2, 3, 3)
    kernels: tuple[int, int] = (3, 5)
    reduction: int = 8
    places: tuple[str, ...] = STAGES
    least: int = LEAST_HIDDEN
    dropout: float = 0.2

    def __post_init__(self) -> None:
        small, large = self.kernels
        checks = {
            "kernels are two odd sizes, the smaller first": (
                1 <= small < large and small % 2 == large % 2 == 1
            ),
            "reduction and least are 1 or more": min(self.reduction, self.least) >= 1,
            f"places are of {', '.join(STAGES)}": set(self.places) <= set(STAGES),
            "widths and blocks are 1 or more": min(*self.widths, *self.blocks) >= 1,
            "dropout is 0 to below 1": 0 <= self.dropout < 1,
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"no DSKE network is built so: {'; '.join(wrong)} must hold")


PRESETS = {
    "tiny": DSKEConfig(widths=(8, 8, 12, 16), blocks=(1, 1, 1), least=2),
    "light": DSKEConfig(least=2),
}


class DSKETrunk(nn.Module):
    """Maps of pictures x (N, 3, H, W) float32 in [0, 1], any H and W; none is negative."""

    def __init__(self, config: DSKEConfig) -> None:
        super().__init__()
        w = config.widths
        self.stem = nn.Sequential(
            nn.Conv2d(3, w[0], 3, 2, 1, bias=False), nn.BatchNorm2d(w[0]), nn.ReLU()
        )
        self.stages = nn.ModuleList()
        for place, c_in, c_out, count in zip(STAGES, w, w[1:], config.blocks, strict=False):
            rows = [(c_in, 2), *[(c_out, 1)] * (count - 1)]
            self.stages.append(
                nn.Sequential(
                    *(
                        SeparableBlock(_spatial(config, place, c, stride), c, c_out, stride)
                        for c, stride in rows
                    )
                )
            )

    def trunk(self, x: Tensor) -> list[Tensor]:
        """At 1/2, 1/4, 1/8 and 1/16, of `widths` channels."""
        maps = [self.stem(2 * x - 1)]
        for stage in self.stages:
            maps.append(stage(maps[-1]))
        return maps


def _spatial(config: DSKEConfig, place: str, channels: int, stride: int) -> nn.Module:
    if place not in config.places:
        return depthwise(channels, _PLAIN_KERNEL, stride)
    return SelectiveKernels(
        channels, stride, config.reduction, kernels=config.kernels, least=config.least
    )


class DSKEClassifier(DSKETrunk):
    """x: (N, 3, H, W) float32 in [0, 1], any H and W, to (N, classes) scores."""

    def __init__(self, config: DSKEConfig, *, classes: int) -> None:
        super().__init__(config)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.widths[3], classes)

    @property
    def last_maps(self) -> nn.Module:
        """The layer whose maps Grad-CAM looks at."""
        return self.stages[-1]

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.head(self.dropout(torch.mean(self.trunk(x)[-1], dim=(2, 3))))
        return scores
