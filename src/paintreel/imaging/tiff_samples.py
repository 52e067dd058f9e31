"""TIFF of kinds that the decoders do not know: floats, 32 bits, grey with alpha, separate planes.

The strips and tiles are unpacked one by one, each as a small grey picture of bytes, which any
decoder reads, and put together here (TIFF 6.0; floating-point predictor by Adobe's technical note
3). All become 16 bits.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import TiffImagePlugin
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from paintreel.imaging.arrays import Array
from paintreel.imaging.sixteen_bit import bands
from paintreel.imaging.untrusted_files import UnsupportedPicture
from paintreel.notes import Note

__all__ = ["TiffLayout", "layout_of", "read_samples"]

_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_KIND_NAMES = {
    1: "whole numbers",
    2: "signed numbers",
    3: "floating point",
    5: "complex numbers",
    6: "complex numbers",
}
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2
_COLOUR_NAMES = {3: "palette", 5: "CMYK", 6: "YCbCr", 8: "Lab", 9: "ICC Lab", 32844: "LogL"}
_NO_COMPRESSION, _DEFLATES = 1, (8, 32946)
_HORIZONTAL, _FLOATING = 2, 3
_PREMULTIPLIED, _STRAIGHT = 1, 2
_SEPARATE_PLANES = 2
_TILE_WIDTH, _TILE_LENGTH, _TILE_OFFSETS, _TILE_BYTE_COUNTS = 322, 323, 324, 325
_FILL_ORDER, _REVERSED = 266, 2


@dataclass(frozen=True, slots=True)
class TiffLayout:
    """How the samples of a picture are stored; sizes in pixels, `bits` a sample."""

    width: int
    height: int
    samples: int
    bits: tuple[int, ...]
    kind: int
    photometric: int
    planes: bool
    extra: tuple[int, ...]

    @property
    def is_usual(self) -> bool:
        """Whether the other decoders read it: 8 bits or less, or 16 bits of grey or RGB(A)."""
        if self.kind != _UNSIGNED or len(set(self.bits)) != 1:
            return self.kind == _UNSIGNED and max(self.bits) <= 8
        if max(self.bits) <= 8:
            return True
        if self.bits[0] != 16:
            return False
        one_colour = self.photometric not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB)
        return one_colour or (self.samples in (1, 3, 4) and not (self.planes and self.samples > 1))

    @property
    def has_alpha(self) -> bool:
        """Whether the last of the samples read is alpha."""
        return bool(self.extra) and self.extra[0] in (_PREMULTIPLIED, _STRAIGHT)

    @property
    def description(self) -> str:
        """In words: "32 bits a channel, floating point, 3 channels"."""
        bits = ", ".join(str(b) for b in dict.fromkeys(self.bits))
        kind = _KIND_NAMES.get(self.kind, f"samples of kind {self.kind}")
        colour = _COLOUR_NAMES.get(self.photometric)
        named = f", {colour}" if colour else ""
        plural = "" if self.samples == 1 else "s"
        return f"{bits} bits a channel, {kind}, {self.samples} channel{plural}{named}"


def layout_of(tags: ImageFileDirectory_v2) -> TiffLayout:
    """The layout that the tags of a page state."""
    samples = int(tags.get(TiffImagePlugin.SAMPLESPERPIXEL, 1))
    bits = tuple(int(b) for b in tags.get(TiffImagePlugin.BITSPERSAMPLE, (1,)))
    kinds = tags.get(TiffImagePlugin.SAMPLEFORMAT, (_UNSIGNED,))
    kinds = {_UNSIGNED if k == 4 else int(k) for k in kinds}  # 4 is undefined
    return TiffLayout(
        width=int(tags[TiffImagePlugin.IMAGEWIDTH]),
        height=int(tags[TiffImagePlugin.IMAGELENGTH]),
        samples=samples,
        bits=bits,
        kind=kinds.pop() if len(kinds) == 1 else 0,
        photometric=int(tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, _BLACK_IS_ZERO)),
        planes=tags.get(TiffImagePlugin.PLANAR_CONFIGURATION) == _SEPARATE_PLANES,
        extra=tuple(int(e) for e in tags.get(TiffImagePlugin.EXTRASAMPLES, ())),
    )


def read_samples(file: BinaryIO, tags: ImageFileDirectory_v2) -> tuple[Array, tuple[Note, ...]]:
    """The page of `tags` as uint16 (H, W), (H, W, 3) or (H, W, 4), and what happened to it.

    Not turned. Floats are clipped to [0, 1], numbers of 32 bits rounded down to 16. Raises
    `UnsupportedPicture` for other kinds, with what they are, and for values that are no numbers;
    ValueError for damage.
    """
    layout = layout_of(tags)
    dtype = _stored_dtype(layout, tags.prefix)
    floats = dtype.kind == "f"
    colours = 3 if layout.photometric == _RGB else 1
    channels = [*range(colours)]
    if layout.has_alpha and layout.samples > colours:
        channels.append(colours)
    out = np.zeros((layout.height, layout.width, len(channels)), np.uint16)
    clipped = unknown = 0
    for window, first, samples in _chunks(file, tags, layout, dtype):
        values, outside = _to_16_bits(samples)
        clipped += outside
        top, left = window
        for place, channel in enumerate(channels):
            if first <= channel < first + values.shape[2]:
                unknown += int(np.isnan(samples[..., channel - first]).sum()) if floats else 0
                part = out[top : top + values.shape[0], left : left + values.shape[1], place]
                part[...] = values[: part.shape[0], : part.shape[1], channel - first]
    if unknown:
        raise UnsupportedPicture(
            f"a TIFF picture with {unknown} values that are no numbers (NaN), which have no shade: "
            "replace them, for instance by 0, and save it again"
        )
    pixels = _in_colour(out, layout, colours)
    return pixels, tuple(_notes(layout, clipped))


def _stored_dtype(layout: TiffLayout, prefix: bytes) -> np.dtype[np.generic]:
    usable = {(_UNSIGNED, 8), (_UNSIGNED, 16), (_UNSIGNED, 32)}
    usable |= {(_FLOAT, 16), (_FLOAT, 32), (_FLOAT, 64)}
    same = len(set(layout.bits)) == 1 and len(layout.bits) in (1, layout.samples)
    colour = layout.photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB)
    enough = layout.samples >= (3 if layout.photometric == _RGB else 1)
    if not (same and colour and enough and (layout.kind, layout.bits[0]) in usable):
        raise UnsupportedPicture(
            f"a TIFF picture of {layout.description}; expected 8 or 16 bits a channel, 32 bits, or "
            "floating point, of grey or RGB: convert it"
        )
    order = "<" if prefix == b"II" else ">"
    letter = "f" if layout.kind == _FLOAT else "u"
    return np.dtype(f"{order}{letter}{layout.bits[0] // 8}")


def _chunks(
    file: BinaryIO, tags: ImageFileDirectory_v2, layout: TiffLayout, dtype: np.dtype[np.generic]
) -> Iterator[tuple[tuple[int, int], int, Array]]:
    """((top, left), first channel, samples (rows, columns, channels)) of every strip or tile."""
    if _TILE_OFFSETS in tags:
        columns, rows = int(tags[_TILE_WIDTH]), int(tags[_TILE_LENGTH])
        offsets, lengths = tags[_TILE_OFFSETS], tags[_TILE_BYTE_COUNTS]
    else:
        columns = layout.width
        rows = min(int(tags.get(TiffImagePlugin.ROWSPERSTRIP, layout.height)), layout.height)
        offsets = tags[TiffImagePlugin.STRIPOFFSETS]
        lengths = tags[TiffImagePlugin.STRIPBYTECOUNTS]
    if rows < 1 or columns < 1 or rows * columns > 4 * max(layout.width * layout.height, 1 << 20):
        raise ValueError(f"strips or tiles of {columns}x{rows} px")
    channels = 1 if layout.planes else layout.samples
    places = [
        (plane, top, left)
        for plane in range(layout.samples if layout.planes else 1)
        for top in range(0, layout.height, rows)
        for left in range(0, layout.width, columns)
    ]
    if len(places) > len(offsets):
        raise ValueError(f"{len(offsets)} strips or tiles, expected {len(places)}")
    tiled = _TILE_OFFSETS in tags
    for (plane, top, left), offset, length in zip(places, offsets, lengths, strict=False):
        here = rows if tiled else min(rows, layout.height - top)
        file.seek(offset)
        raw = file.read(length)
        wanted = here * columns * channels * dtype.itemsize
        content = _unpacked(raw, tags, wanted, columns * channels * dtype.itemsize)
        if len(content) < wanted:
            raise ValueError(f"a strip or tile has {len(content)} bytes, expected {wanted}")
        shape = here, columns, channels
        samples = _without_predictor(content[:wanted], tags, shape, dtype)
        yield (top, left), plane, samples


def _unpacked(raw: bytes, tags: ImageFileDirectory_v2, wanted: int, row_bytes: int) -> bytes:
    """The bytes of one strip or tile. Raises ValueError for damage and unknown compression."""
    compression = int(tags.get(TiffImagePlugin.COMPRESSION, _NO_COMPRESSION))
    if compression == _NO_COMPRESSION:
        return raw
    if compression in _DEFLATES:
        try:
            return zlib.decompressobj().decompress(raw, wanted)
        except zlib.error as error:
            raise ValueError(f"a strip or tile is damaged ({error})") from None
    small = ImageFileDirectory_v2(b"II*\x00\x08\x00\x00\x00")
    small[TiffImagePlugin.IMAGEWIDTH] = row_bytes
    small[TiffImagePlugin.IMAGELENGTH] = wanted // row_bytes
    small[TiffImagePlugin.BITSPERSAMPLE] = 8
    small[TiffImagePlugin.COMPRESSION] = compression
    small[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = _BLACK_IS_ZERO
    small[TiffImagePlugin.SAMPLESPERPIXEL] = 1
    small[TiffImagePlugin.ROWSPERSTRIP] = wanted // row_bytes
    small[TiffImagePlugin.STRIPOFFSETS] = 0
    small[TiffImagePlugin.STRIPBYTECOUNTS] = len(raw)
    if tags.get(_FILL_ORDER) == _REVERSED:
        small[_FILL_ORDER] = _REVERSED
    packed = io.BytesIO()
    small.save(packed)
    packed.write(raw)
    packed.seek(0)
    return TiffImagePlugin.TiffImageFile(packed).tobytes()


def _without_predictor(
    content: bytes,
    tags: ImageFileDirectory_v2,
    shape: tuple[int, int, int],
    dtype: np.dtype[np.generic],
) -> Array:
    rows, columns, channels = shape
    predictor = tags.get(TiffImagePlugin.PREDICTOR, 1)
    if int(tags.get(TiffImagePlugin.COMPRESSION, _NO_COMPRESSION)) == _NO_COMPRESSION:
        predictor = 1
    if predictor == _FLOATING:
        # Bytes of a row by significance, highest first, each minus the one a pixel before.
        planes = np.frombuffer(content, np.uint8).reshape(rows, -1, channels)
        summed = np.cumsum(planes, axis=1, dtype=np.uint8)
        ordered = summed.reshape(rows, dtype.itemsize, columns * channels).transpose(0, 2, 1)
        return np.ascontiguousarray(ordered).view(dtype.newbyteorder(">")).reshape(shape)
    samples = np.frombuffer(content, dtype).reshape(shape)
    if predictor == _HORIZONTAL:
        whole = samples.view(np.dtype(f"{dtype.byteorder}u{dtype.itemsize}"))
        native = whole.astype(whole.dtype.newbyteorder("="))
        summed = np.cumsum(native, axis=1, dtype=native.dtype)
        return summed.view(dtype.newbyteorder("="))
    return samples


def _to_16_bits(samples: Array) -> tuple[Array, int]:
    """(samples as uint16 at full scale, how many lay outside it)."""
    if samples.dtype.kind == "u":
        bits = 8 * samples.dtype.itemsize
        if bits == 8:
            return samples.astype(np.uint16) * np.uint16(257), 0
        return (samples >> (bits - 16)).astype(np.uint16), 0
    values = samples.astype(np.float32)
    outside = int(np.count_nonzero(~((values >= 0) & (values <= 1))))
    # Infinity is white; a picture with NaN is refused.
    values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
    return np.rint(values * 65535).astype(np.uint16), outside


def _in_colour(out: Array, layout: TiffLayout, colours: int) -> Array:
    if layout.photometric == _WHITE_IS_ZERO:
        np.subtract(65535, out[..., :1], out=out[..., :1])
    if out.shape[2] == 1:
        return out[..., 0]
    if out.shape[2] == 3:
        return out
    if layout.extra[0] == _PREMULTIPLIED:
        for band in bands(out):
            alpha = np.maximum(band[..., -1:], 1).astype(np.float32)
            band[..., :-1] = np.minimum(np.rint(band[..., :-1] * (65535 / alpha)), 65535)
    return out if colours == 3 else np.ascontiguousarray(out[..., [0, 0, 0, 1]])


def _notes(layout: TiffLayout, clipped: int) -> Iterator[Note]:
    if layout.kind == _FLOAT or layout.bits[0] > 16:
        text = f"read with 16 bits a channel; it has {layout.description}"
        yield Note("depth-reduced", text, loss=True)
    if clipped:
        text = "values below 0 or above 1 were clipped; tone-map the picture to keep them"
        yield Note("values-clipped", text, clipped, loss=True)
