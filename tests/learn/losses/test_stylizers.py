"""Terms of the stylizers that FSGAN is compared with, each by a value worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from paintreel.imaging.colour import rgb_to_lab
from paintreel.learn.losses.stylizers import (
    centred_gram_distances,
    domain_loss,
    gram_distance,
    in_one_grey,
    lab,
    lab_distance,
    total_variation,
    yuv,
    yuv_distance,
)


def plain(*rgb: float) -> torch.Tensor:
    return torch.tensor(rgb).view(1, 3, 1, 1).expand(1, 3, 4, 4)


def test_total_variation():
    x = torch.zeros(1, 1, 2, 2)
    x[..., 1] = 0.5  # a step of 1 in [-1, 1] across, none down
    assert float(total_variation(x)) == pytest.approx(1.0)
    assert float(total_variation(plain(0.2, 0.4, 0.6))) == 0


def test_yuv_of_grey_is_light_alone():
    y, u, v = yuv(plain(0.4, 0.4, 0.4))[0, :, 0, 0].tolist()
    assert (y, u, v) == pytest.approx((0.4, 0, 0), abs=1e-6)


def test_yuv_distance():
    """Grey 0.2 lighter: Y alone differs. Red of 0.2 more: Huber is half the square below 1."""
    assert float(yuv_distance(plain(0.6, 0.6, 0.6), plain(0.4, 0.4, 0.4))) == pytest.approx(0.2)
    redder = float(yuv_distance(plain(0.6, 0.4, 0.4), plain(0.4, 0.4, 0.4)))
    by_hand = 0.2 * 0.299 + 0.5 * (0.2 * 0.14714119) ** 2 + 0.5 * (0.2 * 0.61497538) ** 2
    assert redder == pytest.approx(by_hand, rel=1e-4)


def test_lab_is_that_of_the_measures():
    rng = np.random.default_rng(0)
    rgb = rng.random((5, 7, 3))
    rgb[0, 0], rgb[0, 1], rgb[0, 2] = 0, 1, 0.02
    ours = lab(torch.from_numpy(rgb.transpose(2, 0, 1)[None]).float())[0].permute(1, 2, 0)
    np.testing.assert_allclose(ours.numpy(), rgb_to_lab(rgb), atol=0.05)


def test_lab_distance_of_black_and_white_is_one():
    assert float(lab_distance(plain(1.0, 1, 1), plain(0.0, 0, 0))) == pytest.approx(1, abs=1e-3)


def test_lab_can_be_learnt_from_black():
    x = torch.zeros(1, 3, 2, 2, requires_grad=True)
    lab_distance(x, torch.full((1, 3, 2, 2), 0.5)).backward()
    assert x.grad.isfinite().all()
    assert (x.grad != 0).any()


def test_gram_distance():
    """One channel of 1: its Gram is 1; of 2: 4. Off by 3 of 4."""
    one = torch.ones(1, 1, 2, 2)
    assert float(gram_distance(one, 2 * one)) == pytest.approx(0.75)
    assert float(gram_distance(one, one)) == 0


def test_centred_grams_do_not_see_the_mean():
    x = torch.tensor([[[[0.0, 2.0]]]])  # less its mean -1, 1: Gram 1
    assert float(centred_gram_distances([x + 5], [x], [2.0])) == pytest.approx(0, abs=1e-6)
    # The second layer has twice the contrast, Gram 4: off by 3 of 4; weights 1 and 3.
    both = centred_gram_distances([x, x], [x, 2 * x], [1.0, 3.0])
    assert float(both) == pytest.approx(0.75 * 3 / 4)


def test_one_grey_for_all():
    a, b = in_one_grey([plain(1.0, 0, 0), plain(0, 1.0, 0)], torch.tensor([1.0, 2.0, 1.0]))
    assert float(a[0, 0, 0, 0]) == pytest.approx(0.25)
    assert float(b[0, 2, 0, 0]) == pytest.approx(0.5)
    assert (a[:, 0] == a[:, 1]).all()


def test_domain_loss():
    """Logits of 0 say nothing: ln 2 either way. A sure and right one costs next to nothing."""
    nothing = torch.zeros(2, 2)
    assert float(domain_loss(nothing, is_source=True)) == pytest.approx(math.log(2))
    assert float(domain_loss(nothing, is_source=False)) == pytest.approx(math.log(2))
    sure = torch.full((2, 2), 20.0)
    assert float(domain_loss(sure, is_source=True)) < 1e-6
    assert float(domain_loss(sure, is_source=False)) == pytest.approx(20, rel=1e-3)
