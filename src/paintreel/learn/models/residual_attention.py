"""Residual-attention GAN: from picture to lines, and from lines to colour (Tan 2024).

Paper: Tan 2024, "AI Digital Anime Style Generation Algorithm Based on Adversarial Generative
Network". The generator is a 7x7 residual block, 3x3 residual blocks going down, channel attention
(Eq. 7) after this extraction of features, a residual body (Eq. 4-5), and 3x3 and 7x7
deconvolutions back up, with ReLU throughout; the discriminator a 5x5 residual block, 3x3 residual
blocks and a fully connected sigmoid over pooled features. Dropout of features is the noise z of
Eq. 3. One generator does both tasks; `LINEART` and `COLORIZE` say what it takes and gives.

Differences from the paper
- It gives no widths, strides or depths; `paper` has 64, 128 and 256 channels and eight blocks.
- A block is a convolution of the stated size, ReLU, and a 3x3 one; W_s of Eq. 5 is a 1x1
  convolution where size or width change, else nothing. No norm: a tile and a frame then see the
  same function, but for the gates of Eq. 7, which look at the whole picture.
- z is a mask of whole channels, given from outside, the same at every place: tiles agree, a clip
  does not flicker, and a seed gives its picture again. It covers `noise` channels of the body.
- A condition (palette, category) scales and shifts the body and what goes up; the paper has none.
- `light` works at 1/4 resolution: its 7x7 block has stride 4, two 3x3 blocks go down to 1/16,
  where dilations let a hint spread over the picture. Pixel shuffles stand for deconvolutions,
  which runtimes are slow at. What went down is added on the way up, and the last convolutions see
  every pixel of the input, folded 4x4 into channels: lines stay where they are.
- `light` of colour points at colours rather than inventing them: each pixel is a mixture, by a
  softmax, of a colour of its own, of the two that hints are spread by, and of the palette's. What a
  user asks for is then in the picture as it was asked for, and a choice between two colours of a
  palette has no brown between them.
- The discriminator sees the picture beside what it was made from, and its weights are
  spectrally normalised. That of `light` says so of every patch (its fully connected layer is laid
  at each place), that of `paper` of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from paintreel.errors import InputError
from paintreel.learn.blocks.initial import zero_bias
from paintreel.learn.blocks.upsample import ShuffleUp, icnr_
from paintreel.learn.models.drawing_network import DrawingNetwork
from paintreel.learn.models.drawing_tasks import DrawingTask
from paintreel.roughs.drawing_planes import (
    BASINS,
    BLEND,
    NEARNESS,
    PALETTE_COLOURS,
    PALETTE_VALUES,
)

IN_BLEND = 0.5
"""Share of what is painted by hints that is the mean of hints around, in use: the network and it
err in other places (image loss with 20 hints on development panels: 3 % less than of either), and
in open air the seams between floods are gone."""

NEVER = 1e4
"""What is taken from the logit of a colour that is not there."""

PARTS = ("residual", "attention", "adversary", "noise")
"""What an ablation may leave out."""


@dataclass(frozen=True)
class GeneratorConfig:
    """Sizes of the generator.

    patch: stride of the first block; 4 works at 1/4 resolution, and folds the input for the head.
    widths: channels after the first block and after each that goes down.
    depths: further residual blocks at each of these resolutions but the last, on the way down.
    later: residual blocks there on the way up; they need skips.
    dilations: of the first convolution of each block of the body.
    noise: channels of the body that the mask z covers; 0 for none.
    near: channels of the folded input beside the head, of networks with a patch above 1.
    head: channels of the last layer but one.
    pointed: whether colours are pointed at, which is for tasks with hints and a palette.
    residual, attention, skips: as the text above says.
    """

    patch: int = 1
    widths: tuple[int, ...] = (64, 128, 256)
    depths: tuple[int, ...] = (0, 0)
    later: tuple[int, ...] = (0, 0)
    dilations: tuple[int, ...] = (1,) * 8
    noise: int = 128
    near: int = 0
    head: int = 64
    residual: bool = True
    attention: bool = True
    skips: bool = False
    pointed: bool = False

    def __post_init__(self) -> None:
        downs = len(self.widths) - 1
        if len(self.depths) != downs or len(self.later) != downs:
            raise InputError(f"depths and later have one entry for each of the {downs} ways down")
        if not 0 <= self.noise <= self.widths[-1]:
            raise InputError(f"noise covers 0 to {self.widths[-1]} channels, got {self.noise}")


class ResidualBlock(nn.Module):
    """F(x) + W_s x (Eq. 4-5): (N, c_in, H, W) to (N, c_out, H / stride, W / stride).

    F is a convolution of `kernel`, ReLU, and one of 3x3. `residual=False` is F alone.
    """

    def __init__(
        self,
        c_in: int,
        c_out: int,
        *,
        kernel: int = 3,
        stride: int = 1,
        dilation: int = 1,
        residual: bool = True,
        wrap: Callable[[nn.Conv2d], nn.Module] = lambda layer: layer,
    ) -> None:
        super().__init__()
        pad = dilation * (kernel // 2)
        first = nn.Conv2d(c_in, c_out, kernel, stride, pad, dilation)
        second = nn.Conv2d(c_out, c_out, 3, padding=1)
        nn.init.kaiming_normal_(first.weight, nonlinearity="relu")
        nn.init.kaiming_normal_(second.weight, nonlinearity="linear")
        if residual:  # small, so that a deep stack starts near the sum of its shortcuts
            second.weight.data.mul_(0.3)
        self.shortcut: nn.Module | None = None
        self.stride, self.residual = stride, residual
        if residual and (c_in != c_out or stride > 1):
            shortcut = nn.Conv2d(c_in, c_out, 1)
            nn.init.kaiming_normal_(shortcut.weight, nonlinearity="linear")
            zero_bias(shortcut)
            self.shortcut = wrap(shortcut)
        for layer in (first, second):
            zero_bias(layer)
        self.first, self.second = wrap(first), wrap(second)

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.second(self.first(x).relu())
        if not self.residual:
            return change
        if self.shortcut is None:
            return x + change
        kept: Tensor = self.shortcut(
            functional.avg_pool2d(x, self.stride) if self.stride > 1 else x
        )
        return kept + change


class SharedChannelAttention(nn.Module):
    """Gates of Eq. 7: sigmoid(MLP(mean) + MLP(maximum)), one perceptron for both: (N, C, 1, 1)."""

    def __init__(self, channels: int, reduction: int = 8) -> None:
        super().__init__()
        hidden = max(4, channels // reduction)
        self.perceptron = nn.Sequential(
            nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        mean, most = self.perceptron(x.mean(dim=(2, 3))), self.perceptron(x.amax(dim=(2, 3)))
        gates: Tensor = (mean + most).sigmoid()
        return gates[:, :, None, None]


class ConditionShift(nn.Module):
    """Features (N, C, H, W) scaled and shifted by a condition (N, K); starts as nothing."""

    def __init__(self, condition: int, channels: int, hidden: int = 64) -> None:
        super().__init__()
        last = nn.Linear(hidden, 2 * channels)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.perceptron = nn.Sequential(nn.Linear(condition, hidden), nn.ReLU(), last)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.perceptron(condition)[:, :, None, None].chunk(2, dim=1)
        shifted: Tensor = x * (1 + scale) + shift
        return shifted


class PointedColours(nn.Module):
    """Features (N, C, h, w) and colours of its own (N, 3, H, W) to colours (N, 3, H, W) in [0, 1].

    A softmax at the resolution of the features weighs the own colour, those of hints that `planes`
    hold and those of the palette in the condition; what is not given has no weight. A colour of the
    palette is known by what it is, not by its number: its logit is the product of what the place
    asks for and of what the colour is.
    """

    def __init__(self, channels: int, scale: int, *, asked: int = 32) -> None:
        super().__init__()
        self.scale, self.asked = scale, asked
        self.weigh = nn.Conv2d(channels, 3, 3, padding=1)
        self.ask = nn.Conv2d(channels, 2 * asked, 3, padding=1)
        self.colours = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2 * asked))
        for layer in (self.weigh, self.ask):
            nn.init.normal_(layer.weight, std=0.01)
            zero_bias(layer)

    def forward(
        self, x: Tensor, own: Tensor, planes: Tensor, condition: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """(colours, logits (N, PALETTE_COLOURS, h, w) of the palette's colour that a place is of).

        The second are learnt as a choice of one, by cross-entropy: they say what lies where, while
        a mixture that is right on average keeps to the middle.
        """
        if condition is None:
            condition = planes.new_zeros(len(planes), PALETTE_VALUES)
        palette = condition[:, : 4 * PALETTE_COLOURS].reshape(-1, PALETTE_COLOURS, 4).float()
        hinted = planes[:, NEARNESS].amax(dim=(2, 3)) > 0
        absent = NEVER * (palette[..., 3] <= 0)[:, :, None, None].float()
        known = self.colours(palette).float().chunk(2, dim=2)
        asked = self.ask(x).float().chunk(2, dim=1)
        mixed, chosen = (
            torch.einsum("nqhw,nkq->nkhw", a, k) / self.asked**0.5 - absent
            for a, k in zip(asked, known, strict=True)
        )
        given = torch.cat([torch.ones_like(hinted), hinted, hinted], dim=1)
        logits = self.weigh(x).float() - NEVER * (~given)[:, :, None, None].float()
        shares = torch.cat([logits, mixed], dim=1).softmax(dim=1)
        pointed = torch.einsum("nkhw,nkc->nchw", shares[:, 3:], palette[..., :3])
        fine = functional.interpolate(
            torch.cat([shares[:, :3], pointed], dim=1),
            scale_factor=float(self.scale),
            mode="bilinear",
            align_corners=False,
        )
        colours: Tensor = (
            fine[:, :1] * own
            + fine[:, 1:2] * planes[:, BASINS]
            + fine[:, 2:3] * planes[:, BLEND]
            + fine[:, 3:]
        )
        if not self.training:
            share = IN_BLEND * hinted[..., None, None].float()
            colours = colours + share * (planes[:, BLEND] - colours)
        return colours, chosen


class ResidualAttention(DrawingNetwork):
    """planes (N, c_in, H, W), condition (N, K) and noise (N, noise) to (N, c_out, H, W) in [0, 1].

    H and W are multiples of `multiple`. Without condition or noise, where the task has none or
    none is given, there is none: a task without them ignores both.
    """

    def __init__(self, task: DrawingTask, config: GeneratorConfig = GeneratorConfig()) -> None:
        super().__init__(task)
        self.config = c = config
        self.noise_channels, self.chooses = c.noise, c.pointed
        self.multiple = c.patch * 2 ** (len(c.widths) - 1)
        width = c.widths[0]
        self.first = self._block(task.c_in, width, kernel=7, stride=c.patch)
        self.downs = nn.ModuleList()
        self.earlier = nn.ModuleList([self._plain(width, c.depths[0])])
        for wider, depth in zip(c.widths[1:], (*c.depths[1:], 0), strict=True):
            self.downs.append(self._block(width, wider, stride=2))
            self.earlier.append(self._plain(wider, depth))
            width = wider
        self.attention = SharedChannelAttention(width) if c.attention else None
        self.body = nn.ModuleList(self._block(width, width, dilation=d) for d in c.dilations)
        self.shift = ConditionShift(task.condition, width) if task.condition else None
        self.ups, self.afterwards, self.shifts = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for level in reversed(range(len(c.widths) - 1)):
            narrower = c.widths[level]
            self.ups.append(_up(width, narrower, folded=c.patch > 1))
            self.afterwards.append(self._plain(narrower, c.later[level]))
            if task.condition:
                self.shifts.append(ConditionShift(task.condition, narrower))
            width = narrower
        self._make_head(width)

    def _block(self, c_in: int, c_out: int, **how: Any) -> ResidualBlock:
        return ResidualBlock(c_in, c_out, residual=self.config.residual, **how)

    def _plain(self, width: int, count: int) -> nn.Sequential:
        return nn.Sequential(*(self._block(width, width) for _ in range(count)))

    def _make_head(self, width: int) -> None:
        c, task = self.config, self.task
        cells = c.patch**2
        self.near: nn.Module | None = None
        self.mix: nn.Module | None = None
        if c.patch == 1:
            self.head: nn.Module = nn.ConvTranspose2d(width, task.c_out, 7, padding=3)
        else:
            self.near = nn.Conv2d(task.c_in * cells, c.near, 1)
            self.mix = nn.Conv2d(width + c.near, c.head, 3, padding=1)
            for layer in (self.near, self.mix):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                zero_bias(layer)
            self.head = nn.Conv2d(c.head, task.c_out * cells, 3, padding=1)
        assert isinstance(self.head, nn.Conv2d | nn.ConvTranspose2d)
        # The pixels of a cell start alike, so that there is no checkerboard to unlearn.
        icnr_(self.head.weight, c.patch, gain=0.1)
        assert self.head.bias is not None
        nn.init.constant_(self.head.bias, task.bias)
        self.pointed = PointedColours(c.head, c.patch) if c.pointed else None

    def forward(
        self, planes: Tensor, condition: Tensor | None = None, noise: Tensor | None = None
    ) -> Tensor:
        return self.with_choices(planes, condition, noise)[0]

    def with_choices(
        self, planes: Tensor, condition: Tensor | None = None, noise: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        x, kept = self._down(planes)
        if self.attention is not None:
            x = x * self.attention(x)
        if noise is not None and self.config.noise:
            x = _masked(x, noise)
        if self.shift is not None and condition is not None:
            x = self.shift(x, condition)
        for block in self.body:
            x = block(x)
        for place, (up, after) in enumerate(zip(self.ups, self.afterwards, strict=True)):
            x = up(x.relu())
            if self.config.skips:
                x = x + kept[-2 - place]
            if self.shifts and condition is not None:
                x = self.shifts[place](x, condition)
            x = after(x)
        return self._finish(x, planes, condition)

    def _down(self, planes: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The features of the coarsest resolution, and those of all, the first first."""
        x = self.earlier[0](self.first(planes))
        kept = [x]
        for down, blocks in zip(self.downs, list(self.earlier)[1:], strict=True):
            x = blocks(down(x.relu()))
            kept.append(x)
        return x, kept

    def _finish(
        self, x: Tensor, planes: Tensor, condition: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        patch = self.config.patch
        x = x.relu()
        if self.near is not None and self.mix is not None:
            near = self.near(functional.pixel_unshuffle(planes, patch)).relu()
            x = self.mix(torch.cat([x, near], dim=1)).relu()
        y: Tensor = self.head(x)
        if patch > 1:
            y = functional.pixel_shuffle(y, patch)
        y = y.float().sigmoid()
        if self.pointed is None:
            return y, None
        colours, choices = self.pointed(x, y, planes, condition)
        return colours, choices

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field but for the gates, rounded up to the size multiple."""
        c = self.config
        cell = c.patch
        radius = 3 + cell * (1 + 2 * c.depths[0])
        for level in range(1, len(c.widths)):
            radius += cell + 2 * cell * (1 + 2 * (*c.depths, 0)[level])
            cell *= 2
        radius += cell * sum(dilation + 1 for dilation in c.dilations)
        for level in reversed(range(len(c.widths) - 1)):
            cell //= 2
            radius += cell * (2 + 2 * c.later[level])
        radius += 3 if c.patch == 1 else 3 * cell
        return -(-radius // self.multiple) * self.multiple


def _up(c_in: int, c_out: int, *, folded: bool) -> nn.Module:
    """To twice the size: a 3x3 deconvolution, or a pixel shuffle."""
    if folded:
        return ShuffleUp(c_in, c_out, 2)
    up = nn.ConvTranspose2d(c_in, c_out, 3, stride=2, padding=1, output_padding=1)
    nn.init.kaiming_normal_(up.weight, mode="fan_out", nonlinearity="relu")
    zero_bias(up)
    return up


def _masked(x: Tensor, noise: Tensor) -> Tensor:
    """x: (N, C, H, W) with its first channels times noise (N, n)."""
    rest = noise.new_ones(1, x.shape[1] - noise.shape[1]).expand(noise.shape[0], -1)
    return x * torch.cat([noise, rest], dim=1)[:, :, None, None].to(x.dtype)


@dataclass(frozen=True)
class DiscriminatorConfig:
    """width: channels of the first block, doubled by each that follows to at most eight times.

    depth: 3x3 blocks.  pooled: one score of the picture, instead of one a patch.
    """

    width: int = 64
    depth: int = 3
    pooled: bool = True
    residual: bool = True


class ResidualDiscriminator(nn.Module):
    """Picture (N, c_out, H, W) and planes (N, c_in, H, W), in [0, 1], to logits (N, 1, h, w).

    h and w are 1 where it is pooled, else a 16th of H and W or so.
    """

    def __init__(
        self, task: DrawingTask, config: DiscriminatorConfig = DiscriminatorConfig()
    ) -> None:
        super().__init__()
        c = config
        self.pooled = c.pooled
        how: dict[str, Any] = {"stride": 2, "residual": c.residual, "wrap": spectral_norm}
        width = c.width
        blocks = [ResidualBlock(task.c_in + task.c_out, width, kernel=5, **how)]
        for _ in range(c.depth):
            wider = min(2 * width, 8 * c.width)
            blocks.append(ResidualBlock(width, wider, **how))
            width = wider
        self.blocks = nn.ModuleList(blocks)
        self.connected = spectral_norm(nn.Conv2d(width, 1, 1))

    def forward(self, picture: Tensor, planes: Tensor) -> Tensor:
        x = torch.cat([picture, planes], dim=1) * 2 - 1
        for block in self.blocks:
            x = functional.leaky_relu(block(x), 0.2)
        if self.pooled:
            x = x.mean(dim=(2, 3), keepdim=True)
        score: Tensor = self.connected(x)
        return score


_LIGHT = GeneratorConfig(
    patch=4,
    widths=(48, 96, 128),
    depths=(1, 2),
    later=(2, 2),
    dilations=(1, 2, 4, 8, 2),
    noise=32,
    near=32,
    head=48,
    skips=True,
)
_TINY = replace(
    _LIGHT,
    widths=(8, 12, 16),
    depths=(0, 0),
    later=(1, 1),
    dilations=(1, 2),
    noise=8,
    near=8,
    head=8,
)

PRESETS: dict[str, dict[str, GeneratorConfig]] = {
    "tiny": {"lineart": _TINY, "colorize": replace(_TINY, pointed=True)},
    "light": {
        # A line is found by what is near it: less deep, and more of it at 1/4.
        "lineart": replace(_LIGHT, depths=(2, 2), later=(3, 2), dilations=(1, 2, 4, 1), head=64),
        "colorize": replace(_LIGHT, pointed=True),
    },
    "paper": {"lineart": GeneratorConfig(), "colorize": GeneratorConfig()},
}
"""{preset: {task: sizes}}"""

DISCRIMINATORS = {
    "tiny": DiscriminatorConfig(8, 2, pooled=False),
    "light": DiscriminatorConfig(32, 3, pooled=False),
    "paper": DiscriminatorConfig(),
}


def vary(config: GeneratorConfig, without: Sequence[str]) -> GeneratorConfig:
    """A config less some of PARTS; the adversary is no part of a generator."""
    off: dict[str, dict[str, Any]] = {
        "residual": {"residual": False},
        "attention": {"attention": False},
        "noise": {"noise": 0},
        "adversary": {},
    }
    changes = {key: value for part in without for key, value in off[part].items()}
    return replace(config, **changes)
