"""What one call of `paintreel scene` paints, and where each picture goes."""

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.cli.pictures import Task, check_suffix
from paintreel.drawing.layer_files import INDEX_NAME, write_layers
from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import (
    DEFAULT_MAX_PIXELS,
    IMAGE_SUFFIXES,
    Picture,
    read_picture,
    write_picture,
)
from paintreel.pictures.strength import check_strength
from paintreel.roughs.start import check_size, read_start
from paintreel.scene.from_category import (
    MAX_MADE_PIXELS,
    check_seeds,
    draw_scene,
    paint_drawing,
    paint_layers,
)
from paintreel.scene.methods import Method, check_can_finish
from paintreel.scene.paint import DEFAULT_SIZE, paint_start
from paintreel.worlds.categories import Category, find_category

if TYPE_CHECKING:
    from paintreel.jobs.place import Job
    from paintreel.pictures.contact_sheet import Cell


@dataclass(frozen=True, slots=True)
class Planned:
    """A picture to make, and how it is shown on a contact sheet: one row of files and captions."""

    task: Task
    shown: tuple[tuple[Path, str], ...]


def check_usage(args: argparse.Namespace) -> Category | None:
    """The category that is asked for, all options checked that need no weights.

    Raises InputError.
    """
    check_strength(args.strength)
    own = args.rough is not None or args.sketch is not None
    if not own and args.category is None:
        raise InputError("nothing to paint from; give --category, --rough or --sketch")
    category = None if args.category is None else find_category(args.category)
    if own:
        for option, given in (
            ("--seed", args.seed is not None),
            ("--count", args.count is not None),
            ("--layers", args.layers),
        ):
            if given:
                raise InputError(f"{option} is for scenes made from a word; a rough has none")
    else:
        check_seeds(_first_seed(args), _seed_count(args))
        if args.resize:
            raise InputError("--resize fits a sketch to a rough; give --rough and --sketch")
    if args.size is not None:
        check_size(args.size, args.max_pixels or (DEFAULT_MAX_PIXELS if own else MAX_MADE_PIXELS))
    return category


def plan_seeds(args: argparse.Namespace, category: Category, method: Method) -> list[Planned]:
    """One picture for each seed. Raises InputError when OUT is not what they need."""
    first, count = _first_seed(args), _seed_count(args)
    out, slug = Path(args.output), category.name.replace(" ", "-")
    is_folder = out.is_dir() or args.output.endswith(("/", os.sep))
    if count > 1 and not is_folder and (out.suffix.lower() in IMAGE_SUFFIXES or out.is_file()):
        raise InputError(f"output {out} is a file name, but {count} scenes need a folder")
    planned = []
    for seed in range(first, first + count):
        named = count == 1 and not is_folder
        dst = out if named else out / f"{slug}-{seed:04d}.png"
        check_suffix(dst)
        outputs = (dst, _layer_folder(dst) / INDEX_NAME) if args.layers else (dst,)
        task = Task(str(dst), outputs, _seed_maker(args, category, method, seed, dst, count > 1))
        planned.append(Planned(task, ((dst, f"{category.name}, seed {seed}"),)))
    return planned


def _seed_maker(
    args: argparse.Namespace,
    category: Category,
    method: Method,
    seed: int,
    dst: Path,
    skipping: bool,
) -> Callable[[], None]:
    def make() -> None:
        limit = args.max_pixels or MAX_MADE_PIXELS
        size = args.size or DEFAULT_SIZE
        stack = draw_scene(category, seed=seed, size=size, max_pixels=limit)
        if args.layers:
            picture, painted = paint_layers(stack, category, method, args.strength)
            # Layers without their index are what an interrupted run has left.
            replace = args.overwrite or skipping
            facts = {"category": category.name, "seed": seed, "overwrite": replace}
            write_layers(_layer_folder(dst), painted, **facts)
        else:
            picture = paint_drawing(stack.flatten(), category, method, args.strength)
        if args.overwrite or not (skipping and dst.exists()):
            write_picture(dst, Picture(picture), overwrite=args.overwrite)

    return make


def plan_roughs(
    args: argparse.Namespace, category: Category | None, method: Method
) -> list[Planned]:
    """One picture for each rough or sketch. Raises InputError and OutputError."""
    check_can_finish(method)
    planned = []
    for rough, sketch, dst in _starts(args):
        check_suffix(dst)
        given = [path for path in (rough, sketch) if path is not None]
        task = Task(str(given[0]), (dst,), _rough_maker(args, category, method, rough, sketch, dst))
        shown = [*((path, path.name) for path in given), (dst, f"{method.name}: {dst.name}")]
        planned.append(Planned(task, tuple(shown)))
    return planned


def _starts(args: argparse.Namespace) -> list[tuple[Path | None, Path | None, Path]]:
    """(rough, sketch, result) of every picture."""
    from paintreel.jobs.place import plan_jobs

    leading = args.sketch if args.rough is None else args.rough
    jobs = plan_jobs([leading], args.output, label="scene")
    if len(jobs) > 1 or Path(leading).is_dir():  # a folder may hold clips too
        jobs = [job for job in jobs if job.kind == "picture"]
        if not jobs:
            raise InputError(f"folder {leading} holds no picture; expected JPEG, PNG ...")
    if args.rough is None:
        return [(None, job.src, job.dst) for job in jobs]
    if args.sketch is None:
        return [(job.src, None, job.dst) for job in jobs]
    sketch = Path(args.sketch)
    if len(jobs) == 1 and not Path(leading).is_dir() and not sketch.is_dir():
        starts = [(jobs[0].src, sketch, jobs[0].dst)]
    elif not sketch.is_dir():
        raise InputError(f"{leading} are several roughs, but --sketch {sketch} is no folder")
    else:
        found = {
            path.relative_to(sketch).with_suffix(""): path
            for path in sorted(sketch.rglob("[!.]*"))
            if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()
        }
        wanted = [_place(job, Path(leading), args.output).with_suffix("") for job in jobs]
        if missing := [str(place) for place in wanted if place not in found]:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise InputError(f"folder {sketch} has no sketch named {missing[0]}{more}")
        starts = [(job.src, found[place], job.dst) for job, place in zip(jobs, wanted, strict=True)]
    for _, path, dst in starts:
        if path.resolve() == dst.resolve():
            raise OutputError(f"output {dst} is an input; choose another name or folder")
    return starts


def _place(job: Job, leading: Path, output: str) -> Path:
    """Where a rough lies in its folder, which is where its sketch lies in its own."""
    if leading.is_dir():
        return job.src.relative_to(leading)
    return Path(job.src.name) if leading.exists() else job.dst.relative_to(output)


def _rough_maker(
    args: argparse.Namespace,
    category: Category | None,
    method: Method,
    rough: Path | None,
    sketch: Path | None,
    dst: Path,
) -> Callable[[], None]:
    def make() -> None:
        limit = args.max_pixels or DEFAULT_MAX_PIXELS
        blocks = None if rough is None else read_picture(rough, max_pixels=limit)
        lines = None if sketch is None else read_picture(sketch, max_pixels=limit)
        start = read_start(
            None if blocks is None else blocks.pixels,
            None if lines is None else lines.pixels,
            size=args.size,
            fit_sketch=args.resize,
            max_pixels=limit,
        )
        painted = paint_start(start, category, method, args.strength)
        origin = lines if blocks is None else blocks
        result = dataclasses.replace(origin, pixels=painted)
        write_picture(dst, result, overwrite=args.overwrite)

    return make


def write_sheet(output: str, planned: Sequence[Planned]) -> Path | None:
    """Write the contact sheet of the pictures that are there beside OUT; None when none is.

    A sheet of an earlier run is replaced. Returns its path.
    """
    from paintreel.pictures.contact_sheet import contact_sheet

    rows = [_cells(one.shown) for one in planned if one.task.is_done]
    if not rows:
        return None
    out = Path(output)
    path = out.with_name(f"{out.stem if out.suffix else out.name}-sheet.jpg")
    columns = len(rows[0]) if len(rows[0]) > 1 else None
    sheet = contact_sheet([cell for row in rows for cell in row], columns=columns)
    write_picture(path, Picture(sheet), quality=92, overwrite=True)
    return path


def _cells(shown: Sequence[tuple[Path, str]]) -> list[Cell]:
    from paintreel.pictures.contact_sheet import Cell

    return [Cell.shrunk(read_picture(path).pixels, caption) for path, caption in shown]


def _first_seed(args: argparse.Namespace) -> int:
    return 0 if args.seed is None else args.seed


def _seed_count(args: argparse.Namespace) -> int:
    return 1 if args.count is None else args.count


def _layer_folder(dst: Path) -> Path:
    return dst.with_name(f"{dst.stem}-layers")
