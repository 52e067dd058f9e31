"""What is found out before anything is heard or drawn; jobs that leave nothing where they fail."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from paintreel.character.acted import paint_scene
from paintreel.character.grounds import named_ground, open_ground
from paintreel.character.options import CharacterOptions
from paintreel.errors import InputError, OutputError
from paintreel.imaging.atomic import check_takes_files
from paintreel.imaging.files import IMAGE_SUFFIXES
from paintreel.jobs.job import HasNotes, Job, Progress, Report, is_there
from paintreel.media.codecs import suffix_for
from paintreel.media.containers import FILM_SUFFIXES, WRITABLE_SUFFIXES
from paintreel.notes import Note
from paintreel.runtime.emotion_timeline import read_timeline
from paintreel.worlds.phrases import read_phrase

__all__ = [
    "as_whole",
    "check_background",
    "check_clip_name",
    "check_feelings",
    "check_picture_name",
    "moving_picture_notes",
]

_STILL_SIZE_PX = (64, 64)  # a ground is read, and not shown


def check_feelings(emotion: str | None) -> None:
    """Raise UnreadableFile for a timeline of a clip that cannot be used."""
    if emotion is not None and emotion.lower().endswith(".json"):
        read_timeline(emotion)


def check_background(asked: str | None) -> None:
    """Raise InputError for what is neither file nor scene, UnreadableFile for what is broken."""
    if asked is None:
        return
    words = named_ground(asked)
    if words is None:
        open_ground(asked, _STILL_SIZE_PX, paint_scene).close()
    elif _names_no_world(words[0]):
        paint_scene(*words, _STILL_SIZE_PX)  # which says what is near to them


def _names_no_world(words: str) -> bool:
    try:
        return read_phrase(words).category is None
    except InputError:
        return True


def check_picture_name(dst: Path) -> None:
    """Raise InputError, which names all that can be written, for another suffix of a picture."""
    if dst.suffix.lower() not in IMAGE_SUFFIXES:
        raise InputError(f"output {dst} has {_suffix_of(dst)}, expected {_ALL}")


def check_clip_name(dst: Path, codec: str | None) -> None:
    """Raise InputError, which names all that can be written, for another suffix of a clip."""
    suffix = dst.suffix.lower()
    if codec is not None and suffix_for(codec) == "":
        return  # a folder of frames may be called anything
    if suffix in WRITABLE_SUFFIXES:
        return
    if suffix == ".ora" or suffix in IMAGE_SUFFIXES:
        raise InputError(
            f"output {dst} is of a drawing, and a clip is asked for; expected {_MOVES}, or leave "
            "the line out"
        )
    raise InputError(f"output {dst} has {_suffix_of(dst)}, expected {_MOVES}")


def moving_picture_notes(dst: Path, options: CharacterOptions) -> tuple[Note, ...]:
    """A note where a name of pictures makes an animated one."""
    suffix = dst.suffix.lower()
    if suffix not in IMAGE_SUFFIXES or suffix not in WRITABLE_SUFFIXES or suffix == ".gif":
        return ()
    given = {
        "--voice": options.voice,
        "--from": options.from_clip,
        "--mouths": options.mouths,
        "--length": options.length,
        "--codec": options.codec,
    }
    why = next(flag for flag, value in given.items() if value is not None)
    kind = {".png": "PNG", ".apng": "PNG", ".webp": "WebP"}.get(suffix, suffix[1:].upper())
    text = (
        f"{why} makes it move: {dst.name} is an animated {kind}; name it .mp4 or .webm for a clip"
    )
    silent = " (it holds no sound)" if options.voice is not None else ""
    return (Note("animated-picture", f"{text}{silent}"),)


def as_whole(job: Job, told: Sequence[Note] = ()) -> Job:
    """The job, of which nothing stays where it fails, and which begins only where all its files
    can be written; its report begins with the notes in `told`.

    Raises OutputError now for a place that takes no file.
    """
    _check_places(job.outputs)

    def make(progress: Progress) -> HasNotes | None:
        _check_places(job.outputs)
        before = {path for path in job.outputs if is_there(path)}
        try:
            report = job.make(progress)
        except OutputError as error:
            # What the error speaks of is not ours: another run may have made it meanwhile.
            for path in job.outputs:
                if path not in before and path.name not in str(error):
                    _remove(path)
            raise
        return Report((*told, *(() if report is None else report.notes)))

    return replace(job, make=make)


def _check_places(outputs: Sequence[Path]) -> None:
    for path in outputs:
        if not is_there(path):
            check_takes_files(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _suffix_of(dst: Path) -> str:
    return f"suffix '{dst.suffix}'" if dst.suffix else "no suffix"


_MOVES = f"a clip ({' '.join(sorted(FILM_SUFFIXES - {'.gif', '.webp'}))}) or a folder (OUT/)"
_ALL = f"a picture ({' '.join(sorted(IMAGE_SUFFIXES))}), .ora for the layers, {_MOVES}"
