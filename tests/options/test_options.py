from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Literal

import pytest

from paintreel.cli.arguments import add_options, from_arguments
from paintreel.errors import InputError
from paintreel.options import (
    VERBS,
    FileOptions,
    NetworkOptions,
    Options,
    TileOptions,
    argument,
    described,
    keyword_types,
    option,
    option_table,
    options_of,
    parse_number,
    parse_size,
)


@dataclass(frozen=True, kw_only=True)
class Sketch(FileOptions, NetworkOptions, TileOptions):
    pictures: tuple[str, ...] = argument("PICTURE", "pictures", nargs="+")
    weight: float = option(0.5, "of the lines", low=0, below=1, keywords=("sketch",))
    count: int = option(3, "of 100 % of them", low=1, high=9)
    size: tuple[int, int] | None = option(None, "in pixels", parse=parse_size, low=1)
    side_px: int | None = option(None, "longer side", flag="--side", low=1, excludes="size")
    ink: Literal["black", "brown"] = option("black", "colour")
    paper: bool = option(True, "leave the paper out")
    tags: tuple[str, ...] = option((), "names", flag="--tag", repeats=True)


def parse(*words: str) -> Sketch:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser, Sketch)
    return from_arguments(Sketch, parser.parse_args(words))


def test_defaults_are_those_of_the_class():
    assert parse("a.png") == Sketch(pictures=("a.png",))


def test_every_type_is_read():
    words = "a.png b.png --weight 0.25 --count 4 --size 30x20 --ink brown --no-paper --tile 64"
    assert parse(*words.split(), "--tag", "x", "--tag", "y", "-q") == Sketch(
        pictures=("a.png", "b.png"),
        weight=0.25,
        count=4,
        size=(30, 20),
        ink="brown",
        paper=False,
        tile=64,
        tags=("x", "y"),
        quiet=True,
    )
    assert parse("a", "--side", "1_000").side_px == 1000


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"weight": 1}, "weight is 1, expected 0 to below 1"),
        ({"weight": float("nan")}, "weight is nan"),
        ({"count": 10}, "count is 10, expected 1 to 9"),
        ({"count": True}, "count is True"),
        ({"size": (0, 4)}, r"size is \(0, 4\), expected at least 1"),
        ({"ink": "red"}, "ink is .red., expected one of black, brown"),
        ({"size": (3, 4), "side_px": 4}, "side_px and size exclude each other"),
        ({"threads": 0}, "threads is 0"),
    ],
)
def test_values_out_of_range_are_refused_in_python_too(bad: dict, message: str):
    with pytest.raises(InputError, match=message):
        Sketch(pictures=("a",), **bad)


@pytest.mark.parametrize(
    "words",
    [
        ["a", "--weight", "much"],
        ["a", "--tile", "small"],
        ["a", "--size", "30"],
        ["a", "--ink", "red"],
        ["a", "--size", "3x4", "--side", "4"],
    ],
)
def test_words_that_are_no_values_are_refused(words: list[str]):
    with pytest.raises((argparse.ArgumentError, SystemExit)):
        parse(*words)


def test_keywords_are_typed_as_the_options_are():
    assert keyword_types(Sketch, "sketch") == {"weight": "float"}


def test_table_says_name_default_range_and_help():
    rows = option_table(Sketch).splitlines()
    assert "| `--weight FLOAT` | `0.5` | 0 to below 1 | of the lines |" in rows
    assert "| `--ink black\\|brown` | `black` |  | colour |" in rows
    assert "| `--no-paper` |  |  | leave the paper out |" in rows
    assert "| `-q`, `--quiet` |  |  | print failures only |" in rows
    assert not any("PICTURE" in row for row in rows)


@pytest.mark.parametrize(
    ("text", "value"), [("50%", 0.5), ("12.5 %", 0.125), ("0%", 0.0), ("0.25", 0.25), ("1e-1", 0.1)]
)
def test_a_share_is_a_number_or_a_percentage(text: str, value: float):
    assert parse("a", "--weight", text).weight == value


def test_percentages_are_for_shares_alone():
    every = [(v, f, o) for v in VERBS for f, o, _ in described(options_of(v))]
    shares = {f"{v}.{f.name}" for v, f, o in every if o.low == 0 and 1 in (o.high, o.below)}
    assert {"stylize.strength", "stylize.steady", "scene.strength"} <= shares
    for verb, field, facts in every:
        if field.type == "float":
            if f"{verb}.{field.name}" in shares:
                assert parse_number("50%", facts) == 0.5
            else:
                with pytest.raises(InputError, match="'50%' is not a number"):
                    parse_number("50%", facts)


@pytest.mark.parametrize("verb", VERBS)
def test_options_of_clips_count_for_clips_alone(verb: str):
    for field, facts, _ in described(options_of(verb)):
        if facts.group == "clips":
            assert facts.affects in ("clip", "nothing"), field.name


@pytest.mark.parametrize("verb", VERBS)
def test_options_of_every_verb_say_what_they_are(verb: str):
    assert issubclass(options_of(verb), Options)
    assert all(row.count(" | ") == 3 for row in option_table(options_of(verb)).splitlines()[2:])


@pytest.mark.parametrize(
    ("verb", "tiled"),
    [("stylize", True), ("scene", True), ("lineart", True), ("colorize", True), ("fuse", False)],
)
def test_tiles_are_offered_where_pictures_are_cut(verb: str, tiled: bool):
    assert ("tile" in options_of(verb).__dataclass_fields__) is tiled
