"""Reading of weights that others trained: state dicts by path, checked before they are used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from paintreel.errors import UnreadableFile


def read_state(path: Path) -> Mapping[str, Any]:
    """A state dict in `.safetensors`, or as `torch.save` writes it; no code in it is run.

    Raises UnreadableFile.
    """
    if not path.is_file():
        raise UnreadableFile(path, "no such file")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch, pickle, zipfile and safetensors share no base but this
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise UnreadableFile(path, f"no state dict that can be read safely ({reason})") from error
    if not isinstance(state, Mapping):
        raise UnreadableFile(path, f"expected a state dict, it holds a {type(state).__name__}")
    return state


def fill(network: nn.Module, state: Mapping[str, Any], *, source: str | Path, layout: str) -> None:
    """Give a network its weights; it is in evaluation mode then, and nothing of it is trained.

    layout: what the state should be, for the message. What the network has no place for is passed
    over. Raises UnreadableFile for weights that are missing, of another shape, or no numbers.
    """
    wanted = network.state_dict()
    for name, weights in wanted.items():
        given = state.get(name)
        if not isinstance(given, Tensor) or given.shape != weights.shape:
            shape = tuple(given.shape) if isinstance(given, Tensor) else "missing"
            raise UnreadableFile(
                source, f"no {layout}: {name} is {shape}, expected {tuple(weights.shape)}"
            )
        if not given.isfinite().all():
            raise UnreadableFile(source, f"{name} has NaN or infinite values")
    network.load_state_dict({name: state[name].to(wanted[name].dtype) for name in wanted})
    network.eval().requires_grad_(False)
