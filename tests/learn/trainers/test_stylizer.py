from __future__ import annotations

import numpy as np
import torch

from paintreel.learn.models.fsgan import PRESETS, Generator
from paintreel.learn.trainers.stylizer import paint_picture


def test_painting_crops_to_the_multiple_and_rounds(picture):
    torch.manual_seed(0)
    generator = Generator(PRESETS["tiny"]).eval()
    photo = picture(0, 61, 70)
    painted = paint_picture(generator, photo)
    assert painted.shape == (56, 64, 3)
    assert painted.dtype == np.uint8
    with torch.no_grad():
        x = torch.from_numpy(photo[:56, :64]).permute(2, 0, 1)[None] / 255
        exact = generator(x)[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(painted - exact).max() <= 0.5 + 1e-3
