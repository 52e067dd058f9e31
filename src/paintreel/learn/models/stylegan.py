"""StyleGAN-like: a mapped style scales the weights of every layer, noise gives the grain.

Papers: Karras et al. 2019, "A Style-Based Generator Architecture for Generative Adversarial
Networks", and 2020, "Analyzing and Improving the Image Quality of StyleGAN", whose modulated
convolutions and skips to colour it has. The category's code joins the noise before the mapping;
the critic sees the category by projection.

Differences from the papers
- 128 px, widths and depth of the mapping for a processor; no progressive growing.
- No regularisation of path lengths; styles are mixed in half of the pictures, not in nine of ten.
- Upsampling is bilinear instead of by a filter of their own.
- Noise of a layer comes from one field that is shrunk to its size, so that it can be given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, leaky_relu, linear

from paintreel.learn.blocks.scene_io import LABEL_COUNT
from paintreel.learn.models.word_painter import WordPainter

_START_PX = 4
_GAIN = math.sqrt(2)


@dataclass(frozen=True)
class StyleGANConfig:
    """side_px: of the picture.  noise, style: sizes of z and w.  mapping: layers from one to the
    other.  width: channels at the full size, doubled at each step down to `most`.
    """

    side_px: int = 128
    noise: int = 64
    style: int = 64
    mapping: int = 4
    width: int = 16
    most: int = 96
    critic_width: int = 16

    def channels(self, side: int, width: int) -> int:
        """Of features of a side."""
        return min(self.most, width * (self.side_px // side))

    @property
    def sides_px(self) -> tuple[int, ...]:
        """Of the features, from the first to the picture's."""
        steps = int(math.log2(self.side_px // _START_PX))
        return tuple(_START_PX << k for k in range(steps + 1))


def _drawn(*shape: int, deviation: float = 1.0) -> nn.Parameter:
    return nn.Parameter(nn.init.normal_(torch.empty(shape), std=deviation))


class EvenLinear(nn.Module):
    """A linear layer whose weights are scaled as it is called: one rate suits layers of any size.

    rate: that of the layer, as a share of the optimiser's.
    """

    def __init__(self, c_in: int, c_out: int, *, bias: float = 0.0, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = _drawn(c_out, c_in, deviation=1 / rate)
        self.bias = nn.Parameter(torch.full((c_out,), bias / rate))
        self.scale, self.rate = rate / math.sqrt(c_in), rate

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight * self.scale, self.bias * self.rate)


class EvenConv(nn.Module):
    """A convolution that keeps the side, scaled likewise."""

    def __init__(self, c_in: int, c_out: int, kernel: int) -> None:
        super().__init__()
        self.weight = _drawn(c_out, c_in, kernel, kernel)
        self.bias = nn.Parameter(torch.zeros(c_out))
        self.scale, self.padding = 1 / math.sqrt(c_in * kernel**2), kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


class ModulatedConv(nn.Module):
    """x (N, C, H, W) and style (N, D) to (N, O, H, W): the style scales the weight's inputs.

    demodulate: the outputs then have the deviation that they would have without the style. Both
    are done on x and on the result, which is the same as on weights of each picture's own.
    """

    def __init__(
        self, c_in: int, c_out: int, kernel: int, style: int, *, demodulate: bool = True
    ) -> None:
        super().__init__()
        self.weight = _drawn(c_out, c_in, kernel, kernel)
        self.bias = nn.Parameter(torch.zeros(c_out))
        self.affine = EvenLinear(style, c_in, bias=1.0)
        self.scale, self.padding = 1 / math.sqrt(c_in * kernel**2), kernel // 2
        self.demodulate = demodulate

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        by = self.affine(style).float()
        weight = self.weight * self.scale
        y = conv2d(x * by[:, :, None, None].to(x.dtype), weight, padding=self.padding)
        if self.demodulate:
            power = torch.einsum("oi,ni->no", weight.square().sum(dim=(2, 3)), by.square())
            y = y * (power + 1e-8).rsqrt()[:, :, None, None].to(y.dtype)
        return y + self.bias[:, None, None].to(y.dtype)


class StyledLayer(nn.Module):
    """A modulated convolution, its grain and a leaky ReLU."""

    def __init__(self, c_in: int, c_out: int, style: int) -> None:
        super().__init__()
        self.conv = ModulatedConv(c_in, c_out, 3, style)
        self.grain = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, style: Tensor, texture: Tensor | None) -> Tensor:
        y: Tensor = self.conv(x, style)
        if texture is not None:
            y = y + self.grain * texture[:, None].to(y.dtype)
        return leaky_relu(y, 0.2) * _GAIN


class StyledSize(nn.Module):
    """The layers of one size of features."""

    def __init__(self, c_in: int, c_out: int, style: int, *, count: int) -> None:
        super().__init__()
        widths = [c_in, *[c_out] * count]
        self.layers = nn.ModuleList(StyledLayer(i, o, style) for i, o in pairwise(widths))

    def forward(self, x: Tensor, style: Tensor, texture: Tensor | None) -> Tensor:
        for layer in self.layers:
            x = layer(x, style, texture)
        return x


class StyleGAN(WordPainter):
    """As `WordPainter`; one picture. It reads the category, not the words."""

    def __init__(self, config: StyleGANConfig = StyleGANConfig()) -> None:
        super().__init__()
        self.config = config
        self.noise_size, self.side_px = config.noise, config.side_px
        self.category = EvenLinear(LABEL_COUNT, config.noise)
        sizes = [2 * config.noise, *[config.style] * config.mapping]
        self.mapping = nn.ModuleList(EvenLinear(i, o, rate=0.01) for i, o in pairwise(sizes))
        first = config.channels(_START_PX, config.width)
        self.start = _drawn(1, first, _START_PX, _START_PX)
        self.layers, self.colours = nn.ModuleList(), nn.ModuleList()
        c_in = first
        for side in config.sides_px:
            c_out = config.channels(side, config.width)
            count = 2 if side > _START_PX else 1
            self.layers.append(StyledSize(c_in, c_out, config.style, count=count))
            self.colours.append(ModulatedConv(c_out, 3, 1, config.style, demodulate=False))
            c_in = c_out

    def style(self, noise: Tensor, category: Tensor) -> Tensor:
        """w (N, style) of z and the category."""
        x = torch.cat([_unit(noise), _unit(self.category(category))], dim=1)
        for layer in self.mapping:
            x = leaky_relu(layer(x), 0.2) * _GAIN
        return x

    def forward(
        self, noise: Tensor, words: Tensor, category: Tensor, texture: Tensor | None = None
    ) -> list[Tensor]:
        style = self.style(noise, category)
        return self.paint([style] * len(self.layers), texture)

    def paint(self, styles: list[Tensor], texture: Tensor | None) -> list[Tensor]:
        """A picture of a style for each size of features."""
        x = self.start.repeat(len(styles[0]), 1, 1, 1)
        picture: Tensor | None = None
        for side, layers, colour, style in zip(
            self.config.sides_px, self.layers, self.colours, styles, strict=True
        ):
            if side > _START_PX:
                x = interpolate(x, scale_factor=2, mode="bilinear")
            x = layers(x, style, None if texture is None else _shrunk(texture, side))
            shown = colour(x, style).float()
            if picture is not None:
                shown = shown + interpolate(picture, scale_factor=2, mode="bilinear")
            picture = shown
        assert picture is not None, "there is at least one size"
        scene = picture * 0.5 + 0.5
        return [scene if self.training else scene.clamp(0, 1)]


def _unit(x: Tensor) -> Tensor:
    """Each row with a mean square of 1."""
    return x * (x.float().square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


def _shrunk(texture: Tensor, side: int) -> Tensor:
    """Noise (N, S, S) at another side, with the same deviation."""
    factor = texture.shape[-1] // side
    return avg_pool2d(texture[:, None], factor)[:, 0] * factor


class ShrinkingBlock(nn.Module):
    """(N, C, H, W) to (N, O, H / 2, W / 2), a residual block."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.first, self.second = EvenConv(c_in, c_in, 3), EvenConv(c_in, c_out, 3)
        self.aside = EvenConv(c_in, c_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = leaky_relu(self.first(x), 0.2) * _GAIN
        y = leaky_relu(self.second(y), 0.2) * _GAIN
        shrunk: Tensor = avg_pool2d(y, 2) + self.aside(avg_pool2d(x, 2))
        return shrunk / _GAIN


class StyleCritic(nn.Module):
    """Pictures (N, 3, S, S) and categories (N, labels) to logits (N,), by residual blocks."""

    def __init__(self, config: StyleGANConfig) -> None:
        super().__init__()
        sides = config.sides_px[::-1]
        widths = [config.channels(side, config.critic_width) for side in sides]
        self.colour = EvenConv(3, widths[0], 1)
        self.blocks = nn.ModuleList(ShrinkingBlock(i, o) for i, o in pairwise(widths))
        self.last = EvenConv(widths[-1] + 1, widths[-1], 3)
        self.whole = EvenLinear(widths[-1] * _START_PX**2, widths[-1])
        self.alone = EvenLinear(widths[-1], 1)
        self.category = EvenLinear(LABEL_COUNT, widths[-1])

    def forward(self, pictures: Tensor, category: Tensor) -> Tensor:
        x = leaky_relu(self.colour(pictures * 2 - 1), 0.2) * _GAIN
        for block in self.blocks:
            x = block(x)
        spread = x.float().var(dim=0, unbiased=False).add(1e-8).sqrt().mean()
        told = spread.to(x.dtype).expand(len(x), 1, *x.shape[2:])
        x = leaky_relu(self.last(torch.cat([x, told], dim=1)), 0.2) * _GAIN
        x = leaky_relu(self.whole(x.flatten(1)), 0.2) * _GAIN
        asked = (x * self.category(category)).sum(dim=1) / math.sqrt(x.shape[1])
        score: Tensor = self.alone(x)[:, 0] + asked
        return score


PRESETS = {
    "tiny": StyleGANConfig(
        side_px=64, noise=8, style=8, mapping=2, width=4, most=8, critic_width=4
    ),
    "light": StyleGANConfig(),
}
