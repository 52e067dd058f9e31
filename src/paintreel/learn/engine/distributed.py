"""torchrun support: one process is the plain case, several are joined by DDP."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

T = TypeVar("T")
PATIENCE = timedelta(hours=6)
"""How long followers wait for the lead, which paints every teacher picture before the start."""


@dataclass(frozen=True)
class ProcessGroup:
    """Place of this process among all.

    device      where its models live
    local_size  how many of the processes share this machine
    """

    rank: int
    size: int
    device: torch.device
    local_size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes files and prints."""
        return self.rank == 0

    def wrap(self, module: nn.Module) -> nn.Module:
        """DDP around `module` when there are several processes."""
        if self.size == 1:
            return module
        ids = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(module, device_ids=ids, broadcast_buffers=False)

    def agree(self, value: float) -> float:
        """The lead's value on every process, so that all stop at the same step."""
        if self.size == 1:
            return value
        tensor = torch.tensor([value], dtype=torch.float64, device=self.device)
        torch.distributed.broadcast(tensor, src=0)
        return float(tensor.item())

    def any(self, flag: bool) -> bool:
        """Whether `flag` is set on at least one process."""
        if self.size == 1:
            return flag
        tensor = torch.tensor([float(flag)], device=self.device)
        torch.distributed.all_reduce(tensor, torch.distributed.ReduceOp.MAX)
        return bool(tensor.item())

    def mean(self, values: Sequence[float]) -> list[float]:
        """Each of the values averaged over all processes; all give as many, in one order."""
        if self.size == 1:
            return list(values)
        tensor = torch.tensor(values, dtype=torch.float64, device=self.device)
        torch.distributed.all_reduce(tensor)
        return [float(x) / self.size for x in tensor]

    def gather(self, value: T) -> list[T]:
        """The values of all processes by rank, on every process."""
        if self.size == 1:
            return [value]
        values: list[T] = [value] * self.size
        torch.distributed.all_gather_object(values, value)
        return values

    def wait(self) -> None:
        """Hold until every process is here."""
        if self.size > 1:
            torch.distributed.barrier()


@contextmanager
def join_process_group() -> Iterator[ProcessGroup]:
    """Read torchrun's environment, join the group, leave it at the end."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    rank = int(os.environ.get("RANK", "0"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    local_size = int(os.environ.get("LOCAL_WORLD_SIZE", size))
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", local) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    if size > 1:
        torch.distributed.init_process_group("nccl" if cuda else "gloo", timeout=PATIENCE)
    try:
        yield ProcessGroup(rank, size, device, local_size)
    finally:
        if size > 1:
            torch.distributed.destroy_process_group()
