"""ResNet-50 with multi-layer aggregated rescaling (Wu and Chen 2022) for the mood of a panel.

"A Study on the Relationship between Painter's Psychology and Anime Creation Style Based on a Deep
Neural Network", section 5 and Figure 7: blocks of ResNet-50 (He et al. 2016) get a rescaling
module, from the deepest stage up; the more blocks have it, the better moods are told. The network
starts from scratch, at a share of its width, or with weights of ImageNet from a file as
torchvision writes it. torchvision itself is not needed.

Differences from the paper
- The module: see `learn.blocks.rescaling`.
- Stages have 3, 4, 6 and 3 blocks. The paper's text says 8 in the last; its total of 16 says 3.
- The stride is in the 3x3 convolution, as in torchvision's file ("version 1.5"), not in the first.
- Dropout before the linear layer.
- The paper's input is Chinese painting and its labels are not described.
"""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path

import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.learn.blocks.rescaling import REDUCTION, Rescaling
from paintreel.learn.models.pretrained import fill, read_state

BLOCKS = (3, 4, 6, 3)
"""Bottlenecks of the four stages: 16."""

IMAGENET_CLASSES = 1000
_WIDTH, _EXPANSION = 64, 4
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's pictures, channel by channel, as torchvision's weights expect them."""


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1, added to the input, or to its 1x1 projection where shapes differ.

    (N, C, H, W) to (N, 4 * width, H / stride, W / stride). rescaling: its reduction; 0 for none.
    """

    def __init__(self, c_in: int, width: int, stride: int, *, rescaling: int = 0) -> None:
        super().__init__()
        c_out = width * _EXPANSION
        self.conv1 = nn.Conv2d(c_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, c_out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(c_out)
        self.downsample: nn.Module | None = None
        if stride != 1 or c_in != c_out:
            self.downsample = nn.Sequential(
                nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out)
            )
        self.rescaling = Rescaling(width, c_out, rescaling) if rescaling else None

    def forward(self, x: Tensor) -> Tensor:
        first = torch.relu(self.bn1(self.conv1(x)))
        second = torch.relu(self.bn2(self.conv2(first)))
        third = self.bn3(self.conv3(second))
        if self.rescaling is not None:
            third = self.rescaling(first, second, third)
        return torch.relu(third + (x if self.downsample is None else self.downsample(x)))


class ResNet50(nn.Module):
    """x: (N, 3, H, W) float32 RGB in [0, 1], any H and W, to (N, classes) scores.

    width     channels of the first stage, 64 in ImageNet's; others are multiples of it
    rescaled  blocks with a rescaling module, 0 to 16, from the deepest one up
    reduction of the module

    Names of parameters are torchvision's; those of rescaling come beside them.
    Raises InputError for another number of blocks or no width.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        *,
        classes: int,
        width: int = _WIDTH,
        rescaled: int = 0,
        reduction: int = REDUCTION,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        total = sum(BLOCKS)
        if not 0 <= rescaled <= total or min(width, reduction) < 1:
            raise InputError(
                f"rescaled is {rescaled}, width {width} and reduction {reduction}; expected 0 to "
                f"{total} blocks and 1 or more of the others"
            )
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(3, 2, 1)
        channels, number = width, 0
        for stage, count in enumerate(BLOCKS):
            blocks = []
            for row in range(count):
                stride = 2 if row == 0 and stage else 1
                number += 1
                own = reduction if number > total - rescaled else 0
                blocks.append(Bottleneck(channels, width << stage, stride, rescaling=own))
                channels = (width << stage) * _EXPANSION
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(channels, classes)
        for name, values in (("mean", _MEAN), ("deviation", _DEVIATION)):
            tensor = torch.tensor(values)[:, None, None]
            self.register_buffer(name, tensor, persistent=False)

    @property
    def stages(self) -> list[nn.Module]:
        """The four, in order."""
        return [self.get_submodule(f"layer{n + 1}") for n in range(len(BLOCKS))]

    @property
    def last_maps(self) -> nn.Module:
        """The layer whose maps Grad-CAM looks at."""
        return self.stages[-1]

    def forward(self, x: Tensor) -> Tensor:
        y = (x - self.mean) / self.deviation
        y = self.pool(torch.relu(self.bn1(self.conv1(y))))
        for stage in self.stages:
            y = stage(y)
        scores: Tensor = self.fc(self.dropout(y.mean(dim=(2, 3))))
        return scores


def load_resnet50(
    path: str | PathLike[str], *, classes: int, rescaled: int = 0, reduction: int = REDUCTION
) -> ResNet50:
    """ResNet-50 with ImageNet's weights from torchvision's file, and a new last layer.

    All of it can be trained on. Raises UnreadableFile for a file that does not hold them.
    """
    file = Path(fspath(path))
    published = ResNet50(classes=IMAGENET_CLASSES)
    fill(published, read_state(file), source=file, layout="weights of ResNet-50 by torchvision")
    network = ResNet50(classes=classes, rescaled=rescaled, reduction=reduction)
    kept = {k: v for k, v in published.state_dict().items() if not k.startswith("fc.")}
    network.load_state_dict(kept, strict=False)  # what they lack: the last layer and the modules
    return network
