"""MFFCN: multi-scale feature fusion network that finishes a rough of a scene.

After Liu and Zhao 2025, section 3. Five stages of multi-scale blocks from full to 1/16 resolution
(Eq. 1-3), spatial then channel attention (Eq. 4-11), four stride-2 deconvolutions and a tanh
(Eq. 12). Its adversary is in `scene_critic`.

Differences from the paper
- The paper's generator starts from noise and says nothing of what it is given; ours takes a rough
  (colour block-in, ink lines, or both) and a scene category, which shifts and scales the features
  at the bottleneck.
- The paper gives one block of 64 channels; we repeat it at every resolution. `paper` keeps its
  widths; `light` is wide at full resolution, where the lines are, and at 1/16.
- `light` is `additive`: its blocks add to what they are given, its first stage gives the kernels'
  features unfused, and a last convolution gives the colours. With the skips there is a short way
  from every resolution to the picture, so that what is easy is learnt at once.
- `light` has skip connections: the decoder's features and the encoder's are summed at every
  resolution. Lines one pixel wide do not survive 1/16. `paper` has none.
- `light` has multi-scale blocks in the decoder too, where the coarse and the fine have met.
- Below full resolution `light` reaches 5 and 7 px with nine taps (3x3, dilation 2 and 3).
- `light` paints a change onto the block-in (`residual`) instead of every pixel anew.
- Spatial attention is CBAM's, as the text says, and not that of Eq. 4-6: see `blocks.attention`.
- Going down between resolutions is a convolution of 4x4, stride 2; the paper names none, and yet
  has four deconvolutions to come back up.
- `light` fuses its kernels by one 1x1 convolution without a ReLU instead of two with, and its
  features are leaky below zero where they change resolution.
- The gates of the channel attention may be given (`code`), so that the tiles of a big picture share
  those of the whole. Nothing else looks at the whole picture: no norm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.learn.blocks.attention import ChannelAttention, SpatialAttention
from paintreel.learn.blocks.deconvolution import Deconvolution
from paintreel.learn.blocks.initial import zero_bias
from paintreel.learn.blocks.multi_scale import (
    AddedMultiScale,
    Block,
    Branches,
    MultiScale,
    he_conv,
)
from paintreel.learn.blocks.scene_io import ROUGH_CHANNELS, CategoryShift, finish
from paintreel.learn.models import scene_critic
from paintreel.learn.models.scene_network import SceneGenerator, SceneNetwork

FUSIONS = ("early", "mid", "late")
LEVELS = 5
LEAK = 0.2
"""Below zero, in additive networks: a head that sees zeros alone would never learn again."""


@dataclass(frozen=True)
class MFFCNConfig:
    """Sizes of the generator, from full resolution to 1/16, and the parts that can be left out.

    widths: channels after each stage.  branches: channels of one kernel's branch in each stage.
    depths: blocks in each stage.  later: blocks of the decoder, from full resolution to 1/8.
    kernels: sides of the parallel kernels; (3,) is single-scale.
    dilated: 5x5 and 7x7 with nine taps below full resolution.
    attention: spatial and channel attention.
    fusion: where the kernels' features meet: "early" in the first stage (single-scale after it),
    "mid" in every block (the paper's choice), "late" at the bottleneck, from one encoder a kernel.
    additive, skips, residual: as the differences above say; skips and later need additive.
    """

    widths: tuple[int, ...] = (64, 64, 64, 64, 64)
    branches: tuple[int, ...] = (64, 64, 64, 64, 64)
    depths: tuple[int, ...] = (1, 1, 1, 1, 1)
    later: tuple[int, ...] = (0, 0, 0, 0)
    kernels: tuple[int, ...] = (3, 5, 7)
    dilated: bool = False
    attention: bool = True
    fusion: str = "mid"
    additive: bool = False
    skips: bool = False
    residual: bool = False

    def __post_init__(self) -> None:
        if self.fusion not in FUSIONS:
            raise InputError(f"fusion is {self.fusion!r}, expected one of {', '.join(FUSIONS)}")
        if {len(self.widths), len(self.branches), len(self.depths)} != {LEVELS}:
            raise InputError(
                f"widths, branches and depths have one entry for each of the {LEVELS} stages"
            )
        if len(self.later) != LEVELS - 1:
            raise InputError(f"later has one entry for each of the {LEVELS - 1} decoder stages")
        if not self.kernels or any(k < 3 or k % 2 == 0 for k in self.kernels):
            raise InputError(f"kernels are {self.kernels}, expected odd sides of 3 or more")
        if self.additive and self.widths[0] != self.branches[0] * len(self.kernels):
            raise InputError("the first width of an additive network is that of its branches")
        if not self.additive and (self.skips or any(self.later)):
            raise InputError("skips and later blocks are of additive networks")

    def block(self, level: int, c_in: int, kernels: tuple[int, ...], branch: int) -> Block:
        """A block of `kernels`, with `branch` channels each, at 1/2^level resolution."""
        dilated = self.dilated and level > 0
        if self.additive:
            return AddedMultiScale(c_in, branch, kernels, dilated=dilated)
        return MultiScale(c_in, self.widths[level], branch, kernels, dilated=dilated)

    def met(self, level: int) -> tuple[tuple[int, ...], int]:
        """Kernels and channels of each for a block after the kernels' features have met.

        One kernel with the channels of all, unless they meet in every block.
        """
        if self.fusion == "mid":
            return self.kernels, self.branches[level]
        return (3,), self.branches[level] * len(self.kernels)

    def active(self, x: Tensor) -> Tensor:
        """What features go through on their way to another resolution."""
        return nn.functional.leaky_relu(x, LEAK) if self.additive else x.relu()


class Encoder(nn.Module):
    """Rough (N, 6, H, W) to the features of the five stages, full resolution to 1/16.

    kernels: of this encoder; all, or one of them where they meet late.
    """

    def __init__(self, config: MFFCNConfig, kernels: tuple[int, ...]) -> None:
        super().__init__()
        self.active = config.active
        self.downs, self.stages = nn.ModuleList(), nn.ModuleList()
        self.widths: list[int] = []
        self.reach_px = 0
        width = ROUGH_CHANNELS
        for level in range(LEVELS):
            if level > 0:
                self.downs.append(_down(width, config.widths[level]))
                self.reach_px += 2 ** (level - 1) * 2
                width = config.widths[level]
            blocks, width = _stage(config, level, width, kernels)
            self.reach_px += 2**level * sum(block.reach_px for block in blocks)
            self.stages.append(nn.Sequential(*blocks))
            self.widths.append(width)

    def forward(self, x: Tensor) -> list[Tensor]:
        features = [self.stages[0](x)]
        for down, stage in zip(self.downs, self.stages[1:], strict=True):
            features.append(stage(down(self.active(features[-1]))))
        return features


def _stage(
    config: MFFCNConfig, level: int, width: int, kernels: tuple[int, ...]
) -> tuple[list[Block], int]:
    """Blocks of an encoder's stage that is given `width` channels, and the channels it gives."""
    branch = config.branches[level]
    if level > 0 and config.fusion == "early":
        kernels, branch = config.met(level)
    blocks: list[Block] = []
    if level == 0 and config.additive:
        blocks.append(Branches(width, branch, kernels))
        width = branch * len(kernels)
    while len(blocks) < config.depths[level]:
        blocks.append(config.block(level, width, kernels, branch))
        width = width if config.additive else config.widths[level]
    return blocks, width


def _down(c_in: int, c_out: int) -> nn.Conv2d:
    down = nn.Conv2d(c_in, c_out, 4, stride=2, padding=1)
    nn.init.kaiming_normal_(down.weight, nonlinearity="relu")
    zero_bias(down)
    return down


class Decoder(nn.Module):
    """Bottleneck and encoder features to (N, 3, H, W) before the tanh.

    encoded: channels of the encoder features, full resolution to 1/8.
    """

    def __init__(self, config: MFFCNConfig, encoded: list[int]) -> None:
        super().__init__()
        c = self.config = config
        gain = 0.02 if c.residual else 1.0
        self.ups, self.bridges, self.stages = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        self.reach_px = 0
        for level in reversed(range(LEVELS - 1)):
            # Without a head the last deconvolution gives the colours.
            colours = level == 0 and not c.additive
            width = 3 if colours else c.widths[level]
            # What goes up is added to what is there: half of each keeps the sum's size.
            half = gain if colours else 0.5 if c.additive else 1.0
            self.ups.append(Deconvolution(c.widths[level + 1], width, gain=half))
            self.reach_px += 2 ** (level + 1) * Deconvolution.reach_px
            same = not c.skips or encoded[level] == width
            self.bridges.append(nn.Identity() if same else he_conv(encoded[level], width, 1))
            blocks = [c.block(level, width, *c.met(level)) for _ in range(c.later[level])]
            self.reach_px += 2**level * sum(block.reach_px for block in blocks)
            self.stages.append(nn.Sequential(*blocks))
        self.head = he_conv(c.widths[0], 3, 3, gain=gain) if c.additive else None
        self.reach_px += 0 if self.head is None else 1

    def forward(self, x: Tensor, features: list[Tensor]) -> Tensor:
        parts = zip(self.ups, self.bridges, self.stages, features[-2::-1], strict=True)
        for up, bridge, stage, skip in parts:
            x = up(self.config.active(x))
            if self.config.skips:
                x = x + bridge(skip)
            x = stage(x)
        return x if self.head is None else self.head(self.config.active(x))


class MFFCN(SceneGenerator):
    """Rough (N, 6, H, W) and category (N, 6) to scene (N, 3, H, W) and code (N, code_size).

    Inputs and outputs as `blocks.scene_io` says; H and W are multiples of 16.
    """

    multiple = 16

    def __init__(self, config: MFFCNConfig = MFFCNConfig()) -> None:
        super().__init__()
        self.config = c = config
        sets = [(k,) for k in c.kernels] if c.fusion == "late" else [c.kernels]
        encoders = [Encoder(c, kernels) for kernels in sets]
        self.encoders = nn.ModuleList(encoders)
        self.encoder_reach_px = max(e.reach_px for e in encoders)
        *encoded, deepest = (sum(w) for w in zip(*(e.widths for e in encoders), strict=True))
        bottom = c.widths[-1]
        self.join = he_conv(deepest, bottom, 1) if deepest != bottom else None
        self.category = CategoryShift(bottom)
        self.spatial = SpatialAttention() if c.attention else None
        self.channel = ChannelAttention(bottom) if c.attention else None
        self.decoder = Decoder(c, encoded)
        self.code_size = bottom if c.attention else 1

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        if code is None or mix is None:
            code, mix = rough.new_zeros(len(rough), self.code_size), rough.new_zeros(len(rough), 1)
        paths = [encoder(rough * 2 - 1) for encoder in self.encoders]
        features = [torch.cat(stage, dim=1) for stage in zip(*paths, strict=True)]
        x = features[-1] if self.join is None else self.join(self.config.active(features[-1]))
        x = self.category(x, category)
        if self.spatial is not None and self.channel is not None:
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
        radius = self.encoder_reach_px + attention + self.decoder.reach_px
        return -(-radius // self.multiple) * self.multiple


PRESETS = {
    "tiny": MFFCNConfig(
        widths=(12, 8, 12, 16, 16),
        branches=(4, 4, 4, 8, 8),
        later=(0, 0, 1, 0),
        dilated=True,
        additive=True,
        skips=True,
        residual=True,
    ),
    "light": MFFCNConfig(
        widths=(48, 32, 64, 96, 128),
        branches=(16, 16, 32, 32, 48),
        later=(0, 0, 1, 0),
        dilated=True,
        additive=True,
        skips=True,
        residual=True,
    ),
    "paper": MFFCNConfig(),
}


def vary(config: MFFCNConfig, without: frozenset[str], fusion: str) -> MFFCNConfig:
    """A config less some parts, and fused elsewhere; a single kernel has the channels of all."""
    single = tuple(b * len(config.kernels) for b in config.branches)
    off: dict[str, dict[str, Any]] = {
        "attention": {"attention": False},
        "multi_scale": {"kernels": (3,), "branches": single},
        "skips": {"skips": False},
        "residual": {"residual": False},
    }
    changes = {key: value for part in without for key, value in off[part].items()}
    return replace(config, fusion=fusion, **changes)


NETWORK = SceneNetwork(
    MFFCN,
    PRESETS,
    make_critic=lambda preset: scene_critic.SceneCritic(scene_critic.PRESETS[preset]),
    parts=("attention", "multi_scale", "skips", "residual"),
    fusions=FUSIONS,
    vary=vary,
)
