"""A character that is moved by the face of a clip."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from paintreel.character.face_motion import SIGNALS, FaceMotion
from paintreel.imaging.arrays import Array
from paintreel.rig.acting import Acting
from paintreel.rig.mouths import MOUTH_SHAPES
from paintreel.rig.performance import Mouth, Performance
from paintreel.rig.pose import Pose

__all__ = ["Puppet", "filled"]

_BRIDGED_S = 0.6  # a face that is lost for so long is moved on from where it was to where it is
_TO_REST_S = 0.4
_SHUT, _NARROW, _WIDE_OPEN = 0.1, 0.34, 0.66
_PURSED = 0.45


class Puppet:
    """Poses of a character whose head, mouth, brows and lids are those of a face, `rate` a second.

    acting  feelings, breath and, where the face shows none, blinks
    mouth   of the sound, which is used where the face shows none that moves
    on      body and head are drawn on every `on`th frame
    """

    def __init__(
        self,
        motion: FaceMotion,
        acting: Acting,
        mouth: Mouth | None,
        rate: Fraction,
        *,
        on: int = 1,
    ) -> None:
        self.rate, self.on = rate, on
        self.count = max(1, math.ceil(motion.length_s * rate - Fraction(1, 1000)))
        times_s = np.arange(self.count) / float(rate)
        self._values = filled(motion, times_s)
        self.reads_mouth = bool(self._column("mouth").max(initial=0) > 0.2)
        self._reads_lids = bool(self._column("lids").max(initial=0) > 0.5)
        self._acted = Performance(acting, None if self.reads_mouth else mouth, rate, on=on)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Pose]:
        acted = iter(self._acted)
        last, held = Pose(), self._values[0]
        for index in range(self.count):
            last = next(acted, last)
            now = self._values[index]
            held = now if index % self.on == 0 else held
            yield self._pose(last, dict(zip(SIGNALS, held, strict=True)), now)

    def _column(self, name: str) -> Array:
        return self._values[:, SIGNALS.index(name)]

    def _pose(self, acted: Pose, held: dict[str, float], now: Array) -> Pose:
        brows, frown = held["brows"], held["frown"]
        pose = replace(
            acted,
            turn_deg=held["turn_deg"],
            nod_deg=held["nod_deg"],
            tilt_deg=held["tilt_deg"],
            lean=held["lean"],
            outer_brow_raise=acted.outer_brow_raise + max(brows, 0.0),
            inner_brow_raise=acted.inner_brow_raise + 0.8 * max(brows, 0.0),
            brow_lower=acted.brow_lower + 0.8 * max(-brows, frown, 0.0),
        )
        if self._reads_lids:
            shut = float(now[SIGNALS.index("lids")])
            pose = replace(
                pose, lid_left=max(acted.lid_left, shut), lid_right=max(acted.lid_right, shut)
            )
        if not self.reads_mouth:
            return pose
        opened, pursed = float(now[SIGNALS.index("mouth")]), float(now[SIGNALS.index("round")])
        letter = _letter(opened, pursed)
        usual = max(MOUTH_SHAPES[letter].open, 0.1)
        return replace(
            pose,
            mouth_shape=letter,
            mouth_next=letter,
            mouth_mix=0.0,
            mouth_openness=min(max(opened / usual, 0.45), 1.3),
            speaking=min(opened / _SHUT, 1.0),
        )


def _letter(opened: float, pursed: float) -> str:
    if opened < _SHUT:
        return "X"
    if pursed > _PURSED:
        return "F" if opened < 0.4 else "E"
    return "B" if opened < _NARROW else "C" if opened < _WIDE_OPEN else "D"


def filled(motion: FaceMotion, times_s: Array) -> Array:
    """(T, len(SIGNALS)) at any times: where the face is not seen the head comes to rest.

    A short gap is bridged in a straight line; in a longer one, and before and after the face is
    seen, everything eases to rest within 0.4 s and back. At a cut it is there at once.
    """
    known_s, values = motion.times_s, motion.values
    if motion.present.all():
        return _at(known_s, values, motion.cuts, times_s)
    edges = np.flatnonzero(np.diff(np.r_[False, ~motion.present, False].astype(int)))
    rows = values.copy()
    for first, last in edges.reshape(-1, 2).tolist():  # frames first..last - 1 show no face
        before = first - 1 if first > 0 and not motion.cuts[first] else None
        after = last if last < len(rows) and not motion.cuts[last] else None
        gap_s = known_s[min(last, len(rows) - 1)] - known_s[max(first - 1, 0)]
        for row in range(first, last):
            if before is not None and after is not None and gap_s <= _BRIDGED_S:
                share = (known_s[row] - known_s[before]) / gap_s
                rows[row] = (1 - share) * values[before] + share * values[after]
                continue
            for end in (before, after):
                if end is not None:
                    rows[row] += _left(abs(known_s[row] - known_s[end])) * values[end]
    return _at(known_s, rows, motion.cuts, times_s)


def _left(away_s: float) -> float:
    share = min(away_s / _TO_REST_S, 1.0)
    return 1.0 - share * share * (3.0 - 2.0 * share)


def _at(known_s: Array, rows: Array, cuts: Array, times_s: Array) -> Array:
    """Between frames in a straight line, but never across a cut."""
    after = np.searchsorted(known_s, times_s, side="right").clip(1, max(len(known_s) - 1, 1))
    if len(known_s) == 1:
        return np.repeat(rows, len(times_s), axis=0)
    before = after - 1
    share = np.clip((times_s - known_s[before]) / (known_s[after] - known_s[before]), 0, 1)
    share = np.where(cuts[after] & (share < 1), 0.0, share)[:, None]
    mixed: Array = (1 - share) * rows[before] + share * rows[after]
    return mixed
