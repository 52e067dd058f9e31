"""What all scene networks take and give, and the parts of them that handle it.

rough     (N, 6, H, W) float32: 0-2 block-in RGB in [0, 1] (0.5 everywhere if there is none),
          3 ink in [0, 1] (1 = ink; 0 everywhere if there are no lines), 4 = 1 everywhere if a
          block-in is given, else 0, 5 = 1 everywhere if lines are given, else 0; networks that
          were trained with grain (`roughs.grain`) have it in 4 too
category  (N, labels) float32, one-hot in the order of `worlds.categories.LABELS`; zeros = unknown
code      (N, code_size) float32: what else the network would take from the whole picture
mix       (N, 1) float32: 0 = take the code from this picture, 1 = use `code`
scene     (N, 3, H, W) float32 in [0, 1]; not clipped in training mode, so that gradients
          survive at the bounds
own_code  (N, code_size) float32: the code used; networks without one have size 1 and ignore it
"""

from __future__ import annotations

from torch import Tensor, nn

from paintreel.worlds.categories import LABELS

ROUGH_CHANNELS = 6
LABEL_COUNT = len(LABELS)


class CategoryShift(nn.Module):
    """Features (N, C, H, W) scaled and shifted a channel by the category (N, 6); starts as nothing.

    Zeros, the unknown category, leave the features as they are.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.embedding = nn.Linear(LABEL_COUNT, 2 * channels, bias=False)
        nn.init.zeros_(self.embedding.weight)

    def forward(self, x: Tensor, category: Tensor) -> Tensor:
        scale, shift = self.embedding(category)[:, :, None, None].chunk(2, dim=1)
        shifted: Tensor = x * (1 + scale) + shift
        return shifted


CHANGE_GAIN = 0.02
"""Of the weights of a last layer that gives a change: such a network starts at the block-in."""

LEAK = 0.2
"""Below zero, on the way to such a layer: one that sees zeros alone would never learn again."""


def scene_of(y: Tensor, rough: Tensor, *, residual: bool, training: bool) -> Tensor:
    """What a network's last layer, y (N, 3, H, W), makes of its rough, through a tanh.

    residual: a change painted onto the block-in instead of every pixel anew. Clipped to [0, 1]
    unless in training mode.
    """
    change = y.float().tanh()
    scene = rough[:, :3] + change if residual else (change + 1) / 2
    return scene if training else scene.clamp(0.0, 1.0)


def unused_code(rough: Tensor, code: Tensor | None, mix: Tensor | None) -> Tensor:
    """What a network without a code gives for it: `code` (N, 1) where `mix` is 1, else zeros."""
    return rough.new_zeros(len(rough), 1) if code is None or mix is None else mix * code
