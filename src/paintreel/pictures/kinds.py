"""Any picture that a program holds: a path, a PIL image or an array; the same kind comes back."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, check_image, to_8bit
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.metadata import COMMENT

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["as_image", "map_picture", "open_image", "pixels_of"]

_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N")
_GIVEN_BACK = ("LA", "RGBX", "YCbCr")
"""Modes that are painted as another one but come back; L, RGB and RGBA are painted as they are."""


def map_picture(x: Any, paint: Callable[[Array], Array] | None, *, verb: str = "paint") -> Any:
    """`paint` applied to a picture of any kind; the same kind comes back.

    x      a numpy picture that `check_image` accepts: an array back; a PIL image: same mode back
           (palettes become RGB or RGBA), ``info`` kept; a path: a PIL image back, upright, of 8
           bits, with its profile, EXIF, XMP and resolution in ``info``
    paint  keeps shape and dtype of (H, W), (H, W, 3) or (H, W, 4); None gives a copy back, of any
           mode
    verb   what a message says cannot be done

    Raises InputError for other kinds and modes, UnreadableFile and PictureTooLarge for paths.
    """
    if isinstance(x, np.ndarray):
        check_image(x)
        return x.copy() if paint is None else paint(x)
    if isinstance(x, (str, PathLike)):
        return map_picture(open_image(x), paint)
    if _is_pil_image(x):
        return x.copy() if paint is None else _map_image(x, paint)
    raise InputError(
        f"cannot {verb} a {type(x).__name__}, expected a path, a PIL image or a numpy array"
    )


def pixels_of(x: Any, name: str = "image", max_pixels: int = DEFAULT_MAX_PIXELS) -> Array:
    """The pixels of a path, PIL image or array, in any layout and dtype of `imaging.arrays`.

    `name` is how messages call it. Raises InputError, UnreadableFile, PictureTooLarge.
    """
    if isinstance(x, np.ndarray):
        check_image(x, name=name)
        return x
    if isinstance(x, (str, PathLike)):
        return read_picture(x, max_pixels=max_pixels).pixels
    if _is_pil_image(x):
        return _pixels_of_image(x, name)[0]
    raise InputError(
        f"{name} is a {type(x).__name__}, expected a path, a PIL image or a numpy array"
    )


def open_image(path: str | PathLike[str]) -> Image.Image:
    """The picture file as a PIL image: upright, 8 bits, with what it carries in ``info``.

    That is, under the keys of PIL: icc_profile, exif, xmp, dpi, comment. Raises UnreadableFile and
    PictureTooLarge.
    """
    picture = read_picture(path)
    image = as_image(picture.pixels)
    if picture.icc:
        image.info["icc_profile"] = picture.icc
    if picture.exif:
        image.info["exif"] = b"Exif\x00\x00" + picture.exif
    metadata = picture.metadata
    if metadata.xmp:
        image.info["xmp"] = metadata.xmp
    if metadata.density is not None and metadata.density.unit != "aspect":
        image.info["dpi"] = tuple(float(number) for number in metadata.density.per("inch"))
    comments = [text.text for text in metadata.texts if text.keyword in ("", COMMENT)]
    if comments:
        image.info["comment"] = "\n".join(comments).encode()
    return image


def as_image(pixels: Array) -> Image.Image:
    """A picture of any layout and dtype as a PIL image of 8 bits."""
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(to_8bit(pixels)))


def _is_pil_image(x: Any) -> bool:
    """Whether `x` is an image of PIL: found out without loading PIL, which it would have loaded."""
    return any(base.__module__ == "PIL.Image" for base in type(x).__mro__)


def _pixels_of_image(image: Image.Image, name: str) -> tuple[Array, bool]:
    """(pixels uint8 or uint16, whether its colour profile still fits them) of a PIL image."""
    from paintreel.imaging.profiles import to_display_mode

    if 0 in image.size:
        raise InputError(f"{name} is {image.width}x{image.height} px, expected at least 1x1")
    if image.mode in _DEEP_GREY:
        return np.asarray(image).astype(np.uint16), True
    try:
        shown, keeps_icc = to_display_mode(image)
    except ValueError:
        raise InputError(
            f"{name} has mode {image.mode}, whose range of values is not defined; "
            "convert it to RGB, RGBA, L or I;16"
        ) from None
    return np.asarray(shown), keeps_icc


def _map_image(image: Image.Image, paint: Callable[[Array], Array]) -> Image.Image:
    """`paint` applied to a PIL image: same mode back, `info` kept.

    Modes that cannot hold painted pixels come back in the nearest that can: palettes as RGB or
    RGBA, bilevel as L, CMYK and Lab as RGB without their profile.
    """
    from PIL import Image

    pixels, keeps_icc = _pixels_of_image(image, "image")
    painted = Image.fromarray(np.ascontiguousarray(paint(pixels)))
    if image.mode in _GIVEN_BACK:
        painted = painted.convert(image.mode)
    # Transparency in ``info`` is an alpha channel by now.
    left_out = {"transparency"} if keeps_icc else {"transparency", "icc_profile"}
    painted.info = {key: value for key, value in image.info.items() if key not in left_out}
    return painted
