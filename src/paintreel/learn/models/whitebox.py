"""White-box cartoonization (Wang and Yu 2020), to compare with.

"Learning to Cartoonize Using White-box Cartoon Representations": a small U-shaped generator without
norms whose painting goes through a guided filter beside the photograph, and two critics: of the
surface, which is guided-filtered, and of the texture, which is in a random grey. The structure is
held to superpixels. `trainers.whitebox` has the losses.

Differences from the paper
- Superpixels are SLIC's (`data.superpixels`); the paper's are Felzenszwalb's, merged by selective
  search.
- The guided filter that it lays over finished pictures alone is part of the network here, in
  training too.
- Weights are averaged over the steps, as those of all systems here are.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from paintreel.learn.blocks.guided_filter import guided_filter
from paintreel.learn.models.stylizer import Stylizer

_SLOPE = 0.2
_FILTER_PX, _FILTER_EPSILON = 1, 5e-3 / 4
"""Published for pictures in [-1, 1], whose squares are four times as large."""


@dataclass(frozen=True)
class WhiteBoxConfig:
    """width: channels of the first convolution.  depth: residual blocks.  critic: width of both."""

    width: int = 32
    depth: int = 4
    critic: int = 32


def _conv(c_in: int, c_out: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2), nn.LeakyReLU(_SLOPE))


class _LeakyResidual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _conv(channels, channels), nn.Conv2d(channels, channels, 3, padding=1)
        )

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.body(x)
        return x + change


class WhiteBoxGenerator(Stylizer):
    """x: (N, 3, H, W) in [0, 1], H and W multiples of 4, to the same shape.

    Nothing looks farther than `halo_px`. Clipped to [0, 1] in evaluation mode.
    """

    multiple = 4

    def __init__(self, config: WhiteBoxConfig = WhiteBoxConfig()) -> None:
        super().__init__()
        w = config.width
        self.depth = config.depth
        self.to_full = _conv(3, w, 7)
        self.to_half = nn.Sequential(_conv(w, w, 3, 2), _conv(w, 2 * w))
        self.to_quarter = nn.Sequential(
            _conv(2 * w, 2 * w, 3, 2),
            _conv(2 * w, 4 * w),
            *(_LeakyResidual(4 * w) for _ in range(config.depth)),
            _conv(4 * w, 2 * w),
        )
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.at_half = nn.Sequential(_conv(2 * w, 2 * w), _conv(2 * w, w))
        self.at_full = nn.Sequential(_conv(w, w), nn.Conv2d(w, 3, 7, padding=3))

    def forward(self, x: Tensor) -> Tensor:
        full = self.to_full(x * 2 - 1)
        half = self.to_half(full)
        y = self.at_half(self.up(self.to_quarter(half)) + half)
        painted = (self.at_full(self.up(y) + full).float() + 1) / 2
        painted = guided_filter(x, painted, radius_px=_FILTER_PX, epsilon=_FILTER_EPSILON)
        return painted if self.training else painted.clamp(0, 1)

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field, rounded up to the size multiple."""
        down = 3 + (1 + 2) + (2 + 4)
        deep = 4 * 2 * self.depth + 4
        up = 4 + 2 * 2 + 2 + 1 + 3 + 2 * _FILTER_PX
        return -(-(down + deep + up) // self.multiple) * self.multiple


class WhiteBoxCritic(nn.Module):
    """x: (N, 3, H, W) in [0, 1] to scores of patches (N, 1, H/8, W/8); spectrally normalised."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for row in range(3):
            wide = width * 2**row
            for stride in (2, 1):
                convolution = nn.Conv2d(channels, wide, 3, stride, 1)
                layers += [spectral_norm(convolution), nn.LeakyReLU(_SLOPE)]
                channels = wide
        layers.append(spectral_norm(nn.Conv2d(channels, 1, 1)))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.layers(x * 2 - 1)
        return scores


PRESETS = {
    "tiny": WhiteBoxConfig(width=4, depth=1, critic=4),
    "small": WhiteBoxConfig(width=16, depth=3, critic=16),
    "light": WhiteBoxConfig(),
}
"""The light layout is the one that was published; "small" for short trainings on a CPU."""
