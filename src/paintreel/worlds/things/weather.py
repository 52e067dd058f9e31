"""What is in the air: rain, snow, fog, lightning, and the leaves and petals of a season."""

# ruff: noqa: RUF005 - lists are added to arrays here, not joined

from __future__ import annotations

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.layer_effects import noise
from paintreel.drawing.layers import FLASH_CYCLE_S, Drift, Layer
from paintreel.imaging.arrays import Array
from paintreel.worlds.composition import Composition

__all__ = ["lay_weather", "lay_weather_outside", "overcast", "rain", "snowfall"]

_RAIN = {"rain": (0.16, 1.0), "storm": (0.42, 1.5)}
"""{weather: how far rain falls aside for its length, how much of it}"""
_LENGTHS_A_S = 20.0
"""How fast rain falls, in lengths of its streaks: at 24 frames a second a streak still meets where
it was, and does not strobe."""
_NEAREST_FLAKE = 0.009
_FOG_SEAM = 0.09


def lay_weather(scene: Composition) -> None:
    """Add the layers of the weather and the season that are asked for, none where none are."""
    weather, season = scene.conditions.weather, scene.conditions.season
    if weather == "storm":
        _lightning(scene)
    if weather in _RAIN:
        _bank(scene, "haze", 0.62, scene.horizon, 0.16, 0.4)
        rain(scene, 0.5, count=420, length=0.04, opacity=0.24)
        rain(scene, 0.02, count=170, length=0.12, opacity=0.34)
    elif weather == "snow":
        _bank(scene, "haze", 0.62, scene.horizon, 0.18, 0.35)
        for depth, count, size in ((0.56, 420, 0.0026), (0.3, 170, 0.0048), (0.02, 46, 0.009)):
            snowfall(scene, depth, count=count, size=size)
    elif weather == "fog":
        _bank(scene, "far fog", 0.65, scene.horizon, 0.26, 0.75)
        _bank(scene, "fog", 0.36, scene.ground(0.25), 0.2, 0.6)
        _bank(scene, "near fog", 0.09, scene.ground(0.75), 0.16, 0.4)
    if season in ("autumn", "spring") and weather not in ("snow", "storm"):
        _leaves(scene)


def lay_weather_outside(scene: Composition) -> None:
    """Add the weather that is seen through the windows of a room."""
    weather = scene.conditions.weather
    if weather == "storm":
        _lightning(scene)
    if weather in _RAIN:
        rain(scene, 0.9, count=420, length=0.05, opacity=0.5)
    elif weather == "snow":
        snowfall(scene, 0.9, count=700, size=0.0048)
    elif weather == "fog":
        _bank(scene, "fog", 0.9, 0.45, 0.3, 0.9)


def overcast(scene: Composition, rgb: Array, bottom: float) -> None:
    """Lay a cover of clouds on a sky, float32 (H, W, 3) in 0..255, in place.

    bottom  y of the horizon, toward which the clouds lie closer together
    """
    heavy = scene.weather.heavy
    y = scene.stage.units()[1]
    rng = scene.rng("overcast")
    high = noise(rng, scene.stage, 1.8, 4.2, 5, 0.5)
    low = noise(rng, scene.stage, 2.4, 12.0, 4, 0.5)
    down = np.clip(y / max(bottom, 0.05), 0.0, 1.0) ** 1.5
    body = high + (low - high) * down
    # Lit where the cover turns to the light, as relief.
    step = max(round(0.02 * scene.stage.height_px), 1)
    toward = scene.light.toward[0]
    rows = np.minimum(np.arange(y.size) + step, y.size - 1)
    columns = np.arange(body.shape[1]) - round(step * toward)
    behind = body[rows][:, np.clip(columns, 0, body.shape[1] - 1)]
    relief = np.clip((body - behind) * 9.0, -1.0, 1.0) * (1.0 - 0.5 * down)
    dense = np.clip((body - 0.4) * 5.0, 0.0, 1.0)
    light = scene.paints.rgb(scene.paints.light).astype(np.float32)
    shade = (1.0 - heavy * (0.4 * dense + 0.3 * np.maximum(-relief, 0.0))).astype(np.float32)
    rgb *= shade[..., None]
    lit = (heavy * 0.5 * np.maximum(relief, 0.0)).astype(np.float32)
    rgb += (light - rgb) * lit[..., None]


def rain(scene: Composition, depth: float, *, count: float, length: float, opacity: float) -> None:
    """A layer of streaks of rain."""
    aside, much = _RAIN[scene.conditions.weather or "rain"]
    brush = scene.brush(f"rain {depth}", soft=True)
    rng = brush.rng
    total = scene.many(count * much)
    reach = length * rng.uniform(0.5, 1.3, total)
    slant = np.arctan2(1.0, aside * -scene.light.side) + rng.normal(0, 0.025, total)
    where = np.stack([rng.uniform(-0.1, scene.aspect + 0.1, total), rng.uniform(0, 1, total)], -1)
    where, index = _around(scene, where, 0.5 * float(reach.max()))
    reach, slant = reach[index], slant[index]
    pale = 0.45 * scene.paints.sky[-1] + 0.55 * scene.paints.light
    colour = scene.paints.rgb(pale * [1.0, 0.4, 0.4])
    thick = 0.0012 + 0.004 * length  # so thin that no method draws contours around it
    brush.fill_many(forms.dabs(where, reach, thick, slant), colour, keep=True)
    name = "rain" if depth < 0.1 else "far rain"
    # Along the streaks.
    down = _LENGTHS_A_S * length
    drift = Drift(x=down * aside * -scene.light.side, y=down)
    scene.add(name, brush, depth, rim=0.0, ink=0.0, grain=False, opacity=opacity, drift=drift)


def snowfall(scene: Composition, depth: float, *, count: float, size: float) -> None:
    """A layer of flakes of about `size`; near ones are soft."""
    brush = scene.brush(f"snowfall {depth}", soft=True)
    rng = brush.rng
    total = scene.many(count)
    where = np.stack([rng.uniform(0, scene.aspect, total), rng.uniform(0, 1, total)], -1)
    radius = size * rng.uniform(0.5, 1.25, total)
    where, index = _around(scene, where, 2 * float(radius.max()))
    radius = radius[index]
    pale = 0.35 * scene.tones_lab("snow") + 0.65 * scene.paints.light * [1.0, 0.5, 0.5]
    colour = scene.paints.rgb(pale + [6.0, 0.0, 0.0])
    if depth < 0.1:
        for spot, reach in zip(where, radius, strict=True):
            brush.glow(spot, 1.7 * reach, colour, 0.85)
    else:
        brush.fill_many(forms.ellipses(where, radius, 0.9 * radius, 10), colour, keep=True)
    name = {True: "snowfall", False: f"snowfall {depth:g}"}[depth < 0.1]
    # The nearer, the larger and the faster.
    down = 0.2 * (size / _NEAREST_FLAKE) ** 0.75
    drift = Drift(y=down, sway=0.07 * down)
    scene.add(name, brush, depth, rim=0.0, ink=0.0, grain=False, opacity=0.85, drift=drift)


def _around(scene: Composition, where: Array, reach: float) -> tuple[Array, Array]:
    """What falls at `where` (N, 2), and the same again wherever the margin has a place for it.

    Gives the places (M, 2), those of the picture first, and which of `where` each is (M,). The
    picture itself is that without a margin. Where there is a margin at all, it is to be moved: then
    what reaches into the picture by no more than `reach` is drawn at every edge, so that it tiles.
    """
    stage = scene.stage
    least = reach if any(stage.margin_px) else 0.0
    across, down = (max(px / stage.height_px, least) for px in stage.margin_px)
    places, index = [where], [np.arange(len(where))]
    if least:
        # What lies beside the picture has no fellow within it.
        index = [np.flatnonzero((where[:, 0] >= 0) & (where[:, 0] < scene.aspect))]
        places = [where[index[0]]]
    for columns in (0, -1, 1):
        for rows in (0, -1, 1):
            moved = places[0] + [columns * scene.aspect, rows]
            x, y = moved.T
            inside = (x >= 0) & (x < scene.aspect) & (y >= 0) & (y < 1)
            kept = (x >= -across) & (x <= scene.aspect + across) & (y >= -down) & (y <= 1 + down)
            kept &= ~inside
            if (columns or rows) and kept.any():
                places.append(moved[kept])
                index.append(index[0][kept])
    return np.concatenate(places), np.concatenate(index)


def _bank(
    scene: Composition, name: str, depth: float, y: float, reach: float, strength: float
) -> None:
    """A drifting bank of mist about height `y`, `reach` high to either side."""
    rng = scene.rng(name)
    drift = noise(rng, scene.stage, 0.9, 4.0, 4, 0.55)
    rows = scene.stage.units()[1]
    fall = np.exp(-(((rows - y) / reach) ** 2))
    thick = np.clip((drift - 0.28) * 1.9, 0.0, 1.0) * fall * strength
    rgba = np.empty((*thick.shape, 4), np.uint8)
    rgba[..., :3] = scene.paints.rgb(scene.paints.air_colour + [2.0, 0.0, 0.0])
    rgba[..., 3] = np.rint(thick * 255.0)
    going = Drift(x=(0.006 + 0.03 * (1.0 - depth)) * -scene.light.side, seam=_FOG_SEAM)
    scene.layers.append(Layer(name, rgba, depth, going))


def _lightning(scene: Composition) -> None:
    """A flash between the clouds and the horizon, away from what the eye comes to."""
    brush = scene.brush("lightning")
    rng = brush.rng
    away = scene.focus - scene.lean * rng.uniform(0.45, 0.75)
    start = np.array([away, 0.0])
    end = np.array([away + rng.uniform(-0.12, 0.12), scene.horizon + 0.02])
    colour = scene.paints.rgb(np.array([95.0, 6.0, -12.0]))
    brush.glow((away, 0.08), 0.5, colour, 0.3)
    brush.glow((start + end) / 2, 0.42, colour, 0.22)
    trunk = _forked(rng, start, end, 0.09)
    brush.stroke(trunk, np.linspace(0.009, 0.003, len(trunk)), colour)
    for share in (0.3, 0.5, 0.68):
        root = trunk[int(share * (len(trunk) - 1))]
        tip = root + [rng.choice([-1, 1]) * rng.uniform(0.08, 0.2), rng.uniform(0.1, 0.2)]
        branch = _forked(rng, root, tip, 0.04)
        brush.stroke(branch, np.linspace(0.004, 0.001, len(branch)), colour)
    # In a shot it strikes now and then, the first time soon.
    count = 4
    when = scene.rng("lightning strikes").uniform(0.1, 0.45, count) + np.arange(count)
    flashes_s = tuple((when * FLASH_CYCLE_S / count).tolist())
    scene.add("lightning", brush, 0.96, rim=0.0, ink=0.0, grain=False, flashes_s=flashes_s)


def _forked(rng: np.random.Generator, start: Array, end: Array, sway: float) -> Array:
    """A broken line (33, 2): midpoints moved aside, each time half as far."""
    line = np.array([start, end])
    while len(line) < 33:
        middle = 0.5 * (line[:-1] + line[1:])
        middle[:, 0] += rng.normal(0, sway, len(middle))
        middle[:, 1] += rng.normal(0, 0.3 * sway, len(middle))
        joined = np.empty((2 * len(line) - 1, 2))
        joined[::2], joined[1::2] = line, middle
        line, sway = joined, 0.5 * sway
    return line


def _leaves(scene: Composition) -> None:
    """A few leaves on the wind in autumn, petals in spring."""
    brush = scene.brush("drifting leaves")
    rng = brush.rng
    kinds = scene.outside.tones("leaf", 0.05).kinds
    if scene.conditions.season == "spring":
        kinds = (kinds[2], kinds[4])
    for _ in range(scene.many(15)):
        where = (rng.uniform(0.02, scene.aspect - 0.02), rng.uniform(0.05, 0.95))
        size = rng.uniform(0.008, 0.017)
        tones = kinds[int(rng.integers(len(kinds)))]
        angle = rng.uniform(0, np.pi)
        brush.dab(where, size, 0.5 * size, tones.at(rng.uniform(-0.1, 0.7)), angle=angle)
    drift = Drift(x=0.09 * -scene.light.side, y=0.07, sway=0.015)
    scene.add("drifting leaves", brush, 0.02, rim=0.0, ink=0.3, grain=False, drift=drift)
