"""One picture through a generator, as samples, measures and the choice of a snapshot need it."""

from __future__ import annotations

import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.models.fsgan import Generator


@torch.no_grad()
def paint_picture(generator: Generator, picture: Array) -> Array:
    """(H, W, 3) uint8 RGB painted, on the generator's device; same type.

    Height and width are cropped to the generator's size multiple.
    """
    device = next(generator.parameters()).device
    m = generator.multiple
    height, width = (side // m * m for side in picture.shape[:2])
    x = picture[:height, :width].transpose(2, 0, 1)[None].astype(np.float32) / 255
    y = generator(torch.from_numpy(x).to(device))[0].permute(1, 2, 0).cpu().numpy()
    return (y * 255 + 0.5).astype(np.uint8)
