from __future__ import annotations

import torch

from paintreel.learn.blocks.deconvolution import Deconvolution


def parity_spread(y: torch.Tensor) -> float:
    """How far the four parities of rows and columns differ, of the deviation of all."""
    inner = y[..., 2:-2, 2:-2]
    means = torch.stack([inner[..., i::2, j::2].mean() for i in (0, 1) for j in (0, 1)])
    return float((means.max() - means.min()) / (inner.std() + 1e-6))


def test_doubles_the_size():
    assert Deconvolution(3, 5)(torch.zeros(2, 3, 4, 7)).shape == (2, 5, 8, 14)


def test_starts_without_a_checkerboard():
    torch.manual_seed(0)
    layer = Deconvolution(4, 6)
    flat = layer(torch.ones(1, 4, 8, 8))[..., 2:-2, 2:-2]
    torch.testing.assert_close(flat, flat[..., :1, :1].expand_as(flat))


def test_usual_weights_have_one():
    """The measure sees what it should: random kernels give each parity its own gain."""
    torch.manual_seed(0)
    plain = torch.nn.ConvTranspose2d(4, 1, 4, 2, 1)
    assert parity_spread(plain(torch.ones(1, 4, 8, 8))) > 0.1


def test_starts_as_bilinear_enlargement():
    layer = Deconvolution(1, 1)
    x = torch.rand(1, 1, 6, 6, generator=torch.Generator().manual_seed(0))
    y = layer(x) / layer.weight[0, 0].sum() * 4
    large = torch.nn.functional.interpolate(x, scale_factor=2, mode="bilinear")
    torch.testing.assert_close(y[..., 2:-2, 2:-2], large[..., 2:-2, 2:-2])
