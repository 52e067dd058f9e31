"""Skies: gradient, sun and moon, clouds of three kinds, stars, shafts of light."""

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.layer_effects import noise
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Plan

__all__ = ["clouds", "heavens", "paint_sky", "shafts", "stars", "sun"]


def gradient(plan: Plan, bottom: float) -> Array:
    """The mood's sky (H, 1, 3), float 0..255, from the top to `bottom`."""
    y = plan.stage.units()[1].ravel()
    at = np.linspace(0.0, 1.0, 65)
    stops = np.linspace(0.0, 1.0, len(plan.paints.sky))
    lab = np.stack([np.interp(at, stops, plan.paints.sky[:, i]) for i in range(3)], axis=-1)
    rgb = plan.paints.rgb(lab).astype(float)
    where = np.clip(y / bottom, 0.0, 1.0)
    return np.stack([np.interp(where, at, rgb[:, i]) for i in range(3)], axis=-1)[:, None]


def paint_sky(plan: Plan, *, bottom: float | None = None, glow: float = 0.5) -> None:
    """The opaque back: gradient, painted unevenly, with the light's halo."""
    x, y = plan.stage.units()
    rgb = gradient(plan, plan.horizon if bottom is None else bottom).astype(np.float32)
    veil = noise(plan.rng("sky"), plan.stage, 2.2, 5.5, 5).astype(np.float32)
    rgb = rgb * (np.float32(0.92) + np.float32(0.16) * veil)[..., None]
    weight = np.zeros_like(veil)
    for share, spread in ((0.55, 0.06), (0.45, 0.45)):
        down = glow * share * np.exp(-((y - plan.light.y) ** 2) / spread)
        weight += down.astype(np.float32) * np.exp(-((x - plan.light.x) ** 2) / spread).astype(
            np.float32
        )
    light = plan.paints.rgb(plan.paints.light).astype(np.float32)
    rgb += (light - rgb) * weight[..., None]
    plan.add_sky(rgb)


def stars(plan: Plan, canvas, count: float, bottom: float, part: str = "stars") -> None:
    """Stars above `bottom`: most of them dim, a few with a cross of light."""
    rng = plan.rng(part)
    total = plan.many(count)
    where = np.stack([rng.uniform(0, plan.aspect, total), bottom * rng.random(total)], axis=-1)
    brightness = rng.random(total) ** 3
    radius = 0.0011 + 0.0022 * brightness
    white = plan.paints.rgb(np.array([97.0, 0.0, 4.0]))
    sky = plan.paints.rgb(plan.paints.sky[1])
    mixed = sky + (white.astype(float) - sky) * (0.35 + 0.65 * brightness[:, None])
    canvas.fill_many(forms.ellipses(where, radius, count=8), mixed.astype(np.uint8), keep=True)
    for i in np.flatnonzero(brightness > 0.75)[:14]:
        reach = 0.012 * brightness[i]
        canvas.glow(where[i], reach * 1.6, white, 0.3)
        cross = [(where[i] - d, where[i] + d) for d in ([reach, 0.0], [0.0, reach])]
        for a, b in cross:
            canvas.fill(
                forms.dabs((a + b) / 2, 2 * reach, 0.0022, 0.0 if a[1] == b[1] else np.pi / 2)[0],
                white,
            )


def sun(plan: Plan, canvas, radius: float) -> None:
    """The disc of the sun, or a moon with seas and a crescent's shade."""
    centre = np.array([plan.light.x, plan.light.y])
    light = plan.paints.rgb(plan.paints.light * [1.0, 0.55, 0.55] + [6.0, 0.0, 0.0])
    canvas.glow(centre, radius * 5.0, light, 0.4)
    canvas.glow(centre, radius * 2.2, light, 0.5)
    canvas.fill(forms.ellipses(centre, radius, count=60)[0], light)
    if not plan.night:
        return
    rng = plan.rng("moon")
    dim = plan.paints.rgb(plan.paints.light * 0.8)
    angle, reach = rng.uniform(0.0, 2.0 * np.pi, 9), np.sqrt(rng.random(9)) * 0.7
    where = centre + radius * np.stack([np.cos(angle), np.sin(angle)], -1) * reach[:, None]
    size = radius * np.minimum(rng.uniform(0.08, 0.34, 9), 0.95 - reach)
    for spot in forms.blobs(rng, where, size, rough=0.3):
        canvas.wash(spot, dim, 0.35)


def clouds(plan: Plan, kind: str, *, top: float, bottom: float, part: str = "clouds") -> None:
    """A layer of clouds: "heaps" (cumulus), "streaks", or "banks" that hug the horizon."""
    canvas = plan.canvas()
    rng = plan.rng(part)
    sky = plan.paints.sky
    lit = plan.paints.rgb(0.35 * sky[-1] + 0.65 * plan.paints.light)
    base = plan.paints.rgb(0.7 * sky[1] + 0.3 * sky[-1] + [4.0, 0.0, 0.0])
    body = plan.paints.rgb(0.2 * sky[1] + 0.5 * sky[-1] + 0.3 * plan.paints.light)
    if plan.night:
        lit, body = (plan.paints.rgb(sky[-1] + [k, 0.0, 0.0]) for k in (10.0, -4.0))
    if kind == "streaks":
        for _ in range(plan.many(11)):
            y = rng.uniform(top, bottom)
            x, length = rng.uniform(-0.2, plan.aspect), rng.uniform(0.25, 0.9)
            bend = rng.uniform(-0.015, 0.015, 3)
            path = [[x + length * i / 3, y + (bend[i - 1] if i else 0.0)] for i in range(4)]
            middle = forms.curve(path, 20)
            width = rng.uniform(0.008, 0.03) * np.sin(np.linspace(0.05, 3.09, 20)) ** 0.8
            canvas.wash(forms.strip(middle, width), lit if rng.random() < 0.6 else base, 0.5)
        plan.add("clouds", canvas, 0.97, rim=0.0, ink=0.0)
        return
    count = plan.many(6 if kind == "heaps" else 9)
    heaps = sorted(rng.uniform(0.0, 1.0, count))
    for k in heaps:
        # Far clouds stand low and small.
        foot = top + (bottom - top) * (k if kind == "heaps" else 0.75 + 0.25 * k)
        size = (0.16 - 0.1 * k if kind == "heaps" else 0.12) * rng.uniform(0.6, 1.4)
        x = rng.uniform(-0.1, plan.aspect + 0.1)
        _heap(plan, canvas, rng, x, foot, size, (base, body, lit))
    plan.add("clouds", canvas, 0.97, rim=0.0, ink=0.0)


def _heap(plan: Plan, canvas, rng, x: float, foot: float, size: float, colours) -> None:
    """One cumulus: a flat foot, a heap of puffs, each lit on the light's side."""
    count = 11
    along = np.linspace(-1.0, 1.0, count) + rng.uniform(-0.08, 0.08, count)
    height = (1.0 - along**2) * rng.uniform(0.4, 1.0, count)
    radius = size * (0.24 + 0.3 * (1.0 - np.abs(along))) * rng.uniform(0.8, 1.2, count)
    centres = np.stack([x + along * size * 1.7, foot - height * size * 0.8], axis=-1)
    order = np.argsort(centres[:, 1])
    side = np.array(plan.light.toward)
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
        canvas.fill_many(puffs[order], colour)


def shafts(
    plan: Plan,
    origin: tuple[float, float],
    strength: float,
    part: str = "shafts",
    depth: float = 0.4,
) -> None:
    """A layer of slanting shafts of light that fade on their way down."""
    canvas = plan.canvas(soft=True)
    rng = plan.rng(part)
    colour = plan.paints.rgb(plan.paints.light)
    spread = rng.uniform(0.25, 0.5)
    origin = np.asarray(origin, float)
    middle = np.arctan2(0.75 - origin[1], plan.focus - origin[0])
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
            canvas.wash(quad, colour, strength / 3)
    plan.add("light", canvas, depth, rim=0.0, ink=0.0, grain=False)


def heavens(plan: Plan, *, low: float) -> None:
    """Sky, stars or sun, and clouds, for an open view down to y `low`."""
    paint_sky(plan, bottom=low, glow=0.6)
    canvas = plan.canvas()
    if plan.night:
        stars(plan, canvas, 90, low * 0.9)
    if plan.night or plan.paints.mood.hour != "day":
        sun(plan, canvas, 0.045)
        plan.add("lights of the sky", canvas, 0.99, rim=0.0, ink=0.0, grain=False)
    kind = ("heaps", "streaks", "banks")[plan.chance.turn("clouds", 3)]
    clouds(plan, kind, top=0.1, bottom=low)
