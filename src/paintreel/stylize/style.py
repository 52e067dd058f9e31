"""A loaded style that paints pictures of every kind Python programs hold them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import lru_cache
from math import ceil
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.errors import InputError
from paintreel.faces.face import Face
from paintreel.faces.finder import find_faces
from paintreel.imaging.alpha import bleed_colour, join_alpha
from paintreel.imaging.arrays import Array, split_alpha
from paintreel.imaging.tiles import Tile as TileOfPicture
from paintreel.imaging.tiles import apply_tiled, plan_tiles
from paintreel.notes import Note, warn_of
from paintreel.pictures.brush import Brush, BrushScale, brush_scale
from paintreel.pictures.kinds import map_picture
from paintreel.pictures.masking import Edge, lay_where
from paintreel.pictures.own_colour import check_own_colour, with_own_colour
from paintreel.pictures.strength import blend, check_strength
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import BackendName, DeviceName, Model
from paintreel.runtime.system import usable_cores
from paintreel.runtime.tiling import Tile, tile_side_px
from paintreel.signatures import takes_options
from paintreel.stylize.fine_faces import (
    SeenFace,
    least_fine_px,
    paint_fine_faces,
    to_be_fine,
)
from paintreel.stylize.options import DEFAULT_STYLE
from paintreel.stylize.portraits import (
    SYSTEM,
    FaceChoice,
    Portrait,
    attention_of,
    base_of,
    check_face_choice,
    draw_portraits,
    no_face,
    portraits_among,
)
from paintreel.stylize.where import Where

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import StylizeKeywords
    from paintreel.runtime.backends import Precision
    from paintreel.runtime.card import Card

AUTO_TILE_PX = 1536
"""Side of the tiles of ``tile="auto"``: 20 % is spent on their halos, and 48 million pixels are
painted in less than 1 GB. Pictures that fit one tile with its halo are painted whole."""

_SHRINKING_PX = 8
"""How far a shrunk picture and its return to full size see, in pixels of the shrunk one."""

_SINGLE_TILE_PX = 208
"""Side of what is painted by itself in a frame; with its halo a seventh of 720p."""


class Style:
    """A style, loaded once and then called.

        style = Style("hereva")
        painted = style(photo)                   # the same kind back
        half = style(photo, strength=0.5)

    name_or_path  a name that `paintreel models` lists, or the path of a style file
    backend, device, threads, precision  see `paintreel.runtime.model.Model`
    brush         width of the strokes in pixels of the result; ``auto`` widens them with the
                  picture (`paintreel.pictures.brush`)
    own_colour    how much of the picture's own colours is kept, 0 to 1: a style's palette may tint
                  greys and skin (`paintreel.pictures.own_colour`)
    tile          ``auto`` bounds the memory of big pictures, ``off`` never cuts them, a number is
                  the side of the tiles in pixels; the result is the same
    fine_faces    whether small faces are painted finer, so that they keep their eyes
                  (`paintreel.stylize.fine_faces`)
    face          of styles that draw faces (`paintreel.stylize.portraits`): ``auto`` all but small
                  ones, ``off`` none, ``all`` small ones too
    at_once       how many pictures are to be painted at the same time, in as many threads of the
                  caller's; they share the threads of the runtime
    many_sizes    whether most of them are of a size that will not come again, as for `Model`

    May be called from several threads. Raises UnknownModel, ModelFileError, BackendError,
    MissingExtra, InputError.
    """

    def __init__(
        self,
        name_or_path: str | PathLike[str] = DEFAULT_STYLE,
        *,
        backend: BackendName = "auto",
        device: DeviceName = "auto",
        threads: int | None = None,
        precision: Precision = "auto",
        tile: Tile = "auto",
        brush: Brush = "auto",
        own_colour: float = 0.0,
        fine_faces: bool = True,
        face: FaceChoice = "auto",
        at_once: int = 1,
        many_sizes: bool = False,
    ) -> None:
        brush_scale(1, 1, brush)
        check_own_colour(own_colour)
        file = find_model(name_or_path, task="stylize")
        self.card: Card = file.card
        self.draws_faces = file.card.contract.system == SYSTEM
        check_face_choice(face, draws=self.draws_faces)
        self.face = face
        self._attend, self._network = None, None
        if self.draws_faces:
            self._network = Model(
                file.path,
                backend=backend,
                device=device,
                threads=threads,
                precision="f32",
                at_once=at_once,
                many_sizes=many_sizes,
            )
            self._attend = attention_of(self._network)
            file = find_model(base_of(file.card), task="stylize")
        self.base_card: Card = file.card
        self._tile_px = tile_side_px(tile, file.card.contract, AUTO_TILE_PX)
        self.model = Model(
            file.path,
            backend=backend,
            device=device,
            threads=threads,
            precision=precision,
            at_once=at_once,
            many_sizes=many_sizes,
        )
        self.at_once, self.fine_faces = at_once, fine_faces
        self._brush, self._threads, self._own_colour = brush, threads, own_colour

    @property
    def name(self) -> str:
        """The style's name, as its contract says it."""
        return self.card.contract.name

    @property
    def files(self) -> tuple[Path, ...]:
        """Those of the networks that it runs: a style that draws faces has two.

        The last is the one that was named.
        """
        return tuple(each.path for each in self._networks())

    @property
    def notes(self) -> tuple[Note, ...]:
        """Where the device that was asked for could not be had, or has failed since."""
        return self._told(lambda model: model.notes)

    def take_notes(self) -> tuple[Note, ...]:
        """Those of what has happened since this was asked for the last time."""
        return self._told(Model.take_notes)

    def _told(self, ask: Callable[[Model], tuple[Note, ...]]) -> tuple[Note, ...]:
        """What either network says; what both say once: a user has one device."""
        return tuple(dict.fromkeys(note for each in self._networks() for note in ask(each)))

    def _networks(self) -> tuple[Model, ...]:
        return (self.model,) if self._network is None else (self.model, self._network)

    def __call__(
        self,
        x: Any,
        strength: float = 1.0,
        *,
        mask: Any = None,
        protect: Any = None,
        edge: Edge = "auto",
        least_face_px: float | None = None,
    ) -> Any:
        """Paint `x` and give back the same kind.

        x         a numpy picture, (H, W, 3), (H, W, 4) with alpha, (H, W) or (H, W, 1), uint8,
                  uint16, or floats in [0, 1]: same shape and dtype back; a PIL image: same mode
                  back (palettes become RGB or RGBA); a path: a PIL image back, upright, of 8 bits
        strength  0 gives the input bit for bit, 1 the full style, between them a smooth path
        mask      paint only there: "faces", or a picture that is white where paint goes (a path, a
                  PIL image or an array of the same shape as the picture, of any size)
        protect   leave it as it is, bit for bit: the same kinds
        edge      width of the soft edges of both in pixels, or "auto"
        least_face_px  side of the smallest face that counts; None: `faces.finder.usual_least_px`

        Alpha, colour profile and EXIF are kept. Where no face is found it is warned of. Raises
        InputError for NaN, values out of range, other shapes, dtypes and modes; UnreadableFile and
        PictureTooLarge for paths.
        """
        check_strength(strength)
        where = Where(mask, protect, edge, least_face_px)
        if strength == 0:
            return map_picture(x, None)
        return map_picture(x, lambda y: self._paint_where(y, strength, where))

    def _paint_where(self, x: Array, strength: float, where: Where) -> Array:
        painted, notes = self.paint_where(x, strength, where)
        warn_of(notes)
        return painted

    def paint_where(
        self, x: Array, strength: float, where: Where
    ) -> tuple[Array, tuple[Note, ...]]:
        """As `paint`, in a part of the picture; and what is to be told of it."""
        share, notes = where.of_picture(x)
        if share is not None and not share.any():
            return x.copy(), notes
        faces = None
        if self.draws_faces and self.face != "off" and strength:
            faces = self.faces_of(x)
            if not self._faces(x, faces)[1]:
                notes = (*notes, no_face())
        painted = self.paint(x, strength, faces=faces)
        return painted if share is None else lay_where(x, painted, share), notes

    def draws_any(self, x: Array, faces: Sequence[SeenFace]) -> bool:
        """Whether one of these faces of a picture is drawn."""
        return bool(self._faces(x, faces)[1])

    def faces_of(self, x: Array) -> list[SeenFace]:
        """The faces of a picture, small ones too."""
        height, width = x.shape[:2]
        return [SeenFace(face) for face in find_faces(x, least_px=least_fine_px(height, width))]

    def paint(
        self, x: Array, strength: float = 1.0, *, faces: Sequence[SeenFace] | None = None
    ) -> Array:
        """Paint a picture that `check_image` accepts; shape and dtype are kept.

        faces: those of `x`, of which small ones are painted finer; None: they are looked for

        What `__call__` does for arrays, without looking at every value first: for frames.
        """
        check_strength(strength)
        if strength == 0:
            return x.copy()
        rgb, alpha = split_alpha(x)
        fine, portraits = self._faces(x, faces)
        painted = self._paint_rgb(bleed_colour(rgb, alpha), strength, fine, portraits)
        return join_alpha(painted, alpha, x)

    @property
    def looks_for_faces(self) -> bool:
        """Whether it paints faces otherwise than the rest."""
        return self.fine_faces or (self.draws_faces and self.face != "off")

    def _faces(
        self, x: Array, faces: Sequence[SeenFace] | None
    ) -> tuple[list[tuple[Face, float]], list[Portrait]]:
        """Which are painted finer, and which are drawn."""
        if not self.looks_for_faces:
            return [], []
        height, width = x.shape[:2]
        faces = self.faces_of(x) if faces is None else faces
        # A wider brush that was asked for makes no face smaller.
        usual, own = brush_scale(width, height), self.brush_for(width, height)
        scale = float(min(usual.scale, own.scale))
        fine = to_be_fine(faces, scale) if self.fine_faces else []
        return fine, portraits_among(faces, scale, self.face) if self.draws_faces else []

    def brush_for(self, width_px: int, height_px: int) -> BrushScale:
        """The brush that paints a picture of this size."""
        return brush_scale(width_px, height_px, self._brush)

    def with_brush(self, brush: Brush) -> Style:
        """The same style with another brush; the network is shared. Raises InputError."""
        brush_scale(1, 1, brush)
        other = copy(self)
        other._brush = brush
        return other

    def single_tiles(self, height_px: int, width_px: int) -> list[TileOfPicture]:
        """Tiles of a picture of this size that `paint_tile` paints by themselves.

        Empty where the model paints pictures whole alone.
        """
        contract, scale = self.model.contract, self.brush_for(width_px, height_px).scale
        if contract.tiling != "exact" or self.draws_faces:  # a face may lie over a border
            return []
        return plan_tiles(
            height_px,
            width_px,
            tile_px=ceil(_SINGLE_TILE_PX * scale),
            halo_px=ceil((contract.halo_px + (0 if scale == 1 else _SHRINKING_PX)) * scale),
            multiple=contract.multiple * scale.numerator,  # whole pixels of the grid when shrunk
        )

    def paint_tile(self, x: Array, tile: TileOfPicture) -> Array:
        """What `paint` would give of `x`, (H, W, 3), where a tile of `single_tiles` is written.

        With a brush that shrinks the picture it differs by a few levels.
        """
        brush_px = self.brush_for(x.shape[1], x.shape[0]).brush_px
        return self.with_brush(brush_px).paint(x[tile.source], faces=())[tile.inner]

    def _paint_rgb(
        self,
        rgb: Array,
        strength: float,
        fine: Sequence[tuple[Face, float]],
        portraits: Sequence[Portrait] = (),
    ) -> Array:
        brush = self.brush_for(rgb.shape[1], rgb.shape[0])
        if brush.scale == 1 and not fine and not portraits:
            return self._in_tiles(rgb, strength)
        painted = brush.paint(rgb, lambda x: self._in_tiles(x, 1.0), threads=self._threads)
        if fine or portraits:
            painted = np.ascontiguousarray(painted)
            paint_fine_faces(rgb, painted, fine, lambda x: self._in_tiles(x, 1.0))
            if self._attend is not None:
                paint = lambda x: self._in_tiles(x, 1.0)  # noqa: E731
                draw_portraits(rgb, painted, portraits, paint, self._attend)
        return blend(rgb, painted, strength)

    def _in_tiles(self, rgb: Array, strength: float) -> Array:
        def paint_tile(tile: Array) -> Array:
            painted = with_own_colour(tile, self.model.run_image(tile), self._own_colour)
            return blend(tile, painted, strength)

        if self._tile_px is None:
            return paint_tile(rgb)
        contract = self.model.contract
        return apply_tiled(
            rgb,
            paint_tile,
            tile_px=self._tile_px,
            halo_px=contract.halo_px,
            multiple=contract.multiple,
        )


def frames_at_once(threads: int | None = None) -> int:
    """How many frames of a clip are best painted at the same time, with so many threads in all.

    Two threads at two frames wait for each other less often than at one, and each core is busy
    while the other decodes or encodes. More frames at once would take more memory.
    """
    return min(2, threads or usable_cores())


@takes_options("stylize", "stylize")
def stylize(
    x: Any,
    style: str | PathLike[str] | Style = DEFAULT_STYLE,
    strength: float = 1.0,
    *,
    mask: Any = None,
    protect: Any = None,
    edge: Edge = "auto",
    least_face_px: float | None = None,
    **options: Unpack[StylizeKeywords],
) -> Any:
    """Paint one picture: a path, PIL image or numpy array; the same kind comes back.

    x         what `Style.__call__` accepts
    style     a name, the path of a style file, or a loaded `Style`, which takes no keywords
    strength  0 gives the input bit for bit, 1 the full style, between them a smooth path
    mask, protect, edge, least_face_px  where it is painted, as for `Style.__call__`

    The last two styles stay loaded. A device that could not be had, or that failed, is warned of.
    Raises the errors of `Style` and of its call.
    """
    where: dict[str, Any] = {
        **{"mask": mask, "protect": protect, "edge": edge},
        "least_face_px": least_face_px,
    }
    if isinstance(style, Style):
        if options:
            raise InputError(f"{sorted(options)} belong to the Style that is loaded already")
        return style(x, strength, **where)
    path = find_model(style, task="stylize").path.resolve()
    stat = path.stat()
    loaded = _loaded(path, stat.st_mtime_ns, stat.st_size, **options)
    painted = loaded(x, strength, **where)
    warn_of(loaded.notes)
    return painted


@lru_cache(maxsize=2)
def _loaded(path: Path, mtime_ns: int, size_bytes: int, **options: Any) -> Style:
    """A style by what makes its file the same file; a changed one is loaded again."""
    return Style(path, **options)
