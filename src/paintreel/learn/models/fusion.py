"""Fusion of a painting and live action by channel attention: paint one frame, get the shot.

After "The application of channel attention mechanism for fusion of painting and live-action footage
under deep learning and animation generation technology". Its abstract is all that is to be had: two
paths of features, channel attention, dynamic weights, alignment of features, a Transformer decoder.
Layout and sizes are ours.

A window of frames goes in together with the painting as it lies in each of them, carried there
along the motion (`paintreel.media.carrying`). Each has its path, stages 1 to 3 of ResNet-50 (He et
al. 2016). The channels of each path get gates; a softmax a channel and frame says how much of the
fused map is the painting's and how much the footage's. Tokens of the fused map ask tokens of the
painting and of the other frames of the window. The head goes up by skips from footage and painting,
and mixes three pictures at each pixel: the frame, the carried painting, and paint of its own.

What is ours, for want of the paper
- Gates are made from the mean of a channel alone. A maximum grows with the size of the picture, and
  the network is taught on crops.
- There is no norm; the last convolution of a block starts small.
- Tokens are a grid of a fixed number, however big the picture is.
- The head sees single pixels, as ink is one or two wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, pixel_unshuffle

from paintreel.errors import InputError
from paintreel.learn.blocks.initial import zero_bias
from paintreel.learn.blocks.residual import PlainResidual
from paintreel.learn.blocks.upsample import ShuffleUp
from paintreel.learn.models.resnet import BLOCKS
from paintreel.runtime.fusion_names import CARRIED_PLANES

PARTS = ("attention", "dynamic", "alignment", "transformer", "apart")
"""What can be left out for the tables: channel attention (gates of 1), dynamic weights (a half
each), the alignment loss (which the trainer leaves out), the decoder, and a path for each of the
two (one for both)."""

_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_STAGES, _EXPANSION = 3, 4


@dataclass(frozen=True)
class FusionConfig:
    """Sizes.

    width   channels of the first stage of ResNet-50, 64 in ImageNet's
    token   length of a token; a multiple of `heads`.  heads, layers: of the decoder
    grid    rows and columns of tokens of a frame
    head    channels of the head at 1/4 and coarser.  depth: its blocks at 1/4
    fine    channels at 1/2.  fine_depth: its blocks
    """

    width: int = 12
    token: int = 96
    heads: int = 4
    layers: int = 2
    grid: tuple[int, int] = (6, 8)
    head: int = 48
    depth: int = 3
    fine: int = 20
    fine_depth: int = 2


PRESETS = {
    "tiny": FusionConfig(
        width=4, token=16, heads=2, layers=1, grid=(2, 3), head=12, depth=1, fine=8, fine_depth=1
    ),
    "light": FusionConfig(),
    "paper": FusionConfig(width=64, token=256, heads=8, layers=4, head=96, depth=4, fine=32),
}
"""Name -> sizes; "paper" has stages 1 to 3 of ResNet-50 whole."""


class Block(nn.Module):
    """A bottleneck of ResNet-50 without a norm: (N, C, H, W) to (N, 4 * width, H / s, W / s)."""

    def __init__(self, c_in: int, width: int, stride: int) -> None:
        super().__init__()
        c_out = width * _EXPANSION
        self.conv1 = nn.Conv2d(c_in, width, 1)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1)
        self.conv3 = nn.Conv2d(width, c_out, 1)
        self.downsample = None
        if stride != 1 or c_in != c_out:
            self.downsample = nn.Conv2d(c_in, c_out, 1, stride)
        for convolution in (self.conv1, self.conv2, self.conv3):
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            zero_bias(convolution)
        self.conv3.weight.data.mul_(0.3)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv3(torch.relu(self.conv2(torch.relu(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Path(nn.Module):
    """Stem and stages 1 to 3 of ResNet-50: (N, 3, H, W) to maps at 1/4, 1/8 and 1/16."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3)
        self.pool = nn.MaxPool2d(3, 2, 1)
        channels = width
        for stage, count in enumerate(BLOCKS[:_STAGES]):
            blocks = []
            for row in range(count):
                stride = 2 if row == 0 and stage else 1
                blocks.append(Block(channels, width << stage, stride))
                channels = (width << stage) * _EXPANSION
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))

    def forward(self, x: Tensor) -> list[Tensor]:
        y = self.pool(torch.relu(self.conv1(x)))
        maps = []
        for stage in range(_STAGES):
            y = self.get_submodule(f"layer{stage + 1}")(y)
            maps.append(y)
        return maps


class ChannelGates(nn.Module):
    """Channel attention: (N, C, h, w) times gates in (0, 1) made from the means of the channels."""

    def __init__(self, channels: int, reduction: int = 8) -> None:
        super().__init__()
        hidden = max(4, channels // reduction)
        self.perceptron = nn.Sequential(
            nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        gates: Tensor = self.perceptron(x.mean(dim=(2, 3))).sigmoid()
        return x * gates[:, :, None, None]


class DynamicWeights(nn.Module):
    """How much of each channel of a frame is the painting's and how much the footage's.

    Two maps (N, C, h, w) and trust (N, 1), the mean share of the frame that the carried painting
    explains, to their mixture (N, C, h, w) and weights (N, 2, C), of 1 together.
    """

    def __init__(self, channels: int, reduction: int = 8) -> None:
        super().__init__()
        hidden = max(4, channels // reduction)
        self.perceptron = nn.Sequential(
            nn.Linear(2 * channels + 1, hidden), nn.ReLU(), nn.Linear(hidden, 2 * channels)
        )

    def forward(self, painting: Tensor, live: Tensor, trust: Tensor) -> tuple[Tensor, Tensor]:
        means = [x.mean(dim=(2, 3)) for x in (painting, live)]
        scores = self.perceptron(torch.cat([*means, trust], dim=1))
        weights = scores.reshape(-1, 2, painting.shape[1]).softmax(dim=1)
        mixed = painting * weights[:, 0, :, None, None] + live * weights[:, 1, :, None, None]
        return mixed, weights


class Attention(nn.Module):
    """Attention of several heads: asked (B, C, n) and known (B, C, m) to (B, C, n).

    Products are convolutions of one tap: in an exported graph their weights keep their names, by
    which the adaptation to a shot reads them.
    """

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (
            nn.Conv1d(channels, channels, 1) for _ in range(4)
        )

    def forward(self, asked: Tensor, known: Tensor) -> Tensor:
        q, k, v = (
            layer(x).unflatten(1, (self.heads, -1))
            for layer, x in ((self.query, asked), (self.key, known), (self.value, known))
        )
        likeness = q.transpose(2, 3) @ k / q.shape[2] ** 0.5
        answer = v @ likeness.softmax(dim=3).transpose(2, 3)
        mixed: Tensor = self.out(answer.flatten(1, 2))
        return mixed


class DecoderLayer(nn.Module):
    """Attention to the window's own tokens, to those of the painting, and a perceptron."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.itself, self.other = Attention(channels, heads), Attention(channels, heads)
        self.perceptron = nn.Sequential(
            nn.Conv1d(channels, 2 * channels, 1), nn.ReLU(), nn.Conv1d(2 * channels, channels, 1)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in range(3))

    def forward(self, asked: Tensor, known: Tensor) -> Tensor:
        normed = self._normed(0, asked)
        asked = asked + self.itself(normed, normed)
        asked = asked + self.other(self._normed(1, asked), known)
        changed: Tensor = asked + self.perceptron(self._normed(2, asked))
        return changed

    def _normed(self, number: int, x: Tensor) -> Tensor:
        normed: Tensor = self.norms[number](x.transpose(1, 2)).transpose(1, 2)
        return normed


class TokenDecoder(nn.Module):
    """Tokens of the fused map of each frame ask those of the painting and of the whole window.

    fused, painting: (N, C, h, w), N = windows * frames, to what is added to the fused map.
    """

    def __init__(self, channels: int, config: FusionConfig) -> None:
        super().__init__()
        self.grid, self.token = config.grid, config.token
        self.query = nn.Conv1d(channels, config.token, 1)
        self.memory = nn.Conv1d(channels, config.token, 1)
        self.places = nn.Parameter(torch.empty(config.token, config.grid[0] * config.grid[1]))
        nn.init.normal_(self.places, std=0.02)
        self.layers = nn.ModuleList(
            DecoderLayer(config.token, config.heads) for _ in range(config.layers)
        )
        self.out = nn.Conv1d(config.token, channels, 1)
        nn.init.zeros_(self.out.weight)
        zero_bias(self.out)

    def forward(self, fused: Tensor, painting: Tensor, windows: int) -> Tensor:
        asked = self._joined(self.query(self._tokens(fused)) + self.places, windows)
        known = self._joined(self.memory(self._tokens(painting)) + self.places, windows)
        # Attention to all tokens of a window is attention over time.
        for layer in self.layers:
            asked = layer(asked, known)
        answer = self.out(asked).unflatten(2, (-1, *self.grid)).transpose(1, 2).flatten(0, 1)
        return interpolate(answer, size=fused.shape[2:], mode="bilinear", align_corners=False)

    def _tokens(self, x: Tensor) -> Tensor:
        """(N, C, rows * columns)"""
        smooth = avg_pool2d(x, 3, 1, 1)
        small = interpolate(smooth, size=self.grid, mode="bilinear", align_corners=False)
        return small.flatten(2)

    def _joined(self, tokens: Tensor, windows: int) -> Tensor:
        """(N, C, K) to (windows, C, frames * K)"""
        parted: Tensor = torch.unflatten(tokens, 0, (windows, -1))
        return parted.transpose(1, 2).flatten(2)


@dataclass(frozen=True)
class Fused:
    """What a window gives.

    picture   (N, 3, H, W), in evaluation mode in [0, 1]
    painting, live  (N, C, h, w) maps of the two paths at 1/16, gated
    weights   (N, 2, C): the painting's share of each channel of each frame, and the footage's
    fused     (N, C, h, w) what the head is given of them
    """

    picture: Tensor
    painting: Tensor
    live: Tensor
    weights: Tensor
    fused: Tensor


class Fusion(nn.Module):
    """live: (N, 3, H, W) RGB in [0, 1]; carried: (N, 4, H, W), paint and how far to trust it.

    H and W are multiples of 16; N is the frames of `windows` windows of one length. `forward` gives
    the picture alone; `fuse` all. without: some of `PARTS`.
    """

    multiple = 16
    mean: Tensor
    deviation: Tensor

    def __init__(
        self, config: FusionConfig = FusionConfig(), without: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        if unknown := sorted(set(without) - set(PARTS)):
            raise InputError(f"{unknown} are no parts of the fusion; there are {list(PARTS)}")
        self.config, self.without = config, without
        w, h, f = config.width, config.head, config.fine
        self.live_path = Path(w)
        self.painting_path = None if "apart" in without else Path(w)
        channels = [(w << stage) * _EXPANSION for stage in range(_STAGES)]
        if "attention" not in without:
            self.live_gates = nn.ModuleList(ChannelGates(c) for c in channels)
            self.painting_gates = nn.ModuleList(ChannelGates(c) for c in channels)
        if "dynamic" not in without:
            self.weights = nn.ModuleList(DynamicWeights(c) for c in channels)
        self.decoder = None
        if "transformer" not in without:
            self.decoder = TokenDecoder(channels[-1], config)
        self.take = nn.ModuleList(nn.Conv2d(c, h, 1) for c in channels)
        self.up16, self.up8 = ShuffleUp(h, h, 2), ShuffleUp(h, h, 2)
        self.mid8 = PlainResidual(h)
        self.skip4 = nn.Conv2d((3 + CARRIED_PLANES) * 16, h, 3, padding=1)
        self.mid4 = nn.Sequential(*[PlainResidual(h) for _ in range(config.depth)])
        self.up4 = ShuffleUp(h, f, 2)
        self.skip2 = nn.Conv2d(3 + CARRIED_PLANES, f, 4, stride=2, padding=1)
        self.mid2 = nn.Sequential(*[PlainResidual(f) for _ in range(config.fine_depth)])
        self.head = ShuffleUp(f, 6, 2, kernel=3, gain=0.1)
        for name, values in (("mean", _MEAN), ("deviation", _DEVIATION)):
            tensor = torch.tensor(values)[:, None, None]
            self.register_buffer(name, tensor, persistent=False)

    def forward(self, live: Tensor, carried: Tensor) -> Tensor:
        return self.fuse(live, carried).picture

    def fuse(self, live: Tensor, carried: Tensor, windows: int = 1) -> Fused:
        """See the class."""
        paint, trust = carried[:, :3], carried[:, 3:]
        of_live = self.live_path((live - self.mean) / self.deviation)
        path = self.painting_path or self.live_path
        of_painting = path((paint - self.mean) / self.deviation)
        mean_trust = trust.mean(dim=(2, 3))
        mixed: list[Tensor] = []
        for stage in range(_STAGES):
            if "attention" not in self.without:
                of_live[stage] = self.live_gates[stage](of_live[stage])
                of_painting[stage] = self.painting_gates[stage](of_painting[stage])
            if "dynamic" not in self.without:
                both, weights = self.weights[stage](of_painting[stage], of_live[stage], mean_trust)
            else:
                both = (of_painting[stage] + of_live[stage]) / 2
                weights = torch.full_like(both[:, None, :, 0, 0], 0.5).expand(-1, 2, -1)
            mixed.append(both)
        if self.decoder is not None:
            mixed[-1] = mixed[-1] + self.decoder(mixed[-1], of_painting[-1], windows)
        picture = self._paint(live, carried, mixed)
        return Fused(picture, of_painting[-1], of_live[-1], weights, mixed[-1])

    def _paint(self, live: Tensor, carried: Tensor, mixed: list[Tensor]) -> Tensor:
        """The head: up by skips, and a mixture of frame, carried painting and own paint."""
        seen = torch.cat([live, carried], dim=1)
        y8 = self.mid8(torch.relu(self.take[1](mixed[1]) + self.up16(self.take[2](mixed[2]))))
        skip4 = self.skip4(pixel_unshuffle(seen, 4))
        y4 = self.mid4(torch.relu(self.take[0](mixed[0]) + self.up8(y8) + skip4))
        y2 = self.mid2(torch.relu(self.up4(y4) + self.skip2(seen)))
        answer = self.head(y2)
        own, shares = answer[:, :3] + 0.5, answer[:, 3:]
        # At first: the carried painting where it is to be trusted, else the frame.
        trust = carried[:, 3:] * 4
        shares = torch.cat(
            [shares[:, :1] + 2 - trust, shares[:, 1:2] + trust - 2, shares[:, 2:]], 1
        )
        shares = shares.softmax(dim=1)
        picture: Tensor = (
            shares[:, :1] * live + shares[:, 1:2] * carried[:, :3] + shares[:, 2:] * own
        )
        return picture if self.training else picture.clamp(0.0, 1.0)
