"""The layers of a scene, each painted by itself with what stands behind it and nothing before.

A network draws ink around what it sees. A layer cut out of the whole painting would keep the
contours of all that stands before it, and show them as soon as the layers move. So each layer is
painted in a picture that ends with it.

What shows through a layer is taken out: C = (P - (1 - a) B) / a, with the painting P, the painted
layers behind B and the alpha a, which stays as it was drawn. Where a is small this says little,
and would leave ink of the contour as a dark or bright fringe: there the layer takes the drawn
colour, changed as the paint nearby has changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from paintreel.drawing.layers import Layer, LayerStack, composite
from paintreel.imaging.alpha import bleed_colour
from paintreel.imaging.arrays import Array
from paintreel.scenes.from_category import code_of, paint_drawing
from paintreel.scenes.methods import Method
from paintreel.worlds.categories import Category

__all__ = ["paint_layers", "painted_stack"]

_BAND_PX = 256
_NEAR_PX = 2.0
"""How far a colour is looked for at a soft edge: sigma."""
_TRUST = 0.1
"""The alpha squared at which a half transparent pixel's own colour and its neighbours' count
alike."""
_THIN = 0.02
"""Weight of edges, beside 1 inside: counts where there are edges alone, as in stars and grass."""
_SQUARE = np.ones((3, 3), np.uint8)

OnLayer = Callable[[int, int], None]
"""Called with (layers painted, all layers)."""


def painted_stack(
    stack: LayerStack,
    category: Category,
    method: Method,
    strength: float = 1.0,
    *,
    on_layer: OnLayer | None = None,
) -> LayerStack:
    """All layers of `paint_layers` together."""
    layers = tuple(paint_layers(stack, category, method, strength, on_layer=on_layer))
    return LayerStack(layers, stack.margin_px)


def paint_layers(
    stack: LayerStack,
    category: Category,
    method: Method,
    strength: float = 1.0,
    *,
    on_layer: OnLayer | None = None,
) -> Iterator[Layer]:
    """The layers of a drawn stack painted, back to front, one at a time.

    Names, depths and alpha are those of the drawing; under alpha 0 lies the colour nearby. Takes
    one painting a layer; beside the stack and the layer it holds two pictures.
    """
    draws = method.draws and strength == 1
    code = None if draws or strength == 0 else code_of(stack, category, method)
    drawn = stack.layers[0].rgba[..., :3].copy()
    painted = None
    for done, layer in enumerate(stack.layers, start=1):
        rgba = layer.rgba.copy()
        if not draws:
            composite(drawn, layer.rgba)
            picture = paint_drawing(drawn, category, method, strength, code=code)
            if painted is None:
                painted = picture.copy()
            rgba[..., :3] = _taken_out(picture, painted, layer.rgba)
        rgba[..., :3] = bleed_colour(rgba[..., :3], rgba[..., 3])
        if painted is not None:
            composite(painted, rgba)
        if on_layer is not None:
            on_layer(done, len(stack.layers))
        yield replace(layer, rgba=rgba)


def _taken_out(picture: Array, behind: Array, drawn: Array) -> Array:
    """The colour (H, W, 3) uint8 of a layer, from the picture that ends with it.

    picture  uint8 (H, W, 3), painted
    behind   likewise, the layers behind it
    drawn    uint8 (H, W, 4), the layer before it was painted, straight alpha
    """
    out = picture.copy()
    alpha = drawn[..., 3]
    soft: Array = (alpha > 0) & (alpha < 255)
    soft_rows: Array = np.any(soft, axis=1, keepdims=True)
    reach_px = round(4 * _NEAR_PX)
    for top in range(0, len(drawn), _BAND_PX):
        if soft_rows[top : top + _BAND_PX].any():
            first = max(top - reach_px, 0)
            rows = slice(first, top + _BAND_PX + reach_px)
            colour = _soft_colour(picture[rows], behind[rows], drawn[rows])
            out[top : top + _BAND_PX] = colour[top - first :][:_BAND_PX]
    return out


def _soft_colour(picture: Array, behind: Array, drawn: Array) -> Array:
    alpha = drawn[..., 3:].astype(np.float32) / 255
    seen = picture.astype(np.float32) - (1 - alpha) * behind
    seen = np.clip(seen / np.maximum(alpha, 1 / 255), 0, 255)
    # The brush of the network is a pixel wider than the edge that was drawn.
    inner = cv2.erode(alpha, _SQUARE)[..., None]
    weight = inner * inner + _THIN * alpha * alpha
    change = _blurred((seen - drawn[..., :3]) * weight)
    nearby = drawn[..., :3] + change / np.maximum(_blurred(weight), 1e-6)
    # Grass and stars have no inside to learn from, and keep what is seen of them.
    has_inside = np.minimum(4 * _blurred(inner * inner), 1)
    trust = has_inside * _trust(inner) + (1 - has_inside) * _trust(alpha)
    colour: Array = np.clip(nearby + (seen - nearby) * trust, 0, 255)
    return np.rint(colour).astype(np.uint8)


def _trust(alpha: Array) -> Array:
    trust: Array = alpha * alpha / (alpha * alpha + _TRUST * (1 - alpha))
    return trust


def _blurred(plane: Array) -> Array:
    # OpenCV drops a last axis of one.
    blurred: Array = cv2.GaussianBlur(plane, (0, 0), _NEAR_PX)
    if blurred.ndim < plane.ndim:
        blurred = blurred[..., None]
    return blurred
