"""Contours of any picture by rule: ink on the dark side of edges, drawn out along their flow.

A difference of Gaussians is dark beside an edge and in a valley (Marr and Hildreth 1980). It is
averaged along the tangents of the picture, so that broken edges become strokes (Kang 2007,
"Coherent Line Drawing"; tangents from the smoothed structure tensor and soft thresholds as
Winnemöller 2012, "XDoG", has them). What no part of which is sure, or what is short, is left out
(Canny 1986).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np

from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.tiles import apply_tiled

__all__ = ["draw_flow_lines", "line_width_px"]

_TILE_PX = 1024
_NATIVE_PX = 1000
"""Longer side of a picture that is drawn at its own size; lines of larger ones grow with them."""

_RATIO = 1.6  # of the two Gaussians: near the Laplacian, as Marr and Hildreth found
_THIN_PX, _BOLD_PX = 1.2, 5.0
_FEW, _MANY = 0.014, 0.0028  # least contrast, of lightness 0..1, at detail 0 and 1
_SOFT = 0.6  # how much of the contrast it takes from no ink to full ink
_SURE = 2.0  # times the least contrast, once in every line
_WEAK = 48
_CALM = (5, 1)  # rounds of bilateral smoothing at detail 0 and 1
_PALENESS = 0.45
_ALONG = 2.2  # reach along the flow, in widths of a line


@dataclass(frozen=True, slots=True)
class _Pen:
    """Width of the lines in pixels, and the contrast from which one is drawn."""

    width_px: float
    contrast: float
    rounds: int

    @property
    def sigma_px(self) -> float:
        """Of the finer Gaussian: the dark side of an edge is about two and a half of it wide."""
        return self.width_px / 2.5

    @property
    def halo_px(self) -> int:
        """How far a pixel of the drawing sees."""
        flow = 2 * _ALONG * self.width_px
        return ceil(4 * _RATIO * self.sigma_px + flow + 2.5 * 2 * self.width_px + 4 * self.rounds)


def line_width_px(weight: float, height_px: int, width_px: int) -> float:
    """Width of lines of a weight, 0 to 1, in a picture of this size, in pixels.

    >>> round(line_width_px(0.0, 700, 1000), 1), round(line_width_px(1.0, 2000, 1000), 1)
    (1.2, 10.0)
    """
    width = float(_THIN_PX * (_BOLD_PX / _THIN_PX) ** weight)
    return width * max(1.0, max(height_px, width_px) / _NATIVE_PX)


def draw_flow_lines(picture: Array, weight: float = 0.5, detail: float = 0.5) -> Array:
    """Coverage of ink, (H, W) uint8, 255 where all is ink.

    picture  (H, W, 3) RGB, uint8, uint16 or float in [0, 1]
    weight   0 hairlines to 1 bold lines
    detail   0 the main contours alone to 1 every fold
    """
    height, width = picture.shape[:2]
    rounds = round(_CALM[0] + (_CALM[1] - _CALM[0]) * detail)
    pen = _Pen(line_width_px(weight, height, width), _FEW * (_MANY / _FEW) ** detail, rounds)
    drawn = apply_tiled(
        picture, lambda part: _inked(part, pen), tile_px=_TILE_PX, halo_px=pen.halo_px
    )
    least_px = (10 - 6 * detail) * max(1.0, pen.width_px / 2)
    return _without_scraps(drawn, least_px)


def _inked(picture: Array, pen: _Pen) -> Array:
    """(H, W) uint8: coverage; its low bit says where a line is sure."""
    lightness, paleness = _calm_planes(picture, pen.rounds)
    dark = _darker_than_around(lightness, pen.sigma_px)
    # What is as light as its ground may still be more colourful, as orange on white is.
    dark = np.maximum(dark, _PALENESS * _darker_than_around(paleness, pen.sigma_px))
    dark = _along_flow(dark, *_tangents(lightness, pen.width_px), _ALONG * pen.width_px)
    ink = np.clip((dark / pen.contrast - 1) / _SOFT, 0, 1)
    sure = dark > _SURE * pen.contrast
    coverage: Array = np.rint(ink * 255).astype(np.uint8)
    return (coverage & 0xFE) | sure.astype(np.uint8)


def _darker_than_around(plane: Array, sigma_px: float) -> Array:
    wide = cv2.GaussianBlur(plane, (0, 0), _RATIO * sigma_px)
    dark: Array = wide - cv2.GaussianBlur(plane, (0, 0), sigma_px)
    return dark


def _calm_planes(picture: Array, rounds: int) -> tuple[Array, Array]:
    """(H, W) float32 in [0, 1] each: L*, and the least of R, G and B; no texture, edges kept."""
    rgb = np.ascontiguousarray(to_float(picture), np.float32)
    planes = [
        np.ascontiguousarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[..., 0]) / 100,
        cv2.min(cv2.min(rgb[..., 0], rgb[..., 1]), rgb[..., 2]),
    ]
    for _ in range(rounds):
        planes = [cv2.bilateralFilter(plane, 7, 0.06, 2.0) for plane in planes]
    return planes[0], planes[1]


def _tangents(lightness: Array, width_px: float) -> tuple[Array, Array]:
    """(H, W) each: x and y of the unit vector along the contours."""
    gx = cv2.Sobel(lightness, cv2.CV_32F, 1, 0, ksize=3)
    gy = cv2.Sobel(lightness, cv2.CV_32F, 0, 1, ksize=3)
    spread = max(1.5, width_px)
    xx, yy, xy = (cv2.GaussianBlur(p, (0, 0), spread) for p in (gx * gx, gy * gy, gx * gy))
    # The eigenvector of the lesser eigenvalue: a right angle to where lightness changes most.
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.float32(np.pi / 2)
    return np.cos(angle), np.sin(angle)


def _along_flow(values: Array, tx: Array, ty: Array, reach_px: float) -> Array:
    """`values` averaged along the tangents, with the weights of a Gaussian (line integrals)."""
    height, width = values.shape
    step = max(1.0, reach_px / 6)
    columns, rows = np.meshgrid(
        np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    )
    total, weights = values.copy(), 1.0
    for sign in (1.0, -1.0):
        x, y = columns + sign * step * tx, rows + sign * step * ty
        dx, dy = sign * tx, sign * ty
        at = step
        while at <= 2 * reach_px:
            weight = float(np.exp(-0.5 * (at / reach_px) ** 2))
            total += weight * _sampled(values, x, y)
            weights += weight
            nx, ny = _sampled(tx, x, y), _sampled(ty, x, y)
            # A tangent has no direction of its own: go on as one came.
            turn = np.where(nx * dx + ny * dy < 0, np.float32(-1), np.float32(1))
            dx, dy = turn * nx, turn * ny
            x, y, at = x + step * dx, y + step * dy, at + step
    return total / np.float32(weights)


def _sampled(plane: Array, x: Array, y: Array) -> Array:
    out: Array = cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out


def _without_scraps(drawn: Array, least_px: float) -> Array:
    """The lines that are sure somewhere and span `least_px` in height or width."""
    weak = (drawn >= _WEAK).astype(np.uint8)
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(weak, connectivity=8)
    keep = np.zeros(count, bool)
    for top in range(0, len(drawn), _TILE_PX):
        band = slice(top, top + _TILE_PX)
        keep[pieces[band][(drawn[band] & 1) == 1]] = True
    keep &= facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= least_px
    keep[0] = False
    # Ink that is paler than `_WEAK` is the soft rim of what stays.
    near = cv2.dilate(keep[pieces].astype(np.uint8), np.ones((3, 3), np.uint8))
    out: Array = drawn | (drawn >> 7)
    out *= near
    return out
