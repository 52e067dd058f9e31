"""U-GAT-IT, the light layout (Kim, Kim, Kang and Lee 2020), to compare with.

"U-GAT-IT: Unsupervised Generative Attentional Networks with Adaptive Layer-Instance Normalization
for Image-to-Image Translation": a generator each way, with attention from an auxiliary classifier
(`blocks.class_activation`) and AdaLIN, whose scale and shift a small network makes of the attended
map; two critics a domain, which look far and near, with attention of their own. `trainers.ugatit`
has the losses.

Differences from the paper
- Its light layout alone, whose scale and shift come from averages over all places. The full one
  feeds every pixel into a dense layer: 500 million more weights, and one size of picture.
- Weights are averaged over the steps, as those of all systems here are.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from paintreel.learn.blocks.adaptive_norm import MixedNorm
from paintreel.learn.blocks.class_activation import ClassActivation
from paintreel.learn.models.stylizer import Stylizer
from paintreel.runtime.contract import Tiling

_SLOPE = 0.2


@dataclass(frozen=True)
class UGATITConfig:
    """width: channels of the first convolution.  depth: residual blocks each before and after the
    attention.  critic: width of the critics.  far, near: layers that the two critics go down.
    """

    width: int = 64
    depth: int = 4
    critic: int = 64
    far: int = 7
    near: int = 5


def _conv(c_in: int, c_out: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2, padding_mode="reflect", bias=False)


class _InstanceResidual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _conv(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            _conv(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.body(x)
        return x + change


class _AdaptiveResidual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = (_conv(channels, channels, 3) for _ in range(2))
        self.norms = nn.ModuleList(MixedNorm(channels, rho=0.9) for _ in range(2))
        self.activation = nn.ReLU()

    def forward(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        y = self.activation(self.norms[0](self.first(x), scale, shift))
        change: Tensor = self.norms[1](self.second(y), scale, shift)
        return x + change


class UGATITGenerator(Stylizer):
    """x: (N, 3, H, W) in [0, 1], H and W multiples of 4, to the same shape and range.

    Its norms and its attention look at the whole picture.
    """

    multiple = 4
    tiling: Tiling = "whole"

    def __init__(self, config: UGATITConfig = UGATITConfig()) -> None:
        super().__init__()
        w = config.width
        wide = 4 * w
        self.depth = config.depth
        self.down = nn.Sequential(
            _conv(3, w, 7), nn.InstanceNorm2d(w), nn.ReLU(),
            _conv(w, 2 * w, 3, 2), nn.InstanceNorm2d(2 * w), nn.ReLU(),
            _conv(2 * w, wide, 3, 2), nn.InstanceNorm2d(wide), nn.ReLU(),
            *(_InstanceResidual(wide) for _ in range(config.depth)),
        )  # fmt: skip
        self.attention = ClassActivation(wide)
        self.pooled = nn.Sequential(
            nn.Linear(wide, wide, bias=False), nn.ReLU(),
            nn.Linear(wide, wide, bias=False), nn.ReLU(),
        )  # fmt: skip
        self.scale, self.shift = (nn.Linear(wide, wide, bias=False) for _ in range(2))
        self.adaptive = nn.ModuleList(_AdaptiveResidual(wide) for _ in range(config.depth))
        self.up = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="nearest"),
            _conv(wide, 2 * w, 3), MixedNorm(2 * w, rho=0.0, owns=True), nn.ReLU(),
            nn.Upsample(scale_factor=2, mode="nearest"),
            _conv(2 * w, w, 3), MixedNorm(w, rho=0.0, owns=True), nn.ReLU(),
            _conv(w, 3, 7),
        )  # fmt: skip

    def attended(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(picture, logits (N, 2) of the auxiliary classifier, heat (N, 1, H/4, W/4))."""
        y, logits, heat = self.attention(self.down(x * 2 - 1))
        pooled = self.pooled(y.mean(dim=(2, 3)))
        scale, shift = self.scale(pooled), self.shift(pooled)
        for block in self.adaptive:
            y = block(y, scale, shift)
        picture = (self.up(y).float().tanh() + 1) / 2
        return picture, logits, heat

    def forward(self, x: Tensor) -> Tensor:
        return self.attended(x)[0]

    def keep_rho_in_bounds(self) -> None:
        """Clip the mixtures of all norms; called after each step of the optimiser."""
        for module in self.modules():
            if isinstance(module, MixedNorm):
                module.keep_rho_in_bounds()

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field but for norms and attention."""
        ends = 3 + 1 + 2 + 4 + 2 + 3  # 7x7, down, down, up, up, 7x7
        return -(-(ends + 4 * 2 * 2 * self.depth) // self.multiple) * self.multiple


class Attended(nn.Module):
    """A generator seen as what a step calls: picture, logits, heat."""

    def __init__(self, generator: UGATITGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.generator.attended(x)


class UGATITCritic(nn.Module):
    """x: (N, 3, H, W) in [0, 1] to (scores (N, 1, h, w), logits (N, 2) of its attention).

    layers: it goes down by half `layers` - 2 times, and so sees the farther the more it has.
    width: channels of the first; each has twice those of the one before.
    """

    def __init__(self, layers: int, width: int) -> None:
        super().__init__()
        body: list[nn.Module] = []
        channels = 3
        for row in range(layers - 1):
            wide = width * 2**row
            stride = 2 if row < layers - 2 else 1
            body += [
                spectral_norm(nn.Conv2d(channels, wide, 4, stride, 1, padding_mode="reflect")),
                nn.LeakyReLU(_SLOPE),
            ]
            channels = wide
        self.body = nn.Sequential(*body)
        self.attention = ClassActivation(channels, spectral=True, slope=_SLOPE)
        self.out = spectral_norm(
            nn.Conv2d(channels, 1, 4, 1, 1, padding_mode="reflect", bias=False)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y, logits, _heat = self.attention(self.body(x * 2 - 1))
        return self.out(y), logits


PRESETS = {
    "tiny": UGATITConfig(width=4, depth=1, critic=4, far=5, near=4),
    "small": UGATITConfig(width=16, depth=3, critic=16, far=6, near=4),
    "light": UGATITConfig(),
}
"""The light layout at the size that was published; "small" for short trainings on a CPU."""
