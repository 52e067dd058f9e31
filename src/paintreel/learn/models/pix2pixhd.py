"""pix2pixHD-like: global generator and multi-scale patch critics (Wang et al., 2018), a peer.

A 7x7 convolution, three stride-2 convolutions, residual blocks at 1/8, three steps up, 7x7; critics
of the picture at full and half size; least-squares adversary and feature matching.

Differences from the paper
- No instance norm, which makes tiles disagree; residual blocks whose second convolution starts
  small take its place. Three steps down instead of four, widths for the CPU.
- Deconvolutions of kernel 4 instead of 3, whose checkerboards the norm hid.
- It paints a change onto the block-in, as every network here; without "residual" every pixel anew.
  Its steps up leak below zero, so that they cannot end at zeros.
- No second, local enhancer and no instance maps. No VGG loss: the reconstruction of the others.
- Critics of two sizes instead of three, with spectral norm instead of instance norm, and a
  gradient penalty, as the others have it. The category shifts and scales the features.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from paintreel.learn.blocks.deconvolution import Deconvolution
from paintreel.learn.blocks.initial import zero_bias
from paintreel.learn.blocks.residual import ReflectedResidual
from paintreel.learn.blocks.scene_io import (
    CHANGE_GAIN,
    LEAK,
    ROUGH_CHANNELS,
    CategoryShift,
    scene_of,
    unused_code,
)
from paintreel.learn.losses.adversarial import LEAST_SQUARES
from paintreel.learn.models.scene_network import (
    RESIDUAL,
    SceneGenerator,
    SceneNetwork,
    without_residual,
)

DOWN_STEPS = 3


@dataclass(frozen=True)
class Pix2PixHDConfig:
    """width: channels at full resolution, doubled at each step down.  depth: residual blocks.

    critic_width: channels of a critic's first convolution.  critic_scales: sizes judged.
    residual: paints a change onto the block-in.
    """

    width: int = 16
    depth: int = 5
    critic_width: int = 32
    critic_scales: int = 2
    residual: bool = True


class GlobalGenerator(SceneGenerator):
    """Rough (N, 6, H, W) and category (N, 6) to scene (N, 3, H, W) and code (N, 1).

    Inputs and outputs as `blocks.scene_io` says; H and W are multiples of 8.
    """

    multiple = 8
    code_size = 1

    def __init__(self, config: Pix2PixHDConfig = Pix2PixHDConfig()) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.down = nn.Sequential(*_reflected(ROUGH_CHANNELS, width, 7))
        for _ in range(DOWN_STEPS):
            self.down.extend([nn.Conv2d(width, 2 * width, 4, 2, 1), nn.ReLU()])
            width *= 2
        self.category = CategoryShift(width)
        self.body = nn.Sequential(*[ReflectedResidual(width) for _ in range(config.depth)])
        self.up = nn.Sequential()
        for _ in range(DOWN_STEPS):
            self.up.extend([Deconvolution(width, width // 2), nn.LeakyReLU(LEAK)])
            width //= 2
        gain = CHANGE_GAIN if config.residual else 1.0
        self.up.extend(_reflected(width, 3, 7, gain=gain)[:2])

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        x = self.body(self.category(self.down(rough * 2 - 1), category))
        residual, training = self.config.residual, self.training
        scene = scene_of(self.up(x), rough, residual=residual, training=training)
        return scene, unused_code(rough, code, mix)

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field, rounded up to the size multiple."""
        radius = 3 + 2 * (1 + 2 + 4) + 16 * self.config.depth + (2 + 4 + 8) + 3
        return -(-radius // self.multiple) * self.multiple


def _reflected(c_in: int, c_out: int, kernel: int, *, gain: float = 1.0) -> list[nn.Module]:
    convolution = nn.Conv2d(c_in, c_out, kernel)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    convolution.weight.data.mul_(gain)
    zero_bias(convolution)
    return [nn.ReflectionPad2d(kernel // 2), convolution, nn.ReLU()]


class MultiScaleCritic(nn.Module):
    """Scene (N, 3, H, W) in [0, 1] and rough (N, 6, H, W) to (features, logits).

    features: outputs of all layers of all critics.  logits: one (N, 1, h, w) a scale.
    """

    def __init__(self, config: Pix2PixHDConfig) -> None:
        super().__init__()
        self.critics = nn.ModuleList(
            _patch_critic(config.critic_width) for _ in range(config.critic_scales)
        )

    def forward(self, scene: Tensor, rough: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        x = torch.cat([scene, rough], dim=1) * 2 - 1
        features, logits = [], []
        for critic in self.critics:
            y = x
            *layers, last = critic.children()
            for layer in layers:
                y = nn.functional.leaky_relu(layer(y), 0.2)
                features.append(y)
            logits.append(last(y))
            x = nn.functional.avg_pool2d(x, 2)
        return features, logits


def _patch_critic(width: int) -> nn.ModuleList:
    """Layers of a patch critic; its logits are at 1/8 resolution."""
    sizes = [(3 + ROUGH_CHANNELS, width, 2), (width, 2 * width, 2), (2 * width, 4 * width, 2)]
    layers = [spectral_norm(nn.Conv2d(i, o, 4, stride, 1)) for i, o, stride in sizes]
    layers.append(spectral_norm(nn.Conv2d(4 * width, 4 * width, 3, 1, 1)))
    layers.append(spectral_norm(nn.Conv2d(4 * width, 1, 3, 1, 1)))
    return nn.ModuleList(layers)


PRESETS = {
    "tiny": Pix2PixHDConfig(width=4, depth=1, critic_width=8),
    "light": Pix2PixHDConfig(),
}

NETWORK = SceneNetwork(
    GlobalGenerator,
    PRESETS,
    make_critic=lambda preset: MultiScaleCritic(PRESETS[preset]),
    adversarial=LEAST_SQUARES,
    parts=(RESIDUAL,),
    vary=without_residual,
)
