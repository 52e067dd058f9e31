"""Stills of high dynamic range: how they are told, read with all their bits, and tone-mapped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paintreel.imaging.arrays import Array, to_8bit
from paintreel.imaging.coding_points import HDR_TRANSFERS, CodingPoints
from paintreel.imaging.profiles import coding_points_of_icc, describe_icc
from paintreel.imaging.tone_mapping import tone_map, tone_mapped_note
from paintreel.notes import Note

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["high_range_of", "tone_mapped", "white_after_swscale"]

# Profiles older than the tag cicp say it in their names, such as "ITUR_2100_PQ_FULL".
_NAMED = {
    16: re.compile(r"(?<![A-Za-z])(PQ|2084|HDR10)(?![A-Za-z])"),
    18: re.compile(r"(?<![A-Za-z])HLG(?![A-Za-z])"),
}
_WIDE_PRIMARIES, _P3_PRIMARIES = 9, 12
_P3 = re.compile(r"P3", re.IGNORECASE)
_FEW_BITS = 8
_SWS_MATRIX = {1: 1, 5: 5, 6: 5, 7: 7, 9: 9}
_FULL_RANGE = 2
_DEEP_BITS = 16
# Of swscale's YUV of limited range, and RGB of 8 bits: 255 x 256 and not x 257.
_WHITE_OF_LIMITED = 65_283


def high_range_of(points: CodingPoints | None, icc: bytes | None) -> CodingPoints | None:
    """The codes of a picture of high dynamic range that states them or has that profile.

    None for one of standard range.
    """
    of_profile = None
    if icc is not None:
        of_profile = coding_points_of_icc(icc) or _points_by_name(describe_icc(icc))
    for stated in (points, of_profile):
        if stated is not None and stated.transfer in HDR_TRANSFERS:
            return stated
    return None


def _points_by_name(name: str) -> CodingPoints | None:
    primaries = _P3_PRIMARIES if _P3.search(name) else _WIDE_PRIMARIES
    found = (code for code, pattern in _NAMED.items() if pattern.search(name))
    return next((CodingPoints(primaries, code) for code in found), None)


def tone_mapped(
    path: Path, format: str, pixels: Array, points: CodingPoints | None
) -> tuple[Array, tuple[Note, ...]]:
    """(pixels in sRGB, notes) of a still of high dynamic range; those of others as they are.

    format  Pillow's name
    pixels  as they are stored: (H, W), (H, W, 3) or (H, W, 4), uint8 or uint16; the dtype stays.
            AVIF and HEIC, which come with 8 bits, are decoded anew with all of theirs where FFmpeg
            reads them
    points  of `high_range_of`
    """
    if points is None:
        return pixels, ()
    note = tone_mapped_note(points)
    if format not in ("AVIF", "HEIF") or pixels.ndim == 2:
        return tone_map(pixels, points), (note,)
    deep = _decode_deep(path, pixels.shape[:2])
    if deep is None:
        text = "read with 8 bits a channel, in which its gradients have steps"
        return tone_map(pixels, points), (note, Note("bits-reduced", text, loss=True))
    signals, white = deep
    mapped = to_8bit(tone_map(signals, points, white_code=white))
    if pixels.shape[2] == 4:
        mapped = np.dstack([mapped, pixels[..., 3]])
    return mapped, (note,)


def white_after_swscale(bits: int, *, is_rgb: bool, is_full_range: bool) -> int:
    """The value of white in RGB of 16 bits that FFmpeg makes of pixels of `bits` a channel.

    Of RGB that goes for packed RGB alone.
    """
    if is_rgb:
        return (1 << _DEEP_BITS) - 1 if bits > _FEW_BITS else _WHITE_OF_LIMITED
    return ((1 << bits) - 1) << (_DEEP_BITS - bits) if is_full_range else _WHITE_OF_LIMITED


def _decode_deep(path: Path, shape: tuple[int, ...]) -> tuple[Array, int] | None:
    """((H, W, 3) uint16, the value of white) of an AVIF or HEIC file; None where FFmpeg fails.

    It does on pictures that are put together of tiles, and does not turn them: neither does Pillow
    before it is asked to.
    """
    import av  # costs 0.1 s, and pictures of high dynamic range are rare

    try:
        with av.open(f"file:{path}", format="mov", options={"protocol_whitelist": "file"}) as file:
            frame = next(file.decode(video=0))
            if (frame.height, frame.width) != shape[:2]:
                return None
            return _to_rgb(frame)
    except (av.error.FFmpegError, StopIteration, IndexError, ValueError):
        return None


def _to_rgb(frame: VideoFrame) -> tuple[Array, int]:
    from av.video.reformatter import Interpolation, VideoReformatter

    is_rgb, range_code = frame.format.is_rgb, frame.color_range or _FULL_RANGE
    matrix = _SWS_MATRIX.get(frame.colorspace, 9)
    packed = VideoReformatter().reformat(
        frame,
        format="rgb48le",
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=range_code,
        dst_color_range=_FULL_RANGE,
        interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND,
    )
    plane = packed.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, plane.line_size // 2)
    pixels = rows[:, : plane.width * 3].reshape(plane.height, plane.width, 3)
    bits = max(component.bits for component in frame.format.components)
    is_full_range = range_code == _FULL_RANGE
    return pixels.copy(), white_after_swscale(bits, is_rgb=is_rgb, is_full_range=is_full_range)
