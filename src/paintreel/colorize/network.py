"""A network that paints line art: hints, palette, category and noise in, colours out."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import ModelFileError
from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.geometry import fit_max_side, pad_to_multiple
from paintreel.roughs.drawing_planes import (
    COLORIZE_PLANES,
    colorize_planes,
    condition_of,
    noise_of,
)
from paintreel.roughs.hints import shrunk_hints
from paintreel.roughs.labels import one_hot
from paintreel.runtime.model import BackendName, DeviceName, Model
from paintreel.runtime.tiling import Tile, tile_side_px

__all__ = ["ColourNetwork"]

PAINT_PX = 768
"""Longer side at which drawings are painted: networks learn on views of 256 to 384 px, and colour
is a matter of the whole picture. Lines are laid on top at full size."""

CONDITION, NOISE, CHOICES = "condition", "noise", "choices"


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
        many_sizes: bool = False,
    ) -> None:
        self.model = Model(
            path,
            backend=backend,
            device=device,
            threads=threads,
            precision="f32",
            many_sizes=many_sizes,
        )
        contract = self.model.contract
        expected = {contract.input, CONDITION, NOISE}
        if set(self.model.inputs) != expected:
            raise ModelFileError(
                f"{Path(path)} has inputs {sorted(self.model.inputs)}, expected "
                f"{sorted(expected)}; train it again with this Paintreel"
            )
        if (planes := self.model.channels) != COLORIZE_PLANES:
            raise ModelFileError(
                f"{Path(path)} takes {planes} planes, expected {COLORIZE_PLANES}; train it again "
                "with this Paintreel"
            )
        tile_side_px(tile, contract, PAINT_PX)  # refuses what is no tile option

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
        answer, crop = self._asked(coverage, hints, palette, label, seed)
        colours = answer[self.model.contract.output][0].transpose(1, 2, 0)[crop]
        painted: Array = np.rint(colours * 255).astype(np.uint8)
        return painted

    @property
    def chooses(self) -> bool:
        """Whether the network says which colour of a palette lies where."""
        return CHOICES in self.model.outputs

    def choose(
        self,
        coverage: Array,
        palette: Array,
        *,
        label: str | None = None,
        seed: int | None = None,
    ) -> Array:
        """(8, h, w) float32: how likely each colour of a palette lies at each place, of 1.

        For arguments see `paint`; the picture is covered by h rows and w columns, of any number.
        """
        answer, crop = self._asked(coverage, None, palette, label, seed)
        choices = answer[CHOICES][0]
        scale = answer[self.model.contract.output].shape[2] // choices.shape[1]
        high, wide = (-(-part.stop // scale) for part in crop)
        return np.ascontiguousarray(choices[:, :high, :wide])

    def _asked(
        self,
        coverage: Array,
        hints: Array | None,
        palette: Array | None,
        label: str | None,
        seed: int | None,
    ) -> tuple[dict[str, Array], tuple[slice, slice]]:
        """What the graph answers, padded to its multiple, and what cuts the padding off."""
        height, width = coverage.shape
        size = fit_max_side(width, height, PAINT_PX)
        lines = to_float(cv2.resize(coverage, size, interpolation=cv2.INTER_AREA))
        seen = None if hints is None else to_float(shrunk_hints(hints, *size))
        contract = self.model.contract
        drawing = colorize_planes(lines, seen).transpose(1, 2, 0)
        padded, crop = pad_to_multiple(np.ascontiguousarray(drawing), contract.multiple)
        given = {
            contract.input: np.ascontiguousarray(padded.transpose(2, 0, 1))[None],
            CONDITION: condition_of(palette, one_hot(label, contract.labels)),
            NOISE: noise_of(seed, contract.code_size),
        }
        return self.model.run(given), crop
