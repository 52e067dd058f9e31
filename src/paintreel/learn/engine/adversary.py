"""An adversary: the critics that judge a network's results, and the optimiser that trains them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.loop import Diverged
from paintreel.learn.engine.parts import Part, load_parts, on_device, set_rate
from paintreel.learn.engine.precision import Precision

WON_AFTER_STEPS = 200
"""Steps in a row that critics may be right of everything before the run counts as diverged."""
WON_LOSS = 0.02


class Adversary:
    """Owns its critics and their optimiser; a trainer says what they are shown and their losses.

        scores = adversary.judge("texture", pictures)        # to train the critics on
        terms = adversary.train({"texture": loss_of(scores)})
        with adversary.frozen():                             # to train the generator on
            score = adversary.critics["texture"](painted)

    critics    {name: network}, on their device, channels last
    momentum   Adam's two betas
    precision  what critics judge in; the trainer's own, f32 where none is given
    """

    def __init__(
        self,
        critics: Mapping[str, nn.Module],
        *,
        rate: float,
        momentum: tuple[float, float],
        group: ProcessGroup,
        precision: Precision | None = None,
    ) -> None:
        self.precision = precision or Precision(group.device)
        self.critics = on_device(nn.ModuleDict(dict(critics)), group)
        self.parallel = {name: group.wrap(critic) for name, critic in self.critics.items()}
        self.optimiser = torch.optim.Adam(self.critics.parameters(), rate, momentum)
        self.steps, self.won_steps = 0, 0

    def set_rate(self, rate: float) -> None:
        set_rate(self.optimiser, rate)

    def judge(self, name: str, *inputs: Tensor) -> Any:
        """What a critic says in its own training step, in the run's precision."""
        with self.precision.autocast():
            return self.parallel[name](*inputs)

    def train(self, losses: Mapping[str, Tensor]) -> None:
        """One step of all critics, by one backward pass, so that DDP sums them once."""
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        self.steps += 1

    def watch(self, loss: float, floor: float) -> None:
        """Raise Diverged once the critics have been right of everything for long.

        `floor` is the loss of critics that are.
        """
        self.won_steps = self.won_steps + 1 if loss < floor + WON_LOSS else 0
        if self.won_steps >= WON_AFTER_STEPS:
            raise Diverged(f"the critic's loss stayed at its least for {self.won_steps} steps")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Inside, gradients pass through the critics and stay out of their weights."""
        self.critics.requires_grad_(False)
        try:
            yield
        finally:
            self.critics.requires_grad_(True)

    def state_dict(self) -> dict[str, Any]:
        states = {name: part.state_dict() for name, part in self._parts().items()}
        return {**states, "steps": self.steps, "won_steps": self.won_steps}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        load_parts(self._parts(), state)
        self.steps, self.won_steps = state["steps"], state["won_steps"]

    def _parts(self) -> dict[str, Part]:
        return {"critics": self.critics, "optimiser": self.optimiser}
