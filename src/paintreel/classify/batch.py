"""What one call of `classify` asks: pictures and clips, each with its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paintreel.classify.asking import find_moments, open_classifier
from paintreel.classify.heat import explain_clip, explained
from paintreel.classify.options import ClassifyOptions
from paintreel.classify.tables import Answer, is_answer_table
from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, Picture, read_picture, write_picture
from paintreel.jobs.find import Kind
from paintreel.jobs.place import check_picture_suffix, list_inputs, place_results
from paintreel.jobs.reports import check_apart, check_report
from paintreel.jobs.run import Batch, Job, Progress, Report
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import is_sheet
from paintreel.pictures.shown import shown_pixels
from paintreel.runtime.classifiers import Classifier

__all__ = ["Questions", "plan_classify"]

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Questions:
    """The run, and the answers that it gathers.

    batch    its jobs, one a file
    files    in the order of the inputs
    answers  of those that could be answered, filled as the jobs are done
    task, labels   what is asked, and the classes of the model
    """

    batch: Batch
    files: tuple[Path, ...]
    task: str
    labels: tuple[str, ...]
    answers: dict[Path, Answer] = field(default_factory=dict)


def plan_classify(options: ClassifyOptions) -> Questions:
    """What a call asks. Raises InputError, OutputError and the errors of models before the work.

    Reports and charts of an earlier run are replaced, and are no inputs; pictures that --explain
    wrote are replaced where `overwrite` says so.
    """
    notes: list[Note] = []
    pages = _places(options, notes)
    files = [each for each in list_inputs(options.inputs, notes=notes if not pages else [])
             if not _is_chart(each[0], options.plot)]
    if not files:
        raise InputError(f"{' '.join(options.inputs)} holds nothing but the chart {options.plot}")
    if pages:
        files = [each for each in files if each[0] in pages]
    _check_reports(options, [path for path, _ in files], list(pages.values()))
    classifier = open_classifier(
        options.task,
        model=options.model,
        backend=options.backend,
        threads=options.threads or _threads_each(options.workers, files),
    )
    questions = Questions(
        Batch(()), tuple(path for path, _ in files), options.task, classifier.labels
    )
    jobs = tuple(
        Job(
            str(path),
            (),
            _asker(path, kind, pages.get(path), classifier, options, questions.answers),
            kind,
        )
        for path, kind in files
    )
    batch = Batch(jobs, workers=options.workers, verb_done="answered", notes=tuple(notes))
    return Questions(
        batch, questions.files, options.task, classifier.labels, questions.answers
    )


def _asker(
    path: Path,
    kind: Kind,
    page: Path | None,
    classifier: Classifier,
    options: ClassifyOptions,
    answers: dict[Path, Answer],
) -> Callable[[Progress], Report]:
    def ask(progress: Progress) -> Report:
        ask_kind = _ask_clip if kind == "clip" else _ask_picture
        answer = ask_kind(path, page, classifier, options, progress)
        answers[path] = answer
        return Report(answer.notes)

    return ask


def _ask_picture(
    path: Path,
    page: Path | None,
    classifier: Classifier,
    options: ClassifyOptions,
    progress: Progress,
) -> Answer:
    picture = read_picture(path, max_pixels=options.max_pixels or DEFAULT_MAX_PIXELS)
    pixels, notes = shown_pixels(picture)
    found = classifier.classify(pixels, keep_map=page is not None)
    told = [*picture.notes, *notes]
    if page is not None:
        heat = None if found.map is None else found.map()
        drawn = explained(pixels, heat, found, options.task)
        told += write_picture(page, Picture(drawn), quality=92, overwrite=options.overwrite)
        found = _without_map(found)
    return Answer(path, "picture", found, tuple(told), page)


def _ask_clip(
    path: Path,
    page: Path | None,
    classifier: Classifier,
    options: ClassifyOptions,
    progress: Progress,
) -> Answer:
    found = find_moments(
        classifier,
        path,
        every_s=options.every_s,
        max_pixels=options.max_pixels,
        on_progress=progress.on_frame,
        cancel=progress.cancel,
    )
    notes = found.notes
    if page is not None:
        report = explain_clip(
            path,
            page,
            classifier,
            options.task,
            every_s=found.every_s,
            max_pixels=options.max_pixels,
            overwrite=options.overwrite,
            on_progress=progress.on_frame,
            cancel=progress.cancel,
        )
        notes = (*notes, *(note for note in report.notes if note not in notes))
    return Answer(path, "clip", found, notes, page)
