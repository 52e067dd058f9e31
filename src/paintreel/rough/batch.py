"""What one call of `rough` makes: of each picture its block-in, its lines, or both."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from paintreel.errors import InputError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, Picture, read_picture, write_picture
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.place import check_picture_suffix, place_results
from paintreel.jobs.run import Batch
from paintreel.notes import Note
from paintreel.pictures.paper import rgb8_on_white
from paintreel.rough.options import RoughOptions
from paintreel.roughs.rough import LEVELS, make_rough

__all__ = ["plan_rough"]

BLOCKS, LINES = "blocks", "lines"


def plan_rough(options: RoughOptions) -> Batch:
    """The jobs of a call. Raises InputError and OutputError before anything is read."""
    if options.sketch is not None and not LEVELS[options.level].lines:
        raise InputError(
            f"level {options.level} draws no lines; use standard or fine with --sketch"
        )
    format = "png" if Path(options.picture).is_dir() else None
    results: dict[Path, dict[str, Path]] = {}
    notes: list[Note] = []
    for layer, output in ((BLOCKS, options.output), (LINES, options.sketch)):
        if output is None:
            continue
        for placement in place_results(
            [options.picture],
            output,
            label="rough",
            format=format,
            kind="picture",
            notes=None if results else notes,
        ):
            check_picture_suffix(placement.dst)
            results.setdefault(placement.src, {})[layer] = placement.dst
    files = [path.resolve() for outputs in results.values() for path in outputs.values()]
    if len(set(files)) < len(files):
        raise InputError("the block-in and the sketch would be one file; give them two names")
    jobs = tuple(
        Job(str(src), tuple(outputs.values()), _maker(src, outputs, options), sources=(src,))
        for src, outputs in results.items()
    )
    return Batch(jobs, skips_done=len(jobs) > 1, verb_done="made", notes=tuple(notes))


def _maker(
    src: Path, outputs: dict[str, Path], options: RoughOptions
) -> Callable[[Progress], Report]:
    def make(progress: Progress) -> Report:
        picture = read_picture(src, max_pixels=options.max_pixels or DEFAULT_MAX_PIXELS)
        notes = [*picture.notes]
        rough = make_rough(rgb8_on_white(picture.pixels), options.level)
        assert rough.blocks is not None
        layers: dict[str, Picture] = {BLOCKS: dataclasses.replace(picture, pixels=rough.blocks)}
        if rough.lines is not None:
            layers[LINES] = dataclasses.replace(picture, pixels=rough.lines, icc=None)
        for layer, dst in outputs.items():
            if progress.wants(dst):
                notes += write_picture(dst, layers[layer], overwrite=progress.overwrite)
        return Report(tuple(notes))

    return make
