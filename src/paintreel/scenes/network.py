"""A network that paints over a rough: any size, in tiles, at one global style code.

The networks look at the whole picture through one vector alone, the style code (in MFFCN the gates
of the channel attention, Eq. 7-9 of Liu and Zhao 2025). So a big picture is shrunk, its code is
taken, and its tiles are painted with that code: they meet without a seam, since apart from the code
the network is a plain convolution.
"""

from __future__ import annotations

from os import PathLike

import numpy as np
from numpy.typing import DTypeLike

from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.arrays import Array, from_float
from paintreel.imaging.geometry import fit_max_side, pad_to_multiple, resize
from paintreel.imaging.tiles import apply_tiled
from paintreel.roughs.grain import deviations, grain_of
from paintreel.roughs.labels import one_hot
from paintreel.roughs.planes import network_planes
from paintreel.roughs.rough import Rough
from paintreel.runtime.model import BackendName, DeviceName, Model
from paintreel.runtime.tiling import Tile, tile_side_px
from paintreel.worlds.categories import Category

CODE_MAX_SIDE_PX = 512
"""The picture is shrunk to this to take its style code; networks are trained on crops below it."""
AUTO_TILE_PX = 768
"""Side of the tiles of ``tile="auto"``: bounds the memory of big pictures."""

INPUTS = ("rough", "category", "code", "mix")
OUTPUTS = ("scene", "own_code")


class Finisher:
    """A scene network, loaded once.

        finisher = Finisher("scene.onnx")
        painted = finisher.finish(make_rough(picture), find_category("forest"))

    path              an ONNX file with a contract for the task ``scene``
    backend, device, threads  see `paintreel.runtime.model.Model`; always in float32
    tile              ``auto`` bounds the memory of big pictures, ``off`` never cuts them, a number
                      is the side of the tiles in pixels; the result is the same

    May be called from several threads. Raises ModelFileError when the file is no scene network,
    and the errors of `Model`.
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
        self.contract = self.model.contract
        self._check_contract()
        self._tile_px = tile_side_px(tile, self.contract, AUTO_TILE_PX)

    @property
    def name(self) -> str:
        """The network's name, as its contract says it."""
        return self.contract.name

    def _check_contract(self) -> None:
        path, contract = self.model.path, self.contract
        if contract.task != "scene":
            raise ModelFileError(
                f"{path} is a model for '{contract.task}', expected one for 'scene'"
            )
        for what, got, expected in (
            ("inputs", self.model.inputs, INPUTS),
            ("outputs", self.model.outputs, OUTPUTS),
        ):
            if set(got) != set(expected):
                raise ModelFileError(
                    f"{path} has {what} {list(got)}, expected {list(expected)}; train it again "
                    "with this Paintreel"
                )
        if not contract.labels:
            raise ModelFileError(f"{path} lists no labels for its input 'category'")
        if (contract.input, contract.output) != ("rough", "scene") or contract.code_size < 1:
            raise ModelFileError(
                f"{path} has input '{contract.input}', output '{contract.output}' and code size "
                f"{contract.code_size}, expected 'rough', 'scene' and at least 1"
            )

    def code_of(self, rough: Rough, category: Category | None = None) -> Array:
        """The style code (1, code) float32 that a rough is painted with; arguments as `finish`."""
        canvas, given = _canvas(rough, grained=self.contract.grain > 0)
        if self.contract.code_size == 1:  # no code: nothing looks at the whole picture
            return np.zeros((1, 1), np.float32)
        return self._run(_shrunk(canvas), given, self._label(category), None)["own_code"]

    def _label(self, category: Category | None) -> Array:
        label = None if category is None else category.label
        return one_hot(label, self.contract.labels)[None]

    def finish(
        self,
        rough: Rough,
        category: Category | None = None,
        *,
        code: Array | None = None,
        dtype: DTypeLike = np.uint8,
    ) -> Array:
        """The painted picture, (H, W, 3) RGB in `dtype` (uint8, uint16 or a float in [0, 1]).

        `rough` holds a block-in, lines or both, of one size. `category` may be None, which is
        unknown to the network, as is a category whose label its contract does not list. `code` is
        that of `code_of` of the whole, where `rough` is a part of it. Raises InputError when the
        rough holds neither or two sizes.
        """
        canvas, given = _canvas(rough, grained=self.contract.grain > 0)
        height, width = canvas.shape[:2]
        category_input = self._label(category)
        tile_px = self._tile_px
        if tile_px is not None and max(height, width) <= tile_px:
            tile_px = None
        # A small picture's code the network may take while it paints.
        takes_own = tile_px is None and max(height, width) <= CODE_MAX_SIDE_PX
        if code is None and (self.contract.code_size == 1 or not takes_own):
            code = self.code_of(rough, category)

        def paint(tile: Array) -> Array:
            scene = self._run(tile, given, category_input, code)["scene"][0].transpose(1, 2, 0)
            return from_float(scene[: tile.shape[0], : tile.shape[1]], dtype)

        if tile_px is None:
            return np.ascontiguousarray(paint(canvas))
        return apply_tiled(
            canvas,
            paint,
            tile_px=tile_px,
            halo_px=self.contract.halo_px,
            multiple=self.contract.multiple,
        )

    def _run(
        self,
        canvas: Array,
        given: tuple[bool, bool],
        category: Array,
        code: Array | None,
    ) -> dict[str, Array]:
        """The network on a part of the canvas, padded; `code` None takes that of the part."""
        padded, _ = pad_to_multiple(canvas, self.contract.multiple)
        mix = np.full((1, 1), code is not None, np.float32)
        if code is None:
            code = np.zeros((1, self.contract.code_size), np.float32)
        planes = _planes(padded, given, self.contract.grain)
        return self.model.run({"rough": planes, "category": category, "code": code, "mix": mix})


def _canvas(rough: Rough, *, grained: bool) -> tuple[Array, tuple[bool, bool]]:
    """Colour and lines as one (H, W, 4) uint8, with grain (H, W, 5); and which are given."""
    blocks, lines = rough.blocks, rough.lines
    present = blocks if blocks is not None else lines
    if present is None:
        raise InputError("the rough holds neither a block-in nor lines")
    if blocks is not None and lines is not None and blocks.shape[:2] != lines.shape:
        raise InputError(f"block-in {blocks.shape} and lines {lines.shape} differ in size")
    height, width = present.shape[:2]
    canvas = np.zeros((height, width, 5 if grained else 4), np.uint8)
    if blocks is not None:
        canvas[..., :3] = blocks
    canvas[..., 3] = 255 if lines is None else lines
    if grained:
        canvas[..., 4] = grain_of(height, width)
    return canvas, (blocks is not None, lines is not None)


def _shrunk(canvas: Array) -> Array:
    """The canvas at the size that the style code is taken at."""
    height, width = canvas.shape[:2]
    size = fit_max_side(width, height, CODE_MAX_SIDE_PX)
    # Apart: four channels would be taken for colour with alpha. Grain has no smaller size.
    planes = [resize(canvas[..., :3], *size), resize(canvas[..., 3], *size)]
    grained = canvas.shape[2] > 4
    return np.dstack([*planes, grain_of(*size[::-1])] if grained else planes)


def _planes(canvas: Array, given: tuple[bool, bool], grain: float) -> Array:
    """The network's input (1, 6, H, W) of a part of the canvas."""
    has_blocks, has_lines = given
    blocks = canvas[..., :3] if has_blocks else None
    lines = canvas[..., 3] if has_lines else None
    laid = grain * deviations(canvas[..., 4]) if grain else None
    return network_planes(blocks, lines, laid)[None]
