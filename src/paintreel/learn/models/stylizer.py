"""What all stylizers have in common: networks from a photograph to a painting of it."""

from __future__ import annotations

from torch import Tensor, nn

from paintreel.runtime.contract import Tiling


class Stylizer(nn.Module):
    """x: (N, 3, H, W) float32 RGB in [0, 1] to the same shape.

    multiple  height and width are multiples of it
    tiling    how big pictures may be cut, as `Contract.tiling` says
    halo_px   radius of what a pixel depends on, at least
    """

    multiple: int
    tiling: Tiling = "exact"

    @property
    def halo_px(self) -> int:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError
