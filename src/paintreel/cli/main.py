"""The `paintreel` command: finds the verb and loads only that verb's code.

What a verb takes is said by its options class, what it does by its row in `paintreel.options`.
Exit codes: 0 all done, 1 some files failed, 2 bad usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from paintreel import __version__
from paintreel.cli.arguments import add_options, by_flags, from_arguments
from paintreel.cli.exit_codes import BAD_USAGE, FAILED, INTERRUPTED, Refused, exit_code_of, planning
from paintreel.cli.pulse import Pulse
from paintreel.cli.signals import Ended
from paintreel.cli.terminal import (
    OutputFull,
    finish_output,
    prepare_output,
    say,
    writing_output,
)
from paintreel.errors import PaintreelError, system_reason
from paintreel.imaging.temporary_names import TEMPORARY_PREFIX
from paintreel.near_names import did_you_mean, near_names
from paintreel.options import (
    VERBS,
    FileOptions,
    Options,
    command_of,
    options_of,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's) and return its exit code."""
    prepare_output()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code, reason = _main(arguments), None
    except OutputFull as error:
        code, reason = FAILED, str(error)
    if (at_end := finish_output()) is not None:
        code, reason = FAILED, reason or at_end
    if reason:
        say(f"paintreel: cannot write to standard output: {reason}")
    return code


def _main(arguments: list[str]) -> int:
    options: type[Options] = Options
    try:
        parser = build_parser(arguments)
        args = parser.parse_args(arguments)
        options = parser.options if parser.verb is None else parser.verb.options
        if args.verb is None:
            build_parser([]).print_help()
            return BAD_USAGE
        with writing_output():
            return _run(args, parser)
    except SystemExit as leaving:  # the parser has printed the help or what is wrong
        return int(leaving.code or 0)
    except Ended:
        raise  # `start` says which signal it was
    except KeyboardInterrupt:
        say("paintreel: interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has left
        return FAILED
    except (PaintreelError, Refused) as error:
        say(f"paintreel: {by_flags(str(error), options)}")
        return exit_code_of(error)
    except OSError as error:  # of the system and no file of a run, which tells of it by itself
        if error.errno is None:
            raise
        about = "" if error.filename is None else f"{_shown(error.filename)}: "
        say(f"paintreel: {about}{system_reason(error)}")
        return FAILED


def _shown(name: str | bytes | int) -> str:
    """The name that an error is about; of an unfinished file, that of its folder."""
    path = Path(os.fsdecode(name) if isinstance(name, bytes) else str(name))
    return str(path.parent if path.name.startswith(TEMPORARY_PREFIX) else path)


class Parser(argparse.ArgumentParser):
    """A parser that answers a mistake in two lines: what is wrong, and where to read on.

    verb     the parser of the verb that is asked for, whose options a misspelt one is near to
    options  the options class of that verb
    words    what was typed
    """

    verb: Parser | None = None
    options: type[Options] = Options
    words: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        asked = self.verb or self
        example = ""
        if message.startswith(_MISSING) and (unknown := asked._misspelt()):
            message = f"{_UNKNOWN}{unknown}"
        elif message.startswith(_UNKNOWN) and (extra := asked._too_many(message)):
            message = extra
        elif message.startswith(_MISSING):
            message = f"needs {asked._needed(message.removeprefix(_MISSING).split(', '))}"
            example = asked.options.EXAMPLE
        say(f"{asked.prog}: {message}{asked._nearest(message)}")
        say(f"for example: {example}" if example else f"see '{asked.prog} --help'")
        self.exit(BAD_USAGE)

    def _misspelt(self) -> str | None:
        """The first option that was typed and is none: what is missing may be meant by it."""
        known = self._option_string_actions
        for word in self.words:
            flag = word.split("=")[0]
            if flag.startswith("--") and not any(name.startswith(flag) for name in known):
                return word
        return None

    def _too_many(self, message: str) -> str:
        """What to say where more files are given than the verb takes; "" where it is an option."""
        first = message.removeprefix(_UNKNOWN).split()[0]
        taken = [action.metavar for action in self._positionals._group_actions]
        if first.startswith("-") or not taken or any(a.nargs == "*" for a in self._actions):
            return ""
        places = " ".join(str(name) for name in taken)
        return f"takes one {places}; {first!r} is one too many"

    def _needed(self, missing: Sequence[str]) -> str:
        """What has to be given, as it is typed."""
        if self.options.NEEDS:
            return self.options.NEEDS
        words = []
        for action in self._actions:
            name = "/".join(action.option_strings) or action.metavar or action.dest
            if name in missing:
                flag = action.option_strings[:1]
                value = action.metavar or action.dest.upper()
                words.append(" ".join([*flag, value if isinstance(value, str) else value[0]]))
        return ", ".join(words or missing)

    def _nearest(self, message: str) -> str:
        if message.startswith(_UNKNOWN):
            word = message.removeprefix(_UNKNOWN).split("=")[0].split()[0]
            flags = [name[2:] for name in self._option_string_actions if name.startswith("--")]
            near = [f"--{name}" for name in near_names(word.lstrip("-"), flags)]
        elif choice := _CHOICE.search(message):
            near = near_names(choice[1], [name.strip(" '") for name in choice[2].split(",")])
        else:
            return ""
        return f"; {did_you_mean(near)}" if near else ""


_MISSING = "the following arguments are required: "
_UNKNOWN = "unrecognized arguments: "
_CHOICE = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)")
"""What argparse says."""


def _unknown_verb(asked: str) -> str:
    """What may have been meant: a verb that begins so, or is spelt nearly so, or a file."""
    word = asked.lower()
    near = [name for name in VERBS if word and name.startswith(word)]
    if near := near or near_names(word, VERBS):
        hint = did_you_mean(near)
    elif os.path.lexists(asked):
        hint = f"to paint the file: 'paintreel stylize {asked}'"
    else:
        hint = f"there are: {', '.join(VERBS)}"
    return f"no verb is called '{asked}'; {hint}"


def build_parser(arguments: Sequence[str]) -> Parser:
    """The parser of the one verb that `arguments` name, below that of all verbs."""
    parser = Parser(
        prog="paintreel", description="Turn photographs and clips into painted animation."
    )
    parser.add_argument("--version", action="version", version=f"paintreel {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs", parser_class=Parser)
    asked = next((a for a in arguments if not a.startswith("-")), None)
    if asked is not None and asked not in VERBS:
        parser.error(_unknown_verb(asked))
    for name, verb in VERBS.items():
        says = f"{verb.summary.capitalize()}."
        subparser = verbs.add_parser(name, help=verb.summary, description=says)
        if name != asked:
            continue
        parser.verb = subparser
        subparser.options, subparser.words = options_of(name), arguments
        add_options(subparser, subparser.options)
    return parser


def _see_cluster(options: Options) -> None:
    """Refuse an address without a cluster before anything is looked at or loaded."""
    address = getattr(options, "ray", None)
    if address is not None and not getattr(options, "dry_run", False):
        from paintreel.cluster.session import check_cluster

        with planning():
            check_cluster(address)


def _run(args: argparse.Namespace, parser: Parser) -> int:
    verb = VERBS[args.verb]
    options = from_arguments(options_of(args.verb), args)
    if not options.is_enough:
        parser.error(_MISSING)
    with Pulse(args.verb, shown=not getattr(options, "quiet", False)):
        _see_cluster(options)
        if verb.command:
            return command_of(args.verb)(options)
        from paintreel.cli.files import run_files

        assert isinstance(options, FileOptions)
        return run_files(args.verb, options)
