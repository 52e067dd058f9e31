"""All that the parts of one drawing share: who, how, where the head lies, and the easel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paintreel.drawing.random_streams import RandomStreams
from paintreel.imaging.arrays import Array
from paintreel.rig.curves import loop, mirrored
from paintreel.rig.easel import Easel
from paintreel.rig.head_frame import HeadFrame
from paintreel.rig.identity import Identity
from paintreel.rig.mouths import MouthForm, mouth_of
from paintreel.rig.pose import Pose
from paintreel.rig.tones import PaintTones

__all__ = ["Cast"]

_TURN_DEG, _NOD_DEG, _TILT_DEG = 40.0, 25.0, 30.0


@dataclass(frozen=True)
class Cast:
    """One drawing: an identity in a pose, on an easel.

    light_side  where the light comes from, -1 left or 1 right
    """

    identity: Identity
    pose: Pose
    easel: Easel
    tones: Mapping[str, PaintTones]
    light_side: int = -1

    @cached_property
    def head(self) -> HeadFrame:
        """Where the head lies."""
        pose, proportions = self.pose, self.identity.proportions
        return HeadFrame(
            turn_deg=_bounded(pose.turn_deg, _TURN_DEG),
            nod_deg=_bounded(pose.nod_deg, _NOD_DEG),
            tilt_deg=_bounded(pose.tilt_deg, _TILT_DEG),
            middle=(
                0.22 * _bounded(pose.lean, 1.0),
                -proportions.neck_length - 0.95 - 0.02 * pose.breath,
            ),
        )

    @cached_property
    def shoulder_y(self) -> float:
        """How far the shoulders hang below the usual."""
        return -0.16 * _bounded(self.pose.shrug, 1.0) - 0.035 * self.pose.breath

    @cached_property
    def weight(self) -> float:
        """-1 to 1: on which leg it stands."""
        return _bounded(self.pose.weight, 1.0)

    @cached_property
    def shoulder_tilt(self) -> float:
        """How far the right shoulder hangs lower than usual, and the left one higher."""
        return 0.09 * self.weight

    @cached_property
    def mouth(self) -> MouthForm:
        """The mouth that expression and speech make."""
        return mouth_of(self.pose)

    @cached_property
    def chin_y(self) -> float:
        """Where the chin ends, in the head; it sinks as the jaw opens."""
        return 1.0 + self.identity.proportions.chin_length + 0.2 * min(self.mouth.open, 1.2)

    @cached_property
    def face(self) -> Array:
        """The outline of the face and skull in the figure, (N, 2), clockwise from the crown."""
        return self._face(self.chin_y)

    @cached_property
    def shut_face(self) -> Array:
        """That outline with the mouth shut: it throws the shade on the neck."""
        return self._face(1.0 + self.identity.proportions.chin_length)

    def _face(self, chin: float) -> Array:
        p = self.identity.proportions
        width = p.head_width
        crown = -1.0 * p.forehead
        half = np.array(
            [
                [0.0, crown, 0.0],
                [0.5 * width, 0.93 * crown, -0.02],
                [0.87 * width, 0.66 * crown, -0.04],
                [1.0 * width, -0.2, 0.0],
                [p.cheeks * width * 0.985, 0.16, 0.1],
                [p.cheeks * width * 0.95, 0.42, 0.16],
                [p.jaw * width * 1.0, 0.42 + 0.5 * (chin - 0.42), 0.12],
                [(0.5 * p.jaw + 0.5 * p.chin) * width, 0.42 + 0.84 * (chin - 0.42), 0.26],
                [0.72 * p.chin * width, 0.42 + 0.97 * (chin - 0.42), 0.36],
                [0.0, chin, 0.4],
            ]
        )
        points = mirrored(half)
        turn = self.head.turn
        if turn:  # the far side shows brow, socket and cheek in profile
            far = np.sign(points[:, 0]) == np.sign(turn)
            dent = -0.05 * np.exp(-(((points[:, 1] - p.eye_height) / 0.14) ** 2))
            cheek = 0.03 * np.exp(-(((points[:, 1] - 0.45) / 0.16) ** 2))
            points[:, 0] += np.where(far, abs(turn), 0.0) * np.sign(turn) * (dent + cheek)
        return self.head.place(loop(points, 96))

    def rng(self, part: str) -> np.random.Generator:
        """Chance of one part, the same in every frame."""
        return RandomStreams(0, self.identity.name).stream(part)


def _bounded(value: float, most: float) -> float:
    return min(max(value, -most), most)
