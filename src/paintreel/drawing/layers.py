"""A picture as a stack of layers with straight alpha, as a compositor wants it for parallax."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["FLASH_CYCLE_S", "Drift", "Layer", "LayerStack", "composite", "trim"]


_SWAYS = 2
"""How often what falls sways to and fro on its way down the picture."""

FLASH_CYCLE_S = 12.0
"""After how many seconds flashes come again."""
_FLASH_S = 0.25
_FLICKER = (1.0, 1.0, 0.35, 0.9, 0.55, 0.2)
"""How bright a flash is, in equal parts of its time."""


@dataclass(frozen=True)
class Drift:
    """How a layer moves by itself as time goes by. What leaves at one edge comes in at the other.

    x, y  frame heights a second, to the right and down
    sway  how far it goes to either side of its way as it falls, in frame heights
    seam  over how many frame heights its two ends are blended, so that it can go round; 0 where the
          picture without its margin tiles as it was drawn
    """

    x: float = 0.0
    y: float = 0.0
    sway: float = 0.0
    seam: float = 0.0

    def at(self, t_s: float) -> tuple[float, float]:
        """How far it has come by a time in seconds, right and down, in frame heights."""
        down = self.y * t_s
        return self.x * t_s + self.sway * math.sin(2 * math.pi * _SWAYS * down), down


@dataclass(frozen=True)
class Layer:
    """One sheet of the picture.

    name   what it shows
    rgba   uint8 (H, W, 4), straight (not premultiplied) alpha
    depth  0 (near) to 1 (sky)
    drift  how it moves by itself; None where it stands

    flashes_s  when it lights up for a moment, in seconds of `FLASH_CYCLE_S`; where there are none
               it is always seen
    """

    name: str
    rgba: Array
    depth: float
    drift: Drift | None = None
    flashes_s: tuple[float, ...] = ()

    def seen_at(self, t_s: float) -> float:
        """How much of it is seen at a time in seconds, 0 to 1."""
        if not self.flashes_s:
            return 1.0
        # To the microsecond: a frame's time is a rounded fraction.
        since = min(round((t_s - start) % FLASH_CYCLE_S, 6) for start in self.flashes_s)
        part = int(since / _FLASH_S * len(_FLICKER))
        return _FLICKER[part] if part < len(_FLICKER) else 0.0


@dataclass(frozen=True)
class LayerStack:
    """Layers of one size, back to front, depths falling; the first is opaque.

    layers     the sheets, each with the margin
    margin_px  how much of them lies outside the picture: left and right, above and below

    Raises InputError when they are not.
    """

    layers: tuple[Layer, ...]
    margin_px: tuple[int, int] = (0, 0)

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
        if min(self.margin_px) < 0 or min(self.size_px) < 1:
            raise InputError(
                f"a margin of {self.margin_px} px leaves nothing of {shape[1]} x {shape[0]} pixels"
            )

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the picture, without the margin."""
        height, width = self.layers[0].rgba.shape[:2]
        return width - 2 * self.margin_px[0], height - 2 * self.margin_px[1]

    def with_margin(self, margin_px: tuple[int, int]) -> LayerStack:
        """The same picture with no more than this margin. Raises InputError where it has less."""
        if margin_px == self.margin_px:
            return self
        return LayerStack(
            tuple(
                replace(layer, rgba=trim(layer.rgba, self.margin_px, margin_px))
                for layer in self.layers
            ),
            margin_px,
        )

    def flatten(self) -> Array:
        """The picture, uint8 (H, W, 3): every layer over those behind it, rounded once a layer."""
        picture = self.layers[0].rgba[..., :3].copy()
        for layer in self.layers[1:]:
            composite(picture, layer.rgba)
        return picture


def trim(pixels: Array, margin_px: tuple[int, int], kept_px: tuple[int, int] = (0, 0)) -> Array:
    """`pixels` (H, W, ...) with a margin, left and right, above and below, cut down to `kept_px`.

    Raises InputError where the margin is smaller than what is to be kept.
    """
    across, down = (margin - kept for margin, kept in zip(margin_px, kept_px, strict=True))
    if min(across, down) < 0:
        raise InputError(f"the margin is {margin_px} px, expected at least {kept_px}")
    height, width = pixels.shape[:2]
    return pixels[down : height - down, across : width - across]


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
