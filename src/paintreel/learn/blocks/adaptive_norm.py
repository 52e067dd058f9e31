"""Norms over whole pictures whose strength or whose parameters are learnt."""

from __future__ import annotations

import torch
from torch import Tensor, nn

_EPSILON = 1e-5


def instance_normalised(x: Tensor) -> Tensor:
    """(N, C, H, W), each channel of each picture with mean 0 and deviation 1."""
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = (x - mean).square().mean(dim=(2, 3), keepdim=True)
    return (x - mean) / (variance + _EPSILON).sqrt()


def layer_normalised(x: Tensor) -> Tensor:
    """(N, C, H, W), each picture with mean 0 and deviation 1 over all its channels."""
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    variance = (x - mean).square().mean(dim=(1, 2, 3), keepdim=True)
    return (x - mean) / (variance + _EPSILON).sqrt()


class MixedNorm(nn.Module):
    """rho instance norm + (1 - rho) layer norm, a rho for each channel (Kim et al. 2020).

    Scale and shift are given with each call, (N, C) each, as in AdaLIN, or are the module's own
    where `owns` says so, as in ILN. `keep_rho_in_bounds` is called after each step of the
    optimiser: outside of 0 to 1 the mixture is none.
    """

    def __init__(self, channels: int, *, rho: float, owns: bool = False) -> None:
        super().__init__()
        self.rho = nn.Parameter(torch.full((1, channels, 1, 1), rho))
        self.own_scale = nn.Parameter(torch.ones(1, channels)) if owns else None
        self.own_shift = nn.Parameter(torch.zeros(1, channels)) if owns else None

    def forward(
        self, x: Tensor, scale: Tensor | None = None, shift: Tensor | None = None
    ) -> Tensor:
        scale = self.own_scale if scale is None else scale
        shift = self.own_shift if shift is None else shift
        assert scale is not None, "a norm without parameters of its own is given some"
        assert shift is not None, "as is the scale"
        mixed = self.rho * instance_normalised(x) + (1 - self.rho) * layer_normalised(x)
        return mixed * scale[..., None, None] + shift[..., None, None]

    @torch.no_grad()
    def keep_rho_in_bounds(self) -> None:
        """Clip rho to 0 to 1."""
        self.rho.clamp_(0, 1)


class LinearDenorm(nn.Module):
    """LADE of AnimeGANv3: instance norm, then the statistics of a linear view of the same map.

    x: (N, C, H, W) to the same. Deviation and mean of a 1x1 convolution of x become scale and
    shift.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.view = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        seen = self.view(x)
        mean = seen.mean(dim=(2, 3), keepdim=True)
        variance = (seen - mean).square().mean(dim=(2, 3), keepdim=True)
        normed: Tensor = instance_normalised(x) * (variance + _EPSILON).sqrt() + mean
        return normed
