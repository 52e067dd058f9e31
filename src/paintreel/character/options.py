"""The options of `character`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paintreel.errors import InputError
from paintreel.media.codecs import MAX_FPS
from paintreel.media.containers import FILM_SUFFIXES
from paintreel.options import (
    MAX_SEED,
    EncodingOptions,
    FileOptions,
    NetworkOptions,
    OutputOptions,
    TileOptions,
    option,
    parse_size,
)

__all__ = ["AUTO", "DEFAULT_FPS", "DEFAULT_IDENTITY", "CharacterOptions"]

AUTO = "auto"
DEFAULT_IDENTITY, DEFAULT_FPS, DEFAULT_LENGTH_S = "girl", 25.0, 4.0
_PYTHON = ("character",)
_WHO, _POSE, _LINE = "who", "pose", "a line of dialogue"


def _emotion_help() -> str:
    return (
        "a name such as fear or happiness, a timeline as JSON, or auto: heard in the voice "
        "(default: neutral; auto with --voice or --from)"
    )


def _identity_help() -> str:
    from paintreel.rig.identity_files import identity_names

    return f"{', '.join(identity_names())}, or a TOML file of your own (default {DEFAULT_IDENTITY})"


def _styles_hint() -> str:
    return "paint it in a style: a name that 'paintreel models' lists for stylize, or a model file"


@dataclass(frozen=True, kw_only=True)
class CharacterOptions(OutputOptions, EncodingOptions, FileOptions, NetworkOptions, TileOptions):
    """Who is drawn, how, and where the pictures go."""

    NEEDS = "-o OUT"
    EXAMPLE = "paintreel character --emotion anger -o face.png"
    EPILOG = """\
A picture has transparent ground; -o NAME.ora writes its layers. With --voice, --from or a clip's
suffix of -o a clip is written, the voice's sound kept as it is. --count draws as many identities,
of seeds SEED to SEED+N-1, into the folder OUT. An identity of your own is a TOML file with the
tables proportions, palette, hair, clothes and features; 'paintreel character --sheet -o sheet.png'
draws all of one on a page.
Exit code: 0 all drawn, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    identity: str | None = option(
        None, _identity_help, group=_WHO, metavar="NAME|FILE", excludes="seed"
    )
    seed: int | None = option(
        None,
        "an identity drawn by chance; the same seed gives the same; beside --identity's absence it "
        "also decides how a line is acted",
        group=_WHO,
        low=0,
        high=MAX_SEED,
        metavar="N",
        affects="nothing",
        keywords=_PYTHON,
    )
    count: int | None = option(
        None,
        "draw N identities, of seeds SEED to SEED+N-1",
        group=_WHO,
        low=1,
        high=10_000,
        metavar="N",
        affects="nothing",
    )
    emotion: str | None = option(None, _emotion_help, group=_POSE, metavar="NAME|FILE")
    intensity: float = option(
        1.0,
        "0 a face at rest .. 1 the full feeling",
        group=_POSE,
        low=0,
        high=1,
        metavar="0..1",
        keywords=_PYTHON,
    )
    framing: Literal["face", "bust", "half"] = option(
        "bust", "how much is seen: head, shoulders, or half the figure", group=_POSE,
        keywords=_PYTHON,
    )  # fmt: skip
    turn: float = option(
        0.0, "turn the head, in degrees: to the right of the picture above 0", group=_POSE,
        low=-40, high=40, metavar="DEG", keywords=_PYTHON,
    )  # fmt: skip
    nod: float = option(
        0.0, "bow the head, in degrees; below 0 it looks up", group=_POSE,
        low=-25, high=25, metavar="DEG", keywords=_PYTHON,
    )  # fmt: skip
    tilt: float = option(
        0.0, "lean the head, in degrees, clockwise above 0", group=_POSE,
        low=-30, high=30, metavar="DEG", keywords=_PYTHON,
    )  # fmt: skip
    mouth: Literal["A", "B", "C", "D", "E", "F", "G", "H", "X"] | None = option(
        None, "mouth shape of speech, as Rhubarb Lip Sync names them (default: the emotion's)",
        group=_POSE, keywords=_PYTHON,
    )  # fmt: skip
    size: tuple[int, int] | None = option(
        None,
        "size in pixels (default 1024x1024, of a clip 1280x720, of a sheet 2480x1754)",
        group="drawing",
        metavar="WxH",
        low=16,
        high=8192,
        parse=parse_size,
        keywords=_PYTHON,
    )
    lines: bool = option(
        False, "write the lines alone too, black on white, as OUT-lines.png", group="drawing",
        affects="nothing",
    )  # fmt: skip
    flats: bool = option(
        False, "write the flat colours alone too, as OUT-flats.png", group="drawing",
        affects="nothing",
    )  # fmt: skip
    layers: bool = option(
        False,
        "write the layers too: OUT.ora, and each as transparent PNG in OUT-layers",
        group="drawing",
        affects="nothing",
    )
    sheet: bool = option(
        False,
        "draw the model sheet instead: expressions, turns, mouth chart, palette",
        group="drawing",
    )
    style: str | None = option(
        None, _styles_hint, group="drawing", metavar="NAME|FILE", is_model=True, keywords=_PYTHON
    )
    strength: float = option(
        1.0,
        "of that style: 0 the drawing as it is .. 1 painted",
        group="drawing",
        low=0,
        high=1,
        metavar="0..1",
        keywords=_PYTHON,
    )
    background: str | None = option(
        None,
        'what it stands before: a picture, a clip, or a scene and its seed, "fantasy forest:7" '
        "(default: nothing)",
        group="drawing",
        metavar="FILE|WORDS",
        keywords=_PYTHON,
    )
    voice: str | None = option(
        None,
        "sound of the line, any file that holds sound; it is kept as it is",
        group=_LINE,
        metavar="FILE",
        affects="nothing",
        keywords=_PYTHON,
    )
    text: str | None = option(
        None,
        "what is said in it, or a file of it: lips then close on every m, b and p",
        group=_LINE,
        metavar="WORDS|FILE",
        keywords=_PYTHON,
    )
    language: Literal["auto", "en", "de", "any"] = option(
        "auto",
        "language of the text; any: letters as most languages have them",
        group=_LINE,
        keywords=_PYTHON,
    )
    mouths: str | None = option(
        None,
        "mouth shapes of the line, a TSV or JSON file of Rhubarb Lip Sync",
        group=_LINE,
        metavar="FILE",
        affects="nothing",
        keywords=_PYTHON,
    )
    mouths_out: str | None = option(
        None,
        "write the mouth shapes that are heard, .tsv or .json as Rhubarb Lip Sync does",
        group=_LINE,
        metavar="FILE",
        affects="nothing",
    )
    from_clip: str | None = option(
        None,
        "a clip whose face moves head, mouth, brows and lids",
        flag="--from",
        group=_LINE,
        metavar="CLIP",
        affects="nothing",
        keywords=_PYTHON,
    )
    take: int = option(
        0,
        "which of the ways to act the line; the same one acts the same",
        group=_LINE,
        low=0,
        high=MAX_SEED,
        metavar="N",
        affects="clip",
        keywords=_PYTHON,
    )
    length: float | None = option(
        None,
        f"how long a clip without voice lasts, in seconds (default {DEFAULT_LENGTH_S:g})",
        group=_LINE,
        low=0.1,
        high=600,
        metavar="S",
        affects="clip",
        keywords=_PYTHON,
    )
    fps: float | None = option(
        None,
        f"frames a second (default {DEFAULT_FPS:g}, of --from those of the clip)",
        group=_LINE,
        low=1,
        high=MAX_FPS,
        metavar="N",
        affects="clip",
        keywords=_PYTHON,
    )
    on: Literal["ones", "twos", "threes"] = option(
        "twos",
        "how many frames a drawing of the body is held; mouth and eyes are drawn on each",
        group=_LINE,
        affects="clip",
        keywords=_PYTHON,
    )

    @property
    def is_enough(self) -> bool:
        """Whether it is said where results go."""
        return self.output is not None

    @property
    def seeds(self) -> Sequence[int | None]:
        """Seeds of the identities that are drawn, (None,) for one by name."""
        if self.seed is None and self.count is None:
            return (None,)
        first = self.seed or 0
        return range(first, first + (self.count or 1))

    @property
    def poses_held(self) -> int:
        """For how many frames a drawing of the body is held."""
        return {"ones": 1, "twos": 2, "threes": 3}[self.on]

    @property
    def has_line(self) -> bool:
        """Whether something moves the character: a voice, mouth shapes or the face of a clip."""
        return self.voice is not None or self.mouths is not None or self.from_clip is not None

    @property
    def is_film(self) -> bool:
        """Whether a clip is asked for: a line is acted, or OUT is one."""
        if self.has_line or self.length is not None or self.codec is not None:
            return True
        return self.output is not None and is_film_name(self.output)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.identity is not None and self.count is not None:
            raise InputError("count is of seeds; leave identity out")
        self._check_line()
        if (self.seed or 0) + (self.count or 1) - 1 > MAX_SEED:
            raise InputError(f"seeds go to {MAX_SEED}, got {self.seed} and {self.count} of them")

    def _check_line(self) -> None:
        """Raise InputError for what is said of a line, given without one."""
        if self.text is not None and self.voice is None and self.from_clip is None:
            raise InputError("text is what is said in a sound; give voice too")
        if self.text is not None and self.mouths is not None:
            raise InputError("mouths are the mouth shapes, text finds them; give one of them")
        if self.mouths_out is not None and not self.has_line:
            raise InputError("mouths_out is what is heard in a sound; give voice too")
        if self.length is not None and (self.voice is not None or self.from_clip is not None):
            raise InputError(
                "length is of a clip without a voice; the sound says how long it lasts"
            )
        if self.language != "auto" and self.text is None:
            raise InputError("language is that of text; give text too")
        if self.has_line and self.sheet:
            raise InputError("the model sheet is a page; leave sheet or the line out")


def is_film_name(name: str) -> bool:
    """Whether a name is that of a clip, by its suffix; an animated picture has that of a still."""
    return Path(name).suffix.lower() in FILM_SUFFIXES - _STILL_TOO


_STILL_TOO = frozenset({".webp"})
"""Suffixes of pictures that may move: a still is meant, unless something makes it move."""
