"""One call for the lines of a picture."""

from __future__ import annotations

from functools import lru_cache
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, from_float, to_float
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.lineart.drawer import LineDrawer, LineLook, method_for
from paintreel.lineart.options import DEFAULT_METHOD
from paintreel.notes import warn_of
from paintreel.pictures.kinds import as_image, pixels_of
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import LineartKeywords

__all__ = ["lineart"]

_OF_LOOK = {"weight": "weight", "detail": "detail", "clean": "clean", "gap": "gap_px"}


@takes_options("lineart", "lineart")
def lineart(x: Any, *, drawer: LineDrawer | None = None, **options: Unpack[LineartKeywords]) -> Any:
    """The contours of a picture, or a drawing made clean.

        lines = paintreel.lineart("photo.jpg")                          # a PIL image, grey
        lines = paintreel.lineart(frame, weight=0.2)                    # an array (H, W) for one
        cel = paintreel.lineart("scan.png", clean=True, transparent=True)

    x       a path, a PIL image, or an array of `imaging.arrays`; transparency is laid on white
    drawer  a loaded `LineDrawer`, which takes the place of method and machine

    Gives 0 for ink and full scale for paper, or with `transparent` black with alpha: a PIL image
    (L or RGBA) for paths and images, an array (H, W) or (H, W, 4) of the dtype of `x` for one.
    Raises InputError, UnreadableFile, PictureTooLarge, and the errors of `LineDrawer`.
    """
    given = {name: value for name, value in options.items() if value is not None}
    look = LineLook(**{name: given.pop(k) for k, name in _OF_LOOK.items() if k in given})  # type: ignore[arg-type]
    transparent = bool(given.pop("transparent", False))
    limit: Any = given.pop("max_pixels", DEFAULT_MAX_PIXELS)
    pixels = pixels_of(x, max_pixels=limit)
    if drawer is None:
        method: Any = given.pop("method", DEFAULT_METHOD)
        drawer = _loaded(fspath(method_for(method, look.clean)), **given)
    elif given:
        raise InputError(f"{sorted(given)} belong to the LineDrawer that is loaded already")
    drawing = drawer.draw(pixels, look)
    warn_of(drawing.notes)
    drawn = drawing.picture(transparent=transparent)
    if drawer.model is not None:
        warn_of(drawer.model.notes)
    if isinstance(x, np.ndarray):
        return _in_dtype(drawn, x)
    return as_image(drawn)


def _in_dtype(drawn: Array, like: Array) -> Array:
    return drawn if like.dtype == np.uint8 else from_float(to_float(drawn), like.dtype)


@lru_cache(maxsize=2)
def _loaded(method: str | PathLike[str], **machine: Any) -> LineDrawer:
    return LineDrawer(method, **machine)
