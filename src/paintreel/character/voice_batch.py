"""A film of a character as a job: what the options ask for, checked early, and made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from paintreel.audio.mouth_files import check_cue_suffix, write_cues
from paintreel.character.cels import Draw
from paintreel.character.film import AUTO, Film, Hearing, Line, plan_film, write_film
from paintreel.character.grounds import Ground, open_ground
from paintreel.character.voice_options import DEFAULT_SECONDS, VoiceOptions
from paintreel.errors import InputError, OutputError
from paintreel.imaging.arrays import Array
from paintreel.jobs.run import Job, Progress, Report
from paintreel.media.encoding import check_settings
from paintreel.media.generated import frame_rate
from paintreel.notes import merge_notes
from paintreel.runtime.emotion_timeline import EmotionTimeline
from paintreel.runtime.system import usable_cores

__all__ = ["FilmAsked", "Figures", "film_job", "film_of", "paint_scene"]

Figures = Callable[[Ground | None], Callable[[], Draw]]
"""What gives, for a ground to stand before, what gives what draws, for one thread alone each."""

_MOST_THREADS = 4


@dataclass(frozen=True)
class FilmAsked:
    """What a film needs beside its options.

    emotion    "auto", a name, a JSON file or a timeline; None: auto where something is heard or
               seen, else neutral
    intensity  0 to 1
    size_px    width and height
    has_hands  whether hands are in the picture
    """

    emotion: str | PathLike[str] | EmotionTimeline | None
    intensity: float
    size_px: tuple[int, int]
    has_hands: bool


def film_job(
    options: VoiceOptions, asked: FilmAsked, figures: Figures, dst: Path, *, name: str
) -> Job:
    """The job that writes the film, and its cues where they are asked for.

    What can be checked without reading the sound is checked now. Raises InputError, OutputError.
    """
    options.check_film()
    check_settings(dst, options.encoding)
    outputs = [dst]
    if options.write_cues is not None:
        check_cue_suffix(options.write_cues)
        outputs.append(Path(options.write_cues))
    sources = _sources(options, asked)
    for output in outputs:
        for source in sources:
            if output.exists() and source.exists() and output.samefile(source):
                raise OutputError(f"output {output} is an input; choose another name")

    def make(progress: Progress) -> Report:
        film = plan_film(_line(options, asked), model=_emotion_model, on_frame=_watching(progress))
        ground = _ground(options, asked)
        report, said = write_film(
            film,
            dst,
            figures(ground),
            ground,
            asked.size_px,
            encoding=options.encoding,
            progress=progress,
            threads=min(_MOST_THREADS, usable_cores()),
        )
        if options.write_cues is not None and progress.wants(Path(options.write_cues)):
            voice = options.voice or options.from_clip or ""
            write_cues(
                options.write_cues,
                film.cues,
                sound=Path(voice).name,
                overwrite=progress.overwrite,
            )
        return Report(merge_notes([*film.notes, *said, *report.notes]))

    facts = {} if options.text is None else {"text": options.text}
    return Job(name, tuple(outputs), make, "clip", sources, facts)


def film_of(
    options: VoiceOptions, asked: FilmAsked, figures: Figures
) -> tuple[Film, Iterator[Array]]:
    """The film and its frames: (H, W, 3) uint8 before a background, (H, W, 4) without one."""
    options.check_film()
    film = plan_film(_line(options, asked), model=_emotion_model)
    ground = _ground(options, asked)

    def frames() -> Iterator[Array]:
        try:
            yield from film.frames(figures(ground), ground, threads=min(2, usable_cores()))
        finally:
            if ground is not None:
                ground.close()

    return film, frames()


def _line(options: VoiceOptions, asked: FilmAsked) -> Line:
    is_heard = options.voice is not None or options.from_clip is not None
    emotion = asked.emotion if asked.emotion is not None else AUTO if is_heard else "neutral"
    return Line(
        voice=options.voice,
        text=options.text,
        language=options.language,
        cues=options.cues,
        emotion=emotion,
        intensity=asked.intensity,
        from_clip=options.from_clip,
        seed=options.acting_seed,
        rate=frame_rate(options.fps),
        on=options.on,
        length_s=DEFAULT_SECONDS if options.seconds is None else options.seconds,
        has_hands=asked.has_hands,
    )


def _sources(options: VoiceOptions, asked: FilmAsked) -> tuple[Path, ...]:
    """The files that the film is made of."""
    named = [options.voice, options.from_clip, options.cues]
    if options.background is not None and Path(options.background).is_file():
        named.append(options.background)
    if isinstance(asked.emotion, str | PathLike) and str(asked.emotion).lower().endswith(".json"):
        named.append(str(asked.emotion))
    return tuple(Path(one) for one in named if one is not None)


def _ground(options: VoiceOptions, asked: FilmAsked) -> Ground | None:
    if options.background is None:
        return None
    return open_ground(options.background, asked.size_px, paint_scene)


def paint_scene(words: str, seed: int, size_px: tuple[int, int]) -> Array:
    """A painted scene (H, W, 3) uint8. Raises InputError for words that name none."""
    import numpy as np

    import paintreel

    try:
        return np.asarray(paintreel.scene(words, seed=seed, size=size_px))
    except InputError as error:
        raise InputError(
            f"background {words!r} is no file, and no scene either: {error}"
        ) from None


def _emotion_model() -> Hearing:
    from paintreel.runtime.emotion_models import EmotionModel

    return EmotionModel()


def _watching(progress: Progress) -> Callable[[int, int | None], None] | None:
    """Watching a clip can be cancelled; its frames are not those that are written."""
    if progress.cancel is None:
        return None
    cancel = progress.cancel

    def on_frame(done: int, expected: int | None) -> None:
        if cancel.is_set():
            from concurrent.futures import CancelledError

            raise CancelledError("cancelled; nothing was written")

    return on_frame


