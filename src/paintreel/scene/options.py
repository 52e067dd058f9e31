"""The options of `scene`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.options import (
    MAX_SEED,
    FileOptions,
    NetworkOptions,
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

    NEEDS = "--category NAME, --rough PICTURE or --sketch PICTURE, and -o OUT"
    EXAMPLE = "paintreel scene --category 'fantasy forest' --seed 7 -o forest.png"
    EPILOG = """\
With --category alone a scene is drawn and painted for each seed: OUT is a file for one, a folder
for --count (fantasy-forest-0007.png ...). With --rough, --sketch or both your own start is
finished; folders of them go into the folder OUT, matched by name, tree kept, and what is there
already is skipped, or named where it was made with other settings.
Exit code: 0 all painted, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    output: str = required_option(
        "file, or folder", short="-o", metavar="OUT", group="files", affects="nothing"
    )
    category: str | None = option(
        None, "what is painted: 'fantasy forest', ...", group="from a word", metavar="NAME"
    )
    seed: int | None = option(
        None,
        "which picture (default 0)",
        group="from a word",
        low=0,
        high=MAX_SEED,
        metavar="N",
        affects="nothing",
    )
    count: int | None = option(
        None,
        "paint seeds SEED to SEED+N-1",
        group="from a word",
        low=1,
        high=10_000,
        metavar="N",
        affects="nothing",
    )
    layers: bool = option(
        False, "write the layers beside, as RGBA PNG", group="from a word", affects="nothing"
    )
    rough: str | None = option(
        None,
        "colour block-in, or a folder of them",
        group="from your own start",
        metavar="PICTURE",
        affects="nothing",
    )
    sketch: str | None = option(
        None,
        "lines, or a folder of them",
        group="from your own start",
        metavar="PICTURE",
        affects="nothing",
    )
    resize: bool = option(
        False, "fit a sketch of another size", group="from your own start", keywords=_PYTHON
    )
    method: str = option(
        DEFAULT_METHOD,
        "a method that 'paintreel models' lists for scene, grbm, or a model file",
        group="painting",
        metavar="METHOD",
        is_model=True,
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
    sheet: bool = option(
        False, "write a contact sheet beside OUT", group="files", affects="nothing"
    )

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
