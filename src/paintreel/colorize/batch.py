"""What one call of `colorize` makes: pictures with their layers, and clips."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from paintreel.colorize.asked import look_of
from paintreel.colorize.coloured import Coloured, indexed_png
from paintreel.colorize.colourer import Colourer, ColourLook
from paintreel.colorize.options import ColorizeOptions
from paintreel.colorize.video import colorize_video
from paintreel.drawing.openraster import write_openraster
from paintreel.errors import InputError
from paintreel.imaging.atomic import write_whole
from paintreel.imaging.files import (
    DEFAULT_MAX_PIXELS,
    IMAGE_SUFFIXES,
    Picture,
    check_writable,
    read_picture,
    write_picture,
)
from paintreel.jobs.clip_run import clip_keywords
from paintreel.jobs.companions import companions_in
from paintreel.jobs.credits import with_credits
from paintreel.jobs.job import HasNotes, Job, Progress, Report
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import Placement, place_results
from paintreel.jobs.run import Batch
from paintreel.media.encoding import check_settings
from paintreel.notes import Note
from paintreel.pictures.sizes import have_many_sizes
from paintreel.wording import counted

__all__ = ["plan_colorize"]

LAYER_FILES = ("lines", "flats", "shadows", "lights", "regions")


def plan_colorize(options: ColorizeOptions) -> Batch:
    """The jobs of a call. Raises InputError, OutputError and the errors of `Colourer`."""
    notes: list[Note] = []
    placements = place_results(
        options.inputs,
        options.output,
        label="painted",
        format="png",
        codec=options.codec,
        notes=notes,
    )
    clips = [each for each in placements if each.kind == "clip"]
    for dst in {each.dst.suffix: each.dst for each in clips}.values():
        check_settings(dst, options.encoding)
    if clips:
        _check_clips(options, clips[0].src)
    several = len(options.inputs) > 1 or len(placements) > 1 or Path(options.inputs[0]).is_dir()
    hints = _hints_of(options, placements, several=several, notes=notes)
    look = look_of(
        palette=options.palette,
        category=options.category,
        flat=options.flat,
        cel=options.cel,
        gap=options.gap,
        max_pixels=options.max_pixels,
    )
    colourer = Colourer(
        options.method,
        backend=options.backend,
        device=options.device,
        threads=options.threads,
        tile=options.tile,
        many_sizes=not clips and have_many_sizes([each.src for each in placements]),
    )
    jobs = []
    for placement, hint in zip(placements, hints, strict=True):
        for seed in options.seeds:
            dst = _numbered(placement.dst, seed, options)
            one = _One(options, colourer, replace(look, seed=seed), placement.src, hint, dst)
            jobs.append(one.job(placement))
    batch = Batch(
        tuple(jobs),
        skips_done=several or options.count is not None,
        verb_done="coloured",
        notes=tuple(notes),
    )
    batch = on_machine(batch, [] if colourer.model is None else [colourer.model])
    if not options.credits:
        return batch
    cards = [] if colourer.card is None else [colourer.card]
    return with_credits(batch, cards, output=options.output, report=options.json)


def _check_clips(options: ColorizeOptions, clip: Path) -> None:
    if options.layers:
        raise InputError(f"{clip} is a clip, and --layers are of pictures; leave it out")
    if options.count is not None:
        raise InputError(f"{clip} is a clip, which is coloured once; give --seed N, not --count")


def _numbered(dst: Path, seed: int | None, options: ColorizeOptions) -> Path:
    """Where the painting of a seed goes. Raises InputError for several in one file."""
    if options.count is None:
        return dst
    out = None if options.output is None else Path(options.output)
    if out is not None and out.suffix.lower() in IMAGE_SUFFIXES and not out.is_dir():
        if options.count > 1:
            raise InputError(
                f"output {out} is a file name, but {options.count} paintings need a folder"
            )
        return dst
    return dst.with_name(f"{dst.stem}-{seed:04d}{dst.suffix}")


def _hints_of(
    options: ColorizeOptions,
    placements: Sequence[Placement],
    *,
    several: bool,
    notes: list[Note],
) -> list[Path | None]:
    """The hints of every drawing; those of a folder by the names of the drawings."""
    if options.hint is None:
        return [None] * len(placements)
    hint = Path(options.hint)
    if not os.path.lexists(hint):
        raise InputError(f"--hint {hint} is not there; give a picture, or a folder of them")
    if not hint.is_dir():
        if len(placements) > 1:
            raise InputError(
                f"there are {len(placements)} drawings, but --hint {hint} is no folder; give a "
                "folder of hints named as they are"
            )
        return [hint]
    if not several:
        if placements[0].kind == "clip":
            return [hint]
        raise InputError(f"--hint {hint} is a folder, and one drawing needs a picture")
    found = companions_in(hint, options.inputs, placements, IMAGE_SUFFIXES)
    without = found.count(None)
    if without == len(found):
        raise InputError(f"folder {hint} holds no hints named as the drawings are")
    if without:
        notes.append(Note("hints-missing", f"{counted(without, 'drawing')} without hints", without))
    return found


@dataclass(frozen=True, eq=False)
class _One:
    """One result: a picture with its layers, or a clip."""

    options: ColorizeOptions
    colourer: Colourer
    look: ColourLook
    src: Path
    hint: Path | None
    dst: Path

    def job(self, placement: Placement) -> Job:
        """The job that makes it."""
        outputs: tuple[Path, ...] = (self.dst,)
        make: Callable[[Progress], HasNotes] = self._make_clip
        sources = (self.src, *([] if self.hint is None else [self.hint]))
        if placement.kind == "picture":
            make = self._make_picture
            if self.options.layers:
                outputs = (self.dst, *self._layer_paths().values(), self.dst.with_suffix(".ora"))
        facts = {"method": self.colourer.name, "seed": self.look.seed}
        return Job(str(self.src), outputs, make, placement.kind, sources, facts)

    def _layer_paths(self) -> dict[str, Path]:
        folder = self.dst.with_name(f"{self.dst.stem}-layers")
        names = LAYER_FILES if self.shades else ("lines", "flats", "regions")
        return {name: folder / f"{name}.png" for name in names}

    @property
    def shades(self) -> bool:
        """Whether there is more than flats."""
        return not self.options.flat and self.colourer.network is not None

    def _make_picture(self, progress: Progress) -> Report:
        limit = self.options.max_pixels or DEFAULT_MAX_PIXELS
        picture = read_picture(self.src, max_pixels=limit)
        height, width = picture.pixels.shape[:2]
        check_writable(self.dst, width, height)
        hints = None if self.hint is None else read_picture(self.hint, max_pixels=limit).pixels
        coloured = self.colourer.colour(picture.pixels, hints, self.look, name=str(self.src))
        notes = [*picture.notes, *coloured.notes]
        if progress.wants(self.dst):
            pixels = coloured.picture(lines=self.options.lines)
            result = replace(picture, pixels=pixels, icc=None)
            notes += write_picture(self.dst, result, overwrite=progress.overwrite)
        if self.options.layers:
            self._write_layers(coloured, progress)
        return Report(tuple(notes))

    def _write_layers(self, coloured: Coloured, progress: Progress) -> None:
        paths = self._layer_paths()
        for layer in coloured.layers():
            path = paths[layer.name]
            if progress.wants(path):
                write_picture(path, Picture(layer.rgba), overwrite=progress.overwrite)
        if progress.wants(paths["regions"]):
            write_whole(paths["regions"], indexed_png(coloured), overwrite=progress.overwrite)
        whole = self.dst.with_suffix(".ora")
        if progress.wants(whole):
            write_openraster(
                whole, coloured.apart(), coloured.picture(), overwrite=progress.overwrite
            )

    def _make_clip(self, progress: Progress) -> HasNotes:
        options = self.options
        return colorize_video(
            self.src,
            self.dst,
            hint=self.hint,
            look=self.look,
            colourer=self.colourer,
            lines=options.lines,
            steady=options.steady,
            **clip_keywords(options, progress),
        )
