"""Whether a file is a clip, by its first bytes; apart, so that nothing loads FFmpeg."""

from __future__ import annotations

from pathlib import Path

from paintreel.errors import UnreadableFile
from paintreel.imaging.untrusted_files import read_head

__all__ = ["looks_like_clip"]

_SIGNATURES = (
    (4, b"ftyp"),  # MP4, MOV, 3GP
    (4, b"moov"),
    (4, b"mdat"),
    (0, b"\x1aE\xdf\xa3"),  # Matroska, WebM
    (0, b"OggS"),
    (8, b"AVI "),
    (0, b"\x00\x00\x01\xba"),  # MPEG programme stream
    (0, b"\x00\x00\x01\xb3"),
    (0, b"FLV\x01"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),  # ASF, WMV
    (0, b"\x06\x0e\x2b\x34"),  # MXF
)
_TS_SYNC, _TS_PACKET_BYTES, _M2TS_STAMP_BYTES = 0x47, 188, 4


def looks_like_clip(path: Path) -> bool:
    """Whether the content of a file starts as that of a container of video does.

    False also for what is missing, no file or not permitted; sound alone may look like a clip.
    """
    try:
        head = read_head(path)
    except UnreadableFile:
        return False
    if any(head.startswith(signature, offset) for offset, signature in _SIGNATURES):
        return True
    return any(
        len(head) > start + _TS_PACKET_BYTES
        and head[start] == head[start + _TS_PACKET_BYTES] == _TS_SYNC
        for start in (0, _M2TS_STAMP_BYTES)
    )
