"""`benchmarks/step_parts.py`: every operator of a training step in its part."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.profiler import record_function


def event(*names):
    """A profiler event inside others, the innermost first."""
    found = None
    for name in reversed(names):
        found = SimpleNamespace(name=name, cpu_parent=found)
    return found


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (["aten::mkldnn_convolution", "aten::conv2d"], "convolutions, forward"),
        (["aten::convolution_backward", "ConvolutionBackward0"], "convolutions, backward"),
        (["aten::copy_", "aten::convolution_backward"], "copies, casts, layout"),
        (["aten::_fft_r2c"], "FFT"),
        (["aten::avg_pool2d"], "pooling"),
        (["aten::mv"], "spectral norm"),
        (["aten::mul"], "elementwise and reductions"),
        (["aten::mul_", "Optimizer.step#Adam.step"], "optimiser"),
        (["aten::mul", "part:data"], "data"),
        (["aten::something_new"], "other operators"),
    ],
)
def test_part_of_an_operator(bench, names, part):
    assert bench("step_parts").part_of(event(*names)) == part


def test_shares_of_a_real_step(bench):
    module = bench("step_parts")
    net = nn.Conv2d(3, 32, 3)
    optimiser = torch.optim.SGD(net.parameters(), 0.1, foreach=False)
    calls = []

    def step():
        calls.append(1)
        with record_function("part:data"):
            x = torch.rand(4, 3, 64, 64)
        optimiser.zero_grad()
        net(x).mean().backward()
        optimiser.step()

    shares = module.profile_parts(step, 2)
    assert len(calls) == 3  # one to warm up
    assert tuple(shares) == module.PARTS
    assert sum(shares.values()) == pytest.approx(1.0)
    for part in ("data", "optimiser", *module.MAY_BE_LARGE):
        assert shares[part] > 0
    assert shares["FFT"] == 0
