"""What networks that paint from words and chance have in common: comparators of the experiment."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class WordPainter(nn.Module):
    """noise (N, noise_size), words (N, LENGTH) int64, categories (N, labels) to pictures.

    pictures   from the coarsest to the last, (N, 3, side_px, side_px) float32 in [0, 1]
    texture    (N, side_px, side_px) of chance for the grain of layers, where a network has any
    """

    noise_size: int
    side_px: int

    def forward(
        self, noise: Tensor, words: Tensor, category: Tensor, texture: Tensor | None = None
    ) -> list[Tensor]:
        raise NotImplementedError


def normed_conv(c_in: int, c_out: int, kernel: int, stride: int = 1, padding: int = 0) -> nn.Module:
    """A convolution with spectral norm, as critics have it."""
    layer: Any = spectral_norm(nn.Conv2d(c_in, c_out, kernel, stride, padding))
    assert isinstance(layer, nn.Module)
    return layer
