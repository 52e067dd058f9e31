from __future__ import annotations

import pytest
import torch

from paintreel.learn.losses.drawings import (
    UNDER_INK,
    bare,
    cell_distance,
    choice_loss,
    colour_distance,
    entropy_loss,
    features_distance,
    overlap_loss,
)


def test_overlap():
    truth = torch.zeros(1, 1, 10, 10)
    truth[..., 3:5, :] = 1
    assert float(overlap_loss(truth, truth)) == pytest.approx(0)
    nothing = float(overlap_loss(torch.zeros_like(truth), truth))
    assert nothing == pytest.approx(1 - 1 / 21)
    half = truth.clone()
    half[..., 4, :] = 0
    assert float(overlap_loss(half, truth)) == pytest.approx(1 - 21 / 31)


def test_entropy_is_finite_where_it_is_sure_and_wrong():
    wrong = entropy_loss(torch.zeros(1, 1, 2, 2), torch.ones(1, 1, 2, 2))
    assert 10 < float(wrong) < 12
    assert float(entropy_loss(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2))) < 1e-4


def test_colours_under_ink_hardly_count():
    truth, ink = torch.zeros(1, 3, 4, 4), torch.zeros(1, 1, 4, 4)
    ink[..., :2] = 1
    assert bare(ink).unique().tolist() == pytest.approx([UNDER_INK, 1])
    under, beside = truth.clone(), truth.clone()
    under[..., :2], beside[..., 2:] = 1, 1
    weight = UNDER_INK / (1 + UNDER_INK)
    assert float(colour_distance(under, truth, ink)) == pytest.approx(weight)
    assert float(colour_distance(beside, truth, ink)) == pytest.approx(1 - weight)
    assert float(colour_distance(truth, truth, ink)) == 0


def test_cells_compare_tints_and_not_texture():
    ink = torch.zeros(1, 1, 32, 32)
    grey = torch.full((1, 3, 32, 32), 0.5)
    checks = grey.clone()
    checks[..., ::2] += 0.3
    checks[..., 1::2] -= 0.3
    assert float(cell_distance(checks, grey, ink)) == pytest.approx(0, abs=1e-6)
    assert float(cell_distance(grey + 0.2, grey, ink)) == pytest.approx(0.2, abs=1e-4)


def test_features():
    def maps(x):
        return [x, x.mean(dim=1, keepdim=True)]

    truth = torch.full((1, 3, 4, 4), 0.5)
    assert float(features_distance(maps, truth, truth)) == 0
    assert float(features_distance(maps, truth * 1.5, truth)) == pytest.approx(0.5)


def test_the_choice_is_of_the_nearest_colour_and_rare_ones_count_for_more():
    condition = torch.zeros(1, 39)
    condition[0, :8] = torch.tensor([1.0, 0, 0, 0.75, 0, 0, 1.0, 0.25])
    truth = torch.zeros(1, 3, 8, 8)
    truth[:, 0], truth[:, 2, :, 6:] = 0.9, 1.0  # red, and blue at the right
    truth[:, 0, :, 6:] = 0.2
    ink = torch.zeros(1, 1, 8, 8)
    right = torch.full((1, 8, 4, 4), -30.0)
    right[:, 0, :, :3], right[:, 1, :, 3] = 30.0, 30.0
    assert float(choice_loss(right, truth, condition, ink)) < 1e-6
    red = torch.full((1, 8, 4, 4), -4.0)
    red[:, 0] = 4.0
    # 12 places right, 4 wrong by 8; each of these counts for the root of 3 of those.
    wrong = 4 * 3**0.5 / (12 + 4 * 3**0.5) * 8
    assert float(choice_loss(red, truth, condition, ink)) == pytest.approx(wrong, rel=0.01)


def test_without_a_palette_there_is_no_choice():
    choices = torch.randn(2, 8, 4, 4, requires_grad=True)
    loss = choice_loss(
        choices, torch.rand(2, 3, 16, 16), torch.zeros(2, 39), torch.zeros(2, 1, 16, 16)
    )
    loss.backward()
    assert loss.item() == 0
    assert not choices.grad.any()
