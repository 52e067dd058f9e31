"""The options of `character` that make films: what is heard, said, shown behind, and how it acts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paintreel.errors import InputError
from paintreel.media.codecs import MAX_FPS
from paintreel.media.containers import FILM_SUFFIXES
from paintreel.options import MAX_SEED, EncodingOptions, option

__all__ = ["DEFAULT_FPS", "DEFAULT_ON", "DEFAULT_SECONDS", "VoiceOptions"]

DEFAULT_FPS, DEFAULT_ON, DEFAULT_SECONDS = 25.0, 2, 4.0
_PYTHON = ("character",)
_VOICE, _CLIP = "from a voice", "films"


@dataclass(frozen=True, kw_only=True)
class VoiceOptions(EncodingOptions):
    """What turns a drawing into a film."""

    voice: str | None = option(
        None,
        "sound, or clip with sound, that the character speaks; it is kept as it is",
        group=_VOICE,
        metavar="SOUND",
        affects="nothing",
        keywords=_PYTHON,
    )
    text: str | None = option(
        None,
        "what is said in it: the lips then close on every m, b and p",
        group=_VOICE,
        metavar="WORDS",
        keywords=_PYTHON,
    )
    language: Literal["auto", "en", "de", "any"] = option(
        "auto",
        "language of the text; any: letters as most languages have them",
        group=_VOICE,
        keywords=_PYTHON,
    )
    cues: str | None = option(
        None,
        "mouth shapes from a TSV or JSON of Rhubarb Lip Sync, in place of those heard",
        group=_VOICE,
        metavar="FILE",
        affects="nothing",
        keywords=_PYTHON,
    )
    write_cues: str | None = option(
        None,
        "write the mouth shapes too, .tsv or .json as Rhubarb Lip Sync does",
        group=_VOICE,
        metavar="FILE",
        affects="nothing",
    )
    from_clip: str | None = option(
        None,
        "move head, mouth, brows and lids by the face in this clip",
        flag="--from",
        group=_VOICE,
        metavar="CLIP",
        affects="nothing",
        keywords=_PYTHON,
    )
    background: str | None = option(
        None,
        "what it stands before: a picture, a clip, or a scene such as 'fantasy forest:7' "
        "(default: transparent where the codec can, else white)",
        group=_CLIP,
        metavar="PICTURE|CLIP|WORDS",
        keywords=_PYTHON,
    )
    acting_seed: int = option(
        0,
        "which of its ways to act: the same voice and seed act the same",
        group=_CLIP,
        low=0,
        high=MAX_SEED,
        metavar="N",
        keywords=_PYTHON,
    )
    on: int = option(
        DEFAULT_ON,
        "draw body and head anew on every Nth frame, as animators do; mouth and eyes on each",
        group=_CLIP,
        low=1,
        high=12,
        metavar="N",
        affects="clip",
        keywords=_PYTHON,
    )
    fps: float = option(
        DEFAULT_FPS,
        "frames a second",
        group=_CLIP,
        low=1,
        high=MAX_FPS,
        metavar="N",
        affects="clip",
        keywords=_PYTHON,
    )
    seconds: float | None = option(
        None,
        f"how long a film without voice and clip lasts (default {DEFAULT_SECONDS:g})",
        group=_CLIP,
        low=0.1,
        high=600,
        metavar="S",
        affects="clip",
        keywords=_PYTHON,
    )

    @property
    def speaks(self) -> bool:
        """Whether anything moves the character: a voice, cues or the face of a clip."""
        return self.voice is not None or self.cues is not None or self.from_clip is not None

    @property
    def is_film(self) -> bool:
        """Whether a film is asked for: something moves the character, or OUT is one."""
        output = getattr(self, "output", None)
        named = output is not None and Path(output).suffix.lower() in FILM_SUFFIXES
        return self.speaks or self.seconds is not None or named

    def check_film(self) -> None:
        """Raise InputError for options that go with a voice or a film, given without one."""
        if self.text is not None and self.voice is None and self.from_clip is None:
            raise InputError("--text says what is said in a sound; give --voice SOUND too")
        if self.text is not None and self.cues is not None:
            raise InputError("--cues gives the mouth shapes, --text finds them; give one of them")
        if self.write_cues is not None and not self.speaks:
            raise InputError("--write-cues writes what is heard; give --voice SOUND too")
        if self.seconds is not None and (self.voice is not None or self.from_clip is not None):
            raise InputError("--seconds is of a film without a voice; the sound says how long it is")
        if self.language != "auto" and self.text is None:
            raise InputError("--language is that of --text; give the text too")
