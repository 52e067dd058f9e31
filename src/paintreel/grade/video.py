"""Grade every frame of a clip or animation."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from paintreel.errors import InputError
from paintreel.grade.feelings import check_felt, frame_feelings
from paintreel.grade.grader import Grader
from paintreel.grade.shot_grades import FrameGrader, LutFrames
from paintreel.grade.survey import SurveyedShot, survey_shots
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.frame import Frame
from paintreel.media.length import check_length
from paintreel.media.readings import OnProgress, Readings
from paintreel.media.steps import FrameWork
from paintreel.notes import Note
from paintreel.runtime.colour_script import check_feeling
from paintreel.runtime.emotion_timeline import EmotionTimeline, check_timeline, read_timeline
from paintreel.runtime.system import usable_cores
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import GradeClipKeywords
    from paintreel.media.video import VideoReport

__all__ = ["grade_video", "grader_of", "timeline_of"]

_OF_GRADER = ("intensity", "light", "script")
_MOST_AT_ONCE = 4

OnShots = Callable[[FrameGrader, list[SurveyedShot]], None]


@takes_options("grade", "grade_video")
def grade_video(
    src: str | PathLike[str],
    dst: str | PathLike[str],
    *,
    emotion: str | Mapping[str, float] | None = None,
    timeline: EmotionTimeline | str | PathLike[str] | None = None,
    lut: Any = None,
    grader: Grader | None = None,
    loop: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
    on_shots: OnShots | None = None,
    **options: Unpack[GradeClipKeywords],
) -> VideoReport:
    """Grade the clip `src` into `dst`; timestamps, sound and size are kept.

    src, dst     files; the suffix of `dst` chooses the container, codec "png" writes a folder
    emotion      a name, or {emotion: share}
    timeline     emotions over time instead: rows (seconds, {emotion: share}), or a JSON file
    lut          a `ColourLUT`, or the path of a .cube or CDL, to apply instead
    grader       a loaded `Grader`, which takes the place of intensity, light and script
    loop         how often an animation plays, 0 for ever; None: as the source
    on_progress  called after each frame with (frames done, frames expected or None)
    cancel       set to stop before the next frame: CancelledError of `concurrent.futures`
    on_shots     called with the work on frames and the shots, before the first frame

    The clip is read twice: for its shots and what they measure, and for its frames. Intensity 0
    gives the frames of the source. Raises UnreadableFile, VideoError and OutputError beside the
    errors of `Grader`; InputError for what does not go together.
    """
    from paintreel.media.encoding_settings import EncodingSettings
    from paintreel.media.video import transform_video

    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    grader = grader_of(grader, given, emotion=emotion, timeline=timeline, lut=lut)
    if emotion is not None:
        check_feeling(emotion)
    limit = check_length(Path(src), cast("int | None", given.pop("max_frames", None)))
    at_once = min(_MOST_AT_ONCE, usable_cores())
    notes: list[Note] = list(grader.notes)

    readings = 1
    told = Readings(on_progress, src, limit)
    work: FrameWork[Any]
    if grader.intensity == 0:
        work = _Untouched()
    elif grader.lut is not None:
        work = LutFrames(grader.weakened(grader.lut), at_once=at_once)
    else:
        readings = 2
        told = Readings(on_progress, src, limit, parts=readings)
        most = given.get("max_pixels") or MAX_FRAME_PIXELS
        shots = survey_shots(src, max_pixels=most, on_progress=told.reading(), cancel=cancel)
        felt = timeline_of(timeline, emotion)
        feelings = frame_feelings(felt, [each.shot for each in shots])
        work = FrameGrader(grader, shots, feelings, at_once=at_once)
        notes += feelings.notes
        if on_shots is not None:
            on_shots(work, shots)
    report = transform_video(
        src,
        dst,
        work,
        loop=loop,
        on_progress=told.reading(readings - 1),
        cancel=cancel,
        encoding=EncodingSettings.taken_from(given),
        **cast("Any", given),
    )
    if grader.intensity == 0:
        notes += _not_as_it_was(Path(src), report)
    return dataclasses.replace(report, notes=(*dict.fromkeys(notes), *report.notes))


def _not_as_it_was(src: Path, report: VideoReport) -> list[Note]:
    """What of a lossless clip is stored otherwise though nothing of it was to be changed."""
    from paintreel.media.encoding import is_lossless
    from paintreel.media.probe import probe

    info = probe(src)
    if not is_lossless(info.codec):
        return []
    if not is_lossless(report.encoder):
        text = f"{info.codec} of the source is without loss, {report.encoder} is not: --codec ffv1"
        return [Note("lossless-lost", f"{text} into .mkv keeps every frame", loss=True)]
    if report.pixel_format == info.pixel_format:
        return []
    text = f"{info.pixel_format} of the source is stored as {report.pixel_format}"
    return [Note("pixel-format-changed", f"{text}, in which its frames are the same")]


def grader_of(
    grader: Grader | None,
    given: dict[str, Any],
    *,
    emotion: str | Mapping[str, float] | None,
    timeline: Any,
    lut: Any,
) -> Grader:
    """The loaded grader, or one made of the options that are taken out of `given`.

    Raises InputError where there is not just one thing to grade by, and for a LUT beside a grader
    that has another or none.
    """
    of_grader = {name: given.pop(name) for name in _OF_GRADER if name in given}
    if grader is not None and of_grader:
        raise InputError(f"{sorted(of_grader)} belong to the Grader that is loaded already")
    if grader is not None and lut is not None and lut is not grader.lut:
        raise InputError("lut belongs to the Grader that is loaded already: Grader(lut=...)")
    if grader is not None:
        lut = grader.lut
    ways = {"emotion": emotion, "timeline": timeline, "lut": lut}
    asked = [name for name, value in ways.items() if value is not None]
    if len(asked) != 1:
        got = " and ".join(asked) or "none"
        raise InputError(f"a clip is graded by an emotion, a timeline or a LUT; got {got}")
    return Grader(lut=lut, **of_grader) if grader is None else grader


def timeline_of(
    timeline: EmotionTimeline | str | PathLike[str] | None,
    emotion: str | Mapping[str, float] | None,
) -> list[tuple[float, dict[str, float]]]:
    """Emotions over time, checked. Raises InputError and UnreadableFile, which name the entry."""
    if timeline is None:
        assert emotion is not None  # one of them is there
        shares = {emotion: 1.0} if isinstance(emotion, str) else dict(emotion)
        return check_timeline([(0.0, shares)], name="emotion")
    if isinstance(timeline, (str, PathLike)):
        checked, name = read_timeline(timeline), str(timeline)
    else:
        checked, name = check_timeline(timeline), "timeline"
    check_felt(checked, name)
    return checked


class _Untouched(FrameWork[None]):
    """Frames as they are."""

    def push(self, frame: Frame, result: None) -> Any:
        """The frame."""
        yield frame
