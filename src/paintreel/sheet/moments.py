"""What a sheet keeps of a picture, or of one frame of a clip."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.frame import Frame
from paintreel.media.sampling import sample_clip
from paintreel.metrics.scene.palette import Palette, dominant_colours
from paintreel.notes import Note
from paintreel.pictures.paper import rgb8_on_white
from paintreel.pictures.shown import shown_pixels
from paintreel.runtime.catalog import find_model
from paintreel.runtime.classifiers import TASK as CLASSIFY
from paintreel.runtime.classifiers import Classification, Classifier

if TYPE_CHECKING:
    from paintreel.runtime.model import BackendName

__all__ = ["Seers", "SheetMoment", "moment_of", "moments_of_clip", "moments_of_picture"]

COLOURS = 5
"""Swatches a moment."""

_PALETTE_PX, _JPEG_QUALITY = 96, 95


class Seers:
    """The models of a sheet: those of one file see a picture in one run.

    tasks: names of models. Raises the errors of `Classifier`.
    """

    def __init__(
        self,
        tasks: Sequence[str],
        *,
        backend: BackendName = "onnxruntime",
        threads: int | None = None,
    ) -> None:
        self._of: dict[Classifier, list[str]] = {}
        for task in dict.fromkeys(tasks):
            sha256 = find_model(task, task=CLASSIFY).card.sha256
            held = next((each for each in self._of if each.card.sha256 == sha256), None)
            classifier = held or Classifier(task, backend=backend, threads=threads)
            self._of.setdefault(classifier, []).append(task)

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
    palette  its dominant colours, light ones first
    found    task -> what a model says of it
    jpeg     the thumbnail, packed: a film has many
    """

    source: Path
    time_s: float | None
    span: float
    palette: Palette
    found: Mapping[str, Classification]
    jpeg: bytes

    def thumbnail(self) -> Array:
        """(h, w, 3) uint8."""
        packed = np.frombuffer(self.jpeg, np.uint8)
        return cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


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
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> tuple[list[SheetMoment], tuple[Note, ...]]:
    """Moments of a clip at even steps, and notes. Raises what `sample_clip` does."""

    def keep(frame: Frame) -> SheetMoment:
        alpha = frame.alpha
        pixels = frame.pixels if alpha is None else np.dstack([frame.pixels, alpha])
        return moment_of(
            rgb8_on_white(pixels),
            seers,
            source=path,
            time_s=frame.time_s,
            thumbnail_px=thumbnail_px,
        )

    sampled = sample_clip(
        path,
        keep,
        every_s=every_s,
        max_pixels=max_pixels or MAX_FRAME_PIXELS,
        on_progress=on_progress,
        cancel=cancel,
    )
    times = [time_s for time_s, _ in sampled.values]
    ends = [*times[1:], max(sampled.end_s, times[-1] + 1e-3)]
    spanned = [
        replace(moment, span=end - start)
        for (start, moment), end in zip(sampled.values, ends, strict=True)
    ]
    return spanned, sampled.notes
