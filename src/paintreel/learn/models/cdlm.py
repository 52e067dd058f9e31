"""CDLM, "the more complex deep learning model": a deep single-scale encoder-decoder, MFFCN's peer.

Differences from the paper
- Liu and Zhao 2025 give a name, a reference and "more complex", and no layout. Ours is a plain
  convolutional encoder-decoder of one scale without attention or adversary, with more parameters
  than MFFCN.
- It paints every pixel anew, without skips.
- Trained by L1 and SSIM, as the others' reconstruction, so that figures differ by the network.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from paintreel.learn.blocks.deconvolution import Deconvolution
from paintreel.learn.blocks.multi_scale import he_conv
from paintreel.learn.blocks.scene_io import ROUGH_CHANNELS, CategoryShift, finish, unused_code
from paintreel.learn.models.scene_network import SceneGenerator, SceneNetwork


@dataclass(frozen=True)
class CDLMConfig:
    """widths: channels at full resolution, 1/2, 1/4 ...; depth: 3x3 convolutions at each."""

    widths: tuple[int, ...] = (16, 40, 80, 160, 256)
    depth: int = 2


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
        self.encoder, self.decoder = nn.Sequential(), nn.Sequential()
        c_in = ROUGH_CHANNELS
        for level, width in enumerate(widths):
            if level > 0:
                self.encoder.extend([nn.Conv2d(c_in, width, 4, 2, 1), nn.ReLU()])
                c_in = width
            for _ in range(depth):
                self.encoder.extend([he_conv(c_in, width, 3), nn.ReLU()])
                c_in = width
        self.category = CategoryShift(c_in)
        for width in reversed(widths[:-1]):
            self.decoder.extend([Deconvolution(c_in, width), nn.ReLU()])
            for _ in range(depth - 1):
                self.decoder.extend([he_conv(width, width, 3), nn.ReLU()])
            c_in = width
        self.decoder.append(he_conv(c_in, 3, 3))

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        x = self.category(self.encoder(rough * 2 - 1), category)
        scene = (self.decoder(x).float().tanh() + 1) / 2
        return finish(scene, self.training), unused_code(rough, code, mix)

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

NETWORK = SceneNetwork(CDLM, PRESETS)
