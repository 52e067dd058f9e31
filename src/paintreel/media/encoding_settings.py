"""What can be asked of the encoding of a clip; apart, so that nothing loads FFmpeg."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

__all__ = ["DEFAULT_ENCODING", "EncodingSettings"]


@dataclass(frozen=True, slots=True)
class EncodingSettings:
    """How a clip is encoded; None leaves it to the suffix of the file and to the codec.

    codec         a name of `paintreel.media.codecs.CODECS`; "png" writes a folder
    crf           the quality, lower is better
    preset        the encoder's speed (None: so that encoding takes little from the painting)
    pixel_format  as FFmpeg calls it, such as yuv420p
    """

    codec: str | None = None
    crf: int | None = None
    preset: str | None = None
    pixel_format: str | None = None

    @classmethod
    def taken_from(cls, keywords: dict[str, Any]) -> EncodingSettings:
        """Those among `keywords`, which are taken out of them."""
        names = [field.name for field in fields(cls) if field.name in keywords]
        return cls(**{name: keywords.pop(name) for name in names})


DEFAULT_ENCODING = EncodingSettings()
"""All left to the suffix of the file."""
