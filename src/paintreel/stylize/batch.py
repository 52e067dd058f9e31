"""What one call of `stylize` paints: pictures and clips, each into its own file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from paintreel.errors import InputError
from paintreel.imaging.files import (
    DEFAULT_MAX_PIXELS,
    check_writable,
    read_picture,
    write_picture,
)
from paintreel.imaging.geometry import resize
from paintreel.jobs.clip_run import clip_keywords
from paintreel.jobs.credits import with_credits
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import Placement, place_results
from paintreel.jobs.run import Batch
from paintreel.media.encoding import check_settings
from paintreel.media.video import VideoReport
from paintreel.notes import Note
from paintreel.pictures.sizes import check_size, have_many_sizes
from paintreel.runtime.catalog import find_model
from paintreel.stylize.exposure import check_on
from paintreel.stylize.looks import plan_looks
from paintreel.stylize.options import StylizeOptions
from paintreel.stylize.portraits import SYSTEM, base_of
from paintreel.stylize.style import Style, frames_at_once
from paintreel.stylize.video import stylize_video
from paintreel.stylize.where import EVERYWHERE, Where, places_of

__all__ = ["paint_clip", "paint_picture", "plan_stylize"]


def plan_stylize(options: StylizeOptions, style: Style | None = None) -> Batch:
    """The jobs of a call; `style` is loaded from the options unless it is handed in.

    What is there already is left out where several files may be painted. Raises InputError,
    OutputError and the errors of `Style`, before anything is painted.
    """
    if options.looks is not None:
        return plan_looks(options)
    if options.at is not None:
        raise InputError("--at goes with --looks, which shows one frame")
    check_on(options.on, carry=options.carry)
    card = find_model(options.style, task="stylize").card if style is None else style.card
    notes: list[Note] = []
    placements = place_results(
        options.inputs,
        options.output,
        label=card.contract.name,
        format=options.format,
        codec=options.codec,
        notes=notes,
    )
    if options.size is not None:
        check_size(options.size, options.max_pixels or DEFAULT_MAX_PIXELS, least_px=1)
    for dst in {each.dst.suffix: each.dst for each in placements if each.kind == "clip"}.values():
        check_settings(dst, options.encoding)
    has_clips = any(each.kind == "clip" for each in placements)
    if style is None and not options.dry_run:
        style = Style(
            options.style,
            backend=options.backend,
            device=options.device,
            threads=options.threads,
            precision=options.precision,
            tile=options.tile,
            brush=options.brush,
            own_colour=options.own_colour,
            fine_faces=options.fine_faces,
            face=options.face,
            at_once=frames_at_once(options.threads) if has_clips else 1,
            many_sizes=not has_clips and have_many_sizes([each.src for each in placements]),
        )
    several = len(options.inputs) > 1 or len(placements) > 1 or Path(options.inputs[0]).is_dir()
    jobs = tuple(
        Job(
            str(each.src),
            (each.dst,),
            _maker(each, style, options, where),
            each.kind,
            (each.src, *where.files),
        )
        for each, where in zip(placements, places_of(options, placements, notes), strict=True)
    )
    batch = Batch(jobs, skips_done=several, workers=options.workers, notes=tuple(notes))
    batch = on_machine(batch, [] if style is None else [style.model])
    if not options.credits:
        return batch
    cards = [card]
    if card.contract.system == SYSTEM:
        cards.append(find_model(base_of(card), task="stylize").card)
    return with_credits(batch, cards, output=options.output, report=options.json)


def _maker(
    placement: Placement, style: Style | None, options: StylizeOptions, where: Where
) -> Callable[[Progress], VideoReport | Report]:
    def make(progress: Progress) -> VideoReport | Report:
        assert style is not None  # a dry run makes nothing
        src, dst = placement.src, placement.dst
        overwrite = progress.overwrite or options.overwrite
        own = dataclasses.replace(options, overwrite=overwrite, update=False)
        if placement.kind == "clip":
            replacing = dataclasses.replace(progress, overwrite=overwrite)
            return paint_clip(src, dst, style, own, replacing, where)
        return paint_picture(src, dst, style, own, where)

    return make


def paint_picture(
    src: Path, dst: Path, style: Style, options: StylizeOptions, where: Where = EVERYWHERE
) -> Report:
    """Paint one picture file into another; profile, EXIF, depth and alpha are kept.

    where  what of it is painted

    The report says what is not kept. Raises UnreadableFile, PictureTooLarge, OutputError.
    """
    picture = read_picture(src, max_pixels=options.max_pixels or DEFAULT_MAX_PIXELS)
    height, width = picture.pixels.shape[:2]
    size = options.target_size(width, height)
    check_writable(dst, *size)
    pixels = resize(picture.pixels, *size)
    painted, of_where = style.paint_where(pixels, options.strength, where)
    written = write_picture(
        dst,
        dataclasses.replace(picture, pixels=painted),
        quality=options.quality,
        overwrite=options.overwrite,
    )
    brush = style.brush_for(*size).note(*size)
    return Report((*picture.notes, *brush, *of_where, *written))


def paint_clip(
    src: Path,
    dst: Path,
    style: Style,
    options: StylizeOptions,
    progress: Progress,
    where: Where = EVERYWHERE,
) -> VideoReport:
    """Paint one clip into another file; see `stylize_video`."""
    report = stylize_video(
        src,
        dst,
        style=style,
        strength=options.strength,
        steady=options.steady,
        on=options.on,
        carry=options.carry,
        mask=where.mask,
        protect=where.protect,
        edge=where.edge,
        least_face_px=where.least_face_px,
        size=options.size_rule,
        **clip_keywords(options, progress),
    )
    size = report.width, report.height
    return dataclasses.replace(report, notes=(*style.brush_for(*size).note(*size), *report.notes))
