"""Where a stream begins anew with other parameters, as where two recordings were joined.

Decoders give frames later than they take packets, and what they hold is lost to many of them when
the size changes. So the decoder is emptied before the packet that begins a new sequence.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["OtherCodecWatch", "SequenceWatch"]

_START = b"\x00\x00\x01"
_LENGTH_BYTES = 4  # of what stands before each unit in the MP4 family
_MOST_UNITS = 32
_SIZE_BYTES = 4  # of an MPEG-2 header: width, height, shape of pixels, rate; then bit rates follow
_WATCHED = frozenset({"h264", "hevc", "mpeg2video", "mpeg4"})
_FAMILIES = {"mpeg1video": "mpeg2video"}
_H264_SPS = frozenset({0x27, 0x47, 0x67})
_H264_PPS = frozenset({0x28, 0x48, 0x68})
# Units before the header of a sequence: marks between pictures, or what is around all sequences.
_MARKS_BEFORE = {"h264": 1, "hevc": 1, "mpeg2video": 0, "mpeg4": 3}
_H264_PROFILES = frozenset({44, 66, 77, 88, 100, 110, 118, 122, 128, 244})


class SequenceWatch:
    """Call it with the packets of one video stream in order: does this one begin a new sequence?

    codec: FFmpeg's name. The parameters in packets of H.264, HEVC, MPEG-1, 2 and 4 are compared, of
    others what the container says beside the packet.
    """

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._before: bytes | None = None

    def __call__(self, packet: Packet[Stream]) -> bool:
        if packet.has_sidedata("new_extradata") or packet.has_sidedata("param_change"):
            return True
        if not packet.is_keyframe:
            return False
        parameters = _parameters(self._codec, bytes(packet))
        if parameters is None:
            return False
        before, self._before = self._before, parameters
        return before is not None and before != parameters


class OtherCodecWatch:
    """Call it with the packets of one stream: does this one belong to a recording in another codec?

    codec: FFmpeg's name; H.264, HEVC, MPEG-1, 2 and 4 in streams with start codes are told. Where
    another begins, all that follows is its own until the first codec begins again. `found` counts
    the packets by codec; MPEG-1 counts as MPEG-2.
    """

    def __init__(self, codec: str) -> None:
        self.found: dict[str, int] = {}
        self._own = _FAMILIES.get(codec, codec)
        self._current = self._own

    def __call__(self, packet: Packet[Stream]) -> bool:
        if self._own not in _WATCHED:
            return False
        heads = _heads(bytes(packet))
        if heads and heads[0].leads:
            self._current = heads[0].codec
        current = self._current
        if heads:  # the demuxer may put the end of one recording and the next into one packet
            self._current = heads[-1].codec
        if current == self._own:
            return False
        self.found[current] = self.found.get(current, 0) + 1
        return True


class _Head(NamedTuple):
    """The header of a sequence in a packet; `leads`: no picture is before it."""

    codec: str
    leads: bool


def _heads(data: bytes) -> list[_Head]:
    """The headers of sequences in a packet, by two units that follow each other.

    One unit is not enough: one damaged byte would leave out all that follows.
    """
    units, at = [], data.find(_START)
    while at >= 0:
        units.append(data[at + 3 : at + 5])
        at = data.find(_START, at + 3)
    units = [unit for unit in units if len(unit) == 2]
    found = []
    for index, (unit, following) in enumerate(pairwise(units)):
        before = units[index - 1][0] if index else -1
        codec = _codec_of(before, unit, following)
        if codec is not None:
            found.append(_Head(codec, leads=index <= _MARKS_BEFORE[codec]))
    return found


def _codec_of(before: int, unit: bytes, following: bytes) -> str | None:
    code, after = unit[0], following[0]
    if code == 0xB3:
        return "mpeg2video" if after in (0xB5, 0xB8, 0x00, 0xB2) else None
    if 0x20 <= code <= 0x2F and after in (0xB2, 0xB6):
        return "mpeg4"
    if unit == b"\x40\x01" and following == b"\x42\x01":
        return "hevc"
    # Slices of MPEG-2 are numbered: 0x27 comes after 0x26 there.
    is_sps = code in _H264_SPS and unit[1] in _H264_PROFILES and before != code - 1
    return "h264" if is_sps and after in _H264_PPS else None


def _parameters(codec: str, data: bytes) -> bytes | None:
    """What in a packet sets size, format and shape; None where it has no such thing."""
    found = [unit for unit in _units(codec, data) if _sets_sequence(codec, unit)]
    if codec in ("mpeg1video", "mpeg2video"):
        found = [unit[: 1 + _SIZE_BYTES] for unit in found]
    return b"".join(found) or None


def _sets_sequence(codec: str, unit: bytes) -> bool:
    kind = unit[0] if unit else -1
    if codec == "h264":
        return kind & 0x1F == 7
    if codec == "hevc":
        return (kind >> 1) & 0x3F == 33
    if codec in ("mpeg1video", "mpeg2video"):
        return kind == 0xB3 or (kind == 0xB5 and unit[1:2] != b"" and unit[1] >> 4 == 1)
    return codec == "mpeg4" and 0x20 <= kind <= 0x2F


def _units(codec: str, data: bytes) -> list[bytes]:
    """The first units of a packet, which hold the parameters, with or without start codes."""
    units: list[bytes] = []
    if codec in ("h264", "hevc") and _START not in data[:4]:
        at = 0
        while at + _LENGTH_BYTES < len(data) and len(units) < _MOST_UNITS:
            end = at + _LENGTH_BYTES + int.from_bytes(data[at : at + _LENGTH_BYTES], "big")
            units.append(data[at + _LENGTH_BYTES : end])
            at = end
        return units
    at = data.find(_START)
    while at >= 0 and len(units) < _MOST_UNITS:
        end = data.find(_START, at + 3)
        unit = data[at + 3 : end if end >= 0 else len(data)]
        units.append(unit.rstrip(b"\x00"))
        at = end
    return units
