"""What an upload is, by its first bytes alone: nothing is decoded here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from paintreel.errors import InputError
from paintreel.imaging.file_signatures import SIGNATURE_BYTES, format_of, is_text, why_refused
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.imaging.untrusted_files import read_head
from paintreel.media.clip_signatures import looks_like_clip

__all__ = ["CLIP_SUFFIXES", "SHOWN_BY_BROWSERS", "FileType", "type_of"]

_CLIPS = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
}
CLIP_SUFFIXES = frozenset(_CLIPS)
_SOUNDS = ((0, b"RIFF", "audio/wav"), (0, b"fLaC", "audio/flac"), (0, b"ID3", "audio/mpeg"))
_TEXTS = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".toml": "application/toml",
    ".txt": "text/plain",
    ".srt": "text/plain",
    ".vtt": "text/plain",
    ".cube": "text/plain",
    ".fountain": "text/plain",
}
_COLOUR_LISTS = frozenset({".cdl", ".cc", ".ccc"})
"""XML, which is served as text."""
_COLOUR_LIST = re.compile(
    rb"(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)*<Color(Correction|Decision)", re.DOTALL
)
_RESULTS = {".html": "text/html", ".svg": "image/svg+xml", ".ora": "image/openraster"}
SHOWN_BY_BROWSERS = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"),
        *("video/mp4", "video/webm", "audio/wav", "audio/mpeg"),
    }
)
"""What pages show; SVG and HTML never are."""
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FileType:
    """kind: picture, clip, sound, model, text or other."""

    kind: str
    media_type: str


def type_of(path: Path, name: str, *, is_result: bool = False) -> FileType:
    """The type of a file that users call `name`.

    Of results, which the program has made, everything is taken. Of uploads InputError is raised
    for what no verb reads, with what it is and what to do.
    """
    head = read_head(path)
    suffix = PurePosixPath(name).suffix.lower()
    if (found := format_of(head)) is not None:
        row = PICTURE_FORMATS.get(found)
        return FileType("picture", "image/heic" if row is None else row.mime)
    for offset, signature, media_type in _SOUNDS:
        if head.startswith(signature, offset) and head[8:12] != b"AVI ":
            return FileType("sound", media_type)
    if head[:2] in (b"\xff\xfb", b"\xff\xf3"):
        return FileType("sound", "audio/mpeg")
    if looks_like_clip(path):
        return FileType("clip", _CLIPS.get(suffix, UNKNOWN))
    if suffix == ".onnx" and head[:1] == b"\x08":
        return FileType("model", UNKNOWN)
    if suffix == ".npz" and head.startswith(b"PK\x03\x04"):
        return FileType("model", UNKNOWN)
    is_markup = head.lstrip().startswith(b"<")
    if suffix in _TEXTS and is_text(head) and not is_markup:
        return FileType("text", _TEXTS[suffix])
    if suffix in _COLOUR_LISTS and is_text(head) and _COLOUR_LIST.match(head.lstrip()):
        return FileType("text", "text/plain")
    if is_result:
        return FileType("other", _RESULTS.get(suffix, UNKNOWN))
    assert len(head) <= SIGNATURE_BYTES
    reason = why_refused(head)
    raise InputError(f"{name}: {reason}" if head else f"{name}: the file is empty")
