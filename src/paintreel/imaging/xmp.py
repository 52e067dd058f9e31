"""A packet of XMP (ISO 16684-1) made true for another picture.

The bytes are patched where a statement does not hold any more, and stay as they are everywhere
else: prefixes, order and what others have put in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

__all__ = ["RevisedXmp", "XmpDamaged", "merge_packets", "revise_xmp"]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TIFF = "http://ns.adobe.com/tiff/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
XMP = "http://ns.adobe.com/xap/1.0/"
_GOOGLE = "http://ns.google.com/photos/"
_CAMERA = _GOOGLE + "1.0/camera/"
_PANORAMA = _GOOGLE + "1.0/panorama/"
_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"

# What the bytes of the source were, which is neither so here nor worth a word.
_STORAGE = (
    *("BitsPerSample", "Compression", "SamplesPerPixel", "PlanarConfiguration", "NativeDigest"),
    *("PhotometricInterpretation", "YCbCrSubSampling", "YCbCrPositioning"),
)
_SILENT = {(TIFF, name) for name in _STORAGE} | {
    (EXIF, "NativeDigest"),
    (EXIF, "CompressedBitsPerPixel"),
    (XMP, "Thumbnails"),
    ("http://ns.adobe.com/xmp/note/", "HasExtendedXMP"),
}
# What of other parts of the file is spoken of, which are not carried: a namespace, or one name.
_LOST = {
    "http://ns.adobe.com/hdr-gain-map/1.0/": "gain map",
    "http://ns.apple.com/HDRGainMap/1.0/": "gain map",
    _GOOGLE + "1.0/container/": "",
    _GOOGLE + "1.0/depthmap/": "depth map",
    _GOOGLE + "1.0/focus/": "depth map",
    _GOOGLE + "1.0/image/": "further picture",
    _GOOGLE + "1.0/audio/": "sound",
    _GOOGLE + "dd/1.0/device/": "depth map",
}
_LOST_NAMES = {
    (_CAMERA, "MicroVideo"): "moving picture",
    (_CAMERA, "MotionPhoto"): "moving picture",
    ("http://purl.org/dc/terms/", "provenance"): "content credentials",
}
_MOVING = ("MicroVideo", "MotionPhoto")
# Places in the picture as it was stored, before it was turned.
_PLACES = {_REGIONS, "http://ns.microsoft.com/photo/1.2/"}
_PLACE_NAMES = {("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "ImageRegion")}
_SIZES = {
    (TIFF, "ImageWidth"): 0,
    (TIFF, "ImageLength"): 1,
    (EXIF, "PixelXDimension"): 0,
    (EXIF, "PixelYDimension"): 1,
}
_ACROSS, _DOWN = ("WidthPixels", "LeftPixels"), ("HeightPixels", "TopPixels")

_DEEPEST, _MOST_ELEMENTS = 200, 100_000
_TAG = re.compile(rb"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=>/"']+)\s*=\s*("[^"]*"|'[^']*')""")
_RDF_START = re.compile(rb"""<(?:[\w.-]+:)?RDF(?=[\s>])(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_RDF_END = re.compile(rb"</(?:[\w.-]+:)?RDF\s*>")
_NAME = tuple[str, str]


class XmpDamaged(ValueError):
    """The packet is no XML, or has what no packet has: entities of its own."""


class _Edit(NamedTuple):
    start: int
    end: int
    replacement: bytes


@dataclass(frozen=True, slots=True)
class RevisedXmp:
    """The packet in UTF-8, and what was taken out: "gain map", "depth map", "regions" ..."""

    packet: bytes
    removed: tuple[str, ...]


def revise_xmp(
    packet: bytes, width_px: int, height_px: int, *, mime: str | None = None, turned: bool = False
) -> RevisedXmp:
    """The packet as it is true for an upright picture of that size.

    mime    the type of the file; None where it is not known yet
    turned  whether the pixels were turned or mirrored, so that places in them are others now

    Orientation, size and type are set where they are stated, numbers of a panorama are scaled.
    Thumbnails, how the pixels were stored, and what belongs to parts that are not carried, go.
    Raises `XmpDamaged`.
    """
    data = _as_utf8(packet)
    values = {name: str((width_px, height_px)[side]) for name, side in _SIZES.items()}
    values[TIFF, "Orientation"] = "1"
    if mime is not None:
        values[DC, "format"] = mime
    if _PANORAMA.encode() in data:
        values |= _scaled(_Reviser(data, {}, turned=False).numbers, width_px, height_px)
    reviser = _Reviser(data, values, turned=turned)
    return RevisedXmp(_edited(data, reviser.edits), tuple(dict.fromkeys(reviser.removed)))


def merge_packets(packet: bytes, extension: bytes) -> bytes | None:
    """`packet` with the statements of the other added; None where they do not go together."""
    data, more = _as_utf8(packet), _as_utf8(extension)
    begin, ends = _RDF_START.search(more), list(_RDF_END.finditer(more))
    here = list(_RDF_END.finditer(data))
    if begin is None or not ends or not here:
        return None
    at = here[-1].start()
    merged = data[:at] + more[begin.end() : ends[-1].start()] + data[at:]
    try:
        _Reviser(merged, {}, turned=False)
    except XmpDamaged:
        return None
    return merged


def _as_utf8(packet: bytes) -> bytes:
    """The packet, which may be in any form of Unicode, in UTF-8. Raises `XmpDamaged`."""
    try:
        for mark, encoding in (
            (b"\xef\xbb\xbf", "utf-8-sig"),
            (b"\xff\xfe\0\0", "utf-32"),
            (b"\0\0\xfe\xff", "utf-32"),
            (b"\xff\xfe", "utf-16"),
            (b"\xfe\xff", "utf-16"),
            (b"<\0\0\0", "utf-32-le"),
            (b"\0\0\0<", "utf-32-be"),
            (b"<\0", "utf-16-le"),
            (b"\0<", "utf-16-be"),
        ):
            if packet.startswith(mark):
                # The mark within the header of the packet names the old form.
                return packet.decode(encoding).replace("\ufeff", "").encode()
        packet.decode("utf-8")
    except UnicodeDecodeError as error:
        raise XmpDamaged(str(error)) from None
    return packet.strip(b"\0 \r\n\t")


def _edited(data: bytes, edits: list[_Edit]) -> bytes:
    pieces, at = [], 0
    for edit in sorted(edits):
        if edit.start < at:
            continue  # within what is gone
        pieces += [data[at : edit.start], edit.replacement]
        at = edit.end
    return b"".join([*pieces, data[at:]])


def _scaled(numbers: Mapping[str, str], width: int, height: int) -> dict[_NAME, str]:
    """The numbers of a panorama, which count pixels of the source, in those of the result."""
    out = {}
    try:
        across = width / int(numbers["CroppedAreaImageWidthPixels"])
        down = height / int(numbers["CroppedAreaImageHeightPixels"])
        for name, text in numbers.items():
            ratio = across if name.endswith(_ACROSS) else down if name.endswith(_DOWN) else None
            if ratio is not None:
                out[_PANORAMA, name] = str(round(int(text) * ratio))
    except (LookupError, ValueError, ZeroDivisionError, OverflowError):
        return {}
    return out


@dataclass(slots=True)
class _Open:
    """An element that is being read: where it starts, ends its start tag, and what is to be."""

    start: int
    inner: int
    is_empty: bool
    name: _NAME
    goes: bool = False


@dataclass(slots=True)
class _Reviser:
    """Walks through a packet and collects edits. Raises `XmpDamaged` on the way."""

    data: bytes
    values: Mapping[_NAME, str]
    turned: bool
    edits: list[_Edit] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    _stack: list[_Open] = field(default_factory=list)
    _count: int = 0
    _parser: expat.XMLParserType = field(init=False)

    def __post_init__(self) -> None:
        parser = self._parser = expat.ParserCreate("utf-8", " ")
        parser.namespace_prefixes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(self.data, True)
        except (expat.ExpatError, ValueError) as error:
            raise XmpDamaged(str(error)) from None

    def _doctype(self, *_: object) -> None:
        raise XmpDamaged("it declares entities")

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._stack) >= _DEEPEST or self._count > _MOST_ELEMENTS:
            raise XmpDamaged("more elements, or deeper nested, than anybody writes")
        start = self._parser.CurrentByteIndex
        tag = _TAG.match(self.data, start)
        if tag is None:
            raise XmpDamaged("a tag is not closed")
        name = _name(full_name)
        element = _Open(start, tag.end(), tag[0].endswith(b"/>"), name)
        element.goes = (bool(self._stack) and self._stack[-1].goes) or self._is_lost(name)
        self._stack.append(element)
        if not element.goes:
            self._attributes(tag, attributes)

    def _attributes(self, tag: re.Match[bytes], attributes: dict[str, str]) -> None:
        named = {_qualified(full): (_name(full), text) for full, text in attributes.items()}
        for found in _ATTRIBUTE.finditer(tag[0]):
            name, text = named.get(found[1].decode("utf-8", "replace"), (("", ""), ""))
            at = tag.start()
            if self._is_lost(name, text):
                self.edits.append(_Edit(at + found.start(), at + found.end(), b""))
            elif name in self.values:
                quoted = b'"' + self.values[name].encode() + b'"'
                self.edits.append(_Edit(at + found.start(2), at + found.end(2), quoted))
            elif name[0] == _PANORAMA:
                self.numbers[name[1]] = text

    def _end(self, _: str) -> None:
        element = self._stack.pop()
        at = self._parser.CurrentByteIndex
        end = element.inner if element.is_empty else self.data.index(b">", at) + 1
        outer = self._stack[-1].goes if self._stack else False
        if element.goes:
            if not outer:
                self.edits.append(_Edit(element.start, end, b""))
        elif not element.is_empty:
            content = self.data[element.inner : at]
            if element.name in self.values and b"<" not in content:
                self.edits.append(_Edit(element.inner, at, self.values[element.name].encode()))
            elif element.name[0] == _PANORAMA and b"<" not in content:
                self.numbers[element.name[1]] = content.decode("utf-8", "replace")

    def _is_lost(self, name: _NAME, text: str = "") -> bool:
        """Whether a property goes; what it told of is remembered."""
        if name in _SILENT:
            return True
        if name[0] == _CAMERA and name[1].startswith(_MOVING):
            what = _LOST_NAMES.get(name, "")
            if what and text != "0":
                self.removed.append(what)
            return True
        if name[0] in _LOST or name in _LOST_NAMES:
            what = _LOST.get(name[0]) or _LOST_NAMES.get(name, "")
            if what:
                self.removed.append(what)
            return True
        if self.turned and (name[0] in _PLACES or name in _PLACE_NAMES):
            self.removed.append("regions")
            return True
        return False


def _name(full: str) -> _NAME:
    """(namespace, name) of a name as expat gives it: both and the prefix, or the name alone."""
    parts = full.split(" ")
    return (parts[0], parts[1]) if len(parts) > 1 else ("", full)


def _qualified(full: str) -> str:
    """The name as it stands in the file."""
    parts = full.split(" ")
    return f"{parts[2]}:{parts[1]}" if len(parts) > 2 else parts[-1]
