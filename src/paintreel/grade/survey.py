"""What the shots of a clip measure: each is graded by itself, and as one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike

from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.frame import Frame
from paintreel.media.shots import ClipShot, ShotTimes, find_shots
from paintreel.pictures.colour_measures import ColourMeasures, mean_measures, measure_colour

__all__ = ["SurveyedShot", "survey_shots"]

_EVERY_S = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class SurveyedShot:
    """A shot and the mean of what its frames measure."""

    shot: ClipShot
    measures: ColourMeasures


def survey_shots(
    path: str | PathLike[str],
    *,
    max_pixels: int = MAX_FRAME_PIXELS,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> list[SurveyedShot]:
    """The shots of a clip, one at least, measured twice a second. Raises what `find_shots` does."""
    seen: list[tuple[float, ColourMeasures]] = []

    def look(frame: Frame, begins: bool) -> None:
        if begins or not seen or frame.time_s - seen[-1][0] >= _EVERY_S:
            seen.append((frame.time_s, measure_colour(frame.pixels)))

    shots = find_shots(
        path, max_pixels=max_pixels, on_progress=on_progress, cancel=cancel, look=look
    )
    times = ShotTimes(shots)
    of_shot: list[list[ColourMeasures]] = [[] for _ in shots]
    for time_s, measures in seen:
        of_shot[times.at(time_s)].append(measures)
    return [
        SurveyedShot(shot, mean_measures(found)) for shot, found in zip(shots, of_shot, strict=True)
    ]
