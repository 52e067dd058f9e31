"""Initial values of weights and biases."""

from __future__ import annotations

from torch import nn


def zero_bias(convolution: nn.Conv1d | nn.Conv2d | nn.ConvTranspose2d) -> None:
    """Set a convolution's bias, which it must have, to zero."""
    assert convolution.bias is not None
    nn.init.zeros_(convolution.bias)
