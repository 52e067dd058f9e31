from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from paintreel.learn.losses.stable import (
    MOST_SHIFT_PX,
    draw_shift,
    grainy,
    shifted,
    stability_loss,
)


def noise(size: int = 48) -> torch.Tensor:
    return torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0))


def test_whole_shift_is_a_window():
    x = noise()
    assert torch.equal(shifted(x, (3.0, 0.0)), x[:, :, 3:43, 0:40])


def test_half_shift_is_the_mean_of_two_windows():
    x = noise()
    expected = (x[:, :, 0:40, 2:42] + x[:, :, 0:40, 3:43]) / 2
    torch.testing.assert_close(shifted(x, (0.0, 2.5)), expected)


def test_what_moves_along_has_no_loss():
    """A pointwise map is stable; a grid that stays with the crop is not."""
    x, shift = noise(), (2.0, 5.0)
    assert stability_loss(x.square(), shifted(x, shift).square(), shift).item() < 1e-12
    grid = torch.zeros(1, 1, 48, 48)
    grid[..., ::4] = 0.5
    flashing = stability_loss(x + grid, shifted(x, shift) + grid[..., :40, :40], shift)
    assert flashing.item() == pytest.approx(2 * 0.25 * 0.5**2, rel=0.1)


def test_loss_of_a_small_crop_is_finite():
    x = noise(32)
    assert torch.isfinite(stability_loss(x, shifted(x, (0.0, 0.0)) + 0.1, (0.0, 0.0)))


def test_grain_has_the_asked_deviation_and_blotches():
    generator = torch.Generator().manual_seed(3)
    flat = torch.full((2, 3, 256, 256), 0.5)
    out = grainy(flat, torch.tensor([0.0, 0.05]), generator) - flat
    assert out[0].abs().max() == 0
    assert out[1].std().item() == pytest.approx(0.05, rel=0.1)
    assert functional.avg_pool2d(out[1:], 4).std().item() > 0.025  # white noise would have 0.0125


def test_shifts_stay_in_the_window_and_some_are_whole():
    rng = np.random.default_rng(0)
    shifts = np.array([draw_shift(rng) for _ in range(200)])
    assert shifts.min() >= 0
    assert shifts.max() < MOST_SHIFT_PX - 1
    whole = (shifts == shifts.astype(int)).all(axis=1).mean()
    assert 0.2 < whole < 0.5
