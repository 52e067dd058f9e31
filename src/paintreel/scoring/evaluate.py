"""The measures of one file, or of one file and its reference; what a worker does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, split_alpha
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.imaging.geometry import resize
from paintreel.jobs.pair import Item
from paintreel.media.alignment import AlignedFrames
from paintreel.media.frame import Frame, FrameSource
from paintreel.metrics.table import MEASURES, FrameMeter, Measure, Scope
from paintreel.notes import Note, merge_notes
from paintreel.options import DeviceName
from paintreel.scoring.sets import SPECTRUM_BINS, SetMaterial

if TYPE_CHECKING:
    from paintreel.metrics.scene import Detector, ScenePicture, Segmenter
    from paintreel.runtime.extractor import OnnxExtractor
    from paintreel.runtime.onnx_session import OpenSession

__all__ = ["FileScores", "Networks", "OnFrame", "ScoreTask", "evaluate", "material_alone"]

_SHORTFALL_S = 0.5
"""A clip that ends this much before its header says is called cut off."""
_CHANGED_PIXELS = frozenset({"tone-mapped", "frames-fitted", "colours-converted"})
"""Kinds of notes of what a reader has done to pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTask:
    """What is done with every file; goes to each worker process.

    measures    names of `MEASURES`
    resize      bring the scored picture to the size of its reference, instead of an error
    extractor   ONNX file of the network behind perceptual, fd and kd
    detector    ONNX file of a YOLO or R-CNN that finds the elements of scene measures
    segmenter   ONNX file of a network that finds their regions
    device      what these run on, a name of `runtime.devices`
    max_pixels  larger pictures and frames are refused unread; None: what readers refuse
    gather      keep features and spectra of the scored side, whatever the measures are
    """

    measures: tuple[str, ...]
    resize: bool = False
    extractor: str | None = None
    detector: str | None = None
    segmenter: str | None = None
    device: DeviceName = "cpu"
    max_pixels: int | None = None
    gather: bool = False

    def of_scope(self, scope: Scope) -> tuple[Measure, ...]:
        """Its measures of one scope."""
        return tuple(MEASURES[name] for name in self.measures if MEASURES[name].scope == scope)

    @property
    def compares(self) -> bool:
        """Whether a file is compared with its reference, and not sets alone."""
        single = (MEASURES[name] for name in self.measures if MEASURES[name].scope != "set")
        return any(m.needs_reference or m.scope == "clip" for m in single)


class Networks:
    """The networks of a task, loaded once in each process."""

    def __init__(self, task: ScoreTask, *, threads: int | None = None) -> None:
        """Raises UnreadableFile and the like for a file that is no such network."""
        self.extractor: OnnxExtractor | None = None
        self.detector: Detector | None = None
        self.segmenter: Segmenter | None = None
        self._opened: list[OpenSession] = []
        if task.extractor is not None:
            from paintreel.runtime.extractor import OnnxExtractor

            self.extractor = OnnxExtractor(task.extractor, threads=threads, device=task.device)
            self._opened.append(self.extractor.network)
        if task.detector is not None:
            from paintreel.runtime.rcnn import open_detector

            detector = open_detector(task.detector, threads=threads, device=task.device)
            self.detector = detector
            self._opened.append(detector.network)
        if task.segmenter is not None:
            from paintreel.runtime.segmenter import OnnxSegmenter

            segmenter = OnnxSegmenter(task.segmenter, threads=threads, device=task.device)
            self.segmenter = segmenter
            self._opened.append(segmenter.network)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Where the device that was asked for could not be had, or has failed since."""
        return merge_notes(note for network in self._opened for note in network.notes)

    @property
    def is_on_processor(self) -> bool:
        """Whether none of them runs on an accelerator."""
        return all(network.device == "cpu" for network in self._opened)

    def take_notes(self) -> tuple[Note, ...]:
        """Those of what has happened since this was asked for the last time."""
        return tuple(note for network in self._opened for note in network.take_notes())

    @property
    def extractor_name(self) -> str | None:
        return self.extractor.name if self.extractor else None


@dataclass(slots=True)
class FileScores:
    """What was measured of one file.

    scores      measure -> value, finite; a clip's are means over its frames
    undefined   measure -> why it has no value here
    notes       what a reader should know of this file
    frames      frames scored of a clip, None for a picture
    error       why the file could not be scored at all, None when it was
    generated, reference   what the measures of sets need of either side
    vector      mean feature vector (D,) of the scored side, once those let go of theirs
    """

    item: Item
    scores: dict[str, float] = field(default_factory=dict)
    undefined: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    frames: int | None = None
    error: str | None = None
    generated: SetMaterial = field(default_factory=SetMaterial)
    reference: SetMaterial = field(default_factory=SetMaterial)
    vector: Array | None = None


OnFrame = Callable[[Item, int, int | None], None]
"""Called with the clip, the frames done, and how many there are about."""


def evaluate(
    item: Item, task: ScoreTask, networks: Networks, on_frame: OnFrame | None = None
) -> FileScores:
    """Score one file. Raises what reading it raises, InputError for sizes that differ."""
    if item.kind == "clip":
        return _Clip(item, task, networks, on_frame).scored()
    return _Picture(item, task, networks).scored()


def material_alone(item: Item, task: ScoreTask, networks: Networks) -> SetMaterial:
    """What the measures of sets need of a file that has no counterpart."""
    alone = Item(item.name, item.generated, None, item.kind)
    sets_only = ScoreTask(
        measures=tuple(m.name for m in task.of_scope("set")),
        max_pixels=task.max_pixels,
        gather=task.gather,
    )
    return evaluate(alone, sets_only, networks).generated


class _File:
    """What pictures and clips have in common: the measures of one picture."""

    def __init__(self, item: Item, task: ScoreTask, networks: Networks) -> None:
        self.item, self.task, self.networks = item, task, networks
        self.out = FileScores(item)
        self.measures = task.of_scope("picture")
        sets = task.of_scope("set")
        self.of_spectra = tuple(m.name for m in sets if m.takes == "spectra")
        self.keeps_spectra = task.gather or bool(self.of_spectra)
        self.keeps_features = task.gather or any(m.needs_extractor for m in sets)
        self.needs_reference = task.compares or bool(sets)

    def _tell(self, path: Path | None, notes: Iterable[Note]) -> None:
        """Say what was done to the pixels of a file before they were measured."""
        told = (note for note in notes if note.kind in _CHANGED_PIXELS)
        self.out.notes += [f"{path}: {note}" for note in told]

    def sizes_agree(self, size: tuple[int, int], wanted: tuple[int, int]) -> bool:
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
        from paintreel.metrics.spectrum import radial_spectrum

        for picture, side in ((generated, self.out.generated), (reference, self.out.reference)):
            if picture is None:
                continue
            if self.keeps_spectra:
                try:
                    side.spectra.append(radial_spectrum(picture, bins=SPECTRUM_BINS))
                except InputError as error:  # smaller than 64 px
                    self.out.undefined |= dict.fromkeys(self.of_spectra, str(error))
            if self.keeps_features:
                side.features.append(self._features(picture))

    def _features(self, picture: Array) -> Array:
        from paintreel.metrics.extractors import picture_vector

        extractor = self.networks.extractor
        assert extractor is not None  # select_measures asks for one
        return picture_vector(extractor, picture)

    def values(
        self, generated: Array, reference: Array | None
    ) -> Iterator[tuple[str, float | str]]:
        """The name in results of every measure of one picture, with its value or why it has none.

        Raises nothing for a measure that is not defined here.
        """
        call = _Calls(generated, reference, self.networks)
        for measure in self.measures:
            name = measure.named(self.networks.extractor_name)
            try:
                value = call(measure)
            except InputError as error:
                yield name, str(error)
            else:
                yield name, value if math.isfinite(value) else _why_not_finite(value)


class _Calls:
    """Calls measures of one picture, each as its row says."""

    def __init__(self, generated: Array, reference: Array | None, networks: Networks) -> None:
        self.generated, self.reference, self.networks = generated, reference, networks
        self._scene: ScenePicture | None = None

    def __call__(self, measure: Measure) -> float:
        if measure.takes == "picture":
            return float(measure.call(self.generated))
        if measure.takes == "scene":
            return float(measure.call(self._scene_picture()))
        if measure.takes == "pair":
            return float(measure.call(self.generated, self.reference))
        if measure.takes == "pair+extractor":
            return float(measure.call(self.generated, self.reference, self.networks.extractor))
        raise AssertionError(f"{measure.name} takes {measure.takes}, which is no picture")

    def _scene_picture(self) -> ScenePicture:
        """One for all measures of the picture: its elements and regions are found once."""
        from paintreel.metrics.scene import ScenePicture

        if self._scene is None:
            self._scene = ScenePicture(
                self.generated,
                detector=self.networks.detector,
                segmenter=self.networks.segmenter,
            )
        return self._scene


class _Picture(_File):
    """Scores a picture."""

    def scored(self) -> FileScores:
        generated, profile = self._read(self.item.generated)
        reference = None
        if self.item.reference is not None and self.needs_reference:
            reference, other_profile = self._read(self.item.reference)
            if profile != other_profile:
                self.out.notes.append("the two have different colour profiles; compared as stored")
        self.gather(generated, reference)
        if reference is not None and self.task.compares:
            generated, reference = self._fitted(generated, reference)
        for name, value in self.values(generated, reference):
            if isinstance(value, str):
                self.out.undefined[name] = value
            else:
                self.out.scores[name] = value
        return self.out

    def _read(self, path: Path) -> tuple[Array, bytes | None]:
        picture = read_picture(path, max_pixels=self.task.max_pixels or DEFAULT_MAX_PIXELS)
        self._tell(path, picture.notes)
        return opaque(picture.pixels, str(path)), picture.icc

    def _fitted(self, generated: Array, reference: Array) -> tuple[Array, Array]:
        """Both in one layout and size."""
        if generated.ndim != reference.ndim:
            generated, reference = split_alpha(generated)[0], split_alpha(reference)[0]
        height, width = reference.shape[:2]
        if self.sizes_agree((generated.shape[1], generated.shape[0]), (width, height)):
            return generated, reference
        return resize(generated, width, height), reference


class _Clip(_File):
    """Scores a clip: every pair of frames goes through the measures of pictures, whose mean
    counts, and is fed to those over time."""

    def __init__(
        self, item: Item, task: ScoreTask, networks: Networks, on_frame: OnFrame | None = None
    ) -> None:
        super().__init__(item, task, networks)
        self.on_frame = on_frame
        self.over_time = _OverTime(task.of_scope("clip"))
        self.sums: dict[str, float] = {}
        self.counts: dict[str, int] = {}

    def scored(self) -> FileScores:
        from paintreel.media.clip import MAX_FRAME_PIXELS
        from paintreel.media.reader import read_frames

        limit = self.task.max_pixels or MAX_FRAME_PIXELS
        with ExitStack() as files:

            def frames_of(path: Path, size: tuple[int, int] | None = None) -> FrameSource:
                source: FrameSource = read_frames(path, size=size, max_pixels=limit)
                return files.enter_context(source)

            reader = frames_of(self.item.generated)
            other = None
            if self.item.reference is not None and self.needs_reference:
                other = frames_of(self.item.reference)
            if other is not None and self.task.compares:
                size = other.width, other.height
                if not self.sizes_agree((reader.width, reader.height), size):
                    reader = frames_of(self.item.generated, size)
            aligned = AlignedFrames(reader, other)
            for frame, counterpart in aligned:
                self._add(frame, counterpart)
                if self.on_frame:
                    self.on_frame(self.item, aligned.pairs, reader.info.expected_frames)
            self._note_gaps(aligned, reader, other)
        self._finish(aligned.pairs)
        return self.out

    def _add(self, frame: Frame, counterpart: Frame | None) -> None:
        generated = _opaque_frame(frame, self.item.generated)
        reference = None
        if counterpart is not None and self.item.reference is not None:
            reference = _opaque_frame(counterpart, self.item.reference)
        self.gather(generated, reference)
        for name, value in self.values(generated, reference):
            if isinstance(value, str):
                self.out.undefined.setdefault(name, value)
            else:
                self.sums[name] = self.sums.get(name, 0.0) + value
                self.counts[name] = self.counts.get(name, 0) + 1
        self.over_time.update(generated, reference)

    def _finish(self, frames: int) -> None:
        if frames == 0:
            raise InputError(
                f"no frame of {self.item.generated} is shown at the time of one of "
                f"{self.item.reference}; they are not the same clip"
            )
        self.out.frames = frames
        for name, value in self.over_time.scores().items():
            if isinstance(value, str):
                self.out.undefined[name] = value
            else:
                self.out.scores[name] = value
        for name, total in self.sums.items():
            count = self.counts[name]
            self.out.scores[name] = total / count
            reason = self.out.undefined.pop(name, None)
            if reason is not None:
                self.out.notes.append(f"{name}: {frames - count} of {frames} frames left out")

    def _note_gaps(
        self, aligned: AlignedFrames, reader: FrameSource, other: FrameSource | None
    ) -> None:
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
            self._tell(path, clip.notes())


class _OverTime:
    """The measures of a clip, fed frame by frame; rows that one class computes share it."""

    def __init__(self, measures: tuple[Measure, ...]) -> None:
        self.measures = measures
        self.meters: dict[str, FrameMeter] = {m.computes or m.function: m.call() for m in measures}
        self.undefined: dict[str, str] = {}

    def update(self, generated: Array, reference: Array | None) -> None:
        """Feed the next pair. A class that refuses it is fed no more, and has no scores."""
        for computes, meter in self.meters.items():
            if computes not in self.undefined:
                try:
                    meter.update(generated, reference)
                except InputError as error:
                    self.undefined[computes] = str(error)

    def scores(self) -> dict[str, float | str]:
        """Measure -> value, or why it has none."""
        scores: dict[str, float | str] = {}
        for measure in self.measures:
            computes = measure.computes or measure.function
            if computes in self.undefined:
                scores[measure.name] = self.undefined[computes]
                continue
            try:
                scores[measure.name] = self.meters[computes].scores()[measure.name]
            except InputError as error:  # too few frames
                scores[measure.name] = str(error)
        return scores


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


def _opaque_frame(frame: Frame, path: Path) -> Array:
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
