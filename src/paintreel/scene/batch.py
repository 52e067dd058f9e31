"""What one call of `scene` paints, and where each picture goes."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.drawing.layer_files import INDEX_NAME, write_layers
from paintreel.drawing.layers import Layer, LayerStack, trim
from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import (
    DEFAULT_MAX_PIXELS,
    IMAGE_SUFFIXES,
    Picture,
    read_picture,
    write_picture,
)
from paintreel.jobs.credits import with_credits
from paintreel.jobs.find import Kind, walk
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import Placement, check_picture_suffix, place_results
from paintreel.jobs.reports import check_report
from paintreel.jobs.run import Batch, Job, Outcome, Progress, Report
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import contact_sheet, is_sheet, read_cell, write_sheet
from paintreel.pictures.sizes import check_size
from paintreel.roughs.start import read_start
from paintreel.runtime.catalog import find_model
from paintreel.scene.asked import Asked, ask
from paintreel.scene.from_category import (
    DEFAULT_SIZE,
    check_scene_size,
    check_seeds,
    draw_scene,
    paint_flat,
)
from paintreel.scene.layers import paint_layers
from paintreel.scene.methods import TASK, Method, check_can_finish, open_method
from paintreel.scene.options import SceneOptions
from paintreel.scene.paint import paint_start
from paintreel.scene.parallax import drawn_margin_px
from paintreel.worlds.categories import Category

if TYPE_CHECKING:
    from paintreel.media.video import VideoReport
    from paintreel.scene.shot import Shot

__all__ = ["plan_scene"]


def plan_scene(options: SceneOptions) -> Batch:
    """The jobs of a call. Raises InputError, OutputError and the errors of `open_method`."""
    asked = _check_usage(options)
    method = open_method(
        options.method,
        backend=options.backend,
        device=options.device,
        threads=options.threads,
        tile=options.tile,
    )
    notes = list(asked.notes)
    if options.has_start:
        rows = _plan_roughs(options, asked.category, method, notes)
    else:
        rows = _plan_seeds(options, asked, method)
    jobs = tuple(row.job for row in rows)
    finish = None
    if options.sheet:
        assert options.output is not None  # which `_check_usage` asks for
        sheet = _sheet_path(options.output)
        inputs = [path for row in rows for path, _ in row.shown]
        check_report(sheet, inputs, what="contact sheet", is_ours=is_sheet)
        finish = partial(_write_sheet, sheet, rows)
    batch = Batch(
        jobs,
        skips_done=len(jobs) > 1,
        finish=finish,
        notes=tuple(notes),
        facts={"asked": asked.facts},
    )
    batch = on_machine(batch, [] if method.model is None else [method.model])
    if not options.credits:
        return batch
    cards = [] if method.draws else [find_model(options.method, task=TASK).card]
    return with_credits(batch, cards, output=options.output, report=options.json)


@dataclass(frozen=True, slots=True)
class _Row:
    """A picture to make, and how it is shown on a contact sheet: files and captions.

    counts  how many layers it has, once it is drawn
    """

    job: Job
    shown: tuple[tuple[Path, str], ...]
    counts: list[int] = dataclasses.field(default_factory=list)

    @property
    def cells(self) -> list[tuple[Path, str]]:
        """Files and captions, with what became known of them."""
        more = "".join(f", {count} layers" for count in self.counts)
        return [(path, caption + more) for path, caption in self.shown]


def _check_usage(options: SceneOptions) -> Asked:
    """What is asked for, all options checked that need no weights.

    Raises InputError.
    """
    own = options.has_start
    if not options.is_enough:
        raise InputError("nothing to paint from; give words, --category, --rough or --sketch")
    for word in options.words:
        if Path(word).suffix.lower() in IMAGE_SUFFIXES:
            raise InputError(
                f"{word} is a picture, no words; give --rough {word} or --sketch {word} to "
                "finish it"
            )
    asked = ask(
        options.phrase,
        options.category,
        time=options.time,
        season=options.season,
        weather=options.weather,
        own_start=own,
    )
    _check_outputs(options)
    if own:
        for option, given in (
            ("--seed", options.seed is not None),
            ("--count", options.count is not None),
            ("--layers", options.layers),
            ("--margin", options.margin is not None),
            ("--parallax", options.parallax is not None),
        ):
            if given:
                raise InputError(f"{option} is for scenes made from a word; a rough has none")
    else:
        check_seeds(options.first_seed, options.seed_count)
        if options.resize:
            raise InputError("--resize fits a sketch to a rough; give --rough and --sketch")
    if options.size is not None:
        if own:
            check_size(options.size, options.max_pixels or DEFAULT_MAX_PIXELS)
        else:
            check_scene_size(options.size, options.margin_px, max_pixels=options.max_pixels)
    elif not own:
        check_scene_size(DEFAULT_SIZE, options.margin_px)
    return asked


def _check_outputs(options: SceneOptions) -> None:
    """Raise InputError where nothing is to be written, or what is said of it goes nowhere."""
    if options.parallax is None:
        for option in ("move", "seconds", "ease", "fps", "codec", "crf", "preset", "pixel_format"):
            if getattr(options, option) is not None:
                flag = option.replace("_", "-")
                raise InputError(f"--{flag} is of a shot; give --parallax CLIP too")
        if options.output is None:
            raise InputError("nothing to write; give -o OUT, or --parallax CLIP for a shot alone")
        return
    if options.seed_count > 1:
        raise InputError("--parallax makes one shot of one seed; leave --count out")
    if options.output is None:
        for option in ("layers", "sheet"):
            if getattr(options, option):
                raise InputError(f"--{option} is written beside the picture; give -o OUT too")


def _plan_seeds(options: SceneOptions, asked: Asked, method: Method) -> list[_Row]:
    """One picture for each seed, or its shot, or both.

    Raises InputError when OUT is not what they need, and what `plan_shot` does.
    """
    first, count = options.first_seed, options.seed_count
    shot = None
    if options.parallax is not None:
        from paintreel.scene.shot import plan_shot  # which loads FFmpeg

        shot = plan_shot(options)
    is_file = options.move is not None and options.move.endswith(".json")
    path_of_move = (Path(options.move or ""),) if is_file else ()
    rows = []
    for seed in range(first, first + count):
        outputs: tuple[Path, ...] = ()
        shown: tuple[tuple[Path, str], ...] = ()
        dst = _picture_path(options, asked, seed)
        if dst is not None:
            check_picture_suffix(dst)
            outputs = (dst, _layer_folder(dst) / INDEX_NAME) if options.layers else (dst,)
            shown = ((dst, f"{asked.title}, seed {seed}"),)
        if shot is not None:
            outputs = (*outputs, shot.dst)
        counts: list[int] = []
        make = _seed_maker(options, asked, method, seed, dst, shot, counts)
        kind: Kind = "picture" if shot is None else "clip"
        facts = {**asked.settings, "seed": seed}
        job = Job(str(outputs[0]), outputs, make, kind, sources=path_of_move, facts=facts)
        rows.append(_Row(job, shown, counts))
    return rows


def _picture_path(options: SceneOptions, asked: Asked, seed: int) -> Path | None:
    """Where the picture of a seed goes; None where none is asked for. Raises InputError."""
    if options.output is None:
        return None
    out, count = Path(options.output), options.seed_count
    is_folder = out.is_dir() or options.output.endswith(("/", os.sep))
    if count > 1 and not is_folder and (out.suffix.lower() in IMAGE_SUFFIXES or out.is_file()):
        raise InputError(f"output {out} is a file name, but {count} scenes need a folder")
    if count == 1 and not is_folder:
        return out
    return out / f"{asked.slug}-{seed:04d}.png"


def _seed_maker(
    options: SceneOptions,
    asked: Asked,
    method: Method,
    seed: int,
    dst: Path | None,
    shot: Shot | None,
    counts: list[int],
) -> Callable[[Progress], VideoReport | None]:
    category, conditions = asked.category, asked.conditions
    assert category is not None  # which `ask` is given words for

    def make(progress: Progress) -> VideoReport | None:
        stack = draw_scene(
            category,
            seed=seed,
            size=options.size or DEFAULT_SIZE,
            margin_px=options.margin_px
            if shot is None
            else drawn_margin_px(shot.margin_px, conditions),
            max_pixels=options.max_pixels,
            conditions=conditions,
        )
        counts[:] = [len(stack.layers)]
        if dst is not None and progress.wants(dst):
            alone = stack.with_margin(options.margin_px)
            picture = paint_flat(alone, category, method, options.strength)
            write_picture(dst, Picture(picture), overwrite=progress.overwrite)
        if not options.layers and shot is None:
            return None
        count = len(stack.layers)
        steps = count + (0 if shot is None else shot.count)

        def on_layer(done: int, _: int) -> None:
            if progress.cancel is not None and progress.cancel.is_set():
                raise CancelledError
            if progress.on_frame is not None:
                progress.on_frame(done, steps)

        kept: list[Layer] = []
        kept_px = stack.margin_px if options.margin is None else options.margin_px

        def painted() -> Iterator[Layer]:
            for layer in paint_layers(stack, category, method, options.strength, on_layer=on_layer):
                if shot is not None:
                    kept.append(layer)
                rgba = trim(layer.rgba, stack.margin_px, kept_px)
                yield dataclasses.replace(layer, rgba=rgba)

        if options.layers:
            assert dst is not None  # which `_check_outputs` asks for
            write_layers(
                _layer_folder(dst),
                painted(),
                category=category.name,
                seed=seed,
                margin_px=kept_px,
                move=None if shot is None else shot.move,
                conditions=conditions.given,
                # Layers without their index are what an interrupted run has left.
                overwrite=progress.overwrite or progress.resumes,
            )
        if shot is None:
            return None
        if not options.layers:
            for _ in painted():
                pass
        return shot.make(LayerStack(tuple(kept), stack.margin_px), progress, done=count)

    return make


def _plan_roughs(
    options: SceneOptions, category: Category | None, method: Method, notes: list[Note]
) -> list[_Row]:
    """One picture for each rough or sketch. Raises InputError and OutputError."""
    check_can_finish(method)
    rows = []
    for rough, sketch, dst in _starts(options, notes):
        check_picture_suffix(dst)
        given = [path for path in (rough, sketch) if path is not None]
        make = _rough_maker(options, category, method, rough, sketch, dst)
        facts = {} if category is None else {"category": category.name}
        job = Job(str(given[0]), (dst,), make, sources=tuple(given), facts=facts)
        shown = [*((path, path.name) for path in given), (dst, f"{method.name}: {dst.name}")]
        rows.append(_Row(job, tuple(shown)))
    return rows


def _starts(
    options: SceneOptions, notes: list[Note]
) -> list[tuple[Path | None, Path | None, Path]]:
    """(rough, sketch, result) of every picture."""
    leading = options.sketch if options.rough is None else options.rough
    assert leading is not None
    assert options.output is not None  # which `_check_outputs` asks for
    placements = place_results(
        [leading], options.output, label="scene", kind="picture", notes=notes
    )
    if options.rough is None:
        return [(None, each.src, each.dst) for each in placements]
    if options.sketch is None:
        return [(each.src, None, each.dst) for each in placements]
    sketch = Path(options.sketch)
    starts: list[tuple[Path | None, Path | None, Path]]
    if len(placements) == 1 and not Path(leading).is_dir() and not sketch.is_dir():
        starts = [(placements[0].src, sketch, placements[0].dst)]
    elif not sketch.is_dir():
        raise InputError(f"{leading} are several roughs, but --sketch {sketch} is no folder")
    else:
        sketches = {
            path.relative_to(sketch).with_suffix(""): path
            for path in walk(sketch)
            if path.suffix.lower() in IMAGE_SUFFIXES
        }
        wanted = [
            _place(each, Path(leading), options.output).with_suffix("") for each in placements
        ]
        if missing := [str(place) for place in wanted if place not in sketches]:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise InputError(f"folder {sketch} has no sketch named {missing[0]}{more}")
        starts = [
            (each.src, sketches[place], each.dst)
            for each, place in zip(placements, wanted, strict=True)
        ]
    for _, path, dst in starts:
        if path is not None and path.resolve() == dst.resolve():
            raise OutputError(f"output {dst} is an input; choose another name or folder")
    return starts


def _place(placement: Placement, leading: Path, output: str) -> Path:
    """Where a rough lies in its folder, which is where its sketch lies in its own."""
    if leading.is_dir():
        return placement.src.relative_to(leading)
    return Path(placement.src.name) if leading.exists() else placement.dst.relative_to(output)


def _rough_maker(
    options: SceneOptions,
    category: Category | None,
    method: Method,
    rough: Path | None,
    sketch: Path | None,
    dst: Path,
) -> Callable[[Progress], Report]:
    def make(progress: Progress) -> Report:
        limit = options.max_pixels or DEFAULT_MAX_PIXELS
        blocks = None if rough is None else read_picture(rough, max_pixels=limit)
        lines = None if sketch is None else read_picture(sketch, max_pixels=limit)
        start = read_start(
            None if blocks is None else blocks.pixels,
            None if lines is None else lines.pixels,
            size=options.size,
            fit_sketch=options.resize,
            max_pixels=limit,
        )
        painted = paint_start(start, category, method, options.strength)
        origin = lines if blocks is None else blocks
        assert origin is not None
        result = dataclasses.replace(origin, pixels=painted)
        written = write_picture(dst, result, overwrite=progress.overwrite)
        given = [picture for picture in (blocks, lines) if picture is not None]
        read = [note for picture in given for note in picture.notes]
        if lines is not None and lines is not origin and lines.has_words:
            text = "what the sketch's file says left out: the result has the words of the rough"
            read.append(Note("sketch-words-left-out", text, loss=True))
        return Report((*read, *written))

    return make


def _sheet_path(output: str) -> Path:
    out = Path(output)
    return out.with_name(f"{out.stem if out.suffix else out.name}-sheet.jpg")


def _write_sheet(path: Path, rows: Sequence[_Row], _: Sequence[Outcome]) -> Sequence[Path]:
    """Write the contact sheet of the pictures that are there; none when none is.

    A sheet of an earlier run is replaced. Returns its path.
    """
    shown = [[read_cell(*cell) for cell in row.cells] for row in rows if row.job.is_done]
    if not shown:
        return ()
    columns = len(shown[0]) if len(shown[0]) > 1 else None
    sheet = contact_sheet([cell for row in shown for cell in row], columns=columns)
    write_sheet(path, sheet)
    return (path,)


def _layer_folder(dst: Path) -> Path:
    return dst.with_name(f"{dst.stem}-layers")
