"""What of a picture file goes over to another: read out of any format, made fit for any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from PIL import ImageFile

from paintreel.errors import PaintreelError
from paintreel.imaging.exif import read_density, reset_exif, state_density, state_size, turn_density
from paintreel.imaging.formats import PictureFormat
from paintreel.imaging.gif_blocks import gather_gif
from paintreel.imaging.heif_boxes import gather_boxes, read_boxes
from paintreel.imaging.jpeg_segments import LARGEST_SEGMENT, gather_jpeg, jfif_density
from paintreel.imaging.metadata import (
    CREDENTIALS,
    DEPTH_MAP,
    GAIN_MAP,
    LARGEST_EXIF,
    MOVING,
    NOTHING,
    Density,
    Gathered,
    Metadata,
    Text,
    as_comment,
    make_density,
)
from paintreel.imaging.photoshop_resources import without_previews
from paintreel.imaging.png_text import density_chunk, gather_png
from paintreel.imaging.tiff import DESCRIPTIVE_TAGS, exif_tags_left_out, first_directory, first_tags
from paintreel.imaging.tiff_tags import gather_tiff, tag_name
from paintreel.imaging.untrusted_files import open_regular
from paintreel.imaging.webp_chunks import gather_webp
from paintreel.imaging.xmp import XmpDamaged, revise_xmp
from paintreel.notes import Note
from paintreel.wording import some_of

__all__ = ["MOST_PER_METRE_OF_BMP", "Carried", "carried_from", "fit_for", "gather"]

_MANY = 4
"""Parts that a note names."""
_LARGEST_JPEG_EXIF = LARGEST_SEGMENT - 6  # what one segment holds beside its prefix
MOST_PER_METRE_OF_BMP = (1 << 31) - 1
_BMP_PROFILE = b"DEBM"
_OF_XMP = {
    "gain map": ("gain-map-left-out", GAIN_MAP),
    "depth map": ("depth-map-left-out", DEPTH_MAP),
    "moving picture": ("moving-picture-left-out", MOVING),
    "content credentials": ("content-credentials-left-out", CREDENTIALS),
    "further picture": ("pictures-left-out", "a further picture in XMP left out"),
    "sound": ("sound-left-out", "the sound in XMP left out"),
    "regions": (
        "regions-left-out",
        "marked regions (faces) in XMP left out: the picture was turned upright",
    ),
}


@dataclass(frozen=True, slots=True)
class Carried:
    """EXIF and the other metadata of a picture as a file of some format takes them.

    `notes` say what it does not take.
    """

    exif: bytes | None = None
    metadata: Metadata = NOTHING
    notes: tuple[Note, ...] = ()


def gather(path: Path, image: ImageFile.ImageFile | None, format: str) -> Gathered:
    """What the file holds beside picture and profile, as it stands there.

    image  the open header, None for a TIFF that Pillow does not know; format: as Pillow calls it

    The formats differ in this alone: where it stands. What is damaged beyond reading is told.
    """
    with open_regular(path) as file:
        try:
            if format in ("AVIF", "HEIF"):
                gathered = gather_boxes(read_boxes(file))
                if image is not None and image.info.get("xmp"):
                    gathered.add_xmp(bytes(image.info["xmp"]))
                return gathered
            reader = _READERS.get(format)
            return Gathered() if reader is None else reader(file)
        except (PaintreelError, MemoryError, OSError):
            raise
        except Exception:  # as decoders; a picture without metadata is worth more than none
            text = "what the file says beside its picture is damaged: it was left out"
            return Gathered(left_out={"metadata-damaged": text})


def _of_tiff(file: BinaryIO) -> Gathered:
    tags = first_directory(file)
    gathered = gather_tiff(tags, DESCRIPTIVE_TAGS)
    # Pillow leaves out what points beyond the file.
    damaged = [tag_name(tag) for tag in first_tags(file) if tag not in tags]
    if damaged:
        gathered.left_out["tags-damaged"] = f"damaged tags left out: {some_of(damaged, _MANY)}"
    return gathered


def _of_bmp(file: BinaryIO) -> Gathered:
    gathered = Gathered()
    head = file.read(14 + 124)
    size = int.from_bytes(head[14:18], "little")
    if size >= 40:
        x, y = (int.from_bytes(head[at : at + 4], "little") for at in (38, 42))
        gathered.density = make_density(x, y, "metre")
    if size >= 108 and head[14 + 56 : 14 + 60] == _BMP_PROFILE:
        text = "the profile in the BMP was not read: taken as sRGB"
        gathered.left_out["profile-left-out"] = text
    return gathered


_READERS: dict[str, Callable[[BinaryIO], Gathered]] = {
    "JPEG": gather_jpeg,
    "MPO": gather_jpeg,
    "PNG": gather_png,
    "WEBP": gather_webp,
    "TIFF": _of_tiff,
    "GIF": gather_gif,
    "BMP": _of_bmp,
}


def carried_from(
    gathered: Gathered, exif: bytes | None, size: tuple[int, int], orientation: int
) -> Carried:
    """What another picture can have of it: nothing that is true of the source's bytes alone.

    exif  the block of the file; size: (width, height) in pixels, upright; orientation: 1 to 8,
          the turn that has been made

    Its notes are of EXIF; those of the others stand in `Metadata.notes`.
    """
    notes: list[Note] = []
    orientation = max(orientation, gathered.turned_by)
    exif = gathered.exif or (exif or b"").removeprefix(b"Exif\0\0")
    block = None
    if exif and len(exif) > LARGEST_EXIF:
        text = f"EXIF of {len(exif):,} bytes left out: at most {LARGEST_EXIF:,} are carried"
        notes.append(Note("exif-left-out", text, loss=True))
    elif exif:
        block = state_size(reset_exif(exif), *size)
        if block is None:
            notes.append(Note("exif-damaged", "the EXIF is damaged: it was left out", loss=True))
    density = gathered.density
    if orientation >= 5:
        block = turn_density(block)
        density = None if density is None else density.turned
    density = density or read_density(block)
    xmp = None
    if gathered.xmp is not None:
        try:
            revised = revise_xmp(gathered.xmp, *size, turned=orientation > 1)
        except XmpDamaged:
            gathered.left_out["xmp-damaged"] = "the XMP is damaged: it was left out"
        else:
            xmp = revised.packet
            for what in revised.removed:
                gathered.left_out.setdefault(*_OF_XMP[what])
    iptc = None if gathered.iptc is None else without_previews(gathered.iptc)
    if gathered.iptc is not None and iptc is None:
        gathered.left_out["iptc-damaged"] = "the IPTC is damaged: it was left out"
    texts, notes_of_others = tuple(gathered.texts), tuple(_left_out(gathered))
    metadata = Metadata(xmp, iptc, texts, density, gathered.resources, notes_of_others)
    return Carried(block, metadata, tuple(notes))


def _left_out(gathered: Gathered) -> Iterator[Note]:
    for kind, text in gathered.left_out.items():
        yield Note(kind, text, loss=True)
    if gathered.too_many:
        count = gathered.too_many
        text = "texts that are damaged, too long or too many left out"
        yield Note("text-left-out", text, count, loss=True)
    if gathered.parts:
        text = f"parts that are not known here left out: {some_of(gathered.parts, _MANY)}"
        yield Note("parts-left-out", text, sum(gathered.parts.values()), loss=True)


def fit_for(
    format: PictureFormat, exif: bytes | None, metadata: Metadata, size: tuple[int, int]
) -> Carried:
    """What a file of `format` with a picture of `size` (width, height) takes of it."""
    notes = list(metadata.notes)

    def leave_out(kind: str, what: str, count: int = 1, why: str | None = None) -> None:
        why = why or f"{format.title} holds none"
        notes.append(Note(f"{kind}-left-out", f"{what} left out: {why}", count, loss=True))

    exif = state_size(exif, *size)
    if exif and not format.exif:
        leave_out("exif", "EXIF")
        exif = None
    fitted = replace(metadata, notes=())
    if metadata.xmp is not None:
        packet = _fitted_xmp(metadata.xmp, format, size)
        if packet is None:
            leave_out("xmp", "XMP", why=None if not format.xmp else "it is damaged")
        fitted = replace(fitted, xmp=packet)
    if metadata.iptc is not None and not format.iptc:
        leave_out("iptc", "IPTC")
        fitted = replace(fitted, iptc=None)
    if metadata.resources is not None and not format.iptc:
        leave_out("resources", "Photoshop's copyright or caption")
        fitted = replace(fitted, resources=None)
    if metadata.texts:
        fitted = replace(fitted, texts=_fitted_texts(metadata.texts, format))
        lost = len(metadata.texts) - len(fitted.texts)
        if lost:
            what = "a text" if lost == 1 else f"{lost:,} texts"
            leave_out("text", what, lost, "too long for JPEG" if format.texts else None)
    if metadata.density is not None:
        if _stands_in_exif(metadata.density, format):
            exif = state_density(exif, metadata.density)
        elif not format.density or (format.name == "BMP" and not _bmp_holds(metadata.density)):
            leave_out("resolution", f"the resolution, {metadata.density},")
            fitted = replace(fitted, density=None)
    if exif and format.name == "JPEG" and len(exif) > _LARGEST_JPEG_EXIF:
        leave_out("exif", "EXIF", why=f"{len(exif):,} bytes are more than JPEG holds")
        exif = None
    if exif and format.name == "TIFF":
        names = exif_tags_left_out(exif)
        if names:
            named = f"{some_of(names, _MANY)} of EXIF"
            leave_out("exif-tags", named, len(names), "not known here")
    return Carried(exif, fitted, tuple(notes))


def _stands_in_exif(density: Density, format: PictureFormat) -> bool:
    """Whether the field of the format, if it has any, is too coarse or too short."""
    if format.name == "JPEG":
        return jfif_density(density) is None
    if format.name == "PNG":
        return density_chunk(density) is None
    return format.density == "EXIF"


def _bmp_holds(density: Density) -> bool:
    return density.unit != "aspect" and density.whole("metre", MOST_PER_METRE_OF_BMP) is not None


def _fitted_xmp(packet: bytes, format: PictureFormat, size: tuple[int, int]) -> bytes | None:
    if not format.xmp:
        return None
    try:
        return revise_xmp(packet, *size, mime=format.mime).packet
    except XmpDamaged:
        return None


def _fitted_texts(texts: tuple[Text, ...], format: PictureFormat) -> tuple[Text, ...]:
    if format.texts == "keywords":
        return texts
    if not format.texts:
        return ()
    comments = tuple(Text(as_comment(text)) for text in texts)
    if format.name != "JPEG":
        return comments
    return tuple(each for each in comments if len(each.text.encode()) <= LARGEST_SEGMENT)
