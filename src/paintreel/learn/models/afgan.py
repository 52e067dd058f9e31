"""AFGAN: portraits as drawn characters, fully convolutional, with attention (Wu and Chen 2022).

The paper restyles faces strongly where scenes keep their content, on the ground of U-GAT-IT (Kim,
Kim, Kang and Lee 2020), whose dense layer over all places squeezes faces and fixes their size. Here
nothing is dense over places: an auxiliary classifier on pooled features gives attention, pooled
features give scale and shift of AdaLIN by 1x1 convolutions, and any size of picture is taken.

Differences from the papers
- Wu and Chen give no layer table. Ours is built for the CPU as FSGAN is: work at 1/8 of the
  resolution, lines at 1/2, pixel shuffle, paint laid over the picture with an opacity.
- U-GAT-IT has no way past its bottleneck. Here lines and colour go past it at 1/2 and 1/4: who a
  person is, is told by details.
- Norms before the attention are left out.
- The network says itself where what it draws is to be seen, from the attended features: by that
  map it is blended with the painting of the rest.
- `trainers.afgan`: a teacher (`portraits`, by rule) brings the change of form, for which there
  are too few drawn faces; the losses of U-GAT-IT refine it.

What is shown of it: `stylize` never shows the picture that this network paints, for its eyes are
blurred. The rule that taught it draws, and of the network the map of where a drawing is to be seen
is used alone (`stylize.portraits`). Its picture is for measures, and for whoever trains it farther.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from paintreel.learn.blocks.adaptive_norm import MixedNorm
from paintreel.learn.blocks.class_activation import ClassActivation
from paintreel.learn.blocks.residual import PlainResidual
from paintreel.learn.blocks.upsample import ShuffleUp
from paintreel.learn.models.stylizer import Stylizer
from paintreel.runtime.contract import Tiling


@dataclass(frozen=True)
class AFGANConfig:
    """line_width, width, deep_width: channels at 1/2, 1/4 and 1/8 of the resolution.

    line_depth: residual blocks at 1/2.  seen, drawn: residual blocks at 1/8 before and after the
    attention.  critic_width: of the critics; far, near: layers that the two of them go down.
    """

    line_width: int = 20
    width: int = 48
    deep_width: int = 96
    line_depth: int = 2
    seen: int = 2
    drawn: int = 4
    critic_width: int = 32
    far: int = 6
    near: int = 4


class AdaptiveResidual(nn.Module):
    """x + norm(conv(relu(norm(conv(x))))), scale and shift given: (N, C, H, W) to the same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = (
            nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2)
        )
        self.norms = nn.ModuleList(MixedNorm(channels, rho=0.9) for _ in range(2))
        self.activation = nn.ReLU()

    def forward(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        y = self.activation(self.norms[0](self.first(x), 1 + scale, shift))
        change: Tensor = self.norms[1](self.second(y), scale, shift)
        return x + change


class AFGANGenerator(Stylizer):
    """x: (N, 3, H, W) float32 RGB in [0, 1], H and W multiples of 8, to the same shape.

    `drawn` gives all that it knows. Attention and AdaLIN look at the whole picture.
    """

    multiple = 8
    tiling: Tiling = "whole"

    def __init__(self, config: AFGANConfig = AFGANConfig()) -> None:
        super().__init__()
        self.config = c = config
        self.near = nn.Conv2d(3, c.line_width, 4, 2, 1)
        self.middle = nn.Conv2d(c.line_width, c.width, 4, 2, 1)
        self.down = nn.Conv2d(c.width, c.deep_width, 4, 2, 1)
        self.seen = nn.Sequential(*(PlainResidual(c.deep_width) for _ in range(c.seen)))
        self.attention = ClassActivation(c.deep_width)
        self.pooled = nn.Sequential(
            nn.Conv2d(2 * c.deep_width, c.deep_width, 1), nn.ReLU(),
            nn.Conv2d(c.deep_width, c.deep_width, 1), nn.ReLU(),
        )  # fmt: skip
        self.scale, self.shift = (nn.Conv2d(c.deep_width, c.deep_width, 1) for _ in range(2))
        self.blocks = nn.ModuleList(AdaptiveResidual(c.deep_width) for _ in range(c.drawn))
        self.up = ShuffleUp(c.deep_width, c.width, 2)
        self.mixed = PlainResidual(c.width)
        self.out = ShuffleUp(c.width, c.line_width, 2)
        self.lines = nn.Sequential(*(PlainResidual(c.line_width) for _ in range(c.line_depth)))
        self.head = ShuffleUp(c.line_width, 5, 2, kernel=3, gain=0.1)
        self.activation = nn.ReLU()

    def encoded(self, x: Tensor) -> tuple[list[Tensor], Tensor, Tensor]:
        """(maps at 1/2 and 1/4, attended map at 1/8, logits (N, 2))."""
        near = self.activation(self.near(x))
        middle = self.activation(self.middle(near))
        deep = self.seen(self.activation(self.down(middle)))
        attended, logits, _heat = self.attention(deep)
        return [near, middle], deep + attended, logits

    def drawn(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(picture (N, 3, H, W), share of it to be seen (N, 1, H, W), logits (N, 2))."""
        (near, middle), y, logits = self.encoded(x)
        pools = [y.mean(dim=(2, 3), keepdim=True), y.amax(dim=(2, 3), keepdim=True)]
        pooled = self.pooled(torch.cat(pools, dim=1))
        scale, shift = self.scale(pooled).flatten(1), self.shift(pooled).flatten(1)
        for block in self.blocks:
            y = block(y, scale, shift)
        y = self.mixed(self.activation(middle + self.up(y)))
        y = self.lines(self.activation(near + self.out(y)))
        paint, opacity, share = self.head(y).float().split([3, 1, 1], dim=1)
        picture = x + opacity.sigmoid() * (0.5 - x) + paint
        if not self.training:
            picture = picture.clamp(0.0, 1.0)
        return picture, share.sigmoid(), logits

    def forward(self, x: Tensor) -> Tensor:
        return self.drawn(x)[0]

    def keep_rho_in_bounds(self) -> None:
        """Clip the mixtures of all norms; called after each step of the optimiser."""
        for module in self.modules():
            if isinstance(module, MixedNorm):
                module.keep_rho_in_bounds()

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field but for norms and attention."""
        c = self.config
        radius = 1 + 3 + 7 + 16 * (c.seen + c.drawn) + 8 + 4 * c.line_depth + 4
        return -(-radius // self.multiple) * self.multiple


class DrawnView(nn.Module):
    """A generator seen as what a step calls: picture, share, logits."""

    def __init__(self, generator: AFGANGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.generator.drawn(x)


class Served(nn.Module):
    """A generator seen as what is exported: picture and share."""

    def __init__(self, generator: AFGANGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        picture, share, _logits = self.generator.drawn(x)
        return picture, share


PRESETS = {
    "tiny": AFGANConfig(4, 8, 8, 1, 1, 1, critic_width=4, far=5, near=4),
    "light": AFGANConfig(),
}
