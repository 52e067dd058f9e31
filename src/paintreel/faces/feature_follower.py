"""The features of followed faces through the frames of a clip, without trembling.

What a fit says of one frame trembles by a pixel, and drawn lines show it. So features are averaged
over time in the square of their face, which moves with it; irises, lids and the mouth are let
through faster than the rest, for a blink is short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from paintreel.faces.eye_fits import EyeFit
from paintreel.faces.features import FineFeatures, fit_features
from paintreel.faces.follower import TrackedFace
from paintreel.faces.framing import Framing, frame_face
from paintreel.imaging.arrays import Array

__all__ = ["FeatureFollower"]

_SIDE_PX = 256
_OVER_S, _LIDS_S = 0.12, 0.05
_YES_AT, _NO_AT = 0.65, 0.35
"""Share of the last frames in which a mouth was open, or an eye covered, from which it is drawn so,
and up to which it is not."""


class FeatureFollower:
    """Call it with the frames of one clip in order, and with who is followed in each."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._time_s: float | None = None

    def __call__(
        self, frame: Array, time_s: float, tracked: Sequence[TrackedFace]
    ) -> dict[int, FineFeatures]:
        """{number of a face: its features in places of the frame}."""
        step_s = 0.0 if self._time_s is None else max(time_s - self._time_s, 0.0)
        self._time_s = time_s
        known: dict[int, _Known] = {}
        result: dict[int, FineFeatures] = {}
        for each in tracked:
            square = frame_face(each.face, _SIDE_PX)
            seen = fit_features(frame, each.face).mapped(square)
            before = self._known.get(each.number)
            known[each.number] = _Known(seen) if before is None else before.toward(seen, step_s)
            result[each.number] = known[each.number].features.mapped(_back(square))
        self._known = known
        return result


class _Known:
    """What is known of one face, in the places of its square."""

    def __init__(self, features: FineFeatures, answers: Array | None = None) -> None:
        self.features = features
        self._answers = _answers(features).astype(float) if answers is None else answers

    def toward(self, seen: FineFeatures, step_s: float) -> _Known:
        """A step of time toward what is seen now."""
        slow, fast = (1 - float(np.exp(-step_s / s)) for s in (_OVER_S, _LIDS_S))
        now = self.features
        eyes = tuple(
            EyeFit(
                _mixed(a.iris, b.iris, fast),
                a.radius_px + slow * (b.radius_px - a.radius_px),
                _mixed(a.upper, b.upper, fast),
                _mixed(a.lower, b.lower, fast),
            )
            for a, b in zip(now.eyes, seen.eyes, strict=True)
        )
        answers = _mixed(self._answers, _answers(seen), fast)
        # What is drawn changes where the answer has, not wherever one frame has another.
        said = answers > np.where(_answers(now), _NO_AT, _YES_AT)
        features = replace(
            seen,
            eyes=(eyes[0], eyes[1]),
            lips=_mixed(now.lips, seen.lips, fast),
            is_open=bool(said[0]),
            teeth=now.teeth + fast * (seen.teeth - now.teeth),
            eyes_covered=(bool(said[1]), bool(said[2])),
            mouth_covered=bool(said[3]),
            jaw=_mixed(now.jaw, seen.jaw, slow),
            jaw_step=_mixed(now.jaw_step, seen.jaw_step, slow),
        )
        return _Known(features, answers)


def _answers(features: FineFeatures) -> Array:
    """(4,) bool: mouth open, left eye, right eye, mouth covered."""
    return np.array([features.is_open, *features.eyes_covered, features.mouth_covered])


def _mixed(a: Array, b: Array, share: float) -> Array:
    mixed: Array = a + share * (b - a)
    return mixed


def _back(square: Framing) -> Framing:
    """The framing whose square is the picture, so that `mapped` goes from the square to it."""
    inverse = np.linalg.inv(square.matrix[:, :2])
    return Framing(np.column_stack([inverse, -inverse @ square.matrix[:, 2]]), square.side_px)
