"""A film of a character: what is heard and shown made into a performance, drawn and written.

The voice gives the mouth, its accents the acting; a timeline, heard in the voice, named or read
from a file, gives the feeling. With `from_clip` the face of a clip moves the head instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paintreel.audio.mouth_cues import MouthCue, check_cues
from paintreel.audio.mouth_files import read_cues
from paintreel.audio.mouth_shapes import SpokenMouth, mouth_of_blocks
from paintreel.audio.rhythm import Rhythm, rhythm_of
from paintreel.audio.sound import Sound, holds_sound, stream_sound
from paintreel.audio.voice import Span
from paintreel.audio.voiced_frames import VoicedFrames
from paintreel.character.cels import Draw, drawn_frames
from paintreel.character.face_motion import FaceMotion, read_face_motion
from paintreel.character.grounds import Ground
from paintreel.character.hearing import resting_between, speech_in
from paintreel.character.puppet import Puppet
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.jobs.job import Progress
from paintreel.media.colour_tags import BT709
from paintreel.media.encoding import plan_encoding
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.video import VideoReport, write_video
from paintreel.notes import Note, merge_notes
from paintreel.rig.acting import plan_acting
from paintreel.rig.performance import Mouth, Performance
from paintreel.runtime.emotion_features import FACE_PX, FACE_ROOM
from paintreel.runtime.emotion_timeline import (
    EmotionTimeline,
    check_timeline,
    read_timeline,
    smoothed_timeline,
    steady_timeline,
)
from paintreel.runtime.emotions import find_emotion

if TYPE_CHECKING:
    from paintreel.runtime.emotion_models import EmotionModel

__all__ = ["Film", "Line", "feelings_of", "plan_film", "write_film"]

AUTO = "auto"
_BLOCK_S = 30.0
_LONGEST_S = 4 * 3600.0
_SPREAD_S = 0.35
"""A feeling that is heard changes no faster than a face does."""
_NEAR_S = 0.5
_GUESSED = Note(
    "emotion-guessed",
    "the feeling is guessed by a network that learnt from German acted speech and drawn faces; "
    "--emotion NAME or a timeline decides it",
)
_DECIDED = 1.7


@dataclass(frozen=True)
class Line:
    """What is asked for.

    voice      file of the sound; None: silent, or that of `from_clip`
    text       what is said in it
    language   of the text: auto, en, de or any
    cues       mouth shapes that are given, a file of Rhubarb Lip Sync or the cues
    emotion    "auto" (heard and seen), a name, a JSON file, or a timeline
    intensity  of an emotion that is named, 0 to 1
    from_clip  a clip whose face moves the head
    seed       of the acting
    rate       frames a second
    on         body and head are drawn on every `on`th frame
    length_s   how long it lasts where there is neither voice nor clip
    has_hands  whether hands are seen
    """

    voice: str | PathLike[str] | None = None
    text: str | None = None
    language: str = "auto"
    cues: str | PathLike[str] | Sequence[MouthCue] | None = None
    emotion: str | PathLike[str] | EmotionTimeline = AUTO
    intensity: float = 1.0
    from_clip: str | PathLike[str] | None = None
    seed: int = 0
    rate: Fraction = Fraction(25)
    on: int = 2
    length_s: float = 4.0
    has_hands: bool = True


@dataclass(frozen=True)
class Film:
    """A performance, and what is heard with it.

    poses     iterable of `count` poses
    cues      of the mouth; () where nothing is said
    timeline  of the feelings
    sound     file of the sound, None: silent
    """

    poses: Performance | Puppet
    count: int
    rate: Fraction
    cues: tuple[MouthCue, ...]
    timeline: EmotionTimeline
    sound: Path | None
    notes: tuple[Note, ...]

    def frames(
        self, new_draw: Callable[[], Draw], ground: Ground | None, *, threads: int = 2
    ) -> Iterator[Array]:
        """(H, W, 3) uint8 over a ground, (H, W, 4) without one, one by one."""
        return drawn_frames(self.poses, new_draw, ground, self.rate, threads=threads)


def plan_film(
    line: Line,
    *,
    model: Callable[[], EmotionModel] | None = None,
    on_frame: Callable[[int, int | None], None] | None = None,
    on_block: Callable[[float, float | None], None] | None = None,
) -> Film:
    """The performance that a line asks for; the voice is heard, a clip is watched.

    model     gives what tells feelings, for "auto"
    on_frame  called with (frames watched, all or None) of `from_clip`
    on_block  called after each half minute of sound with (seconds heard, all or None); "auto" hears
              it twice, for mouth and for feelings; what it raises ends the plan

    Raises InputError and UnreadableFile for what cannot be read or does not go together.
    """
    motion = None
    if line.from_clip is not None:
        motion = read_face_motion(
            line.from_clip, face_px=FACE_PX, face_room=FACE_ROOM, on_frame=on_frame
        )
    sound = _sound_of(line)
    spoken, length_s, notes = _heard(line, sound, motion, on_block)
    timeline, felt = feelings_of(line, sound, motion, length_s, model, on_block)
    rhythm = rhythm_of(spoken.levels, length_s) if spoken.cues else Rhythm((), (), length_s)
    rng = np.random.default_rng(line.seed)
    acting = plan_acting(rhythm, timeline, rng=rng, has_hands=line.has_hands and motion is None)
    mouth = Mouth(spoken.cues, spoken.levels) if spoken.cues else None
    poses: Performance | Puppet
    if motion is None:
        poses = Performance(acting, mouth, line.rate, on=line.on)
        watched: tuple[Note, ...] = ()
    else:
        poses = Puppet(motion, acting, mouth, line.rate, on=line.on)
        watched = motion.notes
        if not poses.reads_mouth and mouth is not None:
            text = "the mouth in the clip cannot be read: the mouth follows the sound"
            watched = (*watched, Note("mouth-heard", text))
    all_notes = merge_notes([*notes, *watched, *felt])
    return Film(poses, len(poses), line.rate, spoken.cues, timeline, sound, all_notes)


def write_film(
    film: Film,
    dst: Path,
    new_draw: Callable[[], Draw],
    ground: Ground | None,
    size_px: tuple[int, int],
    *,
    encoding: EncodingSettings,
    progress: Progress,
    threads: int = 2,
) -> tuple[VideoReport, tuple[Note, ...]]:
    """Draw a film and write it with its sound copied as it is; the report, and further notes.

    Without a ground it is transparent where the codec can, and else stands on white. Raises what
    `paintreel.media.video.write_video` does.
    """
    has_alpha = ground is None
    notes: list[Note] = []
    if has_alpha:
        plan = plan_encoding(dst, *size_px, BT709, encoding, alpha=True)
        if not plan.keeps_alpha:
            from paintreel.character.grounds import open_ground

            ground = open_ground(_white(size_px), size_px, _no_scene)
            has_alpha = False
            text = (
                f"{plan.container.title} with {plan.codec.name} holds no transparency: the "
                "character stands on white; write .webm, or .mov with --codec prores, or give "
                "--background"
            )
            notes.append(Note("ground-white", text))
    frames = VoicedFrames(
        film.frames(new_draw, ground, threads=threads),
        size_px=size_px,
        rate=film.rate,
        count=film.count,
        sound=film.sound,
        has_alpha=has_alpha,
    )
    with frames:
        report = write_video(
            frames,
            dst,
            encoding=encoding,
            overwrite=progress.overwrite,
            on_progress=progress.on_frame,
            cancel=progress.cancel,
        )
    if ground is not None:
        notes += ground.notes()
        ground.close()
    return report, merge_notes(notes)


def feelings_of(
    line: Line,
    sound: Path | None,
    motion: FaceMotion | None,
    length_s: float,
    model: Callable[[], EmotionModel] | None,
    on_block: Callable[[float, float | None], None] | None = None,
) -> tuple[EmotionTimeline, tuple[Note, ...]]:
    """The timeline of feelings that a line asks for, and notes.

    Raises InputError for an unknown emotion, naming the nearest, and UnreadableFile.
    """
    asked = line.emotion
    if not isinstance(asked, str | PathLike):
        return check_timeline(asked, name="emotion"), ()
    if str(asked).lower().endswith(".json"):
        timeline = read_timeline(asked)
        notes = []
        if timeline[-1][0] > length_s + 1.0:
            last_s = timeline[-1][0]
            text = f"the timeline goes on to {last_s:.1f} s, the film ends at {length_s:.1f} s"
            notes.append(Note("timeline-longer", text))
        return timeline, tuple(notes)
    if str(asked) != AUTO:
        return steady_timeline(find_emotion(str(asked)), line.intensity), ()
    if model is None or (sound is None and (motion is None or not motion.faces)):
        return steady_timeline("neutral", line.intensity), ()
    return _felt(model(), sound, motion, line.intensity, on_block), (_GUESSED,)


def _felt(
    model: EmotionModel,
    sound: Path | None,
    motion: FaceMotion | None,
    intensity: float,
    on_block: Callable[[float, float | None], None] | None,
) -> list[tuple[float, dict[str, float]]]:
    """What is heard in the voice and seen in the face, by both together where there are both."""
    from paintreel.runtime.emotion_models import windows_of

    faces = list(motion.faces) if motion is not None else []
    timeline: list[tuple[float, dict[str, float]]] = []
    if sound is not None:
        with stream_sound(sound, block_s=_BLOCK_S) as blocks:
            for window in windows_of(_told(blocks, blocks.length_s, on_block)):
                face = _face_at(faces, window.time_s)
                if window.rows is not None and face is not None:
                    shares = model.fuse(window.rows, face)
                elif window.rows is not None:
                    shares = model.of_voices([window.rows])[0]
                else:
                    shares = {} if face is None else model.see(face)
                timeline.append((window.time_s, shares))
    else:
        answers = model.of_faces([face for _, face in faces])
        timeline = [(t_s, shares) for (t_s, _), shares in zip(faces, answers, strict=True)]
    if not timeline:
        return steady_timeline("neutral")
    shown = [(t_s, _as_acted(shares, intensity)) for t_s, shares in timeline]
    return smoothed_timeline(shown, _SPREAD_S)


def _face_at(faces: list[tuple[float, Array]], t_s: float) -> Array | None:
    """The face that is seen nearest to a time, None where none is near."""
    near = min(faces, key=lambda one: abs(one[0] - t_s), default=None)
    return near[1] if near is not None and abs(near[0] - t_s) <= _NEAR_S else None


def _as_acted(shares: dict[str, float], intensity: float) -> dict[str, float]:
    """A network doubts, an actor decides: the likeliest feeling is played beyond its share."""
    sharper = {name: share**_DECIDED for name, share in shares.items()}
    total = sum(sharper.values())
    return {name: intensity * share / total for name, share in sharper.items()} if total else {}


def _sound_of(line: Line) -> Path | None:
    """The file that is heard."""
    if line.voice is not None:
        return Path(line.voice)
    if line.from_clip is not None and holds_sound(line.from_clip):
        return Path(line.from_clip)
    if line.text is not None:
        raise InputError("a text goes with the sound that speaks it; give a voice too")
    return None


def _heard(
    line: Line,
    sound: Path | None,
    motion: FaceMotion | None,
    on_block: Callable[[float, float | None], None] | None,
) -> tuple[SpokenMouth, float, list[Note]]:
    """The mouth of the sound, how long all lasts, and notes."""
    given = None if line.cues is None else _given_cues(line.cues)
    if sound is None:
        length_s = motion.length_s if motion is not None else line.length_s
        if given:
            length_s = max(given[-1].end_s, motion.length_s if motion is not None else 0.0)
        return SpokenMouth(tuple(given or ()), _levels_of(given or (), length_s)), length_s, []
    with stream_sound(sound, block_s=_BLOCK_S) as blocks:
        if blocks.length_s is not None and blocks.length_s > _LONGEST_S:
            raise InputError(
                f"{sound} lasts {blocks.length_s / 3600:.1f} hours, a voice at most "
                f"{_LONGEST_S / 3600:g}; cut it into scenes"
            )
        lengths_s: list[float] = []
        said: list[Span] = []

        def counted() -> Iterator[Sound]:
            for block in _told(blocks, blocks.length_s, on_block):
                at_s = sum(lengths_s)
                said.extend(Span(at_s + a, at_s + b) for a, b in speech_in(block))
                lengths_s.append(block.length_s)
                yield block

        spoken = mouth_of_blocks(counted(), None if given else line.text, line.language)
        notes = [*blocks.notes(), *spoken.notes]
        if not given and not _says_something(line.text):
            if not said and not spoken.notes:
                text = (
                    "no speech is heard in the sound: the mouth stays shut; if somebody speaks in "
                    "it, give the words with --text"
                )
                notes.append(Note("sound-unspoken", text))
            spoken = replace(spoken, cues=resting_between(spoken.cues, said))
    length_s = sum(lengths_s)
    if not length_s:
        raise InputError(f"{sound} is empty: there is nothing to hear in it")
    if given:
        if abs(given[-1].end_s - length_s) > 0.5:
            text = f"the cues end at {given[-1].end_s:.2f} s, the sound at {length_s:.2f} s"
            notes.append(Note("cues-of-other-length", f"{text}: are they of this sound?"))
        spoken = SpokenMouth(tuple(given), spoken.levels)
    if motion is not None:
        length_s = motion.length_s
    return spoken, length_s, notes


def _told(
    blocks: Iterable[Sound],
    length_s: float | None,
    on_block: Callable[[float, float | None], None] | None,
) -> Iterator[Sound]:
    """The blocks; after each is heard, `on_block` is told how much that is."""
    heard_s = 0.0
    for block in blocks:
        yield block
        heard_s += block.length_s
        if on_block is not None:
            on_block(heard_s, length_s)


def _says_something(text: str | None) -> bool:
    return text is not None and bool(text.strip())


def _given_cues(cues: str | PathLike[str] | Sequence[MouthCue]) -> list[MouthCue]:
    if isinstance(cues, str | PathLike):
        return read_cues(cues)
    check_cues(cues)
    return [cue for cue in cues if cue.length_s > 0]


def _levels_of(cues: Sequence[MouthCue], length_s: float) -> Array:
    """Levels where there are cues and no sound: as loud as usual while something is said."""
    levels = np.full(1 + int(length_s * 100), -60.0, np.float32)
    for cue in cues:
        if cue.shape != "X":
            levels[int(cue.start_s * 100) : int(cue.end_s * 100)] = -6.0
    return levels


def _white(size_px: tuple[int, int]) -> Array:
    return np.full((size_px[1], size_px[0], 3), 255, np.uint8)


def _no_scene(words: str, seed: int, size_px: tuple[int, int]) -> Array:
    raise AssertionError("a picture is given")
