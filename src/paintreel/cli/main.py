"""The `paintreel` command: finds the verb and loads only that verb's code.

Every verb is a file of this package with `add_arguments(parser)` and `run(args)`,
which returns the exit code: 0 all done, 1 some files failed, 2 bad usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from paintreel import __version__
from paintreel.errors import (
    OutputError,
    PaintreelError,
    PictureTooLarge,
    TrainingError,
    UnreadableFile,
    VideoError,
)

VERBS = {
    "stylize": "paint photographs, folders and clips in a style",
    "scene": "paint a background from a rough, or from a word and a seed",
    "rough": "make a colour block-in and a line sketch of a picture",
    "models": "list the models with verb, licence, size and speed",
    "info": "show what the program sees in a file",
    "train": "learn a style or a scene network from your own art",
    "experiment": "train and compare the systems of a paper, as its tables do",
    "score": "measure pictures and clips, alone or against a reference",
    "compare": "rank systems by paired tests on the same pictures",
    "agree": "measure how well raters agree",
}
"""Verb -> summary, written here so that the help loads no verb."""

FAILED, BAD_USAGE, INTERRUPTED = 1, 2, 130
_FAILURES = (UnreadableFile, VideoError, PictureTooLarge, OutputError, TrainingError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's) and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = build_parser(arguments)
    try:
        args = parser.parse_args(arguments)
    except SystemExit as leaving:  # argparse has printed the help or what is wrong
        return int(leaving.code or 0)
    if args.verb is None:
        parser.print_help()
        return BAD_USAGE
    try:
        return _load(args.verb).run(args)
    except KeyboardInterrupt:
        print("paintreel: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has left; keep Python from writing to it once more on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return FAILED if isinstance(error, _FAILURES) else BAD_USAGE


def build_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with the options of the one verb that `arguments` name."""
    parser = argparse.ArgumentParser(
        prog="paintreel", description="Turn photographs and clips into painted animation."
    )
    parser.add_argument("--version", action="version", version=f"paintreel {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    asked = next((a for a in arguments if not a.startswith("-")), None)
    for verb, summary in VERBS.items():
        subparser = verbs.add_parser(verb, help=summary, description=f"{summary.capitalize()}.")
        if verb == asked:
            _load(verb).add_arguments(subparser)
    return parser


def _load(verb: str):
    return import_module(f"paintreel.cli.{verb}")
