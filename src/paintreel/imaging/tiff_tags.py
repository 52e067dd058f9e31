"""What the tags of a TIFF (TIFF 6.0) say beside its pixels, profile and EXIF: XMP, IPTC, dpi."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from PIL import ExifTags, TiffImagePlugin, TiffTags
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2

from paintreel.imaging.metadata import Density, Gathered, Metadata, Unit, make_density, rational
from paintreel.imaging.photoshop_resources import gather_resources, wrap_resources

__all__ = ["STORAGE_TAGS", "add_metadata", "density_of_tags", "gather_tiff", "tag_name"]

_ORIENTATION, _XMP, _IPTC, _PHOTOSHOP, _LAYERS = 274, 700, 33723, 34377, 37724
_UNITS: dict[int, Unit] = {1: "aspect", 2: "inch", 3: "cm"}
_CODES = {unit: code for code, unit in _UNITS.items()}
_FINEST = 10_000  # denominator
STORAGE_TAGS = frozenset((
    *range(254, 267), 273, 274, *range(277, 282), 284, *range(288, 294), 301, *range(317, 329),
    330, *range(332, 337), *range(338, 343), 346, 347, *range(512, 522), *range(529, 533),
    _XMP, _IPTC, _PHOTOSHOP, _LAYERS, 32781, 34665, 34675, 34853, 40965, 50341, 59932, 59933,
))  # fmt: skip
"""How pixels are stored, and what is read elsewhere or of the file alone: metadata, profile, the
directories of EXIF, GPS and interchange, alpha as XnView has it, padding, printing."""


def gather_tiff(tags: ImageFileDirectory_v2, carried: Iterable[int]) -> Gathered:
    """What the tags of a page hold; `carried` are those that the EXIF block takes."""
    gathered = Gathered()
    gathered.density = density_of_tags(tags)
    gathered.turned_by = int(tags.get(_ORIENTATION, 1))
    known = {*STORAGE_TAGS, *carried}
    packet = _raw(tags, _XMP)
    if packet:
        gathered.add_xmp(packet)
    resources = _raw(tags, _PHOTOSHOP)
    if resources:
        gather_resources(resources, gathered)
    records = _raw(tags, _IPTC)
    if records:
        gathered.add_iptc(records)
    if _LAYERS in tags:
        text = "layers of Photoshop left out: the flat picture was taken"
        gathered.left_out["layers-left-out"] = text
    for tag in tags:
        if tag not in known:
            gathered.add_part(tag_name(tag))
    return gathered


def tag_name(tag: int) -> str:
    """What the standards call it; its number where they do not know it."""
    name = TiffTags.lookup(tag).name
    return ExifTags.TAGS.get(tag, str(tag)) if name == "unknown" else name


def density_of_tags(tags: ImageFileDirectory_v2) -> Density | None:
    """The resolution that a directory of tags states."""
    unit = _UNITS.get(tags.get(TiffImagePlugin.RESOLUTION_UNIT, 2), "aspect")
    x = tags.get(TiffImagePlugin.X_RESOLUTION, 0)
    y = tags.get(TiffImagePlugin.Y_RESOLUTION, 0)
    try:
        return make_density(_exact(x), _exact(y), unit)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None


def _exact(value: float | IFDRational) -> Fraction:
    return Fraction(float(value)).limit_denominator(_FINEST)


def _raw(tags: ImageFileDirectory_v2, tag: int) -> bytes:
    """The bytes of a tag as they stand in the file, of whatever type it claims to be."""
    # Not as longs, say, in which many store IPTC: Pillow would keep the first alone.
    tags.tagtype[tag] = TiffTags.BYTE
    value = tags.get(tag, b"")
    return value if isinstance(value, bytes) else b""


def add_metadata(tags: ImageFileDirectory_v2, metadata: Metadata) -> None:
    """Put XMP, IPTC and the resolution into the directory of a TIFF that is written."""
    if metadata.xmp is not None:
        tags[_XMP] = metadata.xmp
        tags.tagtype[_XMP] = TiffTags.BYTE
    if metadata.iptc is not None:
        tags[_IPTC] = metadata.iptc
        tags.tagtype[_IPTC] = TiffTags.UNDEFINED
    if metadata.resources is not None:
        tags[_PHOTOSHOP] = wrap_resources(None, metadata.resources)
        tags.tagtype[_PHOTOSHOP] = TiffTags.BYTE
    if metadata.density is not None:
        density = metadata.density.printed
        tags[TiffImagePlugin.X_RESOLUTION] = _rational(density.x)
        tags[TiffImagePlugin.Y_RESOLUTION] = _rational(density.y)
        tags[TiffImagePlugin.RESOLUTION_UNIT] = _CODES[density.unit]


def _rational(value: Fraction) -> IFDRational:
    return IFDRational(*rational(value))
