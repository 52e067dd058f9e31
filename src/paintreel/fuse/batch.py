"""What one call of `fuse` makes: a clip, a sheet of it, or the frames to paint."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from paintreel.errors import InputError, OutputError
from paintreel.fuse.adapting import sole_use, work_folder
from paintreel.fuse.fusing import budget_text, fuse, given_paintings, prepare
from paintreel.fuse.keys import list_paintings
from paintreel.fuse.options import FuseOptions
from paintreel.fuse.preview import preview_sheet
from paintreel.fuse.proposing import PLAN_READINGS, plan_key_frames, write_key_frames
from paintreel.fuse.where import place_of
from paintreel.imaging.files import IMAGE_SUFFIXES, Picture, check_writable, write_picture
from paintreel.jobs.credits import with_credits
from paintreel.jobs.find import kind_of
from paintreel.jobs.job import HasNotes, Job, Progress, Report
from paintreel.jobs.place import place_results
from paintreel.jobs.run import Batch
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.containers import VIDEO_SUFFIXES
from paintreel.media.encoding import check_settings
from paintreel.media.length import check_length
from paintreel.media.readings import Readings
from paintreel.runtime.catalog import find_model

__all__ = ["plan_fuse"]

_PREVIEW_SHARE = 0.25


def plan_fuse(options: FuseOptions) -> Batch:
    """The job of a call. Raises InputError, OutputError, UnreadableFile and UnknownModel."""
    *paintings, last = options.inputs
    clip = Path(last)
    if not clip.exists():
        raise InputError(f"{clip} is not there; the clip is the last input")
    if clip.is_dir() or kind_of(clip) != "clip":
        after = "" if options.plan else "; the clip is the last input, after its paintings"
        raise InputError(f"{clip} is no clip{after}")
    if options.plan:
        return Batch((_plan_job(clip, options),), verb_done="written")
    paths = list_paintings(paintings)
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path} is not there; expected a painting")
    times_s = options.times_s
    if times_s and len(times_s) != len(paths):
        given_paintings([str(p) for p in paths], times_s, options.max_pixels)  # says what is wrong
    model = find_model(options.model, "fuse")
    sources = (clip, *paths)
    if options.preview is not None:
        return Batch((_preview_job(clip, paths, options),), verb_done="drawn")
    (placement,) = place_results(
        [str(clip)], options.output, label="fused", codec=options.codec, kind="clip"
    )
    if placement.dst.resolve() in {path.resolve() for path in sources}:
        raise OutputError(f"the output {placement.dst} is an input; name another file")
    check_settings(placement.dst, options.encoding)

    def make(progress: Progress) -> HasNotes:
        return fuse(
            [str(path) for path in paths],
            clip,
            placement.dst,
            key_frames=times_s,
            mask=options.mask,
            strength=options.strength,
            adapt=options.adapt,
            adapt_s=options.adapt_s,
            adapt_steps=options.adapt_steps,
            model=options.model,
            steady=options.steady,
            backend=options.backend,
            device=options.device,
            threads=options.threads,
            **dataclasses.asdict(options.encoding),
            audio=options.audio,
            fps=options.fps,
            overwrite=progress.overwrite,
            on_progress=progress.on_frame,
            on_stage=progress.on_stage,
            cancel=progress.cancel,
            max_pixels=options.max_pixels,
            max_frames=options.max_frames,
        )

    job = Job(str(clip), (placement.dst,), make, "clip", sources)
    batch = Batch((job,), verb_done="painted")
    if not options.credits:
        return batch
    return with_credits(batch, [model.card], output=options.output, report=options.json)


def _plan_job(clip: Path, options: FuseOptions) -> Job:
    folder = Path(options.output or clip.with_name(f"{clip.stem}-keys"))
    if folder.suffix.lower() in {*IMAGE_SUFFIXES, *VIDEO_SUFFIXES}:
        raise OutputError(f"-o is {folder}; with --plan it is the folder for the frames to paint")
    max_pixels = options.max_pixels or MAX_FRAME_PIXELS

    def make(progress: Progress) -> Report:
        limit = check_length(clip, options.max_frames)
        told = Readings(progress.on_frame, clip, limit, parts=PLAN_READINGS)
        plan = plan_key_frames(clip, max_pixels=max_pixels, told=told, cancel=progress.cancel)
        notes = write_key_frames(
            clip,
            folder,
            plan,
            max_pixels=max_pixels,
            overwrite=progress.overwrite,
            told=told,
            cancel=progress.cancel,
        )
        return Report(notes)

    return Job(str(clip), (folder,), make, "clip", (clip,))


def _preview_job(clip: Path, paths: list[Path], options: FuseOptions) -> Job:
    sheet = Path(options.preview or "")
    check_writable(sheet, 1, 1)
    max_pixels = options.max_pixels or MAX_FRAME_PIXELS
    steps = options.adapt_steps and max(1, round(options.adapt_steps * _PREVIEW_SHARE))
    given = {"backend": options.backend, "device": options.device, "threads": options.threads}

    def make(progress: Progress) -> Report:
        limit = check_length(clip, options.max_frames)
        told = Readings(progress.on_frame, clip, limit, parts=3, on_stage=progress.on_stage)
        place = place_of(options.mask)
        paintings = [str(path) for path in paths]
        with sole_use(sheet):
            prepared = prepare(
                given_paintings(paintings, options.times_s, options.max_pixels),
                clip,
                sheet,
                adapts=options.adapt,
                budget=budget_text(max(1.0, options.adapt_s * _PREVIEW_SHARE), steps),
                model=options.model,
                network_options=given,
                max_pixels=max_pixels,
                told=told,
                cancel=progress.cancel,
            )
            told.stage("painting the sheet")
            pixels = preview_sheet(
                prepared,
                clip,
                strength=options.strength,
                steady=options.steady,
                place=place,
                max_pixels=max_pixels,
                cancel=progress.cancel,
            )
            notes = write_picture(sheet, Picture(pixels), overwrite=progress.overwrite)
            shutil.rmtree(work_folder(sheet), ignore_errors=True)
        of_place = () if place is None else place.notes()
        return Report(tuple(dict.fromkeys((*prepared.all_notes, *of_place, *notes))))

    return Job(str(clip), (sheet,), make, "clip", (clip, *paths))
