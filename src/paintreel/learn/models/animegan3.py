"""AnimeGANv3 with its two tails (Liu, Chen and others 2024), to compare with.

"A Novel Double-Tail Generative Adversarial Network for Fast Photo Animation": one encoder, and two
decoders. The support tail paints in the touch of the art; what it paints, smoothed by L0 gradient
minimisation, is what the main tail learns, and the main tail alone is used. Norms are linearly
adaptive (LADE, `blocks.adaptive_norm`), each tail begins with external attention.
`trainers.animegan3` has the losses.

Differences from the paper
- The critics are those of AnimeGANv2, without which its text leaves layers open.
- Weights are averaged over the steps, as those of all systems here are.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from paintreel.learn.blocks.adaptive_norm import LinearDenorm
from paintreel.learn.models.animegan import SLOPE
from paintreel.learn.models.stylizer import Stylizer
from paintreel.runtime.contract import Tiling


@dataclass(frozen=True)
class Anime3Config:
    """width: channels of the first convolution.  memory: entries of the external attention.
    critic: as of `AnimeConfig`.
    """

    width: int = 32
    memory: int = 128
    critic: int = 32


class AdaptiveConv(nn.Sequential):
    """Convolution that mirrors the picture at its border, LADE, leaky ReLU."""

    def __init__(self, c_in: int, c_out: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, padding_mode="reflect"),
            LinearDenorm(c_out),
            nn.LeakyReLU(SLOPE),
        )


class ExternalAttention(nn.Module):
    """Attention to a memory that is learnt (Guo et al. 2021): (N, C, H, W) to the same.

    Each place looks at the entries of the memory; what it sees of each is taken as a share over the
    places, then over the entries.
    """

    def __init__(self, channels: int, memory: int) -> None:
        super().__init__()
        self.before = nn.Conv2d(channels, channels, 1)
        self.keys = nn.Conv1d(channels, memory, 1, bias=False)
        self.values = nn.Conv1d(memory, channels, 1, bias=False)
        self.after = nn.Sequential(
            nn.Conv2d(channels, channels, 1, bias=False), LinearDenorm(channels)
        )
        self.activation = nn.LeakyReLU(SLOPE)

    def forward(self, x: Tensor) -> Tensor:
        rows = self.before(x).flatten(2)
        shares = self.keys(rows).float().softmax(dim=2)
        shares = shares / (shares.sum(dim=1, keepdim=True) + 1e-9)
        seen = self.values(shares.to(rows.dtype)).view_as(x)
        y: Tensor = self.activation(x + self.after(seen))
        return y


class _Tail(nn.Module):
    def __init__(self, width: int, memory: int) -> None:
        super().__init__()
        w = width
        self.attention = ExternalAttention(4 * w, memory)
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        steps = ((4 * w, 4 * w), (4 * w, 2 * w), (2 * w, w))
        self.wide = nn.ModuleList(AdaptiveConv(c_in, c_out) for c_in, c_out in steps)
        self.joined = nn.ModuleList(AdaptiveConv(c_out, c_out) for _, c_out in steps)
        self.out = nn.Conv2d(w, 3, 7, padding=3, padding_mode="reflect")

    def forward(self, deepest: Tensor, levels: list[Tensor]) -> Tensor:
        y = self.attention(deepest)
        for wide, joined, level in zip(self.wide, self.joined, levels, strict=True):
            y = joined(wide(self.up(y)) + level)
        picture: Tensor = (self.out(y).float().tanh() + 1) / 2
        return picture


class Anime3Generator(Stylizer):
    """x: (N, 3, H, W) in [0, 1], H and W multiples of 8.

    In training mode (N, 6, H, W): the support tail's picture and the main tail's. In evaluation
    mode the main tail's alone, (N, 3, H, W). Norms and attention look at the whole picture.
    """

    multiple = 8
    tiling: Tiling = "whole"

    def __init__(self, config: Anime3Config = Anime3Config()) -> None:
        super().__init__()
        w = config.width
        self.first = AdaptiveConv(3, w, 7)
        self.down = nn.ModuleList(
            nn.Sequential(AdaptiveConv(c_in, c_in, 3, 2), AdaptiveConv(c_in, c_out))
            for c_in, c_out in ((w, 2 * w), (2 * w, 4 * w), (4 * w, 4 * w))
        )
        self.support, self.main = (_Tail(w, config.memory) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        levels = [self.first(x * 2 - 1)]
        for down in self.down:
            levels.append(down(levels[-1]))
        *finer, deepest = levels
        finer.reverse()
        main: Tensor = self.main(deepest, finer)
        if not self.training:
            return main
        return torch.cat([self.support(deepest, finer), main], dim=1)

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field but for norms and attention."""
        down = 3 + (1 + 2) + (2 + 4) + (4 + 8)
        up = 3 * 4 + 3 * 2 + 3 * 1 + 8 + 3  # two 3x3 and half a cell of interpolation a level
        return -(-(down + up) // self.multiple) * self.multiple


PRESETS = {
    "tiny": Anime3Config(width=4, memory=8, critic=8),
    "small": Anime3Config(width=12, memory=64, critic=24),
    "light": Anime3Config(),
}
"""The light layout is the one that was published; "small" for short trainings on a CPU."""
