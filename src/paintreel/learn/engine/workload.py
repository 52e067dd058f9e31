"""What a training step spends its time on: its convolutions, found without computing them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Workload:
    """What a training step spends its time on.

    network   as a step calls it; it is copied, and its weights are not changed
    shapes    of its inputs in a step: the run's batch and crop
    f32_only  why it is trained in f32 alone; "" where it need not be
    """

    network: nn.Module
    shapes: Sequence[tuple[int, ...]]
    f32_only: str = ""


def convolutions(workload: Workload) -> list[tuple[str, tuple[int, ...], int]]:
    """(name, shape of its input, multiplications) of every convolution of a step, in its order.

    A forward pass without numbers (on torch's device "meta") finds them: it draws nothing.
    """
    network = copy.deepcopy(workload.network).to("meta").train()
    found: list[tuple[str, tuple[int, ...], int]] = []

    def hook(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def note(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            found.append((name, tuple(inputs[0].shape), multiplications(layer, inputs[0], output)))

        return note

    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            layer.register_forward_hook(hook(name))
    with torch.no_grad():
        network(*(torch.empty(shape, device="meta") for shape in workload.shapes))
    return found


def heaviest_convolution(workload: Workload) -> tuple[nn.Module, tuple[int, ...]] | None:
    """(a copy of the layer that multiplies most in a step, shape of its input), or None."""
    found = convolutions(workload)
    if not found:
        return None
    name, shape, _count = max(found, key=lambda each: each[2])
    return copy.deepcopy(workload.network.get_submodule(name)), shape


def multiplications(layer: nn.Module, x: Tensor, y: Tensor) -> int:
    """Multiplications of a convolution's forward pass."""
    weight = layer.weight
    assert isinstance(weight, Tensor)
    # A transposed convolution spreads each of its inputs, a plain one gathers each output.
    places = x if isinstance(layer, nn.ConvTranspose2d) else y
    return places.numel() * weight[0].numel()


def output_of(layer: nn.Module, shape: tuple[int, ...]) -> Tensor:
    """Of a layer, without numbers."""
    with torch.no_grad():
        output: Tensor = copy.deepcopy(layer).to("meta")(torch.empty(shape, device="meta"))
    return output
