"""What one call of `emotion` asks: files of every kind, each with its answer and its results."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paintreel.audio.sound import SOUND_SUFFIXES, holds_sound
from paintreel.emotion.options import EmotionOptions
from paintreel.emotion.tables import (
    EmotionAnswer,
    is_answer_table,
    is_subtitles,
    is_timeline,
    subtitles,
)
from paintreel.emotions.finding import find_emotions, model_of
from paintreel.errors import InputError
from paintreel.jobs.find import is_known, visible_files
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.machine import on_machine
from paintreel.jobs.place import check_picture_suffix
from paintreel.jobs.reports import check_apart, check_is_named, check_report, write_text
from paintreel.jobs.run import Batch
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import is_sheet
from paintreel.runtime.emotion_timeline import write_timeline
from paintreel.wording import some_of

__all__ = ["Performances", "plan_emotion"]

_NAMED = 5
_SIDE_FILES = {
    "timeline": (".json", is_timeline),
    "srt": (".srt", is_subtitles),
}
"""Option -> suffix, and what tells an earlier result."""


@dataclass(frozen=True, slots=True)
class Performances:
    """The run, and the answers that it gathers.

    batch    its jobs, one a file
    threads  of the network
    answers  of the files that could be answered, filled as the jobs are done
    """

    batch: Batch
    threads: int = 1
    answers: dict[Path, EmotionAnswer] = field(default_factory=dict)

    def in_order(self) -> list[EmotionAnswer]:
        """The answers so far, in the order of the inputs."""
        paths = (Path(job.name) for job in self.batch.jobs)
        return [self.answers[path] for path in paths if path in self.answers]


def plan_emotion(options: EmotionOptions) -> Performances:
    """What a call asks. Raises InputError, OutputError and the errors of models before the work."""
    notes: list[Note] = []
    files = _files(options.inputs, notes)
    if options.plot is not None:
        files = [path for path in files if not _is_chart(path, options.plot)]
    if not files:
        raise InputError(f"{' '.join(options.inputs)} holds no clip, sound or picture")
    beside = _side_files(options, files)
    _check_results(options, files, beside)
    model = model_of(options.judging)

    def asker(path: Path) -> Callable[[Progress], Report]:
        def ask(progress: Progress) -> Report:
            found = find_emotions(
                path, options.judging, on_progress=progress.on_frame, cancel=progress.cancel
            )
            places = beside.get(path, {})
            if (place := places.get("timeline")) is not None:
                write_timeline(place, found.timeline, overwrite=True)
            if (place := places.get("srt")) is not None:
                write_text(place, subtitles(found))
            return Report(found.notes, EmotionAnswer(path, found))

        return ask

    # Side files are no results of a job: another name for them would not do.
    jobs = tuple(Job(str(path), (), asker(path), "clip") for path in files)
    batch = Batch(jobs, workers=1, verb_done="answered", notes=tuple(notes))
    return Performances(on_machine(batch, [model.model]), options.threads or 1)


def _files(inputs: Iterable[str], notes: list[Note]) -> list[Path]:
    """What is named, and what folders and patterns hold: pictures, clips and sounds, each once."""
    found: list[Path] = []
    for text in inputs:
        path = Path(text)
        if path.is_dir():
            found += _in_folder(path, notes)
        elif not path.exists() and glob.has_magic(text):
            # Not Path.glob: it takes no absolute patterns and finds hidden files.
            matches = [Path(match) for match in sorted(glob.glob(text, recursive=True))]  # noqa: PTH207
            if not matches:
                raise InputError(f"no file matches {text}")
            found += [match for match in matches if match.is_file()]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _in_folder(folder: Path, notes: list[Note]) -> list[Path]:
    taken: list[Path] = []
    others: list[Path] = []
    for path in visible_files(folder):
        fits = path.suffix.lower() in SOUND_SUFFIXES or is_known(path) or holds_sound(path)
        (taken if fits else others).append(path)
    if others:
        names = some_of((path.name for path in others), _NAMED)
        notes.append(Note("others-left-out", f"left out, no clip, sound or picture: {names}"))
    if not taken:
        raise InputError(f"{folder} holds no clip, sound or picture")
    return taken


def _side_files(
    options: EmotionOptions, files: Sequence[Path]
) -> Mapping[Path, Mapping[str, Path]]:
    """File -> {option: where its timeline, and its subtitles, go}."""
    places: dict[Path, dict[str, Path]] = {path: {} for path in files}
    for name, (suffix, _) in _SIDE_FILES.items():
        given = getattr(options, name)
        if given is None:
            continue
        check_is_named(given, name)
        out = Path(given)
        if len(files) == 1 and out.suffix and not out.is_dir():
            if out.suffix.lower() != suffix:
                raise InputError(f"--{name} is {given}, expected a name that ends in {suffix}")
            places[files[0]][name] = out
            continue
        if out.suffix.lower() == suffix:
            raise InputError(
                f"--{name} names one file for {len(files)} inputs; give a folder, for one each"
            )
        for path in files:
            places[path][name] = out / f"{path.stem}{suffix}"
        if len({places[path][name] for path in files}) < len(files):
            raise InputError(f"--{name} {given}: several inputs have one name; run them apart")
    return places


def _check_results(
    options: EmotionOptions, files: Sequence[Path], beside: Mapping[Path, Mapping[str, Path]]
) -> None:
    """Raise InputError and OutputError for results that cannot be, or would replace something."""
    sides = [place for places in beside.values() for place in places.values()]
    check_apart([options.csv, options.json, options.plot, *sides])
    check_report(options.json, files, is_printed=True)
    check_report(options.csv, files, what="table", is_ours=is_answer_table, is_printed=True)
    if options.plot is not None:
        check_picture_suffix(Path(options.plot))
        check_report(options.plot, files, what="chart", is_ours=is_sheet)
    for places in beside.values():
        for name, place in places.items():
            is_ours = (lambda path: True) if options.overwrite else _SIDE_FILES[name][1]
            check_report(place, files, what=name, is_ours=is_ours)


def _is_chart(path: Path, plot: str) -> bool:
    """Whether an input is the chart of an earlier run, in the folder that it is of."""
    try:
        return path.samefile(plot) and is_sheet(path)
    except OSError:
        return False
