"""Losses toward the teacher picture and toward the photograph."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional


def painted_loss(
    y: Tensor, teacher: Tensor, *, differences: float = 2.0, ink: float = 0.0
) -> Tensor:
    """L1 on values and on neighbour differences.

    Of a teacher's flat patches, in the place of the colour-block loss that Wu and Chen 2022 name
    without giving it. y, teacher: (N, 3, H, W). Differences make the ink and the rims of patches
    sharp, which L1 on values alone would let blur. Where the teacher drew ink, errors count
    1 + `ink` times: lines cover few pixels, and adversaries thin them out unless these pixels
    weigh more.
    """
    weight = 1 + ink * ink_mask(teacher)
    loss = (weight * (y - teacher).abs()).mean()
    for dim in (2, 3):
        size = y.shape[dim] - 1
        heavier = torch.maximum(weight.narrow(dim, 0, size), weight.narrow(dim, 1, size))
        error = (y.diff(dim=dim) - teacher.diff(dim=dim)).abs()
        loss = loss + differences * (heavier * error).mean()
    return loss


def ink_mask(x: Tensor) -> Tensor:
    """(N, 1, H, W) in [0, 1]: how far (N, 3, H, W) pixels are darker than the 9 px around."""
    grey = x.mean(dim=1, keepdim=True)
    around = functional.avg_pool2d(grey, 9, 1, 4, count_include_pad=False)
    return ((around - grey - 0.03) / 0.1).clamp(0, 1)


def colour_loss(y: Tensor, teacher: Tensor, *, cell_px: int = 8) -> Tensor:
    """L1 of the mean colours of cells of (N, 3, H, W): a tint of whole surfaces.

    L1 on pixels hardly sees it beside ink and texture, and critics that see normalised crops not
    at all.
    """
    return (
        (functional.avg_pool2d(y, cell_px) - functional.avg_pool2d(teacher, cell_px)).abs().mean()
    )


def content_loss(y: Tensor, photo: Tensor, *, cell_px: int = 8) -> Tensor:
    """L1 between cell contrasts of luma: what is drawn stays where the photograph has it.

    Each cell's mean is compared relative to its neighbourhood, so the palette may move freely.
    """

    def contrast(x: Tensor) -> Tensor:
        cells = functional.avg_pool2d(x.mean(dim=1, keepdim=True), cell_px)
        return cells - functional.avg_pool2d(cells, 5, 1, 2, count_include_pad=False)

    return (contrast(y) - contrast(photo)).abs().mean()


def flatness_loss(
    y: Tensor, teacher: Tensor, *, apart_px: Sequence[int] = (1, 3, 8), scale: float = 0.02
) -> Tensor:
    """L1 of the logarithm of light's differences between pixels `apart_px`, across and down.

    A difference d counts as log(1 + |d| / scale) with its sign, so that the grain of a
    photograph, left where the teacher lays flat paint, weighs as much as a missed contour; L1 on
    values hardly sees it. y, teacher: (N, 3, H, W).
    """
    lights = [x.mean(dim=1, keepdim=True) for x in (y, teacher)]
    errors = []
    for apart in apart_px:
        for dim in (2, 3):
            size = y.shape[dim] - apart
            mine, theirs = (_log_step(x, dim, apart, size, scale) for x in lights)
            errors.append((mine - theirs).abs().mean())
    return torch.stack(errors).mean()


def _log_step(x: Tensor, dim: int, apart: int, size: int, scale: float) -> Tensor:
    step = x.narrow(dim, apart, size) - x.narrow(dim, 0, size)
    return step.sign() * torch.log1p(step.abs() / scale)
