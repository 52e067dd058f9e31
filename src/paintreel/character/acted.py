"""A line of dialogue as a job: what the options ask for, checked early, and made into a clip."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.audio.mouth_files import check_cue_suffix, write_cues
from paintreel.character.cels import Draw, laid_over
from paintreel.character.film import Film, Line, plan_film, write_film
from paintreel.character.grounds import Ground, light_before, open_ground
from paintreel.character.options import (
    AUTO,
    DEFAULT_FPS,
    DEFAULT_LENGTH_S,
    CharacterOptions,
)
from paintreel.character.painting import DrawingPainter
from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.untrusted_files import open_regular, unreadable_file
from paintreel.jobs.job import Job, Progress, Report
from paintreel.media.encoding import check_settings
from paintreel.media.generated import frame_rate
from paintreel.media.probe import probe
from paintreel.notes import Note, merge_notes
from paintreel.rig.figure import FigureDrawer
from paintreel.rig.framing import view_of
from paintreel.rig.identity import Identity
from paintreel.runtime.emotion_timeline import EmotionTimeline
from paintreel.runtime.system import usable_cores
from paintreel.scenes.of_words import scene_of_words

if TYPE_CHECKING:
    from paintreel.runtime.emotion_models import EmotionModel

__all__ = ["DEFAULT_FILM_SIZE", "acted_frames", "before", "film_job", "paint_scene"]

DEFAULT_FILM_SIZE = (1280, 720)
_MOST_THREADS = 4
_LONGEST_NAME = 240
_MOST_TEXT_BYTES = 1 << 20


@dataclass(frozen=True)
class _Asked:
    """Options with what Python programs may give in their place."""

    options: CharacterOptions
    identity: Identity
    emotion: str | PathLike[str] | EmotionTimeline | None
    background: str | Array | None

    @property
    def size_px(self) -> tuple[int, int]:
        return self.options.size or DEFAULT_FILM_SIZE

    def line(self) -> Line:
        """What is to be performed. Raises InputError and UnreadableFile."""
        options = self.options
        is_heard = options.voice is not None or options.from_clip is not None
        emotion = self.emotion if self.emotion is not None else AUTO if is_heard else "neutral"
        return Line(
            voice=options.voice,
            text=_words(options.text),
            language=options.language,
            cues=options.mouths,
            emotion=emotion,
            intensity=options.intensity,
            from_clip=options.from_clip,
            seed=options.take,
            rate=self.rate(),
            on=options.poses_held,
            length_s=DEFAULT_LENGTH_S if options.length is None else options.length,
            has_hands=options.framing != "face",
        )

    def rate(self) -> Fraction:
        """Frames a second: as asked, or of the clip that moves the head."""
        if self.options.fps is not None:
            return frame_rate(self.options.fps)
        if self.options.from_clip is not None:
            rate = probe(Path(self.options.from_clip)).rate
            if rate:
                return frame_rate(min(rate, Fraction(60)))
        return frame_rate(DEFAULT_FPS)

    def ground(self) -> Ground | None:
        """What it stands before. Raises what `open_ground` does."""
        if self.background is None:
            return None
        return open_ground(self.background, self.size_px, paint_scene)

    def draws(self, ground: Ground | None, painter: DrawingPainter | None) -> Callable[[], Draw]:
        """What gives what draws, for one thread alone."""
        light = light_before(ground)
        turn = threading.Lock()

        def new_draw() -> Draw:
            figure = FigureDrawer(
                self.identity, self.size_px, framing=self.options.framing, light=light
            )
            if painter is None:
                return figure.draw

            def painted(pose: object) -> Array:
                drawing = figure.draw(pose)  # type: ignore[arg-type]
                with turn:  # the network takes all cores by itself
                    return painter.paint(drawing)

            return painted

        return new_draw


def film_job(
    options: CharacterOptions, identity: Identity, dst: Path, painter: DrawingPainter | None
) -> Job:
    """The job that writes the clip, and its mouth shapes where they are asked for.

    What can be checked without hearing the sound is checked now. Raises InputError, OutputError.
    """
    asked = _Asked(options, identity, options.emotion, options.background)
    check_settings(dst, options.encoding)
    view_of(identity, asked.size_px, options.framing)
    outputs = [dst]
    if options.mouths_out is not None:
        check_cue_suffix(options.mouths_out)
        outputs.append(Path(options.mouths_out))
    sources = _sources(options)
    for output in outputs:
        for source in sources:
            if output.exists() and source.exists() and output.samefile(source):
                raise OutputError(f"output {output} is an input; choose another name")

    def make(progress: Progress) -> Report:
        line = asked.line()
        steps = _Steps(progress, line)
        film = plan_film(line, model=_emotion_model, on_frame=steps.watched, on_block=steps.heard)
        ground = asked.ground()
        report, said = write_film(
            film,
            dst,
            asked.draws(ground, painter),
            ground,
            asked.size_px,
            encoding=options.encoding,
            progress=replace(progress, on_frame=steps.drawn),
            threads=min(_MOST_THREADS, usable_cores()),
        )
        if options.mouths_out is not None and progress.wants(Path(options.mouths_out)):
            sound = Path(options.voice or options.from_clip or "").name
            write_cues(options.mouths_out, film.cues, sound=sound, overwrite=progress.overwrite)
        return Report(merge_notes([*film.notes, *said, *report.notes]))

    return Job(str(dst), tuple(outputs), make, "clip", sources, {"identity": identity.name})


def acted_frames(
    options: CharacterOptions,
    identity: Identity,
    *,
    emotion: str | PathLike[str] | EmotionTimeline | None,
    background: str | Array | None,
    painter: DrawingPainter | None,
) -> tuple[Film, Iterator[Array]]:
    """The film and its frames: (H, W, 3) uint8 before a background, (H, W, 4) without one."""
    asked = _Asked(options, identity, emotion, background)
    view_of(identity, asked.size_px, options.framing)
    film = plan_film(asked.line(), model=_emotion_model)
    ground = asked.ground()
    new_draw = asked.draws(ground, painter)

    def frames() -> Iterator[Array]:
        try:
            yield from film.frames(new_draw, ground, threads=min(_MOST_THREADS, usable_cores()))
        finally:
            if ground is not None:
                ground.close()

    return film, frames()


def before(drawing: Array, background: str) -> tuple[Array, tuple[Note, ...]]:
    """A drawing (H, W, 4) before a background, (H, W, 3) uint8, and notes.

    Raises what `open_ground` does.
    """
    height, width = drawing.shape[:2]
    ground = open_ground(background, (width, height), paint_scene)
    try:
        return laid_over(drawing, ground.frame(0.0)), ground.notes()
    finally:
        ground.close()


def paint_scene(words: str, seed: int, size_px: tuple[int, int]) -> Array:
    """A painted scene (H, W, 3) uint8. Raises InputError for words that name none."""
    try:
        return scene_of_words(words, seed=seed, size_px=size_px)
    except InputError as error:
        raise InputError(f"background {words!r} is no file, and no scene either: {error}") from None


def _words(text: str | None) -> str | None:
    """The words themselves, or those of a file of that name."""
    if text is None or len(text) > _LONGEST_NAME or "\n" in text or not Path(text).is_file():
        return text
    path = Path(text)
    with unreadable_file(path), open_regular(path) as file:
        data = file.read(_MOST_TEXT_BYTES + 1)
    if len(data) > _MOST_TEXT_BYTES:
        raise UnreadableFile(path, "it is larger than 1 MB: expected the words of one line")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(path, "it is no text in UTF-8") from None


def _sources(options: CharacterOptions) -> tuple[Path, ...]:
    """The files that the film is made of."""
    named = [options.voice, options.from_clip, options.mouths]
    maybe = (options.background, options.identity, options.text)
    named += [one for one in maybe if one is not None and _is_file(one)]
    if options.emotion is not None and options.emotion.lower().endswith(".json"):
        named.append(options.emotion)
    return tuple(Path(one) for one in named if one is not None)


def _is_file(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and "\n" not in name and Path(name).is_file()


def _emotion_model() -> EmotionModel:
    from paintreel.runtime.emotion_models import emotion_model

    return emotion_model()


class _Steps:
    """Tells a run how far a film is: a second that is heard counts as a frame, as one that is drawn
    does. Ends the watching of a clip and the hearing of an hour where the run is cancelled."""

    def __init__(self, progress: Progress, line: Line) -> None:
        self._progress, self._rate = progress, line.rate
        self._before = 0  # steps of the stages that are done
        self._stage, self._last = "", 0
        self._total: int | None = None
        self._hears = 2 if line.emotion == AUTO else 1

    def watched(self, done: int, expected: int | None) -> None:
        """Frames of a clip whose face moves the head; each is drawn too."""
        self._tell("watched", done, None if expected is None else 2 * expected)

    def heard(self, done_s: float, length_s: float | None) -> None:
        """Seconds of the sound; where they begin again, it is heard for its feelings."""
        total = None
        if length_s is not None:
            frames = math.ceil(length_s * float(self._rate) - 1e-3)
            total = math.ceil(length_s) * self._hears + frames
        self._tell("heard", math.ceil(done_s), total)

    def drawn(self, done: int, expected: int | None) -> None:
        """Frames of the film."""
        self._tell("drawn", done, expected)

    def _tell(self, stage: str, done: int, total: int | None) -> None:
        progress = self._progress
        if progress.cancel is not None and progress.cancel.is_set():
            raise CancelledError("cancelled; nothing was written")
        if stage != self._stage or done < self._last:
            self._before += self._last
        self._stage, self._last = stage, done
        at = self._before + done
        if self._total is None and total is not None:
            self._total = self._before + total
        if progress.on_frame is not None:
            progress.on_frame(at, None if self._total is None else max(self._total, at))
