"""Animated PNG (W3C recommendation, third edition), written frame by frame, and AVIF made of it.

FFmpeg's encoder of animated PNG takes two seconds for a transparent frame of 720p, this one a
tenth. Pillow's writer of AVIF wants all frames at once, so they lie in a file until the end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np

from paintreel.errors import OutputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import checked_file
from paintreel.imaging.carried import Carried
from paintreel.imaging.encoding import SAVE_OPTIONS, metadata_chunks
from paintreel.imaging.png import PNG_SIGNATURE, packed_chunk
from paintreel.imaging.temporary_names import temporary_name
from paintreel.imaging.untrusted_files import pillow_image
from paintreel.media.containers import CONTAINERS, Container
from paintreel.media.frame import Frame, FrameSource
from paintreel.media.pacing import pacer_for
from paintreel.media.picture_sink import PictureSink
from paintreel.media.pixels import on_white
from paintreel.notes import Note

__all__ = ["AvifWriter", "PngWriter"]

_COMPRESSION = [cv2.IMWRITE_PNG_COMPRESSION, 2]
_RGB, _RGBA = 2, 6
_CONTROL_AT = 8 + 25  # of the chunk acTL, after IHDR
_LONGEST = 65_535  # numerator and denominator of a delay
_OPAQUE = 255
_AVIF_QUALITY = 90  # as of animated WebP


class PngWriter(PictureSink):
    """Writes frames into an animated PNG at `path`: a `paintreel.media.writer.FrameSink`.

    Of each frame the rectangle is stored that differs from the one before. `alpha` is whether the
    pixels have it, `loop` how often the animation plays, 0 for ever.
    """

    def __init__(
        self,
        path: Path,
        source: FrameSource,
        *,
        alpha: bool,
        loop: int = 0,
        audio: bool = True,
        container: Container = CONTAINERS["apng"],
    ) -> None:
        super().__init__(container, source, audio=audio)
        self._alpha, self._loop = alpha, loop
        self._pacer = pacer_for(
            container, source.info.time_base, from_animation=source.info.is_animation
        )
        self._before: Array | None = None
        self._count = self._sequence = self._laid_on_white = 0
        self._opened = ExitStack()
        self._file: BinaryIO = self._opened.enter_context(checked_file(path))
        header = struct.pack(
            ">IIBBBBB", source.width, source.height, 8, _RGBA if alpha else _RGB, 0, 0, 0
        )
        self._file.write(PNG_SIGNATURE + packed_chunk(b"IHDR", header) + self._control())
        carried = self._stored_metadata()
        for chunk in metadata_chunks(carried.metadata):
            self._file.write(packed_chunk(*chunk))
        if carried.exif:
            self._file.write(packed_chunk(b"eXIf", carried.exif))

    @property
    def dropped(self) -> int:  # type: ignore[override]  # counted while it writes
        """How many frames were left out."""
        return self._pacer.dropped

    def _stored_metadata(self) -> Carried:
        """What goes beside the frames into this file."""
        return self._fitted

    def _control(self) -> bytes:
        return packed_chunk(b"acTL", struct.pack(">II", self._count, self._loop))

    def notes(self) -> tuple[Note, ...]:
        """What was not kept as it was, so far."""
        notes = [*self._pacer.notes(), *super().notes()]
        if self._laid_on_white:
            text = "transparent parts are laid on white"
            notes.append(Note("alpha-lost", text, self._laid_on_white, loss=True))
        return tuple(notes)

    def write(self, frame: Frame) -> None:
        """Encode one frame, of the size of the source's."""
        for paced in self._pacer.push(frame):
            self._write(paced)

    def _write(self, frame: Frame) -> None:
        pixels = frame.pixels
        if self._alpha:
            opaque = np.full(pixels.shape[:2], _OPAQUE, np.uint8)
            pixels = np.dstack([pixels, opaque if frame.alpha is None else frame.alpha])
        elif frame.alpha is not None:
            pixels = on_white(pixels, frame.alpha)
            self._laid_on_white += 1
        left, top, right, bottom = _difference(self._before, pixels)
        self._before = pixels
        shown = struct.pack(
            ">IIIIIHHBB",
            self._sequence, right - left, bottom - top, left, top, *_delay(frame.duration), 0, 0,
        )  # fmt: skip
        self._file.write(packed_chunk(b"fcTL", shown))
        self._sequence += 1
        for content in _packed(pixels[top:bottom, left:right]):
            if self._count == 0:  # programs that play no animation show this one
                self._file.write(packed_chunk(b"IDAT", content))
            else:
                numbered = struct.pack(">I", self._sequence) + content
                self._file.write(packed_chunk(b"fdAT", numbered))
                self._sequence += 1
        self._count += 1

    def close(self) -> None:
        """Write what is held back, how many frames there are, and the end of the file."""
        for frame in self._pacer.finish():
            self._write(frame)
        self._file.write(packed_chunk(b"IEND", b""))
        self._file.seek(_CONTROL_AT)
        self._file.write(self._control())
        self._opened.close()

    def abort(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self._opened.close()


class AvifWriter(PngWriter):
    """Writes frames into an AVIF sequence at `path`, by way of an animated PNG beside it."""

    def __init__(
        self, path: Path, source: FrameSource, *, alpha: bool, loop: int = 0, audio: bool = True
    ) -> None:
        self._path = path
        self._frames_at = path.with_name(temporary_name(".png"))
        self._durations_ms: list[int] = []
        super().__init__(
            self._frames_at,
            source,
            alpha=alpha,
            loop=loop,
            audio=audio,
            container=CONTAINERS["avif"],
        )

    def _stored_metadata(self) -> Carried:
        return Carried()

    def notes(self) -> tuple[Note, ...]:
        """What was not kept as it was, so far."""
        if not self._loop:
            return super().notes()
        times = "once" if self._loop == 1 else f"{self._loop} times"
        text = f"the animation plays for ever, not {times}: AVIF cannot be told"
        return (*super().notes(), Note("loop-lost", text, loss=True))

    def _write(self, frame: Frame) -> None:
        self._durations_ms.append(frame.duration)
        super()._write(frame)

    def close(self) -> None:
        """Encode the frames."""
        super().close()
        carried = self._fitted
        options = dict(SAVE_OPTIONS["AVIF"])
        if carried.exif:
            options["exif"] = carried.exif
        if carried.metadata.xmp:
            options["xmp"] = carried.metadata.xmp
        try:
            with self._frames_at.open("rb") as frames, checked_file(self._path) as file:
                pillow_image(self._frames_at, frames, "PNG").save(
                    file,
                    format="AVIF",
                    save_all=True,
                    duration=self._durations_ms,
                    quality=_AVIF_QUALITY,
                    **options,
                )
        except (ValueError, RuntimeError) as error:
            raise OutputError(f"cannot write {self._path.suffix}: {error}") from error
        finally:
            self._forget_frames()

    def abort(self) -> None:
        """Let go of the files."""
        super().abort()
        self._forget_frames()

    def _forget_frames(self) -> None:
        with suppress(OSError):
            self._frames_at.unlink()


def _difference(before: Array | None, pixels: Array) -> tuple[int, int, int, int]:
    """The rectangle (left, top, right, bottom) in which two frames differ; a pixel at least."""
    height, width = pixels.shape[:2]
    if before is None:
        return 0, 0, width, height
    changed = np.any(before != pixels, axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not len(rows):
        return 0, 0, 1, 1
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _delay(duration_ms: int) -> tuple[int, int]:
    """The delay as a fraction of a second, each of whose numbers has 16 bits."""
    for rate in (1000, 100, 10):
        ticks = round(duration_ms * rate / 1000)
        if ticks <= _LONGEST:
            return max(1, ticks), rate
    return min(round(duration_ms / 1000), _LONGEST), 1


def _packed(pixels: Array) -> Iterator[bytes]:
    """The contents of the chunks IDAT of `pixels` as PNG."""
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    ok, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, order), _COMPRESSION)
    if not ok:
        raise OutputError(f"cannot encode {pixels.shape[1::-1]} pixels as PNG")
    data, at = encoded.data, len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            yield bytes(data[at + 8 : at + 8 + length])
        at += 12 + length
