"""`paintreel info`: what the program sees in a file, or what it runs on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from paintreel.cli.terminal import show
from paintreel.errors import InputError
from paintreel.options import Options, argument, option

__all__ = ["InfoOptions", "run"]


@dataclass(frozen=True, kw_only=True)
class InfoOptions(Options):
    """What is asked about."""

    file: str | None = argument(
        "FILE",
        "picture, clip, model, card, recipe, results, folder of results, ...; or a model's name",
        default=None,
    )
    system: bool = option(
        False, "show versions, processor, and what networks can run on, for a report of a fault"
    )
    json: bool = option(False, "print as JSON")

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.file is None) != self.system:
            raise InputError("give a FILE, or --system alone")


def run(options: InfoOptions) -> int:
    """Print the facts. Returns the exit code."""
    if options.file is None:
        from paintreel import __version__
        from paintreel.runtime.device_facts import describe_devices
        from paintreel.runtime.system import describe_system
        from paintreel.stylize.options import DEFAULT_STYLE

        facts = {**describe_system(__version__), **describe_devices(DEFAULT_STYLE)}
    else:
        from paintreel.jobs.describe import describe

        facts = describe(options.file)
    if options.json:
        print(json.dumps(facts, indent=2, default=str))
    else:
        show(*_lines(facts))
    return 0


def _lines(facts: Mapping[str, object]) -> list[str]:
    width = max(map(len, facts))
    return [f"{key.ljust(width)}  {value}" for key, value in facts.items() if value != ""]
