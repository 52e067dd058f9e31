"""One call for a character, from Python."""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from paintreel.character.acted import acted_frames, before
from paintreel.character.asked import asked_identity, still_pose
from paintreel.character.options import CharacterOptions
from paintreel.character.painting import DrawingPainter
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
    from paintreel.runtime.emotion_timeline import EmotionTimeline

__all__ = ["character"]


@takes_options("character", "character")
def character(
    identity: str | PathLike[str] | Identity | None = None,
    emotion: str | PathLike[str] | EmotionTimeline | None = None,
    **options: Unpack[CharacterKeywords],
) -> Any:
    """Draw a character in a feeling, or let it act a line of dialogue.

        face = paintreel.character("girl", "fear", intensity=0.8)     # a PIL image, RGBA
        stranger = paintreel.character(seed=7, framing="half")
        frames = paintreel.character("boy", voice="line.wav", text="Maybe tomorrow.")

    identity  a name, the path of a TOML file, or a `paintreel.rig.identity.Identity`; None: that of
              `seed`, or the girl
    emotion   one of the nine of `paintreel.runtime.emotions`; of a line also "auto", a JSON file or
              a timeline [(t_s, {"fear": 0.8}), ...]. None: neutral, of a line what is heard

    Gives a PIL image with transparent ground. With voice, mouths, from_clip or length it gives an
    iterator of frames at `fps`: arrays (H, W, 4) uint8 with straight alpha, (H, W, 3) before a
    background. What is wrong raises at the call: InputError for an unknown identity or emotion,
    naming the nearest, and for values out of range; UnreadableFile for files; the errors of models.
    """
    seed = options.pop("seed", None)
    if identity is not None and seed is not None:
        raise InputError("identity and seed exclude each other")
    asked = CharacterOptions(**options)
    who = identity
    if who is not None and not isinstance(who, (str, PathLike, Identity)):
        raise InputError(
            f"identity is {who!r}, expected a name, the path of a TOML file or an Identity"
        )
    if not isinstance(who, Identity):
        who = asked_identity(None if who is None else fspath(who), seed)
    painter = None
    if asked.style is not None:
        painter = DrawingPainter(
            asked.style, asked.strength, backend=asked.backend, threads=asked.threads
        )
    if asked.is_film:
        background = asked.background
        film, frames = acted_frames(
            asked, who, emotion=emotion, background=background, painter=painter
        )
        warn_of(film.notes)
        return frames
    if emotion is not None and not isinstance(emotion, str):
        raise InputError("a picture shows one emotion; a timeline goes with voice or length")
    pose = still_pose(
        emotion,
        asked.intensity,
        turn_deg=asked.turn,
        nod_deg=asked.nod,
        tilt_deg=asked.tilt,
        mouth=asked.mouth,
    )
    size = asked.size or DEFAULT_SIZE
    drawn = draw_character(who, pose, size, framing=asked.framing).rgba
    if asked.background is not None:
        drawn, notes = before(drawn, asked.background)
        warn_of(notes)
    if painter is not None:
        drawn = painter.paint(drawn)
        warn_of(painter.notes)
    return as_image(drawn)
