"""How much of a character is seen, and where it stands in the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from paintreel.drawing.canvas import Stage
from paintreel.errors import InputError
from paintreel.rig.easel import View
from paintreel.rig.identity import Identity

__all__ = ["FRAMINGS", "Framing", "top_of", "view_of"]

Framing = Literal["face", "bust", "half"]
FRAMINGS: tuple[Framing, ...] = ("face", "bust", "half")
_FOOT: Mapping[Framing, float] = {"face": 0.5, "bust": 1.5, "half": 3.3}
_WIDE: Mapping[Framing, float] = {"face": 2.6, "bust": 3.4, "half": 4.0}
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
        above = max(above, 0.4)
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
) -> View:
    """How a character lies in a picture. Raises InputError for sizes that cannot be drawn.

    What is drawn is the upright part of the picture round the character; the rest stays empty.
    """
    width, height = size_px
    if not all(isinstance(side, int) and _LEAST_PX <= side <= _MOST_PX for side in size_px):
        raise InputError(f"size is {size_px!r}, expected {_LEAST_PX} to {_MOST_PX} pixels each way")
    if framing not in FRAMINGS:
        raise InputError(f"framing is {framing!r}, expected one of {', '.join(FRAMINGS)}")
    top, foot = top_of(identity), _FOOT[framing]
    unit = scale * min(height / (foot - top), width / _WIDE[framing])
    middle, low = x * width, float(height)
    left = max(0, round(middle - _REACH * unit))
    right = min(width, round(middle + _REACH * unit))
    # The stage composes between 1:2 and 3:1; of a longer picture it draws the part that matters.
    above = max(0, min(round(low + (top - foot) * unit) - 4, height - _LEAST_PX))
    above = max(above, height - 2 * (right - left)) if right - left < height else above
    right = max(right, left + _LEAST_PX)
    box = (left, above, right, height)
    stage = Stage(box[2] - box[0], box[3] - box[1], quick=quick)
    origin = (middle - left, low - foot * unit - above)
    return View(stage, unit, origin, size_px, (left, above))
