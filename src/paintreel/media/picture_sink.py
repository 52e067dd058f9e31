"""What the writers of pictures alone share: there is no place for sound and other streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.media.animated_metadata import fitted, metadata_for
from paintreel.media.clip_metadata import unkept_metadata
from paintreel.media.containers import Container
from paintreel.media.frame import FrameSource
from paintreel.media.passthrough import Passthrough
from paintreel.notes import Note
from paintreel.wording import counted

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["PictureSink"]


class PictureSink:
    """The part of a `paintreel.media.writer.FrameSink` that says what is left out."""

    dropped = 0

    def __init__(self, container: Container, source: FrameSource, *, audio: bool) -> None:
        beside = Passthrough(source.streams(), None, container, audio=audio)
        self.audio, self.subtitles = tuple(beside.audio), tuple(beside.subtitles)
        self._beside, self._container = beside, container
        self._fitted = fitted(container, source)
        self._chapters = len(source.chapters())
        self._metadata = metadata_for(container, source)

    def notes(self) -> tuple[Note, ...]:
        """What of the source a file or folder of pictures cannot hold."""
        title = self._container.title
        notes = (*self._beside.notes(), *unkept_metadata(self._metadata, (), f"a {title}"))
        if self._chapters:
            text = f"{counted(self._chapters, 'chapter mark')} left out: a {title} has none"
            notes = (*notes, Note("chapters-left-out", text, self._chapters, loss=True))
        return (*notes, *self._fitted.notes)

    def write_packet(self, packet: Packet[Stream]) -> None:
        """Sound and subtitles have no place here."""

    def abort(self) -> None:
        """Nothing is open."""
