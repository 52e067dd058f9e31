"""How `agree` reads a table of ratings and what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.errors import InputError
from paintreel.stats.summary import RESAMPLES

__all__ = ["AgreeOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeOptions:
    """How a table of ratings is read and judged.

    item        column that names what is rated; None for the first
    rater       column that names who rates
    categories  columns of categories, whatever their cells look like
    ratings     columns of numeric ratings
    seed        of the bootstrap intervals
    resamples   of the bootstrap; 0 for no intervals
    """

    item: str | None = None
    rater: str = "rater"
    categories: tuple[str, ...] = ()
    ratings: tuple[str, ...] = ()
    seed: int = 0
    resamples: int = RESAMPLES

    def __post_init__(self) -> None:
        if self.resamples < 0:
            raise InputError(f"resamples is {self.resamples}, expected at least 0")
