"""Signature and help of public functions, where keywords come from the options of a verb.

    @takes_options("stylize", "stylize_video")
    def stylize_video(src, dst, **options: Unpack[ClipKeywords]): ...

`help`, editors and `inspect.signature` then show each keyword with type, default and meaning. A
function that states its keywords itself is `@shown_plainly`.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import textwrap
from collections.abc import Callable
from typing import Any, TypeVar, cast

from paintreel.near_names import did_you_mean, near_names
from paintreel.options import Option, check_keyword, described, keyword_types, options_of

__all__ = ["shown_plainly", "takes_options"]

F = TypeVar("F", bound=Callable[..., Any])
_WIDTH, _INDENT = 92, 14


class _Written(str):
    """An annotation shown as it is written, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def takes_options(verb: str, function: str) -> Callable[[F], F]:
    """For a function whose keywords are the options of `verb` that name `function`.

    Those that it takes as `**options` get a place in its signature and a line in its docstring, and
    are checked as those of the command are; an unknown one raises TypeError, naming the nearest.
    """

    def decorate(fn: F) -> F:
        cls = options_of(verb)
        signature = inspect.signature(fn)
        given = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        types = keyword_types(cls, function)
        for name in signature.parameters:
            types.pop(name, None)
        fields = {f.name: (f, facts) for f, facts, _ in described(cls) if f.name in types}
        made = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=types[name]
            )
            for name, (field, _) in fields.items()
        ]
        kinds = {field.name: kind for field, _, kind in described(cls)}
        known = [*(p.name for p in given), *fields]

        @functools.wraps(fn)
        def checked(*args: Any, **keywords: Any) -> Any:
            for name, value in keywords.items():
                if name in fields:
                    check_keyword(name, value, fields[name][1], kinds[name])
                elif name not in known:
                    hint = did_you_mean(near_names(name, known))
                    raise TypeError(f"{function}() has no keyword {name!r}; {hint or 'see help()'}")
            return fn(*args, **keywords)

        _show(checked, signature.replace(parameters=[*given, *made]))
        if fields:
            lines = "\n".join(_line(field, facts) for field, facts in fields.values())
            checked.__doc__ = f"{inspect.cleandoc(fn.__doc__ or '')}\n\nKeywords:\n\n{lines}"
        return cast("F", checked)

    return decorate


def shown_plainly(fn: F) -> F:
    """For a function whose signature `help` shows as it is written, types without quotes."""
    _show(fn, inspect.signature(fn))
    return fn


def _show(fn: Callable[..., Any], signature: inspect.Signature) -> None:
    parameters = [
        p.replace(annotation=_written(p.annotation)) for p in signature.parameters.values()
    ]
    fn.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=parameters, return_annotation=_written(signature.return_annotation)
    )


def _written(annotation: Any) -> Any:
    return _Written(annotation) if isinstance(annotation, str) else annotation


def _line(field: dataclasses.Field[Any], facts: Option) -> str:
    text = f"{facts.help_text}; {facts.range_text}" if facts.range_text else facts.help_text
    if field.default is True:  # the help is that of the flag which turns it off
        text = f"False: {text}"
    indent = " " * _INDENT
    first = f"{field.name:<{_INDENT}}"
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=indent)
