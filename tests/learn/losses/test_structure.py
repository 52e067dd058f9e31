from __future__ import annotations

import numpy as np
import pytest
import torch

from paintreel.learn.losses.structure import structure_loss
from paintreel.metrics import ssim


def batch(seed: int) -> torch.Tensor:
    return torch.rand(2, 3, 20, 26, generator=torch.Generator().manual_seed(seed))


def test_is_one_less_the_measure():
    x, y = batch(0), batch(1)
    y = 0.7 * x + 0.3 * y
    pairs = zip(x, y, strict=True)
    wanted = np.mean([ssim(*(p.permute(1, 2, 0).numpy() for p in pair)) for pair in pairs])
    assert structure_loss(x, y).item() == pytest.approx(1 - wanted, abs=1e-5)


def test_equal_pictures_have_none_and_gradients_lead_there():
    x, y = batch(0), batch(1).requires_grad_(True)
    assert structure_loss(x, x).item() == pytest.approx(0, abs=1e-6)
    before = structure_loss(x, y)
    (gradient,) = torch.autograd.grad(before, y)
    assert structure_loss(x, y - 100 * gradient) < before


def test_is_taken_in_f32_under_autocast():
    x, y = batch(0), batch(1)
    with torch.autocast("cpu", torch.bfloat16):
        inside = structure_loss(x, y)
    assert inside.dtype == torch.float32
    assert inside.item() == structure_loss(x, y).item()
