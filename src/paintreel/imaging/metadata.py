"""What a picture file carries beside pixels, profile and EXIF: XMP, IPTC, texts, resolution.

Files are taken for hostile: what is carried is bounded, and what is beyond the bounds is told.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO, Literal

from paintreel.notes import Note

__all__ = [
    "COMMENT",
    "CREDENTIALS",
    "DEPTH_MAP",
    "GAIN_MAP",
    "LARGEST_EXIF",
    "LARGEST_IPTC",
    "LARGEST_RESOURCES",
    "LARGEST_XMP",
    "MOST_TEXTS",
    "MOST_TEXT_BYTES",
    "MOVING",
    "NOTHING",
    "Density",
    "Gathered",
    "Metadata",
    "Text",
    "Unit",
    "as_comment",
    "decoded",
    "make_density",
    "rational",
    "whole_ratio",
]

LARGEST_XMP = 2 << 20
"""Bytes of a packet of XMP; Lightroom writes some hundred thousand at most."""
LARGEST_EXIF = 4 << 20
LARGEST_IPTC = 1 << 20
LARGEST_RESOURCES = 1 << 18
MOST_TEXTS, MOST_TEXT_BYTES = 1000, 1 << 20
"""Of all texts of a file together, unpacked."""
GAIN_MAP = "the gain map of the picture left out: the result has no high dynamic range"
DEPTH_MAP = "the depth map of the picture left out"
MOVING = "the clip in the picture (a moving photo) left out: paint it by itself"
CREDENTIALS = "the content credentials (C2PA) left out: they are signed for the source's pixels"
COMMENT = "Comment"
"""The keyword under which PNG has a comment."""

Unit = Literal["inch", "cm", "metre", "aspect"]
_METRES = {"inch": Fraction(254, 10_000), "cm": Fraction(1, 100), "metre": Fraction(1)}
_PADDING_BYTES = 64
"""So much behind the end of a picture is not worth a word."""
_PADDING = b"\0 \r\n\t"
_LARGEST_LONG = (1 << 32) - 1
_HIGHEST = 10**7  # pixels an inch; what is beyond is damage


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a file. `keyword` is "" for a comment; `language` and `translated` are of PNG."""

    text: str
    keyword: str = ""
    language: str = ""
    translated: str = ""


@dataclass(frozen=True, slots=True)
class Density:
    """The resolution of a picture: pixels a `unit` across and down.

    Of the unit "aspect" only their ratio counts: how much narrower than high a pixel is.
    """

    x: Fraction
    y: Fraction
    unit: Unit = "inch"

    @property
    def turned(self) -> Density:
        """That of the picture turned by a quarter."""
        return Density(self.y, self.x, self.unit)

    def per(self, unit: Unit) -> tuple[Fraction, Fraction]:
        """(x, y) for another unit; an aspect stays what it is."""
        if "aspect" in (self.unit, unit):
            return self.x, self.y
        ratio = _METRES[unit] / _METRES[self.unit]
        return self.x * ratio, self.y * ratio

    @property
    def printed(self) -> Density:
        """In the units of TIFF and EXIF, which know no metre: whole dpi where PNG rounded them."""
        if self.unit != "metre":
            return self
        x, y = (Fraction(round(number)) for number in self.per("inch"))
        whole = Density(x, y, "inch")
        rounded = (Fraction(round(number)) for number in whole.per("metre"))
        if x and y and tuple(rounded) == (self.x, self.y):
            return whole
        return Density(*self.per("cm"), "cm")

    def whole(self, unit: Unit, most: int) -> tuple[int, int] | None:
        """(x, y) for another unit as whole numbers from 1 to `most`; None where that is not so.

        Rounding may change them by a hundredth.
        """
        numbers = self.per(unit)
        x, y = map(round, numbers)
        close = all(abs(n - w) * 100 <= n for n, w in zip(numbers, (x, y), strict=True))
        return (x, y) if close and 0 < x <= most and 0 < y <= most else None

    def __str__(self) -> str:
        if self.unit == "aspect":
            return f"pixels of {float(self.y / self.x):.4g}:1"
        x, y = (f"{float(value):.6g}" for value in self.printed.per("inch"))
        return f"{x} dpi" if x == y else f"{x} x {y} dpi"


def rational(number: Fraction) -> tuple[int, int]:
    """(numerator, denominator) as TIFF and EXIF have it, in 32 bits each.

    >>> rational(Fraction("300.25"))
    (1201, 4)
    """
    finest = 10_000 if number >= 1 else 1 << 31
    exact = number.limit_denominator(max(1, min(finest, _LARGEST_LONG // (int(number) + 1))))
    return exact.numerator, exact.denominator


def whole_ratio(density: Density, most: int) -> tuple[int, int]:
    """(x, y) of an aspect as whole numbers from 1 to `most`, as near as they come.

    >>> whole_ratio(Density(Fraction("1.5"), Fraction(1), "aspect"), 255)
    (3, 2)
    """
    x, y = density.x, density.y
    if x > y:
        return whole_ratio(density.turned, most)[::-1]
    exact = (x / y).limit_denominator(most)
    return max(1, exact.numerator), exact.denominator


def make_density(x: float | Fraction, y: float | Fraction, unit: Unit) -> Density | None:
    """The resolution that a file states; None where it says nothing or makes no sense."""
    try:
        across, down = Fraction(x), Fraction(y)
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    density = Density(across, down, unit)
    if min(across, down) <= 0 or max(density.per("inch")) > _HIGHEST:
        return None
    return None if unit == "aspect" and across == down else density


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a picture carries beside pixels, profile and EXIF.

    xmp      the packet, UTF-8, that says nothing of the source's storage (see `imaging.xmp`)
    iptc     the records of IPTC-IIM, without a wrapper
    resources  of Photoshop, as a block: copyright flag, web address, caption
    texts    comments, and the texts of PNG with their keywords
    density  the resolution that the file states
    notes    what else the file held that no result can carry
    """

    xmp: bytes | None = None
    iptc: bytes | None = None
    texts: tuple[Text, ...] = ()
    density: Density | None = None
    resources: bytes | None = None
    notes: tuple[Note, ...] = ()

    def __str__(self) -> str:
        named = [name for name, has in (("XMP", self.xmp), ("IPTC", self.iptc)) if has]
        if self.resources:
            named.append("Photoshop's copyright or caption")
        if self.texts:
            named.append(f"{len(self.texts)} text{'s' if len(self.texts) > 1 else ''}")
        if self.density is not None:
            named.append(str(self.density))
        return ", ".join(named) or "nothing"


NOTHING = Metadata()


@dataclass(slots=True)
class Gathered:
    """What a reader of one format finds, before it is made fit for another picture.

    exif       a block that counts in place of the one that Pillow finds
    turned_by  the orientation of a TIFF, which the decoders apply themselves
    left_out   what is there and cannot be carried, by kind of note, in words
    parts      names of parts that no one here knows
    too_many   texts that are not carried, as they are too long or too many
    work_left  bytes that may still be unpacked, carried or not
    """

    xmp: bytes | None = None
    exif: bytes | None = None
    turned_by: int = 1
    iptc: bytes | None = None
    resources: bytes | None = None
    density: Density | None = None
    texts: list[Text] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    too_many: int = 0
    work_left: int = 16 << 20
    _text_bytes: int = 0

    @property
    def text_bytes_left(self) -> int:
        """How much more text may be unpacked."""
        return MOST_TEXT_BYTES - self._text_bytes

    def add_text(self, text: Text | None) -> None:
        """Keep it; None stands for one that is too long. Beyond the bounds it is counted."""
        length = 0 if text is None else len((text.text + text.translated).encode())
        if text is None or length > self.text_bytes_left or len(self.texts) >= MOST_TEXTS:
            self.too_many += 1
            return
        if text.text.strip():
            self.texts.append(text)
            self._text_bytes += length

    def add_part(self, name: str) -> None:
        """A part of the file that is not known here."""
        self.parts[name] = self.parts.get(name, 0) + 1

    def add_trailer(self, file: BinaryIO, end: int) -> None:
        """Tell of what stands behind the end of the picture, unless it is padding."""
        length = file.seek(0, io.SEEK_END) - end
        file.seek(end)
        if length > _PADDING_BYTES and file.read(1 << 16).strip(_PADDING + b"\xff"):
            text = f"{length:,} bytes behind the end of the picture left out"
            self.left_out["trailer-left-out"] = text

    def add_xmp(self, packet: bytes) -> None:
        """The packet, unless it is too long."""
        if len(packet) > LARGEST_XMP:
            text = f"XMP of {len(packet):,} bytes left out: at most {LARGEST_XMP:,} are carried"
            self.left_out["xmp-left-out"] = text
        elif self._is_first("XMP", self.xmp, packet):
            self.xmp = packet

    def add_iptc(self, records: bytes) -> None:
        """The records, unless they are too long."""
        if len(records) > LARGEST_IPTC:
            text = f"IPTC of {len(records):,} bytes left out: at most {LARGEST_IPTC:,} are carried"
            self.left_out["iptc-left-out"] = text
        elif self._is_first("IPTC", self.iptc, records):
            self.iptc = records

    def _is_first(self, name: str, kept: bytes | None, block: bytes) -> bool:
        """Whether it is the first that is not empty; of others that say something else is told."""
        new, old = block.strip(_PADDING), (kept or b"").strip(_PADDING)
        if new and old and new != old:
            self.add_second(name)
        return bool(new) and not old

    def add_second(self, name: str) -> None:
        """A block of which a file has one, and this one has more."""
        text = f"a second block of {name} in the file left out: the first was taken"
        self.left_out[f"second-{name.lower()}-left-out"] = text


def decoded(raw: bytes) -> str:
    """Text of a file that states no encoding: UTF-8 where they are, else Latin-1."""
    raw = raw.strip(b"\0")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def as_comment(text: Text) -> str:
    """The text as formats have it that know comments alone: the keyword goes before.

    >>> as_comment(Text("a castle", keyword="Title"))
    'Title: a castle'
    """
    if text.keyword in ("", COMMENT):
        return text.text
    return f"{text.keyword}: {text.text}"
