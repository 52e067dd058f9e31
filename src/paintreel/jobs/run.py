"""Paint many files: skip what is there, go on after a failure, leave nothing half-written."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from paintreel.errors import InputError, OutputError, PaintreelError
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture, write_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.jobs.place import Job
from paintreel.stylize.steady import DEFAULT_STEADY, check_steady
from paintreel.stylize.style import Style, check_strength
from paintreel.stylize.video import stylize_video

Status = Literal["painted", "skipped", "failed"]
DEFAULT_WORKERS = 2
"""Pictures at once: while one is in the network, another is read or written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How every file of a run is painted.

    strength      0 to 1
    steady        of clips, 0 to below 1: see `stylize_video`
    size          (width, height) in pixels, or None
    max_side_px   shrink so that the longer side is at most this, or None
    quality       1 to 100 for JPEG, WebP and AVIF
    max_pixels    pictures above this are refused unread
    overwrite     replace results that are there
    clip          options of `transform_video` for clips: codec, crf, pixel_format, audio
    """

    strength: float = 1.0
    steady: float = DEFAULT_STEADY
    size: tuple[int, int] | None = None
    max_side_px: int | None = None
    quality: int = 95
    max_pixels: int = DEFAULT_MAX_PIXELS
    overwrite: bool = False
    clip: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        check_strength(self.strength)
        check_steady(self.steady)
        if self.size is not None and self.max_side_px is not None:
            raise InputError("size and max_side_px exclude each other")
        for name, values in (
            ("size", self.size or ()),
            ("max_side_px", () if self.max_side_px is None else (self.max_side_px,)),
            ("max_pixels", (self.max_pixels,)),
        ):
            if any(value < 1 for value in values):
                raise InputError(f"{name} is {getattr(self, name)}, expected at least 1")
        if not 1 <= self.quality <= 100:
            raise InputError(f"quality is {self.quality}, expected 1 to 100")

    def target_size(self, width_px: int, height_px: int) -> tuple[int, int]:
        """(width, height) that a picture of the given size is painted at."""
        if self.max_side_px is not None:
            return fit_max_side(width_px, height_px, self.max_side_px)
        return self.size or (width_px, height_px)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job. `report` is the clip's VideoReport, `error` why it failed."""

    job: Job
    status: Status
    error: Exception | None = None
    report: Any = None


def run_jobs(
    jobs: Sequence[Job],
    style: Style,
    options: Options,
    *,
    workers: int = DEFAULT_WORKERS,
    skip_done: bool = True,
    on_outcome: Callable[[Outcome], None] | None = None,
    on_frame: Callable[[Job, int, int | None], None] | None = None,
) -> list[Outcome]:
    """Paint every job and tell what became of each.

    Pictures first, `workers` at a time, then clips one by one (a clip fills the machine alone).
    `skip_done` leaves out jobs whose result is there, unless `options.overwrite`; without it they
    fail. `on_outcome` is called in this thread as each is finished, `on_frame` with (job, frames
    done, frames expected or None) while a clip runs, perhaps from another thread. A job that
    fails is an outcome, not an exception. On KeyboardInterrupt pictures being painted are
    finished, a clip being painted is dropped, and the interrupt goes on to the caller.
    """
    if workers < 1:
        raise InputError(f"workers is {workers}, expected 1 or more")
    skipping = skip_done and not options.overwrite
    skipped: list[Job] = []
    todo: list[Job] = []
    for job in jobs:
        (skipped if skipping and job.is_done else todo).append(job)
    outcomes: list[Outcome] = []

    def finish(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if on_outcome is not None:
            on_outcome(outcome)

    for job in skipped:
        finish(Outcome(job, "skipped"))
    with _threads(workers) as pool:
        painting = [
            pool.submit(_attempt, job, style, options) for job in todo if job.kind == "picture"
        ]
        for future in as_completed(painting):
            finish(future.result())
    for job in todo:
        if job.kind == "clip":
            finish(_attempt(job, style, options, on_frame))
    return outcomes


@contextmanager
def _threads(workers: int) -> Iterator[ThreadPoolExecutor]:
    """A pool that on an interrupt starts nothing more and waits for what is being written."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="paintreel")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _attempt(
    job: Job,
    style: Style,
    options: Options,
    on_frame: Callable[[Job, int, int | None], None] | None = None,
) -> Outcome:
    try:
        if job.is_done and not options.overwrite:  # found out now, not after the work
            raise OutputError(f"{job.dst} exists; use --overwrite to replace it")
        if job.kind == "picture":
            paint_picture(job.src, job.dst, style, options)
            return Outcome(job, "painted")
        return Outcome(job, "painted", report=_paint_clip(job, style, options, on_frame))
    except Exception as error:
        # Whatever went wrong with this file, the others are still to be painted.
        return Outcome(job, "failed", error)


def paint_picture(src: Path, dst: Path, style: Style, options: Options) -> None:
    """Paint one picture file into another; profile, EXIF, depth and alpha are kept.

    Raises UnreadableFile, PictureTooLarge, OutputError.
    """
    picture = read_picture(src, max_pixels=options.max_pixels)
    height, width = picture.pixels.shape[:2]
    pixels = resize(picture.pixels, *options.target_size(width, height))
    painted = style.paint(pixels, options.strength)
    write_picture(
        dst,
        dataclasses.replace(picture, pixels=painted),
        quality=options.quality,
        overwrite=options.overwrite,
    )


def _paint_clip(
    job: Job,
    style: Style,
    options: Options,
    on_frame: Callable[[Job, int, int | None], None] | None,
) -> Any:
    return stylize_video(
        job.src,
        job.dst,
        style=style,
        strength=options.strength,
        steady=options.steady,
        size=options.target_size,
        overwrite=options.overwrite,
        on_progress=on_frame and (lambda done, total: on_frame(job, done, total)),
        **options.clip,
    )


def reason(error: Exception) -> str:
    """Why a job failed, in one line; an error that is not ours says its kind."""
    text = " ".join(str(error).split())
    return text if isinstance(error, PaintreelError) else f"{type(error).__name__}: {text}"
