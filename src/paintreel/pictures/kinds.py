"""PIL images in and out of a function on numpy pictures."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike

import numpy as np
from PIL import Image

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, to_8bit
from paintreel.imaging.files import read_picture
from paintreel.imaging.profiles import to_display_mode

_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N")
_GIVEN_BACK = ("LA", "RGBX", "YCbCr")
"""Modes that are painted as another one but come back; L, RGB and RGBA are painted as they are."""


def open_image(path: str | PathLike[str]) -> Image.Image:
    """The picture file as a PIL image: upright, 8 bits, with its profile and EXIF in ``info``.

    Raises UnreadableFile and PictureTooLarge.
    """
    picture = read_picture(path)
    image = Image.fromarray(np.ascontiguousarray(to_8bit(picture.pixels)))
    if picture.icc:
        image.info["icc_profile"] = picture.icc
    if picture.exif:
        image.info["exif"] = b"Exif\x00\x00" + picture.exif
    return image


def paint_image(image: Image.Image, paint: Callable[[Array], Array]) -> Image.Image:
    """`paint` applied to a PIL image: same mode back, `info` kept.

    `paint` keeps shape and dtype of (H, W), (H, W, 3) or (H, W, 4) uint8 or uint16. Modes that
    cannot hold painted pixels come back in the nearest that can: palettes as RGB or RGBA, bilevel
    as L, CMYK and Lab as RGB without their profile. Raises InputError for modes whose range is
    not defined, such as I and F.
    """
    if 0 in image.size:
        raise InputError(f"image is {image.width}x{image.height} px, expected at least 1x1")
    if image.mode in _DEEP_GREY:
        pixels = np.asarray(image).astype(np.uint16)
        painted = Image.fromarray(paint(pixels))
        keeps_icc = True
    else:
        try:
            shown, keeps_icc = to_display_mode(image)
        except ValueError:
            raise InputError(
                f"image has mode {image.mode}, whose range of values is not defined; "
                "convert it to RGB, L or I;16"
            ) from None
        painted = Image.fromarray(np.ascontiguousarray(paint(np.asarray(shown))))
        if image.mode in _GIVEN_BACK:
            painted = painted.convert(image.mode)
    # Transparency in ``info`` is an alpha channel by now.
    left_out = {"transparency"} if keeps_icc else {"transparency", "icc_profile"}
    painted.info = {key: value for key, value in image.info.items() if key not in left_out}
    return painted
