from __future__ import annotations

import pytest
import torch
from torch import nn

from paintreel.learn.blocks.upsample import ShuffleUp, icnr_


def grid_peak(y: torch.Tensor, scale: int) -> float:
    """Power at the harmonics of the upsampling grid over the power beside them.

    Upsampling by `scale` can leave a pattern of that period: lines at multiples of 1/scale.
    """
    side = y.shape[-1]
    window = torch.hann_window(side)[:, None] * torch.hann_window(side)
    power = torch.fft.fft2(y * window).abs().square().mean(dim=(0, 1))
    step = side // scale
    worst = 0.0
    for k in range(1, scale // 2 + 1):
        for row, column in ((0, k * step), (k * step, 0)):
            near = [
                power[(row + dy) % side, (column + dx) % side]
                for dy in range(-6, 7)
                for dx in range(-6, 7)
                if max(abs(dy), abs(dx)) > 3
            ]
            worst = max(worst, (power[row, column] / torch.stack(near).median()).item())
    return worst


@pytest.mark.parametrize(("scale", "kernel"), [(2, 1), (4, 3), (4, 1), (3, 3)])
def test_shape_and_no_grid_at_the_start(scale, kernel):
    torch.manual_seed(0)
    up = ShuffleUp(12, 3, scale, kernel=kernel)
    x = torch.rand(4, 12, 36, 36)
    with torch.no_grad():
        y = up(x)
        assert y.shape == (4, 3, 36 * scale, 36 * scale)
        assert grid_peak(y, scale) < 3.0
        nn.init.kaiming_normal_(up[0].weight)  # what icnr_ is there to prevent
        assert grid_peak(up(x), scale) > 30.0


def test_starts_as_nearest_upsampling():
    torch.manual_seed(0)
    up = ShuffleUp(5, 3, 4, kernel=1)
    with torch.no_grad():
        y = up(torch.randn(1, 5, 6, 7))
    cells = y.unfold(2, 4, 4).unfold(3, 4, 4)
    assert torch.equal(cells, cells[..., :1, :1].expand_as(cells))
    assert y[0, :, ::4, ::4].std() > 0.1


def test_gain_scales_the_start():
    weights = []
    for gain in (1.0, 0.1):
        torch.manual_seed(0)
        weights.append(icnr_(torch.empty(12, 4, 3, 3), 2, gain))
    torch.testing.assert_close(weights[1], 0.1 * weights[0])


def test_channels_do_not_share_their_start():
    torch.manual_seed(0)
    weight = icnr_(torch.empty(12, 4, 1, 1), 2)
    groups = weight.view(3, 4, 4)
    assert torch.equal(groups, groups[:, :1].expand_as(groups))
    assert not torch.equal(groups[0], groups[1])
