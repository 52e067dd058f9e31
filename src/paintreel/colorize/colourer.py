"""Who colours: a network, or flats by rule; and what both share: regions, hints, panels, lines.

Regions are found and colours laid at no more than `WORK_PX`; lines keep the size of the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING

import cv2
import numpy as np

from paintreel.colorize.coloured import Coloured
from paintreel.colorize.network import ColourNetwork
from paintreel.colorize.options import DEFAULT_METHOD
from paintreel.colorize.parting import filled, part_palette
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab
from paintreel.imaging.geometry import fit_max_side
from paintreel.notes import Note
from paintreel.options import MAX_SEED
from paintreel.roughs.drawn_lines import DrawnLines, read_drawn_lines
from paintreel.roughs.flats import Flats, colour_flats, mean_colours
from paintreel.roughs.hints import fit_hints, marks_of
from paintreel.roughs.line_regions import LineRegions, find_regions
from paintreel.roughs.palettes import palette_for
from paintreel.roughs.panels import Box, find_panels
from paintreel.roughs.region_upsampling import enlarge_within
from paintreel.roughs.scribble_cuts import colour_rooms
from paintreel.runtime.catalog import find_unless_ruled
from paintreel.runtime.tiling import Tile

if TYPE_CHECKING:
    from paintreel.runtime.card import Card
    from paintreel.runtime.model import BackendName, DeviceName, Model

__all__ = ["ColourLook", "Colourer", "Sketch", "palette_of_hints"]

TASK, RULE, BUNDLED = "colorize", "rule", "colorize"
WORK_PX = 2048
"""Longer side at which regions are found."""

_GAP_SHARE, _LEAST_GAP_PX = 0.01, 4.0
_LEAST_SHARE = 6e-6
"""Of the page: a region below it joins the one around it."""

_PAGE_SHARE, _BESIDE_SHARE = 0.5, 0.12
"""Of the page's border: from the one on there is a page around the drawing; a region with the other
belongs to it."""

_DARK_INK = 120.0

_SHADING = np.array([1.0, 0.25, 0.25], np.float32)
"""How much of what a painting varies by, in CIELAB, is kept where a hint says the colour."""


@dataclass(frozen=True, slots=True, eq=False)
class ColourLook:
    """What is asked of the colours.

    palette  (K, 4) float32 as of `drawing_planes.palette_of`, or None
    label    of a category of `worlds.categories`, or None
    flat     whether to stop at flats
    cel      whether what lies around the forms stays transparent
    gap_px   gaps up to this are closed; None: 1 % of the longer side, 4 px at least
    seed     None: no chance

    Raises InputError for a gap or a seed that cannot be.
    """

    palette: Array | None = None
    label: str | None = None
    flat: bool = False
    cel: bool = False
    gap_px: float | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.gap_px is not None and not 0 <= self.gap_px <= 1000:
            raise InputError(f"gap is {self.gap_px!r}, expected 0 to 1000 pixels")
        if self.seed is None:
            return
        whole = isinstance(self.seed, (int, np.integer)) and not isinstance(self.seed, bool)
        if not whole or not 0 <= self.seed <= MAX_SEED:
            raise InputError(f"seed is {self.seed!r}, expected a whole number of 0 to {MAX_SEED}")

    def gap_in(self, height_px: int, width_px: int) -> float:
        """The widest gap that is closed in a drawing of this size, in pixels."""
        usual = max(_LEAST_GAP_PX, _GAP_SHARE * max(height_px, width_px))
        return usual if self.gap_px is None else float(self.gap_px)


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A drawing, read and parted, at working size.

    drawn     the lines at full size
    coverage  (h, w) uint8 of the lines
    regions   between them
    panels    (rows, columns) of a page's panels, [] for one picture
    """

    drawn: DrawnLines
    coverage: Array
    regions: LineRegions
    panels: list[Box]

    def outside(self) -> Array:
        """(count,) bool: regions that lie around the panels, or around what is drawn on the page.

        Around a drawing is what has much of the page's border: a form may be cut off by it too.
        """
        labels, around = self.regions.labels, np.zeros(self.regions.count, bool)
        if not self.panels:
            edges = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
            share = np.bincount(edges, minlength=self.regions.count) / len(edges)
            return share >= _BESIDE_SHARE if share.max() >= _PAGE_SHARE else around
        inside = np.zeros(labels.shape, bool)
        for box in self.panels:
            inside[box] = True
        around[np.unique(labels[~inside & ~self.regions.ink])] = True
        return around


class Colourer:
    """A method to colour drawings, loaded once.

        colourer = Colourer()
        picture = colourer.colour(lines, hints).picture()

    method   ``auto``, ``rule``, a name that `paintreel models` lists for colorize, or a model file
    backend, device, threads, many_sizes  see `paintreel.runtime.model.Model`
    tile     ``auto`` and ``off``: a network of colour takes pictures whole

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
        self.network: ColourNetwork | None = None
        self.card: Card | None = None
        file = find_unless_ruled(method, rule=RULE, auto=DEFAULT_METHOD, bundled=BUNDLED, task=TASK)
        if file is None:
            return
        self.card = file.card
        self.network = ColourNetwork(
            file.path,
            backend=backend,
            device=device,
            threads=threads,
            tile=tile,
            many_sizes=many_sizes,
        )

    @property
    def name(self) -> str:
        """The network's name, as its contract says it, or rule."""
        return RULE if self.network is None else self.network.name

    @property
    def model(self) -> Model | None:
        """The network's model; None of the rule."""
        return None if self.network is None else self.network.model

    def read(
        self,
        pixels: Array,
        look: ColourLook,
        *,
        name: str = "picture",
        work_px: int = WORK_PX,
        check: bool = True,
    ) -> Sketch:
        """Find ink, regions and panels of a drawing in any layout of `imaging.arrays`.

        Raises InputError for a photograph or a painting, where `check`.
        """
        drawn = read_drawn_lines(pixels)
        if check and drawn.is_painted:
            raise InputError(
                f"{name} looks like a photograph or a painting, expected a drawing in lines: "
                f"{drawn.mid_tones:.0%} of it are neither paper nor ink; draw its lines first: "
                f"paintreel lineart {name}"
            )
        height, width = drawn.coverage.shape
        size = fit_max_side(width, height, work_px)
        coverage = cv2.resize(drawn.coverage, size, interpolation=cv2.INTER_AREA)
        scale = max(size) / max(height, width)
        least_px = max(6, round(_LEAST_SHARE * coverage.size))
        gap_px = look.gap_in(height, width) * scale
        regions = find_regions(coverage, gap_px=gap_px, least_px=least_px)
        return Sketch(drawn, coverage, regions, find_panels(coverage))

    def colour(
        self,
        pixels: Array,
        hints: Array | None = None,
        look: ColourLook | None = None,
        *,
        name: str = "picture",
    ) -> Coloured:
        """A drawing in colour.

        pixels  (H, W, ...), in any layout and dtype of `imaging.arrays`
        hints   a picture likewise, of its size or proportions; None: no hints
        name    what messages call the drawing

        Raises InputError for a photograph or a painting.
        """
        look = look or ColourLook()
        sketch = self.read(pixels, look, name=name)
        notes = _notes_of(sketch)
        if hints is not None:
            height, width = sketch.drawn.coverage.shape
            work_size = sketch.coverage.shape[1], sketch.coverage.shape[0]
            hints, more = fit_hints(hints, (width, height), work_size)
            notes += more
        coloured = self.colour_sketch(sketch, hints, look)
        return replace(coloured, notes=(*notes, *coloured.notes))

    def colour_sketch(self, sketch: Sketch, hints: Array | None, look: ColourLook) -> Coloured:
        """A drawing that is read, with hints (h, w, 4) uint8 at its working size, in colour."""
        regions, hinted = sketch.regions, np.full((sketch.regions.count, 3), -1)
        if hints is not None:
            marks = marks_of(hints)
            regions, index = colour_rooms(regions, marks)
            table = np.vstack([marks.colours.astype(np.int64), [[-1, -1, -1]]])
            hinted = table[index]
            if look.palette is None and marks.count and self.network is None:
                look = replace(look, palette=palette_of_hints(marks.colours))
            patches = filled(regions, hinted, np.asarray((hinted >= 0).all(axis=1)))
            if patches is not None:
                hints = np.where(patches[..., 3:] > 0, patches, hints)
        return self.colour_regions(replace(sketch, regions=regions), hinted, hints, look)

    def colour_regions(
        self, sketch: Sketch, hinted: Array, hints: Array | None, look: ColourLook
    ) -> Coloured:
        """A drawing in colour, with what is known of its regions.

        hinted  (count, 3) int, the colour that a region has to have, -1 where none is said
        hints   (h, w, 4) uint8 at working size, what the network sees of them
        """
        regions = sketch.regions
        painting = self._painting(sketch, hints, look)
        outside = sketch.outside()
        flats = colour_flats(
            regions,
            hinted,
            painting=painting,
            palette=look.palette,
            ground=outside,
            seed=look.seed or 0,
        )
        clear = outside & ~flats.hinted if look.cel else np.zeros(regions.count, bool)
        if painting is not None:
            painting = None if look.flat else _with_hints(painting, regions, flats)
        notes: tuple[Note, ...] = ()
        if look.label is not None and self.network is None:
            text = "--category is for a network; flats by rule have no use for it"
            notes = (Note("category-unused", text),)
        drawn = sketch.drawn
        luma = float(drawn.ink @ np.array([0.299, 0.587, 0.114]))
        ink = drawn.ink if luma < _DARK_INK else np.zeros(3, np.uint8)
        return Coloured(drawn.coverage, ink, flats, painting, clear, notes)

    def _painting(self, sketch: Sketch, hints: Array | None, look: ColourLook) -> Array | None:
        """(h, w, 3) uint8 colours without lines, at working size; None by rule."""
        if self.network is None:
            return None
        boxes = sketch.panels or [(slice(None), slice(None))]
        out = np.full((*sketch.coverage.shape, 3), 255, np.uint8)
        if hints is None and self.network.chooses:
            look = replace(look, palette=_palette_of(look))
            hints = self._chosen(self.network, sketch, boxes, look)
        for box in boxes:
            colours = self.network.paint(
                np.ascontiguousarray(sketch.coverage[box]),
                None if hints is None else np.ascontiguousarray(hints[box]),
                palette=look.palette,
                label=look.label,
                seed=look.seed,
            )
            out[box] = enlarge_within(colours, np.ascontiguousarray(sketch.regions.labels[box]))
        return out

    def _chosen(
        self, network: ColourNetwork, sketch: Sketch, boxes: list[Box], look: ColourLook
    ) -> Array | None:
        """(h, w, 4) uint8: regions in a palette's colours, where the network sees them lie."""
        hints = np.zeros((*sketch.coverage.shape, 4), np.uint8)
        palette = _palette_of(look)
        for box in boxes:
            coverage = np.ascontiguousarray(sketch.coverage[box])
            choices = network.choose(coverage, palette, label=look.label, seed=look.seed)
            part = sketch.regions.part(box)
            colours = part_palette(part, choices, palette, look.seed)
            found = filled(part, colours, np.ones(part.count, bool))
            if found is not None:
                hints[box] = found
        return hints if hints[..., 3].any() else None


def _palette_of(look: ColourLook) -> Array:
    """The palette that is asked for, else one that suits."""
    return palette_for(look.label, look.seed) if look.palette is None else look.palette


def palette_of_hints(colours: Array) -> Array:
    """(K, 4) float32: the colours of hints, all alike, as a palette."""
    share = np.full((len(colours), 1), 1 / len(colours), np.float32)
    return np.hstack([colours.astype(np.float32) / 255, share])


def _with_hints(painting: Array, regions: LineRegions, flats: Flats) -> Array:
    """The painting with the colour of every hint in its region; light and dark of it are kept."""
    if not flats.hinted.any():
        return painting
    means = rgb_to_lab(mean_colours(regions, painting)[None])[0]
    wanted = rgb_to_lab(flats.colours[None])[0]
    out = painting.copy()
    for top in range(0, len(out), 256):
        rows = slice(top, top + 256)
        labels = regions.labels[rows]
        off = (rgb_to_lab(painting[rows]) - means[labels]) * _SHADING
        lab = (wanted[labels] + off).astype(np.float32)
        shifted = np.rint(lab_to_rgb(lab).clip(0, 1) * 255).astype(np.uint8)
        here = flats.hinted[labels]
        out[rows][here] = shifted[here]
    return out


def _notes_of(sketch: Sketch) -> tuple[Note, ...]:
    notes = []
    if sketch.drawn.is_blank:
        notes.append(Note("no-lines", "no lines were found: the whole page is one region"))
    elif sketch.drawn.is_light_on_dark and not sketch.drawn.is_clear:
        notes.append(Note("lines-inverted", "light lines on dark ground: laid on as dark ones"))
    if sketch.panels:
        text = f"a page of {len(sketch.panels)} panels: each is coloured by itself, gutters stay"
        notes.append(Note("panels", text))
    return tuple(notes)
