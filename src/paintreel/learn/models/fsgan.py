"""FSGAN: fully convolutional scene stylization with a spectral adversary (Wu and Chen 2022).

Section 4 of the paper. The generator is light and takes any size: a strided stem to 1/4
resolution, residual blocks at 1/8, pixel shuffle back to 1/2, where a few channels that see the
picture itself draw the ink, and to a layer of paint and its opacity, laid over the input. The
adversaries judge luma texture, coloured surface, and the log-amplitude of the windowed Fourier
transform (Eq. 4), and whether a painting belongs to its photograph.

Differences from the paper
- It gives no layer table; ours is built for the CPU: most work runs at 1/8 resolution in plain
  3x3 convolutions, no norm, so that tiles and frames agree. Ink is one or two pixels wide and
  needs units that see single pixels, so that it is drawn at 1/2.
- It upsamples by bilinear and nearest interpolation (section 5.2); we use pixel shuffle with ICNR,
  which is as free of checkerboards and cheaper.
- Paint is laid over the input with an opacity instead of being added to it. A sum has to cancel
  the photograph's grain pixel by pixel, which features at 1/4 resolution cannot; an opacity
  covers it.
- Eq. 4 is log D of the spectrum of the art less an expectation that it breaks off in. Our
  adversaries learn by least squares (Mao et al. 2017), whose gradient does not vanish where the
  critic is sure.
- F_dft is taken as log(1 + 30 |F|): a critic that sees raw amplitudes sees the mean brightness
  and little else. The crop's mean is taken off and a Hann window laid over it, whose absence draws
  a cross through the spectrum.
- A fourth adversary sees photograph and painting as a pair, and the teacher's as the true one
  (conditional, Isola et al. 2017): distance alone makes paint timid where the rule's choice hangs
  on a hair, a blur of both choices.
- A trained network draws light toward bands at its end (`learn.blocks.finished_light`), whose
  steps it would blur if it painted them itself.
- Texture and surface adversaries stand in for what it calls boundary and colour-block loss
  without giving them: patches of luma, with edge-blurred art as a negative (CartoonGAN), and of
  colour at half size.
- Critics see crops with their channels normalised, so that they ask for form and not for colours.
- Photographs, unpainted, are negatives of all critics too (`photo_negative`), so that what is
  left of the photograph is told from what is not painted well.
- Most of the gradient is that of a teacher: a picture painted by rule for every photograph. The
  paper has no pairs.
- Content and touch are also held by features of EfficientNet-Lite0 on grey (`losses.features`).
- Terms have shares of the gradient at the output (`losses.balance`) instead of weights, which the
  paper does not give.
- Stability under shift and grain is learnt (`losses.stable`); the paper expects it of the layout.
- Critics are spectrally normalised, and there is no gradient penalty. The generator's gradient is
  clipped to norm 1. Weights are averaged; the average is measured and exported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from paintreel.learn.blocks.finished_light import LUMA, FinishedLight
from paintreel.learn.blocks.residual import PlainResidual
from paintreel.learn.blocks.upsample import ShuffleUp
from paintreel.learn.models.stylizer import Stylizer

LEAST_CONTRAST = 0.05
"""Deviation of a channel below which critics see a crop as flat as it is."""

MARGIN_PX = 16
"""How far a picture is continued; a multiple of the generator's."""


@dataclass(frozen=True)
class FSGANConfig:
    """Sizes of generator and adversaries.

    width: channels at 1/4 resolution.  deep_width: at 1/8.  depth: residual blocks at 1/8.
    line_width: channels at 1/2, 0 for none: then all is painted at 1/4.  line_depth: residual
    blocks at 1/2.
    critic_width: channels of the first convolution of each adversary.
    """

    width: int = 32
    deep_width: int = 48
    depth: int = 3
    line_width: int = 16
    line_depth: int = 2
    critic_width: int = 32


class Generator(Stylizer):
    """x: (N, 3, H, W) float32 RGB in [0, 1], H and W multiples of 8, to the same shape.

    boldness, bands, band_share: of light in evaluation mode, see `FinishedLight`; only of layouts
    with channels at 1/2. Light alone: colours would be overdone.

    In training mode the output is not clipped, so that gradients survive at the bounds; in
    evaluation mode it is clipped to [0, 1], and the picture is continued by its edge before it is
    seen: the zeros with which convolutions pad leave a dotted line along the border.
    """

    multiple = 8

    def __init__(
        self,
        config: FSGANConfig = FSGANConfig(),
        *,
        boldness: float = 1.0,
        bands: int = 0,
        band_share: float = 0.0,
    ) -> None:
        super().__init__()
        w, d, n = config.width, config.deep_width, config.line_width
        self.config = config
        self.stem = nn.Conv2d(3, w, 8, stride=4, padding=2)
        self.down = nn.Conv2d(w, d, 3, stride=2, padding=1)
        self.body = nn.Sequential(*[PlainResidual(d) for _ in range(config.depth)])
        self.up = ShuffleUp(d, w, 2)
        if n:
            self.near = nn.Conv2d(3, n, 4, stride=2, padding=1)
            self.out = ShuffleUp(w, n, 2)
            self.lines = nn.Sequential(*[PlainResidual(n) for _ in range(config.line_depth)])
        self.head = ShuffleUp(n or w, 4, 2 if n else 4, kernel=3, gain=0.1)
        self.finish = None
        if n and (bands or boldness != 1):
            self.finish = FinishedLight(boldness, bands, band_share)
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        padded = x if self.training else nn.functional.pad(x, (MARGIN_PX,) * 4, mode="replicate")
        fine = self.activation(self.stem(padded))
        coarse = self.body(self.activation(self.down(fine)))
        fine = self.activation(fine + self.up(coarse))
        lines = fine
        if self.config.line_width:
            lines = self.lines(self.activation(self.near(padded) + self.out(fine)))
        convolution, shuffle = self.head.children()
        assert isinstance(convolution, nn.Conv2d)
        if self.training:
            layer = convolution(lines)
        else:  # one cell more than the picture has, for the 3x3 to see instead of zeros
            more = MARGIN_PX // self.head.scale - 1
            lines = lines[..., more:-more, more:-more]
            layer = nn.functional.conv2d(lines, convolution.weight, convolution.bias)
        # Parted before the shuffle, not after: a runtime would copy full pictures to part them.
        cells = self.head.scale**2
        paint, opacity = layer.float().split([3 * cells, cells], dim=1)
        opacity = opacity.sigmoid()
        change: Tensor = shuffle(opacity) * (0.5 - x) + shuffle(paint)
        if self.training:
            return x + change
        if self.finish is not None:
            change = change + shuffle(self.finish(x, paint, opacity))
        return (x + change).clamp(0.0, 1.0)

    @property
    def halo_px(self) -> int:
        """Radius of the receptive field, rounded up to the size multiple.

        Stem reaches 6 px, each 3x3 at 1/4 adds 4, each at 1/8 adds 8, each at 1/2 adds 2, and the
        shuffles 3 to 1/2 and 7 to 1/4; then the bands.
        """
        c = self.config
        ends = 4 * c.line_depth + 2 + 3 if c.line_width else 4 + 7
        ends += FinishedLight.reach_px if self.finish is not None else 0
        radius = 6 + 4 + 16 * c.depth + ends
        return -(-radius // self.multiple) * self.multiple


def _conv(c_in: int, c_out: int, stride: int, kernel: int = 3) -> nn.Module:
    return spectral_norm(nn.Conv2d(c_in, c_out, kernel, stride, kernel // 2))


def _critic(c_in: int, width: int, strides: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = c_in
    for k, stride in enumerate(strides):
        c_out = width * min(2**k, 4)
        layers += [_conv(channels, c_out, stride, 5 if k == 0 else 3), nn.LeakyReLU(0.2)]
        channels = c_out
    layers.append(_conv(channels, 1, 1))
    return nn.Sequential(*layers)


def normalised(x: Tensor) -> Tensor:
    """(N, C, H, W), each channel of each crop with mean 0 and deviation 1, f32.

    What is left is form: a critic that sees colours themselves asks for those of the art, and gets
    a tint. Crops without contrast are not blown up.
    """
    with torch.autocast(x.device.type, enabled=False):
        x = x.float()
        deviation = x.std(dim=(2, 3), keepdim=True).clamp_min(LEAST_CONTRAST)
        return (x - x.mean(dim=(2, 3), keepdim=True)) / deviation


class TextureCritic(nn.Module):
    """Patch critic on luma: strokes, ink and grain. x: (N, 3, H, W) to (N, 1, H/8, W/8)."""

    def __init__(self, config: FSGANConfig) -> None:
        super().__init__()
        self.body = _critic(1, config.critic_width, (2, 2, 2, 1))

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.body(normalised(luma(x)))
        return scores


class SurfaceCritic(nn.Module):
    """Patch critic on normalised colour at half resolution: washes and shading.

    x: (N, 3, H, W) to (N, 1, H/16, W/16).
    """

    def __init__(self, config: FSGANConfig) -> None:
        super().__init__()
        self.body = _critic(3, config.critic_width, (2, 2, 2, 1))

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.body(normalised(nn.functional.avg_pool2d(x, 2)))
        return scores


class PairCritic(nn.Module):
    """Patch critic on a photograph and a painting of it, one after the other in the channels.

    x: (N, 6, H, W) to (N, 1, H/4, W/4).
    """

    def __init__(self, config: FSGANConfig) -> None:
        super().__init__()
        self.body = _critic(6, config.critic_width, (2, 2, 1))

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.body(x * 2 - 1)
        return scores


class SpectralCritic(nn.Module):
    """Critic on the log-amplitude spectrum of luma (Eq. 4). x: (N, 3, H, W) to (N, 1, h, w)."""

    def __init__(self, config: FSGANConfig) -> None:
        super().__init__()
        self.body = _critic(1, config.critic_width // 2, (2, 2, 1))

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.body(log_amplitude(luma(x)))
        return scores


def luma(x: Tensor) -> Tensor:
    """(N, 3, H, W) in [0, 1] to (N, 1, H, W) in [-1, 1]."""
    weights = x.new_tensor(LUMA).view(1, 3, 1, 1)
    return (x * weights).sum(dim=1, keepdim=True) * 2 - 1


def log_amplitude(y: Tensor) -> Tensor:
    """Hann-windowed 2-D DFT of (N, 1, H, W): centred log(1 + |F|), (N, 1, H, W/2+1), f32.

    The window keeps the crop's border from drawing a cross through the spectrum.
    """
    with torch.autocast(y.device.type, enabled=False):
        y = y.float()
        height, width = y.shape[-2:]
        window = torch.hann_window(height, device=y.device)[:, None] * torch.hann_window(
            width, device=y.device
        )
        y = y - y.mean(dim=(2, 3), keepdim=True)
        amplitude = torch.fft.rfft2(y * window, norm="ortho").abs()
        return torch.log1p(30 * torch.fft.fftshift(amplitude, dim=2)) - 1


PAIR = "pair"
"""The critic that is shown pairs; the others see paintings alone."""

CRITICS: dict[str, Callable[[FSGANConfig], nn.Module]] = {
    "texture": TextureCritic,
    "surface": SurfaceCritic,
    "spectral": SpectralCritic,
    PAIR: PairCritic,
}

PRESETS = {
    "tiny": FSGANConfig(width=16, deep_width=16, depth=1, line_width=4, critic_width=8),
    "light": FSGANConfig(),
    "quarter": FSGANConfig(width=48, depth=4, line_width=0),
}
"""Name -> sizes; "quarter" is the one layout of styles until 0.2.0, then called "light"."""
