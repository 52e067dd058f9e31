"""Bands of light, as cel painting has them: steps that a small network would blur.

A step of paint stands where smooth light crosses a level. A network that paints the step itself
must know the light to a tenth of a band, and where it does not it paints a blur of both sides;
drawn from the light of its own painting, by a fixed staircase, the step is sharp from the first
training step on, and what is learnt is the light and where bands should not show.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

LUMA = (0.299, 0.587, 0.114)
_SHOWN = 1.4
"""Logit of the share that bands have before training: 0.8."""


class LightBands(nn.Module):
    """What bands add to each pixel of a painting, in cells of 2x2 pixels.

    channels: of the features that say where bands show.  bands: of luma from 0 to 1.
    """

    reach_px = 4

    def __init__(self, channels: int, bands: int) -> None:
        super().__init__()
        self.count = bands
        self.shown = nn.Conv2d(channels, 1, 1)
        nn.init.zeros_(self.shown.weight)
        nn.init.constant_(self.shown.bias, _SHOWN)  # type: ignore[arg-type]
        luma = torch.tensor(LUMA)
        # Fixed: mean luma of a cell, of pixels and of what is painted; cells to pixels, bilinear.
        self._fix("of_pixels", (luma / 4).view(1, 3, 1, 1).expand(1, 3, 2, 2))
        self._fix("of_paint", (luma / 4).repeat_interleave(4).view(1, 12, 1, 1))
        near, far = torch.tensor([0.25, 0.75, 0.0]), torch.tensor([0.0, 0.75, 0.25])
        corners = [torch.outer(row, column) for row in (near, far) for column in (near, far)]
        self._fix("to_pixels", torch.stack(corners).unsqueeze(1))

    def _fix(self, name: str, values: Tensor) -> None:
        self.register_buffer(name, values.clone(), persistent=False)

    def forward(self, x: Tensor, paint: Tensor, opacity: Tensor, features: Tensor) -> Tensor:
        """(N, 4, H/2, W/2), to be shuffled and added to all three colours.

        x: (N, 3, H, W).  paint: (N, 12, H/2, W/2) and opacity: (N, 4, H/2, W/2), before they are
        shuffled.  features: (N, channels, H/2, W/2).
        """
        below = functional.conv2d(x, self.of_pixels, stride=2)  # type: ignore[arg-type]
        laid = functional.conv2d(paint, self.of_paint)  # type: ignore[arg-type]
        light = below + opacity.mean(dim=1, keepdim=True) * (0.5 - below) + laid
        light = functional.avg_pool2d(light, 3, 1, 1, count_include_pad=False)
        step = self.shown(features).float().sigmoid() * (staircase(light, self.count) - light)
        edged = functional.pad(step, (1, 1, 1, 1), mode="replicate")
        return functional.conv2d(edged, self.to_pixels)  # type: ignore[arg-type]


def staircase(light: Tensor, bands: int) -> Tensor:
    """`light` drawn to the middle of its band, with smooth steps a third of a band wide.

    >>> staircase(torch.tensor([0.2, 0.25, 0.5]), 2)
    tensor([0.2500, 0.2500, 0.5000])
    """
    place = light * bands + 1 / 6
    band = place.floor()
    rise = ((place - band) * 3).clamp(0, 1)
    return (band - 0.5 + rise * rise * (3 - 2 * rise)) / bands
