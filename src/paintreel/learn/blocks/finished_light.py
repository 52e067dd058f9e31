"""What finishes the light of a painting once its network has been trained: boldness and bands.

What a network is unsure of it paints half-heartedly: boldness carries its change of light on.

Bands are those of cel painting. A step of paint stands where smooth light crosses a level; a
network of this size does not know light to a tenth of a band, so that it paints a blur of both
sides, and one that may choose where bands show chooses nowhere. So they are drawn by a fixed
staircase from the light of the network's own painting.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue, BT.601."""
_SPREAD, _FULL_SPREAD = 0.002, 0.010
"""Deviation of luma from its mean nearby up to which few bands show, and from which all do."""
_IN_SKIES = 0.4
"""Share of a band that is left where light changes evenly, as in a sky: rings would show."""


class FinishedLight(nn.Module):
    """What is added to the light of each pixel of a painting once it has been trained.

    In cells of 2x2 pixels, since a picture of full size takes a runtime long. It has no weights.

    boldness: how far the change of light goes, 1 for as far as it was taught.  bands: of luma from
    0 to 1, 0 for none.  share: of the way to them.
    """

    reach_px = 20
    """Radius of what a pixel depends on, in pixels of the picture."""

    def __init__(self, boldness: float, bands: int, share: float) -> None:
        super().__init__()
        self.boldness, self.count, self.share = boldness, bands, share
        # Luma of the four pixels of a cell, of the picture and of what is painted.
        luma = torch.einsum("c,sk->sck", torch.tensor(LUMA), torch.eye(4))
        self._fix("of_pixels", luma.reshape(4, 3, 2, 2))
        self._fix("of_paint", luma.reshape(4, 12, 1, 1))
        near, far = torch.tensor([0.25, 0.75, 0.0]), torch.tensor([0.0, 0.75, 0.25])
        corners = [torch.outer(row, column) for row in (near, far) for column in (near, far)]
        self._fix("to_pixels", torch.stack(corners).unsqueeze(1))  # bilinear

    def _fix(self, name: str, values: Tensor) -> None:
        self.register_buffer(name, values.clone(), persistent=False)

    def forward(self, x: Tensor, paint: Tensor, opacity: Tensor) -> Tensor:
        """(N, 4, H/2, W/2), to be shuffled and added to all three colours.

        x: (N, 3, H, W).  paint: (N, 12, H/2, W/2) and opacity: (N, 4, H/2, W/2), before they are
        shuffled.
        """
        below = functional.conv2d(x, self.of_pixels, stride=2)  # type: ignore[arg-type]
        laid = functional.conv2d(paint, self.of_paint)  # type: ignore[arg-type]
        change = opacity * (0.5 - below) + laid
        more = (self.boldness - 1) * change
        if not self.count:
            return more
        light = (below + change).mean(dim=1, keepdim=True)
        smooth = _mean(light, 3)
        step = self.share * shown(light) * (staircase(smooth, self.count) - smooth)
        edged = functional.pad(step, (1, 1, 1, 1), mode="replicate")
        return more + functional.conv2d(edged, self.to_pixels)  # type: ignore[arg-type]


def shown(light: Tensor) -> Tensor:
    """Share of the bands that shows, in [0, 1], all of it where light has forms.

    light: luma of cells, (N, 1, h, w) in [0, 1]; same shape.
    """
    off = light - _mean(light, 5)
    variance = _mean(off * off, 5)
    # The least around: a sky beside a ridge would get a halo of the ridge's spread.
    least = -functional.max_pool2d(-variance, 5, 1, 2)
    low, high = _SPREAD**2, _FULL_SPREAD**2
    rise = _mean((least - low) / (high - low), 3).clamp(0, 1)
    return _IN_SKIES + (1 - _IN_SKIES) * rise


def staircase(light: Tensor, bands: int) -> Tensor:
    """Luma in [0, 1] drawn to the middle of its band, by smooth steps a third of a band wide.

    >>> staircase(torch.tensor([0.2, 0.25, 0.5]), 2)
    tensor([0.2500, 0.2500, 0.5000])
    """
    place = light * bands + 1 / 6
    band = place.floor()
    rise = ((place - band) * 3).clamp(0, 1)
    return (band - 0.5 + rise * rise * (3 - 2 * rise)) / bands


def _mean(x: Tensor, side: int) -> Tensor:
    return functional.avg_pool2d(x, side, 1, side // 2, count_include_pad=False)
