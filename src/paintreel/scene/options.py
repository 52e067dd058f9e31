"""The options of `scene`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paintreel.options import (
    MAX_SEED,
    FileOptions,
    NetworkOptions,
    argument,
    option,
    parse_size,
    required_option,
)

__all__ = ["DEFAULT_METHOD", "SceneOptions"]

DEFAULT_METHOD = "mffcn"
_PYTHON = ("scene",)


@dataclass(frozen=True, kw_only=True)
class SceneOptions(FileOptions, NetworkOptions):
    """What is painted from, how, and where the pictures go."""

    EPILOG = """\
From words ("a castle at night in the snow") or a --category a scene is drawn and painted for each
seed: OUT is a file for one, a folder for --count (fantasy-forest-0007.png ...). With --rough,
--sketch or both your own start is finished; folders of them go into the folder OUT, matched by
name, tree kept, and what is there already is skipped.
Exit code: 0 all painted, 1 some failed (each is named), 2 bad usage, 130 interrupted.
"""

    words: tuple[str, ...] = argument(
        "WORDS", "what is painted: 'a castle at night in the snow'", default=(), nargs="*"
    )
    output: str = required_option("file, or folder", short="-o", metavar="OUT", group="files")
    category: str | None = option(
        None,
        "what is painted: 'fantasy forest', ..., or words as above",
        group="from a word",
        metavar="NAME",
    )
    time: Literal["dawn", "day", "dusk", "night"] | None = option(
        None,
        "hour of the scene (default: as the seed has it)",
        group="from a word",
        keywords=_PYTHON,
    )
    season: Literal["spring", "summer", "autumn", "winter"] | None = option(
        None, "season (default: as the seed has it)", group="from a word", keywords=_PYTHON
    )
    weather: Literal["clear", "cloudy", "rain", "snow", "fog", "storm"] | None = option(
        None, "weather (default: as the seed has it)", group="from a word", keywords=_PYTHON
    )
    seed: int | None = option(
        None, "which picture (default 0)", group="from a word", low=0, high=MAX_SEED, metavar="N"
    )
    count: int | None = option(
        None,
        "paint seeds SEED to SEED+N-1",
        group="from a word",
        low=1,
        high=10_000,
        metavar="N",
    )
    layers: bool = option(False, "write the layers beside, as RGBA PNG", group="from a word")
    rough: str | None = option(
        None, "colour block-in, or a folder of them", group="from your own start", metavar="PICTURE"
    )
    sketch: str | None = option(
        None, "lines, or a folder of them", group="from your own start", metavar="PICTURE"
    )
    resize: bool = option(
        False, "fit a sketch of another size", group="from your own start", keywords=_PYTHON
    )
    method: str = option(
        DEFAULT_METHOD,
        "a method that 'paintreel models' lists for scene, grbm, or a model file",
        group="painting",
        metavar="METHOD",
        keywords=_PYTHON,
    )
    strength: float = option(
        1.0,
        "0 rough .. 1 finished",
        group="painting",
        low=0,
        high=1,
        metavar="0..1",
        keywords=_PYTHON,
    )
    size: tuple[int, int] | None = option(
        None,
        "paint at this size in pixels",
        group="painting",
        metavar="WxH",
        parse=parse_size,
        keywords=_PYTHON,
    )
    sheet: bool = option(False, "write a contact sheet beside OUT", group="files")

    @property
    def phrase(self) -> str | None:
        """The words, None where none are given."""
        return " ".join(self.words) if self.words else None

    @property
    def first_seed(self) -> int:
        """The seed of the first picture."""
        return 0 if self.seed is None else self.seed

    @property
    def seed_count(self) -> int:
        """How many seeds are painted."""
        return 1 if self.count is None else self.count

    @property
    def has_start(self) -> bool:
        """Whether a rough or sketch is given to paint from."""
        return self.rough is not None or self.sketch is not None
