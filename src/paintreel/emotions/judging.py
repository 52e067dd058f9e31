"""How emotions are looked for in a clip, a sound or a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Judging"]


@dataclass(frozen=True, kw_only=True)
class Judging:
    """By what, how often, and with which network.

    by             voice and face, or one of them alone
    every_s        seconds from moment to moment
    smooth_s       seconds over which the timeline is smoothed
    least_face_px  smallest face that is judged
    model          path of a network; None for the bundled one
    max_pixels     largest picture or frame accepted; None for the usual limits
    threads        of the network; None for one
    """

    by: Literal["both", "voice", "face"] = "both"
    every_s: float = 0.5
    smooth_s: float = 0.3
    least_face_px: float = 48
    model: str | None = None
    max_pixels: int | None = None
    threads: int | None = None
