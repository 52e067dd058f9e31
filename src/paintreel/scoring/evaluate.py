"""The measures of one file, or of one file and its reference; what a worker does."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from paintreel import metrics
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.geometry import resize
from paintreel.jobs.pair import Item
from paintreel.media.alignment import AlignedFrames
from paintreel.media.frame import Frame, FrameSource
from paintreel.metrics.table import MEASURES, Measure
from paintreel.scoring.sets import SPECTRUM_BINS, SetMaterial

__all__ = ["OnFrame", "Outcome", "Task", "Tools", "evaluate", "material_alone"]

_SHORTFALL_S = 0.5
"""A clip that ends this much before its header says is called cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is done with every file; goes to each worker process.

    measures    names of `MEASURES`
    resize      bring the scored picture to the size of its reference, instead of an error
    extractor   ONNX file of the network behind perceptual, fd and kd
    detector    YOLO ONNX file that finds the elements of scene measures
    max_pixels  larger pictures are refused unread
    gather      keep features and spectra of the scored side, whatever the measures are
    """

    measures: tuple[str, ...]
    resize: bool = False
    extractor: str | None = None
    detector: str | None = None
    max_pixels: int = DEFAULT_MAX_PIXELS
    gather: bool = False

    def of_scope(self, scope: str) -> tuple[Measure, ...]:
        """Its measures of one scope."""
        return tuple(MEASURES[name] for name in self.measures if MEASURES[name].scope == scope)

    @property
    def compares(self) -> bool:
        """Whether a file is compared with its reference, and not sets alone."""
        single = (MEASURES[name] for name in self.measures if MEASURES[name].scope != "set")
        return any(m.needs_reference or m.scope == "clip" for m in single)


class Tools:
    """The networks of a task, loaded once in each process."""

    def __init__(self, task: Task, *, threads: int | None = None) -> None:
        """Raises UnreadableFile and the like for a file that is no such network."""
        self.extractor: metrics.OnnxExtractor | None = None
        self.detector: metrics.Detector | None = None
        if task.extractor is not None:
            self.extractor = metrics.OnnxExtractor(task.extractor, threads=threads)
        if task.detector is not None:
            from paintreel.runtime.detector import YoloDetector

            self.detector = YoloDetector(task.detector, threads=threads)

    @property
    def extractor_name(self) -> str | None:
        return self.extractor.name if self.extractor else None


@dataclass(slots=True)
class Outcome:
    """What was measured of one file.

    scores      measure -> value, finite; a clip's are means over its frames
    undefined   measure -> why it has no value here
    notes       what a reader should know of this file
    frames      frames scored of a clip, None for a picture
    error       why the file could not be scored at all, None when it was
    generated, reference   what the measures of sets need of either side
    """

    item: Item
    scores: dict[str, float] = field(default_factory=dict)
    undefined: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    frames: int | None = None
    error: str | None = None
    generated: SetMaterial = field(default_factory=SetMaterial)
    reference: SetMaterial = field(default_factory=SetMaterial)


OnFrame = Callable[[Item, int, int | None], None]
"""Called with the clip, the frames done, and how many there are about."""


def evaluate(item: Item, task: Task, tools: Tools, on_frame: OnFrame | None = None) -> Outcome:
    """Score one file. Raises what reading it raises, InputError for sizes that differ."""
    if item.kind == "clip":
        return _Clip(item, task, tools, on_frame).outcome()
    return _Picture(item, task, tools).outcome()


def material_alone(item: Item, task: Task, tools: Tools) -> SetMaterial:
    """What the measures of sets need of a file that has no counterpart."""
    alone = Item(item.name, item.generated, None, item.kind)
    sets_only = Task(
        measures=tuple(m.name for m in task.of_scope("set")),
        max_pixels=task.max_pixels,
        gather=task.gather,
    )
    return evaluate(alone, sets_only, tools).generated


class _Picture:
    """Scores a picture, and keeps the sums of a clip's frames."""

    def __init__(self, item: Item, task: Task, tools: Tools) -> None:
        self.item, self.task, self.tools = item, task, tools
        self.out = Outcome(item)
        self.measures = task.of_scope("picture")
        wanted = {measure.name for measure in task.of_scope("set")}
        self.for_spectra = task.gather or "radial_spectrum_distance" in wanted
        self.for_features = task.gather or bool(wanted & {"fd", "kd"})
        self.asks_spectra = "radial_spectrum_distance" in wanted
        self.needs_reference = task.compares or bool(wanted)

    def outcome(self) -> Outcome:
        generated, profile = self._read(self.item.generated)
        reference = None
        if self.item.reference is not None and self.needs_reference:
            reference, other_profile = self._read(self.item.reference)
            if profile != other_profile:
                self.out.notes.append("the two have different colour profiles; compared as stored")
        self.gather(generated, reference)
        if reference is not None and self.task.compares:
            generated, reference = self._fitted(generated, reference)
        self.score(generated, reference)
        return self.out

    def _read(self, path: Any) -> tuple[Array, bytes | None]:
        picture = read_picture(path, max_pixels=self.task.max_pixels)
        return opaque(picture.pixels, str(path)), picture.icc

    def _fitted(self, generated: Array, reference: Array) -> tuple[Array, Array]:
        """Both in one layout and size."""
        if generated.ndim != reference.ndim:
            generated, reference = split_alpha(generated)[0], split_alpha(reference)[0]
        height, width = reference.shape[:2]
        if self._sizes_agree(generated.shape[1::-1], (width, height)):
            return generated, reference
        return resize(generated, width, height), reference

    def _sizes_agree(self, size: tuple[int, int], wanted: tuple[int, int]) -> bool:
        """Raises InputError where they do not and may not be made to."""
        if size == wanted:
            return True
        text = f"{size[0]}x{size[1]}", f"{wanted[0]}x{wanted[1]}"
        if not self.task.resize:
            raise InputError(
                f"{self.item.generated} is {text[0]} and {self.item.reference} {text[1]}; "
                "--resize brings the first to the size of the second"
            )
        self.out.notes.append(f"resized from {text[0]} to {text[1]}")
        return False

    def gather(self, generated: Array, reference: Array | None) -> None:
        """Keep what the measures of sets need of one picture of either side."""
        for picture, side in ((generated, self.out.generated), (reference, self.out.reference)):
            if picture is None:
                continue
            if self.for_spectra:
                try:
                    side.spectra.append(metrics.radial_spectrum(picture, bins=SPECTRUM_BINS))
                except InputError as error:  # smaller than 64 px
                    if self.asks_spectra:
                        self.out.undefined["radial_spectrum_distance"] = str(error)
            if self.for_features:
                side.features.append(self._features(picture))

    def _features(self, picture: Array) -> Array:
        from paintreel.metrics.extractors import to_batch

        extractor = self.tools.extractor
        assert extractor is not None  # select_measures asks for one
        return extractor.vectors(to_batch([picture], size_px=extractor.size_px))[0]

    def score(self, generated: Array, reference: Array | None) -> None:
        """The measures of one picture, into the outcome."""
        for measure, value in self.values(generated, reference):
            name = measure.named(self.tools.extractor_name)
            if isinstance(value, str):
                self.out.undefined[name] = value
            else:
                self.out.scores[name] = value

    def values(
        self, generated: Array, reference: Array | None
    ) -> Iterator[tuple[Measure, float | str]]:
        """Every measure's value, or why it has none."""
        scene: metrics.scene.ScenePicture | None = None
        for measure in self.measures:
            function = getattr(metrics, measure.function)
            try:
                if measure.group == "scene":
                    if scene is None:
                        scene = metrics.scene.ScenePicture(generated, detector=self.tools.detector)
                    value = float(function(scene))
                elif measure.needs_extractor:
                    value = function(generated, reference, self.tools.extractor)
                elif measure.needs_reference:
                    value = function(generated, reference)
                else:
                    value = function(generated)
            except InputError as error:
                yield measure, str(error)
            else:
                yield measure, value if math.isfinite(value) else _why_not_finite(value)


class _Clip(_Picture):
    """Scores a clip: pictures' measures frame by frame, those over time in the same pass."""

    def __init__(
        self, item: Item, task: Task, tools: Tools, on_frame: OnFrame | None = None
    ) -> None:
        super().__init__(item, task, tools)
        self.on_frame = on_frame
        self.expected: int | None = None
        self.temporal = task.of_scope("clip")
        self.sums: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self.failure: BaseException | None = None
        self.waiting: deque[Array] = deque()

    def outcome(self) -> Outcome:
        from paintreel.media.reader import read_frames

        with ExitStack() as files:
            reader = files.enter_context(read_frames(self.item.generated))
            other, size = None, None
            if self.item.reference is not None and self.needs_reference:
                other = files.enter_context(read_frames(self.item.reference))
                if self.task.compares:
                    size = other.width, other.height
            if size and not self._sizes_agree((reader.width, reader.height), size):
                reader = files.enter_context(read_frames(self.item.generated, size=size))
            self.expected = reader.info.expected_frames
            aligned = AlignedFrames(reader, other)
            self._measure(aligned, has_source=other is not None)
            self._tell(aligned, reader, other)
        self._finish(aligned.pairs)
        return self.out

    def _measure(self, aligned: AlignedFrames, *, has_source: bool) -> None:
        frames = self._frames(aligned)
        if self.temporal:
            try:
                source = self._source() if has_source else None
                found = metrics.temporal_stability(frames, source)
            except InputError as error:
                if self.failure is not None:  # from a frame, not from the measure
                    raise
                for measure in self.temporal:
                    self.out.undefined[measure.name] = str(error)
            else:
                self._keep_temporal(*found)
        deque(frames, maxlen=0)  # what the measures over time have left

    def _frames(self, aligned: AlignedFrames) -> Iterator[Array]:
        """The scored clip's frames; each is measured on the way, its reference put aside."""
        try:
            for frame, other in aligned:
                generated = _opaque_frame(frame, self.item.generated)
                reference = other and _opaque_frame(other, self.item.reference)
                self.gather(generated, reference)
                self._add(generated, reference)
                if self.on_frame:
                    self.on_frame(self.item, aligned.pairs, self.expected)
                if self.temporal and reference is not None:
                    self.waiting.append(reference)
                yield generated
                self.waiting.clear()
        except Exception as error:
            self.failure = error
            raise

    def _source(self) -> Iterator[Array]:
        while self.waiting:
            yield self.waiting.popleft()

    def _add(self, generated: Array, reference: Array | None) -> None:
        for measure, value in self.values(generated, reference):
            name = measure.named(self.tools.extractor_name)
            if isinstance(value, str):
                self.out.undefined.setdefault(name, value)
            else:
                self.sums[name] = self.sums.get(name, 0.0) + value
                self.counts[name] = self.counts.get(name, 0) + 1

    def _keep_temporal(self, warping: metrics.WarpingError, still: metrics.Flicker) -> None:
        found = {
            "warping_error": warping.error,
            "warping_kept": warping.kept,
            "warping_ratio": warping.ratio,
            "flicker": still.energy,
            "flicker_static": still.static,
            "flicker_ratio": still.ratio,
        }
        for measure in self.temporal:
            value = found[measure.name]
            if value is None or not math.isfinite(value):
                self.out.undefined[measure.name] = _why_no_stability(measure.name, still)
            else:
                self.out.scores[measure.name] = value

    def _finish(self, frames: int) -> None:
        if frames == 0:
            raise InputError(
                f"no frame of {self.item.generated} is shown at the time of one of "
                f"{self.item.reference}; they are not the same clip"
            )
        self.out.frames = frames
        for name, total in self.sums.items():
            count = self.counts[name]
            self.out.scores[name] = total / count
            reason = self.out.undefined.pop(name, None)
            if reason is not None:
                self.out.notes.append(f"{name}: {frames - count} of {frames} frames left out")

    def _tell(self, aligned: AlignedFrames, reader: FrameSource, other: FrameSource | None) -> None:
        notes = self.out.notes
        for count, path in (
            (aligned.only_generated, self.item.generated),
            (aligned.only_reference, self.item.reference),
        ):
            if count:
                notes.append(f"{count} frames of {path} have no counterpart in time")
        for clip, path in ((reader, self.item.generated), (other, self.item.reference)):
            if clip is None:
                continue
            if clip.broken:
                notes.append(f"{clip.broken} damaged pieces of {path} skipped")
            if clip.missing_s > _SHORTFALL_S:
                notes.append(f"{path} ends {clip.missing_s:.1f} s before its header says")


def opaque(pixels: Array, name: str) -> Array:
    """`pixels` without an alpha that hides nothing. Raises InputError for one that does."""
    colour, alpha = split_alpha(pixels) if pixels.ndim == 3 else (pixels, None)
    if alpha is None:
        return pixels
    if alpha.min() < np.iinfo(alpha.dtype).max:
        raise InputError(
            f"{name} is partly transparent, and no measure says what lies behind; "
            "lay it on a background first"
        )
    return np.ascontiguousarray(colour)


def _opaque_frame(frame: Frame, path: Any) -> Array:
    if frame.alpha is not None and frame.alpha.min() < 255:
        raise InputError(
            f"frame {frame.index} of {path} is partly transparent, and no measure says what lies "
            "behind; lay the clip on a background first"
        )
    return frame.pixels


def _why_not_finite(value: float) -> str:
    if value == math.inf:
        return "infinite: the two pictures are identical"
    return "not a number: the measure is not defined here"


def _why_no_stability(name: str, still: metrics.Flicker) -> str:
    if name.endswith("_ratio"):
        return "no ratio: the reference has none of it, or nothing could be measured"
    if name.startswith("flicker") and still.triples == 0:
        return "flicker needs at least three frames"
    if name.startswith("flicker"):
        return "nothing in the clip is static"
    return "no pixel could be followed from frame to frame"
