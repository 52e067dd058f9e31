"""Sum of named losses in which a weight is the share of the step that the term gets."""

from __future__ import annotations

import torch
from torch import Tensor


class GradientBalance:
    """Balances terms by the norm of their gradient at the generator's output.

    Each term's gradient is divided by a running mean of its own norm and multiplied by its
    share, so that a share of 0.4 moves the picture twice as far as one of 0.2, whatever the raw
    sizes of the losses are. Source: Defossez et al., "High fidelity neural audio compression"
    (2022), section 3.4.
    """

    def __init__(self, decay: float = 0.98) -> None:
        self.decay = decay
        self.norms: dict[str, float] = {}

    def backward(self, terms: dict[str, Tensor], shares: dict[str, float], output: Tensor) -> None:
        """Accumulate gradients below `output` from the balanced sum of `terms`.

        A term with share 0 is not differentiated.
        """
        total = torch.zeros_like(output)
        active = {name: share for name, share in shares.items() if share > 0}
        whole = sum(active.values())
        for name, share in active.items():
            (gradient,) = torch.autograd.grad(terms[name], output, retain_graph=True)
            norm = gradient.norm().item()
            old = self.norms.get(name, norm)
            self.norms[name] = self.decay * old + (1 - self.decay) * norm
            total += gradient * (share / whole / max(self.norms[name], 1e-12))
        output.backward(total)

    def state_dict(self) -> dict[str, float]:
        return dict(self.norms)

    def load_state_dict(self, state: dict[str, float]) -> None:
        self.norms = dict(state)
