"""A face as a drawn character, by rule: what AFGAN is taught, and what is drawn.

A portrait is warped smoothly, so that its eyes are larger and its nose smaller, and painted by a
style; then its skin is laid in cel tones of its own colour, and eyes, nose, mouth and jaw are drawn
anew as lines and shapes where `faces.features` found them. Nothing is drawn that is not there: the
iris has its colour, the skin its tone, closed eyes stay closed, and teeth are seen where they were.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.faces.drawn_features import draw_eye, draw_jaw, draw_mouth, draw_nose
from paintreel.faces.face import Face
from paintreel.faces.features import FineFeatures
from paintreel.faces.framing import upright
from paintreel.faces.ovals import face_ovals
from paintreel.faces.strokes import cover, laid, smoothstep, soften
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab

__all__ = ["PortraitSettings", "paint_portrait", "warped"]

_EYE_REACH, _NOSE_REACH = 0.62, 0.42
"""How far around eyes and nose the picture is stretched, in distances of the eyes."""
_EDGE = 1.6
"""Half width of the edges between tones of skin, in CIELAB lightness."""


@dataclass(frozen=True)
class PortraitSettings:
    """How a portrait is drawn; lengths in distances of the eyes.

    eyes, nose: how much larger they are drawn.
    cel: share of the way of skin to flat tones; tones: how far shade lies below the light, in
    CIELAB lightness.
    ink: opacity of lines; line: width of the broadest, the upper lid.
    """

    eyes: float = 1.36
    nose: float = 0.88
    cel: float = 0.86
    shade: float = 9.0
    ink: float = 0.92
    line: float = 0.055


def warped(
    frame: Array, face: Face, settings: PortraitSettings
) -> tuple[Array, Callable[[Array], Array]]:
    """The picture with larger eyes and a smaller nose, and where places (N, 2) have gone."""
    height, width = frame.shape[:2]
    unit = float(np.hypot(*upright(face)[:, 0]))
    at = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1).reshape(
        -1, 2
    )
    centres = [(face.landmarks[0], settings.eyes, _EYE_REACH)]
    centres += [(face.landmarks[1], settings.eyes, _EYE_REACH)]
    centres += [(face.landmarks[2], settings.nose, _NOSE_REACH)]

    def source(places: Array) -> Array:
        moved = places.astype(np.float64)
        for centre, zoom, reach in centres:
            away = places - centre
            far = np.hypot(*away.T) / (reach * unit)
            weight = np.clip(1 - far * far, 0, 1) ** 2
            moved = moved - away * (weight * (1 - 1 / zoom))[:, None]
        return moved

    def target(places: Array) -> Array:
        found = places.astype(np.float64)
        for _ in range(12):
            found = found + (places - source(found))
        return found

    back = (source(at).reshape(height, width, 2) - 0.5).astype(np.float32)
    picture = cv2.remap(
        frame, back[..., 0], back[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.clip(picture, 0, 1), target


def paint_portrait(
    frame: Array,
    face: Face,
    features: FineFeatures,
    base: Callable[[Array], Array],
    settings: PortraitSettings = PortraitSettings(),
) -> tuple[Array, Array]:
    """((H, W, 3) float32 painted, (H, W) float32 in [0, 1] where it is a drawn face).

    frame: (H, W, 3) float32 RGB in [0, 1], with the face upright; face, features: in its places
    base: paints such pictures in the style of the rest
    """
    s = settings
    height, width = frame.shape[:2]
    unit = float(np.hypot(*upright(face)[:, 0]))
    bent, to = warped(frame, face, s)
    ground = base(bent)
    moved = Face(face.box, to(face.landmarks), face.confidence)
    oval = face_ovals([face], height, width, edge_px=0.25 * unit).astype(np.float32) / 255
    skin = _skin(bent, moved, features.jaw, unit)
    painted = _cel(ground, bent, skin, unit, s)
    painted = _folds(painted, bent, skin, unit, s.ink)
    if not features.mouth_covered:
        lips = np.stack([to(line) for line in features.lips])
        painted = draw_nose(painted, bent, moved, unit, s.ink)
        painted = draw_mouth(painted, bent, lips, features.is_open, unit, s.ink)
        painted = draw_jaw(painted, to(features.jaw), features.jaw_step, unit, s)
    painted = _brows(painted, bent, moved, unit, s.ink)
    if not features.eyes_covered:
        for eye in features.eyes:
            painted = draw_eye(painted, bent, eye, to, features, unit, s)
    return np.clip(painted, 0, 1).astype(np.float32), oval


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


def _skin(x: Array, face: Face, jaw: Array, unit: float) -> Array:
    """(H, W) in [0, 1]: like the skin of this face, whatever its tone, within reach of it."""
    lab = rgb_to_lab(soften(x, 0.03 * unit))
    height, width = x.shape[:2]
    places = np.clip(np.rint(_cheeks(face, unit) - 0.5).astype(int), 0, (width - 1, height - 1))
    seen = lab[places[:, 1], places[:, 0]]
    tone = np.median(seen, axis=0)
    away = lab - tone
    light = np.where(away[..., 0] > 0, away[..., 0] / 40, away[..., 0] / 34)
    chroma = np.hypot(*tone[1:])
    far = np.sqrt(light**2 + (np.hypot(away[..., 1], away[..., 2]) / (7 + 0.42 * chroma)) ** 2)
    like = 1 - smoothstep(far, 0.75, 1.25)
    reach = face_ovals([face], height, width, edge_px=0.5 * unit).astype(np.float32) / 255
    neck = np.zeros_like(reach)
    middle = face.landmarks.mean(axis=0)
    centre = (round(float(middle[0])), round(float(middle[1] + unit)))
    cv2.ellipse(neck, centre, (round(1.15 * unit), round(1.5 * unit)), 0, 0, 360, 1.0, -1)
    skin: Array = soften(like * np.maximum(reach, soften(neck, 0.15 * unit)), 0.012 * unit)
    return skin


def _cel(ground: Array, x: Array, skin: Array, unit: float, s: PortraitSettings) -> Array:
    """Skin in three tones of its own colour: light, shade and deep shade."""
    sure = skin > 0.7
    if not sure.any():
        return ground
    weight = (skin + 1e-3)[..., None]
    sigma = 0.075 * unit
    smooth = soften(x * weight, sigma) / soften(weight[..., 0], sigma)[..., None]
    lab = rgb_to_lab(np.clip(smooth, 0, 1))
    light = lab[..., 0]
    tone, bright = np.percentile(light[sure], (50, 85))

    def above(level: float) -> Array:
        return smoothstep(light, level - _EDGE, level + _EDGE)

    shade, deep = 1 - above(tone - 8.5), 1 - above(tone - 22)
    lit = above(tone + max(0.8 * (bright - tone), 5))
    around = 0.6 * tone + 0.4 * np.clip(soften(light, 0.35 * unit), tone - 12, tone + 8)
    dim = s.shade * (0.55 + 0.45 * min(tone / 65, 1.2))
    flat = around - dim * (shade + 0.9 * deep - 0.45 * lit)
    # Flat paint has no highlights; without them a face looks darker than it is.
    mean = float(light[sure].mean())
    missing = min(0.5 * (float(np.percentile(light[sure], 80)) - mean), 7.0)
    flat = flat + 1.5 + missing + mean - float(flat[sure].mean())
    colour = 0.75 * lab[..., 1:] + 0.25 * np.median(lab[sure][:, 1:], axis=0)
    tones = np.dstack([np.clip(flat, 2, 99), colour[..., 0] + shade, colour[..., 1] * 1.02])
    cel = lab_to_rgb(tones.astype(np.float32))
    painted: Array = ground + (s.cel * skin)[..., None] * (cel - ground)
    return painted


def _folds(painted: Array, x: Array, skin: Array, unit: float, ink: float) -> Array:
    """The strongest lines of the face stay, thin and in its own colour: they tell its age."""
    grey = cv2.cvtColor(np.ascontiguousarray(x), cv2.COLOR_RGB2GRAY)
    local = soften(grey, 0.11 * unit)
    dark = (local - soften(grey, 0.022 * unit)) / (local + 0.05)
    lines = smoothstep(dark, 0.055, 0.13) * skin
    return laid(painted, 0.5 * ink * lines, painted * np.float32(0.42))


def _brows(painted: Array, x: Array, face: Face, unit: float, ink: float) -> Array:
    """What is darkest above each eye, as a stroke: faint brows would go with the flat skin."""
    height, width = x.shape[:2]
    grey = cv2.cvtColor(np.ascontiguousarray(x), cv2.COLOR_RGB2GRAY)
    local = soften(grey, 0.16 * unit)
    dark = (local - soften(grey, 0.03 * unit)) / (local + 0.05)
    eyes, mouth = face.landmarks[:2], face.landmarks[3:].mean(axis=0)
    down = (mouth - eyes.mean(axis=0)) / max(float(np.hypot(*(mouth - eyes.mean(axis=0)))), 1e-6)
    angles = np.linspace(0, 2 * np.pi, 40)
    oval = np.stack([0.40 * np.cos(angles), 0.15 * np.sin(angles)], axis=1) * unit
    for eye in eyes:
        zone = cover((height, width), eye - 0.40 * unit * down + oval)
        if not (zone > 0.5).any():
            continue
        most = float(np.percentile(dark[zone > 0.5], 96))
        if most < 0.03:
            continue
        marks = smoothstep(dark, 0.22 * most, 0.5 * most) * soften(zone, 0.03 * unit)
        painted = laid(painted, 0.75 * ink * marks, painted * np.float32(0.3))
    return painted
