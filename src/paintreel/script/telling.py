"""`script`: what every line and scene of a script feels like, from Python."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.errors import InputError, UnreadableFile
from paintreel.notes import Note
from paintreel.runtime.emotions import EMOTIONS
from paintreel.script.options import ScriptOptions
from paintreel.script.reading import read_script, read_script_text
from paintreel.script.screenplay import Screenplay, ScriptLine
from paintreel.script.timing import emotions_over_time, timed
from paintreel.signatures import takes_options
from paintreel.wording import counted
from paintreel.words.english import languages_of
from paintreel.words.feelings import Feeling, FeelingReader, Label, bundled_reader, label_of
from paintreel.words.names import names_among

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import ScriptKeywords

__all__ = ["SceneFeeling", "ScriptFeelings", "ToldLine", "script", "tell"]

_SCENE_DECIDED = 0.1
"""A scene has lines that say nothing, so that its mean is decided earlier than that of a line."""

_SCENE_FELT = 0.25
"""Share of all emotions together from which on a scene is called by the likeliest of them."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line with its times, and what it feels like."""

    line: ScriptLine
    feeling: Feeling

    @property
    def start_s(self) -> float:
        """When it begins."""
        return self.line.start_s or 0.0

    @property
    def end_s(self) -> float:
        """When it ends."""
        return self.line.end_s or 0.0


@dataclass(frozen=True, slots=True)
class SceneFeeling:
    """A scene, and what it feels like: the mean of its lines by how long they are.

    heading    as the script has it, "" where it has none
    tendency   in (-1, 1): below 0 bad, above 0 good
    label      positive, negative or neutral
    emotions   emotion -> share, which sum to 1
    emotion    the likeliest; neutral where few words carry any
    """

    heading: str
    tendency: float
    label: Label
    emotions: Mapping[str, float]
    emotion: str
    lines: tuple[ToldLine, ...]

    @property
    def start_s(self) -> float:
        """When it begins."""
        return self.lines[0].start_s

    @property
    def end_s(self) -> float:
        """When it ends."""
        return max(line.end_s for line in self.lines)


@dataclass(frozen=True, slots=True)
class ScriptFeelings:
    """What was read of a script.

    title, format  of the script
    scenes         in order
    timeline       [(seconds, {emotion: share})], as the other verbs take it
    notes          what could not be read as it stands
    """

    title: str
    format: str
    scenes: tuple[SceneFeeling, ...]
    timeline: list[tuple[float, dict[str, float]]]
    notes: tuple[Note, ...] = ()

    @property
    def lines(self) -> tuple[ToldLine, ...]:
        """Of all scenes."""
        return tuple(line for scene in self.scenes for line in scene.lines)

    @property
    def duration_s(self) -> float:
        """When the last line ends."""
        return max(scene.end_s for scene in self.scenes)

    @property
    def is_read(self) -> bool:
        """Whether any line is English."""
        return any(told.feeling.language is None for told in self.lines)


@takes_options("script", "script")
def script(x: str | PathLike[str], **options: Unpack[ScriptKeywords]) -> ScriptFeelings:
    """Say of every line and scene of a script what it feels like, by its words.

        found = paintreel.script("story.fountain")
        found.scenes[0].label, found.scenes[0].emotion
        for told in found.lines:
            print(told.start_s, told.line.character, told.feeling.tendency)
        found.timeline                     # [(0.15, {"fear": 0.7, ...}), ...]

    x  a path, or the text itself where it has a line break in it

    Screenplays in Fountain, subtitles (SRT, WebVTT) and plain text, in English: of lines in other
    languages `feeling.language` says so, and nothing is claimed about them.

    Raises UnreadableFile for a path that holds no script, InputError for a text without a line and
    for values out of range.
    """
    asked = ScriptOptions(input="", **options)
    if not isinstance(x, (str, PathLike)):
        raise InputError(
            f"script is a {type(x).__name__}, expected a path, or a text with a line break in it"
        )
    if isinstance(x, str) and not x.strip():
        raise InputError("script is an empty text, expected a line of speech or action")
    if isinstance(x, str) and ("\n" in x or "\r" in x):
        text = x.replace("\r\n", "\n").replace("\r", "\n")
        return tell(read_script_text(text, asked.format), asked)
    try:
        screenplay = read_script(x, asked.format)
    except UnreadableFile as error:
        if not isinstance(x, str) or os.path.lexists(x):
            raise
        hint = "if it is the text itself, end it with a line break"
        raise UnreadableFile(Path(x), f"{error.reason}; {hint}") from None
    return tell(screenplay, asked)


def tell(screenplay: Screenplay, options: ScriptOptions) -> ScriptFeelings:
    """What a script feels like, by the options of the verb."""
    reader = bundled_reader(options.method)
    spoken_only = options.lines == "speech" and any(
        line.kind == "speech" for line in screenplay.lines
    )
    groups = [
        [line for line in scene.lines if not spoken_only or line.kind == "speech"]
        for scene in screenplay.scenes
    ]
    lines = timed([line for group in groups for line in group], options.seconds_per_word)
    feelings, notes = _feelings(lines, screenplay, reader)
    if options.lines == "speech" and not spoken_only:
        notes.append(Note("no-speech", "nobody speaks in this script; all lines were taken"))
    told = [ToldLine(line, feeling) for line, feeling in zip(lines, feelings, strict=True)]
    scenes, at = [], 0
    for scene, group in zip(screenplay.scenes, groups, strict=True):
        if group:
            scenes.append(_scene(scene.heading, told[at : at + len(group)]))
        at += len(group)
    shares = [{} if f.language is not None else f.emotions for f in feelings]
    timeline = emotions_over_time(lines, shares)
    title, form = screenplay.title, screenplay.format
    return ScriptFeelings(title, form, tuple(scenes), timeline, (*screenplay.notes, *notes))


def _feelings(
    lines: Sequence[ScriptLine], screenplay: Screenplay, reader: FeelingReader
) -> tuple[list[Feeling], list[Note]]:
    tokens = [reader.tokens(line.text) for line in lines]
    called = {word.lower() for name in screenplay.characters for word in name.split()}
    names = names_among(tokens, reader.seeds, reader.taxonomy) | {w for w in called if len(w) > 1}
    languages = languages_of(tokens, reader.taxonomy)
    feelings = [
        reader.read(line.text, names=names, manner=line.manner, language=language)
        for line, language in zip(lines, languages, strict=True)
    ]
    notes = []
    foreign = Counter(feeling.language for feeling in feelings if feeling.language)
    for language, count in foreign.items():
        pairs = zip(lines, feelings, strict=True)
        rows = (line.number for line, each in pairs if each.language == language)
        places = [str(number) for number in dict.fromkeys(rows)]
        more = " ..." if len(places) > _NAMED else ""
        notes.append(
            Note(
                "other-language",
                f"{counted(count, 'line')} in {language} (line {', '.join(places[:_NAMED])}"
                f"{more}): words are known in English alone, so that nothing is said of them",
                count=count,
                loss=True,
            )
        )
    return feelings, notes


def _scene(heading: str, told: list[ToldLine]) -> SceneFeeling:
    read = [each for each in told if each.feeling.language is None]
    total_s = sum(each.end_s - each.start_s for each in read)
    tendency, shares = 0.0, dict.fromkeys(EMOTIONS, 0.0)
    for each in read:
        part = (each.end_s - each.start_s) / total_s
        tendency += part * each.feeling.tendency
        for name, share in each.feeling.emotions.items():
            shares[name] += part * share
    if not read:
        shares["neutral"] = 1.0
    felt = {name: share for name, share in shares.items() if name != "neutral"}
    emotion = max(felt, key=lambda name: felt[name])
    if sum(felt.values()) < _SCENE_FELT:
        emotion = "neutral"
    label = label_of(tendency, _SCENE_DECIDED)
    return SceneFeeling(heading, tendency, label, shares, emotion, tuple(told))
