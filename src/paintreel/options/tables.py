"""What Python and the documentation say of options."""

from __future__ import annotations

import inspect
from typing import Any, get_args

from paintreel.options.description import (
    MISSING,
    Option,
    Options,
    base_type,
    choices_of,
    described,
    flag_of,
    is_literal,
)


def keyword_types(cls: type[Options], function: str) -> dict[str, str]:
    """{name: annotation as written} of the keywords that a Python function takes.

    A name that stands for a choice of words is spelt out.
    """
    annotations: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        annotations |= inspect.get_annotations(base)
    return {
        field.name: _spelt_out(annotations[field.name], kind)
        for field, facts, kind in described(cls)
        if function in facts.keywords
    }


def _spelt_out(annotation: str, kind: Any) -> str:
    if not (annotation.isidentifier() and is_literal(kind)):
        return annotation
    words = ", ".join(f'"{word}"' for word in get_args(kind))
    return f"Literal[{words}]"


def option_table(cls: type[Options]) -> str:
    """A Markdown table of the options that the command line takes by name."""
    rows = ["| option | default | range | what it does |", "|---|---|---|---|"]
    for field, facts, kind in described(cls):
        if facts.positional:
            continue
        base, _ = base_type(kind)
        flag = flag_of(field, facts)
        value = "" if base is bool else f" {_value_text(base, facts)}"
        unset = isinstance(field.default, (bool, tuple)) or field.default in (None, "", MISSING)
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
