"""What one call of `classify` asks: pictures and clips, each with its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from paintreel.classify.asking import find_moments, open_classifier
from paintreel.classify.heat import explain_clip, explained
from paintreel.classify.options import ClassifyOptions
from paintreel.classify.tables import Answer, is_answer_table
from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, Picture, read_picture, write_picture
from paintreel.jobs.find import Kind
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import check_picture_suffix, list_inputs, place_results
from paintreel.jobs.reports import check_apart, check_report
from paintreel.jobs.run import Batch
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import is_sheet
from paintreel.pictures.shown import shown_pixels
from paintreel.runtime.classifiers import Classifier
from paintreel.runtime.system import usable_cores
from paintreel.wording import some_of

__all__ = ["Questions", "check_pages", "plan_classify"]

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Questions:
    """The run, and the answers that it gathers.

    batch    its jobs, one a file
    task, labels   what is asked, and the classes of the model
    threads  of the network, for one file
    pages    where heat maps go
    answers  of the files that could be answered, filled as the jobs are done
    """

    batch: Batch
    task: str
    labels: tuple[str, ...]
    threads: int
    pages: tuple[Path, ...] = ()
    answers: dict[Path, Answer] = field(default_factory=dict)

    def in_order(self) -> list[Answer]:
        """The answers so far, in the order of the inputs."""
        paths = (Path(job.name) for job in self.batch.jobs)
        return [self.answers[path] for path in paths if path in self.answers]


def plan_classify(options: ClassifyOptions) -> Questions:
    """What a call asks. Raises InputError, OutputError and the errors of models before the work.

    Tables and charts of an earlier run are replaced, and are no inputs; so is what --explain wrote,
    for which there is `check_pages`.
    """
    notes: list[Note] = []
    pages = _pages(options, notes)
    files = list_inputs(options.inputs, notes=None if pages else notes)
    files = [each for each in files if not _is_chart(each[0], options.plot)]
    if pages:  # results in a folder of the inputs are no inputs
        files = [each for each in files if each[0] in pages]
    if not files:
        raise InputError(f"{' '.join(options.inputs)} holds nothing but results of this program")
    _check_results(options, [path for path, _ in files], list(pages.values()))
    threads = options.threads or _threads_each(options.workers, files)
    classifier = open_classifier(
        options.task,
        model=options.model,
        backend=options.backend,
        device=options.device,
        threads=threads,
    )

    def asker(path: Path, kind: Kind) -> Callable[[Progress], Report]:
        def ask(progress: Progress) -> Report:
            page = pages.get(path)
            ask_one = _ask_clip if kind == "clip" else _ask_picture
            answer = ask_one(path, page, classifier, options, progress)
            return Report(answer.notes, answer)

        return ask

    # What --explain writes is no result of a job: another name for it than OUT would not do.
    jobs = tuple(Job(str(path), (), asker(path, kind), kind) for path, kind in files)
    batch = Batch(jobs, workers=options.workers, verb_done="answered", notes=tuple(notes))
    batch = on_machine(batch, [classifier.model])
    return Questions(batch, options.task, classifier.labels, threads, tuple(pages.values()))


def check_pages(questions: Questions, options: ClassifyOptions) -> None:
    """Raise OutputError where a heat map is there already and is not to be replaced.

    Asked once, before the run: of several processes that make one, each may find those of others.
    """
    there = [page for page in questions.pages if page.exists()]
    if there and not options.overwrite:
        raise OutputError(
            f"{some_of(there, _NAMED)} {'exists' if len(there) == 1 else 'exist'}; use --overwrite "
            "to replace what --explain wrote, or give another -o"
        )


def _pages(options: ClassifyOptions, notes: list[Note]) -> dict[Path, Path]:
    """File -> where its heat map goes; {} where none is asked for."""
    if not options.explain:
        return {}
    placements = place_results(options.inputs, options.output, label=options.task, notes=notes)
    return {each.src: each.dst for each in placements}


def _check_results(options: ClassifyOptions, files: Sequence[Path], pages: Sequence[Path]) -> None:
    """Raise InputError and OutputError for results that cannot be, or would replace something."""
    reports = (options.csv, options.json, options.plot)
    check_apart([*reports, *pages])
    check_report(options.json, files, is_printed=True)
    check_report(options.csv, files, what="table", is_ours=is_answer_table, is_printed=True)
    if options.plot is not None:
        check_picture_suffix(Path(options.plot))
        check_report(options.plot, files, what="chart", is_ours=is_sheet)


def _is_chart(path: Path, plot: str | None) -> bool:
    """Whether an input is the chart of an earlier run, in the folder that it is of."""
    try:
        return plot is not None and path.samefile(plot) and is_sheet(path)
    except OSError:
        return False


def _threads_each(workers: int, files: Sequence[tuple[Path, Kind]]) -> int:
    """One thread a picture where several are asked at once: together they fill the machine."""
    side_by_side = workers > 1 and sum(kind == "picture" for _, kind in files) > 1
    return 1 if side_by_side else usable_cores()


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
        told += write_picture(page, Picture(drawn), quality=92, overwrite=True)
        found = replace(found, map=None)
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
            overwrite=True,
            on_progress=progress.on_frame,
            cancel=progress.cancel,
        )
        notes = (*notes, *(note for note in report.notes if note not in notes))
    return Answer(path, "clip", found, notes, page)
