"""A drawing painted in a style, as `paintreel stylize` paints a picture."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np

from paintreel.imaging.alpha import bleed_colour
from paintreel.imaging.arrays import Array
from paintreel.imaging.tiles import apply_tiled
from paintreel.notes import Note
from paintreel.pictures.brush import brush_scale
from paintreel.pictures.strength import blend
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import BackendName, DeviceName, Model
from paintreel.runtime.tiling import Tile, tile_side_px

__all__ = ["DrawingPainter"]

_TILE_PX = 1536


class DrawingPainter:
    """Paints drawings in one style, loaded once. Raises the errors of models.

    style  a name that `paintreel models` lists for stylize, or the path of a model file
    """

    def __init__(
        self,
        style: str,
        strength: float = 1.0,
        *,
        backend: BackendName = "auto",
        device: DeviceName = "auto",
        threads: int | None = None,
        tile: Tile = "auto",
    ) -> None:
        file = find_model(style, task="stylize")
        self.card = file.card
        self.strength = strength
        self.threads = threads
        self.model = Model(file.path, backend=backend, device=device, threads=threads)
        self._tile_px = tile_side_px(tile, file.card.contract, _TILE_PX)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the device had to say."""
        return self.model.notes

    def paint(self, rgba: Array) -> Array:
        """(H, W, 4) or (H, W, 3) uint8 painted; what is transparent stays so."""
        rgb = np.ascontiguousarray(rgba[..., :3])
        if rgba.shape[2] == 4:
            rgb = bleed_colour(rgb, rgba[..., 3])
        brush = brush_scale(rgb.shape[1], rgb.shape[0], "auto")
        painted = brush.paint(rgb, self._in_tiles, threads=self.threads) if brush.scale != 1 else (
            self._in_tiles(rgb)
        )  # fmt: skip
        painted = blend(rgb, painted, self.strength)
        return np.dstack([painted, rgba[..., 3]]) if rgba.shape[2] == 4 else painted

    def _in_tiles(self, rgb: Array) -> Array:
        if self._tile_px is None:
            return self.model.run_image(rgb)
        contract = self.model.contract
        run: Callable[[Array], Array] = self.model.run_image
        return apply_tiled(
            rgb,
            run,
            tile_px=self._tile_px,
            halo_px=ceil(contract.halo_px),
            multiple=contract.multiple,
        )
