"""A sketch alone as a block-in: its forms in the colours, the light and the air of a world.

The network was taught to finish colour and makes brown mud of lines alone. So what an artist would
do first is done first: sky from the zenith to the horizon, planes that pale with distance, things
lit from one side and standing in their shadow, all in strokes of a brush.
"""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np

from paintreel.drawing.palette import Paints, Tones
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb
from paintreel.roughs.dabs import dab_field
from paintreel.roughs.sketch_forms import ROLES, SketchForms, read_forms
from paintreel.scenes.sketch_pigments import BANKS, BOAT, SAIL, WATER, Material, materials_of
from paintreel.worlds.categories import Category
from paintreel.worlds.composition import Composition
from paintreel.worlds.conditions import Conditions
from paintreel.worlds.rule import begin, find_rule

__all__ = ["colour_sketch"]

_STROKES = {  # length, width, angle, spread, deepening; how much lighter or darker they are
    "land": ((64, 9, 0, 8, 0.75), 0.30),
    "leaf": ((15, 10, 40, 180, 0.0), 0.55),
    "bark": ((54, 5, 90, 7, 0.0), 0.42),
    "wall": ((34, 9, 20, 40, 0.0), 0.17),
    "water": ((70, 4, 0, 2, 0.85), 0.40),
    "cloth": ((24, 7, 60, 25, 0.0), 0.25),
    "air": ((150, 26, 0, 7, 0.0), 1.0),
}
_STROKES_PX = 640
"""Longer side of a picture in which strokes have these sizes."""
_FARTHEST = 0.68
_LIES = ("hill", "cap", "plane", "across", "path", "floor")
_INDOORS = ("wall", "ceiling", "floor")
_ACCENT_FROM, _ACCENT, _ACCENT_OF_WALLS = 0.5, 0.42, 0.16
_STEEP = 0.14
_SMALL = 0.02
_SHADOW, _PATCHES = 0.5, 0.5


def colour_sketch(
    coverage: Array,
    category: Category,
    conditions: Conditions | None = None,
    *,
    seed: int = 0,
    words: Collection[str] = (),
) -> Array:
    """The block-in (H, W, 3) uint8 of a sketch, to be finished with its lines.

    coverage    (H, W) uint8, 255 where all is ink
    conditions  hour, season and weather; it is day where no hour is asked for
    seed        which of the moods and families of colours of the world
    words       what the world is only the nearest to: a desert has sand
    """
    rule = find_rule(category.rule)
    asked = conditions or Conditions()
    if asked.time is None and "day" in rule.times:
        asked = Conditions.of({**asked.given, "time": "day"}, asked.feeling)
    forms = read_forms(coverage, indoors=rule.indoors)
    height, width = forms.labels.shape
    scene = begin(category.rule, seed=seed, width_px=width, height_px=height, conditions=asked)
    blocks = _Colouring(forms, scene, category, words).blocks()
    colours = np.clip(np.rint(blocks), 0, 255).astype(np.uint8)
    size = coverage.shape[1], coverage.shape[0]
    if (width, height) == size:
        return colours
    return np.asarray(cv2.resize(colours, size, interpolation=cv2.INTER_CUBIC))


class _Colouring:
    """One sketch being coloured; planes are (h, w) float32."""

    def __init__(
        self,
        forms: SketchForms,
        scene: Composition,
        category: Category,
        words: Collection[str],
    ) -> None:
        self.forms, self.scene = forms, scene
        self.paints: Paints = scene.paints
        self.names = [ROLES[role] for role in forms.roles]
        self.shape = forms.labels.shape
        h, w = self.shape
        self.y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
        self.x = np.linspace(0, w / h, w, dtype=np.float32)[None]
        self.fields: dict[str, Array] = {}
        self.materials = materials_of(category, words)
        self.indoors = find_rule(category.rule).indoors
        self.has_water = category.rule == "water"
        self.light_xy, self.side = self._light()
        self.wet = self._wet()
        self.sky = self._sky()

    def blocks(self) -> Array:
        """(h, w, 3) float32 in 0..255."""
        out = self.sky.copy()
        shadow, patches = self._shadow(), self._patches()
        glow = np.zeros(self.shape, np.float32)
        turn: dict[str, int] = {}
        for k in np.argsort(-self.forms.near, kind="stable").tolist():
            name = self.names[k]
            if name == "sky":
                continue
            box, mask = self._where(k)
            if name in ("disc", "cloud") and name not in self.materials:
                colours = self._in_sky(name, box)
            elif name == "opening" and self.indoors:
                colours = self._outside(box)
                glow[box] += mask
            else:
                material = self._material(k)
                nth = turn[name] = turn.get(name, -1) + 1
                colours = self._painted(k, box, mask, material, nth, shadow[box], patches[box])
                if material.glows and self.scene.paints.mood.hour in ("night", "dusk"):
                    glow[box] += mask
            out[box] = np.where(mask[..., None], colours, out[box])
        return self._lit_by(out, glow)

    def _light(self) -> tuple[tuple[float, float], int]:
        """((x, y) of the sun in heights of the picture, the side that it lights from)."""
        for k, name in enumerate(self.names):
            if name == "disc":
                left, top, right, bottom = self.forms.boxes[k] / self.shape[0]
                x, y = (left + right) / 2, (top + bottom) / 2
                return (x, y), 1 if x > self.shape[1] / self.shape[0] / 2 else -1
        y = min(self.scene.light.y, 0.8 * self.forms.horizon)
        return (self.scene.light.x, y), self.scene.light.side

    def _wet(self) -> set[int]:
        """The forms that are water: a river where one comes nearer, else the largest plane."""
        if not self.has_water:
            return set()
        rivers = [k for k, name in enumerate(self.names) if name == "path"]
        rivers = [k for k in rivers if self.forms.boxes[k, 3] >= self.shape[0] - 1]
        if rivers:
            self.materials |= BANKS
            return set(rivers)
        area = np.bincount(self.forms.labels.ravel(), minlength=self.forms.count)
        planes = [k for k, name in enumerate(self.names) if name in ("plane", "across")]
        return {max(planes, key=lambda k: area[k])} if planes else set()

    def _material(self, k: int) -> Material:
        name = self.names[k]
        if k in self.wet:
            return WATER
        if self.wet and self._floats(k):
            left, top, right, bottom = self.forms.boxes[k]
            is_hull = right - left > 1.2 * (bottom - top) and self.forms.tapers[k] > 0.9
            return BOAT if is_hull else SAIL
        return self.materials[name]

    def _pigment(self, k: int, material: Material, nth: int) -> str:
        """By turns; of what lies, by how near or how high it is, so that neighbours agree."""
        name, pigments = self.names[k], material.pigments
        if name == "hill":
            _, top, _, bottom = self.forms.boxes[k]
            nth = 0 if bottom - top > _STEEP * self.shape[0] else 1
        elif name in _LIES:
            nth = int((1 - float(self.forms.near[k])) * (len(pigments) - 0.01))
        return pigments[nth % len(pigments)]

    def _floats(self, k: int) -> bool:
        """Whether a form that may be a boat or a sail stands on or before water."""
        if self.names[k] not in ("patch", "body", "peak", "roof", "tall"):
            return False
        left, _, right, bottom = self.forms.boxes[k]
        row = min(bottom + 3, self.shape[0] - 1)
        below = np.bincount(self.forms.labels[row, left:right]).argmax()
        while below not in self.wet and self.names[below] in ("patch", "body", "peak", "roof"):
            row = min(int(self.forms.boxes[below, 3]) + 3, self.shape[0] - 1)
            under = np.bincount(self.forms.labels[row, left:right]).argmax()
            if under == below or row >= self.shape[0] - 1:
                break
            below = under
        return below in self.wet

    def _where(self, k: int) -> tuple[tuple[slice, slice], Array]:
        left, top, right, bottom = self.forms.boxes[k]
        box = np.s_[top:bottom, left:right]
        return box, self.forms.labels[box] == k

    def _field(self, stroke: str) -> Array:
        """The strokes of a kind over the whole picture, in [-1, 1]."""
        if stroke not in self.fields:
            (long, wide, angle, spread, deepening), _ = _STROKES[stroke]
            scale = max(self.shape) / _STROKES_PX
            self.fields[stroke] = dab_field(
                self.scene.rng(f"dabs of {stroke}"),
                (self.shape[1], self.shape[0]),
                length_px=long * scale,
                wide_px=wide * scale,
                angle_deg=angle,
                spread_deg=spread,
                deepening=deepening,
            )
        return self.fields[stroke]

    def _sky(self) -> Array:
        """(h, w, 3) float32: the sky over the whole picture."""
        paints, scale = self.paints, max(self.shape) / _STROKES_PX
        air = cv2.GaussianBlur(self._field("air"), (0, 0), 3 * scale)
        down = np.clip(self.y / max(self.forms.horizon, 0.05) + 0.10 * air, 0, 1)
        stops = np.linspace(0, 1, len(paints.sky))
        lab = np.stack([np.interp(down, stops, paints.sky[:, c]) for c in range(3)], -1)
        lab[..., 0] += 2.5 * air
        x, y = self.light_xy
        far = np.hypot(self.x - x, 1.3 * (self.y - y))
        bright = 0.25 if paints.mood.hour == "night" else 0.5
        glow = bright * np.exp(-((far / 0.34) ** 2))
        puffs = cv2.GaussianBlur(self._field("air")[:, ::-1], (0, 0), 7 * scale)
        puffs = np.clip((puffs - 0.08) / 0.34, 0, 1) * np.clip(1.25 - np.abs(2 * down - 1.1), 0, 1)
        lit = paints.light * [0.98, 0.6, 0.6]
        mix = np.maximum(glow, (0.2 if paints.mood.hour == "night" else 0.5) * puffs)
        lab += mix[..., None] * (lit - lab)
        return (lab_to_rgb(lab) * 255).astype(np.float32)

    def _in_sky(self, name: str, box: tuple[slice, slice]) -> Array:
        """Colours of sun or moon, or of a cloud, that are drawn in the sky."""
        lit = lab_to_rgb(self.paints.light[None]).astype(np.float32)[0] * 255
        sky = self.sky[box]
        if name == "disc":
            return np.broadcast_to(0.25 * 255 + 0.75 * lit, sky.shape)
        down = np.linspace(0.85, 0.25, len(sky), dtype=np.float32)[:, None]
        share = np.clip(down + 0.3 * self._field("leaf")[box], 0, 1)[..., None]
        return np.asarray(sky + share * (0.3 * 255 + 0.7 * lit - sky))

    def _outside(self, box: tuple[slice, slice]) -> Array:
        """Colours of what is seen through the windows of a room."""
        rows = box[0].stop - box[0].start
        down = np.linspace(0.2, 1, rows, dtype=np.float32)[:, None]
        down = np.clip(down + 0.12 * self._field("wall")[box], 0, 1)
        sky = self.scene.outside.sky
        stops = np.linspace(0, 1, len(sky))
        lab = np.stack([np.interp(down, stops, sky[:, c]) for c in range(3)], -1)
        return np.asarray(lab_to_rgb(lab) * 255)

    def _painted(
        self,
        k: int,
        box: tuple[slice, slice],
        mask: Array,
        material: Material,
        nth: int,
        shadow: Array,
        patches: Array,
    ) -> Array:
        """(rows, columns, 3) colours of one form in its box."""
        name = self.names[k]
        _, strength = _STROKES[material.stroke]
        dabs = self._field(material.stroke)[box]
        down = np.linspace(0, 1, mask.shape[0], dtype=np.float32)[:, None]
        lit = strength * dabs + self._slope(name, k, down)
        if material.round:
            lit = lit + material.round * self._modelled(mask, name)
        if name in _LIES and k not in self.wet:
            lit = lit - _SHADOW * shadow + _PATCHES * patches
        pigment = self._pigment(k, material, nth)
        above, below = self._depths(k, name)
        if material.glows and self.paints.mood.hour in ("night", "dusk"):
            return self.paints.glowing(material.accent).at(np.clip(lit + 0.35, -1, 0.8))
        colours = self._tones(pigment, above, below, lit, down)
        accent = self._field(material.stroke)[:, ::-1][box] > _ACCENT_FROM
        mixed = self._tones(material.accent, above, below, lit, down)
        share = _ACCENT_OF_WALLS if material.stroke == "wall" else _ACCENT
        colours = colours + (share * accent)[..., None] * (mixed - colours)
        if k in self.wet:
            mirrored = self.sky[::-1][box] if self.forms.horizon > 0.2 else self.sky[box]
            shine = np.clip(0.5 - 0.3 * down + 0.18 * dabs, 0, 1)[..., None]
            colours = colours + shine * (mirrored - colours)
        return np.asarray(colours)

    def _tones(self, pigment: str, above: float, below: float, lit: Array, down: Array) -> Array:
        """A pigment at a depth that changes from the upper edge of a form to its foot."""

        def seen(depth: float) -> Array:
            tones: Tones = self.paints.tones(pigment, depth)
            return tones.ground.at(lit).astype(np.float32)

        if abs(above - below) < 0.02:
            return seen(above)
        far = seen(above)
        return np.asarray(far + down[..., None] * (seen(below) - far))

    def _depths(self, k: int, name: str) -> tuple[float, float]:
        """Depth at the upper edge and at the foot of a form."""
        if name in _INDOORS or self.indoors:
            return 0.0, 0.0
        foot = _FARTHEST * (1 - float(self.forms.near[k])) ** 1.3
        if name == "hill":
            return max(foot - 0.12, 0.0), min(foot + 0.06, 1.0)
        if name in _LIES:
            top = self.forms.boxes[k, 1] / self.shape[0]
            rise = np.clip((top - self.forms.horizon) / max(1 - self.forms.horizon, 0.05), 0, 1)
            return _FARTHEST * (1 - float(rise)) ** 1.3, foot
        return 0.75 * foot, 0.75 * foot

    def _slope(self, name: str, k: int, down: Array) -> Array:
        """How a form is lit from its upper edge to its foot, by what it is."""
        high, low = {
            "hill": (0.32, -0.12),
            "cap": (0.6, 0.3),
            "plane": (0.34, -0.22),
            "across": (0.34, -0.22),
            "path": (0.45, 0.15),
            "ceiling": (0.05, 0.25),
            "wall": (0.22, -0.12),
            "floor": (0.2, -0.25),
            "roof": (0.2, -0.15),
            "crown": (0.25, -0.35),
            "peak": (0.2, -0.25),
            "tall": (0.05, -0.15),
        }.get(name, (0.2, -0.2))
        if name == "wall" and (self._is_at_side(k) == self.side):
            high, low = high - 0.3, low - 0.3
        if name == "body" and self.side * (self._middle(k) - 0.5) > 0.12 and not self.indoors:
            high, low = high - 0.3, low - 0.25  # its side that is seen looks away from the sun
        return high + (low - high) * down

    def _is_at_side(self, k: int) -> int:
        left, _, right, _ = self.forms.boxes[k]
        return (1 if right >= self.shape[1] - 1 else 0) - (1 if left <= 1 else 0)

    def _middle(self, k: int) -> float:
        left, _, right, _ = self.forms.boxes[k]
        return float((left + right) / 2 / self.shape[1])

    def _modelled(self, mask: Array, name: str) -> Array:
        """Light on a form as if it were blown up, -1..1."""
        padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        inner = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_3)[1:-1, 1:-1]
        deepest = max(float(inner.max()), 1.0)
        dome = np.sqrt(np.clip(1 - (1 - inner / deepest) ** 2, 0, 1))
        dome = cv2.GaussianBlur(dome, (0, 0), max(0.25 * deepest, 1.0)) * deepest
        along = cv2.Sobel(dome, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
        down = cv2.Sobel(dome, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
        x, y = 0.78 * self.side, 0.0 if name == "tall" else -0.62
        # A slope that rises to the right looks to the left.
        full = min(1.0, deepest / (_SMALL * self.shape[0]))  # stones of a wall are not cushions
        return np.asarray(np.clip(-1.1 * full * (along * x + down * y), -1, 1))

    def _shadow(self) -> Array:
        """Where things that stand keep the light from what lies."""
        standing = [name not in (*_LIES, *_INDOORS, "sky", "disc", "cloud") for name in self.names]
        things = np.array(standing)[self.forms.labels].astype(np.float32)
        h, w = self.shape
        move = np.array([[1, 0, -self.side * 0.035 * w], [0, 1, 0.02 * h]], np.float32)
        cast = cv2.warpAffine(things, move, (w, h))
        shade = cv2.GaussianBlur(np.maximum(cast, 0.7 * things), (0, 0), 0.012 * w)
        return np.asarray(shade)

    def _patches(self) -> Array:
        """Where clouds and leaves let more or less light through, about -0.3..0.3."""
        scale = max(self.shape) / _STROKES_PX
        return cv2.GaussianBlur(self._field("land"), (0, 0), sigmaX=14 * scale, sigmaY=6 * scale)

    def _lit_by(self, out: Array, glow: Array) -> Array:
        """With the light that windows and lamps give to what is around them."""
        if not glow.any():
            return out
        near = cv2.GaussianBlur(glow, (0, 0), 0.05 * max(self.shape))
        if self.indoors:
            shifted = np.roll(near, int(0.3 * self.shape[0]), axis=0)
            shifted[: int(0.3 * self.shape[0])] = 0
            near = near + 0.8 * shifted
            colour = lab_to_rgb(self.scene.outside.light[None]).astype(np.float32)[0] * 255
        else:
            lamp = self.paints.glowing("lamp")
            colour = lamp.mid.astype(np.float32)
        share = 0.55 * np.clip(near, 0, 1) * (1 - np.clip(glow, 0, 1))
        # Light adds up as in a double exposure.
        lighter = 255 - (255 - out) * (255 - 0.5 * colour) / 255
        return np.asarray(out + share[..., None] * (lighter - out))
