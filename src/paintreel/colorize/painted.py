"""One call for a drawing in colour."""

from __future__ import annotations

from functools import lru_cache
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.colorize.asked import look_of
from paintreel.colorize.colourer import Colourer
from paintreel.colorize.options import DEFAULT_METHOD
from paintreel.errors import InputError
from paintreel.imaging.arrays import from_float, to_float
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.notes import warn_of
from paintreel.pictures.kinds import as_image, pixels_of
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import ColorizeKeywords

__all__ = ["colorize"]

_OF_LOOK = ("category", "flat", "cel", "gap", "seed", "max_pixels")
_OF_COLOURER = ("method", "tile", "backend", "device", "threads")


@takes_options("colorize", "colorize")
def colorize(
    x: Any,
    *,
    hint: Any = None,
    palette: Any = None,
    layers: bool = False,
    colourer: Colourer | None = None,
    **options: Unpack[ColorizeKeywords],
) -> Any:
    """Colour a drawing in lines.

        painted = paintreel.colorize("lines.png", hint="hints.png")     # a PIL image
        flats = paintreel.colorize(lines, palette="dusk", flat=True)    # an array for an array

    x         a path, a PIL image, or an array of `imaging.arrays`: dark lines on light ground,
              light ones on dark, or any on nothing
    hint      colours on transparency, likewise; None for none
    palette   a name, or any picture; None for none
    layers    give the layers, a list of `paintreel.drawing.openraster.RasterLayer` back to front
    colourer  a loaded `Colourer`, which takes the place of method and machine

    Gives a PIL image (RGB, or RGBA where something is transparent) for paths and images, an array
    (H, W, 3 or 4) of the dtype of `x` for one. What a user should know is warned of. Raises
    InputError (for a photograph too), UnreadableFile, PictureTooLarge, the errors of `Colourer`.
    """
    given: dict[str, Any] = {k: value for k, value in options.items() if value is not None}
    limit = given.get("max_pixels", DEFAULT_MAX_PIXELS)
    look = look_of(palette=palette, **{k: given[k] for k in _OF_LOOK if k in given})
    own = {k: given[k] for k in _OF_COLOURER if k in given}
    if colourer is not None and own:
        raise InputError(f"{sorted(own)} belong to the Colourer that is loaded already")
    if colourer is None:
        colourer = _loaded(own.pop("method", DEFAULT_METHOD), **own)
    pixels = pixels_of(x, max_pixels=limit)
    hints = None if hint is None else pixels_of(hint, "hint", limit)
    name = str(x) if isinstance(x, (str, PathLike)) else "picture"
    coloured = colourer.colour(pixels, hints, look, name=name)
    warn_of(coloured.notes)
    if colourer.model is not None:
        warn_of(colourer.model.notes)
    if layers:
        return list(coloured.apart())
    picture = coloured.picture(lines=given.get("lines", True))
    if not isinstance(x, np.ndarray):
        return as_image(picture)
    return picture if x.dtype == np.uint8 else from_float(to_float(picture), x.dtype)


@lru_cache(maxsize=2)
def _loaded(method: str | PathLike[str], **machine: Any) -> Colourer:
    return Colourer(method, **machine)
