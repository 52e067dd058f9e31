"""What one call of `grade` makes: pictures and clips, and the tables of the grade."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

from paintreel.errors import InputError
from paintreel.grade.feelings import check_felt, mean_feeling
from paintreel.grade.grader import GREY_MODES, Grader
from paintreel.grade.options import GradeOptions
from paintreel.grade.shot_grades import FrameGrader
from paintreel.grade.survey import SurveyedShot
from paintreel.grade.tables import Tables
from paintreel.grade.video import grade_video
from paintreel.imaging.files import (
    DEFAULT_MAX_PIXELS,
    check_writable,
    read_picture,
    write_picture,
)
from paintreel.jobs.clip_run import clip_keywords
from paintreel.jobs.credits import with_credits
from paintreel.jobs.job import HasNotes, Job, Progress, Report
from paintreel.jobs.place import Placement, place_results
from paintreel.jobs.run import Batch
from paintreel.media.encoding import check_settings
from paintreel.notes import Note
from paintreel.pictures.colour_lut import ColourLUT
from paintreel.runtime.emotion_timeline import EmotionTimeline, read_timeline

__all__ = ["plan_grade"]


@dataclasses.dataclass(frozen=True, slots=True)
class _GradeAsked:
    """What a call grades by.

    timeline  emotions over time; None where one emotion or a LUT is given
    moods     of pictures
    notes     of what stands in, for pictures
    """

    options: GradeOptions
    grader: Grader
    timeline: EmotionTimeline | None
    moods: Mapping[str, float]
    notes: tuple[Note, ...]
    tables: Tables


def plan_grade(options: GradeOptions) -> Batch:
    """The jobs of a call. Raises InputError, OutputError, UnreadableFile and those of `Grader`."""
    asked, told = _asked(options)
    notes: list[Note] = []
    placements = place_results(
        options.inputs, options.output, label="graded", codec=options.codec, notes=notes
    )
    for dst in {each.dst.suffix: each.dst for each in placements if each.kind == "clip"}.values():
        check_settings(dst, options.encoding)
    if asked.tables.files:
        if len(placements) > 1:
            raise InputError(
                f"every picture has a grade of its own: --lut and --cdl are written for one input, "
                f"got {len(placements)}"
            )
        asked.tables.check_free(overwrite=options.overwrite or options.update)
    several = len(options.inputs) > 1 or len(placements) > 1 or Path(options.inputs[0]).is_dir()
    jobs = tuple(_job(each, asked) for each in placements)
    batch = Batch(jobs, skips_done=several, workers=2, verb_done="graded", notes=(*told, *notes))
    if not options.credits:
        return batch
    cards = [] if asked.grader.card is None else [asked.grader.card]
    return with_credits(batch, cards, output=options.output, report=options.json)


def _asked(options: GradeOptions) -> tuple[_GradeAsked, tuple[Note, ...]]:
    """What is asked for, and notes that are told once."""
    paths = [None if each is None else Path(each) for each in (options.lut, options.cdl)]
    if not options.has_feeling:
        if None not in paths:
            raise InputError("--lut and --cdl are both given, and no emotion; apply one of them")
        grader = Grader(lut=options.lut or options.cdl, intensity=options.intensity)
        return _GradeAsked(options, grader, None, {}, (), Tables(None, None)), ()
    tables = Tables(*paths)
    grader = Grader(
        options.emotion,
        intensity=options.intensity,
        light=options.light,
        script=options.script,
    )
    timeline: EmotionTimeline | None = None
    notes: tuple[Note, ...] = ()
    if options.timeline is not None:
        timeline = read_timeline(options.timeline)
        check_felt(timeline, options.timeline)
    if options.from_clip is not None:
        from paintreel.grade.performance import emotions_of_clip

        timeline, notes = emotions_of_clip(options.from_clip)
    if timeline is None:
        return _GradeAsked(options, grader, None, grader.moods, grader.notes, tables), notes
    moods, of_mean = mean_feeling(timeline)
    return _GradeAsked(options, grader, timeline, moods, of_mean, tables), notes


def _job(placement: Placement, asked: _GradeAsked) -> Job:
    outputs = [placement.dst]
    make = _clip_maker if placement.kind == "clip" else _picture_maker
    if placement.kind == "picture":  # how many tables a clip has, its shots say
        outputs += asked.tables.files
    sources = [placement.src]
    sources += [Path(each) for each in (asked.options.timeline, asked.options.from_clip) if each]
    if asked.grader.lut is not None:
        sources.append(Path(asked.options.lut or asked.options.cdl or ""))
    return Job(
        str(placement.src),
        tuple(outputs),
        make(placement, asked),
        placement.kind,
        tuple(sources),
    )


def _picture_maker(placement: Placement, asked: _GradeAsked) -> Callable[[Progress], HasNotes]:
    src, dst = placement.src, placement.dst
    grader, options = asked.grader, asked.options

    def make(progress: Progress) -> Report:
        picture = read_picture(src, max_pixels=options.max_pixels or DEFAULT_MAX_PIXELS)
        height, width = picture.pixels.shape[:2]
        check_writable(dst, width, height)
        grey = picture.mode in GREY_MODES
        graded, grade = grader.grade_with(picture.pixels, asked.moods, grey=grey)
        of_layout = grader.notes_of(picture.pixels, grey=grey)
        of_layout = tuple(note for note in of_layout if note not in grader.notes)
        notes = [*picture.notes, *asked.notes, *of_layout]
        if progress.wants(dst):
            result = dataclasses.replace(picture, pixels=graded)
            notes += write_picture(dst, result, overwrite=progress.overwrite)
        if asked.tables.files:
            lut = grader.untouched if grade is None else grade.lut
            notes += asked.tables.write(lut, overwrite=progress.overwrite or progress.resumes)
        return Report(tuple(notes))

    return make


def _clip_maker(placement: Placement, asked: _GradeAsked) -> Callable[[Progress], HasNotes]:
    options, grader = asked.options, asked.grader

    def make(progress: Progress) -> HasNotes:
        luts: list[tuple[float, ColourLUT]] = []

        def on_shots(work: FrameGrader, shots: list[SurveyedShot]) -> None:
            if not asked.tables.files:
                return
            for index, each in enumerate(shots):
                grade = work.shot_grade(index)
                if grade is not None:
                    luts.append((each.shot.start_s, grade.lut))

        report = grade_video(
            placement.src,
            placement.dst,
            emotion=options.emotion if asked.timeline is None else None,
            timeline=asked.timeline,
            lut=grader.lut,
            grader=grader,
            on_shots=on_shots,
            **clip_keywords(options, progress),
        )
        if not asked.tables.files:
            return report
        notes = asked.tables.write_shots(luts, overwrite=options.overwrite or options.update)
        return dataclasses.replace(report, notes=(*report.notes, *notes))

    return make
