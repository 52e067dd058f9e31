"""`paintreel classify`: ask of pictures and clips what they are, print and write the answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.classify.options import ClassifyOptions
from paintreel.cli.answering import Say, answer_files, spreading, tell_outcome
from paintreel.cli.exit_codes import planning
from paintreel.cli.files import exit_code
from paintreel.cli.terminal import show

if TYPE_CHECKING:
    from paintreel.classify.batch import Questions
    from paintreel.cluster.spread import Spread
    from paintreel.jobs.run import Outcome


def run(options: ClassifyOptions) -> int:
    """Ask, print, write. Returns the exit code."""
    from paintreel.classify.batch import check_pages, plan_classify
    from paintreel.classify.tables import answer_facts, write_answers
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json

    with planning():
        questions = plan_classify(options)
        check_pages(questions, options)
    speaks = not options.quiet and STANDARD_OUTPUT not in (options.json, options.csv)
    with spreading("classify", options, options.ray, questions) as spread:
        outcomes = _ask(questions, options, spread, speaks=speaks)
    answers = questions.in_order()
    if options.csv is not None:
        write_answers(options.csv, answers, questions.labels)
    if options.plot is not None and answers:
        _write_chart(options.plot, questions)
    if options.json is not None:
        facts = answer_facts(
            outcomes,
            answers,
            task=questions.task,
            labels=questions.labels,
            version=__version__,
            notes=questions.batch.notes,
            facts=questions.batch.facts,
        )
        write_json(options.json, facts)
    if speaks:
        _print_summary(questions, outcomes)
    unseen = any(note.loss for note in questions.batch.notes)
    return 1 if unseen else exit_code(outcomes, strict=False)


def _ask(
    questions: Questions, options: ClassifyOptions, spread: Spread | None, *, speaks: bool
) -> list[Outcome]:
    """Run the jobs; each answer is printed as soon as those before it are."""
    from paintreel.classify.tables import answer_line

    def tell(outcome: Outcome, above: Say) -> None:
        answer = questions.answers.get(Path(outcome.job.name))
        if speaks and answer is not None:
            show(answer_line(answer))
        tell_outcome(outcome, above, quiet=options.quiet)

    return answer_files(questions, quiet=options.quiet, tell=tell, spread=spread)


def _write_chart(path: str, questions: Questions) -> None:
    from paintreel.classify.plot import draw_chart
    from paintreel.pictures.contact_sheet import write_sheet

    chart = draw_chart(questions.in_order(), task=questions.task, labels=questions.labels)
    write_sheet(Path(path), chart)


def _print_summary(questions: Questions, outcomes: list[Outcome]) -> None:
    from paintreel.classify.tables import summary_line

    answers = questions.in_order()
    if len(outcomes) > 1:
        failed = sum(outcome.status == "failed" for outcome in outcomes)
        text = f"{len(answers)} answered, {failed} failed"
        show(f"{text}: {summary_line(answers)}" if answers else text)
    pages = [answer.page for answer in answers if answer.page is not None]
    if len(pages) == 1:
        show(str(pages[0]))
    elif pages:
        show(f"{len(pages)} heat maps in {pages[0].parent}")
