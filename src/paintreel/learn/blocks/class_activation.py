"""Attention by an auxiliary classifier (class activation maps; Zhou et al. 2016)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class ClassActivation(nn.Module):
    """A classifier on the average and the maximum of each channel, whose weights are attention.

    x: (N, C, H, W) to (attended (N, C, H, W), logits (N, 2), heat (N, 1, H, W)). The logits tell
    the source domain from the target, by average and by maximum; each channel, weighed as they
    weigh it, is seen twice, and a 1x1 convolution brings the two back to C channels. Kim et al.
    2020, section 2.1.

    spectral: whether the classifier is spectrally normalised, as in a critic
    slope: of the activation where it is below 0; 0 in generators
    """

    def __init__(self, channels: int, *, spectral: bool = False, slope: float = 0.0) -> None:
        super().__init__()
        of_average, of_maximum = (nn.Linear(channels, 1, bias=False) for _ in range(2))
        if spectral:
            spectral_norm(of_average)
            spectral_norm(of_maximum)
        self.of_average, self.of_maximum = of_average, of_maximum
        self.joined = nn.Conv2d(2 * channels, channels, 1)
        self.activation = nn.LeakyReLU(slope)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logits = [
            self.of_average(x.mean(dim=(2, 3))),
            self.of_maximum(x.amax(dim=(2, 3))),
        ]
        weighed = [
            x * layer.weight[..., None, None] for layer in (self.of_average, self.of_maximum)
        ]
        attended = self.activation(self.joined(torch.cat(weighed, dim=1)))
        return attended, torch.cat(logits, dim=1), attended.sum(dim=1, keepdim=True)
