"""`paintreel emotion`: ask who feels what in clips, sounds and pictures; print, write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli.answering import Say, answer_files, spreading, tell_failure
from paintreel.cli.exit_codes import planning
from paintreel.cli.files import exit_code
from paintreel.cli.terminal import show
from paintreel.emotion.options import EmotionOptions

if TYPE_CHECKING:
    from paintreel.cluster.spread import Spread
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
    with spreading("emotion", options, options.ray, asked) as spread:
        outcomes = _ask(asked, options, spread, speaks=speaks)
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


def _ask(
    asked: Performances, options: EmotionOptions, spread: Spread | None, *, speaks: bool
) -> list[Outcome]:
    """Run the jobs; each answer is printed as it comes."""
    from paintreel.emotion.tables import answer_line

    told: set[str] = set()

    def tell(outcome: Outcome, above: Say) -> None:
        name = outcome.job.name
        tell_failure(outcome, above)
        if speaks and (answer := asked.answers.get(Path(name))) is not None:
            show(answer_line(answer))
        for note in outcome.notes:
            # What holds for every file is said once.
            general = note.kind.startswith("learnt-from")
            if (note.loss or not options.quiet) and not (general and note.kind in told):
                above(f"note: {note.text}" if general else f"note: {name}: {note.text}")
            told.add(note.kind)

    return answer_files(asked, quiet=options.quiet, unit="moment", tell=tell, spread=spread)
