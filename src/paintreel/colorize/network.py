"""A network that paints line art: hints, palette, category and noise in, colours out."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import ModelFileError
from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.geometry import fit_max_side, pad_to_multiple
from paintreel.imaging.tiles import apply_tiled
from paintreel.roughs.drawing_planes import colorize_planes, condition_of, noise_of
from paintreel.roughs.hints import shrunk_hints
from paintreel.roughs.labels import one_hot
from paintreel.runtime.model import BackendName, DeviceName, Model
from paintreel.runtime.tiling import Tile, tile_side_px

__all__ = ["ColourNetwork"]

PAINT_PX = 768
"""Longer side at which drawings are painted: networks learn on views of 256 to 384 px, and colour
is a matter of the whole picture. Lines are laid on top at full size."""

AUTO_TILE_PX = 768
CONDITION, NOISE = "condition", "noise"


class ColourNetwork:
    """A network for `colorize`, loaded once. May be called from several threads.

    Raises ModelFileError when the file is none, and the errors of `Model`.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        backend: BackendName = "auto",
        device: DeviceName = "auto",
        threads: int | None = None,
        tile: Tile = "auto",
    ) -> None:
        self.model = Model(path, backend=backend, device=device, threads=threads, precision="f32")
        contract = self.model.contract
        expected = {contract.input, CONDITION, NOISE}
        if set(self.model.inputs) != expected:
            raise ModelFileError(
                f"{Path(path)} has inputs {sorted(self.model.inputs)}, expected "
                f"{sorted(expected)}; train it again with this Paintreel"
            )
        self._tile_px = tile_side_px(tile, contract, AUTO_TILE_PX)

    @property
    def name(self) -> str:
        """The network's name, as its contract says it."""
        return self.model.contract.name

    def paint(
        self,
        coverage: Array,
        hints: Array | None = None,
        *,
        palette: Array | None = None,
        label: str | None = None,
        seed: int | None = None,
    ) -> Array:
        """Colours without lines, (h, w, 3) uint8, no side longer than `PAINT_PX`.

        coverage  (H, W) uint8, 255 where all is ink
        hints     (H, W, 4) uint8 RGBA, or None
        palette   (K, 4) float32, as of `drawing_planes.palette_of`, or None
        label     what is shown; None, and one that the network has not learnt, are unknown to it
        seed      of the noise; None: no chance
        """
        height, width = coverage.shape
        size = fit_max_side(width, height, PAINT_PX)
        lines = to_float(cv2.resize(coverage, size, interpolation=cv2.INTER_AREA))
        seen = None if hints is None else to_float(shrunk_hints(hints, *size))
        drawing = colorize_planes(lines, seen).transpose(1, 2, 0)
        contract = self.model.contract
        extra = {
            CONDITION: condition_of(palette, one_hot(label, contract.labels)),
            NOISE: noise_of(seed, contract.code_size),
        }

        def painted(part: Array) -> Array:
            padded, crop = pad_to_multiple(np.ascontiguousarray(part), contract.multiple)
            planes = np.ascontiguousarray(padded.transpose(2, 0, 1))
            result = self.model.run({contract.input: planes[None], **extra})[contract.output]
            colours: Array = np.rint(result[0].transpose(1, 2, 0)[crop] * 255).astype(np.uint8)
            return colours

        if self._tile_px is None:
            return painted(drawing)
        return apply_tiled(
            drawing,
            painted,
            tile_px=self._tile_px,
            halo_px=contract.halo_px,
            multiple=contract.multiple,
        )
