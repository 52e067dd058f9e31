"""EfficientNet-Lite0 as a start for classifiers, with the rescaling module of Wu and Chen 2022.

The module stands behind a block's three convolutions, as in ResNet-50's bottlenecks.

Differences from the paper, beside those of `learn.blocks.rescaling`
- Blocks are inverted: the first two convolutions have more channels than the third, so that the
  first layer of the module narrows in the place of raising.
- The first block has no convolution before its depthwise one; its input stands for it.
"""

from __future__ import annotations

import copy

from torch import Tensor, nn
from torch.nn import functional

from paintreel.errors import InputError
from paintreel.learn.blocks.rescaling import REDUCTION, Rescaling
from paintreel.learn.models.efficientnet import EfficientNetLite0, MBConv


class EfficientNetClassifier(nn.Module):
    """x: (N, 3, H, W) float32 RGB in [0, 1], 32 px a side at least, to (N, classes) scores.

    network   to start from; it is copied, and all of the copy can be trained
    rescaled  blocks with a rescaling module, 0 to 16, from the deepest one up

    Raises InputError for another number of blocks.
    """

    def __init__(
        self,
        network: EfficientNetLite0,
        *,
        classes: int,
        rescaled: int = 0,
        reduction: int = REDUCTION,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        total = len(network._blocks)
        if not 0 <= rescaled <= total or reduction < 1:
            raise InputError(
                f"rescaled is {rescaled} and reduction {reduction}; expected 0 to {total} blocks "
                "and 1 or more"
            )
        self.backbone = copy.deepcopy(network).requires_grad_(True)
        features = self.backbone._fc.in_features
        self.backbone._fc = nn.Identity()  # type: ignore[assignment]  # of ImageNet's classes
        for block in list(self.backbone._blocks)[total - rescaled :]:
            assert isinstance(block, MBConv), "the network is made of these"
            convolution = block._project_conv
            block.rescaling = Rescaling(
                convolution.in_channels, convolution.out_channels, reduction
            )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(features, classes)

    @property
    def last_maps(self) -> nn.Module:
        """The layer whose maps Grad-CAM looks at."""
        return self.backbone._bn1

    def forward(self, x: Tensor) -> Tensor:
        y = self.backbone._start(x)
        for block in self.backbone._blocks:
            y = block(y)
        y = functional.relu6(self.backbone._bn1(self.backbone._conv_head(y)))
        scores: Tensor = self.head(self.dropout(y.mean(dim=(2, 3))))
        return scores
