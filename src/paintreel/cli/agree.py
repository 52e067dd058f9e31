"""`paintreel agree`: how well raters agree, and what the ballots of a blind trial say."""

from __future__ import annotations

import json
from typing import Any

from paintreel import __version__
from paintreel.agree.options import AgreeCommandOptions
from paintreel.cli.exit_codes import planning
from paintreel.cli.pulse import stage
from paintreel.cli.terminal import say_notes, show


def run(options: AgreeCommandOptions) -> int:
    """Print the agreement of every rated column, or a trial. Returns the exit code."""
    if options.key is not None:
        return _count(options, options.key)
    from paintreel.agree.agree import agree
    from paintreel.agree.results import agreement_lines

    stage("comparing the raters")
    agreement = agree(options.tables[0], options)
    if options.json:
        _print(agreement.as_dict())
        return 0
    say_notes(agreement.notes)
    raters = agreement.raters
    show(f"{agreement.items} items, {len(raters)} raters: {', '.join(raters)}")
    for column in agreement.columns:
        print()
        show(*agreement_lines(column))
    return 0


def _count(options: AgreeCommandOptions, key: str) -> int:
    from paintreel.agree.report import trial_report
    from paintreel.agree.results import trial_lines
    from paintreel.agree.trial import count_ballots
    from paintreel.jobs.reports import check_report
    from paintreel.scoring.report_parts import write_report

    with planning():
        check_report(options.report, [key, *options.tables])
    stage("counting the ballots")
    result = count_ballots(options.tables, key, options)
    if options.json:
        _print(result.as_dict())
    else:
        say_notes(result.notes)
        show(*trial_lines(result))
    if options.report is not None:
        write_report(options.report, trial_report(result, version=__version__))
    return 0


def _print(facts: dict[str, Any]) -> None:
    print(json.dumps(facts, indent=2, allow_nan=False))
