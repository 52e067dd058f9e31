"""The parts that trainers are put together from, and the state that they are resumed with.

A `Learner` is a network that learns, with its average and its optimiser; `Randomness` is every
random number a trainer draws. `StepTrainer` is what all trainers do alike: it names such parts,
saves and restores them, and slows down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.ema import WeightAverage
from paintreel.learn.engine.pace import Phase
from paintreel.learn.engine.precision import Precision
from paintreel.learn.engine.workload import Workload

N = TypeVar("N", bound=nn.Module)


class Part(Protocol):
    """Anything whose state can be saved and restored: a network, an optimiser, random numbers."""

    def state_dict(self) -> Mapping[str, Any]: ...

    def load_state_dict(self, state: Any, /) -> Any: ...


@contextmanager
def seeded(seed: int, group: ProcessGroup) -> Iterator[None]:
    """Networks made inside start alike on all processes; after it torch draws a process's own."""
    torch.manual_seed(seed)
    yield
    torch.manual_seed(seed + 1 + group.rank)


def on_device(module: N, group: ProcessGroup) -> N:
    """The module on the group's device, channels last."""
    # The stubs know no call with both arguments for a type variable.
    return module.to(group.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def to_device(x: np.ndarray[Any, Any], group: ProcessGroup) -> Tensor:
    """An array as a tensor on the group's device; pictures (N, C, H, W) channels last."""
    tensor = torch.from_numpy(x).to(group.device, non_blocking=True)
    return tensor.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else tensor


class Learner(Generic[N]):
    """A network that learns.

    network   the network itself, on its device, channels last
    parallel  what a training step calls: DDP around the network where there are more processes
    average   its averaged weights, which are measured and exported
    """

    def __init__(
        self,
        network: N,
        optimiser: Callable[[N], torch.optim.Optimizer],
        *,
        ema_decay: float,
        group: ProcessGroup,
        view: Callable[[N], nn.Module] | None = None,
    ) -> None:
        """`view` is the module whose forward pass a step calls, if not the network itself."""
        self.network = on_device(network, group)
        self.parallel = group.wrap(self.network if view is None else view(self.network))
        self.average = WeightAverage(self.network, ema_decay)
        self.optimiser = optimiser(self.network)

    def set_rate(self, rate: float) -> None:
        """The rate of every group of parameters, times the group's own `share` if it has one."""
        set_rate(self.optimiser, rate)

    def clear(self) -> None:
        """Forget the gradients of the last step."""
        self.optimiser.zero_grad(set_to_none=True)

    def update(self, *, max_norm: float) -> None:
        """Take a step along the gradients, of norm `max_norm` at most, and average the weights.

        An infinite `max_norm` leaves them as they are.

        None of the papers clips. It keeps a step whose gradient is far out, of an adversary's
        first steps above all, from undoing many.
        """
        if math.isfinite(max_norm):
            nn.utils.clip_grad_norm_(self.network.parameters(), max_norm)
        self.optimiser.step()
        self.average.update(self.network)

    def state_dict(self) -> dict[str, Any]:
        return {name: part.state_dict() for name, part in self._parts().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        load_parts(self._parts(), state)

    def _parts(self) -> dict[str, Part]:
        return {"network": self.network, "average": self.average, "optimiser": self.optimiser}


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """The rate of every group of parameters, times the group's own `share` if it has one."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group.get("share", 1.0)


def load_parts(parts: Mapping[str, Part], state: Mapping[str, Any]) -> None:
    """Restore each part by its name. Raises KeyError for one that the state lacks."""
    for name, part in parts.items():
        part.load_state_dict(state[name])


class Randomness:
    """Every random number that a trainer draws on this process, from a seed.

    rng    numpy's, for what data is drawn and how
    noise  torch's, for noise that is laid over tensors
    Torch's global generator (dropout) is saved and restored with them.
    """

    def __init__(self, seed: int, group: ProcessGroup) -> None:
        self.rng = np.random.default_rng([seed, group.rank])
        self.noise = torch.Generator().manual_seed(seed + group.rank)

    def state_dict(self) -> dict[str, Any]:
        """In types that loading with `weights_only` accepts."""
        return {
            "numpy": self.rng.bit_generator.state,
            "torch": torch.get_rng_state(),
            "noise": self.noise.get_state(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.rng.bit_generator.state = state["numpy"]
        torch.set_rng_state(state["torch"].cpu())
        self.noise.set_state(state["noise"].cpu())


class StepTrainer(Generic[N]):
    """What every trainer of steps does alike; a trainer adds its data, terms and step.

    learner     whose averaged weights are kept as snapshots
    randomness  of this process; each process keeps its own in a checkpoint
    parts       {name: part} of everything else that a resumed run needs, alike on all processes
    precision   of the forward passes, where the trainer needs it before it is made
    """

    caption = "held-out samples"
    phases: Sequence[Phase] = ()

    def __init__(
        self,
        learner: Learner[N],
        randomness: Randomness,
        *,
        group: ProcessGroup,
        parts: Mapping[str, Part] | None = None,
        precision: Precision | None = None,
    ) -> None:
        self.group, self.device = group, group.device
        self.precision = precision or Precision(group.device)
        self.randomness, self.rng = randomness, randomness.rng
        self.average, self.optimiser = learner.average, learner.optimiser
        self.parts: dict[str, Part] = {"learner": learner, **(parts or {})}
        self.rate_factor = 1.0

    def workload(self) -> Workload | None:
        """What the precision and the threads of the run are measured on; None measures nothing."""
        return None

    def snapshot(self) -> dict[str, Tensor]:
        """The averaged weights by name, on the CPU."""
        return self.average.snapshot()

    def slow_down(self) -> None:
        """Halve all learning rates."""
        self.rate_factor *= 0.5

    def state_dict(self) -> dict[str, Any]:
        """Everything a resumed run needs; called on every process."""
        return {
            "parts": {name: part.state_dict() for name, part in self.parts.items()},
            "ranks": self.group.gather(self.randomness.state_dict()),
            "rate_factor": self.rate_factor,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Raises ValueError for the state of another number of processes."""
        ranks = state["ranks"]
        if len(ranks) != self.group.size:
            raise ValueError(
                f"it was written by {len(ranks)} processes, this run has {self.group.size}"
            )
        load_parts(self.parts, state["parts"])
        self.randomness.load_state_dict(ranks[self.group.rank])
        self.rate_factor = state["rate_factor"]
