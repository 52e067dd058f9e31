"""Who is drawn, and in which pose."""

from __future__ import annotations

from dataclasses import replace

from paintreel.character.options import AUTO, DEFAULT_IDENTITY
from paintreel.errors import InputError
from paintreel.rig.expressions import pose_of
from paintreel.rig.identity import Identity
from paintreel.rig.identity_files import find_identity
from paintreel.rig.pose import Pose
from paintreel.rig.seeded import identity_of_seed

__all__ = ["asked_identity", "still_pose"]


def asked_identity(name: str | None, seed: int | None) -> Identity:
    """The identity of a name, a file or a seed. Raises InputError."""
    if seed is not None:
        return identity_of_seed(seed)
    return find_identity(DEFAULT_IDENTITY if name is None else name)


def _is_of_a_clip(emotion: str) -> bool:
    return emotion == AUTO or emotion.lower().endswith(".json")


def still_pose(
    emotion: str | None,
    intensity: float,
    *,
    turn_deg: float = 0.0,
    nod_deg: float = 0.0,
    tilt_deg: float = 0.0,
    mouth: str | None = None,
) -> Pose:
    """The pose of a picture: an expression, the head turned further, a mouth. Raises InputError."""
    if emotion is not None and _is_of_a_clip(emotion):
        what = "auto" if emotion == AUTO else "a timeline"
        raise InputError(
            f"emotion {emotion!r}: {what} is of a clip; give --voice, --from or --length, or name "
            "one emotion"
        )
    pose = pose_of("neutral" if emotion is None else emotion, intensity)
    turned = pose.with_added({"turn_deg": turn_deg, "nod_deg": nod_deg, "tilt_deg": tilt_deg})
    if mouth is None:
        return turned
    return replace(turned, mouth_shape=mouth, mouth_next=mouth, speaking=1.0)
