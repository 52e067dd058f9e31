"""What the trainers of stylizers share: pictures painted, sheets and measures, the export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.export.onnx_export import export_style
from paintreel.learn.models.stylizer import Stylizer
from paintreel.learn.trainers.start import credit_of
from paintreel.learn.trainers.style_measures import medians, style_measures
from paintreel.learn.trainers.training_run import Run, Trained


@torch.no_grad()
def paint_picture(generator: Stylizer, picture: Array) -> Array:
    """(H, W, 3) uint8 RGB painted, on the generator's device; same type.

    Height and width are cropped to the generator's size multiple.
    """
    device = next(generator.parameters()).device
    m = generator.multiple
    height, width = (side // m * m for side in picture.shape[:2])
    x = picture[:height, :width].transpose(2, 0, 1)[None].astype(np.float32) / 255
    y = generator(torch.from_numpy(x).to(device))[0].permute(1, 2, 0).cpu().numpy()
    return as_picture(y)


def as_picture(y: Array) -> Array:
    """(H, W, 3) float32 in [0, 1] to uint8, rounded."""
    return (y * 255 + 0.5).astype(np.uint8)


def sample_sheet(network: Stylizer, held_out: Sequence[tuple[Array, ...]]) -> Array:
    """The first six in rows, what is held out and the result, each shrunk into 480 x 640 px.

    held_out: a photograph, and what stands between it and the result, such as its teacher.
    """
    rows = []
    for given in held_out[:6]:
        result = paint_picture(network, given[0])
        height, width = result.shape[:2]
        scale = min(1.0, 480 / height, 640 / width)
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        shown = (*(each[:height, :width] for each in given), result)
        row = np.hstack([cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in shown])
        canvas = np.full((480, len(shown) * 640, 3), 255, np.uint8)
        canvas[: row.shape[0], : row.shape[1]] = row
        rows.append(canvas)
    return np.vstack(rows)


def sample_measures(network: Stylizer, held_out: Sequence[tuple[Array, ...]]) -> dict[str, float]:
    """Medians over held-out photographs of what a style does to them."""
    photos = [given[0] for given in held_out[:16]]
    return medians(style_measures(paint_picture(network, x), x) for x in photos)


def export_stylizer(trained: Trained[Stylizer], path: Path, run: Run) -> None:
    """Write the weights to `path` (.onnx) and their card beside it."""
    network = trained.model
    export_style(
        network,
        path,
        run.contract(
            task="stylize",
            multiple=network.multiple,
            halo_px=network.halo_px,
            tiling=network.tiling,
            credit=credit_of(run.facts.credit, trained.training),
        ),
        description=run.facts.description,
        training=trained.training,
    )
