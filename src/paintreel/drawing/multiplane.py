"""Layers before a moving camera: each moved and scaled by its depth, to fractions of a pixel.

As on the multiplane stands of drawn film. Layers are held premultiplied and, while memory allows,
at twice their size: there a linear look-up at any fraction of a pixel is nearly as sharp as at a
whole one, so that nothing shimmers while it moves slowly.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.drawing.camera import CameraView
from paintreel.drawing.layers import Layer, LayerStack
from paintreel.errors import InputError
from paintreel.imaging.alpha import bleed_colour
from paintreel.imaging.arrays import Array

__all__ = ["Multiplane"]

_BORDER_PX = 3
_ENLARGED_BYTES = 800_000_000
"""Above this, layers are held at their own size and looked up with a cubic filter: slower."""
_BAND_ROWS = 48
_SHARPENING = np.array([-0.07, 1.14, -0.07], np.float32)
"""What the look-up softens on average."""
_INVERSE = cv2.WARP_INVERSE_MAP


@dataclass(frozen=True)
class _Plane:
    """A layer cut to what is visible of it, premultiplied, enlarged by `Multiplane._over`."""

    name: str
    depth: float
    pixels: Array
    left_px: int
    top_px: int


class Multiplane:
    """A layer stack before a camera.

        stand = Multiplane(stack)
        frame = stand.frame(CameraView(x=0.01))   # (H, W, 3) uint8, without the margin

    Raises InputError where a view shows more than the stack's margin holds.
    """

    def __init__(self, stack: LayerStack) -> None:
        self.size_px, self.margin_px = stack.size_px, stack.margin_px
        boxes = [(layer, _visible_box(layer.rgba[..., 3])) for layer in stack.layers]
        seen = [(layer, box) for layer, box in boxes if box is not None]
        area_px = sum((box[1] - box[0]) * (box[3] - box[2]) for _, box in seen)
        self._over = 2 if 16 * area_px <= _ENLARGED_BYTES else 1
        self._planes = [self._plane(layer, box) for layer, box in seen]

    def frame(self, view: CameraView) -> Array:
        """The picture (H, W, 3) uint8 that the camera sees."""
        self._check(view)
        picture = np.empty((self.size_px[1], self.size_px[0], 4), np.uint8)
        for plane in self._planes:
            part, moved = self._moved(plane, view)
            if part is not None:
                _lay_over(picture[part], moved)
        return cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB)

    def layers(self, view: CameraView) -> tuple[Layer, ...]:
        """The layers as the camera sees them, of the picture's size, with straight alpha.

        For what goes between them: lay them over each other with `layers.composite`.
        """
        self._check(view)
        layers = []
        for plane in self._planes:
            rgba = np.zeros((self.size_px[1], self.size_px[0], 4), np.uint8)
            part, moved = self._moved(plane, view)
            if part is not None:
                alpha = moved[..., 3:].astype(np.uint16)
                rgba[part] = moved
                colour = (moved[..., :3] * np.uint16(255) + alpha // 2) // np.maximum(alpha, 1)
                rgba[part][..., :3] = np.minimum(colour, 255)
            layers.append(Layer(plane.name, rgba, plane.depth))
        return tuple(layers)

    def _check(self, view: CameraView) -> None:
        for depth in (0.0, 1.0):
            for share, side, margin in zip(
                view.overscan(depth), self.size_px, self.margin_px, strict=True
            ):
                if share * side > margin:
                    raise InputError(
                        f"the view {view} shows {share * side:.1f} px beyond the picture, but its "
                        f"layers have a margin of {margin} px; give them more, or move less"
                    )

    def _plane(self, layer: Layer, box: tuple[int, int, int, int]) -> _Plane:
        top, bottom, left, right = box
        rgba = layer.rgba[top:bottom, left:right]
        alpha = np.ascontiguousarray(rgba[..., 3])
        colour = bleed_colour(rgba[..., :3], alpha)
        if self._over > 1:
            colour = cv2.sepFilter2D(colour, -1, _SHARPENING, _SHARPENING)
        if alpha.min() < 255:
            colour = cv2.multiply(colour, cv2.merge([alpha] * 3), scale=1 / 255)
        pixels = np.dstack([colour, alpha])
        if self._over > 1:
            size = pixels.shape[1] * self._over, pixels.shape[0] * self._over
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_LANCZOS4)
            if alpha.min() < 255:  # the filter overshoots
                np.minimum(pixels[..., :3], pixels[..., 3:], out=pixels[..., :3])
        return _Plane(layer.name, layer.depth, pixels, left, top)

    def _moved(self, plane: _Plane, view: CameraView) -> tuple[tuple[slice, slice] | None, Array]:
        """The part of the picture that a layer can be seen in, and the layer there (h, w, 4)."""
        scale, shift = view.scale(plane.depth), view.shift(plane.depth)
        height, width = plane.pixels.shape[:2]
        parts, starts = [], []
        for side, margin, move, corner, length in zip(
            self.size_px,
            self.margin_px,
            shift,
            (plane.left_px, plane.top_px),
            (width, height),
            strict=True,
        ):
            # Where the layer's pixels lie: position = start + step * pixel of the picture.
            middle = margin + side / 2 + move * side - corner
            start = (middle + (0.5 - side / 2) / scale) * self._over - 0.5
            step = self._over / scale
            first = max(0, int(np.floor((-0.5 - start) / step)))
            last = min(side, int(np.ceil((length - 0.5 - start) / step)) + 1)
            parts.append(slice(first, max(last, first)))
            starts.append(start + step * first)
        columns, rows = parts
        size = columns.stop - columns.start, rows.stop - rows.start
        if min(size) < 1:
            return None, plane.pixels
        step = self._over / scale
        matrix = np.array([[step, 0, starts[0]], [0, step, starts[1]]])
        flags = cv2.INTER_LINEAR if self._over > 1 else cv2.INTER_CUBIC
        moved = cv2.warpAffine(
            plane.pixels, matrix, size, flags=flags | _INVERSE, borderMode=cv2.BORDER_REPLICATE
        )
        if self._over == 1:
            np.minimum(moved[..., :3], moved[..., 3:], out=moved[..., :3])
        return (rows, columns), moved


def _visible_box(alpha: Array) -> tuple[int, int, int, int] | None:
    """(top, bottom, left, right) of what is visible with a clear border, None where nothing is."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return None
    (top, bottom), (left, right) = (
        (max(int(at[0]) - _BORDER_PX, 0), min(int(at[-1]) + 1 + _BORDER_PX, length))
        for at, length in ((rows, alpha.shape[0]), (columns, alpha.shape[1]))
    )
    return top, bottom, left, right


def _lay_over(picture: Array, moved: Array) -> None:
    """Lay premultiplied `moved` (h, w, 4) uint8 over `picture`, of its size, in place."""
    alpha = cv2.extractChannel(moved, 3)
    for top in range(0, len(alpha), _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        low, high, _, _ = cv2.minMaxLoc(alpha[rows])
        if high == 0:
            continue
        if low == 255:
            picture[rows] = moved[rows]
            continue
        through = cv2.bitwise_not(alpha[rows])
        below = cv2.multiply(picture[rows], cv2.merge([through] * 4), scale=1 / 255)
        picture[rows] = cv2.add(below, moved[rows])
