"""What a sheet keeps of a picture, or of one frame of a clip."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.dominant_colours import Palette, dominant_colours
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.frame import Frame
from paintreel.media.readings import OnProgress, Readings
from paintreel.media.sampling import sample_clip, usual_step_s
from paintreel.media.shots import ClipShot, find_shots
from paintreel.notes import Note
from paintreel.pictures.paper import rgb8_on_white
from paintreel.pictures.shown import shown_pixels
from paintreel.runtime.catalog import find_model
from paintreel.runtime.classifiers import TASK as CLASSIFY
from paintreel.runtime.classifiers import Classification, Classifier
from paintreel.runtime.devices import DeviceName

if TYPE_CHECKING:
    from paintreel.runtime.model import BackendName, Model

__all__ = [
    "Seers",
    "SheetMoment",
    "moment_of",
    "moments_of_clip",
    "moments_of_picture",
    "with_after",
]

COLOURS = 5
"""Swatches a moment."""

_PALETTE_PX, _JPEG_QUALITY = 96, 95
_LONG_SHOT_S = 5.0
"""Of a longer shot several frames are kept, where no step is asked for."""

_LEAST_SPAN_S = 1e-3


class Seers:
    """The models of a sheet: those of one file see a picture in one run.

    tasks: names of models. Raises the errors of `Classifier`.
    """

    def __init__(
        self,
        tasks: Sequence[str],
        *,
        backend: BackendName = "onnxruntime",
        device: DeviceName = "auto",
        threads: int | None = None,
    ) -> None:
        self._of: dict[Classifier, list[str]] = {}
        for task in dict.fromkeys(tasks):
            sha256 = find_model(task, task=CLASSIFY).card.sha256
            held = next((each for each in self._of if each.card.sha256 == sha256), None)
            classifier = held or Classifier(task, backend=backend, device=device, threads=threads)
            self._of.setdefault(classifier, []).append(task)

    @property
    def models(self) -> list[Model]:
        """What runs, one a file."""
        return [classifier.model for classifier in self._of]

    def __call__(self, pixels: Array) -> dict[str, Classification]:
        """Task -> what its model says of the picture, without maps."""
        found: dict[str, Classification] = {}
        for classifier, tasks in self._of.items():
            found |= classifier.classify_all(pixels, keep_maps=False, heads=tasks)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class SheetMoment:
    """A picture, or a frame of a clip.

    source   the file
    time_s   of the frame, None of a picture
    span     how much of the film it stands for: seconds, or 1 for a picture
    shot     the number of its shot in the clip, from 0; of a picture 0
    palette  its dominant colours, light ones first
    found    task -> what a model says of it
    jpeg     the thumbnail, packed: a film has many
    after    the same moment of what was made of the film, such as its grade; None where only one is
             shown
    """

    source: Path
    time_s: float | None
    span: float
    palette: Palette
    found: Mapping[str, Classification]
    jpeg: bytes
    shot: int = 0
    after: SheetMoment | None = None

    def thumbnail(self) -> Array:
        """(h, w, 3) uint8."""
        packed = np.frombuffer(self.jpeg, np.uint8)
        pixels = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        assert pixels is not None, "what was packed here can be unpacked"
        return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)


def moment_of(
    pixels: Array,
    seers: Seers,
    *,
    source: Path,
    time_s: float | None = None,
    span: float = 1.0,
    thumbnail_px: int,
) -> SheetMoment:
    """What is kept of (H, W, 3) uint8 pixels; thumbnails are at most `thumbnail_px` a side."""
    height, width = pixels.shape[:2]
    small = resize(pixels, *fit_max_side(width, height, _PALETTE_PX))
    palette = dominant_colours(rgb_to_lab(small), COLOURS)
    order = np.argsort(-palette.lab[:, 0])
    shown = resize(pixels, *fit_max_side(width, height, thumbnail_px))
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    _, packed = cv2.imencode(".jpg", cv2.cvtColor(shown, cv2.COLOR_RGB2BGR), options)
    return SheetMoment(
        source=source,
        time_s=time_s,
        span=span,
        palette=Palette(palette.lab[order], palette.share[order]),
        found=seers(pixels),
        jpeg=packed.tobytes(),
    )


def moments_of_picture(
    path: Path,
    seers: Seers,
    *,
    thumbnail_px: int,
    max_pixels: int | None = None,
) -> tuple[list[SheetMoment], tuple[Note, ...]]:
    """The one moment of a picture file, and notes. Raises UnreadableFile and PictureTooLarge."""
    picture = read_picture(path, max_pixels=max_pixels or DEFAULT_MAX_PIXELS)
    pixels, notes = shown_pixels(picture)
    moment = moment_of(pixels, seers, source=path, thumbnail_px=thumbnail_px)
    return [moment], (*picture.notes, *notes)


def moments_of_clip(
    path: Path,
    seers: Seers,
    *,
    thumbnail_px: int,
    every_s: float | None = None,
    max_pixels: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
) -> tuple[list[SheetMoment], tuple[Note, ...]]:
    """Moments of a clip, and notes: one a shot, of a long shot several at even steps.

    every_s  a moment stands for so many seconds of a shot at most; 0: for one frame. None: for 5,
             and in a clip without cuts as `usual_step_s` has it

    A moment is the frame in the middle of what it stands for, away from what fades at cuts. The
    clip is read twice, for its cuts and for its frames. Raises what `find_shots` and `sample_clip`
    do.
    """
    most = max_pixels or MAX_FRAME_PIXELS

    def keep(frame: Frame) -> SheetMoment:
        return moment_of(
            _on_white(frame),
            seers,
            source=path,
            time_s=frame.time_s,
            thumbnail_px=thumbnail_px,
        )

    told = Readings(on_progress, path, parts=2)
    shots = find_shots(path, max_pixels=most, on_progress=told.reading(0), cancel=cancel)
    parts = parts_of_shots(shots, every_s)
    sampled = sample_clip(
        path,
        keep,
        at_s=[part.time_s for part in parts],
        max_pixels=most,
        on_progress=told.reading(1),
        cancel=cancel,
    )
    moments = [
        replace(moment, span=part.span_s, shot=part.shot)
        for (_, moment), part in zip(sampled.values, parts, strict=True)
    ]
    return moments, sampled.notes


def with_after(
    moments: Sequence[SheetMoment],
    path: Path,
    seers: Seers,
    *,
    thumbnail_px: int,
    max_pixels: int | None = None,
    cancel: threading.Event | None = None,
) -> tuple[list[SheetMoment], tuple[Note, ...]]:
    """The moments of one file, each with the same moment of `path`, and notes.

    path: what was made of the file, with frames at the same times. Raises InputError where it ends
    before the moments do, and what `moments_of_picture` and `sample_clip` do.
    """
    if moments[0].time_s is None:
        after, notes = moments_of_picture(
            path, seers, thumbnail_px=thumbnail_px, max_pixels=max_pixels
        )
        return [replace(moments[0], after=after[0])], notes
    sampled = sample_clip(
        path,
        lambda frame: moment_of(
            _on_white(frame), seers, source=path, time_s=frame.time_s, thumbnail_px=thumbnail_px
        ),
        at_s=[moment.time_s or 0.0 for moment in moments],
        max_pixels=max_pixels or MAX_FRAME_PIXELS,
        cancel=cancel,
    )
    if len(sampled.values) < len(moments):
        raise InputError(
            f"{path} ends at {sampled.end_s:.1f} s, {moments[0].source} has moments up to "
            f"{moments[-1].time_s:.1f} s; give what was made of the whole clip"
        )
    pairs = zip(moments, sampled.values, strict=False)
    return [replace(moment, after=after) for moment, (_, after) in pairs], sampled.notes


def _on_white(frame: Frame) -> Array:
    alpha = frame.alpha
    return rgb8_on_white(frame.pixels if alpha is None else np.dstack([frame.pixels, alpha]))


@dataclass(frozen=True, slots=True)
class PartOfShot:
    """A part of a shot that one frame stands for: the frame's time, the length, the shot."""

    time_s: float
    span_s: float
    shot: int


def parts_of_shots(shots: Sequence[ClipShot], every_s: float | None) -> list[PartOfShot]:
    """Even parts of every shot, each of `every_s` seconds at most, or of one frame.

    every_s  0: a part a frame; None: as `moments_of_clip` has it

    >>> shots = [ClipShot((0.0, 1.0, 2.0), 3.0), ClipShot((3.0, 4.0, 5.0, 6.0, 7.0, 8.0), 9.0)]
    >>> [(part.time_s, part.span_s) for part in parts_of_shots(shots, None)]
    [(1.0, 3.0), (4.0, 3.0), (7.0, 3.0)]
    """
    if every_s is None:
        every_s = _LONG_SHOT_S if len(shots) > 1 else usual_step_s(shots[0].duration_s)
    parts = []
    for number, shot in enumerate(shots):
        spans: dict[float, float] = {}
        if every_s == 0:
            starts = shot.times_s
            ends = (*shot.times_s[1:], shot.end_s)
        else:
            count = max(1, math.ceil(shot.duration_s / every_s - 1e-3))
            edges = np.linspace(shot.start_s, shot.end_s, min(count, len(shot.times_s)) + 1)
            starts, ends = tuple(edges[:-1].tolist()), tuple(edges[1:].tolist())
        for start_s, end_s in zip(starts, ends, strict=True):
            time_s = shot.frame_at((start_s + end_s) / 2)
            spans[time_s] = spans.get(time_s, 0.0) + max(end_s - start_s, _LEAST_SPAN_S)
        parts += [PartOfShot(time_s, span_s, number) for time_s, span_s in spans.items()]
    return parts
