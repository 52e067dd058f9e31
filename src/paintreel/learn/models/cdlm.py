"""CDLM, "the more complex deep learning model": a deep single-scale encoder-decoder, MFFCN's peer.

Differences from the paper
- Liu and Zhao 2025 give a name, a reference and "more complex", and no layout. Ours is a plain
  convolutional encoder-decoder of one scale without attention or adversary, with more parameters
  than MFFCN.
- It has no skips, which a deep network of one scale is known for; the variant "skips" has them, as
  MFFCN does. It paints a change onto the block-in, as every network here, and its decoder leaks
  below zero, so that it cannot end at zeros.
- Trained by L1 and SSIM, as the others' reconstruction, so that figures differ by the network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor, nn

from paintreel.learn.blocks.deconvolution import Deconvolution
from paintreel.learn.blocks.multi_scale import he_conv
from paintreel.learn.blocks.scene_io import (
    CHANGE_GAIN,
    LEAK,
    ROUGH_CHANNELS,
    CategoryShift,
    scene_of,
    unused_code,
)
from paintreel.learn.models.scene_network import (
    RESIDUAL,
    SceneGenerator,
    SceneNetwork,
    without_residual,
)


@dataclass(frozen=True)
class CDLMConfig:
    """widths: channels at full resolution, 1/2, 1/4 ...; depth: 3x3 convolutions at each.

    skips: the encoder's features are added to the decoder's at every resolution.
    residual: paints a change onto the block-in.
    """

    widths: tuple[int, ...] = (16, 40, 80, 160, 256)
    depth: int = 2
    skips: bool = False
    residual: bool = True


class CDLM(SceneGenerator):
    """Rough (N, 6, H, W) and category (N, 6) to scene (N, 3, H, W) and code (N, 1).

    Inputs and outputs as `blocks.scene_io` says; H and W are multiples of 16.
    """

    multiple = 16
    code_size = 1

    def __init__(self, config: CDLMConfig = CDLMConfig()) -> None:
        super().__init__()
        self.config = config
        widths, depth = config.widths, config.depth
        self.encoder, self.ups, self.decoder = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        c_in = ROUGH_CHANNELS
        for level, width in enumerate(widths):
            stage = nn.Sequential()
            if level > 0:
                stage.extend([nn.Conv2d(c_in, width, 4, 2, 1), nn.ReLU()])
                c_in = width
            for _ in range(depth):
                stage.extend([he_conv(c_in, width, 3), nn.ReLU()])
                c_in = width
            self.encoder.append(stage)
        self.category = CategoryShift(c_in)
        for width in reversed(widths[:-1]):
            self.ups.append(nn.Sequential(Deconvolution(c_in, width), nn.LeakyReLU(LEAK)))
            stage = nn.Sequential()
            for _ in range(depth - 1):
                stage.extend([he_conv(width, width, 3), nn.LeakyReLU(LEAK)])
            self.decoder.append(stage)
            c_in = width
        self.head = he_conv(c_in, 3, 3, gain=CHANGE_GAIN if config.residual else 1.0)

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        c = self.config
        x = rough * 2 - 1
        features = []
        for stage in self.encoder:
            x = stage(x)
            features.append(x)
        x = self.category(x, category)
        for up, stage, skip in zip(self.ups, self.decoder, features[-2::-1], strict=True):
            x = up(x)
            x = stage(x + skip if c.skips else x)
        scene = scene_of(self.head(x), rough, residual=c.residual, training=self.training)
        return scene, unused_code(rough, code, mix)

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field, rounded up to the size multiple."""
        levels, depth = len(self.config.widths), self.config.depth
        radius: int = sum(2**level * depth for level in range(levels))
        radius += sum(2**level * 2 + 2 ** (level + 1) for level in range(levels - 1))
        radius += sum(2**level * (depth - 1) for level in range(levels - 1)) + 1
        return -(-radius // self.multiple) * self.multiple


PRESETS = {
    "tiny": CDLMConfig(widths=(8, 8, 12, 16, 24), depth=1),
    "light": CDLMConfig(),
}

NETWORK = SceneNetwork(
    CDLM,
    PRESETS,
    parts=(RESIDUAL,),
    variants={"skips": lambda config: replace(config, skips=True)},
    vary=without_residual,
)
