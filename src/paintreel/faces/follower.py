"""Follow the faces of a clip: stable numbers, places that do not jitter, nothing that pops.

Frames are searched, all or some of them. What the search loses for a moment, such as a head that
turns away, and in frames that are not searched every face, the last network is shown where it must
be by now. Places are smoothed by a filter that lets fast motion
through (Casiez, Roussel and Vogel 2012, the one-euro filter), in sizes of the face, so that large
and small faces are steadied alike. A cut begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.errors import InputError
from paintreel.faces.face import Face
from paintreel.faces.finder import FaceFinder
from paintreel.imaging.arrays import Array
from paintreel.media.cuts import CutDetector

__all__ = ["FaceFollower", "TrackedFace"]

_FADE_S = 0.3
"""How long a face takes to come and to go within a shot."""
_NEAR = 0.6
"""As far as this, in sizes of the face, one may be from where it is expected."""
_SIZES = 1.6
"""By so much it may grow or shrink from one frame to the next."""
_DUPLICATE = 0.3
_SURE = 0.95
"""A face of which the search is less sure fades in at the start of a shot too."""
_DOUBTED, _TRUSTED = 0.8, 0.5
"""How sure the last network has to be of one that the search has lost: what has just come may have
been none."""

# Of the filter: slow motion is smoothed by that many hertz, and by so much more for each size of
# the face that it moves in a second.
_CUTOFF_HZ, _PER_SPEED, _SPEED_HZ = 1.2, 5.0, 2.0


@dataclass(frozen=True, slots=True)
class TrackedFace:
    """A face in one frame of a clip.

    face      as it is seen, smoothed
    number    from 1 up, the same as long as the face is followed, and never given again
    presence  above 0 to 1: grows from 0 where a face comes into a shot, and falls to 0 where it is
              lost; whoever paints by it sees nothing pop. 1 from the start of a shot on
    seen      False where it was not found in this frame, and is where it was expected
    """

    face: Face
    number: int
    presence: float
    seen: bool


class FaceFollower:
    """Call it with the frames of one clip in order.

        follow = FaceFollower()
        for frame in reader:
            for tracked in follow(frame.pixels, frame.time_s):
                ...

    finder   what finds the faces, such as one with another `least_px`
    every_s  how often a frame is searched, in seconds; 0: each is. Faces that are known are looked
             at in each frame, which takes a tenth of the time
    """

    def __init__(self, finder: FaceFinder | None = None, *, every_s: float = 0.0) -> None:
        self._find = finder or FaceFinder()
        self._every_s, self._searched_s = every_s, -np.inf
        self._begins_shot = CutDetector()
        self._tracks: list[_Followed] = []
        self._time_s: float | None = None
        self._last = 0

    def __call__(self, frame: Array, time_s: float) -> list[TrackedFace]:
        """The faces of a frame (H, W, 3) uint8 RGB, the largest first.

        Raises InputError where time runs backwards.
        """
        if self._time_s is not None and not time_s >= self._time_s:
            raise InputError(f"a frame at {time_s} s comes after one at {self._time_s} s")
        step_s = 0.0 if self._time_s is None else time_s - self._time_s
        self._time_s = time_s
        begins_shot = self._begins_shot(frame)
        if begins_shot:
            self._tracks = []
        found: list[Face] = []
        # Times of frames are rounded to what a file can say.
        if begins_shot or time_s - self._searched_s >= self._every_s * 0.99:
            found, self._searched_s = self._find(frame), time_s
        for track in self._tracks:
            track.advance(step_s)
        waiting = self._matched(found)
        for track in self._tracks:
            if track.seen:
                continue
            least = _TRUSTED if track.presence >= 1 else _DOUBTED
            if (face := self._find.look(frame, track.expected, least=least)) is not None:
                track.take(face)
        self._tracks = [track for track in self._tracks if track.fade(step_s)]
        for face in waiting:
            if all(_gap(face, track.expected) > _DUPLICATE for track in self._tracks):
                is_there = begins_shot and face.confidence >= _SURE
                self._tracks.append(_Followed(face, is_there))
        shown = [self._told(track) for track in self._tracks if track.presence > 0]
        return sorted(shown, key=lambda each: -each.face.side_px)

    def _told(self, track: _Followed) -> TrackedFace:
        """The face as it is shown; what is never shown takes no number."""
        if track.number is None:
            self._last += 1
            track.number = self._last
        return TrackedFace(track.expected, track.number, track.presence, track.seen)

    def _matched(self, found: list[Face]) -> list[Face]:
        """Give each track the face that is nearest; those that no track takes."""
        pairs = sorted(
            (gap, i, j)
            for i, track in enumerate(self._tracks)
            for j, face in enumerate(found)
            if (gap := _gap(face, track.expected)) <= _NEAR
            and 1 / _SIZES <= face.side_px / track.expected.side_px <= _SIZES
        )
        taken: set[int] = set()
        for _, i, j in pairs:
            if not self._tracks[i].seen and j not in taken:
                self._tracks[i].take(found[j])
                taken.add(j)
        return [face for j, face in enumerate(found) if j not in taken]


class _Followed:
    """One face through the frames."""

    def __init__(self, face: Face, is_there: bool) -> None:
        self.number: int | None = None
        self.presence, self.seen = float(is_there), True
        self._confidence = face.confidence
        self._values = _values(face)
        self._speed = np.zeros_like(self._values)
        self._step_s = 0.0

    @property
    def expected(self) -> Face:
        return _face(self._values, self._confidence)

    def advance(self, step_s: float) -> None:
        """Move on by its speed, which fades; whether it is there is to be seen."""
        self._step_s, self.seen = step_s, False
        self._before = self._values
        self._values = self._values + self._speed.mean(axis=0) * step_s
        self._speed = self._speed * np.exp(-step_s / _FADE_S)

    def take(self, face: Face) -> None:
        """It is there: as far from the place before as the filter lets it."""
        self.seen, self._confidence = True, face.confidence
        if self._step_s == 0:
            return
        values, size = _values(face), face.side_px
        speed = (values - self._before) / self._step_s
        self._speed += _weight(_SPEED_HZ, self._step_s) * (speed - self._speed)
        moving = float(np.linalg.norm(self._speed.mean(axis=0))) / size
        weight = _weight(_CUTOFF_HZ + _PER_SPEED * moving, self._step_s)
        self._values = self._before + weight * (values - self._before)

    def fade(self, step_s: float) -> bool:
        """Come or go by the time that has passed. False when it is gone."""
        step = step_s / _FADE_S
        self.presence = min(1.0, self.presence + step) if self.seen else self.presence - step
        return self.presence > 0


def _weight(cutoff_hz: float, step_s: float) -> float:
    turn = 2 * np.pi * cutoff_hz * step_s
    return float(turn / (turn + 1))


def _values(face: Face) -> Array:
    """(7, 2): landmarks, and the corners of the box."""
    return np.concatenate([face.landmarks, np.reshape(face.box, (2, 2))])


def _face(values: Array, confidence: float) -> Face:
    left, top, right, bottom = (float(x) for x in values[5:].ravel())
    return Face((left, top, right, bottom), values[:5].copy(), confidence)


def _gap(one: Face, other: Face) -> float:
    """How far the middles of two faces are apart, in sides of the smaller."""
    apart = np.subtract(one.centre, other.centre)
    return float(np.hypot(*apart)) / max(min(one.side_px, other.side_px), 1e-6)
