"""Stability in time, learnt from stills: what a clip's next frame does to a picture is undone.

Two frames of a clip show the same thing a fraction of a pixel apart, under other grain. So a
crop is shown twice, moved and with other grain, and the two paintings must agree once the first
is moved along. Needs no clips, and costs nothing when the style is used.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

MOST_SHIFT_PX = 8
_MARGIN_PX = 16  # the crop's border, where both paintings see padding at other places


def grainy(x: Tensor, sigma: Tensor, generator: torch.Generator) -> Tensor:
    """(N, 3, H, W) in [0, 1] with grain of deviation `sigma` (N,): fine, and blotches of 4 px.

    Fine grain is a sensor's, blotches are what compression leaves of it.
    """

    def noise(height: int, width: int) -> Tensor:
        size = (x.shape[0], 3, height, width)
        return torch.randn(size, generator=generator, device=generator.device).to(x.device)

    height, width = x.shape[2:]
    blotches = functional.interpolate(noise(-(-height // 4), -(-width // 4)), scale_factor=4.0)
    grain = 0.8 * noise(height, width) + 0.6 * blotches[..., :height, :width]
    return (x + sigma.view(-1, 1, 1, 1) * grain).clamp(0, 1)


def draw_shift(rng: np.random.Generator) -> tuple[float, float]:
    """(down, right) in pixels below MOST_SHIFT_PX; a third of them whole."""
    down, right = rng.uniform(0, MOST_SHIFT_PX - 1, 2)
    return (float(int(down)), float(int(right))) if rng.random() < 1 / 3 else (down, right)


def shifted(x: Tensor, shift: tuple[float, float]) -> Tensor:
    """(N, C, H, W) read `shift` pixels further on, bilinear: (N, C, H - 8, W - 8)."""
    for dim, by in zip((2, 3), shift, strict=True):
        whole, rest = int(by), by - int(by)
        size = x.shape[dim] - MOST_SHIFT_PX
        x = (1 - rest) * x.narrow(dim, whole, size) + rest * x.narrow(dim, whole + 1, size)
    return x


def stability_loss(y: Tensor, other: Tensor, shift: tuple[float, float]) -> Tensor:
    """Mean squared difference of the painting `y`, shifted, to the painting of the shifted crop.

    Squared, as the warping error is: one flashing ink line weighs more than a breathing sky.
    """
    difference = shifted(y, shift) - other
    margin = min(_MARGIN_PX, min(difference.shape[2:]) // 4)
    inner = slice(margin, -margin)
    return difference[..., inner, inner].square().mean()
