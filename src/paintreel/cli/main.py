"""The `paintreel` command: finds the verb and loads only that verb's code.

What a verb takes is said by its options class, what it does by its row in `paintreel.options`.
Exit codes: 0 all done, 1 some files failed, 2 bad usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from paintreel import __version__
from paintreel.errors import (
    OutputError,
    PaintreelError,
    PictureTooLarge,
    TrainingError,
    UnreadableFile,
    VideoError,
)
from paintreel.options import (
    VERBS,
    FileOptions,
    add_options,
    command_of,
    from_arguments,
    options_of,
)

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
        return _run(args)
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
    for name, verb in VERBS.items():
        says = f"{verb.summary.capitalize()}."
        subparser = verbs.add_parser(name, help=verb.summary, description=says)
        if name == asked and verb.options:
            add_options(subparser, options_of(name))
        elif name == asked:
            _load(name).add_arguments(subparser)
    return parser


def _run(args: argparse.Namespace) -> int:
    verb = VERBS[args.verb]
    if not verb.options:
        return int(_load(args.verb).run(args))
    options = from_arguments(options_of(args.verb), args)
    if verb.command:
        return command_of(args.verb)(options)
    from paintreel.cli.files import run_files

    assert isinstance(options, FileOptions)
    return run_files(args.verb, options)


def _load(verb: str) -> Any:
    return import_module(f"paintreel.cli.{verb}")
