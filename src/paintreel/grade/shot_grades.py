"""The frames of a clip graded: every shot by what it shows, every frame by what it is to feel."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Empty, LifoQueue
from typing import TypeVar

import numpy as np

from paintreel.grade.feelings import FrameFeelings
from paintreel.grade.grader import Grader
from paintreel.grade.survey import SurveyedShot, shot_at
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import luma
from paintreel.media.frame import Frame
from paintreel.media.lut_filter import CHANGING_GRID, LutFilter
from paintreel.media.steps import FrameWork
from paintreel.pictures.colour_lut import GRID, ColourLUT, mixed
from paintreel.pictures.graded import Grade, as_bytes, grade_of, planes_of
from paintreel.pictures.grading_light import (
    LightMap,
    find_depth,
    light_map,
    light_planes,
    mixed_light,
    needs_depth,
)

__all__ = ["FrameGrader", "LutFrames"]

T = TypeVar("T")

_KEPT_SHOTS = 3
_NOTHING = 1e-4


class _Filters:
    """Filters for frames of one size, one for every thread that asks."""

    def __init__(self, *, changing: bool) -> None:
        self._changing = changing
        self._free: LifoQueue[LutFilter] = LifoQueue()
        self._size = (0, 0)

    def __call__(self, planes: list[Array], table: Array) -> list[Array]:
        size = (planes[0].shape[1], planes[0].shape[0])
        if size != self._size:
            self._size, self._free = size, LifoQueue()
        try:
            through = self._free.get_nowait()
        except Empty:
            through = LutFilter(*size, changing=self._changing)
        try:
            return through(planes, table)
        finally:
            self._free.put(through)


class _Kept:
    """The last few of what is made once a shot, for several threads."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._kept: OrderedDict[object, object] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, key: object, make: Callable[[], T]) -> T:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
                while len(self._kept) > self._count:
                    self._kept.popitem(last=False)
            return self._kept[key]  # type: ignore[return-value]


class FrameGrader(FrameWork[Array]):
    """Grades frames by a colour script.

    A frame of a feeling that changes gets the mean of the grades of its moods, each of its shot.
    Frames that nothing is felt of come back as they are.
    """

    def __init__(
        self,
        grader: Grader,
        shots: Sequence[SurveyedShot],
        feelings: FrameFeelings,
        *,
        at_once: int = 1,
    ) -> None:
        self._grader, self._shots, self._feelings = grader, shots, feelings
        self.at_once = at_once
        self._through = _Filters(changing=not feelings.steady)
        moods = max(1, len(feelings.moods))
        self._grades, self._lights = _Kept(_KEPT_SHOTS * moods), _Kept(_KEPT_SHOTS * moods)

    def begin(self, frame: Frame) -> Callable[[], Array]:
        """The frame by itself."""
        return lambda: self.graded(frame.pixels, frame.time_s)

    def push(self, frame: Frame, result: Array | None) -> Iterator[Frame]:
        """The graded frame."""
        assert result is not None  # `begin` gives one for each
        yield dataclasses.replace(frame, pixels=result)

    def shot_grade(self, index: int) -> Grade | None:
        """The grade of a shot for the mean of what its frames feel like; None for nothing."""
        moods = self._feelings.within(self._shots[index].shot)
        if sum(moods.values()) * self._grader.intensity < _NOTHING:
            return None
        return self._made(index, moods, GRID)

    def graded(self, pixels: Array, time_s: float) -> Array:
        """(H, W, 3) uint8 of the frame that is shown at a time."""
        moods = self._feelings.at(time_s)
        felt = {mood: share for mood, share in moods.items() if share > _NOTHING}
        if sum(felt.values()) * self._grader.intensity < _NOTHING:
            return pixels
        index = shot_at(self._shots, time_s)
        if self._feelings.steady:
            grade = self._grades(index, lambda: self._made(index, felt, GRID))
            table, light = grade.lut.table, self._light(index, "", grade, pixels)
            unit = grade.lut
        else:
            grades = {mood: self._grades((index, mood), self._maker(index, mood)) for mood in felt}
            tables = {mood: each.lut.table for mood, each in grades.items()}
            table = mixed([(share, tables[mood]) for mood, share in felt.items()])  # type: ignore[misc]
            light = mixed_light(
                [
                    (share, self._light(index, mood, grades[mood], pixels))
                    for mood, share in felt.items()
                ]
            )
            unit = next(iter(grades.values())).lut
        assert table is not None  # a grade is a table
        planes = self._through(planes_of(pixels, unit), table)
        return as_bytes(_under(light, planes, pixels) if self._grader.light else planes)

    def _maker(self, index: int, mood: str) -> Callable[[], Grade]:
        return lambda: self._made(index, {mood: 1.0}, CHANGING_GRID)

    def _made(self, index: int, moods: Mapping[str, float], count: int) -> Grade:
        measures = self._shots[index].measures
        grader = self._grader
        return grade_of(measures, grader.script, moods, grader.intensity, count=count)

    def _light(self, index: int, mood: str, grade: Grade, pixels: Array) -> LightMap:
        height, width = pixels.shape[:2]
        key = (index, mood, height, width)
        return self._lights(key, lambda: light_map(grade.look, height, width))


def _under(light: LightMap, planes: list[Array], pixels: Array) -> list[Array]:
    if light.is_nothing:
        return planes
    height = pixels.shape[0]
    far = None
    if needs_depth(light):
        bright = luma(pixels).astype(np.float32) / np.float32(255)
        far = find_depth(pixels).at(bright, slice(0, height), height)
    return light_planes(planes, light, slice(0, height), far)


class LutFrames(FrameWork[Array]):
    """Lays a LUT on frames."""

    def __init__(self, lut: ColourLUT, *, at_once: int = 1) -> None:
        self._lut, self.at_once = lut, at_once
        self._through = _Filters(changing=False)

    def begin(self, frame: Frame) -> Callable[[], Array]:
        """The frame by itself."""

        def step() -> Array:
            planes = planes_of(frame.pixels, self._lut)
            if self._lut.table is not None:
                planes = self._through(planes, self._lut.table)
            return as_bytes(planes)

        return step

    def push(self, frame: Frame, result: Array | None) -> Iterator[Frame]:
        """The frame through the LUT."""
        assert result is not None  # `begin` gives one for each
        yield dataclasses.replace(frame, pixels=result)
