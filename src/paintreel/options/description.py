"""What is said of an option, and the base of every verb's options."""

from __future__ import annotations

import dataclasses
import inspect
import math
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from paintreel.errors import InputError

KEY, MISSING = "option", dataclasses.MISSING
_TRUTHS = ("bool", "bool_")  # NumPy's too, which is not loaded here


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
    file       what a text names: a file or folder that is read, written or either, or none; ""
               leaves it to be told by the rest, as `paintreel.studio.forms` does
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
    file: Literal["", "read", "write", "either", "none"] = ""

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
    metadata = {KEY: Option(help, **facts)}
    if isinstance(default, (list, dict, set)):
        raise TypeError("an option's default must be immutable")
    return dataclasses.field(default=default, metadata=metadata)


def required_option(help: str, **facts: Any) -> Any:
    """A field that must be given by name."""
    return dataclasses.field(metadata={KEY: Option(help, required=True, **facts)})


def argument(
    metavar: str, help: str | Callable[[], str], *, default: Any = MISSING, **facts: Any
) -> Any:
    """A field that the command line takes by its place."""
    facts = {"affects": "nothing"} | facts  # what a result is made of is no setting
    metadata = {KEY: Option(help, metavar=metavar, positional=True, **facts)}
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
            _check_choice(field.name, value, facts, kind)
            if facts.excludes and getattr(self, facts.excludes) is not None:
                raise InputError(f"{field.name} and {facts.excludes} exclude each other")


def described(cls: type[Options]) -> list[tuple[dataclasses.Field[Any], Option, Any]]:
    """(field, what is said of it, its type) of every option; those of the class itself first."""
    hints = get_type_hints(cls)
    own = inspect.get_annotations(cls)
    fields = sorted(dataclasses.fields(cls), key=lambda field: field.name not in own)
    return [(field, field.metadata[KEY], hints[field.name]) for field in fields]


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


def _check_choice(name: str, value: Any, facts: Option, kind: Any) -> None:
    choices = choices_of(facts, base_type(kind)[0]) if isinstance(value, str) else None
    if choices and value not in choices and facts.parse is None:
        raise InputError(f"{name} is {value!r}, expected one of {', '.join(choices)}")


def check_keyword(name: str, value: Any, facts: Option, kind: Any) -> None:
    """Raise InputError for a value that a program gives for an option and that it cannot have.

    What a command line cannot get wrong is looked at too: words for numbers, words for yes and no.
    """
    if value is None:
        return
    base, _ = base_type(kind)
    if base is bool and type(value).__name__ not in _TRUTHS:
        raise InputError(f"{name} is {value!r}, expected True or False")
    if base in (int, float) and facts.parse is None and isinstance(value, (str, bytes)):
        raise InputError(f"{name} is {value!r}, expected a number {facts.range_text}".rstrip())
    if get_origin(base) is tuple and not _is_like(value, get_args(base)):
        raise InputError(f"{name} is {value!r}, expected {len(get_args(base))} whole numbers")
    is_word = facts.parse is None and (base is str or is_literal(base))
    if is_word and isinstance(value, (int, float)):
        raise InputError(f"{name} is {value!r}, expected text")
    if base is int and facts.parse is None and _is_number(value) and value != int(value):
        raise InputError(f"{name} is {value!r}, expected a whole number")
    _check_range(name, value, facts)
    _check_choice(name, value, facts, kind)


def _is_like(value: Any, kinds: Sequence[Any]) -> bool:
    """Whether a value is a tuple or list of as many whole numbers as there are `kinds`."""
    if not isinstance(value, (tuple, list)) or len(value) != len(kinds):
        return False
    return all(_is_number(one) and not isinstance(one, bool) and one == int(one) for one in value)


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float holds is one all the same
        return True
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
