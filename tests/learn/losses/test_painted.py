from __future__ import annotations

import math

import pytest
import torch

from paintreel.learn.losses.painted import (
    colour_loss,
    content_loss,
    flatness_loss,
    ink_mask,
    painted_loss,
)


def row(*values: float) -> torch.Tensor:
    """(1, 3, 2, W): the same values in every row and channel."""
    return torch.tensor(values).expand(1, 3, 2, len(values)).clone()


def test_painted_loss_by_hand():
    y, teacher = row(0.0, 0.0, 1.0, 1.0), row(0.0, 1.0, 1.0, 1.0)
    # Values differ in one pixel of four; differences along x in two of three, along y nowhere.
    assert painted_loss(y, teacher, differences=0.0).item() == pytest.approx(1 / 4)
    assert painted_loss(y, teacher, differences=2.0).item() == pytest.approx(1 / 4 + 2 * 2 / 3)
    turned = painted_loss(y.mT, teacher.mT, differences=2.0)
    assert turned.item() == pytest.approx(1 / 4 + 2 * 2 / 3)


def test_painted_loss_is_zero_at_the_teacher_and_nowhere_else():
    x = torch.rand(2, 3, 8, 8)
    assert painted_loss(x, x).item() == 0.0
    assert painted_loss(x + 0.1, x).item() == pytest.approx(0.1, abs=1e-5)


def test_errors_on_ink_weigh_more():
    teacher = torch.full((1, 3, 24, 24), 0.8)
    teacher[..., 12] = 0.1  # one line: (0.7 * 8 / 9 - 0.03) / 0.1 darker, so fully ink
    mask = ink_mask(teacher)
    assert mask[..., 12].min() == 1.0
    assert mask.sum() == 24
    on_line, beside = teacher.clone(), teacher.clone()
    on_line[..., 12] += 0.1
    beside[..., 2] += 0.1
    by_value = {"differences": 0.0, "ink": 2.0}
    assert painted_loss(beside, teacher, **by_value).item() == pytest.approx(0.1 / 24)
    assert painted_loss(on_line, teacher, **by_value).item() == pytest.approx(0.3 / 24)
    ratio = painted_loss(on_line, teacher, ink=2.0) / painted_loss(on_line, teacher)
    assert ratio.item() == pytest.approx(3.0)


def test_flatness_by_hand():
    """The teacher is flat; two of three steps are 0.5, up and down: log(1 + 0.5 / 0.25) = log 3."""
    x = row(0.0, 0.5, 0.5, 0.0)
    teacher = torch.full_like(x, 0.3)
    for y, t in ((x, teacher), (x.mT, teacher.mT)):
        loss = flatness_loss(y, t, apart_px=(1,), scale=0.25).item()
        assert loss == pytest.approx(
            2 / 3 * math.log(3) / 2, rel=1e-5
        )  # half of it across, none down
        assert flatness_loss(y, y, apart_px=(1,)).item() == 0.0
        # A step that goes the other way is wrong twice over.
        other = flatness_loss(y, 0.5 - y, apart_px=(1,), scale=0.25).item()
        assert other == pytest.approx(2 * loss, rel=1e-5)


def test_grain_on_flat_paint_costs_more_than_as_much_at_an_edge():
    teacher = row(0.2, 0.2, 0.2, 0.8, 0.8, 0.8)
    grain, edge = (teacher.clone() for _ in range(2))
    grain[..., 1] += 0.02
    edge[..., 3:] += 0.02
    one = [flatness_loss(y, teacher, apart_px=(1,)).item() for y in (grain, edge)]
    assert one[0] > 10 * one[1] > 0


def test_flatness_sees_what_is_further_apart():
    """A ramp instead of a step: hardly wrong from pixel to pixel, and wrong over 8 of them."""
    teacher = torch.zeros(1, 3, 8, 32)
    ramp = torch.linspace(0, 0.06, 32).expand(1, 3, 8, 32)
    near, far = (flatness_loss(ramp, teacher, apart_px=(px,)).item() for px in (1, 7))
    assert far > 3 * near


def test_content_by_hand():
    """One bright cell of four, cells of 1 px: contrast is the value less the mean of all."""
    photo = torch.zeros(1, 3, 2, 2)
    photo[..., 0, 0] = 1.0
    flat = torch.zeros(1, 3, 2, 2)
    # Contrasts of photo: 3/4, -1/4, -1/4, -1/4; of flat: 0.
    assert content_loss(flat, photo, cell_px=1).item() == pytest.approx((3 / 4 + 3 / 4) / 4)


def test_content_lets_the_palette_move_and_keeps_the_drawing():
    photo = torch.rand(1, 3, 64, 64)
    assert content_loss(photo + 0.3, photo).item() == pytest.approx(0.0, abs=1e-6)
    assert content_loss(photo.flip(1), photo).item() == pytest.approx(0.0, abs=1e-6)
    moved = content_loss(photo.roll(16, dims=3), photo).item()
    assert moved > 0.01
    within_cells = photo.unflatten(3, (8, 8)).flip(4).flatten(3)
    assert content_loss(within_cells, photo).item() < 1e-6


@pytest.mark.parametrize("side", [8, 16, 40])
def test_content_of_few_cells(side):
    assert content_loss(torch.rand(1, 3, side, side), torch.rand(1, 3, side, side)).isfinite()


def test_colour_loss_sees_a_tint_and_no_texture():
    x = torch.full((1, 3, 32, 32), 0.5)
    stripes = x + 0.2 * torch.tensor([1.0, -1.0]).repeat(16).view(1, 1, 1, 32)
    assert colour_loss(stripes, x).item() < 1e-6
    tint = x.clone()
    tint[:, 0] += 0.1
    assert colour_loss(tint, x).item() == pytest.approx(0.1 / 3, abs=1e-6)
