"""Write the tables of docs/formats.md from the tables of formats and codecs in the code.

python docs/make_formats.py            # write
python docs/make_formats.py --check    # exit code 1 where the page is stale
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from made import filled, markdown, read, write_or_check

from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.media.codecs import CODECS, codecs_of
from paintreel.media.containers import CONTAINERS

PAGE = Path(__file__).resolve().parent / "formats.md"


def pictures() -> str:
    """Formats of pictures: what goes in, what comes out."""
    head = ("format", "suffixes", "bits", "alpha", "profile", "animations", "longest side")
    rows = []
    for row in PICTURE_FORMATS.values():
        kept = [_yes(each) for each in (row.alpha, row.profile, row.animated)]
        side = "any" if row.side_px > 10**6 else f"{row.side_px:,} px"
        suffixes = " ".join(f"`{suffix}`" for suffix in row.suffixes)
        rows.append((row.title, suffixes, "8" if row.bits == 8 else "8, 16", *kept, side))
    return markdown(head, rows)


def carried() -> str:
    """What a picture carries beside its pixels, by the format of the result."""
    head = ("result", "EXIF", "XMP", "IPTC", "texts", "resolution")
    texts = {"keywords": "with keywords", "comments": "as comments", "": "no"}
    density = {"own": "yes", "EXIF": "in EXIF", "": "no"}
    rows = []
    for row in PICTURE_FORMATS.values():
        kept = [_yes(each) for each in (row.exif, row.xmp, row.iptc)]
        rows.append((row.title, *kept, texts[row.texts], density[row.density]))
    return markdown(head, rows)


def containers() -> str:
    """Containers of clips: written or only read, codecs, sound, what else is kept."""
    head = ("container", "suffixes", "codecs, default first", "sound copied", "other sound")
    rows = []
    for row in CONTAINERS.values():
        suffixes = " ".join(f"`{suffix}`" for suffix in row.suffixes) or "-"
        codecs = ", ".join(codecs_of(row)) if row.is_written else "only read"
        sound = "all" if row.audio is None else ", ".join(sorted(row.audio)) or "none"
        other = f"encoded as {row.audio_encoder}" if row.audio_encoder else "left out, with a note"
        if not row.is_written:
            sound = other = "-"
        rows.append((row.title, suffixes, codecs, sound, other))
    return markdown(head, rows)


def kept() -> str:
    """What else a written container keeps."""
    head = ("container", "subtitles copied", "other text", "chapters", "attachments", "times")
    rows = []
    for row in CONTAINERS.values():
        if not row.is_written or row.kind != "clip":
            continue
        text = f"as {row.subtitle_encoder}" if row.subtitle_encoder else "left out, with a note"
        times = "exact" if row.time_base is None else f"to {row.time_base} s"
        copied = ", ".join(sorted(row.subtitles)) or "none"
        rows.append((row.title, copied, text, _yes(row.chapters), _yes(row.attachments), times))
    return markdown(head, rows)


def codecs() -> str:
    """Codecs that are written."""
    head = ("codec", "bits", "pixel formats, default first", "alpha", "quality", "largest")
    rows = []
    for row in CODECS.values():
        bits = ", ".join(map(str, row.bit_depths))
        crf = "-" if row.crf is None else f"`--crf` 0 to {row.crf_max}, {row.crf} unless given"
        limit = row.largest_px
        width, height = limit if isinstance(limit, tuple) else (limit, limit)
        largest = f"{width:,} x {height:,} px" if width else "any"
        alpha = ", ".join(row.alpha_containers or row.containers) if row.alpha_format else "no"
        rows.append((f"`{row.name}`", bits, ", ".join(row.pixel_formats), alpha, crf, largest))
    return markdown(head, rows)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


TABLES: dict[str, Callable[[], str]] = {
    "pictures": pictures,
    "carried": carried,
    "containers": containers,
    "kept": kept,
    "codecs": codecs,
}


def main() -> int:
    """Write or check. Returns the exit code."""
    text = filled(read(PAGE), "table", lambda name: TABLES[name](), TABLES)
    return write_or_check({PAGE: text})


if __name__ == "__main__":
    sys.exit(main())
