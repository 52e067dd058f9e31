"""The guided filter (He, Sun and Tang 2010), differentiable."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def guided_filter(guide: Tensor, x: Tensor, *, radius_px: int, epsilon: float) -> Tensor:
    """`x` smoothed where `guide` is smooth, its edges kept where the guide has them.

    guide, x: (N, C, H, W), channel by channel. In each window of 2 * radius_px + 1 px a side x is
    taken for a * guide + b; epsilon, in squares of the guide's range, says below which variance a
    window counts as flat. Borders see the part of the window that lies inside.
    """
    size = 2 * radius_px + 1

    def mean(y: Tensor) -> Tensor:
        return functional.avg_pool2d(y, size, 1, radius_px, count_include_pad=False)

    of_guide, of_x = mean(guide), mean(x)
    covariance = mean(guide * x) - of_guide * of_x
    variance = mean(guide * guide) - of_guide * of_guide
    slope = covariance / (variance + epsilon)
    return mean(slope) * guide + mean(of_x - slope * of_guide)
