"""Multi-layer aggregated rescaling of a bottleneck's channels (Wu and Chen 2022, Eq. 5-7).

    g(A)  = mean of each channel over its places                              (Eq. 5)
    e     = W1 (g(A1) + g(A2)) + g(A3)                                        (Eq. 6)
    l     = sigmoid(W3 relu(W2 e)),         y = l A3 + x                      (Eq. 7)

A1, A2 and A3 are what the three convolutions of a residual block give, x is its input: what is
drawn finely, in the first two, has a say in which channels of the third go on.

Differences from the paper
- Its Eq. 5-7 are no formulas that can be computed (Eq. 6 divides what the text adds, Eq. 7 takes a
  root); the text beside them is followed.
- "The adaptive activation function" between the two layers is a ReLU, as in squeeze-excitation
  (Hu et al. 2018), whose bottleneck the text describes.
- Maps are pooled behind norm and activation; the third convolution has none.
- Its sigmoid begins open, at 0.95 for every channel and picture: weights of ImageNet are worth
  nothing behind gates that halve each block. The paper gives no initial values.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

COUNTS = (0, 3, 9, 13, 16)
"""Numbers of rescaled blocks in Figure 7: stages of 3, 6, 4 and 3, from the deepest one up.

The paper's text has 8 blocks in the last stage; its total of 16 and ResNet-50 itself say 3.
"""

REDUCTION = 16
_OPEN = 3.0
_LEAST_HIDDEN = 4


class Rescaling(nn.Module):
    """A3 (N, C, H, W) times a gate in (0, 1) for each channel, from A1, A2 and A3 together.

    inner: channels of A1 and A2, which are as many. channels: C. reduction: C / hidden units.
    """

    def __init__(self, inner: int, channels: int, reduction: int = REDUCTION) -> None:
        super().__init__()
        hidden = max(_LEAST_HIDDEN, channels // reduction)
        self.raised = nn.Linear(inner, channels)
        self.narrow = nn.Linear(channels, hidden)
        self.widen = nn.Linear(hidden, channels)
        nn.init.zeros_(self.widen.weight)
        nn.init.constant_(self.widen.bias, _OPEN)

    def forward(self, first: Tensor, second: Tensor, third: Tensor) -> Tensor:
        early = first.mean(dim=(2, 3)) + second.mean(dim=(2, 3))
        aggregated = self.raised(early) + third.mean(dim=(2, 3))
        gate = self.widen(torch.relu(self.narrow(aggregated))).sigmoid()
        rescaled: Tensor = third * gate[:, :, None, None]
        return rescaled
