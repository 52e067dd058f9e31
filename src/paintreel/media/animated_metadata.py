"""Metadata of an animated picture, put into another, or told of where it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from paintreel.imaging.carried import Carried, fit_for
from paintreel.imaging.formats import PictureFormat, format_of_suffix
from paintreel.imaging.gif_blocks import first_frame_of_gif, gif_extensions
from paintreel.imaging.insertion import insert_at
from paintreel.imaging.metadata import COMMENT, Text
from paintreel.imaging.webp_chunks import add_chunks
from paintreel.media.clip_metadata import own_metadata
from paintreel.media.containers import Container
from paintreel.media.frame import FrameSource

__all__ = ["as_clip_metadata", "fitted", "metadata_for", "put_in"]

_CLIP_NAMES = {"": "comment", COMMENT: "comment", "Author": "artist"}
"""Names that clips have for what PNG calls otherwise."""


def fitted(container: Container, source: FrameSource) -> Carried:
    """What a result in `container` takes of it, with notes of the rest; nothing of a clip.

    Of clips it takes names and texts alone: see `metadata_for`.
    """
    carried = source.carried
    if carried is None:
        return Carried()
    row, metadata = _row_of(container), carried.metadata
    if container.kind != "animation":
        metadata = replace(metadata, texts=())
    return fit_for(row, carried.exif, metadata, (source.width, source.height))


def _row_of(container: Container) -> PictureFormat:
    row = format_of_suffix(container.suffixes[0]) if container.kind == "animation" else None
    if row is not None:
        return row
    return PictureFormat(
        "", container.title, (), (), ("", ""), exif=False, xmp=False, iptc=False, density=""
    )


def metadata_for(container: Container, source: FrameSource) -> dict[str, str]:
    """The metadata that a result is to have as a clip: an animated picture has its own places."""
    if source.carried is not None and container.kind == "animation":
        return {}
    return own_metadata(source)


def as_clip_metadata(texts: Iterable[Text]) -> dict[str, str]:
    """The texts of a picture under the names that clips have for them.

    >>> as_clip_metadata([Text("a castle", "Title"), Text("ours"), Text("yours", "Comment")])
    {'title': 'a castle', 'comment': 'ours\\nyours'}
    """
    metadata: dict[str, str] = {}
    for text in texts:
        name = _CLIP_NAMES.get(text.keyword, text.keyword.lower())
        before = f"{metadata[name]}\n" if name in metadata else ""
        metadata[name] = before + text.text
    return metadata


def put_in(path: Path, container: Container, carried: Carried) -> None:
    """Put it into a whole GIF or WebP; what is written here has it from the start."""
    metadata = carried.metadata
    if container.format == "gif":
        blocks = gif_extensions(metadata.xmp, [text.text for text in metadata.texts])
        if blocks:
            with path.open("r+b") as file:
                insert_at(file, first_frame_of_gif(file), blocks)
    elif container.format == "webp" and (metadata.xmp or carried.exif):
        with path.open("r+b") as file:
            add_chunks(file, metadata.xmp, carried.exif)
