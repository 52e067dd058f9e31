"""AdaIN (Huang and Belongie 2017), one of the ways that `benchmarks/fuse.py` compares with.

The encoder is the bundled EfficientNet-Lite0, as it is: its maps at 1/2, 1/4 and 1/8. Each channel
of the frame's maps gets mean and deviation of the painting's. A decoder goes up from them; it is
trained here, on photographs and paintings that nothing is measured on: the maps of what it makes
ought to be those that it was given, their statistics those of the painting, and a picture that is
its own style ought to come back as it was.

Differences from the paper: EfficientNet in the place of VGG-19, whose weights no registry holds
under a free licence; three maps in the place of one, as the last alone has too few channels to
bring a frame back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import Tensor, nn

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import pad_to_multiple
from paintreel.learn.blocks.residual import PlainResidual
from paintreel.learn.blocks.upsample import ShuffleUp
from paintreel.learn.data.fusion_samples import PaintedPicture
from paintreel.learn.models.bundled_backbone import load_bundled_backbone

TAPS = ("stage1", "stage2", "stage3")
_CHANNELS = (16, 24, 40)
_WIDTH, _BATCH, _SIDE_PX, _MULTIPLE = 48, 3, 128, 8
_STYLE, _SAME = 3.0, 4.0
"""Weights of the statistics, and of a picture that is its own style."""


class Decoder(nn.Module):
    """Maps at 1/2, 1/4 and 1/8 to a picture, (N, 3, H, W)."""

    def __init__(self) -> None:
        super().__init__()
        self.take = nn.ModuleList(nn.Conv2d(c, _WIDTH, 3, padding=1) for c in _CHANNELS)
        self.mid = nn.ModuleList(PlainResidual(_WIDTH) for _ in _CHANNELS)
        self.up = nn.ModuleList(ShuffleUp(_WIDTH, _WIDTH, 2) for _ in _CHANNELS[1:])
        self.head = ShuffleUp(_WIDTH, 3, 2, kernel=3, gain=0.1)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        y = self.mid[2](torch.relu(self.take[2](maps[2])))
        for place in (1, 0):
            y = self.mid[place](torch.relu(self.take[place](maps[place]) + self.up[place](y)))
        return self.head(y) + 0.5


def adain(content: Sequence[Tensor], style: Sequence[Tensor]) -> list[Tensor]:
    """Maps of the content with mean and deviation of each channel of the style's."""
    moved = []
    for x, y in zip(content, style, strict=True):
        (mean, deviation), (new_mean, new_deviation) = statistics(x), statistics(y)
        moved.append((x - mean) / deviation * new_deviation + new_mean)
    return moved


def statistics(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel of each picture, (N, C, 1, 1)."""
    return x.mean((2, 3), keepdim=True), x.std((2, 3), keepdim=True) + 1e-4


def train_decoder(pictures: Sequence[PaintedPicture], steps: int, seed: int) -> Decoder:
    """A decoder that has learnt from photographs and their paintings."""
    torch.manual_seed(seed)
    encoder, decoder = load_bundled_backbone(), Decoder()
    encoder.requires_grad_(False)
    optimiser = torch.optim.Adam(decoder.parameters(), 1e-3, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        content = torch.stack([_drawn(pictures, rng, painted=False) for _ in range(_BATCH)])
        style = torch.stack([_drawn(pictures, rng, painted=True) for _ in range(_BATCH)])
        of_style, given = encoder.maps(style, TAPS), encoder.maps(content, TAPS)
        target = adain(given, of_style)
        made = decoder(target)
        got = encoder.maps(made.clamp(0, 1) + (made - made.clamp(0, 1)) * 0.1, TAPS)
        loss = _SAME * (decoder(of_style) - style).abs().mean()
        for x, wanted, like in zip(got, target, of_style, strict=True):
            scale = wanted.square().mean().clamp_min(1e-6)
            loss = loss + (x - wanted).square().mean() / scale
            for one, other in zip(statistics(x), statistics(like), strict=True):
                loss = loss + _STYLE * (one - other).square().mean() / scale
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return decoder.eval()


def _drawn(pictures: Sequence[PaintedPicture], rng: np.random.Generator, painted: bool) -> Tensor:
    """A crop of a photograph, or of a painting; (3, S, S)."""
    picture = pictures[rng.integers(len(pictures))]
    x = picture.paint if painted else picture.live
    row, column = (int(rng.integers(side - _SIDE_PX + 1)) for side in x.shape[:2])
    cut = np.ascontiguousarray(x[row : row + _SIDE_PX, column : column + _SIDE_PX])
    return _tensor(cut)[0]


def kept_decoder(path: Path, make: Callable[[], Decoder]) -> Decoder:
    """The decoder of a file, which is made and written where it is not there."""
    if path.is_file():
        decoder = Decoder()
        decoder.load_state_dict(safetensors.torch.load_file(path))
        return decoder.eval()
    decoder = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(decoder.state_dict(), path)
    return decoder


class Adain:
    """Paints frames in the manner of a painting; both (H, W, 3) uint8."""

    def __init__(self, decoder: Decoder, painting: Array) -> None:
        self._encoder, self._decoder = load_bundled_backbone(), decoder
        with torch.no_grad():
            self._style = self._encoder.maps(_tensor(painting), TAPS)

    @torch.no_grad()
    def __call__(self, frame: Array) -> Array:
        padded, _ = pad_to_multiple(frame, _MULTIPLE)
        maps = self._encoder.maps(_tensor(padded), TAPS)
        made = self._decoder(adain(maps, self._style))[0].clamp(0, 1).numpy()
        height, width = frame.shape[:2]
        cut = made[:, :height, :width].transpose(1, 2, 0)
        painted: Array = (cut * 255 + 0.5).astype(np.uint8)
        return painted


def _tensor(x: Array) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1))[None]).float() / 255
