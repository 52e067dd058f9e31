"""Who feels what in a clip, a sound or a picture.

Voice and picture are read side by side, so that little of either is in memory, however long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.audio.sound import (
    RATE_HZ,
    SOUND_SUFFIXES,
    Sound,
    SoundStream,
    holds_sound,
    notes_of,
    stream_sound,
)
from paintreel.emotions.findings import EmotionFound, FaceFound, Moment, Source
from paintreel.emotions.judging import Judging
from paintreel.errors import InputError, UnreadableFile, VideoError
from paintreel.faces.face import Face
from paintreel.faces.finder import FaceFinder
from paintreel.faces.follower import FaceFollower, TrackedFace
from paintreel.faces.framing import aligned_face
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, read_picture
from paintreel.jobs.find import kind_of
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.frame import Frame
from paintreel.media.reader import read_frames
from paintreel.media.readings import OnProgress
from paintreel.media.sampling import EvenTimes
from paintreel.notes import Note
from paintreel.pictures.kinds import pixels_of
from paintreel.pictures.paper import rgb8_on_white
from paintreel.pictures.shown import shown_pixels
from paintreel.runtime.emotion_features import FACE_PX, FACE_ROOM
from paintreel.runtime.emotion_models import (
    TASK,
    EmotionModel,
    HeardWindow,
    emotion_model,
    windows_of,
)
from paintreel.runtime.emotion_timeline import smoothed_timeline

__all__ = ["find_emotions", "model_of"]

_LOOKS = 2  # frames that are looked at from moment to moment
_LOOK_S = 0.25
_MOST_FACES = 6
_PRESENT = 0.5  # a face that comes or goes is not judged
_SHORTER_S = 0.5


def find_emotions(
    x: Any,
    judging: Judging,
    *,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> EmotionFound:
    """Who feels what in a path, an `audio.sound.Sound`, a PIL image or a numpy picture.

    on_progress  called with (moments done, moments expected or None)
    cancel       set to stop before the next moment
    clock        gives seconds, for the processing time

    An empty entry of the timeline says that nobody speaks and no face is seen. Raises
    UnreadableFile, VideoError, InputError for files without sound and picture, PictureTooLarge,
    ModelFileError, CancelledError of `concurrent.futures`.
    """
    start_s = clock()
    model = model_of(judging)
    if isinstance(x, Sound):
        moments = _sound_moments(iter([x]), model, judging)
        found = _of_moments(moments, x.length_s, notes_of(x), judging)
    elif isinstance(x, (str, PathLike)):
        found = _of_file(Path(fspath(x)), model, judging, on_progress, cancel)
    else:
        found = _of_picture(rgb8_on_white(pixels_of(x)), model, judging, [])
    return replace(found, taken_s=clock() - start_s)


def model_of(judging: Judging) -> EmotionModel:
    """The network that is asked for. Raises ModelFileError and UnknownModel."""
    name = TASK if judging.model is None else fspath(judging.model)
    return emotion_model(name, judging.threads or 1)


def _of_file(
    path: Path,
    model: EmotionModel,
    judging: Judging,
    on_progress: OnProgress | None,
    cancel: threading.Event | None,
) -> EmotionFound:
    if path.suffix.lower() not in SOUND_SUFFIXES and kind_of(path) == "picture":
        picture = read_picture(path, max_pixels=judging.max_pixels or DEFAULT_MAX_PIXELS)
        pixels, notes = shown_pixels(picture)
        return _of_picture(pixels, model, judging, [*picture.notes, *notes])
    return _Performance(path, model, judging, on_progress, cancel).found()


# Pictures.


def _of_picture(
    pixels: Array, model: EmotionModel, judging: Judging, notes: list[Note]
) -> EmotionFound:
    if judging.by == "voice":
        raise InputError("a picture has no voice; leave --by voice out, or give a clip")
    finder = FaceFinder(least_px=judging.least_face_px)
    faces = sorted(finder(pixels), key=lambda face: -face.side_px)
    if not faces:
        notes = [*notes, Note("no-face", "no face is seen, so no emotion")]
        return EmotionFound([(0.0, {})], (Moment(0.0, "", {}),), 0.0, 0.0, tuple(notes))
    found = _judged(pixels, list(enumerate(faces, 1)), model)
    moment = Moment(0.0, "face", found[0].shares, faces=tuple(found))
    if len(found) > 1:
        text = f"{len(found)} faces are seen; the emotion is that of the largest"
        notes = [*notes, Note("several-faces", text, len(found))]
    notes = [*notes, *_of_learning(heard=False, seen=True)]
    return EmotionFound([(0.0, dict(moment.shares))], (moment,), 0.0, 0.0, tuple(notes))


def _judged(
    pixels: Array, numbered: list[tuple[int, Face]], model: EmotionModel
) -> list[FaceFound]:
    if not numbered:
        return []
    squares = [aligned_face(pixels, face, FACE_PX, room=FACE_ROOM) for _, face in numbered]
    answers = model.of_faces(squares)
    return [
        FaceFound(number, face.box, shares)
        for (number, face), shares in zip(numbered, answers, strict=True)
    ]


# Sound, and clips.


def _sound_moments(
    blocks: Iterator[Sound], model: EmotionModel, judging: Judging
) -> Iterator[Moment]:
    for window in windows_of(blocks, judging.every_s):
        yield _moment_of(window, [], None, model)


def _moment_of(
    window: HeardWindow, faces: list[FaceFound], square: Array | None, model: EmotionModel
) -> Moment:
    """Voice and the leading face of a moment, judged together where both are there."""
    rows = window.rows
    voice = None if rows is None else model.of_voices([rows])[0]
    source: Source = ""
    shares: dict[str, float] = {}
    if rows is not None and square is not None:
        source, shares = "both", model.fuse(rows, square)
    elif voice is not None:
        source, shares = "voice", voice
    elif faces:
        source, shares = "face", dict(faces[0].shares)
    return Moment(window.time_s, source, shares, voice, tuple(faces), window.spoken)


class _Performance:
    """A clip, or a sound, from start to end."""

    def __init__(
        self,
        path: Path,
        model: EmotionModel,
        judging: Judging,
        on_progress: OnProgress | None,
        cancel: threading.Event | None,
    ) -> None:
        self.path, self.model, self.judging = path, model, judging
        self.on_progress, self.cancel = on_progress, cancel
        self.notes: list[Note] = []
        self.heard_s: float | None = None
        self.seen_s = 0.0
        self.expected: int | None = None

    def found(self) -> EmotionFound:
        path, by = self.path, self.judging.by
        hears = by != "face" and holds_sound(path)
        with ExitStack() as files:
            frames = None
            if by != "voice":
                frames = self._frames(files, needed=not hears)
            windows: Iterator[HeardWindow] | None = None
            stream = self._sound(files, needed=frames is None) if hears else None
            if stream is not None:
                if stream.length_s is not None:
                    self.expected = 1 + int(stream.length_s / self.judging.every_s)
                windows = windows_of(self._counted(stream), self.judging.every_s)
            elif frames is None:
                raise self._nothing(by)
            moments = tuple(self._moments(windows, frames))
            if stream is not None:
                self.notes += stream.notes()
        hears = stream is not None
        duration_s = max(self.heard_s or 0.0, self.seen_s)
        if hears and frames is not None and (self.heard_s or 0) < self.seen_s - _SHORTER_S:
            text = f"the sound ends {self.seen_s - (self.heard_s or 0):.1f} s before the picture"
            self.notes.append(Note("sound-shorter", f"{text}: the face alone is judged there"))
        elif by == "both" and not hears:
            self.notes.append(Note("no-sound", "it has no sound: the face alone is judged"))
        return _of_moments(iter(moments), duration_s, self.notes, self.judging)

    def _sound(self, files: ExitStack, *, needed: bool) -> SoundStream | None:
        """The sound, opened; None where a clip has one that cannot be decoded."""
        try:
            with stream_sound(self.path, RATE_HZ, 1.0) as tried:
                next(tried)
        except UnreadableFile as error:
            if needed:
                raise
            self.notes.append(Note("sound-unreadable", error.reason, loss=True))
            return None
        return files.enter_context(stream_sound(self.path, RATE_HZ, 5.0))

    def _nothing(self, by: str) -> InputError:
        kind_of(self.path)  # raises for what cannot be opened at all
        what = {"voice": "no sound", "face": "no picture"}.get(by, "neither sound nor picture")
        return InputError(f"{self.path} has {what}; nothing can be judged by {by}")

    def _frames(self, files: ExitStack, *, needed: bool) -> Iterator[Frame] | None:
        """The frames that are looked at; None for a sound, whose cover is no picture of it."""
        step_s = min(self.judging.every_s / _LOOKS, _LOOK_S)
        try:
            reader = read_frames(
                self.path,
                max_pixels=self.judging.max_pixels or MAX_FRAME_PIXELS,
                takes=EvenTimes(round(step_s, 4)),
            )
        except (VideoError, UnreadableFile):
            if needed and holds_sound(self.path):
                raise self._nothing("face") from None
            if needed:
                raise
            return None
        files.enter_context(reader)
        self._reader = reader
        return reader

    def _counted(self, stream: Iterator[Sound]) -> Iterator[Sound]:
        for block in stream:
            self.heard_s = block.start_s + block.length_s
            yield block

    def _moments(
        self, windows: Iterator[HeardWindow] | None, frames: Iterator[Frame] | None
    ) -> Iterator[Moment]:
        every_s, number = self.judging.every_s, 0
        look = _Looker(self.judging, self.model, frames) if frames is not None else None
        while True:
            if self.cancel is not None and self.cancel.is_set():
                raise CancelledError
            time_s = number * every_s
            window = next(windows, None) if windows is not None else None
            faces, square = look.around(time_s, every_s) if look is not None else ([], None)
            if window is None and (look is None or not look.reaches(time_s)):
                break
            if window is None:
                window = HeardWindow(time_s, 0.0, False, None)
            yield _moment_of(window, faces, square, self.model)
            number += 1
            if self.on_progress is not None:
                expected = self.expected
                self.on_progress(number, None if expected is None else max(expected, number))
        if look is not None:
            self.seen_s = look.end_s
            self.notes += self._reader.notes()
            self.notes += look.notes()


class _Looker:
    """Goes through the frames of a clip, a moment at a time."""

    def __init__(self, judging: Judging, model: EmotionModel, frames: Iterator[Frame]) -> None:
        self._frames, self._model = frames, model
        self._follow = FaceFollower(FaceFinder(least_px=judging.least_face_px))
        self._next: Frame | None = next(frames, None)
        self.end_s = 0.0
        self._numbers: set[int] = set()
        self._most = 0

    def reaches(self, time_s: float) -> bool:
        """Whether the clip has a picture at that time."""
        return self._next is not None or time_s <= self.end_s

    def around(self, time_s: float, every_s: float) -> tuple[list[FaceFound], Array | None]:
        """The faces from half a step before to half a step after, and the leading one, framed.

        Each is judged in every frame that is looked at, and its shares are the mean.
        """
        told: dict[int, list[FaceFound]] = {}
        leading: tuple[float, Array] | None = None
        while self._next is not None and self._next.time_s < time_s + every_s / 2:
            frame = self._next
            self._next = next(self._frames, None)
            end = Fraction(frame.pts + frame.duration) * frame.time_base
            self.end_s = max(self.end_s, float(end))
            pixels = _shown(frame)
            tracked = [t for t in self._follow(pixels, frame.time_s) if _is_judged(t)]
            for face in _judged(
                pixels, [(t.number, t.face) for t in tracked[:_MOST_FACES]], self._model
            ):
                told.setdefault(face.number, []).append(face)
            if tracked:
                apart = abs(frame.time_s - time_s)
                if leading is None or apart <= leading[0]:
                    square = aligned_face(pixels, tracked[0].face, FACE_PX, room=FACE_ROOM)
                    leading = apart, square
        faces = sorted((_mean(each) for each in told.values()), key=lambda face: -_size(face))
        self._numbers |= told.keys()
        self._most = max(self._most, len(faces))
        return faces, None if leading is None else leading[1]

    def notes(self) -> list[Note]:
        """What was seen in all."""
        if not self._numbers:
            return [Note("no-face", "no face is seen: the voice alone is judged")]
        if self._most > 1:
            text = (
                f"up to {self._most} faces are seen at once; the largest is judged with the voice"
            )
            return [Note("several-faces", text, self._most)]
        return []


def _is_judged(tracked: TrackedFace) -> bool:
    return tracked.seen and tracked.presence >= _PRESENT


def _shown(frame: Frame) -> Array:
    if frame.alpha is None:
        return frame.pixels
    return rgb8_on_white(np.dstack([frame.pixels, frame.alpha]))


def _mean(faces: list[FaceFound]) -> FaceFound:
    names = {name for face in faces for name in face.shares}
    shares = {n: sum(f.shares.get(n, 0.0) for f in faces) / len(faces) for n in sorted(names)}
    return FaceFound(faces[-1].number, faces[-1].box, shares)


def _size(face: FaceFound) -> float:
    left, top, right, bottom = face.box
    return max(right - left, bottom - top)


def _of_moments(
    moments: Iterator[Moment], duration_s: float, notes: list[Note], judging: Judging
) -> EmotionFound:
    kept = tuple(moments) or (Moment(0.0, "", {}),)
    plain = [(moment.time_s, dict(moment.shares)) for moment in kept]
    timeline = smoothed_timeline(plain, judging.smooth_s)
    # What says nothing goes on saying nothing: silence is not lent its neighbours' emotion.
    timeline = [
        (time_s, shares if moment.source else {})
        for (time_s, shares), moment in zip(timeline, kept, strict=True)
    ]
    notes, heard = list(notes), any(moment.voice is not None for moment in kept)
    seen = any(moment.faces for moment in kept)
    kinds = {note.kind for note in notes}
    if not heard and judging.by != "face" and "no-sound" not in kinds:
        text = "no speech is heard"
        if "sound-clipped" in kinds:
            text += "; what is clipped may hide it: export the sound at a lower level"
        notes.append(Note("no-speech", text))
    if not heard and not seen:
        notes = [_PLAIN.get(note.kind, note) for note in notes]
    told = (*notes, *_of_learning(heard=heard, seen=seen))
    return EmotionFound(timeline, kept, duration_s, 0.0, told)


_PLAIN = {
    "no-face": Note("no-face", "no face is seen"),
    "no-sound": Note("no-sound", "it has no sound"),
    "sound-shorter": Note("sound-shorter", "the sound ends before the picture"),
}
"""What is told where neither voice nor face is judged."""


def _of_learning(*, heard: bool, seen: bool) -> list[Note]:
    """What the network has learnt from, where it matters."""
    notes = []
    if heard:
        text = "voices were learnt from German actors: in other languages it is less sure"
        notes.append(Note("learnt-from-german", text))
    if seen:
        text = "faces were learnt from drawings: of live ones it is a guess"
        notes.append(Note("learnt-from-drawings", text))
    return notes
