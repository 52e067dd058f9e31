"""What one call of `lineart` draws: pictures, as pixels, curves or both, and clips."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import (
    DEFAULT_MAX_PIXELS,
    check_writable,
    read_picture,
    write_picture,
)
from paintreel.jobs.clip_run import clip_keywords
from paintreel.jobs.credits import with_credits
from paintreel.jobs.job import HasNotes, Job, Progress, Report
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import Placement, place_results
from paintreel.jobs.run import Batch
from paintreel.lineart.drawer import LineDrawer, LineLook, method_for
from paintreel.lineart.options import LineartOptions
from paintreel.lineart.svg import centre_lines, outlines, write_svg
from paintreel.lineart.video import lineart_video
from paintreel.media.encoding import check_settings
from paintreel.notes import Note
from paintreel.pictures.sizes import have_many_sizes

__all__ = ["plan_lineart"]

SVG = ".svg"


def plan_lineart(options: LineartOptions) -> Batch:
    """The jobs of a call. Raises InputError, OutputError and the errors of `LineDrawer`."""
    notes: list[Note] = []
    placements = _placements(options, notes)
    for dst in {each.dst.suffix: each.dst for each in placements if each.kind == "clip"}.values():
        check_settings(dst, options.encoding)
    has_clips = any(each.kind == "clip" for each in placements)
    if has_clips and options.writes_svg:
        clip = next(each.src for each in placements if each.kind == "clip")
        raise InputError(f"{clip} is a clip, and SVG is of pictures; leave --svg out")
    drawer = LineDrawer(
        method_for(options.method, options.clean),
        backend=options.backend,
        device=options.device,
        threads=options.threads,
        tile=options.tile,
        many_sizes=not has_clips and have_many_sizes([each.src for each in placements]),
    )
    several = len(options.inputs) > 1 or len(placements) > 1 or Path(options.inputs[0]).is_dir()
    jobs = tuple(_job(each, drawer, options) for each in placements)
    batch = Batch(jobs, skips_done=several, verb_done="drawn", notes=tuple(notes))
    batch = on_machine(batch, [] if drawer.model is None else [drawer.model])
    if not options.credits:
        return batch
    cards = [] if drawer.card is None else [drawer.card]
    return with_credits(batch, cards, output=options.output, report=options.json)


def _placements(options: LineartOptions, notes: list[Note]) -> list[Placement]:
    if not options.is_svg_alone:
        return place_results(
            options.inputs, options.output, label="lines", format="png", codec=options.codec,
            notes=notes,
        )  # fmt: skip
    assert options.output is not None  # which has the suffix
    out = Path(options.output)
    stand_in = out.with_suffix(".png")  # for the rules of one file and one name
    placed = place_results(options.inputs, stand_in, label="lines", notes=notes)
    if len(placed) != 1 or out.is_dir():
        raise InputError(f"output {out} is a file name, but {len(placed)} pictures need a folder")
    if os.path.realpath(placed[0].src) == os.path.realpath(out):
        raise OutputError(f"output {out} is an input; choose another name or folder")
    return [dataclasses.replace(placed[0], dst=out)]


def _job(placement: Placement, drawer: LineDrawer, options: LineartOptions) -> Job:
    dst = placement.dst
    outputs: tuple[Path, ...] = (dst,)
    if options.svg and not options.is_svg_alone:
        outputs = (dst, dst.with_suffix(SVG))
    make = _clip_maker if placement.kind == "clip" else _picture_maker
    made = make(placement.src, outputs, drawer, options)
    facts = {"method": drawer.name}
    return Job(str(placement.src), outputs, made, placement.kind, (placement.src,), facts)


def _picture_maker(
    src: Path, outputs: tuple[Path, ...], drawer: LineDrawer, options: LineartOptions
) -> Callable[[Progress], HasNotes]:
    def make(progress: Progress) -> Report:
        picture = read_picture(src, max_pixels=options.max_pixels or DEFAULT_MAX_PIXELS)
        height, width = picture.pixels.shape[:2]
        pixels = [path for path in outputs if path.suffix.lower() != SVG]
        for path in pixels:
            check_writable(path, width, height)
        look = LineLook(options.weight, options.detail, options.clean, options.gap)
        drawing = drawer.draw(picture.pixels, look)
        notes = [*picture.notes, *drawing.notes]
        for path in outputs:
            if not progress.wants(path):
                continue
            if path in pixels:
                drawn = drawing.picture(transparent=options.transparent)
                result = dataclasses.replace(picture, pixels=drawn, icc=None)
                notes += write_picture(path, result, overwrite=progress.overwrite)
                continue
            paper = not options.transparent
            if options.outlines:
                text = outlines(drawing.coverage, paper=paper)
            else:
                text = centre_lines(drawing.coverage, drawing.strokes, paper=paper)
            write_svg(path, text, overwrite=progress.overwrite)
        return Report(tuple(notes))

    return make


def _clip_maker(
    src: Path, outputs: tuple[Path, ...], drawer: LineDrawer, options: LineartOptions
) -> Callable[[Progress], HasNotes]:
    def make(progress: Progress) -> HasNotes:
        return lineart_video(
            src,
            outputs[0],
            drawer=drawer,
            weight=options.weight,
            detail=options.detail,
            clean=options.clean,
            gap=options.gap,
            transparent=options.transparent,
            steady=options.steady,
            **clip_keywords(options, progress),
        )

    return make
