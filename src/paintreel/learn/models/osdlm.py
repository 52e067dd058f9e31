"""OSDLM, "the relatively simple and optimized deep learning model": few parameters, MFFCN's peer.

Differences from the paper
- Liu and Zhao 2025 give a name, a reference and these words, and no layout. Ours is made for
  speed, without attention or adversary: a strided stem to 1/4 resolution, residual blocks, pixel
  shuffle back.
- It paints a change onto the block-in, and it is trained by L1 and SSIM.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from paintreel.learn.blocks.multi_scale import he_conv
from paintreel.learn.blocks.residual import PlainResidual
from paintreel.learn.blocks.scene_io import (
    CHANGE_GAIN,
    LEAK,
    ROUGH_CHANNELS,
    CategoryShift,
    scene_of,
    unused_code,
)
from paintreel.learn.blocks.upsample import ShuffleUp
from paintreel.learn.models.scene_network import (
    RESIDUAL,
    SceneGenerator,
    SceneNetwork,
    without_residual,
)


@dataclass(frozen=True)
class OSDLMConfig:
    """width: channels at 1/4 resolution.  depth: residual blocks.  fine: channels at full.

    residual: paints a change onto the block-in.
    """

    width: int = 48
    depth: int = 5
    fine: int = 12
    residual: bool = True


class OSDLM(SceneGenerator):
    """Rough (N, 6, H, W) and category (N, 6) to scene (N, 3, H, W) and code (N, 1).

    Inputs and outputs as `blocks.scene_io` says; H and W are multiples of 4.
    """

    multiple = 4
    code_size = 1

    def __init__(self, config: OSDLMConfig = OSDLMConfig()) -> None:
        super().__init__()
        self.config = config
        self.fine = he_conv(ROUGH_CHANNELS, config.fine, 3)
        self.down = nn.Conv2d(config.fine, config.width, 8, stride=4, padding=2)
        self.body = nn.Sequential(*[PlainResidual(config.width) for _ in range(config.depth)])
        self.category = CategoryShift(config.width)
        self.up = ShuffleUp(config.width, config.fine, 4)
        self.head = he_conv(config.fine, 3, 3, gain=CHANGE_GAIN if config.residual else 1.0)

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        fine = self.fine(rough * 2 - 1).relu()
        x = self.category(self.body(self.down(fine).relu()), category)
        # With a leak: a head that sees zeros alone would never learn again.
        joined = nn.functional.leaky_relu(fine + self.up(x), LEAK)
        residual, training = self.config.residual, self.training
        scene = scene_of(self.head(joined), rough, residual=residual, training=training)
        return scene, unused_code(rough, code, mix)

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field, rounded up to the size multiple."""
        radius = 1 + 6 + 8 * self.config.depth + 4 + 1
        return -(-radius // self.multiple) * self.multiple


PRESETS = {
    "tiny": OSDLMConfig(width=12, depth=1, fine=4),
    "light": OSDLMConfig(),
}

NETWORK = SceneNetwork(OSDLM, PRESETS, parts=(RESIDUAL,), vary=without_residual)
