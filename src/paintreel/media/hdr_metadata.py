"""What frames say beside their pixels of high dynamic range: its peak, and Dolby Vision.

The layouts are those of FFmpeg's structures in memory, in which its side data come.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, cast

from paintreel.imaging.tone_mapping import REFERENCE_WHITE_CD_M2
from paintreel.media.colour_tags import UNSPECIFIED

if TYPE_CHECKING:
    from av.sidedata.sidedata import SideDataContainer
    from av.video.frame import VideoFrame

__all__ = ["is_dolby_vision_alone", "peak_cd_m2", "side_data"]

_HIGHEST_CD_M2 = 10_000.0
_MASTERING_BYTES, _MAX_LUMINANCE, _HAS_LUMINANCE = 88, 72, 84
_DOLBY_HEADER = struct.Struct("=BxHBBBBBBB")
_DOLBY_TAGS = ("dvh1", "dvhe", "dav1", "dva1", "dvav")
"""Tracks of the MP4 family that only Dolby's decoders show."""
_IPT_C2 = 15


def side_data(frame: VideoFrame, name: str) -> bytes | None:
    """The side data of that name, as FFmpeg holds them; None without."""
    container = cast("SideDataContainer", frame.side_data)  # PyAV's stub knows one key of many
    try:
        return bytes(memoryview(container[name]))
    except KeyError:
        return None


def peak_cd_m2(frame: VideoFrame) -> float | None:
    """The brightest light that the clip states: of its content, else of the screen it was made on.

    None where it states none that can be true.
    """
    content = side_data(frame, "CONTENT_LIGHT_LEVEL")
    mastering = side_data(frame, "MASTERING_DISPLAY_METADATA")
    stated = [_content_peak(content), _mastering_peak(mastering)]
    known = [p for p in stated if p is not None and REFERENCE_WHITE_CD_M2 <= p <= _HIGHEST_CD_M2]
    return min(known, default=None)


def _content_peak(data: bytes | None) -> float | None:
    return None if data is None or len(data) < 4 else float(struct.unpack_from("=I", data)[0])


def _mastering_peak(data: bytes | None) -> float | None:
    if data is None or len(data) < _MASTERING_BYTES:
        return None
    numerator, denominator = struct.unpack_from("=ii", data, _MAX_LUMINANCE)
    (is_known,) = struct.unpack_from("=i", data, _HAS_LUMINANCE)
    return numerator / denominator if is_known and denominator else None


def is_dolby_vision_alone(frame: VideoFrame, codec_tag: str) -> bool:
    """Whether it is Dolby Vision without a picture that others can show: its profile 5.

    `codec_tag` is that of the stream. Profile 8, as telephones record, has such a picture.
    """
    if frame.colorspace == _IPT_C2:
        return True
    is_untagged = frame.color_trc in (0, UNSPECIFIED)
    if is_untagged and codec_tag.lower() in _DOLBY_TAGS:
        return True
    return is_untagged and _is_profile_5(side_data(frame, "DOVI_METADATA"))


def _is_profile_5(data: bytes | None) -> bool:
    """As libavcodec guesses: RPU profile 0 with a base layer of full range."""
    if data is None or len(data) < struct.calcsize("@N"):
        return False
    (offset,) = struct.unpack_from("@N", data)
    if offset + _DOLBY_HEADER.size > len(data):
        return False
    *_, rpu_profile, _level, _filter, _coefficients, _log2, _normalised, full_range = (
        _DOLBY_HEADER.unpack_from(data, offset)
    )
    return bool(rpu_profile == 0 and full_range == 1)
