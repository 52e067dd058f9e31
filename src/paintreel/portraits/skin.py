"""Skin in flat tones of its own colour, and the lines that tell an age."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.ovals import face_ovals
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab
from paintreel.portraits.settings import PortraitSettings
from paintreel.portraits.strokes import INK, cover, laid, luma, smoothstep, soften, without_specks

__all__ = ["draw_folds", "lay_tones", "skin_of"]

_EDGE = 1.2
"""Half width of the edges between tones, in CIELAB lightness."""
_BROAD = 0.30
"""Width of a beard, in distances of the eyes, and not of a fold with what is around it."""
_ISLAND = (0.03, 0.09)
"""Area of a part of shade, in squared distances of the eyes, that is left out, and that is kept."""
_MOST_SHADE = 20.0
"""As far below its middle tone, in CIELAB lightness, the deepest shade of a face is drawn: what is
deeper in a photograph is light that fell so, and on flat skin would look like a bruise."""


def skin_of(x: Array, face: Face, unit: float) -> Array:
    """(H, W) in [0, 1]: like the skin of this face, whatever its tone and light."""
    smooth = soften(x, 0.03 * unit)
    lab = rgb_to_lab(smooth)
    height, width = x.shape[:2]
    places = np.clip(np.rint(_cheeks(face, unit) - 0.5).astype(int), 0, (width - 1, height - 1))
    seen = lab[places[:, 1], places[:, 0]]
    tone = np.median(seen, axis=0)
    away = lab - tone
    light = np.where(away[..., 0] > 0, away[..., 0] / 40, away[..., 0] / 34)
    chroma = float(np.hypot(*tone[1:]))
    far = np.sqrt(light**2 + (np.hypot(away[..., 1], away[..., 2]) / (7 + 0.42 * chroma)) ** 2)
    like = 1 - smoothstep(far, 0.75, 1.25)
    like = np.maximum(like, _shaded(x, places, face, unit, tone))
    beard = _beard(x, face, unit, tone)
    reach = face_ovals([face], height, width, edge_px=0.5 * unit).astype(np.float32) / 255
    neck = np.zeros_like(reach)
    middle = face.landmarks.mean(axis=0)
    centre = (round(float(middle[0])), round(float(middle[1] + unit)))
    cv2.ellipse(neck, centre, (round(1.15 * unit), round(1.5 * unit)), 0, 0, 360, 1.0, -1)
    like = like * np.maximum(reach, soften(neck, 0.15 * unit))
    # Folds are as rough and as dark as a beard, but narrow.
    size = max(round(_BROAD * unit), 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    broad = soften(cv2.morphologyEx(beard, cv2.MORPH_OPEN, disc), 0.02 * unit)
    shade = _closed(like, face, unit) * _in_shade(lab, face, unit, tone) * (1 - broad)
    skin: Array = soften(np.maximum(like * (1 - beard), shade).astype(np.float32), 0.012 * unit)
    return skin


def _in_shade(lab: Array, face: Face, unit: float, tone: Array) -> Array:
    """(H, W) in [0, 1]: dark, but as full of colour beside its lightness as skin is: no hair.

    Where a moustache may be, and is, nothing counts as shade: brown hair is as full of colour.
    """
    smooth = soften(lab.astype(np.float32), 0.04 * unit)
    full = np.hypot(smooth[..., 1], smooth[..., 2]) / np.maximum(smooth[..., 0], 8.0)
    usual = float(np.hypot(*tone[1:])) / max(float(tone[0]), 8.0)
    coloured = min(float(np.hypot(*tone[1:])) / 8.0, 1.0)
    shade = 1 - coloured * (1 - smoothstep(full / max(usual, 1e-3), 0.55, 0.85))
    nose, (left, right) = face.landmarks[2], face.landmarks[3:]
    down = (left + right) / 2 - nose
    places = [nose + 0.4 * down, right - 0.1 * down, left - 0.1 * down]
    lip = np.array([places[0] - (0.2 * unit, 0), places[0] + (0.2 * unit, 0), *places[1:]])
    zone = cover(lab.shape[:2], lip)
    if not (zone > 0.5).any():
        return shade
    darker = float(tone[0]) - float(np.median(lab[zone > 0.5][:, 0]))
    hair = float(smoothstep(darker, 8.0, 14.0))
    free: Array = shade * (1 - hair * soften(zone, 0.03 * unit))
    return free


def _closed(skin: Array, face: Face, unit: float) -> Array:
    """Skin over the dark of folds, nostrils and lips too, from the cheeks to the chin: what is
    drawn there is drawn on flat skin."""
    height, width = skin.shape
    size = max(round(0.22 * unit), 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    whole = cv2.morphologyEx(np.ascontiguousarray(skin), cv2.MORPH_CLOSE, disc)
    oval = face_ovals([face], height, width, edge_px=0.3 * unit).astype(np.float32) / 255
    eyes, nose = face.landmarks[:2].mean(axis=0), face.landmarks[2]
    from_row, to_row = (float((eyes + share * (nose - eyes))[1]) for share in (0.5, 0.8))
    rows = (np.arange(height) + 0.5)[:, None]
    closed: Array = soften(whole * smoothstep(oval, 0.6, 1.0), 0.012 * unit)
    return closed * smoothstep(rows, from_row, to_row)


def _cheeks(face: Face, unit: float) -> Array:
    """Places that are skin in every face."""
    eyes, nose, mouth = face.landmarks[:2], face.landmarks[2], face.landmarks[3:].mean(axis=0)
    down = (mouth - eyes.mean(axis=0)) / max(float(np.hypot(*(mouth - eyes.mean(axis=0)))), 1e-6)
    across = np.array([down[1], -down[0]])
    cheeks = [
        eye + down * d * unit + across * x * unit
        for eye in eyes
        for d in (0.45, 0.6)
        for x in (-0.1, 0.0, 0.1)
    ]
    bridge = [nose - down * 0.15 * unit]
    brow = [
        eyes.mean(axis=0) - down * d * unit + across * x * unit
        for d in (0.55, 0.7)
        for x in (-0.2, 0.0, 0.2)
    ]
    return np.array(cheeks + bridge + brow)


def _shaded(x: Array, places: Array, face: Face, unit: float, tone: Array) -> Array:
    """(H, W) in [0, 1]: skin of the same hue on which less light falls, in the middle of the face.

    Less light scales all three channels alike, so their ratios stay; hair has others.
    """
    broad = np.log(soften(x, 0.06 * unit) + 0.02)
    ratios = broad[..., :2] - broad[..., 1:]
    usual = np.median(ratios[places[:, 1], places[:, 0]], axis=0)
    own = np.linalg.norm(ratios - usual, axis=2)
    dim = rgb_to_lab(soften(x, 0.06 * unit))[..., 0]
    lit = smoothstep(dim, 0.22 * float(tone[0]), 0.34 * float(tone[0]))
    height, width = x.shape[:2]
    oval = face_ovals([face], height, width, edge_px=0.3 * unit).astype(np.float32) / 255
    inner: Array = smoothstep(oval, 0.3, 0.9) * lit * (1 - smoothstep(own, 0.22, 0.40))
    return inner


def _beard(x: Array, face: Face, unit: float, tone: Array) -> Array:
    """(H, W) in [0, 1]: hair on the lower face: rough, darker than skin, of less colour."""
    lab = rgb_to_lab(x)
    light = lab[..., 0].astype(np.float32)
    rough = soften(np.abs(light - soften(light, 0.03 * unit)), 0.06 * unit)
    smooth = soften(lab.astype(np.float32), 0.05 * unit)
    chroma = np.hypot(smooth[..., 1], smooth[..., 2]) / max(float(np.hypot(*tone[1:])), 4.0)
    grey = 1 - smoothstep(chroma, 0.55, 0.80)
    nose, mouth = face.landmarks[2], face.landmarks[3:].mean(axis=0)
    rows = (np.arange(x.shape[0]) + 0.5)[:, None]
    below = smoothstep(rows, float(nose[1]), float(nose[1] + 0.3 * (mouth - nose)[1]))
    dark = smoothstep(float(tone[0]) - smooth[..., 0], 4.0, 10.0)
    hair: Array = smoothstep(rough * (0.6 + 0.8 * grey), 1.1, 1.9) * dark * below
    return hair


def lay_tones(ground: Array, x: Array, skin: Array, unit: float, s: PortraitSettings) -> Array:
    """Skin in three tones of its own colour: light, shade and deep shade."""
    sure = skin > 0.7
    if not sure.any():
        return ground
    weight = (skin + 1e-3)[..., None]
    sigma = 0.055 * unit
    smooth = soften(x * weight, sigma) / soften(weight[..., 0], sigma)[..., None]
    lab = rgb_to_lab(np.clip(smooth, 0, 1))
    tone, bright = np.percentile(lab[..., 0][sure], (50, 85))
    below = np.clip(tone - lab[..., 0], 0, None)
    # Hard shade is lifted: it stays shade, of the colour that the skin has in the light.
    lifted = _MOST_SHADE * np.tanh(below / _MOST_SHADE)
    light = np.where(lab[..., 0] < tone, tone - lifted, lab[..., 0])

    def above(level: float) -> Array:
        return smoothstep(light, level - _EDGE, level + _EDGE)

    shade, deep = (_without_islands(1 - above(tone - d), unit) for d in (7.5, 16))
    lit = above(tone + max(0.8 * (bright - tone), 5))
    around = 0.6 * tone + 0.4 * np.clip(soften(light, 0.35 * unit), tone - 9, tone + 8)
    dim = s.shade * (0.55 + 0.45 * min(tone / 65, 1.2))
    flat = around - dim * (shade + 0.8 * deep - 0.45 * lit)
    # Flat paint has no highlights; without them a face looks darker than it is.
    mean = float(light[sure].mean())
    missing = min(0.5 * (float(np.percentile(light[sure], 80)) - mean), 7.0)
    flat = flat + 1.5 + missing + mean - float(flat[sure].mean())
    middle = np.median(lab[sure][:, 1:], axis=0)
    own = np.clip(0.5 - below / 40, 0.1, 0.5)[..., None]
    colour = own * lab[..., 1:] + (1 - own) * middle
    tones = np.dstack([
        np.clip(flat, 2, 99), colour[..., 0] + 2.0 * shade, colour[..., 1] + 1.0 * shade
    ])  # fmt: skip
    cel = lab_to_rgb(tones.astype(np.float32))
    painted: Array = ground + (s.cel * skin)[..., None] * (cel - ground)
    return painted


def _without_islands(share: Array, unit: float) -> Array:
    """A plane of shade without its small parts: alone on a cheek they would look like scars."""
    seen = (share > 0.5).astype(np.uint8)
    _count, labels, stats, _middles = cv2.connectedComponentsWithStats(seen)
    areas = stats[:, cv2.CC_STAT_AREA] / unit**2
    kept = smoothstep(areas, *_ISLAND)
    kept[0] = 1.0
    large: Array = share * soften(kept[labels].astype(np.float32), 0.01 * unit)
    return large


def draw_folds(painted: Array, x: Array, skin: Array, face: Face, unit: float, ink: float) -> Array:
    """The strongest lines of the face stay, thin and in its own colour: they tell its age."""
    grey = luma(x)
    local = soften(grey, 0.11 * unit)
    dark = (local - soften(grey, 0.02 * unit)) / (local + 0.05)
    fine = (soften(grey, 0.05 * unit) - soften(grey, 0.02 * unit)) / (local + 0.05)
    dark = np.minimum(dark, 2.5 * fine)
    lines = smoothstep(dark, 0.055, 0.11) * skin * (1 - _around_mouth(x.shape[:2], face, unit))
    lines = without_specks(lines, 0.17 * unit)
    painted = laid(painted, 0.46 * ink * lines, painted * np.float32(0.45))
    # What is far darker than a fold, from the brows to the nose, is a rim of glasses.
    eyes, nose = face.landmarks[:2].mean(axis=0), face.landmarks[2]
    rows = (np.arange(x.shape[0]) + 0.5)[:, None].astype(np.float32)
    low = float(eyes[1] + 0.85 * (nose - eyes)[1])
    rims = smoothstep(dark, 0.18, 0.30) * skin * smoothstep(-rows, -low, -low + 0.1 * unit)
    rims = without_specks(rims, 0.2 * unit)
    return laid(painted, 0.9 * ink * rims, painted * np.float32(0.25) + INK * np.float32(0.2))


def _around_mouth(size: tuple[int, int], face: Face, unit: float) -> Array:
    """(H, W) in [0, 1]: between the corners of the mouth, from the nose to the chin."""
    left, right = face.landmarks[3:]
    middle = (left + right) / 2
    turn = np.linspace(0, 2 * np.pi, 40)
    half = 0.5 * float(np.hypot(*(right - left))) + 0.02 * unit
    oval = np.stack([half * np.cos(turn), 0.34 * unit * np.sin(turn)], axis=1)
    return soften(cover(size, middle + np.array([0.0, 0.03 * unit]) + oval), 0.03 * unit)
