"""Layers before a moving camera: each moved and scaled by its depth, to fractions of a pixel.

As on the multiplane stands of drawn film. Layers are held premultiplied and, while memory allows,
at twice their size: there a linear look-up at any fraction of a pixel is nearly as sharp as at a
whole one, so that nothing shimmers while it moves slowly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from paintreel.drawing.camera import CameraView
from paintreel.drawing.layers import Drift, Layer, LayerStack
from paintreel.errors import InputError
from paintreel.imaging.alpha import bleed_colour
from paintreel.imaging.arrays import Array

__all__ = ["Multiplane"]

_BORDER_PX = 3
_WRAPPED_PX = 8
"""How much of its other end a layer that goes round has beside it, for the filters."""
_ENLARGED_BYTES = 800_000_000
"""Above this, layers are held at their own size and looked up with a cubic filter: slower."""
_BAND_ROWS = 48
_SHARPENING = np.array([-0.07, 1.14, -0.07], np.float32)
"""What the look-up softens on average."""
_INVERSE = cv2.WARP_INVERSE_MAP


@dataclass(frozen=True)
class _Plane:
    """A layer cut to what is visible of it, premultiplied, enlarged by `Multiplane._over`.

    layer            what else is known of it; its `rgba` are these pixels
    left_px, top_px  where it lies in the layer, before it is enlarged
    period_px        after how many pixels it comes again across and down, likewise; 0 for never
    """

    layer: Layer
    left_px: int
    top_px: int
    period_px: tuple[int, int]


class Multiplane:
    """A layer stack before a camera.

        stand = Multiplane(stack)
        frame = stand.frame(CameraView(x=0.01))   # (H, W, 3) uint8, without the margin
        later = stand.frame(CameraView(x=0.01), t_s=0.5)   # what drifts has moved on

    Raises InputError where a view shows more than the stack's margin holds.
    """

    def __init__(self, stack: LayerStack) -> None:
        self.size_px, self.margin_px = stack.size_px, stack.margin_px
        boxes = [(layer, self._box(layer)) for layer in stack.layers]
        seen = [(layer, box) for layer, box in boxes if box is not None]
        area_px = sum((box[1] - box[0]) * (box[3] - box[2]) for _, box in seen)
        self._over = 2 if 16 * area_px <= _ENLARGED_BYTES else 1
        self._planes = [self._plane(layer, box) for layer, box in seen]

    def frame(self, view: CameraView, t_s: float | None = None) -> Array:
        """The picture (H, W, 3) uint8 that the camera sees at a time in seconds.

        Without a time the weather stands, and all of it is seen, as in the still.
        """
        self._check(view)
        picture = np.empty((self.size_px[1], self.size_px[0], 4), np.uint8)
        for plane in self._planes:
            for part, moved in self._moved(plane, view, t_s):
                _lay_over(picture[part], moved)
        return cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB)

    def layers(self, view: CameraView, t_s: float | None = None) -> tuple[Layer, ...]:
        """The layers as the camera sees them then, of the picture's size, with straight alpha.

        For what goes between them: lay them over each other with `layers.composite`.
        """
        self._check(view)
        layers = []
        for plane in self._planes:
            rgba = np.zeros((self.size_px[1], self.size_px[0], 4), np.uint8)
            for part, moved in self._moved(plane, view, t_s):
                alpha = moved[..., 3:].astype(np.uint16)
                rgba[part] = moved
                colour = (moved[..., :3] * np.uint16(255) + alpha // 2) // np.maximum(alpha, 1)
                rgba[part][..., :3] = np.minimum(colour, 255)
            layers.append(Layer(plane.layer.name, rgba, plane.layer.depth))
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

    def _box(self, layer: Layer) -> tuple[int, int, int, int] | None:
        """(top, bottom, left, right) of what is held of a layer, None for nothing."""
        box = _visible_box(layer.rgba[..., 3])
        if box is None or layer.drift is None:
            return box
        ends = list(box)
        for axis in (0, 1):
            if self._goes_round(layer.drift)[axis]:
                length, margin = layer.rgba.shape[1 - axis], self.margin_px[axis]
                at = 2 - 2 * axis
                # A seam is put as far out as it can be.
                kept = 0 if layer.drift.seam else margin
                ends[at : at + 2] = [kept, length - kept]
        return ends[0], ends[1], ends[2], ends[3]

    @staticmethod
    def _goes_round(drift: Drift) -> tuple[bool, bool]:
        return bool(drift.x or drift.sway), bool(drift.y)

    def _plane(self, layer: Layer, box: tuple[int, int, int, int]) -> _Plane:
        top, bottom, left, right = box
        rgba = layer.rgba[top:bottom, left:right]
        period_px = [0, 0]
        if layer.drift is not None:
            for axis, goes_round in enumerate(self._goes_round(layer.drift)):
                if not goes_round:
                    continue
                turned = rgba if axis == 0 else rgba.swapaxes(0, 1)
                length = turned.shape[1]
                seam_px = min(round(layer.drift.seam * self.size_px[1]), length // 4)
                period_px[axis] = length - seam_px
                tile = _tiled(turned, period_px[axis], seam_px)
                tile = np.pad(tile, ((0, 0), (_WRAPPED_PX, _WRAPPED_PX), (0, 0)), mode="wrap")
                rgba = tile if axis == 0 else tile.swapaxes(0, 1)
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
        # Its pixels are held once only.
        facts = replace(layer, rgba=pixels)
        return _Plane(facts, left, top, (period_px[0], period_px[1]))

    def _moved(
        self, plane: _Plane, view: CameraView, t_s: float | None
    ) -> Iterator[tuple[tuple[slice, slice], Array]]:
        """The parts of the picture that a layer is seen in, and the layer there (h, w, 4)."""
        layer = plane.layer
        seen = 1.0 if t_s is None else layer.seen_at(t_s)
        if seen == 0:
            return
        drifted = (0.0, 0.0) if t_s is None or layer.drift is None else layer.drift.at(t_s)
        scale, shift = view.scale(layer.depth), view.shift(layer.depth)
        height, width = layer.rgba.shape[:2]
        step = self._over / scale
        runs = []
        for side, margin, move, corner, length, way, period in zip(
            self.size_px,
            self.margin_px,
            shift,
            (plane.left_px, plane.top_px),
            (width, height),
            drifted,
            plane.period_px,
            strict=True,
        ):
            # Where the layer's pixels lie: position = start + step * pixel of the picture.
            middle = margin + side / 2 + move * side - corner
            if period:
                # Rounded, so that a whole number of periods is exactly none.
                middle -= round(way * self.size_px[1] % period, 6) % period
            start = (middle + (0.5 - side / 2) / scale) * self._over - 0.5
            if period:
                runs.append(_rounds(start, step, side, period * self._over, self._over))
            else:
                first = max(0, int(np.floor((-0.5 - start) / step)))
                last = min(side, int(np.ceil((length - 0.5 - start) / step)) + 1)
                runs.append([(slice(first, max(last, first)), start + step * first)])
        flags = cv2.INTER_LINEAR if self._over > 1 else cv2.INTER_CUBIC
        for rows, top in runs[1]:
            for columns, left in runs[0]:
                size = columns.stop - columns.start, rows.stop - rows.start
                if min(size) < 1:
                    continue
                matrix = np.array([[step, 0, left], [0, step, top]])
                moved = cv2.warpAffine(
                    layer.rgba,
                    matrix,
                    size,
                    flags=flags | _INVERSE,
                    borderMode=cv2.BORDER_REPLICATE,
                )
                if self._over == 1:
                    np.minimum(moved[..., :3], moved[..., 3:], out=moved[..., :3])
                if seen < 1:
                    moved = cv2.convertScaleAbs(moved, alpha=seen)
                yield (rows, columns), moved


def _rounds(
    start: float, step: float, side: int, period: int, over: int
) -> list[tuple[slice, float]]:
    """Which pixels of `side` see which round of a layer that comes again, and its start there."""
    found = []
    for turn in range(int(start // period), int((start + step * (side - 1)) // period) + 1):
        first, last = (
            min(max(math.ceil((end * period - start) / step), 0), side) for end in (turn, turn + 1)
        )
        at = start + step * first - turn * period + _WRAPPED_PX * over
        found.append((slice(first, last), at))
    return found


def _tiled(rgba: Array, period_px: int, seam_px: int) -> Array:
    """`rgba` (H, W, 4) cut to a width of `period_px`, its first `seam_px` columns blended with what
    lies a period farther on, so that it goes on at its start where it ends."""
    tile = rgba[:, :period_px].copy()
    if seam_px:
        share = ((np.arange(seam_px, dtype=np.float32) + 0.5) / seam_px)[:, None]
        ends = [
            part.astype(np.float32) * weight
            for part, weight in (
                (rgba[:, :seam_px], share),
                (rgba[:, period_px : period_px + seam_px], 1 - share),
            )
        ]
        alpha = ends[0][..., 3:] + ends[1][..., 3:]
        # The colour of each counts by its share of what is seen.
        weights = [end[..., 3:] / np.maximum(alpha, 1e-6) for end in ends]
        colour = sum(
            part[..., :3] * weight
            for part, weight in zip(
                (rgba[:, :seam_px], rgba[:, period_px : period_px + seam_px]), weights, strict=True
            )
        )
        tile[:, :seam_px] = np.rint(np.dstack([colour, alpha]))
    return tile


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
