"""One call for a character, from Python."""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from paintreel.character.asked import asked_identity, still_pose
from paintreel.character.options import CharacterOptions
from paintreel.character.painting import Painter
from paintreel.character.stills import DEFAULT_SIZE
from paintreel.errors import InputError
from paintreel.notes import warn_of
from paintreel.pictures.kinds import as_image
from paintreel.rig.figure import draw_character
from paintreel.rig.identity import Identity
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import CharacterKeywords

__all__ = ["character"]


@takes_options("character", "character")
def character(
    identity: str | PathLike[str] | Identity | None = None,
    emotion: str = "neutral",
    **options: Unpack[CharacterKeywords],
) -> Any:
    """Draw a character in a feeling.

        face = paintreel.character("girl", "fear", intensity=0.8)     # a PIL image, RGBA
        stranger = paintreel.character(seed=7, framing="half")

    identity  a name, the path of a TOML file, or a `paintreel.rig.identity.Identity`; None: that of
              `seed`, or the girl
    emotion   one of the nine of `paintreel.runtime.emotions`

    Gives a PIL image with transparent ground. Raises InputError for an unknown identity or emotion,
    naming the nearest, and for values out of range; the errors of models for a style.
    """
    seed = options.pop("seed", None)
    if identity is not None and seed is not None:
        raise InputError("identity and seed exclude each other")
    asked = CharacterOptions(**options)
    who = identity
    if not isinstance(who, Identity):
        who = asked_identity(None if who is None else fspath(who), seed)
    pose = still_pose(
        emotion,
        asked.intensity,
        turn_deg=asked.turn,
        nod_deg=asked.nod,
        tilt_deg=asked.tilt,
        mouth=asked.mouth,
    )
    drawn = draw_character(who, pose, asked.size or DEFAULT_SIZE, framing=asked.framing).rgba
    if asked.style is not None:
        painter = Painter(asked.style, asked.strength, backend=asked.backend, threads=asked.threads)
        drawn = painter.paint(drawn)
        warn_of(painter.notes)
    return as_image(drawn)
