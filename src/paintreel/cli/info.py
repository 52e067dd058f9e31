"""`paintreel info`: what the program sees in a file."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel info`."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="picture, clip, model, card, recipe, results, ...; or the name of a model",
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the facts of one file or model. Returns the exit code."""
    from paintreel.jobs.describe import describe

    facts = describe(args.file)
    if args.json:
        print(json.dumps(facts, indent=2, default=str))
    else:
        print("\n".join(_lines(facts)))
    return 0


def _lines(facts: Mapping[str, object]) -> list[str]:
    width = max(map(len, facts))
    return [f"{key.ljust(width)}  {value}" for key, value in facts.items() if value != ""]
