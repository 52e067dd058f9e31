"""What a packet of sound says of itself, and clips whose sound becomes another midway.

Codecs of broadcasts repeat rate and channels in every packet, so that one can join in; where two
recordings were joined they change, while headers of files state them once for all.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av

from paintreel.media.clip import codec_name, open_clip, packets_of, row_of

if TYPE_CHECKING:
    from av.stream import Stream

__all__ = ["SoundKind", "changes_of_sound", "sound_kind"]

# Where packets keep their own headers: in the others they are taken off, or there is an index.
_KEEP_HEADERS = frozenset({"mpegts", "mpeg", "matroska"})
_SELF_FRAMED = frozenset({"aac", "mp1", "mp2", "mp3", "mp1float", "mp2float", "ac3", "eac3"})
_SEEN_OFTEN = 2  # packets: a damaged header comes once

_AAC_RATES = (
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
)  # fmt: skip
_AAC_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)
_ADTS_BYTES = 7
_MPEG_RATES = (44_100, 48_000, 32_000)
_MPEG_HALVINGS = {3: 0, 2: 1, 0: 2}  # MPEG-1, 2 and 2.5, by their bits
_MPEG_MONO = 3
_AC3_RATES = (48_000, 44_100, 32_000)
_AC3_CHANNELS = (2, 1, 2, 3, 3, 4, 4, 5)
_AC3_LAST = 10  # bsid of AC-3; above it is E-AC-3
_EAC3_LAST = 16
_AC3_BYTES = 8


class SoundKind(NamedTuple):
    """A codec as FFmpeg calls it, samples a second, and channels (0: not in the header)."""

    codec: str
    rate: int
    channels: int

    def __str__(self) -> str:
        channels = f", {self.channels} channel{'s' * (self.channels != 1)}" * bool(self.channels)
        return f"{self.codec} of {self.rate} Hz{channels}"


def sound_kind(data: bytes) -> SoundKind | None:
    """What the header at the start of a packet says: ADTS (AAC), MPEG audio, AC-3, E-AC-3.

    None where there is no such header.

    >>> sound_kind(bytes.fromhex("fff150400d7ffc") + bytes(100))
    SoundKind(codec='aac', rate=44100, channels=1)
    """
    if len(data) < _AC3_BYTES:
        return None
    if data[0] == 0xFF and data[1] & 0xF6 == 0xF0:
        return _adts(data)
    if data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return _mpeg(data)
    return _ac3(data) if data[:2] == b"\x0b\x77" else None


def _adts(data: bytes) -> SoundKind | None:
    rate, channels = data[2] >> 2 & 15, (data[2] & 1) << 2 | data[3] >> 6
    length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
    if rate >= len(_AAC_RATES) or not _ADTS_BYTES <= length <= len(data):
        return None
    return SoundKind("aac", _AAC_RATES[rate], _AAC_CHANNELS[channels])


def _mpeg(data: bytes) -> SoundKind | None:
    halvings, layer = _MPEG_HALVINGS.get(data[1] >> 3 & 3), 4 - (data[1] >> 1 & 3)
    rate, bit_rate = data[2] >> 2 & 3, data[2] >> 4
    if halvings is None or layer > 3 or rate >= len(_MPEG_RATES) or bit_rate == 15:
        return None
    channels = 1 if data[3] >> 6 == _MPEG_MONO else 2
    return SoundKind(f"mp{layer}", _MPEG_RATES[rate] >> halvings, channels)


def _ac3(data: bytes) -> SoundKind | None:
    version = data[5] >> 3
    if version <= _AC3_LAST:
        rate, mode = data[4] >> 6, data[6] >> 5
        if rate >= len(_AC3_RATES):
            return None
        # What stands between the mode and the bit of the bass channel depends on the mode.
        at = 3 + 2 * (mode & 1 and mode != 1) + 2 * bool(mode & 4) + 2 * (mode == 2)
        bass = (data[6] << 8 | data[7]) >> (15 - at) & 1
        return SoundKind("ac3", _AC3_RATES[rate], _AC3_CHANNELS[mode] + bass)
    rate, half = data[4] >> 6, data[4] >> 4 & 3
    if version > _EAC3_LAST or data[2] >> 6 == 1:  # a part that only adds channels
        return None
    if rate >= len(_AC3_RATES):
        if half >= len(_AC3_RATES):
            return None
        hertz = _AC3_RATES[half] // 2
    else:
        hertz = _AC3_RATES[rate]
    return SoundKind("eac3", hertz, _AC3_CHANNELS[data[4] >> 1 & 7] + (data[4] & 1))


def changes_of_sound(path: Path) -> dict[int, tuple[SoundKind, ...]]:
    """The kinds of sound, in the order they come, of every stream of a clip that has more than one.

    By the index of the stream. Packets are read and not decoded; other files than those whose
    packets have headers are not read at all.
    """
    with open_clip(path) as container:
        streams: list[Stream] = [
            stream for stream in container.streams.audio if codec_name(stream) in _SELF_FRAMED
        ]
        if row_of(container).demuxer not in _KEEP_HEADERS or not streams:
            return {}
        seen: dict[int, Counter[SoundKind]] = {stream.index: Counter() for stream in streams}
        try:
            for packet in packets_of(container, streams):
                kind = sound_kind(bytes(packet)) if packet.size else None
                if kind is not None:
                    seen[packet.stream_index][kind] += 1
        except av.error.FFmpegError:
            pass  # damaged from here on, as the reader will say
    often = {
        index: tuple(kind for kind, count in kinds.items() if count >= _SEEN_OFTEN)
        for index, kinds in seen.items()
    }
    return {index: kinds for index, kinds in often.items() if len(kinds) > 1}
