"""When a scene is and what weather it has: what can be asked of a world beside its seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from paintreel.errors import InputError
from paintreel.worlds.feelings import WorldFeeling
from paintreel.worlds.moods import HOURS

__all__ = ["FACETS", "FALLING", "SEASONS", "TIMES", "WEATHERS", "Conditions"]

TIMES = HOURS
SEASONS = ("spring", "summer", "autumn", "winter")
WEATHERS = ("clear", "cloudy", "rain", "snow", "fog", "storm")
FALLING = ("rain", "snow", "storm")
"""Weathers in which something falls."""
FACETS = {"time": TIMES, "season": SEASONS, "weather": WEATHERS}
"""What there is to ask for, and the words for it."""


@dataclass(frozen=True)
class Conditions:
    """Hour, season and weather of a scene; None leaves each to the seed.

    time     one of TIMES
    season   one of SEASONS
    weather  one of WEATHERS
    feeling  that light and colours follow; None: none

    Raises InputError for another word.
    """

    time: str | None = None
    season: str | None = None
    weather: str | None = None
    feeling: WorldFeeling | None = None

    def __post_init__(self) -> None:
        for facet, known in FACETS.items():
            value = getattr(self, facet)
            if value is not None and value not in known:
                raise InputError(f"{facet} is {value!r}, expected one of {', '.join(known)}")

    @classmethod
    def of(cls, facets: Mapping[str, str], feeling: WorldFeeling | None = None) -> Conditions:
        """Those of {facet: word}, as `given` has them. Raises InputError for another word."""
        return cls(facets.get("time"), facets.get("season"), facets.get("weather"), feeling)

    @property
    def given(self) -> dict[str, str]:
        """{facet: word} of what is asked for, in the order of FACETS."""
        said = {facet: getattr(self, facet) for facet in FACETS}
        return {facet: word for facet, word in said.items() if word is not None}

    @property
    def snowy(self) -> bool:
        """Whether snow lies."""
        return self.season == "winter" or self.weather == "snow"

    @property
    def settled(self) -> Conditions:
        """With what follows: where it snows and nothing is said of the season, it is winter."""
        if self.weather == "snow" and self.season is None:
            return replace(self, season="winter")
        return self
