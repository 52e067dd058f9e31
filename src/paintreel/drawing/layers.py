"""A picture as a stack of layers with straight alpha, as a compositor wants it for parallax."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["Layer", "LayerStack", "composite"]


@dataclass(frozen=True)
class Layer:
    """One sheet of the picture.

    name   what it shows
    rgba   uint8 (H, W, 4), straight (not premultiplied) alpha
    depth  0 (near) to 1 (sky)
    """

    name: str
    rgba: Array
    depth: float


@dataclass(frozen=True)
class LayerStack:
    """Layers of one size, back to front, depths falling; the first is opaque.

    Raises InputError when they are not.
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise InputError("a layer stack needs at least one layer, got none")
        shape = self.layers[0].rgba.shape
        for layer in self.layers:
            got = layer.rgba
            if got.dtype != np.uint8 or got.ndim != 3 or got.shape[2] != 4 or got.shape != shape:
                raise InputError(
                    f"layer {layer.name!r} is {got.dtype} {got.shape}, expected uint8 {shape}"
                )
            if not 0.0 <= layer.depth <= 1.0:
                raise InputError(f"layer {layer.name!r} has depth {layer.depth}, not in [0, 1]")
        depths = [layer.depth for layer in self.layers]
        if depths != sorted(depths, reverse=True):
            raise InputError(f"layers must be ordered back to front, got depths {depths}")
        if self.layers[0].rgba[..., 3].min() < 255:
            raise InputError(f"the backmost layer {self.layers[0].name!r} must be opaque")

    def flatten(self) -> Array:
        """The picture, uint8 (H, W, 3): every layer over those behind it, rounded once a layer."""
        picture = self.layers[0].rgba[..., :3].copy()
        for layer in self.layers[1:]:
            composite(picture, layer.rgba)
        return picture


def composite(picture: Array, rgba: Array) -> None:
    """Lay `rgba`, uint8 (H, W, 4) with straight alpha, over `picture`, uint8 (H, W, 3), in place.

    Integers throughout: t / 255 to the nearest is (t + 128 + (t + 128 >> 8)) >> 8 in 16 bits.
    """
    rows = np.flatnonzero(rgba[..., 3].any(axis=1))
    if not rows.size:
        return
    part = slice(rows[0], rows[-1] + 1)
    alpha = rgba[part, :, 3:].astype(np.uint16)
    total = rgba[part, :, :3] * alpha
    total += picture[part] * (255 - alpha)
    total += 128
    total += total >> 8
    picture[part] = total >> 8
