"""Exponential moving average of weights, kept outside DDP."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

N = TypeVar("N", bound=nn.Module)


class WeightAverage(Generic[N]):
    """Averages the weights of `module` into `self.module`, which is in evaluation mode.

    The decay rises from 0 as (1 + t) / (10 + t) toward `decay`, so that early weights do not
    linger in short runs.
    """

    def __init__(self, module: N, decay: float = 0.998) -> None:
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, module: N) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for mean, new in zip(self.module.parameters(), module.parameters(), strict=True):
            mean.lerp_(new.detach(), 1 - decay)
        for averaged, now in zip(self.module.buffers(), module.buffers(), strict=True):
            averaged.copy_(now)

    def snapshot(self) -> dict[str, Tensor]:
        """The averaged weights by name, on the CPU, as `Trainer.snapshot` gives them."""
        state = self.module.state_dict()
        return {k: v.detach().cpu().contiguous() for k, v in state.items()}

    def state_dict(self) -> dict[str, Any]:
        return {"weights": self.module.state_dict(), "updates": self.updates}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.module.load_state_dict(state["weights"])
        self.updates = state["updates"]
