"""A sheet of looks: one picture or frame in every style, with three widths of brush."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from pathlib import Path

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.geometry import resize
from paintreel.jobs.find import kind_of
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import check_picture_suffix
from paintreel.jobs.reports import check_report
from paintreel.jobs.run import Batch, Outcome
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.moment import frame_at
from paintreel.options import described, flag_of
from paintreel.pictures.brush import MAX_BRUSH_PX
from paintreel.pictures.contact_sheet import Cell, contact_sheet, is_sheet, write_sheet
from paintreel.runtime.catalog import list_models
from paintreel.stylize.options import DEFAULT_STYLE, StylizeOptions
from paintreel.stylize.style import Style

__all__ = ["plan_looks"]

_TAKEN = {
    *("inputs", "looks", "at", "style", "strength", "size", "max_side_px", "precision", "tile"),
    *(
        "backend",
        "device",
        "threads",
        "max_pixels",
        "json",
        "strict",
        "quiet",
        "dry_run",
        "overwrite",
    ),
}
_WIDER = (1, 2, 4)
_CELL_PX = 480


def plan_looks(options: StylizeOptions) -> Batch:
    """The one job of a call with --looks: a sheet of the input.

    A sheet of ours that is there is replaced. Raises InputError for more inputs than one, and for
    options that say what else to write; OutputError where the sheet would replace something else.
    """
    if len(options.inputs) != 1 or Path(options.inputs[0]).is_dir():
        raise InputError("--looks shows one picture or clip; give one file")
    _check_alone(options)
    assert options.looks is not None  # which is why this is called
    source, sheet = Path(options.inputs[0]), Path(options.looks)
    kind = kind_of(source)
    if kind == "picture" and options.at is not None:
        raise InputError(f"--at is a time in a clip, and {source} is a picture")
    check_picture_suffix(sheet)
    check_report(sheet, [source], what="sheet of looks", is_ours=is_sheet)
    models = [model for model in list_models("stylize") if not model.card.research]
    names = [model.card.contract.name for model in models]
    if options.style != DEFAULT_STYLE and options.style not in names:
        names.insert(0, options.style)
    styles = [
        Style(
            name,
            backend=options.backend,
            device=options.device,
            threads=options.threads,
            precision=options.precision,
            tile=options.tile,
        )
        for name in names
    ]

    def make(progress: Progress) -> Report:
        frame = _picture(source, options)
        cells = _cells(frame, styles, options.strength, progress)
        write_sheet(sheet, contact_sheet(cells, columns=1 + len(_WIDER), cell_px=_CELL_PX))
        return Report()

    def finish(outcomes: Sequence[Outcome]) -> Sequence[Path]:
        return [sheet for outcome in outcomes if outcome.status == "made"]

    # The sheet is no result of the job, so that one of an earlier call is replaced.
    batch = Batch((Job(str(source), (), make, kind),), finish=finish, verb_done="shown")
    return on_machine(batch, [style.model for style in styles])


def _check_alone(options: StylizeOptions) -> None:
    """Raise InputError for options of results, which are not written."""
    for field, facts, _ in described(StylizeOptions):
        if field.name not in _TAKEN and getattr(options, field.name) != field.default:
            raise InputError(
                f"{flag_of(field, facts)} is of results, and --looks writes its sheet alone; leave "
                "it out"
            )


def _picture(source: Path, options: StylizeOptions) -> Array:
    if kind_of(source) == "picture":
        pixels = read_picture(source, max_pixels=options.max_pixels or DEFAULT_MAX_PIXELS).pixels
    else:
        pixels = frame_at(source, options.at, max_pixels=options.max_pixels or MAX_FRAME_PIXELS)
    height, width = pixels.shape[:2]
    return resize(pixels, *options.target_size(width, height))


def _cells(frame: Array, styles: list[Style], strength: float, progress: Progress) -> list[Cell]:
    """The frame and its looks, a style a row."""
    height, width = frame.shape[:2]
    total, cells = len(styles) * len(_WIDER), []
    told: Callable[[int, int | None], None] = progress.on_frame or (lambda done, of: None)
    for row, style in enumerate(styles):
        cells.append(Cell.shrunk(frame, "as it is" if row == 0 else "", _CELL_PX))
        usual_px = style.brush_for(width, height).brush_px
        for column, wider in enumerate(_WIDER):
            if progress.cancel is not None and progress.cancel.is_set():
                raise CancelledError
            brush_px = min(usual_px * wider, MAX_BRUSH_PX)
            painted = style.with_brush(brush_px).paint(frame, strength)
            caption = f"--style {style.name}" + (f" --brush {brush_px:g}" if wider > 1 else "")
            cells.append(Cell.shrunk(painted, caption, _CELL_PX))
            told(row * len(_WIDER) + column + 1, total)
    return cells
