"""Faces as drawn characters: what a portrait style does beside painting the rest.

A face is framed upright with its hair and drawn in that square by rule (`portraits.painting`), from
the features that are found in it. The style's network, AFGAN, learnt from that rule, but the
picture it paints is never shown: its attention alone is used, which says where the rule's drawing
is to be seen. By that the drawing is laid into the painting of the rest. There is no seam, for
around the face both are the same style's paint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.faces.face import Face
from paintreel.faces.features import FineFeatures, fit_features
from paintreel.faces.framing import frame_face
from paintreel.imaging.arrays import Array, from_float, to_float
from paintreel.notes import Note
from paintreel.portraits.painting import paint_portrait
from paintreel.portraits.settings import PortraitSettings
from paintreel.runtime.afgan_names import ATTENTION
from paintreel.runtime.card import Card
from paintreel.runtime.model import Model
from paintreel.stylize.fine_faces import SeenFace

__all__ = [
    "SYSTEM",
    "FaceChoice",
    "Portrait",
    "attention_of",
    "base_of",
    "check_face_choice",
    "draw_portraits",
    "no_face",
    "portraits_among",
]

SYSTEM = "afgan"
"""The system of models that draw faces."""

FaceChoice = Literal["auto", "off", "all"]

SIDE_PX, ROOM = 384, 2.0
"""The square that a face is drawn in, and how much of the head it shows."""

_LEAST_PX, _FULL_PX = 46.0, 64.0
"""Sides of a face, in pixels of what the network is shown, from which it is drawn, and drawn in
full: smaller ones are painted finer instead (`fine_faces`)."""
_LEAST_SURE = 0.9
_ATTENTION_GAIN = 1.25
"""The attention is below 1 where a face is plainly there; what is nearly all is all."""
_MOST = 24


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face that is drawn; share: how much of the drawing is seen, above 0 to 1."""

    face: Face
    features: FineFeatures | None
    share: float


def base_of(card: Card) -> str:
    """The style, by name or file, that paints what a portrait style leaves."""
    settings = card.training.get("settings", {})
    base = settings.get("base") if isinstance(settings, dict) else None
    return base if isinstance(base, str) and base else "hereva"


def portraits_among(faces: Sequence[SeenFace], scale: float, choice: FaceChoice) -> list[Portrait]:
    """Those that are drawn, the largest first.

    scale: by which the picture is shrunk for the network (`pictures.brush`). Small ones go over
    into the painting; with ``all`` they are drawn whatever their size.
    """
    if choice == "off":
        return []
    chosen = []
    for seen in sorted(faces, key=lambda each: -each.face.side_px):
        size = (seen.face.side_px / scale - _LEAST_PX) / (_FULL_PX - _LEAST_PX)
        share = seen.presence * (1.0 if choice == "all" else float(np.clip(size, 0, 1)))
        if choice == "auto" and seen.face.confidence < _LEAST_SURE:
            continue
        if share > 0:
            chosen.append(Portrait(seen.face, seen.features, share))
    return chosen[:_MOST]


def draw_portraits(
    picture: Array,
    painted: Array,
    portraits: Sequence[Portrait],
    base: Callable[[Array], Array],
    attend: Callable[[Array], Array],
    settings: PortraitSettings = PortraitSettings(),  # noqa: B008 - it is frozen
) -> None:
    """Draw these faces of a picture into its painting; both (H, W, 3) of one dtype.

    base: paints a square, (S, S, 3) float32 in [0, 1], in the style of the rest.  attend: where in
    such a square a drawn face is to be seen, (S, S) in [0, 1].
    """
    for portrait in reversed(portraits):  # the nearest comes last
        features = portrait.features or fit_features(picture, portrait.face)
        frame = frame_face(portrait.face, SIDE_PX, room=ROOM)
        square = to_float(frame.take(picture)).astype(np.float32)
        drawn, oval = paint_portrait(
            square, frame.face_in_square(portrait.face), features.mapped(frame), base, settings
        )
        share = oval * np.minimum(1.0, _ATTENTION_GAIN * attend(square)) * portrait.share
        frame.put_into(painted, from_float(drawn, painted.dtype), share.astype(np.float32))


def attention_of(model: Model) -> Callable[[Array], Array]:
    """The attention of a portrait style's network. Raises ModelFileError where it has none."""

    def attend(square: Array) -> Array:
        tensor = np.ascontiguousarray(square.transpose(2, 0, 1)[None])
        result: Array = model.run({model.contract.input: tensor})[ATTENTION][0, 0]
        return result

    if ATTENTION not in model.outputs:
        raise ModelFileError(
            f"{model.path} is of {SYSTEM} and has no output '{ATTENTION}'; export it again"
        )
    return attend


def no_face() -> Note:
    """What is told where nothing was drawn."""
    text = "no face to be drawn was found: all is painted in the plain style"
    return Note("no-portrait", f"{text} (--face all draws small ones too)")


def check_face_choice(choice: str, *, draws: bool) -> None:
    """Raise InputError for what is no choice, and for ``all`` of a style that draws no faces."""
    if choice not in ("auto", "off", "all"):
        raise InputError(f"face is {choice!r}, expected auto, off or all")
    if choice == "all" and not draws:
        raise InputError(
            "--face all is of styles that draw faces, such as hereva-portrait; --style names one"
        )
