"""GRBM: pictures drawn by geometric rules, the paper's baseline and the rough-maker here.

Paper: Liu and Zhao 2025, "MFFCN-GAN: Multi-Scale Feature Fusion CNN with GAN for Automated
Artistic Scene Generation in Film Animation", sections 2.1 and 4.1. GRBM is its name for the
"geometric rule-based animation scene generation model (GRBM) in reference [8]", which it compares
with: such methods "pre-set the shapes, positions, and spatial relationships of objects". Reference
[8] (Liang et al. 2023, on virtual scenes for shadow puppet art) gives no rules for these scenes
either.

What the paper leaves open, and what is done here:
- The rules. Each category has one file in `rules` that states its world, over shape grammars for
  plants, ground, buildings, sea life, planets and furniture in `things`; a picture is horizon,
  light and focus first (`composition`), then layers from the sky to a near frame.
- Randomness. Every part draws from a generator of its own (`drawing.random_streams`), and views,
  moods and families of colours are dealt out so that neighbouring seeds differ.
- Colour. Pigments under the light and the air of an hour, mixed in CIELAB (`drawing.palette`).
- Conditions. Hour, season and weather that are asked for change light, colours and what lies on
  things, never a draw of chance: the seed stays the same place. What depends on the hour goes by
  the seed's own (`Materials.usual`), details that a season adds draw aside (`Brush.aside`).
- Output. A stack of layers with depth, which the paper's single frame is the flattening of.

Differences from the paper: it reports "distortion and blur" of its GRBM and a structural
similarity of 0.30 to 0.40 against real scenes that the rules have never seen; this one is drawn
anti-aliased, so a comparison shows the limits of rules and not of the drawing. Besides the
paper's five scenes it draws the six labels of the rated panels.

To add a category:
1. Write `rules/<name>.py` with `RULE = Rule(draw=..., moods=..., families=..., horizon=...)`.
2. `draw(scene)` paints the sky, then for each layer takes `brush = scene.brush("part")`, lets
   `things` draw with it, and calls `scene.add("layer", brush, depth)`.
3. Add the row `Category("<name in words>", "<label>", "<name>")` to `categories.CATEGORIES`.
4. Draw its hundred seeds, as `tests/worlds/test_seeds.py` says, and look at them.
5. Nothing else: labels, command line and tests follow from the row.

`draw_world` is all that others need.
"""

from __future__ import annotations

import operator

from paintreel.drawing.layers import Layer, LayerStack
from paintreel.errors import InputError
from paintreel.pictures.sizes import MIN_SIDE_PX
from paintreel.worlds.categories import Category
from paintreel.worlds.composition import Composition
from paintreel.worlds.conditions import Conditions
from paintreel.worlds.rule import begin, find_rule
from paintreel.worlds.things.weather import lay_weather

__all__ = [
    "MAX_DRAWN_PX",
    "MAX_SIZE_PX",
    "Conditions",
    "Layer",
    "LayerStack",
    "check_margin",
    "check_world_size",
    "compose_world",
    "draw_world",
]

MAX_SIZE_PX = (4096, 2304)
"""Greatest width and height; upright pictures may be 2304 x 4096."""
MAX_DRAWN_PX = 16_000_000
"""Most pixels of a picture with its margin."""


def draw_world(
    category: Category,
    *,
    seed: int,
    width_px: int,
    height_px: int,
    margin_px: tuple[int, int] = (0, 0),
    conditions: Conditions | None = None,
) -> LayerStack:
    """Draw the world of `category` by its rules.

    seed                 0 or more; the same seed and size give the same picture on every
                         machine, and another size of the same aspect shows the same picture
    width_px, height_px  from 16 x 16 to 4096 x 2304, or upright to 2304 x 4096
    margin_px            how much more is drawn left and right, and above and below; the picture
                         in the middle is the one without it, but for the light on edges that
                         touched the border
    conditions           hour, season and weather: of the same place; None, or what the world
                         lacks, leaves them to the seed

    The stack is ordered back to front; its first layer, the sky, is opaque. Raises InputError
    for a seed or size out of range.
    """
    return compose_world(
        category,
        seed=seed,
        width_px=width_px,
        height_px=height_px,
        margin_px=margin_px,
        conditions=conditions,
    ).stack()


def compose_world(
    category: Category,
    *,
    seed: int,
    width_px: int,
    height_px: int,
    margin_px: tuple[int, int] = (0, 0),
    conditions: Conditions | None = None,
    traced: bool = False,
) -> Composition:
    """The composition that `draw_world` makes its stack of, with all its layers.

    traced  keep the shapes of the layers too, as `worlds.forms_seen` needs them
    """
    seed, width_px, height_px = (
        _whole(value, name)
        for value, name in ((seed, "seed"), (width_px, "width_px"), (height_px, "height_px"))
    )
    if seed < 0:
        raise InputError(f"seed is {seed}, expected 0 or more")
    check_world_size(width_px, height_px)
    across, down = (_whole(value, "margin_px") for value in margin_px)
    check_margin((width_px, height_px), (across, down))
    rule = find_rule(category.rule)
    scene = begin(
        category.rule,
        seed=seed,
        width_px=width_px,
        height_px=height_px,
        margin_px=(across, down),
        conditions=conditions,
    )
    scene.traced = traced
    rule.draw(scene)
    if not rule.indoors:
        lay_weather(scene)
    return scene


def check_world_size(width_px: int, height_px: int) -> None:
    """Raise InputError for a size that no world is drawn at."""
    longer, shorter = max(width_px, height_px), min(width_px, height_px)
    if shorter < MIN_SIDE_PX or longer > max(MAX_SIZE_PX) or shorter > min(MAX_SIZE_PX):
        raise InputError(
            f"cannot draw {width_px} x {height_px} pixels; give sides from {MIN_SIDE_PX}, "
            f"the longer at most {max(MAX_SIZE_PX)}, the shorter at most {min(MAX_SIZE_PX)}"
        )


def check_margin(size_px: tuple[int, int], margin_px: tuple[int, int]) -> None:
    """Raise InputError for margins (left and right, above and below) that cannot be drawn."""
    for side, margin in zip(size_px, margin_px, strict=True):
        if not 0 <= margin <= side // 2:
            raise InputError(
                f"margin is {margin} px, expected 0 to {side // 2}, half of the side of {side} px"
            )
    wide, high = (side + 2 * margin for side, margin in zip(size_px, margin_px, strict=True))
    if wide * high > MAX_DRAWN_PX:
        raise InputError(
            f"with its margin the picture has {wide} x {high} pixels, at most {MAX_DRAWN_PX:,} "
            "are drawn; give a smaller size or margin"
        )


def _whole(value: int, name: str) -> int:
    """`value` as an int. Raises InputError naming it when it is none."""
    try:
        return operator.index(value)
    except TypeError:
        raise InputError(f"{name} must be a whole number, got {value!r}") from None
