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

from paintreel.options.cluster import CLIENT, parse_address, ray_option
from paintreel.options.description import (
    Option,
    Options,
    argument,
    base_type,
    check_keyword,
    choices_of,
    described,
    flag_of,
    is_literal,
    option,
    parse_number,
    parse_whole,
    required_option,
)
from paintreel.options.shared import (
    DRAWN_STEADY,
    MAX_SEED,
    ClipOptions,
    DeviceName,
    DrawnClipOptions,
    EncodingOptions,
    FileOptions,
    NetworkOptions,
    OutputOptions,
    TileOptions,
    parse_size,
    parse_tile,
)
from paintreel.options.tables import keyword_types, option_table
from paintreel.options.verbs import VERBS, Verb, asked_of, command_of, options_of, plan_of

__all__ = [
    "CLIENT",
    "DRAWN_STEADY",
    "MAX_SEED",
    "VERBS",
    "ClipOptions",
    "DeviceName",
    "DrawnClipOptions",
    "EncodingOptions",
    "FileOptions",
    "NetworkOptions",
    "Option",
    "Options",
    "OutputOptions",
    "TileOptions",
    "Verb",
    "argument",
    "asked_of",
    "base_type",
    "check_keyword",
    "choices_of",
    "command_of",
    "described",
    "flag_of",
    "is_literal",
    "keyword_types",
    "option",
    "option_table",
    "options_of",
    "parse_address",
    "parse_number",
    "parse_size",
    "parse_tile",
    "parse_whole",
    "plan_of",
    "ray_option",
    "required_option",
]
