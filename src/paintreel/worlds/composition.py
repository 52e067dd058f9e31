"""What a picture is composed of: hour, light, eye level, focus; and the layers as they are laid."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from paintreel.drawing import layer_effects
from paintreel.drawing.brush import Brush
from paintreel.drawing.canvas import Canvas, Stage
from paintreel.drawing.layers import Drift, Layer, LayerStack
from paintreel.drawing.palette import Paints, Tones
from paintreel.drawing.random_streams import RandomStreams
from paintreel.imaging.arrays import Array
from paintreel.worlds.conditions import Conditions
from paintreel.worlds.overscan import continued
from paintreel.worlds.weathers import WEATHER_LIGHT, WeatherLight

__all__ = ["Composition", "Light"]

_OPAQUE = 0.5
"""What is seen through more than that has no contour."""


@dataclass(frozen=True)
class Light:
    """The sun or moon.

    x, y  its place, in composed units
    side  -1 it lights from the left, 1 from the right
    """

    x: float
    y: float
    side: int

    @property
    def toward(self) -> tuple[float, float]:
        """Unit vector from the scene to the light, y downward."""
        return (0.78 * self.side, -0.62578)


@dataclass
class Composition:
    """What every rule needs to know of a picture, and the layers that it adds.

    stage    size of the picture
    streams  generators by the name of a part
    paints   pigments under the hour's light
    light    the sun or moon
    horizon  eye level, y
    focus    x of the centre of interest
    lean     -1 the weight of the picture is to the left, 1 to the right
    crowd    0.6 (sparse) to 1.4 (dense)

    conditions  what is asked for of hour, season and weather, and the world has
    usual_hour  the seed's own hour, which what is left to chance goes by at every other too
    outside     pigments of what is out of doors; those of the whole picture but for a room
    layers      what has been added, in that order
    traced      whether `shapes` are kept too, for a drawing in lines
    shapes      of each layer with opaque forms in it, (H, W) int32 as `Canvas.shapes` has them
    """

    stage: Stage
    streams: RandomStreams
    paints: Paints
    light: Light
    horizon: float
    focus: float
    lean: int
    crowd: float
    conditions: Conditions
    usual_hour: str
    outside: Paints
    layers: list[Layer] = field(default_factory=list)
    traced: bool = False
    shapes: list[tuple[Layer, Array]] = field(default_factory=list)
    _strokes: Array | None = None

    @property
    def aspect(self) -> float:
        """Width of the composition in frame heights."""
        return self.stage.aspect

    @property
    def night(self) -> bool:
        """Whether it is night."""
        return self.paints.mood.hour == "night"

    @property
    def weather(self) -> WeatherLight:
        """What the weather that is asked for does; nothing where none is."""
        return WEATHER_LIGHT[self.conditions.weather or "clear"]

    def rng(self, part: str) -> np.random.Generator:
        """A fresh generator for `part`, the same at every call."""
        return self.streams.stream(part)

    def brush(self, part: str | np.random.Generator, *, soft: bool = False) -> Brush:
        """A brush on an empty layer.

        part  whose generator the brush draws from, or a generator in use
        soft  the layer will hold nothing but washes and glows
        """
        rng = self.rng(part) if isinstance(part, str) else part
        canvas = Canvas(self.stage, soft=soft, traced=self.traced and not soft)
        return Brush(canvas, rng, self.light.side)

    def tones(self, pigment: str, depth: float) -> Tones:
        """A pigment as seen at `depth`."""
        return self.paints.tones(pigment, depth)

    def pigment(self, name: str) -> Array:
        """CIELAB (3,) of a pigment as the hour shows it, near and half lit."""
        local = self.paints.pigments[name] * np.array([self.paints.mood.exposure, 1.0, 1.0])
        light = 0.2 * self.paints.light * [self.paints.mood.exposure, 1.0, 1.0]
        colour: Array = 0.8 * local + light
        return colour

    def tones_lab(self, pigment: str) -> Array:
        """CIELAB (3,) of a pigment out of doors as the hour dims it."""
        mood = self.outside.mood
        dimmed: Array = self.outside.pigments[pigment] * [mood.exposure, 1.0, 1.0]
        return dimmed

    def many(self, count: float) -> int:
        """How many of something, of which a dense 16:9 frame holds `count`."""
        return max(1, round(count * self.crowd * self.aspect * 9 / 16))

    def ground(self, nearness: float) -> float:
        """y of flat ground, from the horizon (0) to the lower edge (1)."""
        return self.horizon + (1.0 - self.horizon) * nearness

    def add(
        self,
        name: str,
        brush: Brush,
        depth: float,
        *,
        rim: float = 0.5,
        ink: float = 0.5,
        mist: tuple[float, float, float] | None = None,
        grain: bool = True,
        opacity: float = 1.0,
        drift: Drift | None = None,
        flashes_s: tuple[float, ...] = (),
    ) -> None:
        """Finish the layer under `brush` and lay it on the stack.

        depth  0 (near) to 1 (sky)
        rim    strength of the light on its edges, 0..1
        ink    strength of its outline, 0..1, fading with depth
        mist   (top, bottom, strength) of air rising from its foot
        grain  whether it shows the picture's uneven brush

        opacity  what its alpha is multiplied with, 0..1
        drift    how it moves by itself in a shot

        flashes_s  when it lights up in a shot, as `Layer` has it
        """
        rgba = continued(brush.canvas)
        if grain and rgba[..., 3].any():
            layer_effects.grain(rgba, self._grain())
        near = 1.0 - depth
        unit_px = self.stage.height_px
        if ink * near > 0.05:
            darkest = self.paints.rgb(self._ink(depth))
            layer_effects.contour(rgba, 0.0016 * unit_px * (0.5 + near), darkest, ink * near)
        if self.conditions.feeling is not None:
            rim = min(1.0, rim * self.conditions.feeling.rim)
        if rim > 0.0:
            lit = self.paints.rgb(self._lit(depth))
            layer_effects.rim(rgba, self.light.toward, 0.012 * unit_px * (0.4 + near), lit, rim)
        if mist is not None:
            air = self.paints.rgb(self.paints.air_colour)
            layer_effects.mist(rgba, self.stage.units()[1], mist[0], mist[1], air, mist[2])
        if opacity < 1.0:
            rgba[..., 3] = np.rint(rgba[..., 3] * opacity)
        layer = Layer(name, rgba, depth, drift, flashes_s)
        self.layers.append(layer)
        if self.traced and not brush.canvas.soft and opacity >= _OPAQUE:
            self.shapes.append((layer, brush.canvas.shapes()))

    def add_sky(self, rgb: Array) -> None:
        """Lay the opaque back, float (H, W, 3) in 0..255."""
        rgba = np.full((*rgb.shape[:2], 4), 255, np.uint8)
        rgba[..., :3] = np.clip(rgb + 0.5, 0.0, 255.0)
        self.layers.append(Layer("sky", rgba, 1.0))

    def stack(self) -> LayerStack:
        """The layers, farthest first; of one depth, in the order that they were added."""
        layers = tuple(sorted(self.layers, key=lambda layer: -layer.depth))
        return LayerStack(layers, self.stage.margin_px)

    def _grain(self) -> Array:
        """One grain for the whole picture, int16 (H, W, 3) in 512ths."""
        if self._strokes is None:
            value = layer_effects.noise(self.rng("brush"), self.stage, 26.0, 15.0, 2)
            # In steps so fine that rounding another way moves no pixel by more than 1.
            strokes = np.rint(np.clip((value - 0.5) * 176.0, -127.0, 127.0)).astype(np.int16)
            self._strokes = np.repeat(strokes[..., None], 3, axis=2)
        return self._strokes

    def _ink(self, depth: float) -> Array:
        """CIELAB (3,) of outlines at `depth`."""
        dark = self.paints.shade * [0.35, 0.8, 0.8]
        ink: Array = dark + (self.paints.air_colour - dark) * self.paints.mood.air * depth
        return ink

    def _lit(self, depth: float) -> Array:
        """CIELAB (3,) of lit edges at `depth`."""
        lit: Array = self.paints.light + (self.paints.air_colour - self.paints.light) * 0.6 * depth
        return lit
