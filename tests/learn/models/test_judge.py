from __future__ import annotations

import pytest
import torch

from paintreel.learn.models.judge import PRESETS, Judge


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("size", [(64, 64), (160, 96)])
def test_shapes(preset, size):
    judge = Judge(PRESETS[preset]).eval()
    x = torch.rand(2, 3, *size)
    with torch.no_grad():
        assert judge(x).shape == (2,)
        features = judge.features(x)
        assert features.shape == (2, PRESETS[preset].features)
        torch.testing.assert_close(judge(x), judge.head(features).squeeze(1))


def test_one_step_lowers_the_loss():
    torch.manual_seed(0)
    judge = Judge(PRESETS["tiny"]).train()
    judge.head[0].p = 0.0
    x, target = torch.rand(6, 3, 64, 64), torch.tensor([1.0, 0, 1, 0, 1, 0])
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    optimiser = torch.optim.Adam(judge.parameters(), 1e-3)
    before = loss(judge(x), target)
    before.backward()
    optimiser.step()
    assert loss(judge(x), target) < before


def test_evaluation_sees_one_picture_at_a_time():
    judge = Judge(PRESETS["tiny"]).eval()
    x = torch.rand(3, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(judge(x)[1:2], judge(x[1:2]))
