"""Losses toward the teacher picture and toward the photograph."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def painted_loss(y: Tensor, teacher: Tensor, *, differences: float = 2.0) -> Tensor:
    """L1 on values and on neighbour differences (the colour-block loss of seed 001).

    y, teacher: (N, 3, H, W). Differences make the ink and the rims of patches sharp, which L1
    on values alone would let blur.
    """
    loss = (y - teacher).abs().mean()
    for dim in (2, 3):
        loss = loss + differences * (y.diff(dim=dim) - teacher.diff(dim=dim)).abs().mean()
    return loss


def content_loss(y: Tensor, photo: Tensor, *, cell_px: int = 8) -> Tensor:
    """L1 between cell contrasts of luma: what is drawn stays where the photograph has it.

    Each cell's mean is compared relative to its neighbourhood, so the palette may move freely.
    """

    def contrast(x: Tensor) -> Tensor:
        cells = functional.avg_pool2d(x.mean(dim=1, keepdim=True), cell_px)
        return cells - functional.avg_pool2d(cells, 5, 1, 2, count_include_pad=False)

    return (contrast(y) - contrast(photo)).abs().mean()


def flatness_loss(y: Tensor, *, scale: float = 0.02) -> Tensor:
    """Mean log(1 + |difference| / scale) of neighbours of (N, 3, H, W).

    Concave, so that it wipes out small differences and leaves strong edges alone: flat patches
    with crisp rims, where total variation would blur both.
    """
    return sum((1 + y.diff(dim=dim).abs() / scale).log().mean() for dim in (2, 3))
