"""MFFCN: multi-scale feature fusion network that finishes a rough of a scene (seed 000, section 3).

Five stages of multi-scale blocks from full to 1/16 resolution (Eq. 1-3), spatial then channel
attention (Eq. 4-11), four stride-2 deconvolutions and a tanh (Eq. 12). Its adversary is in
`scene_critic`.

Differences from the paper
- The paper's generator starts from noise and says nothing of what it is given; ours takes a rough
  (colour block-in, ink lines, or both) and a scene category, which shifts and scales the features
  at the bottleneck.
- The paper gives one block of 64 channels; we repeat it at every resolution. `paper` keeps its
  widths; `light` is narrow at full resolution and wide at 1/16, for the CPU.
- `light` reaches 5 and 7 px with nine taps (3x3 kernels of dilation 2 and 3).
- `light` has skip connections from encoder to decoder, merged by a 3x3 convolution, at full
  resolution by a sum: lines one pixel wide do not survive 1/16 resolution, and the shorter the way
  from them to the picture, the sooner it is learnt. `paper` has none.
- `light` paints a change onto the block-in (`residual`) instead of every pixel anew.
- Spatial attention is one map for all channels, as the text says; Eq. 6 has one a channel.
- The gates of the channel attention may be given (`code`), so that the tiles of a big picture share
  those of the whole. Nothing else looks at the whole picture: no norm.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.learn.blocks.attention import ChannelAttention, SpatialAttention
from paintreel.learn.blocks.deconvolution import Deconvolution
from paintreel.learn.blocks.multi_scale import MultiScale, he_conv
from paintreel.learn.blocks.scene_io import ROUGH_CHANNELS, CategoryShift, finish

FUSIONS = ("early", "mid", "late")


@dataclass(frozen=True)
class MFFCNConfig:
    """Sizes of the generator, from full resolution to 1/16, and the parts that can be left out.

    widths: channels after each stage.  branches: channels of one kernel's branch in each stage.
    depths: blocks in each stage.  kernels: sides of the parallel kernels; (3,) is single-scale.
    dilated: 5x5 and 7x7 with nine taps.  attention: spatial and channel attention.
    fusion: where the kernels' features meet: "early" in the first stage (single-scale after it),
    "mid" in every block (the paper's choice), "late" at the bottleneck, from one encoder a kernel.
    """

    widths: tuple[int, ...] = (64, 64, 64, 64, 64)
    branches: tuple[int, ...] = (64, 64, 64, 64, 64)
    depths: tuple[int, ...] = (1, 1, 1, 1, 1)
    kernels: tuple[int, ...] = (3, 5, 7)
    dilated: bool = False
    attention: bool = True
    fusion: str = "mid"
    skips: bool = False
    residual: bool = False

    def __post_init__(self) -> None:
        if self.fusion not in FUSIONS:
            raise InputError(f"fusion is {self.fusion!r}, expected one of {', '.join(FUSIONS)}")
        if {len(self.widths), len(self.branches), len(self.depths)} != {5}:
            raise InputError("widths, branches and depths have one entry for each of the 5 stages")
        if not self.kernels or any(k < 3 or k % 2 == 0 for k in self.kernels):
            raise InputError(f"kernels are {self.kernels}, expected odd sides of 3 or more")


class Encoder(nn.Module):
    """Rough (N, 6, H, W) to the features of the five stages, full resolution to 1/16."""

    def __init__(self, config: MFFCNConfig, kernels: tuple[int, ...]) -> None:
        super().__init__()
        self.downs, self.stages = nn.ModuleList(), nn.ModuleList()
        self.reach_px = 0
        c_in = ROUGH_CHANNELS
        for level, width in enumerate(config.widths):
            if level > 0:
                down = nn.Conv2d(c_in, width, 4, stride=2, padding=1)
                nn.init.kaiming_normal_(down.weight, nonlinearity="relu")
                nn.init.zeros_(down.bias)
                self.downs.append(down)
                self.reach_px += 2 ** (level - 1) * 2
                c_in = width
            here = kernels if level == 0 or config.fusion != "early" else (3,)
            blocks = []
            for _ in range(config.depths[level]):
                block = MultiScale(
                    c_in, width, config.branches[level], here, dilated=config.dilated
                )
                blocks.append(block)
                self.reach_px += 2**level * block.reach_px
                c_in = width
            self.stages.append(nn.Sequential(*blocks))

    def forward(self, x: Tensor) -> list[Tensor]:
        features = [self.stages[0](x)]
        for down, stage in zip(self.downs, self.stages[1:], strict=True):
            features.append(stage(down(features[-1]).relu()))
        return features


class Decoder(nn.Module):
    """Bottleneck and encoder features to (N, 3, H, W) before the tanh.

    skip_widths: channels of the encoder features at full .. 1/8 resolution, or None without skips,
    where the fourth deconvolution gives the colours.
    """

    leak = 0.2
    """Of the last features: a head that sees zeros alone would never learn again."""

    def __init__(self, widths: tuple[int, ...], skip_widths: list[int] | None, gain: float) -> None:
        super().__init__()
        self.ups, self.merges = nn.ModuleList(), nn.ModuleList()
        self.bridge, self.head = nn.Identity(), None
        self.reach_px = 0
        for level in reversed(range(4)):
            last = level == 0 and skip_widths is None
            c_out = 3 if last else widths[level]
            self.ups.append(Deconvolution(widths[level + 1], c_out, gain=gain if last else 1.0))
            self.reach_px += 2 ** (level + 1) * Deconvolution.reach_px
            if skip_widths is not None and level > 0:
                self.merges.append(he_conv(c_out + skip_widths[level], c_out, 3))
                self.reach_px += 2**level
        if skip_widths is not None:
            if skip_widths[0] != widths[0]:
                self.bridge = he_conv(skip_widths[0], widths[0], 1)
            self.head = he_conv(widths[0], 3, 3, gain=gain)
            self.reach_px += 1

    def forward(self, x: Tensor, features: list[Tensor]) -> Tensor:
        if self.head is None:
            for up in self.ups[:-1]:
                x = up(x).relu()
            return self.ups[-1](x)
        for up, merge, skip in zip(self.ups[:-1], self.merges, features[-2:0:-1], strict=True):
            x = merge(torch.cat([up(x).relu(), skip], dim=1)).relu()
        x = self.ups[-1](x) + self.bridge(features[0])
        return self.head(nn.functional.leaky_relu(x, self.leak))


class MFFCN(nn.Module):
    """Rough (N, 6, H, W) and category (N, 6) to scene (N, 3, H, W) and code (N, code_size).

    Inputs and outputs as `blocks.scene_io` says; H and W are multiples of 16.
    """

    multiple = 16

    def __init__(self, config: MFFCNConfig = MFFCNConfig()) -> None:
        super().__init__()
        self.config = c = config
        sets = [(k,) for k in c.kernels] if c.fusion == "late" else [c.kernels]
        self.encoders = nn.ModuleList(Encoder(c, kernels) for kernels in sets)
        bottom = c.widths[-1]
        self.join = he_conv(bottom * len(sets), bottom, 1) if len(sets) > 1 else None
        self.category = CategoryShift(bottom)
        self.spatial = SpatialAttention() if c.attention else None
        self.channel = ChannelAttention(bottom) if c.attention else None
        skip_widths = [w * len(sets) for w in c.widths[:-1]] if c.skips else None
        self.decoder = Decoder(c.widths, skip_widths, gain=0.02 if c.residual else 1.0)
        self.code_size = bottom if c.attention else 1

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        if code is None or mix is None:
            code, mix = rough.new_zeros(len(rough), self.code_size), rough.new_zeros(len(rough), 1)
        paths = [encoder(rough * 2 - 1) for encoder in self.encoders]
        features = [torch.cat(stage, dim=1) for stage in zip(*paths, strict=True)]
        x = features[-1] if self.join is None else self.join(features[-1]).relu()
        x = self.category(x, category)
        if self.config.attention:
            x = self.spatial(x)
            code = mix * code + (1 - mix) * self.channel(x)
            x = x * code[:, :, None, None].to(x.dtype)
        else:
            code = mix * code
        change = self.decoder(x, features).float().tanh()
        scene = rough[:, :3] + change if self.config.residual else (change + 1) / 2
        return finish(scene, self.training), code

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field for a given code, rounded up to the size multiple."""
        attention = 16 * SpatialAttention.reach_px if self.spatial is not None else 0
        encoder = max(e.reach_px for e in self.encoders)
        radius = encoder + attention + self.decoder.reach_px
        return -(-radius // self.multiple) * self.multiple


PRESETS = {
    "tiny": MFFCNConfig(
        widths=(8, 8, 12, 16, 16),
        branches=(4, 4, 4, 8, 8),
        dilated=True,
        skips=True,
        residual=True,
    ),
    "light": MFFCNConfig(
        widths=(32, 32, 64, 96, 128),
        branches=(16, 16, 32, 32, 48),
        dilated=True,
        skips=True,
        residual=True,
    ),
    "paper": MFFCNConfig(),
}
