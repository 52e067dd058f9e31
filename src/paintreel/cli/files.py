"""The command of a verb that makes files: plan, run with progress, tell what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli.answering import tell_outcome
from paintreel.cli.exit_codes import planning
from paintreel.cli.progress import ProgressBars
from paintreel.cli.terminal import say, show
from paintreel.options import FileOptions
from paintreel.wording import some_of

if TYPE_CHECKING:
    from paintreel.cluster.spread import Spread
    from paintreel.jobs.recorder import Recorder
    from paintreel.jobs.run import Batch, Outcome

_NAMED = 5
"""Files that a line names."""


def run_files(verb: str, options: FileOptions) -> int:
    """Run a verb on its files. Returns the exit code: 0 all made, 1 some failed."""
    with ExitStack() as cluster:
        return _run_planned(verb, options, cluster)


def _run_planned(verb: str, options: FileOptions, cluster: ExitStack) -> int:
    from paintreel.jobs.recorder import Recorder
    from paintreel.jobs.reports import (
        STANDARD_OUTPUT,
        check_beside_results,
        check_report,
        write_json,
    )
    from paintreel.storage.staged import plan_anywhere

    spread: Spread | None = None
    with planning():
        batch: Batch = plan_anywhere(verb, options)
        sources = [path for job in batch.jobs for path in job.inputs]
        results = [path for job in batch.jobs for path in job.outputs]
        check_report(options.json, sources, is_printed=True)
        check_beside_results(options.json, results)
        if options.ray is not None and not getattr(options, "dry_run", False):
            from paintreel.cluster.spread import on_cluster

            spread = cluster.enter_context(on_cluster(verb, options, options.ray))
    recorder = Recorder(verb, options, version=__version__, several=batch.skips_done)
    if getattr(options, "dry_run", False):
        return _tell_plan(verb, batch, options, recorder)
    outcomes = _run(batch, options, recorder, spread)
    speaks = not options.quiet and options.json != STANDARD_OUTPUT
    if speaks:
        _print_summary(batch, outcomes)
    _tell_of_kept(outcomes, quiet=options.quiet)
    if batch.finish is not None:
        files = batch.finish(outcomes)
        if speaks:
            _show_files(files)
    if options.json is not None:
        write_json(options.json, _facts(verb, batch, outcomes))
    unseen = any(note.loss for note in batch.notes)
    return 1 if unseen else exit_code(outcomes, strict=options.strict)


def exit_code(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    """1 where a file failed, or is not as it was asked for; 0 where all are.

    With `strict` it is 1 too where something of a source is lost.
    """
    failed = any(outcome.status in ("outdated", "failed", "cancelled") for outcome in outcomes)
    lost = strict and any(note.loss for outcome in outcomes for note in outcome.notes)
    return 1 if failed or lost else 0


def _facts(verb: str, batch: Batch, outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "paintreel": __version__,
        "verb": verb,
        **batch.facts,
        "notes": [note.as_dict() for note in batch.notes],
        "files": [outcome.as_dict() for outcome in outcomes],
    }


def _run(
    batch: Batch, options: FileOptions, recorder: Recorder, spread: Spread | None
) -> list[Outcome]:
    from paintreel.jobs.run import run_batch

    for note in batch.notes:
        if note.loss or not options.quiet:
            say(f"note: {note.text}")
    with ProgressBars(len(batch.jobs), shown=not options.quiet) as progress:

        def finished(outcome: Outcome) -> None:
            progress.file()
            tell_outcome(outcome, progress.say, quiet=options.quiet)

        outcomes = (run_batch if spread is None else spread.run)(
            batch,
            overwrite=options.overwrite,
            update=options.update,
            recorder=recorder,
            on_outcome=finished,
            on_frame=progress.frame,
            on_stage=progress.stage,
        )
    for note in (*recorder.notes, *(() if spread is None else spread.notes())):
        say(f"note: {note.text}")
    return outcomes


def _tell_plan(verb: str, batch: Batch, options: FileOptions, recorder: Recorder) -> int:
    """Say what a run would do, in lines and in the report. Returns 1 where something would fail."""
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json
    from paintreel.jobs.run import foresee, reason

    outcomes = foresee(batch, overwrite=options.overwrite, update=options.update, recorder=recorder)
    for note in (*batch.notes, *recorder.notes):
        if note.loss or not options.quiet:
            say(f"note: {note.text}")
    for outcome in outcomes if options.json != STANDARD_OUTPUT else ():
        job, differs = outcome.job, "; ".join(outcome.judgement.differs)
        line = f"{job.kind:8} {job.name} -> {', '.join(map(str, job.outputs))}"
        if outcome.error is not None:
            line += f" (fails: {reason(outcome.error)})"
        elif outcome.status == "skipped":
            line += " (there already, skipped)"
        elif differs:
            how = "replaced" if outcome.status == "planned" else "there, left as it is"
            line += f" ({how}: {differs})"
        show(line)
    if options.json is not None:
        write_json(options.json, {**_facts(verb, batch, outcomes), "dry_run": True})
    return 1 if any(outcome.status == "failed" for outcome in outcomes) else 0


def _print_summary(batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """What was made, on standard output: the files, or the numbers of a run over several."""
    counts = Counter(outcome.status for outcome in outcomes)
    if len(outcomes) == 1:
        if counts["made"]:
            _show_files(outcomes[0].job.outputs)
    else:
        outdated = f", {counts['outdated']} differ" if counts["outdated"] else ""
        done = f"{counts['made']} {batch.verb_done}"
        show(f"{done}, {counts['skipped']} skipped{outdated}, {counts['failed']} failed")
    if counts["skipped"]:
        say("skipped what is there already; --overwrite replaces it")


def _tell_of_kept(outcomes: Sequence[Outcome], *, quiet: bool) -> None:
    """Name what is there and not as it was asked for, one line a difference, and what helps."""
    outdated = [outcome for outcome in outcomes if outcome.status == "outdated"]
    groups: dict[str, list[Outcome]] = {}
    for outcome in outdated:
        groups.setdefault("; ".join(outcome.judgement.differs), []).append(outcome)
    for differs, group in groups.items():
        say(f"differs: {_names(group)}: {differs}")
    changed = [outcome for outcome in outcomes if outcome.judgement.is_changed]
    if changed and (outdated or not quiet):
        say(f"note: changed since it was made: {_names(changed)}")
    unknown = [o for o in outcomes if o.status == "skipped" and not o.judgement.is_known]
    if unknown and not quiet:
        say(f"note: no record tells with which settings it was made: {_names(unknown)}")
    if outdated:
        say(f"left as {_it(outdated, 'it is', 'they are')}; {_what_helps(outdated)}")


def _what_helps(outdated: Sequence[Outcome]) -> str:
    if all(outcome.judgement.is_changed for outcome in outdated):
        return f"--overwrite replaces {_it(outdated)}, another -o keeps both"
    changed = ", but for what was changed since" * any(o.judgement.is_changed for o in outdated)
    it, place = _it(outdated), _it(outdated, "its place", "their places")
    return f"--update makes {it} anew in {place}{changed}; another -o keeps both"


def _it(outcomes: Sequence[Outcome], one: str = "it", several: str = "them") -> str:
    return one if len(outcomes) == 1 else several


def _names(outcomes: Sequence[Outcome]) -> str:
    return some_of((outcome.job.outputs[0] for outcome in outcomes), _NAMED)


def _show_files(paths: Sequence[Path]) -> None:
    for path in paths:
        show(str(path))
