"""Where a clip is painted: in faces, or in a mask."""

from __future__ import annotations

from pathlib import Path

from paintreel.errors import InputError
from paintreel.faces.finder import FaceFinder
from paintreel.faces.follower import FaceFollower
from paintreel.faces.ovals import face_ovals
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.media.frame import Frame
from paintreel.notes import Note
from paintreel.pictures.masking import lay_where, mask_of, soft_mask

__all__ = ["FACES", "InFaces", "InMask", "place_of"]

FACES = ("faces", "face")
"""Words that stand for the faces of a clip."""


class InMask:
    """Paint in a picture that is white there."""

    def __init__(self, mask: Array, name: str) -> None:
        self._mask, self._name = mask_of(mask), name
        self._soft: Array | None = None

    def __call__(self, frame: Frame, painted: Array) -> Array:
        height, width = painted.shape[:2]
        if self._soft is None or self._soft.shape != (height, width):
            self._soft = soft_mask(self._mask, height, width, name=self._name)
        return lay_where(frame.pixels, painted, self._soft)

    def notes(self) -> tuple[Note, ...]:
        return ()


class InFaces:
    """Paint in the faces that are found."""

    def __init__(self) -> None:
        self._follow = FaceFollower(FaceFinder())
        self._frames = self._without = 0

    def __call__(self, frame: Frame, painted: Array) -> Array:
        tracked = self._follow(frame.pixels, frame.time_s)
        self._frames += 1
        self._without += not tracked
        faces, presence = [t.face for t in tracked], [t.presence for t in tracked]
        share = face_ovals(faces, *painted.shape[:2], presence=presence)
        return lay_where(frame.pixels, painted, share)

    def notes(self) -> tuple[Note, ...]:
        if not self._without:
            return ()
        text = f"no face in {self._without} of {self._frames:,} frames: left as they were"
        return (Note("frames-without-face", text, self._without),)


def place_of(mask: object) -> InMask | InFaces | None:
    """Of the word faces, a file, or an array; None is everywhere. Raises InputError."""
    if mask is None:
        return None
    if isinstance(mask, str) and mask in FACES:
        return InFaces()
    if isinstance(mask, (str, Path)):
        return InMask(read_picture(mask).pixels, f"the mask {mask}")
    if hasattr(mask, "shape"):
        return InMask(mask, "the mask")
    raise InputError(f"mask is {type(mask).__name__}, expected faces, a file or an array")
