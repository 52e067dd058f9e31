"""The frames of a clip graded: every shot by what it shows, every frame by what it is to feel."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from queue import Empty, LifoQueue
from typing import TypeVar

from paintreel.grade.feelings import FrameFeelings
from paintreel.grade.grader import Grader
from paintreel.grade.survey import SurveyedShot
from paintreel.imaging.arrays import Array
from paintreel.media.frame import Frame
from paintreel.media.lut_filter import CHANGING_GRID
from paintreel.media.shots import ShotTimes
from paintreel.media.steps import FrameWork
from paintreel.pictures.banded_grade import BandedGrade
from paintreel.pictures.colour_lut import GRID, ColourLUT, mixed
from paintreel.pictures.grading_light import LightMap, light_map, mixed_light
from paintreel.pictures.still_grade import Grade, grade_of

__all__ = ["FrameGrader", "LutFrames"]

T = TypeVar("T")

_KEPT_SHOTS = 3
_NOTHING = 1e-4


class _Bands:
    """What grades frames of one size, one for every thread that asks."""

    def __init__(self, *, changing: bool) -> None:
        self._changing = changing
        self._free: LifoQueue[BandedGrade] = LifoQueue()

    def __call__(self, pixels: Array, lut: ColourLUT, light: LightMap | None = None) -> Array:
        size = (pixels.shape[1], pixels.shape[0])
        try:
            bands = self._free.get_nowait()
        except Empty:
            bands = BandedGrade(*size, changing=self._changing)
        if bands.size != size:
            bands = BandedGrade(*size, changing=self._changing)
        try:
            return bands(pixels, lut, light)
        finally:
            self._free.put(bands)


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
        self._times = ShotTimes(each.shot for each in shots)
        self.at_once = at_once
        self._through = _Bands(changing=not feelings.steady)
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
        index = self._times.at(time_s)
        if self._feelings.steady:
            grade = self._grades(index, lambda: self._made(index, felt, GRID))
            return self._through(pixels, grade.lut, self._light(index, "", grade, pixels))
        grades = {mood: self._grades((index, mood), self._maker(index, mood)) for mood in felt}
        tables = [(share, grades[mood].lut.table) for mood, share in felt.items()]
        lights = [
            (share, self._light(index, mood, grades[mood], pixels)) for mood, share in felt.items()
        ]
        lut = ColourLUT(mixed(tables))  # type: ignore[arg-type]  # a grade is a table
        return self._through(pixels, lut, _mixed_light(lights))

    def _maker(self, index: int, mood: str) -> Callable[[], Grade]:
        return lambda: self._made(index, {mood: 1.0}, CHANGING_GRID)

    def _made(self, index: int, moods: Mapping[str, float], count: int) -> Grade:
        measures = self._shots[index].measures
        grader = self._grader
        return grade_of(measures, grader.script, moods, grader.intensity, count=count)

    def _light(self, index: int, mood: str, grade: Grade, pixels: Array) -> LightMap | None:
        if not self._grader.light:
            return None
        height, width = pixels.shape[:2]
        key = (index, mood, height, width)
        return self._lights(key, lambda: light_map(grade.look, height, width))


def _mixed_light(parts: list[tuple[float, LightMap | None]]) -> LightMap | None:
    there = [(share, light) for share, light in parts if light is not None]
    return mixed_light(there) if there else None


class LutFrames(FrameWork[Array]):
    """Lays a LUT on frames."""

    def __init__(self, lut: ColourLUT, *, at_once: int = 1) -> None:
        self._lut, self.at_once = lut, at_once
        self._through = _Bands(changing=False)

    def begin(self, frame: Frame) -> Callable[[], Array]:
        """The frame by itself."""
        return lambda: self._through(frame.pixels, self._lut)

    def push(self, frame: Frame, result: Array | None) -> Iterator[Frame]:
        """The frame through the LUT."""
        assert result is not None  # `begin` gives one for each
        yield dataclasses.replace(frame, pixels=result)
