"""Sound out of any file that holds some: decoded, mono, at one rate, on the clock of its clip.

What the frames of a clip call 0 s is 0 s here too: a sound that begins after its picture begins
with silence. Where the file's times leap forward, silence fills the gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import av
import numpy as np

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.file_signatures import format_of, is_text, why_blank
from paintreel.imaging.untrusted_files import read_head
from paintreel.media.containers import CONTAINERS
from paintreel.notes import Note
from paintreel.wording import counted

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

__all__ = [
    "RATE_HZ",
    "SOUND_SUFFIXES",
    "Sound",
    "SoundStream",
    "holds_sound",
    "notes_of",
    "open_sound",
    "read_sound",
    "sound_stream_of",
    "stream_sound",
    "zero_s",
]

RATE_HZ = 16_000
"""What speech is heard at unless another rate is asked for: up to 8 kHz, as the models learnt."""

SOUND_SUFFIXES = frozenset(
    {".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"}
    | {".au", ".caf", ".w64", ".mka"}
)
"""Suffixes (lower case, with dot) under which sound is looked for in folders."""

_SOUND_DEMUXERS = ("wav", "flac", "mp3", "aac", "aiff", "au", "caf", "w64", "ac3", "eac3")
_CLIP_DEMUXERS = (row.demuxer for row in CONTAINERS.values() if row.demuxer is not None)
_DEMUXERS = dict.fromkeys((*_CLIP_DEMUXERS, *_SOUND_DEMUXERS))
# As for clips: a playlist could make us open other files and network addresses.
_OPENING = {"format_whitelist": ",".join(_DEMUXERS), "protocol_whitelist": "file"}

_LEAST_RATE_HZ, _MOST_RATE_HZ = 4_000, 192_000
_MOST_CHANNELS = 64
_GAP_S = 0.05  # decoders round times; only what lies apart farther than this is a gap
_MOST_GAP_S = 3_600.0  # a damaged time may lie years ahead
_CUT_S = 0.1
_STREAMED = 0x7FFF_0000
_CANCELLED = 1e-3  # share of energy left below which channels cancel each other
_CLIPPED, _CLIPPED_SHARE = 0.999, 1e-3
_BROKEN_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound.

    samples  (N,) float32 mono in [-1, 1]
    rate_hz  samples per second
    start_s  when it starts, on the clock of the clip it is from
    notes    what happened while it was read
    """

    samples: Array
    rate_hz: int
    start_s: float = 0.0
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Raises InputError for samples of another form and for rates that hold no speech."""
        samples = self.samples
        if not isinstance(samples, np.ndarray) or samples.ndim != 1:
            shape = getattr(samples, "shape", type(samples).__name__)
            raise InputError(f"samples have shape {shape}, expected (N,): mono")
        if samples.dtype != np.float32:
            raise InputError(
                f"samples are {samples.dtype}, expected float32 in [-1, 1]; divide integers by "
                "their full scale"
            )
        if not _LEAST_RATE_HZ <= self.rate_hz <= _MOST_RATE_HZ:
            low, high = _LEAST_RATE_HZ, _MOST_RATE_HZ
            raise InputError(f"rate_hz is {self.rate_hz}, expected {low} to {high}")
        if samples.size and not np.isfinite(samples).all():
            raise InputError("samples hold NaN or infinite values; replace them")

    @property
    def length_s(self) -> float:
        """Seconds."""
        return len(self.samples) / self.rate_hz

    def part(self, start_s: float, length_s: float) -> Sound:
        """What is heard from `start_s` on, counted from the start of this sound, as a view."""
        first = max(0, round(start_s * self.rate_hz))
        last = max(first, round((start_s + length_s) * self.rate_hz))
        return Sound(
            self.samples[first:last], self.rate_hz, self.start_s + first / self.rate_hz, self.notes
        )


def read_sound(
    path: str | PathLike[str],
    rate_hz: int = RATE_HZ,
    *,
    start_s: float = 0.0,
    length_s: float | None = None,
) -> Sound:
    """The sound of a file, or a part of it, whole in memory: an hour at 16 kHz takes 230 MB.

    start_s, length_s  the part, in seconds on the clock of the clip; None is up to the end
    Raises UnreadableFile for what is no sound or damaged, InputError where the file has no sound,
    and for values out of range.
    """
    if not start_s >= 0 or (length_s is not None and not length_s > 0):
        raise InputError(f"start_s is {start_s}, length_s {length_s}: expected 0 or more, above 0")
    first = round(start_s * rate_hz)
    last = None if length_s is None else first + round(length_s * rate_hz)
    parts, at = [], 0
    with stream_sound(path, rate_hz, 10.0) as stream:
        for block in stream:
            end = at + len(block.samples)
            if end > first:
                parts.append(
                    block.samples[max(0, first - at) : None if last is None else last - at]
                )
            at = end
            if last is not None and at >= last:
                break
        notes = stream.notes()
    samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return Sound(samples, rate_hz, start_s, notes)


def stream_sound(
    path: str | PathLike[str], rate_hz: int = RATE_HZ, block_s: float = 10.0
) -> SoundStream:
    """The sound of a file, block by block: only the block at hand is in memory.

    An iterator of `Sound` and a context manager; each block is `block_s` seconds long but the last.
    Raises as `read_sound` does.
    """
    return SoundStream(Path(path), rate_hz, block_s)


def holds_sound(path: str | PathLike[str]) -> bool:
    """Whether the file opens and has a stream of sound that can be decoded."""
    try:
        container = open_sound(Path(path))
    except UnreadableFile:
        return False
    with container:
        return any(stream.codec_context is not None for stream in container.streams.audio)


class SoundStream:
    """Blocks of the sound of a file. See `stream_sound`.

    length_s  what the header says of the length of the sound, None where it does not
    """

    def __init__(self, path: Path, rate_hz: int, block_s: float) -> None:
        if not _LEAST_RATE_HZ <= rate_hz <= _MOST_RATE_HZ:
            raise InputError(f"rate_hz is {rate_hz}, expected {_LEAST_RATE_HZ} to {_MOST_RATE_HZ}")
        if not 0.1 <= block_s <= 3600:
            raise InputError(f"block_s is {block_s}, expected 0.1 to 3600 seconds")
        self._path, self.rate_hz = path, rate_hz
        self._block = round(block_s * rate_hz)
        self._container = open_sound(path)
        try:
            self._stream = sound_stream_of(self._container, path)
        except InputError:
            self._container.close()
            raise
        self._others = len(self._container.streams.audio) - 1
        self.source_rate_hz = int(self._stream.rate or 0)
        self.length_s = _length_s(self._container, self._stream)
        self._zero_s = zero_s(self._container)
        self._states_length = self._container.format.name == "flac"
        self._broken = self._gaps = self._clipped = self._heard = self._cancelled = 0
        self._cut_bytes = _cut_bytes(path)
        self._is_read = False
        self._blocks: Iterator[Sound] | None = None

    def __enter__(self) -> SoundStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> SoundStream:
        return self

    def __next__(self) -> Sound:
        if self._blocks is None:
            self._blocks = self._in_blocks()
        return next(self._blocks)

    def close(self) -> None:
        """Close the file; no block can be read after that."""
        self._blocks = iter(())
        self._container.close()

    def notes(self) -> tuple[Note, ...]:
        """What happened while reading, so far."""
        notes = []
        if self._others:
            text = f"the first of {self._others + 1} tracks of sound is heard"
            notes.append(Note("other-sound-unheard", text, self._others))
        if self._broken:
            text = f"{counted(self._broken, 'damaged packet')} of sound skipped"
            notes.append(Note("sound-damaged", text, self._broken, loss=True))
        if (missing_s := self._missing_s()) >= _CUT_S:
            text = f"the sound ends {missing_s:.1f} s before the length that its file states"
            notes.append(Note("sound-cut-short", f"{text}: it was cut off", loss=True))
        if self._gaps:
            text = f"{counted(self._gaps, 'gap')} in the sound filled with silence"
            notes.append(Note("sound-gaps", text, self._gaps))
        if self._cancelled:
            text = "the channels of the sound cancel each other: the first is heard alone"
            notes.append(Note("channels-cancel", text))
        notes += _clipping(self._clipped, self._heard)
        if 0 < self.source_rate_hz < RATE_HZ <= self.rate_hz:
            text = f"the sound has {self.source_rate_hz} Hz: hiss and s are missing above half that"
            notes.append(Note("sound-narrow", text))
        return tuple(notes)

    def _missing_s(self) -> float:
        """Seconds by which the file is shorter than it says; 0 where it does not say exactly."""
        if self._cut_bytes:
            rate = self._stream.codec_context.bit_rate
            return 8 * self._cut_bytes / rate if rate else _CUT_S
        if not self._is_read or self.length_s is None or not self._states_length:
            return 0.0
        return self.length_s - self._heard / self.rate_hz

    def _in_blocks(self) -> Iterator[Sound]:
        waiting: list[Array] = []
        length = at = 0
        for samples in self._on_the_clock():
            waiting.append(samples)
            length += len(samples)
            while length >= self._block:
                joined = np.concatenate(waiting)
                yield Sound(joined[: self._block], self.rate_hz, at / self.rate_hz)
                at += self._block
                waiting = [joined[self._block :]]
                length -= self._block
        self._is_read = True
        if length:
            yield Sound(np.concatenate(waiting), self.rate_hz, at / self.rate_hz)

    def _on_the_clock(self) -> Iterator[Array]:
        """Mono samples in order, silence where the times say there is none. Pieces are short."""
        count = 0
        resampler: av.AudioResampler | None = None
        form: tuple[str, str, int] | None = None
        for frame in self._decoded():
            if not 1 <= frame.layout.nb_channels <= _MOST_CHANNELS or frame.sample_rate <= 0:
                self._broken += 1
                continue
            here = (frame.format.name, frame.layout.name, frame.sample_rate)
            if resampler is None or here != form:
                if resampler is not None:  # another recording follows in the same stream
                    for part in self._mono(resampler.resample(None)):
                        count += len(part)
                        yield part
                form = here
                resampler = av.AudioResampler("fltp", frame.layout, self.rate_hz)
            due = self._due(frame)
            if due is not None and due - count > _GAP_S * self.rate_hz:
                self._gaps += 1 if count else 0
                missing = min(due - count, round(_MOST_GAP_S * self.rate_hz))
                count += missing
                while missing > 0:
                    piece = min(missing, self._block)
                    yield np.zeros(piece, np.float32)
                    missing -= piece
            frame.pts = None  # else the resampler would mend gaps by itself
            for part in self._mono(resampler.resample(frame)):
                count += len(part)
                yield part
        if resampler is not None:
            yield from self._mono(resampler.resample(None))

    def _due(self, frame: AudioFrame) -> int | None:
        """The sample at which a frame starts by the file's times."""
        if frame.pts is None or frame.time_base is None:
            return None
        return round((float(frame.pts * frame.time_base) - self._zero_s) * self.rate_hz)

    def _mono(self, frames: list[AudioFrame]) -> Iterator[Array]:
        """Not FFmpeg's own mix: it gives 1.41 times the level where channels are alike."""
        for frame in frames:
            channels = frame.to_ndarray()
            if not channels.size:
                continue
            channels = np.nan_to_num(channels.astype(np.float32, copy=False))
            mono = channels.mean(0)
            if len(channels) > 1:
                energy = float(np.square(channels).mean())
                if energy > 1e-8 and float(np.square(mono).mean()) < _CANCELLED * energy:
                    self._cancelled += 1
                    mono = channels[0]
            self._heard += len(mono)
            self._clipped += _at_full_scale(mono)
            yield mono.clip(-1, 1).astype(np.float32, copy=False)

    def _decoded(self) -> Iterator[AudioFrame]:
        """Frames as they come; damaged packets are counted and skipped."""
        good = 0
        for packet in self._packets():
            try:
                for frame in packet.decode():
                    good += 1
                    yield frame
            except av.error.EOFError:
                return
            except av.error.FFmpegError as error:
                self._broken += 1
                if not good and self._broken > _BROKEN_AT_MOST:
                    raise self._undecodable(error) from error
        if not good:
            raise self._undecodable(None)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        demuxed = self._container.demux(self._stream)
        while True:
            try:
                yield next(demuxed)
            except StopIteration:
                return
            except IndexError:  # a packet of a stream that begins midway, which PyAV does not know
                demuxed = self._container.demux(self._stream)
            except av.error.FFmpegError:
                self._broken += 1
                return

    def _undecodable(self, error: av.error.FFmpegError | None) -> UnreadableFile:
        detail = f" ({error.strerror})" if error is not None and error.strerror else ""
        return UnreadableFile(
            self._path, f"it holds no sound that can be decoded: empty, damaged or cut off{detail}"
        )


def open_sound(path: Path) -> InputContainer:
    """The opened container of a sound or clip; a context manager. Raises UnreadableFile."""
    head = read_head(path)
    blank = why_blank(head)
    if blank is not None:
        raise UnreadableFile(path, blank)
    if is_text(head):  # which some of FFmpeg's readers open by its suffix
        raise UnreadableFile(path, "it is a text file and no sound")
    if (picture := format_of(head)) is not None:
        raise UnreadableFile(path, f"it is a picture ({picture}), which has no sound")
    try:
        # "file:" keeps names such as "concat:..." from being read as addresses.
        return av.open(f"file:{path}", options=_OPENING, metadata_errors="replace")
    except av.error.FFmpegError as error:
        detail = error.strerror or type(error).__name__
        raise UnreadableFile(
            path,
            f"no sound of a known format, or damaged, cut off or encrypted ({detail}); expected "
            "WAV, FLAC, MP3, Ogg, Opus, M4A, AAC, AIFF or a clip with sound",
        ) from error


def sound_stream_of(container: InputContainer, path: Path) -> AudioStream:
    """The first stream of sound that can be decoded. Raises InputError where there is none."""
    streams = [s for s in container.streams.audio if s.codec_context is not None]
    if not streams:
        kinds = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
        raise InputError(f"{path} has no sound, only {kinds}")
    return streams[0]


def _cut_bytes(path: Path) -> int:
    """Bytes that a WAV or AIFF lacks of what its header states; 0 of others."""
    head = read_head(path)
    order: Literal["little", "big"] = "little" if head[:4] == b"RIFF" else "big"
    if head[:4] not in (b"RIFF", b"FORM") or len(head) < 12:
        return 0
    stated = int.from_bytes(head[4:8], order)
    if not 0 < stated < _STREAMED:  # what was written into a pipe states nothing
        return 0
    return max(0, 8 + stated - path.stat().st_size)


def _length_s(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / av.time_base


def zero_s(container: InputContainer) -> float:
    """What the frames of the clip call 0 s: the earliest start of picture and sound."""
    pictures = av.stream.Disposition.attached_pic
    streams = [
        *(s for s in container.streams.video if not s.disposition & pictures),
        *container.streams.audio,
    ]
    starts = [
        float(s.start_time * s.time_base)
        for s in streams
        if s.start_time is not None and s.time_base is not None
    ]
    return min(starts, default=0.0)


def notes_of(sound: Sound) -> list[Note]:
    """What should be known of samples that a program holds; files tell it as they are read."""
    return _clipping(_at_full_scale(sound.samples), len(sound.samples))


def _at_full_scale(mono: Array) -> int:
    return int((np.abs(mono) >= _CLIPPED).sum())


def _clipping(clipped: int, heard: int) -> list[Note]:
    if not heard or clipped / heard <= _CLIPPED_SHARE:
        return []
    share = 100 * clipped / heard
    text = f"the sound is clipped ({share:.1f} % of its samples at full scale)"
    return [Note("sound-clipped", text)]
