"""What every measure accepts, checked in one place.

A measured picture is (H, W), (H, W, 1) or (H, W, 3), of any dtype that `imaging.arrays` takes;
each dtype is read on its own full scale. Alpha is refused rather than ignored: what lies under
it is for the caller to say.
"""

from __future__ import annotations

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, check_image, to_float
from paintreel.imaging.colour import luma

__all__ = ["check_pair", "check_picture", "luma_plane"]


def check_picture(x: Array, *, name: str = "picture", min_side_px: int = 1) -> None:
    """Raise `InputError` unless `x` is an opaque picture of at least `min_side_px` a side."""
    check_image(x, name=name)
    if x.ndim == 3 and x.shape[2] == 4:
        raise InputError(
            f"{name} has an alpha channel (shape {x.shape}), which no measure defines; "
            "lay it on a background, or drop it with x[..., :3]"
        )
    height, width = x.shape[:2]
    if min(height, width) < min_side_px:
        raise InputError(
            f"{name} is {width}x{height}, this measure needs at least "
            f"{min_side_px}x{min_side_px} pixels"
        )


def check_pair(
    generated: Array,
    reference: Array,
    *,
    names: tuple[str, str] = ("generated", "reference"),
    min_side_px: int = 1,
) -> None:
    """Raise `InputError` unless both are opaque pictures of one shape; dtypes may differ."""
    check_picture(generated, name=names[0], min_side_px=min_side_px)
    check_picture(reference, name=names[1], min_side_px=min_side_px)
    if generated.shape != reference.shape:
        raise InputError(
            f"{names[0]} has shape {generated.shape} and {names[1]} {reference.shape}; "
            "pictures are compared at one shape, resize one with paintreel.imaging.geometry.resize"
        )


def luma_plane(x: Array) -> Array:
    """BT.601 luma (H, W) float32 in [0, 1] of a picture of any accepted layout."""
    return luma(to_float(x))
