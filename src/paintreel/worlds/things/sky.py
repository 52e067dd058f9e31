"""Skies: gradient, sun and moon, clouds of three kinds or a cover, stars, shafts of light."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.brush import Brush
from paintreel.drawing.forms import Point
from paintreel.drawing.layer_effects import noise
from paintreel.drawing.layers import Drift
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition
from paintreel.worlds.things.weather import overcast

__all__ = ["clouds", "heavens", "paint_sky", "shafts", "stars", "sun"]


_ZENITH = 0.15
"""Over how much of the gradient's height it comes to rest above the picture."""


def gradient(scene: Composition, bottom: float) -> Array:
    """The mood's sky (H, 1, 3), float 0..255, from the top to `bottom`."""
    y = scene.stage.units()[1].ravel()
    at = np.linspace(0.0, 1.0, 65)
    stops = np.linspace(0.0, 1.0, len(scene.paints.sky))
    lab = np.stack([np.interp(at, stops, scene.paints.sky[:, i]) for i in range(3)], axis=-1)
    rgb = scene.paints.rgb(lab).astype(float)
    where = np.clip(y / bottom, 0.0, 1.0)
    sky = np.stack([np.interp(where, at, rgb[:, i]) for i in range(3)], axis=-1)
    # Above the picture it goes on as it began, slower and slower.
    beyond = _ZENITH * np.expm1(np.minimum(y / bottom, 0.0) / _ZENITH)
    steps = 8
    sky += beyond[:, None] * (rgb[steps] - rgb[0]) / at[steps]
    shown: Array = np.clip(sky, 0.0, 255.0)[:, None]
    return shown


def paint_sky(scene: Composition, *, bottom: float | None = None, glow: float = 0.5) -> None:
    """The opaque back: gradient, painted unevenly, with the light's halo."""
    x, y = scene.stage.units()
    rgb = gradient(scene, scene.horizon if bottom is None else bottom).astype(np.float32)
    veil = noise(scene.rng("sky"), scene.stage, 2.2, 5.5, 5).astype(np.float32)
    rgb = rgb * (np.float32(0.92) + np.float32(0.16) * veil)[..., None]
    if scene.weather.cover:
        overcast(scene, rgb, scene.horizon if bottom is None else bottom)
        glow *= 1.0 - 0.6 * scene.weather.cover
    if scene.conditions.feeling is not None:
        glow = min(1.0, glow * scene.conditions.feeling.glow)
    weight = np.zeros_like(veil)
    for share, spread in ((0.55, 0.06), (0.45, 0.45)):
        down = glow * share * np.exp(-((y - scene.light.y) ** 2) / spread)
        weight += down.astype(np.float32) * np.exp(-((x - scene.light.x) ** 2) / spread).astype(
            np.float32
        )
    light = scene.paints.rgb(scene.paints.light).astype(np.float32)
    rgb += (light - rgb) * weight[..., None]
    scene.add_sky(rgb)


def stars(scene: Composition, brush: Brush, count: float, bottom: float) -> None:
    """Stars above `bottom`: most of them dim, a few with a cross of light."""
    if scene.weather.cover > 0.8:
        return
    rng = scene.rng("stars")
    total = scene.many(count * (1.0 - scene.weather.cover))
    where = np.stack([rng.uniform(0, scene.aspect, total), bottom * rng.random(total)], axis=-1)
    brightness = rng.random(total) ** 3
    radius = 0.0011 + 0.0022 * brightness
    white = scene.paints.rgb(np.array([97.0, 0.0, 4.0]))
    sky = scene.paints.rgb(scene.paints.sky[1])
    mixed = sky + (white.astype(float) - sky) * (0.35 + 0.65 * brightness[:, None])
    brush.fill_many(forms.ellipses(where, radius, count=8), mixed.astype(np.uint8), keep=True)
    for i in np.flatnonzero(brightness > 0.75)[:14]:
        reach = 0.012 * brightness[i]
        brush.glow(where[i], reach * 1.6, white, 0.3)
        cross = [(where[i] - d, where[i] + d) for d in ([reach, 0.0], [0.0, reach])]
        for a, b in cross:
            brush.dab(
                (a + b) / 2, 2 * reach, 0.0022, white, angle=0.0 if a[1] == b[1] else np.pi / 2
            )


def sun(scene: Composition, brush: Brush, radius: float) -> None:
    """The disc of the sun, or a moon with seas and a crescent's shade."""
    centre = np.array([scene.light.x, scene.light.y])
    light = scene.paints.rgb(scene.paints.light * [1.0, 0.55, 0.55] + [6.0, 0.0, 0.0])
    through = 1.0 - scene.weather.cover
    brush.glow(centre, radius * 5.0, light, 0.4 * max(through, 0.4))
    if through < 0.5:  # it is behind the clouds
        return
    brush.glow(centre, radius * 2.2, light, 0.5)
    brush.disc(centre, radius, light, count=60)
    if not scene.night:
        return
    rng = scene.rng("moon")
    dim = scene.paints.rgb(scene.paints.light * 0.8)
    angle, reach = rng.uniform(0.0, 2.0 * np.pi, 9), np.sqrt(rng.random(9)) * 0.7
    where = centre + radius * np.stack([np.cos(angle), np.sin(angle)], -1) * reach[:, None]
    size = radius * np.minimum(rng.uniform(0.08, 0.34, 9), 0.95 - reach)
    for spot in forms.blobs(rng, where, size, rough=0.3):
        brush.wash(spot, dim, 0.35)


def clouds(scene: Composition, kind: str, *, top: float, bottom: float) -> None:
    """A layer of clouds: "heaps" (cumulus), "streaks", or "banks" that hug the horizon."""
    if scene.weather.cover > 0.8:
        return  # they are part of the sky
    brush = scene.brush("clouds")
    drift = Drift(x=-0.006 * scene.light.side, seam=0.09)
    rng = brush.rng
    sky = scene.paints.sky
    lit = scene.paints.rgb(0.35 * sky[-1] + 0.65 * scene.paints.light)
    base = scene.paints.rgb(0.7 * sky[1] + 0.3 * sky[-1] + [4.0, 0.0, 0.0])
    body = scene.paints.rgb(0.2 * sky[1] + 0.5 * sky[-1] + 0.3 * scene.paints.light)
    if scene.weather.cover:
        pale = 0.65 * sky[-1] + 0.35 * scene.paints.light
        lit, body, base = (scene.paints.rgb(pale + k * (sky[0] - pale)) for k in (0.0, 0.35, 0.8))
    if scene.night:
        lit, body = (scene.paints.rgb(sky[-1] + [k, 0.0, 0.0]) for k in (10.0, -4.0))
    if kind == "streaks":
        for _ in range(scene.many(11)):
            y = rng.uniform(top, bottom)
            x, length = rng.uniform(-0.2, scene.aspect), rng.uniform(0.25, 0.9)
            bend = rng.uniform(-0.015, 0.015, 3)
            path = [[x + length * i / 3, y + (bend[i - 1] if i else 0.0)] for i in range(4)]
            middle = forms.curve(path, 20)
            width = rng.uniform(0.008, 0.03) * np.sin(np.linspace(0.05, 3.09, 20)) ** 0.8
            brush.wash(forms.strip(middle, width), lit if rng.random() < 0.6 else base, 0.5)
        scene.add("clouds", brush, 0.97, rim=0.0, ink=0.0, drift=drift)
        return
    count = scene.many(6 if kind == "heaps" else 9)
    heaps = sorted(rng.uniform(0.0, 1.0, count))
    if scene.conditions.weather == "clear":
        heaps = heaps[::2]
    for k in heaps:
        # Far clouds stand low and small.
        foot = top + (bottom - top) * (k if kind == "heaps" else 0.75 + 0.25 * k)
        size = (0.16 - 0.1 * k if kind == "heaps" else 0.12) * rng.uniform(0.6, 1.4)
        x = rng.uniform(-0.1, scene.aspect + 0.1)
        _heap(scene, brush, x, foot, size, (base, body, lit))
    scene.add("clouds", brush, 0.97, rim=0.0, ink=0.0, drift=drift)


def _heap(
    scene: Composition, brush: Brush, x: float, foot: float, size: float, colours: Sequence[Array]
) -> None:
    """One cumulus: a flat foot, a heap of puffs, each lit on the light's side."""
    rng = brush.rng
    count = 11
    along = np.linspace(-1.0, 1.0, count) + rng.uniform(-0.08, 0.08, count)
    height = (1.0 - along**2) * rng.uniform(0.4, 1.0, count)
    radius = size * (0.24 + 0.3 * (1.0 - np.abs(along))) * rng.uniform(0.8, 1.2, count)
    centres = np.stack([x + along * size * 1.7, foot - height * size * 0.8], axis=-1)
    order = np.argsort(centres[:, 1])
    side = np.array(scene.light.toward)
    for step, shrink, colour in zip((0.0, 0.22, 0.42), (1.0, 0.82, 0.5), colours, strict=True):
        puffs = forms.blobs(
            rng,
            centres + side * step * radius[:, None],
            radius * shrink,
            rough=0.1,
            flat=0.85,
            count=22,
        )
        puffs[..., 1] = np.minimum(puffs[..., 1], foot + 0.1 * size * (1.0 - step))
        brush.fill_many(puffs[order], colour)


def shafts(
    scene: Composition,
    origin: Point,
    strength: float,
    *,
    depth: float,
) -> None:
    """A layer of slanting shafts of light that fade on their way down."""
    brush = scene.brush("shafts", soft=True)
    rng = brush.rng
    colour = scene.paints.rgb(scene.paints.light)
    spread = rng.uniform(0.25, 0.5)
    origin = np.asarray(origin, float)
    middle = np.arctan2(0.75 - origin[1], scene.focus - origin[0])
    for angle in middle + rng.uniform(-spread, spread, 9):
        width = rng.uniform(0.012, 0.05)
        ray = [[np.cos(a), np.sin(a)] for a in (angle - width, angle + width)]
        reach = rng.uniform(0.8, 1.25)
        for share in (1.0, 0.8, 0.6):
            quad = np.array(
                [
                    origin + 0.06 * np.array(ray[0]),
                    origin + reach * share * np.array(ray[0]),
                    origin + reach * share * np.array(ray[1]),
                    origin + 0.06 * np.array(ray[1]),
                ]
            )
            brush.wash(quad, colour, strength / 3)
    scene.add("light", brush, depth, rim=0.0, ink=0.0, grain=False)


def heavens(scene: Composition, *, low: float) -> None:
    """Sky, stars or sun, and clouds, for an open view down to y `low`."""
    paint_sky(scene, bottom=low, glow=0.6)
    brush = scene.brush("stars")
    if scene.night:
        stars(scene, brush, 90, low * 0.9)
    if scene.night or scene.paints.mood.hour != "day":
        sun(scene, brush, 0.045)
        scene.add("lights of the sky", brush, 0.99, rim=0.0, ink=0.0, grain=False)
    kind = ("heaps", "streaks", "banks")[scene.streams.pick("clouds", 3)]
    clouds(scene, kind, top=0.1, bottom=low)
