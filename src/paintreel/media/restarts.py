"""Where a stream begins anew with other parameters, as where two recordings were joined.

Decoders give frames later than they take packets, and what they hold is lost to many of them when
the size changes. So the decoder is emptied before the packet that begins a new sequence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["SequenceWatch"]

_START = b"\x00\x00\x01"
_LENGTH_BYTES = 4  # of what stands before each unit in the MP4 family
_MOST_UNITS = 32
_SIZE_BYTES = 4  # of an MPEG-2 header: width, height, shape of pixels, rate; then bit rates follow


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
