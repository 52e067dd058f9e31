"""The command line of a verb, made from its options."""

from __future__ import annotations

import argparse
import dataclasses
import re
from collections.abc import Callable
from typing import Any, TypeVar

from paintreel.errors import InputError
from paintreel.options import (
    Option,
    Options,
    base_type,
    choices_of,
    described,
    flag_of,
    is_literal,
    parse_number,
    parse_whole,
)

__all__ = ["add_options", "by_flags", "from_arguments"]

T = TypeVar("T", bound=Options)
_MISSING = dataclasses.MISSING


def add_options(parser: argparse.ArgumentParser, cls: type[Options]) -> None:
    """Give `parser` the options of a verb, in the groups that they name."""
    parser.epilog = cls.EPILOG or None
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    groups: dict[str, Any] = {"": parser}
    exclusive: dict[str, Any] = {}
    options = described(cls)
    excluded = {facts.excludes for _, facts, _ in options if facts.excludes}
    for field, facts, kind in options:
        if facts.group not in groups:
            groups[facts.group] = parser.add_argument_group(facts.group)
        target = groups[facts.group]
        if field.name in excluded or facts.excludes:
            pair = facts.excludes or field.name
            if pair not in exclusive:
                exclusive[pair] = target.add_mutually_exclusive_group()
            target = exclusive[pair]
        _add_option(target, field, facts, kind)


def _add_option(target: Any, field: dataclasses.Field[Any], facts: Option, kind: Any) -> None:
    base, is_many = base_type(kind)
    settings: dict[str, Any] = {"help": _help_text(field, facts).replace("%", "%%")}
    if base is bool:
        settings["action"] = "store_false" if field.default is True else "store_true"
    else:
        settings["type"] = _argument_type(base, facts)
        if facts.metavar is not None:
            settings["metavar"] = facts.metavar
        choices = choices_of(facts, base)
        if choices and facts.parse is None:
            settings["choices"] = tuple(choices)
        if facts.repeats:
            settings["action"] = "append"
        elif facts.nargs or is_many:
            settings["nargs"] = facts.nargs or "+"
    if field.default is not _MISSING and not facts.required:
        settings["default"] = _as_list(field.default) if facts.repeats else field.default
    if facts.positional:
        if field.default is not _MISSING and not is_many:
            settings["nargs"] = "?"
        target.add_argument(field.name, **settings)
        return
    settings |= {"dest": field.name, "required": facts.required}
    target.add_argument(*filter(None, (facts.short, flag_of(field, facts))), **settings)


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _help_text(field: dataclasses.Field[Any], facts: Option) -> str:
    text = facts.help_text
    says_default = "(default" in text or isinstance(field.default, (bool, tuple))
    if facts.positional or says_default or field.default in (None, "", _MISSING):
        return text
    return f"{text} (default {field.default})"


def _argument_type(base: Any, facts: Option) -> Callable[[str], Any]:
    """What argparse calls on the text; a refusal becomes its one-line message."""
    if facts.parse is None and base not in (int, float):
        return str if is_literal(base) else base

    def parse(text: str) -> Any:
        try:
            if facts.parse is not None:
                return facts.parse(text)
            if base is float:
                return parse_number(text, facts)
            return parse_whole(text, low=None if facts.high is not None else facts.low)
        except InputError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parse


def from_arguments(cls: type[T], args: argparse.Namespace) -> T:
    """The options that a parsed command line gives. Raises InputError for values out of range."""
    values = {}
    for field in dataclasses.fields(cls):
        value = getattr(args, field.name)
        values[field.name] = tuple(value) if isinstance(value, list) else value
    return cls(**values)


def by_flags(text: str, cls: type[Options]) -> str:
    """What is said of options, which are called as they are typed: "--max-side is 0 ..."."""
    for field, facts, _ in described(cls):
        if not facts.positional:
            name = re.compile(rf"^{field.name}(?= is | and )|(?<= and ){field.name}(?= exclude )")
            text = name.sub(flag_of(field, facts), text)
    return text
