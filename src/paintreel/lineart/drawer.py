"""Who draws: the rule, or a network that has learnt it. What both share stands here.

Lines are drawn at no more than `WORK_PX` and brought to the size of the picture with crisp rims:
a line drawing holds no finer things, and a picture of a hundred million pixels takes no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING

import cv2
import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.geometry import fit_max_side, pad_to_multiple, resize
from paintreel.lineart.options import DEFAULT_METHOD
from paintreel.notes import Note
from paintreel.pictures.paper import on_white
from paintreel.roughs.cleaning import clean_drawing
from paintreel.roughs.drawing_planes import lineart_planes
from paintreel.roughs.flow_lines import draw_flow_lines
from paintreel.roughs.gaps import bridge_gaps
from paintreel.roughs.strokes import Stroke
from paintreel.runtime.catalog import find_unless_ruled
from paintreel.runtime.tiling import Tile, tile_side_px
from paintreel.wording import counted

if TYPE_CHECKING:
    from paintreel.runtime.card import Card
    from paintreel.runtime.model import BackendName, DeviceName, Model

__all__ = ["TASK", "LineDrawer", "LineDrawing", "LineLook"]

TASK, RULE, BUNDLED = "lineart", "rule", "lineart"
WORK_PX, NETWORK_PX = 1600, 1280
"""Longer side at which lines are drawn by rule, and by a network, which learns small pictures."""

_GAP_SHARE = 0.006
_BLANK = 1e-5


@dataclass(frozen=True, slots=True)
class LineLook:
    """What is asked of the lines.

    weight, detail  0 to 1
    clean           whether the picture is a drawing to be cleaned
    gap_px          gaps up to this are bridged; None: 0.6 % of the longer side
    """

    weight: float = 0.5
    detail: float = 0.5
    clean: bool = False
    gap_px: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("weight", self.weight), ("detail", self.detail)):
            number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
            if not number or not 0 <= value <= 1:
                raise InputError(f"{name} is {value!r}, expected a number from 0 to 1")
        if self.gap_px is not None and not 0 <= self.gap_px <= 1000:
            raise InputError(f"gap is {self.gap_px!r}, expected 0 to 1000 pixels")

    def gap_in(self, height_px: int, width_px: int) -> float:
        """The widest gap that is bridged in a picture of this size, in pixels."""
        usual = _GAP_SHARE * max(height_px, width_px)
        return usual if self.gap_px is None else float(self.gap_px)


@dataclass(frozen=True, slots=True, eq=False)
class LineDrawing:
    """The lines of a picture.

    coverage  (H, W) uint8, 255 where all is ink
    strokes   the strokes it was drawn with, where it was drawn of strokes
    notes     what a user should know
    """

    coverage: Array
    strokes: Sequence[Stroke] | None = None
    notes: tuple[Note, ...] = field(default=())

    def picture(self, *, transparent: bool = False) -> Array:
        """(H, W) uint8, 0 ink on 255 paper, or (H, W, 4) black with alpha."""
        if not transparent:
            return 255 - self.coverage
        out = np.zeros((*self.coverage.shape, 4), np.uint8)
        out[..., 3] = self.coverage
        return out


def method_for(method: str | PathLike[str], clean: bool) -> str | PathLike[str]:
    """Who draws: with ``auto`` drawings are cleaned by rule, which knows paper and pencils."""
    return RULE if clean and method == DEFAULT_METHOD else method


class LineDrawer:
    """A method to draw lines, loaded once.

        drawer = LineDrawer()
        ink = drawer.draw(photo, LineLook(weight=0.3)).coverage

    method   ``auto``, ``rule``, a name that `paintreel models` lists for lineart, or a model file
    backend, device, threads, many_sizes  see `paintreel.runtime.model.Model`
    tile     ``auto`` and ``off``: a network of lines takes pictures whole, of NETWORK_PX at most

    May be called from several threads. Raises UnknownModel, ModelFileError, BackendError,
    MissingExtra.
    """

    def __init__(
        self,
        method: str | PathLike[str] = DEFAULT_METHOD,
        *,
        backend: BackendName = "auto",
        device: DeviceName = "auto",
        threads: int | None = None,
        tile: Tile = "auto",
        many_sizes: bool = False,
    ) -> None:
        self.model: Model | None = None
        self.card: Card | None = None
        file = find_unless_ruled(method, rule=RULE, auto=DEFAULT_METHOD, bundled=BUNDLED, task=TASK)
        if file is None:
            return
        from paintreel.runtime.model import Model

        self.card = file.card
        self.model = Model(
            file.path,
            backend=backend,
            device=device,
            threads=threads,
            precision="f32",
            many_sizes=many_sizes,
        )
        contract = self.model.contract
        if self.model.inputs != (contract.input,):
            raise ModelFileError(
                f"{file.path} has inputs {list(self.model.inputs)}, expected {[contract.input]} "
                "alone; train it again with this Paintreel"
            )
        tile_side_px(tile, contract, NETWORK_PX)  # refuses what is no tile option

    @property
    def name(self) -> str:
        """The network's name, as its contract says it, or rule."""
        return RULE if self.model is None else self.model.contract.name

    def draw(self, pixels: Array, look: LineLook) -> LineDrawing:
        """The lines of a picture in any layout and dtype of `imaging.arrays`."""
        height, width = pixels.shape[:2]
        gap_px = look.gap_in(height, width)
        work_px = WORK_PX if self.model is None else NETWORK_PX
        small = resize(pixels, *fit_max_side(width, height, work_px))
        scale = max(height, width) / max(small.shape[:2])
        strokes: Sequence[Stroke] | None = None
        if look.clean and self.model is None:
            cleaned = clean_drawing(
                small, weight=look.weight, detail=look.detail, gap_px=gap_px / scale
            )
            ink, strokes, bridged = cleaned.coverage, cleaned.strokes, cleaned.bridged
        else:
            ink, bridged = bridge_gaps(self._ink(on_white(small), look), gap_px / scale)
        if strokes is not None and scale != 1:
            strokes = [Stroke(s.points * scale, s.widths * scale, s.closed) for s in strokes]
        return LineDrawing(_enlarged(ink, height, width), strokes, _notes(ink, bridged, gap_px))

    def _ink(self, rgb: Array, look: LineLook) -> Array:
        """(H, W) uint8 coverage of a picture (H, W, 3)."""
        if self.model is None:
            return draw_flow_lines(rgb, look.weight, look.detail)
        contract = self.model.contract
        padded, crop = pad_to_multiple(np.ascontiguousarray(rgb), contract.multiple)
        planes = lineart_planes(to_float(padded), look.weight, look.detail, look.clean)
        lines = self.model.run({contract.input: planes[None]})[contract.output][0, 0]
        ink: Array = np.rint(lines[crop] * 255).astype(np.uint8)
        return ink


def _enlarged(ink: Array, height: int, width: int) -> Array:
    """The coverage at full size, its rims as steep as before."""
    if ink.shape == (height, width):
        return ink
    factor = max(height, width) / max(ink.shape)
    large: Array = cv2.resize(ink, (width, height), interpolation=cv2.INTER_CUBIC)
    ramp = np.clip((np.arange(256) - 127.5) * factor + 127.5, 0, 255)
    return cv2.LUT(large, np.rint(ramp).astype(np.uint8))


def _notes(ink: Array, bridged: int, gap_px: float) -> tuple[Note, ...]:
    if (ink > 127).mean() < _BLANK:
        return (Note("no-lines", "no lines were found: the page is blank"),)
    if not bridged:
        return ()
    text = f"{counted(bridged, 'gap')} of up to {gap_px:.0f} px bridged (--gap 0 leaves them)"
    return (Note("gaps-bridged", text, bridged),)
