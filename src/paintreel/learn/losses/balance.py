"""Sum of named losses in which a weight is the share of the step that the term gets."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from paintreel.learn.engine.distributed import ProcessGroup


class GradientBalance:
    """Balances terms by the norm of their gradient at the generator's output.

    Each term's gradient is divided by a running mean of its own norm and multiplied by its
    share, so that a share of 0.4 moves the picture twice as far as one of 0.2, whatever the raw
    sizes of the losses are. Norms are averaged over all processes, so that the terms weigh alike
    on each. Source: Defossez et al., "High fidelity neural audio compression" (2022), section 3.4.
    """

    def __init__(self, decay: float = 0.98, group: ProcessGroup | None = None) -> None:
        self.decay = decay
        self.group = group
        self.norms: dict[str, float] = {}

    def backward(
        self, terms: Mapping[str, Tensor], shares: Mapping[str, float], output: Tensor
    ) -> None:
        """Accumulate gradients below `output` from the balanced sum of `terms`.

        A term with share 0 is not differentiated. All processes give the same shares.
        """
        active = {name: share for name, share in shares.items() if share > 0}
        gradients = {
            name: torch.autograd.grad(terms[name], output, retain_graph=True)[0] for name in active
        }
        norms = [float(gradient.norm().item()) for gradient in gradients.values()]
        if self.group is not None:
            norms = self.group.mean(norms)
        total = torch.zeros_like(output)
        whole = sum(active.values())
        for (name, share), norm in zip(active.items(), norms, strict=True):
            old = self.norms.get(name, norm)
            self.norms[name] = self.decay * old + (1 - self.decay) * norm
            total += gradients[name] * (share / whole / max(self.norms[name], 1e-12))
        output.backward(total)  # type: ignore[no-untyped-call]

    def state_dict(self) -> dict[str, float]:
        return dict(self.norms)

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        self.norms = dict(state)
