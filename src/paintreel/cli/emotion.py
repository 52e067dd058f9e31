"""`paintreel emotion`: ask who feels what in clips, sounds and pictures; print, write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli.exit_codes import planning
from paintreel.cli.files import exit_code
from paintreel.cli.progress import ProgressBars
from paintreel.cli.terminal import say, show
from paintreel.emotion.options import EmotionOptions

if TYPE_CHECKING:
    from paintreel.emotion.batch import Performances
    from paintreel.jobs.run import Outcome


def run(options: EmotionOptions) -> int:
    """Ask, print, write. Returns the exit code."""
    from paintreel.emotion.batch import plan_emotion
    from paintreel.emotion.tables import answer_facts, write_answers
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json

    with planning():
        asked = plan_emotion(options)
    speaks = not options.quiet and STANDARD_OUTPUT not in (options.json, options.csv)
    outcomes = _ask(asked, options, speaks=speaks)
    answers = asked.in_order()
    if options.csv is not None:
        write_answers(options.csv, answers)
    if options.plot is not None and answers:
        from paintreel.emotion.plot import draw_chart
        from paintreel.pictures.contact_sheet import write_sheet

        write_sheet(Path(options.plot), draw_chart(answers))
    if options.json is not None:
        facts = answer_facts(
            outcomes,
            answers,
            version=__version__,
            notes=asked.batch.notes,
            facts=asked.batch.facts,
        )
        write_json(options.json, facts)
    return exit_code(outcomes, strict=False)


def _ask(asked: Performances, options: EmotionOptions, *, speaks: bool) -> list[Outcome]:
    """Run the jobs one by one; each answer is printed as it comes."""
    from paintreel.emotion.tables import answer_line
    from paintreel.jobs.run import reason, run_batch

    batch = asked.batch
    for note in batch.notes:
        if note.loss or not options.quiet:
            say(f"note: {note.text}")
    told: set[str] = set()
    with ProgressBars(len(batch.jobs), shown=not options.quiet, unit="moment") as progress:

        def finished(outcome: Outcome) -> None:
            progress.file()
            name = outcome.job.name
            if outcome.error is not None:
                text = reason(outcome.error)
                progress.say(f"failed: {text}" if name in text else f"failed: {name}: {text}")
            elif speaks and (answer := asked.answers.get(Path(name))) is not None:
                show(answer_line(answer))
            for note in outcome.notes:
                # What holds for every file is said once.
                general = note.kind.startswith("learnt-from")
                if (note.loss or not options.quiet) and not (general and note.kind in told):
                    progress.say(f"note: {note.text}" if general else f"note: {name}: {note.text}")
                told.add(note.kind)

        outcomes = run_batch(batch, on_outcome=finished, on_frame=progress.frame)
    return list(outcomes)
