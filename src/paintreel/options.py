"""How a verb states its options, once: type, range, default and help.

    @dataclass(frozen=True, kw_only=True)
    class SketchOptions(FileOptions):
        picture: str = argument("PICTURE", "picture or folder")
        weight: float = option(0.5, "of the lines", low=0, high=1, group="look")

The command line (`paintreel.cli.arguments`), the keywords of the Python functions
(`keyword_types`), and the tables in the documentation (`option_table`) are made from such a
class; making one with a value out of range raises InputError. `VERBS` lists the verbs: a new one
is a row there and a room of its own.

Nothing here loads more than the standard library, so that `paintreel --help` stays quick.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from paintreel.errors import InputError

__all__ = [
    "MAX_SEED",
    "VERBS",
    "FileOptions",
    "NetworkOptions",
    "Option",
    "Options",
    "Verb",
    "argument",
    "base_type",
    "choices_of",
    "described",
    "flag_of",
    "is_literal",
    "keyword_types",
    "option",
    "option_table",
    "options_of",
    "parse_number",
    "parse_size",
    "parse_tile",
    "parse_whole",
    "required_option",
]

T = TypeVar("T", bound="Options")
MAX_SEED = 2**32 - 1
"""Greatest seed of any verb."""

_KEY, _MISSING = "option", dataclasses.MISSING


@dataclass(frozen=True)
class Verb:
    """A row of `VERBS`; the modules are below `paintreel`, loaded when they are needed.

    summary  what `paintreel --help` says
    options  "module:Class" of its options
    plan     "module:function" from the options to a `paintreel.jobs.run.Batch`, for verbs that
             make files; the command runs it, shows progress and tells what became of each
    command  "module:function" from the options to an exit code, for verbs that print
    """

    summary: str
    options: str
    plan: str = ""
    command: str = ""


VERBS: Mapping[str, Verb] = {
    "stylize": Verb(
        "paint photographs, folders and clips in a style",
        "stylize.options:StylizeOptions",
        plan="stylize.batch:plan_stylize",
    ),
    "scene": Verb(
        "paint a background from a rough, or from a word and a seed",
        "scene.options:SceneOptions",
        plan="scene.batch:plan_scene",
    ),
    "rough": Verb(
        "make flat colours and lines of a picture, to start a scene from",
        "rough.options:RoughOptions",
        plan="rough.batch:plan_rough",
    ),
    "models": Verb(
        "list the styles with look, licence and speed, or show one",
        "cli.models:ModelsOptions",
        command="cli.models:run",
    ),
    "info": Verb(
        "show what the program sees in a file",
        "cli.info:InfoOptions",
        command="cli.info:run",
    ),
    "train": Verb(
        "learn a style or a scene network from your own art",
        "cli.train:TrainOptions",
        command="cli.train:run",
    ),
    "experiment": Verb(
        "train and compare the systems of a paper, as its tables do",
        "cli.experiment:ExperimentOptions",
        command="cli.experiment:run",
    ),
    "score": Verb(
        "measure pictures and clips, alone or against a reference",
        "score.options:ScoreOptions",
        command="cli.score:run",
    ),
    "compare": Verb(
        "rank systems by paired tests on the same pictures",
        "compare.options:CompareOptions",
        command="cli.compare:run",
    ),
    "agree": Verb(
        "measure how well raters agree",
        "agree.options:AgreeCommandOptions",
        command="cli.agree:run",
    ),
}
"""Every verb of the command, in the order of its help."""


@dataclass(frozen=True)
class Option:
    """What is said of one option beside its name, type and default.

    help       one line, or a function that gives it, called when a parser is made
    group      heading in the help of the command; "" for none
    low, high  least and greatest value of a number, inclusive
    below      a number must be below this
    choices    values of a text, or a function that gives them, called when a parser is made
    metavar    stands for the value in the help
    flag       of the command line, where it is not the name with dashes; of a truth that is true
               unless its flag is given, "--no-..."
    short      one-letter flag, such as "-o"
    parse      text to value, for types that are no number, text or truth; raises InputError
    positional, nargs, required  as argparse has them
    excludes   name of an option that cannot be given beside it
    keywords   names of the Python functions that take it as a keyword
    affects    what depends on it: every result, those of pictures or of clips alone, or nothing
               (where results go, how fast they come); a rerun compares what results depend on
    is_model   whether the value names a model, whose content counts and not its name
    repeats    given once a value, as in --set a=1 --set b=2
    """

    help: str | Callable[[], str]
    group: str = ""
    low: float | None = None
    high: float | None = None
    below: float | None = None
    choices: Sequence[str] | Callable[[], Sequence[str]] | None = None
    metavar: str | None = None
    flag: str = ""
    short: str = ""
    parse: Callable[[str], Any] | None = None
    positional: bool = False
    nargs: str | None = None
    required: bool = False
    excludes: str = ""
    keywords: tuple[str, ...] = ()
    affects: Literal["result", "picture", "clip", "nothing"] = "result"
    is_model: bool = False
    repeats: bool = False

    @property
    def help_text(self) -> str:
        """The help."""
        return self.help if isinstance(self.help, str) else self.help()

    def known_choices(self) -> Sequence[str] | None:
        """The choices, None where any text is taken."""
        return self.choices() if callable(self.choices) else self.choices

    @property
    def range_text(self) -> str:
        """The range in words, "" without one."""
        if self.low is not None and self.high is not None:
            return f"{self.low} to {self.high}"
        if self.low is not None and self.below is not None:
            return f"{self.low} to below {self.below}"
        return "" if self.low is None else f"at least {self.low}"


def option(default: Any, help: str | Callable[[], str], **facts: Any) -> Any:
    """A field of an options class; `facts` are those of `Option`."""
    metadata = {_KEY: Option(help, **facts)}
    if isinstance(default, (list, dict, set)):
        raise TypeError("an option's default must be immutable")
    return dataclasses.field(default=default, metadata=metadata)


def required_option(help: str, **facts: Any) -> Any:
    """A field that must be given by name."""
    return dataclasses.field(metadata={_KEY: Option(help, required=True, **facts)})


def argument(
    metavar: str, help: str | Callable[[], str], *, default: Any = _MISSING, **facts: Any
) -> Any:
    """A field that the command line takes by its place."""
    facts = {"affects": "nothing"} | facts  # what a result is made of is no setting
    metadata = {_KEY: Option(help, metavar=metavar, positional=True, **facts)}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Base of every verb's options. Raises InputError for values out of range.

    EPILOG   what the command's help says below the options
    NEEDS    what has to be given, where one of several will do; else what argparse misses is named
    EXAMPLE  a command line to start from
    """

    EPILOG = ""
    NEEDS = ""
    EXAMPLE = ""

    @property
    def is_enough(self) -> bool:
        """Whether what NEEDS names is given, where no single option must be."""
        return True

    def __post_init__(self) -> None:
        for field, facts, kind in described(type(self)):
            value = getattr(self, field.name)
            if value is None:
                continue
            _check_range(field.name, value, facts)
            choices = choices_of(facts, base_type(kind)[0]) if isinstance(value, str) else None
            if choices and value not in choices and facts.parse is None:
                raise InputError(f"{field.name} is {value!r}, expected one of {', '.join(choices)}")
            if facts.excludes and getattr(self, facts.excludes) is not None:
                raise InputError(f"{field.name} and {facts.excludes} exclude each other")


@dataclass(frozen=True, kw_only=True)
class FileOptions(Options):
    """Options of every verb that makes files."""

    overwrite: bool = option(
        False,
        "replace what is there",
        group="files",
        affects="nothing",
        keywords=("stylize_video",),
    )
    update: bool = option(
        False,
        "replace what was made with other settings, or of a source that has changed since",
        group="files",
        affects="nothing",
    )
    record: Literal["auto", "always", "never"] = option(
        "auto",
        "write .paintreel.json beside the results: how each was made; auto: of runs over several",
        group="files",
        affects="nothing",
    )
    max_pixels: int | None = option(
        None,
        "largest picture accepted (default: 200 million)",
        group="files",
        low=1,
        metavar="N",
        affects="nothing",
        keywords=("scene",),
    )
    json: str | None = option(
        None,
        "write what became of every file, with all notes; - prints it",
        group="files",
        affects="nothing",
        metavar="FILE",
    )
    strict: bool = option(
        False,
        "exit code 1 where anything of a source is lost (the file is written)",
        group="files",
        affects="nothing",
    )
    quiet: bool = option(False, "print failures only", group="files", affects="nothing", short="-q")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.overwrite and self.update:
            raise InputError("overwrite replaces everything, update only what differs; give one")


def parse_size(text: str) -> tuple[int, int]:
    """(width, height) in pixels of "1280x720". Raises InputError."""
    from paintreel.imaging.geometry import parse_size

    return parse_size(text)


def parse_tile(text: str) -> str | int:
    """The words auto and off, or a side in pixels. Raises InputError."""
    return text if text in ("auto", "off") else parse_whole(text)


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Options):
    """Options of every verb that runs a network."""

    tile: Literal["auto", "off"] | int = option(
        "auto",
        "cut big pictures into tiles: as needed, never, or of this side; the result is the same",
        group="machine",
        metavar="auto|off|PX",
        parse=parse_tile,
        low=16,
        high=16384,
        affects="nothing",
        keywords=("stylize", "stylize_video", "scene"),
    )
    backend: Literal["auto", "onnxruntime", "openvino"] = option(
        "auto",
        "runtime of the network; auto takes OpenVINO where it is installed",
        group="machine",
        keywords=("stylize", "stylize_video", "scene"),
    )
    threads: int | None = option(
        None,
        "threads of the network (default: all cores)",
        group="machine",
        low=1,
        high=256,
        metavar="N",
        affects="nothing",
        keywords=("stylize", "stylize_video", "scene"),
    )
    credits: bool = option(
        False,
        "write CREDITS.txt beside the results: whom to name for them",
        group="files",
        affects="nothing",
    )


def options_of(verb: str) -> type[Options]:
    """The options class of a verb."""
    return _load(VERBS[verb].options)  # type: ignore[no-any-return]


def _load(place: str) -> Any:
    """What "module:name" below `paintreel` names."""
    from importlib import import_module

    module, name = place.split(":")
    return getattr(import_module(f"paintreel.{module}"), name)


def plan_of(verb: str) -> Callable[[Any], Any]:
    """The function of a verb that makes files, from its options to its Batch."""
    return _load(VERBS[verb].plan)  # type: ignore[no-any-return]


def command_of(verb: str) -> Callable[[Any], int]:
    """The function of a verb that prints, from its options to an exit code."""
    return _load(VERBS[verb].command)  # type: ignore[no-any-return]


def described(cls: type[Options]) -> list[tuple[dataclasses.Field[Any], Option, Any]]:
    """(field, what is said of it, its type) of every option; those of the class itself first."""
    hints = get_type_hints(cls)
    own = inspect.get_annotations(cls)
    fields = sorted(dataclasses.fields(cls), key=lambda field: field.name not in own)
    return [(field, field.metadata[_KEY], hints[field.name]) for field in fields]


# Checks.


def _check_range(name: str, value: Any, facts: Option) -> None:
    if facts.low is None or isinstance(value, str):
        return
    for number in value if isinstance(value, tuple) else (value,):
        fits = not isinstance(number, bool) and _is_number(number) and number >= facts.low
        fits = fits and (facts.high is None or number <= facts.high)
        fits = fits and (facts.below is None or number < facts.below)
        if not fits:
            raise InputError(f"{name} is {value!r}, expected {facts.range_text}")


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except TypeError:
        return False


def parse_whole(text: str, *, low: float | None = None) -> int:
    """A whole number; "_" may part its digits."""
    try:
        value = int(text.replace("_", ""))
    except ValueError:
        value = None
    if value is None or (low is not None and value < low):
        least = "" if low is None else f" of at least {low:g}"
        raise InputError(f"{text!r} is not a whole number{least}")
    return value


def parse_number(text: str, facts: Option) -> float:
    """A number; of an option from 0 to 1 a percentage too. Raises InputError."""
    is_share = facts.low == 0 and 1 in (facts.high, facts.below)
    digits, percent = text.strip(), 1
    if is_share and digits.endswith("%"):
        digits, percent = digits[:-1].rstrip(), 100
    try:
        return float(digits.replace("_", "")) / percent
    except ValueError:
        word = "of" if facts.range_text.startswith("at") else "from"
        range_text = f" {word} {facts.range_text}" if facts.range_text else ""
        also = ", or a percentage" if is_share else ""
        raise InputError(f"{text!r} is not a number{range_text}{also}") from None


def flag_of(field: dataclasses.Field[Any], facts: Option) -> str:
    """The long flag of an option."""
    if facts.flag:
        return facts.flag
    name = field.name.replace("_", "-")
    return f"--no-{name}" if field.default is True else f"--{name}"


def base_type(kind: Any) -> tuple[Any, bool]:
    """(the type without None, whether it is a tuple of any length), the tuple's item for those."""
    if get_origin(kind) in (Union, types.UnionType):
        parts = [part for part in get_args(kind) if part is not type(None)]
        kind = parts[0] if len(parts) == 1 else next((p for p in parts if p is str), parts[0])
    if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis:
        return get_args(kind)[0], True
    return kind, False


def choices_of(facts: Option, base: Any) -> Sequence[str] | None:
    """The words that an option takes, None where it takes others."""
    return facts.known_choices() or (get_args(base) if is_literal(base) else None)


def is_literal(kind: Any) -> bool:
    return get_origin(kind) is Literal


# Python and the documentation.


def keyword_types(cls: type[Options], function: str) -> dict[str, str]:
    """{name: annotation as written} of the keywords that a Python function takes."""
    annotations: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        annotations |= inspect.get_annotations(base)
    return {
        field.name: annotations[field.name]
        for field, facts, _ in described(cls)
        if function in facts.keywords
    }


def option_table(cls: type[Options]) -> str:
    """A Markdown table of the options that the command line takes by name."""
    rows = ["| option | default | range | what it does |", "|---|---|---|---|"]
    for field, facts, kind in described(cls):
        if facts.positional:
            continue
        base, _ = base_type(kind)
        flag = flag_of(field, facts)
        value = "" if base is bool else f" {_value_text(base, facts)}"
        unset = isinstance(field.default, (bool, tuple)) or field.default in (None, "", _MISSING)
        default = "" if unset else f"`{field.default}`"
        short = f"`{facts.short}`, " if facts.short else ""
        cells = (f"{short}`{flag}{value}`", default, facts.range_text, facts.help_text)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def _value_text(base: Any, facts: Option) -> str:
    if facts.metavar:
        return facts.metavar
    choices = choices_of(facts, base)
    return "|".join(choices) if choices else getattr(base, "__name__", "VALUE").upper()
