"""What one call of `sheet` makes: a page of everything that its inputs hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.errors import InputError
from paintreel.jobs.find import Kind, kind_of
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import check_picture_suffix, list_inputs
from paintreel.jobs.reports import check_report
from paintreel.jobs.run import Batch, Outcome
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import is_sheet, write_sheet
from paintreel.runtime.devices import DeviceName
from paintreel.sheet.moments import (
    Seers,
    SheetMoment,
    moments_of_clip,
    moments_of_picture,
    with_after,
)
from paintreel.sheet.options import SheetOptions
from paintreel.sheet.page import MOOD, draw_page
from paintreel.wording import counted

if TYPE_CHECKING:
    from paintreel.runtime.model import BackendName

__all__ = ["after_files", "gather_moments", "open_seers", "plan_sheet", "thumbnail_px", "title_of"]

_DOTS_AN_INCH = 300


def plan_sheet(options: SheetOptions) -> Batch:
    """A job for every file; the page is drawn when all have been seen.

    A sheet of ours that is there is replaced, and is no input. Raises InputError and OutputError
    before anything is read, and the errors of models.
    """
    page = Path(options.output)
    check_picture_suffix(page)
    notes: list[Note] = []
    files = [each for each in list_inputs(options.inputs, notes=notes) if not _is_it(each[0], page)]
    if not files:
        raise InputError(f"{' '.join(options.inputs)} holds nothing but the sheet {page}")
    inputs = [path for path, _ in files]
    after = after_files(inputs, options.after, notes=notes)
    check_report(page, [*inputs, *after.values()], what="sheet", is_ours=is_sheet)
    seers = open_seers(
        options.by,
        backend=options.backend,
        device=options.device,
        threads=options.threads or _threads_each(options.workers, files),
    )
    gathered: dict[Path, list[SheetMoment]] = {}

    def maker(path: Path, kind: Kind) -> Callable[[Progress], Report]:
        def make(progress: Progress) -> Report:
            gathered[path], told = gather_moments(
                path, kind, seers, options, progress, after=after.get(path)
            )
            return Report(told)

        return make

    def finish(outcomes: Sequence[Outcome]) -> Sequence[Path]:
        moments = [moment for path, _ in files for moment in gathered.get(path, ())]
        if not moments or any(outcome.status == "cancelled" for outcome in outcomes):
            return []
        drawn = draw_page(
            moments,
            by=options.by,
            title=options.title or title_of(options.inputs),
            count=options.count,
            width_px=options.width_px,
        )
        write_sheet(page, drawn, dots_an_inch=_DOTS_AN_INCH)
        return [page]

    # The sheet is no result of a job, so that one of an earlier call is replaced.
    jobs = tuple(Job(str(path), (), maker(path, kind), kind) for path, kind in files)
    batch = Batch(
        jobs, workers=options.workers, verb_done="seen", notes=tuple(notes), finish=finish
    )
    return on_machine(batch, seers.models)


def gather_moments(
    path: Path,
    kind: Kind,
    seers: Seers,
    options: SheetOptions,
    progress: Progress,
    *,
    after: Path | None = None,
) -> tuple[list[SheetMoment], tuple[Note, ...]]:
    """The moments of one file, and notes; `after` is what was made of it, None where none is."""
    most_px = thumbnail_px(options.width_px)
    if kind == "picture":
        moments, notes = moments_of_picture(
            path, seers, thumbnail_px=most_px, max_pixels=options.max_pixels
        )
    else:
        moments, notes = moments_of_clip(
            path,
            seers,
            thumbnail_px=most_px,
            every_s=options.every_s,
            max_pixels=options.max_pixels,
            on_progress=progress.on_frame,
            cancel=progress.cancel,
        )
    if after is None:
        return moments, notes
    moments, of_after = with_after(
        moments,
        after,
        seers,
        thumbnail_px=most_px,
        max_pixels=options.max_pixels,
        cancel=progress.cancel,
    )
    return moments, (*notes, *of_after)


def after_files(
    files: Sequence[Path], after: Sequence[str], *, notes: list[Note] | None = None
) -> dict[Path, Path]:
    """{input: what was made of it}, in the order of both; {} where nothing is given.

    Raises InputError for another number of files, and for a clip beside a picture.
    """
    if not after:
        return {}
    made = list_inputs(after, notes=notes)
    if len(made) != len(files):
        raise InputError(
            f"--after has {counted(len(made), 'file')}, the inputs are {len(files)}: give what was "
            "made of each, in the same order"
        )
    for path, (other, kind) in zip(files, made, strict=True):
        if kind != kind_of(path):
            raise InputError(f"--after {other} is a {kind}, {path} is a {kind_of(path)}")
    return {path: other for path, (other, _) in zip(files, made, strict=True)}


def open_seers(
    by: str,
    *,
    backend: BackendName = "onnxruntime",
    device: DeviceName = "auto",
    threads: int | None = None,
) -> Seers:
    """The models of a sheet: that of the mood line, and that of its groups."""
    tasks = [MOOD, *([by] if by == "scene" else [])]
    return Seers(tasks, backend=backend, device=device, threads=threads)


def thumbnail_px(width_px: int) -> int:
    """The longer side of thumbnails that are kept for a page of that width."""
    return max(160, round(0.22 * width_px))


def title_of(inputs: Sequence[str]) -> str:
    """What a sheet is called: by its first input."""
    first = Path(inputs[0])
    name = first.resolve().name if first.is_dir() else first.stem
    return name if len(inputs) == 1 else f"{name} and {len(inputs) - 1} more"


def _threads_each(workers: int, files: Sequence[tuple[Path, Kind]]) -> int | None:
    """One thread a picture where several are seen at once: together they fill the machine."""
    return 1 if workers > 1 and sum(kind == "picture" for _, kind in files) > 1 else None


def _is_it(path: Path, page: Path) -> bool:
    """Whether an input is the sheet of an earlier run, in the folder that it is of."""
    try:
        return path.samefile(page) and is_sheet(page)
    except OSError:
        return False
