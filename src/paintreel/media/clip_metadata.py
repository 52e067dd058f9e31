"""Metadata of a clip, such as title, place and language, and what of it a container keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av

from paintreel.notes import Note
from paintreel.wording import counted, some_of

if TYPE_CHECKING:
    from av.stream import Stream

    from paintreel.media.frame import FrameSource

__all__ = [
    "KEYED_METADATA",
    "KeptMetadata",
    "language_of",
    "metadata_in",
    "own_metadata",
    "unkept_languages",
    "unkept_metadata",
]

KEYED_METADATA = ("com.apple.", "com.android.")
"""How names of metadata begin that MP4 and MOV keep in a table of their own."""
_WRITTEN_BY_MUXERS = {
    "encoder", "major_brand", "minor_version", "compatible_brands", "creation_time", "duration",
    "com.android.version", "software", "encoding_tool", "wmfsdkversion", "wmfsdkneeded", "isvbr",
    "deviceconformancetemplate", "metadatacreator", "moov_time_scale", "timecode",
}  # fmt: skip
_APPLE_LOCATION = "com.apple.quicktime.location.ISO6709"
_MANY = 4


def own_metadata(source: FrameSource) -> dict[str, str]:
    """The metadata of a source that its result is to have, {name: text}."""
    metadata = source.metadata()
    # What muxers write anew is not carried, but for the day of the recording.
    own = {
        name: text
        for name, text in metadata.items()
        if name.lower() not in _WRITTEN_BY_MUXERS - {"creation_time"}
        and not (name.endswith("-eng") and name.removesuffix("-eng") in metadata)
    }
    # Where a telephone was: MP4 and MOV have a field for it under this name.
    if _APPLE_LOCATION in own:
        own.setdefault("location", own[_APPLE_LOCATION])
    return own


class KeptMetadata(NamedTuple):
    """What a written clip holds: names of its metadata, lower case, and each stream's language."""

    names: frozenset[str] = frozenset()
    languages: tuple[str | None, ...] = ()


def metadata_in(path: Path) -> KeptMetadata:
    """What the clip at `path` holds; nothing where it cannot be read."""
    with suppress(av.error.FFmpegError), av.open(f"file:{path}", metadata_errors="replace") as clip:
        names = frozenset(name.lower() for name in clip.metadata)
        return KeptMetadata(names, tuple(language_of(stream) for stream in clip.streams))
    return KeptMetadata()


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


def unkept_metadata(wanted: Mapping[str, str], kept: Iterable[str], title: str) -> tuple[Note, ...]:
    """A note on the metadata that is not among the names `kept` by a container called `title`."""
    names = {name.lower() for name in kept} | _WRITTEN_BY_MUXERS
    lost = [name for name in wanted if name.lower() not in names]
    if not lost:
        return ()
    what = f"{counted(len(lost), 'piece')} of the clip's metadata left out ({some_of(lost, _MANY)})"
    text = f"{what}: no place in {title}"
    return (Note("metadata-left-out", text, len(lost), loss=True),)
