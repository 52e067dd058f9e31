"""Faces that the program's own characters make: drawn with an emotion, and where their eyes lie.

A character of every seed makes each emotion once, each part of the face more or less than the rig
has it, painted, in flat colours or as lines. They are drawing styles more to learn from, with
anger, disgust and surprise, which few avatars have. Nothing is measured on them: a network that has
learnt from the rig knows the rig.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from paintreel.faces.face import Face
from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_labels import DRAWN
from paintreel.learn.data.faces import FaceExamples, FramedFace
from paintreel.rig.cast import Cast
from paintreel.rig.easel import Easel, FigureView, Mode
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import draw_character
from paintreel.rig.framing import Framing, view_of
from paintreel.rig.identity import Identity
from paintreel.rig.pose import Hand, Pose
from paintreel.rig.seeded import identity_of_seed
from paintreel.rig.tones import palette_tones

__all__ = ["RIG", "draw_rig_faces", "landmarks_of", "with_faces"]

RIG = "paintreel rig"
"""The family of these faces."""

_SIDE_PX = 160
_FRAMING: Framing = "face"
_LEAST_INTENSITY = 0.6
_MODES: tuple[Mode, ...] = ("painted", "painted", "flats", "lines")
_HABITS = ("tears", "sweat", "tongue_show", "pallor", "gloom", "blush")
_PARTS = (
    *("inner_brow_raise", "outer_brow_raise", "brow_lower", "brow_skew", "upper_lid_raise"),
    *("lid_tighten", "lid_left", "lid_right", "cheek_raise", "nose_wrinkle", "upper_lip_raise"),
    *("lip_corner_pull", "lip_corner_depress", "lip_stretch", "lip_pucker", "chin_raise"),
    *("jaw_drop", "shrug"),
)


def draw_rig_faces(
    count: int, rng: np.random.Generator, emotions: Sequence[str] = DRAWN
) -> FaceExamples:
    """`count` characters, each with every one of `emotions`; the family of all is RIG."""
    files, names, faces = [], [], []
    for seed in rng.choice(1_000_000, count, replace=False).tolist():
        identity = identity_of_seed(seed)
        for emotion in emotions:
            pose = _varied(pose_of(emotion, float(rng.uniform(_LEAST_INTENSITY, 1))), rng)
            files.append(f"rig/{emotion}/{seed}")
            names.append(emotion)
            faces.append(_drawn(identity, pose, rng))
    return FaceExamples(tuple(files), tuple(names), (RIG,) * len(files), tuple(faces))


def with_faces(first: FaceExamples, second: FaceExamples) -> FaceExamples:
    """Both, the one after the other."""
    return FaceExamples(
        first.files + second.files,
        first.emotions + second.emotions,
        first.families + second.families,
        first.faces + second.faces,
    )


def landmarks_of(identity: Identity, pose: Pose, view: FigureView) -> Array:
    """(5, 2) eyes, tip of the nose and corners of the mouth in pixels of the drawing."""
    p = identity.proportions
    cast = Cast(identity, pose, Easel(view), palette_tones(identity.palette))
    mouth_y = p.eye_height + p.nose_length + p.mouth_height
    at = [
        (-p.eye_spacing, p.eye_height),
        (p.eye_spacing, p.eye_height),
        (0.0, p.eye_height + p.nose_length),
        (-p.mouth_width, mouth_y),
        (p.mouth_width, mouth_y),
    ]
    placed = cast.head.on_face(np.array(at))
    return np.asarray(placed * view.unit_px + view.origin_px + view.at_px)


def _drawn(identity: Identity, pose: Pose, rng: np.random.Generator) -> FramedFace:
    size = (_SIDE_PX, _SIDE_PX)
    view = view_of(identity, size, _FRAMING)
    mode: Mode = _MODES[int(rng.integers(len(_MODES)))]
    rgba = draw_character(identity, pose, size, framing=_FRAMING, mode=mode, quick=True).rgba
    # Behind avatars lies white; behind a drawn figure whatever its film has.
    white = mode == "lines" or rng.random() < 0.5
    ground = np.full(3, 255.0) if white else rng.uniform(60, 255, 3)
    share = rgba[..., 3:].astype(np.float32) / 255
    pixels = (rgba[..., :3] * share + ground * (1 - share)).round().astype(np.uint8)
    landmarks = landmarks_of(identity, pose, view)
    low, high = landmarks.min(0), landmarks.max(0)
    return FramedFace(pixels, Face((low[0], low[1], high[0], high[1]), landmarks, 1.0))


def _varied(pose: Pose, rng: np.random.Generator) -> Pose:
    """As another would draw it: each part more or less, the head turned, hands down.

    What is a habit of the rig, such as a tongue for disgust, is left out of many.
    """
    changes: dict[str, Any] = {
        name: min(1.0, getattr(pose, name) * float(rng.uniform(0.5, 1.2)))
        for name in _PARTS
        if getattr(pose, name)
    }
    changes |= {name: 0.0 for name in _HABITS if rng.random() < 0.6}
    turned: dict[str, Any] = {
        name: float(rng.uniform(-most, most) + part * getattr(pose, name))
        for name, most, part in (
            ("turn_deg", 14.0, 0.5), ("tilt_deg", 8.0, 0.5), ("nod_deg", 3.0, 0.5),
            ("gaze_x", 0.4, 0.5), ("gaze_y", 0.3, 0.5),
        )
    }  # fmt: skip
    return replace(pose, left_hand=Hand(), right_hand=Hand(), **changes, **turned)
