"""What the networks of lines and of colour have in common."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from paintreel.learn.models.drawing_tasks import DrawingTask


def shown_answer(task: DrawingTask, planes: Tensor, answer: Tensor) -> Tensor:
    """(N, 3, H, W): an answer as it is looked at, ink on white or colours under their lines."""
    if task.c_out == 1:
        return (1 - answer).expand(-1, 3, -1, -1)
    return answer * (1 - planes[:, :1])


def shown_content(task: DrawingTask, planes: Tensor) -> Tensor:
    """(N, 3, H, W): what an answer is made from, as it is looked at."""
    content = planes[:, : task.content]
    return content if task.content == 3 else (1 - content).expand(-1, 3, -1, -1)


class DrawingNetwork(nn.Module):
    """A generator of one of the tasks: (planes, condition, noise) to the answer.

    multiple        height and width are multiples of it
    halo_px         radius of the receptive field, rounded up to the size multiple
    noise_channels  length of the noise z; 0 for networks without
    chooses         whether it says which colour of a palette lies where
    tiling          of the contract; none is "exact", since all look at the whole picture somewhere
    """

    multiple: int
    noise_channels: int = 0
    chooses: bool = False
    tiling: str = "blend"

    def __init__(self, task: DrawingTask) -> None:
        super().__init__()
        self.task = task

    def with_condition(self, planes: Tensor, condition: Tensor | None) -> Tensor:
        """(N, c_in + K, H, W): planes and the condition, the same everywhere; zeros where none."""
        count = self.task.condition
        if not count:
            return planes
        if condition is None:
            condition = planes.new_zeros(len(planes), count)
        spread = condition[:, :, None, None].expand(-1, -1, *planes.shape[2:])
        return torch.cat([planes, spread], dim=1)

    def with_choices(
        self, planes: Tensor, condition: Tensor | None = None, noise: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """(the answer, logits (N, PALETTE_COLOURS, h, w) of the palette's colour at each place).

        The second at any resolution; None of a network that does not choose.
        """
        return self(planes, condition, noise), None

    @property
    def halo_px(self) -> int:
        raise NotImplementedError

    def forward(
        self, planes: Tensor, condition: Tensor | None = None, noise: Tensor | None = None
    ) -> Tensor:
        raise NotImplementedError


class WithChoices(nn.Module):
    """A network called for its answer and its choices."""

    def __init__(self, network: DrawingNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, planes: Tensor, condition: Tensor | None = None, noise: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        return self.network.with_choices(planes, condition, noise)
