"""Pictures as numpy arrays: what is accepted, and how dtypes and layouts turn into each other.

A picture is (H, W, 3) RGB, (H, W, 4) RGB with straight (not premultiplied) alpha, or grey as
(H, W) or (H, W, 1). Values are `uint8` 0..255, `uint16` 0..65535, or `float32`/`float64` in
[0, 1]. Nothing here guesses a range or a layout from the values it sees.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from paintreel.errors import InputError

__all__ = [
    "Array",
    "check_image",
    "from_float",
    "full_scale",
    "split_alpha",
    "to_8bit",
    "to_float",
]

Array: TypeAlias = NDArray[Any]
"""Any numpy array; shape, dtype and range stand in the docstring of what takes or gives it."""

_BAND_ROWS = 256
_FULL_SCALE = {
    np.dtype(np.uint8): 255.0,
    np.dtype(np.uint16): 65535.0,
    np.dtype(np.float32): 1.0,
    np.dtype(np.float64): 1.0,
}


def check_image(x: Array, *, name: str = "image") -> None:
    """Raise `InputError` unless `x` is a picture that this package accepts.

    Accepted are (H, W), (H, W, 1), (H, W, 3) and (H, W, 4) with H, W >= 1, of dtype uint8,
    uint16, float32 or float64; floats must be finite and within [0, 1]. `name` is how the
    message calls the array.
    """
    if not isinstance(x, np.ndarray):
        raise InputError(f"{name} must be a numpy array, got {type(x).__name__}")
    layout = "expected (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)"
    if x.ndim not in (2, 3) or (x.ndim == 3 and x.shape[2] not in (1, 3, 4)):
        channels_first = x.ndim == 3 and x.shape[0] in (1, 3, 4)
        fix = "; move the channels last with x.transpose(1, 2, 0)" if channels_first else ""
        raise InputError(f"{name} has shape {x.shape}, {layout}{fix}")
    if x.size == 0:
        raise InputError(f"{name} has shape {x.shape}: height and width must be at least 1")
    if x.dtype not in _FULL_SCALE:
        raise InputError(
            f"{name} has dtype {x.dtype}, expected uint8, uint16, float32 or float64; "
            "convert it with x.astype after scaling"
        )
    if x.dtype.kind == "f":
        _check_float_range(x, name)


def _check_float_range(x: Array, name: str) -> None:
    low, high = float(x.min()), float(x.max())  # both are NaN as soon as one value is
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError(
            f"{name} has NaN or infinite values; replace them, for instance with numpy.nan_to_num"
        )
    if low < 0.0 or high > 1.0:
        unscaled = high > 2.0  # no filter overshoots that far
        fix = "divide by the full scale (255 or 65535)" if unscaled else "clip with x.clip(0, 1)"
        raise InputError(
            f"{name} is {x.dtype} with values {low:.6g} to {high:.6g}, expected [0, 1]; {fix}"
        )


def to_float(x: Array) -> Array:
    """`x` (any layout) as float32 in [0, 1]; a float32 array comes back uncopied.

    >>> to_float(np.array([[0, 255]], np.uint8))
    array([[0., 1.]], dtype=float32)
    """
    full = full_scale(x.dtype)
    if full == 1.0:
        return x.astype(np.float32, copy=False)
    return np.divide(x, np.float32(full), dtype=np.float32)


def from_float(x: Array, dtype: DTypeLike) -> Array:
    """Floats in [0, 1] as `dtype` at its full scale, clipped; integers round to the nearest.

    `x` may overshoot [0, 1] but must be finite: a NaN has no integer. The inverse of
    `to_float`: integers survive both exactly.

    >>> from_float(np.array([[-0.2, 0.5, 1.7]], np.float32), np.uint8)
    array([[  0, 128, 255]], dtype=uint8)
    """
    dtype = np.dtype(dtype)
    full = full_scale(dtype)
    if full == 1.0:
        return np.clip(x, 0.0, 1.0).astype(dtype, copy=False)
    scaled = np.multiply(x, full, dtype=np.float32)
    np.rint(scaled, out=scaled)
    np.clip(scaled, 0.0, full, out=scaled)
    return scaled.astype(dtype)


def to_8bit(x: Array) -> Array:
    """`x`, a picture of any layout and dtype, as uint8 to the nearest; uint8 comes uncopied.

    Floats are in [0, 1] and clipped. A band of rows at a time: beside the result it takes little.

    >>> to_8bit(np.array([[0, 128, 129, 65535]], np.uint16))
    array([[  0,   0,   1, 255]], dtype=uint8)
    >>> to_8bit(np.array([[0.0, 0.5, 1.0]]))
    array([[  0, 128, 255]], dtype=uint8)
    """
    if x.dtype == np.uint8:
        return x
    out = np.empty(x.shape, np.uint8)
    for top in range(0, len(x), _BAND_ROWS):
        band = x[top : top + _BAND_ROWS]
        if x.dtype != np.uint16:
            out[top : top + _BAND_ROWS] = from_float(to_float(band), np.uint8)
            continue
        # All in 16 bits, without overflow.
        nearest = np.minimum(band, np.uint16(65535 - 128))
        nearest += np.uint16(128)
        nearest //= np.uint16(257)
        out[top : top + _BAND_ROWS] = nearest
    return out


def full_scale(dtype: DTypeLike) -> float:
    """The value of white and of opaque in pictures of `dtype`: 255, 65535 or 1.

    Raises `InputError` for a dtype that holds no picture.
    """
    try:
        return _FULL_SCALE[np.dtype(dtype)]
    except KeyError:
        raise InputError(
            f"dtype {dtype} holds no picture, expected uint8, uint16, float32 or float64"
        ) from None


def split_alpha(x: Array) -> tuple[Array, Array | None]:
    """Colour and alpha of a picture: ((H, W, 3), (H, W) or None), dtype unchanged.

    Grey is repeated into three channels. Colour pictures come back as views, so write to a
    copy.
    """
    if x.ndim == 2 or x.shape[2] == 1:
        rgb = np.empty((*x.shape[:2], 3), x.dtype)
        rgb[...] = x.reshape(*x.shape[:2], 1)
        return rgb, None
    if x.shape[2] == 4:
        return x[..., :3], x[..., 3]
    return x, None
