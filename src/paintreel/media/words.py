"""Title, place, language and the other words of a clip, and which of them a container keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av

from paintreel.media.frame import counted
from paintreel.notes import Note

if TYPE_CHECKING:
    from av.stream import Stream

    from paintreel.media.frame import FrameSource

__all__ = [
    "KEYED_WORDS",
    "KeptWords",
    "language_of",
    "own_words",
    "unkept_languages",
    "unkept_words",
    "words_in",
]

KEYED_WORDS = ("com.apple.", "com.android.")
"""How words begin that MP4 and MOV keep in a table of their own."""
_WRITTEN_BY_MUXERS = {
    "encoder", "major_brand", "minor_version", "compatible_brands", "creation_time", "duration",
    "com.android.version", "software", "encoding_tool", "wmfsdkversion", "wmfsdkneeded", "isvbr",
    "deviceconformancetemplate", "metadatacreator", "moov_time_scale", "timecode",
}  # fmt: skip
_APPLE_LOCATION = "com.apple.quicktime.location.ISO6709"
_MANY = 4


def own_words(source: FrameSource) -> dict[str, str]:
    """The words of a source that its result is to have."""
    words = source.metadata()
    # What muxers write anew is not carried, but for the day of the recording.
    own = {
        name: text
        for name, text in words.items()
        if name.lower() not in _WRITTEN_BY_MUXERS - {"creation_time"}
        and not (name.endswith("-eng") and name.removesuffix("-eng") in words)
    }
    # Where a telephone was: MP4 and MOV have a field for it under this name.
    if _APPLE_LOCATION in own:
        own.setdefault("location", own[_APPLE_LOCATION])
    return own


class KeptWords(NamedTuple):
    """What a written clip holds: names of its words, lower case, and each stream's language."""

    names: frozenset[str] = frozenset()
    languages: tuple[str | None, ...] = ()


def words_in(path: Path) -> KeptWords:
    """The words of the clip at `path`; none where it cannot be read."""
    with suppress(av.error.FFmpegError), av.open(f"file:{path}", metadata_errors="replace") as clip:
        names = frozenset(name.lower() for name in clip.metadata)
        return KeptWords(names, tuple(language_of(stream) for stream in clip.streams))
    return KeptWords()


def language_of(stream: Stream) -> str | None:
    """The language that a stream states, None where it states none."""
    language = stream.metadata.get("language")
    return None if language in (None, "und") else language


def unkept_languages(
    wanted: Iterable[str | None], kept: Iterable[str | None], title: str
) -> tuple[Note, ...]:
    """A note on the languages, stream by stream, that a container called `title` did not keep."""
    pairs = zip(wanted, kept, strict=False)
    lost = [before for before, after in pairs if before is not None and after is None]
    if not lost:
        return ()
    text = f"{title} has no code for the language {', '.join(dict.fromkeys(lost))}: left out"
    return (Note("language-left-out", text, len(lost), loss=True),)


def unkept_words(wanted: Mapping[str, str], kept: Iterable[str], title: str) -> tuple[Note, ...]:
    """A note on the words that are not among the names `kept` by a container called `title`."""
    names = {name.lower() for name in kept} | _WRITTEN_BY_MUXERS
    lost = [name for name in wanted if name.lower() not in names]
    if not lost:
        return ()
    listed = ", ".join(lost[:_MANY]) + (", ..." if len(lost) > _MANY else "")
    text = f"{counted(len(lost), 'word')} about the clip left out ({listed}): no place in {title}"
    return (Note("words-left-out", text, len(lost), loss=True),)
