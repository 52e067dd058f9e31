"""How much of a character is seen, and where it stands in the picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from paintreel.drawing.canvas import Stage
from paintreel.errors import InputError
from paintreel.rig.easel import FigureView
from paintreel.rig.identity import Identity

__all__ = ["FRAMINGS", "Framing", "top_of", "view_of"]

Framing = Literal["mouth", "face", "bust", "half"]
FRAMINGS: tuple[Framing, ...] = ("mouth", "face", "bust", "half")
_WIDE: Mapping[Framing, float] = {"mouth": 0.9, "face": 2.6, "bust": 3.4, "half": 4.0}
"""What of a character should be seen across, in units, where the picture is narrow."""
_LEAST_PX, _MOST_PX = 16, 8192
_REACH = 3.2


def top_of(identity: Identity) -> float:
    """The highest that anything of a character reaches, with some air, in the figure."""
    p = identity.proportions
    crown = -p.neck_length - 0.95 - p.forehead
    hair, features, worn = identity.hair, identity.features, identity.accessories
    above = 0.12 + 0.2 * hair.volume
    if hair.style in ("spiky", "curly"):
        above = 0.3 + 0.3 * hair.volume
    elif hair.style == "bun":
        above = 0.5 + 0.35 * hair.volume
    elif hair.style in ("mohawk", "fur"):
        above = 0.45 + 0.4 * hair.volume
    if features.ears in ("cat", "bear"):
        above = max(above, 0.5 * p.ear)
    if features.horns != "none":
        above = max(above, {"nubs": 0.4, "curved": 0.75, "antlers": 1.0}[features.horns])
    if "bow" in worn:
        above = max(above, 0.55)
    if "witch-hat" in worn:
        above = max(above, 1.2)
    elif "hat" in worn or "cap" in worn:
        above = max(above, 0.5)
    return crown - above - 0.2


def view_of(
    identity: Identity,
    size_px: tuple[int, int],
    framing: Framing,
    *,
    x: float = 0.5,
    scale: float = 1.0,
    quick: bool = False,
) -> FigureView:
    """How a character lies in a picture. Raises InputError for sizes that cannot be drawn.

    What is drawn is the upright part of the picture round the character; the rest stays empty.
    """
    width, height = size_px
    if not all(isinstance(side, int) and _LEAST_PX <= side <= _MOST_PX for side in size_px):
        raise InputError(f"size is {size_px!r}, expected {_LEAST_PX} to {_MOST_PX} pixels each way")
    if framing not in FRAMINGS:
        raise InputError(f"framing is {framing!r}, expected one of {', '.join(FRAMINGS)}")
    for name, value, low, high in (("x", x, -1.0, 2.0), ("scale", scale, 0.05, 20.0)):
        if not low <= value <= high:
            raise InputError(f"{name} is {value!r}, expected {low:g} to {high:g}")
    top = top_of(identity)
    above, foot = _seen(identity, framing, top)
    unit = scale * min(height / (foot - above), width / _WIDE[framing])
    middle = x * width
    # What is drawn is the part of the picture that the character can reach.
    left = min(max(0, math.floor(middle - _REACH * unit)), width - _LEAST_PX)
    right = max(min(width, math.ceil(middle + _REACH * unit)), left + _LEAST_PX)
    start = min(max(0, math.floor(height - (foot - top) * unit) - 4), height - _LEAST_PX)
    stage = Stage(right - left, height - start, quick=quick)
    origin = (middle - left, height - foot * unit - start)
    return FigureView(stage, unit, origin, size_px, (left, start))


def _seen(identity: Identity, framing: Framing, top: float) -> tuple[float, float]:
    """The highest and the lowest that is seen, in the figure."""
    middle = -identity.proportions.neck_length - 0.95
    if framing == "mouth":
        p = identity.proportions
        mouth = middle + p.eye_height + p.nose_length + p.mouth_height
        return mouth - 0.36, mouth + 0.52
    if framing == "face":
        return top, 0.42
    return top, 1.5 if framing == "bust" else 3.75
