"""MFFCN: multi-scale feature fusion network that finishes a rough of a scene.

After Liu and Zhao 2025, section 3. Multi-scale blocks (Eq. 1-3), spatial then channel attention
(Eq. 4-11), four stride-2 deconvolutions and a tanh (Eq. 12). Its adversary is in `scene_critic`.

Differences from the paper
- The paper's generator starts from noise and says nothing of what it is given; ours takes a rough
  (colour block-in, ink lines, or both) and a scene category, which shifts and scales the features
  at the bottleneck.
- The paper gives one block of 64 channels and the attention at its resolution, and so has `paper`,
  with four plain convolutions down to where the deconvolutions start. `light` repeats the block at
  five resolutions, wide at the full one, where the lines are, and at 1/16, where its attention is;
  "attention_full" and "attention_quarter" put it elsewhere.
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
from functools import cache
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
from paintreel.learn.blocks.scene_io import (
    CHANGE_GAIN,
    LEAK,
    ROUGH_CHANNELS,
    CategoryShift,
    scene_of,
)
from paintreel.learn.models import scene_critic
from paintreel.learn.models.scene_network import RESIDUAL, SceneGenerator, SceneNetwork

FUSIONS = ("early", "mid", "late")
LEVELS = 5


@dataclass(frozen=True)
class MFFCNConfig:
    """Sizes of the generator, from full resolution to 1/16, and the parts that can be left out.

    widths: channels after each stage.  branches: channels of one kernel's branch in each stage.
    depths: blocks in each stage.  later: blocks of the decoder, from full resolution to 1/8.
    kernels: sides of the parallel kernels; (3,) is single-scale.
    dilated: 5x5 and 7x7 with nine taps below full resolution.
    attention: spatial and channel attention, of the features at 1/2^attention_level resolution.
    fusion: where the kernels' features meet: "early" in the first stage (single-scale after it),
    "mid" in every block (the paper's choice), "late" at the bottleneck, from one encoder a kernel.
    late_share: of the widths and branches below full resolution that each of those encoders has.
    additive, skips, residual: as the differences above say; skips and later need additive.
    """

    widths: tuple[int, ...] = (64, 64, 64, 64, 64)
    branches: tuple[int, ...] = (64, 64, 64, 64, 64)
    depths: tuple[int, ...] = (1, 1, 1, 1, 1)
    later: tuple[int, ...] = (0, 0, 0, 0)
    kernels: tuple[int, ...] = (3, 5, 7)
    dilated: bool = False
    attention: bool = True
    attention_level: int = LEVELS - 1
    fusion: str = "mid"
    late_share: float = 1.0
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
        if not 0 <= self.attention_level < LEVELS:
            raise InputError(f"attention_level is {self.attention_level}, expected 0 to 4")
        if self.fusion == "late" and self.attention and self.attention_level < LEVELS - 1:
            raise InputError("kernels that meet late have no common features before 1/16")
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

    def narrowed(self) -> MFFCNConfig:
        """What each of the encoders of kernels that meet late is built by."""

        def less(sizes: tuple[int, ...]) -> tuple[int, ...]:
            return (sizes[0], *(round(self.late_share * size) for size in sizes[1:]))

        return replace(self, widths=less(self.widths), branches=less(self.branches))

    def active(self, x: Tensor) -> Tensor:
        """What features go through on their way to another resolution."""
        return nn.functional.leaky_relu(x, LEAK) if self.additive else x.relu()


class Encoder(nn.Module):
    """Rough (N, 6, H, W) to the features of the five stages, one after the other.

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

    def forward(self, x: Tensor, level: int) -> Tensor:
        """Features of a level from those of the level above it; of the rough at level 0."""
        if level > 0:
            x = self.downs[level - 1](self.active(x))
        features: Tensor = self.stages[level](x)
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
        gain = CHANGE_GAIN if c.residual else 1.0
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
        if c.fusion == "late":
            encoders = [Encoder(c.narrowed(), (kernel,)) for kernel in c.kernels]
        else:
            encoders = [Encoder(c, c.kernels)]
        self.encoders = nn.ModuleList(encoders)
        self.encoder_reach_px = max(e.reach_px for e in encoders)
        *encoded, deepest = (sum(w) for w in zip(*(e.widths for e in encoders), strict=True))
        bottom = c.widths[-1]
        self.join = he_conv(deepest, bottom, 1) if deepest != bottom else None
        self.category = CategoryShift(bottom)
        attended = [*encoded, bottom][c.attention_level]
        self.spatial = SpatialAttention() if c.attention else None
        self.channel = ChannelAttention(attended) if c.attention else None
        self.decoder = Decoder(c, encoded)
        self.code_size = attended if c.attention else 1

    def forward(
        self, rough: Tensor, category: Tensor, code: Tensor | None = None, mix: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        if code is None or mix is None:
            code, mix = rough.new_zeros(len(rough), self.code_size), rough.new_zeros(len(rough), 1)
        c, own = self.config, mix * code
        paths, features = [rough * 2 - 1] * len(self.encoders), []
        for level in range(LEVELS):
            paths = [encoder(x, level) for encoder, x in zip(self.encoders, paths, strict=True)]
            if level == c.attention_level < LEVELS - 1:
                paths[0], own = self._attend(paths[0], code, mix)
            features.append(torch.cat(paths, dim=1))
        x = features[-1] if self.join is None else self.join(c.active(features[-1]))
        x = self.category(x, category)
        if c.attention_level == LEVELS - 1:
            x, own = self._attend(x, code, mix)
        y = self.decoder(x, features)
        return scene_of(y, rough, residual=c.residual, training=self.training), own

    def _attend(self, x: Tensor, code: Tensor, mix: Tensor) -> tuple[Tensor, Tensor]:
        """Features under spatial, then channel attention, and the gates of the channels."""
        if self.spatial is None or self.channel is None:
            return x, mix * code
        x = self.spatial(x)
        gates = mix * code + (1 - mix) * self.channel(x)
        return x * gates[:, :, None, None].to(x.dtype), gates

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field for a given code, rounded up to the size multiple."""
        reach = 2**self.config.attention_level * SpatialAttention.reach_px
        attention = reach if self.spatial is not None else 0
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
    "paper": MFFCNConfig(depths=(1, 0, 0, 0, 0), attention_level=0),
}


def single_wide(config: MFFCNConfig) -> MFFCNConfig:
    """One 3x3 kernel with as many weights as all kernels have with every tap of theirs.

    Of b channels each, for a block of c: (9 + 25 + 49 + 3) b c weights with the 1x1 convolution
    that fuses them, and (9 + 1) n c for one kernel of n channels.
    """
    taps = sum(k * k for k in config.kernels) + len(config.kernels)
    first = config.branches[0] * len(config.kernels)
    rest = tuple(round(taps * b / 10) for b in config.branches[1:])
    return replace(config, kernels=(3,), branches=(first, *rest))


@cache
def late_share(config: MFFCNConfig) -> float:
    """`late_share` with which a network that fuses late has as many weights as `config`."""

    def weights(of: MFFCNConfig) -> int:
        with torch.device("meta"):
            return sum(p.numel() for p in MFFCN(of).parameters())

    wanted, shares = weights(config), [k / 64 for k in range(16, 65)]
    late = [
        replace(config, fusion="late", attention_level=LEVELS - 1, late_share=s) for s in shares
    ]
    return min(zip(shares, late, strict=True), key=lambda pair: abs(weights(pair[1]) - wanted))[0]


VARIANTS = {
    "true_kernels": lambda config: replace(config, dilated=False),
    "single_wide": single_wide,
    "attention_full": lambda config: replace(config, attention_level=0),
    "attention_quarter": lambda config: replace(config, attention_level=2),
}


def vary(config: MFFCNConfig, without: frozenset[str], fusion: str) -> MFFCNConfig:
    """A config less some parts, and fused elsewhere; a single kernel has the channels of all.

    Fused late it has as many weights as fused in every block.
    """
    if fusion == "late":
        config = replace(config, late_share=late_share(config))
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
    parts=("attention", "multi_scale", "skips", RESIDUAL),
    variants=VARIANTS,
    fusions=FUSIONS,
    vary=vary,
)
