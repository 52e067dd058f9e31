from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from paintreel.learn.blocks import finished_light
from paintreel.learn.blocks.finished_light import FinishedLight, staircase


def cells_of(x):
    return functional.pixel_unshuffle(x, 2)


def shown(layer, x, paint=None, opacity=None):
    """The picture under its bands; nothing painted unless it is given, in cells."""
    n, _, height, width = x.shape
    paint = torch.zeros(n, 12, height // 2, width // 2) if paint is None else paint
    opacity = torch.zeros(n, 4, height // 2, width // 2) if opacity is None else opacity
    with torch.no_grad():
        return functional.pixel_shuffle(layer(x, paint, opacity), 2)


@pytest.fixture
def layer(monkeypatch):
    """Bands wherever light is, as on what changes everywhere."""
    monkeypatch.setattr(finished_light, "_IN_SKIES", 1.0)
    return FinishedLight(1.0, 5, 1.0)


def test_stairs_by_hand():
    light = torch.linspace(0, 1, 601)
    steps = staircase(light, 5)
    assert steps.diff().min() >= 0
    for middle in (0.1, 0.3, 0.5, 0.7, 0.9):
        near = (light - middle).abs() < 1 / 5 / 3 - 1e-3
        torch.testing.assert_close(steps[near], torch.full((int(near.sum()),), middle))
    torch.testing.assert_close(staircase(torch.tensor([0.2, 0.4]), 5), torch.tensor([0.2, 0.4]))


def test_a_wedge_becomes_flats_and_the_mean_stays(layer):
    x = torch.linspace(0.1, 0.9, 240).expand(1, 3, 32, 240)
    y = (x + shown(layer, x))[0, 0, 16]
    assert (y.diff().abs() < 2e-4).float().mean() > 0.5
    assert y.mean().item() == pytest.approx(0.5, abs=0.01)


def test_light_is_that_of_the_painting_and_not_of_the_photograph(layer):
    x = torch.full((1, 3, 16, 16), 0.2)
    # 0.2 covered by half, and 0.04 of paint: 0.2 + 0.5 * (0.5 - 0.2) + 0.04 = 0.39, near 0.4
    covered = shown(layer, x, torch.full((1, 12, 8, 8), 0.04), torch.full((1, 4, 8, 8), 0.5))
    expected = (staircase(torch.tensor(0.39), 5) - 0.39).item()
    torch.testing.assert_close(covered, torch.full((1, 1, 16, 16), expected))


def test_paint_counts_by_its_luma(layer):
    x = torch.full((1, 3, 16, 16), 0.3)
    paint = torch.zeros(1, 12, 8, 8)
    paint[:, 4:8] = 0.08  # green
    expected = (staircase(torch.tensor(0.3 + 0.587 * 0.08), 5) - (0.3 + 0.587 * 0.08)).item()
    torch.testing.assert_close(shown(layer, x, paint), torch.full((1, 1, 16, 16), expected))


def test_steps_are_where_light_crosses_a_level(layer):
    """Cells come back to pixels without a shift: a wedge and its mirror give mirrored steps."""
    x = torch.linspace(0.1, 0.9, 96).expand(1, 3, 16, 96)
    steps, mirrored = shown(layer, x), shown(layer, x.flip(3)).flip(3)
    torch.testing.assert_close(steps, mirrored, atol=1e-5, rtol=0)
    turned = shown(layer, x.mT.contiguous()).mT
    torch.testing.assert_close(steps, turned, atol=1e-5, rtol=0)
    rising = np.flatnonzero((x + steps)[0, 0, 8].diff().numpy() > 0.015)
    at = x[0, 0, 8][rising]
    assert all(min(abs(float(a) - level) for level in (0.2, 0.4, 0.6, 0.8)) < 0.05 for a in at)


def test_skies_get_a_little_of_them_and_forms_all():
    sky = torch.linspace(0.5, 0.8, 600).expand(1, 3, 32, 600)
    assert shown(FinishedLight(1.0, 6, 1.0), sky).abs().max() < 0.45 / 12
    form = (0.5 + 0.25 * torch.sin(torch.arange(120) / 8)).expand(1, 3, 32, 120)
    full = (staircase(form, 6) - form).abs().max()
    assert shown(FinishedLight(1.0, 6, 1.0), form).abs().max() > 0.6 * full
    assert shown(FinishedLight(1.0, 6, 0.5), form).abs().max() < 0.55 * full


def test_what_reaches_a_pixel():
    layer = FinishedLight(1.0, 6, 1.0)
    x = torch.rand(1, 3, 64, 64, requires_grad=True)
    y = functional.pixel_shuffle(layer(x, torch.zeros(1, 12, 32, 32), torch.zeros(1, 4, 32, 32)), 2)
    y[0, 0, 32, 32].backward()
    rows = x.grad.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
    assert 32 - layer.reach_px <= rows.min()
    assert rows.max() <= 32 + layer.reach_px + 1


def test_it_has_no_weights():
    assert not FinishedLight(1.0, 6, 0.8).state_dict()


def test_boldness_is_a_factor_on_the_change_of_light():
    x = torch.full((1, 3, 16, 16), 0.2)
    paint = torch.zeros(1, 12, 8, 8)
    paint[:, 4:8] = 0.1  # green
    opacity = torch.full((1, 4, 8, 8), 0.5)
    change = 0.5 * (0.5 - 0.2) + 0.587 * 0.1
    more = shown(FinishedLight(1.3, 0, 0.0), x, paint, opacity)
    torch.testing.assert_close(more, torch.full((1, 1, 16, 16), 0.3 * change))


def test_pixels_of_a_cell_keep_their_places():
    x, paint = torch.rand(1, 3, 8, 8), torch.rand(1, 3, 8, 8)
    opacity = torch.rand(1, 1, 8, 8)
    weights = torch.tensor(finished_light.LUMA).view(1, 3, 1, 1)
    change = ((opacity * (0.5 - x) + paint) * weights).sum(dim=1, keepdim=True)
    more = shown(FinishedLight(2.0, 0, 0.0), x, cells_of(paint), cells_of(opacity))
    torch.testing.assert_close(more, change)
