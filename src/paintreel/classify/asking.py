"""`classify` and `classify_video`: what a picture or a clip is, from Python."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.classify.options import DEFAULT_TASK
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.jobs.find import kind_of
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.frame import Frame
from paintreel.media.sampling import sample_clip
from paintreel.notes import warn_of
from paintreel.pictures.kinds import pixels_of
from paintreel.pictures.paper import rgb8_on_white
from paintreel.pictures.shown import shown_pixels
from paintreel.runtime.classifiers import Classification, Classifier
from paintreel.runtime.devices import DeviceName
from paintreel.runtime.findings import ClipClassification, clip_classification
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import ClassifyClipKeywords, ClassifyKeywords
    from paintreel.runtime.model import BackendName

__all__ = ["classify", "classify_video", "find_moments", "frame_pixels", "open_classifier"]


@takes_options("classify", "classify")
def classify(x: Any, **options: Unpack[ClassifyKeywords]) -> Classification:
    """Say of one picture which class it is of, such as the feeling that it carries.

        found = paintreel.classify("panel.png", task="mood")
        found.label, found.probabilities["calm"], found.familiar
        heat = found.map()           # (H, W) in [0, 1]: what in the picture speaks for it

    x  a path, a PIL image or a numpy picture of `imaging.arrays`

    `familiar` is False where the picture is unlike all that the model has learnt from; the label
    is then the nearest guess. The map is made when it is asked for. The last models stay loaded. A
    device that could not be had, or that failed, is warned of.

    Raises UnknownModel for an unknown task, naming the nearest; InputError for clips and for other
    kinds; UnreadableFile and PictureTooLarge for paths; ModelFileError.
    """
    classifier = _of_keywords(options)
    limit = options.get("max_pixels") or DEFAULT_MAX_PIXELS
    if isinstance(x, (str, PathLike)):
        if Path(x).is_file() and kind_of(Path(x)) == "clip":
            raise InputError(f"{fspath(x)} is a clip; classify_video answers for its moments")
        pixels, _ = shown_pixels(read_picture(x, max_pixels=limit))
    else:
        pixels = rgb8_on_white(pixels_of(x))
    found = classifier.classify(pixels)
    warn_of(classifier.model.notes)
    return found


@takes_options("classify", "classify_video")
def classify_video(
    path: str | PathLike[str],
    *,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
    **options: Unpack[ClassifyClipKeywords],
) -> ClipClassification:
    """Say of a clip which classes its moments are of, by frames at even steps.

        found = paintreel.classify_video("clip.mp4", task="mood")
        found.timeline               # [(0.0, "calm"), (12.0, "fear"), ...]
        found.moments[0]             # (0.0, a Classification)

    path         a clip or an animated picture
    on_progress  called with (frames read, frames expected or None)
    cancel       set to stop before the next frame

    Raises UnknownModel for an unknown task, naming the nearest; UnreadableFile, VideoError and
    PictureTooLarge for the file; ModelFileError; CancelledError of `concurrent.futures`.
    """
    classifier = _of_keywords(options)
    found = find_moments(
        classifier,
        path,
        every_s=options.get("every_s"),
        max_pixels=options.get("max_pixels"),
        on_progress=on_progress,
        cancel=cancel,
    )
    return replace(found, notes=(*classifier.model.notes, *found.notes))


def find_moments(
    classifier: Classifier,
    path: str | PathLike[str],
    *,
    every_s: float | None = None,
    max_pixels: int | None = None,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> ClipClassification:
    """What a loaded classifier says of a clip; see `classify_video`."""
    sampled = sample_clip(
        path,
        lambda frame: classifier.classify(frame_pixels(frame), keep_map=False),
        every_s=every_s,
        max_pixels=max_pixels or MAX_FRAME_PIXELS,
        on_progress=on_progress,
        cancel=cancel,
    )
    return clip_classification(
        sampled.values, duration_s=sampled.end_s, every_s=sampled.every_s, notes=sampled.notes
    )


def frame_pixels(frame: Frame) -> Array:
    """(H, W, 3) uint8 of a frame, on white where it is transparent."""
    if frame.alpha is None:
        return frame.pixels
    return rgb8_on_white(np.dstack([frame.pixels, frame.alpha]))


def open_classifier(
    task: str,
    *,
    model: str | None = None,
    backend: BackendName = "onnxruntime",
    device: DeviceName = "auto",
    threads: int | None = None,
) -> Classifier:
    """The classifier of a task, or the one in a file that answers it.

    Raises UnknownModel for an unknown task, naming the nearest, ModelFileError, BackendError and
    InputError.
    """
    name, head = (task, None) if model is None else (Path(model), task)
    return Classifier(name, head=head, backend=backend, device=device, threads=threads)


@lru_cache(maxsize=3)
def _loaded(
    task: str,
    model: str | None,
    backend: BackendName,
    device: DeviceName,
    threads: int | None,
) -> Classifier:
    return open_classifier(task, model=model, backend=backend, device=device, threads=threads)


def _of_keywords(options: Any) -> Classifier:
    model = options.get("model")
    return _loaded(
        options.get("task", DEFAULT_TASK),
        None if model is None else fspath(model),
        options.get("backend", "onnxruntime"),
        options.get("device", "auto"),
        options.get("threads"),
    )
