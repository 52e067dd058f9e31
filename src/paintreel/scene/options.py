"""The options of `scene`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paintreel.media.codecs import MAX_FPS
from paintreel.options import (
    MAX_SEED,
    EncodingOptions,
    FileOptions,
    NetworkOptions,
    TileOptions,
    argument,
    option,
    parse_size,
)
from paintreel.runtime.emotions import EMOTIONS, find_emotion
from paintreel.scenes import DEFAULT_METHOD

__all__ = [
    "DEFAULT_FPS",
    "DEFAULT_MOVE",
    "DEFAULT_SHOT_S",
    "SceneOptions",
]

DEFAULT_MOVE, DEFAULT_SHOT_S, DEFAULT_FPS = "right", 6.0, 24
_PYTHON = ("scene",)
_SHOT = "parallax"


@dataclass(frozen=True, kw_only=True)
class SceneOptions(EncodingOptions, FileOptions, NetworkOptions, TileOptions):
    """What is painted from, how, and where the pictures go."""

    NEEDS = "words, --category NAME, --rough PICTURE or --sketch PICTURE, and -o OUT"
    EXAMPLE = "paintreel scene 'a castle at night in the snow' -o castle.png"
    EPILOG = """\
From words ("a castle at night in the snow") or a --category a scene is drawn and painted for each
seed: OUT is a file for one, a folder for --count (fantasy-forest-0007.png ...). With --rough,
--sketch or both your own start is finished; folders of them go into the folder OUT, matched by
name, tree kept, and what is there already is skipped, or named where it was made with other
settings. --parallax writes a shot through the layers of one scene, with -o or without.
Exit code: 0 all painted, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    words: tuple[str, ...] = argument(
        "WORDS", "what is painted: 'a castle at night in the snow'", default=(), nargs="*"
    )
    output: str | None = option(
        None,
        "file, or folder; may be left out beside --parallax",
        short="-o",
        metavar="OUT",
        group="files",
        affects="nothing",
    )
    category: str | None = option(
        None,
        "what is painted: 'fantasy forest', ..., or words as above",
        group="from a word",
        metavar="NAME",
    )
    time: Literal["dawn", "day", "dusk", "night"] | None = option(
        None,
        "hour of the scene (default: as the seed has it; of a sketch alone day)",
        group="from a word",
        keywords=_PYTHON,
    )
    season: Literal["spring", "summer", "autumn", "winter"] | None = option(
        None, "season (default: as the seed has it)", group="from a word", keywords=_PYTHON
    )
    weather: Literal["clear", "cloudy", "rain", "snow", "fog", "storm"] | None = option(
        None, "weather (default: as the seed has it)", group="from a word", keywords=_PYTHON
    )
    emotion: str | None = option(
        None,
        f"what light, air and colours are to feel like: {', '.join(EMOTIONS)}",
        group="feeling",
        metavar="NAME",
        parse=find_emotion,
        keywords=_PYTHON,
    )
    intensity: float | None = option(
        None,
        "of the emotion: 0 none .. 1 all of it (default 0.7)",
        group="feeling",
        low=0,
        high=1,
        metavar="0..1",
        keywords=_PYTHON,
    )
    seed: int | None = option(
        None,
        "which of the pictures of these words; the same seed gives the same (default 0)",
        group="from a word",
        low=0,
        high=MAX_SEED,
        metavar="N",
        affects="nothing",
    )
    count: int | None = option(
        None,
        "paint N pictures, of seeds SEED to SEED+N-1",
        group="from a word",
        low=1,
        high=10_000,
        metavar="N",
        affects="nothing",
    )
    layers: bool = option(
        False,
        "write the layers too, as transparent PNG, with the margin of the shot if there is one",
        group="from a word",
        affects="nothing",
        keywords=_PYTHON,
    )
    margin: int | None = option(
        None,
        "paint PX more on each side, so that a pan uncovers no edge",
        group="from a word",
        low=0,
        high=1152,
        metavar="PX",
        keywords=_PYTHON,
    )
    parallax: str | None = option(
        None,
        "write a shot through the layers: mp4, webm, gif ..., or a folder with --codec png",
        group=_SHOT,
        metavar="CLIP",
        affects="nothing",
    )
    move: str | None = option(
        None,
        f"left, right, in, out, or a JSON file of rows [t_s, x, y, zoom] (default {DEFAULT_MOVE})",
        group=_SHOT,
        metavar="MOVE",
    )
    seconds: float | None = option(
        None,
        f"how long a move by name takes (default {DEFAULT_SHOT_S:g})",
        group=_SHOT,
        low=0.1,
        high=600,
        metavar="S",
    )
    ease: Literal["smooth", "none"] | None = option(
        None,
        "start and stop gently, or move at one speed (default smooth)",
        group=_SHOT,
    )
    fps: float | None = option(
        None,
        f"frames a second (default {DEFAULT_FPS})",
        group=_SHOT,
        low=1,
        high=MAX_FPS,
        metavar="N",
    )
    rough: str | None = option(
        None,
        "colours to start from (a block-in), neat or loose, or a folder of them",
        group="from your own start",
        metavar="PICTURE",
        affects="nothing",
    )
    sketch: str | None = option(
        None,
        "lines to start from, or a folder of them; alone they are coloured in as the category",
        group="from your own start",
        metavar="PICTURE",
        affects="nothing",
    )
    resize: bool = option(
        False,
        "bring a sketch of another size to that of the rough",
        group="from your own start",
        keywords=_PYTHON,
    )
    method: str = option(
        DEFAULT_METHOD,
        "who paints: a name that 'paintreel models' lists for scene, a model file, or grbm, the "
        "drawing itself",
        group="painting",
        metavar="METHOD",
        is_model=True,
        keywords=_PYTHON,
    )
    strength: float = option(
        1.0,
        "0 your rough as it is .. 1 finished",
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
    sheet: bool = option(
        False,
        "write one picture of all results too, OUT-sheet.jpg",
        group="files",
        affects="nothing",
    )

    @property
    def is_enough(self) -> bool:
        """Whether there is something to paint from."""
        return self.has_start or bool(self.words) or self.category is not None

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
    def margin_px(self) -> tuple[int, int]:
        """The margin at the sides, and above and below."""
        return self.margin or 0, self.margin or 0

    @property
    def has_start(self) -> bool:
        """Whether a rough or sketch is given to paint from."""
        return self.rough is not None or self.sketch is not None
