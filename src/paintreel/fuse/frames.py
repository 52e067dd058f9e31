"""The frames of a clip, painted by windows that overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from paintreel.fuse.network import FusionNetwork
from paintreel.fuse.survey import SurveyedClip
from paintreel.imaging.arrays import Array
from paintreel.media.carrying import KeyFollower, PaintedKey, carried_planes, uncarried_planes
from paintreel.media.frame import Frame
from paintreel.media.motion import Motion, sketch
from paintreel.media.steadier import Steadier
from paintreel.media.steps import FrameWork
from paintreel.pictures.colour_moments import MomentTransfer
from paintreel.pictures.strength import blend
from paintreel.runtime.fusion_names import WINDOW_FRAMES

__all__ = ["Carrier", "ColouredFrames", "Finish", "FusedFrames"]

_WINDOW_PIXELS = 4_000_000
"""The most of a window: of frames of 1080 lines it holds one, and they are painted alone."""

Finish = Callable[[Frame, Array], Array]


class Carrier:
    """The planes of each frame of a clip that has keys, in order."""

    def __init__(self, clip: SurveyedClip) -> None:
        self._clip = clip
        self._shot = -1
        self._followers: dict[float, KeyFollower] = {}
        self._uncarried: Array | None = None

    def __call__(self, frame: Frame) -> tuple[Array, bool]:
        """(H, W, 4) uint8, and whether the frame begins a shot."""
        keys, motions, begins = self.follow(frame)
        if not keys:
            return self._elsewhere(frame), begins
        return carried_planes(keys, motions, frame.time_s), begins

    def follow(self, frame: Frame) -> tuple[list[PaintedKey], list[Motion], bool]:
        """The keys of a frame, the motion to each, and whether the frame begins a shot.

        For a frame that is not painted itself: the next ones are followed from it.
        """
        shot = self._clip.shot_at(frame.time_s)
        begins, self._shot = shot != self._shot, shot
        if begins:
            self._followers = {}
        keys = self._near(shot, frame.time_s)
        small = sketch(frame.pixels) if keys else None
        motions = []
        for key in keys:
            assert small is not None
            follow = self._followers.setdefault(key.time_s, KeyFollower(key.small))
            back = self._clip.back.get(frame.time_s, {}).get(key.time_s)
            motions.append(follow(small, back))
        return keys, motions, begins

    def begin_anew(self) -> None:
        """The next frame does not follow the last one."""
        self._shot, self._followers = -1, {}

    def _near(self, shot: int, time_s: float) -> list[PaintedKey]:
        """The key before a frame and the one after it; at the ends of a shot the two there.

        What the nearest does not show may be in the other: somebody who came in and went out again.
        """
        keys = self._clip.keys.get(shot, [])
        before = sum(key.time_s <= time_s for key in keys)
        first = min(max(0, before - 1), max(0, len(keys) - 2))
        return keys[first : first + 2]

    def _elsewhere(self, frame: Frame) -> Array:
        """The key of the nearest shot, trusted nowhere."""
        height, width = frame.pixels.shape[:2]
        if self._uncarried is None or self._uncarried.shape[:2] != (height, width):
            nearest = min(self._clip.all_keys, key=lambda key: abs(key.time_s - frame.time_s))
            self._uncarried = uncarried_planes(nearest.paint)
        return self._uncarried


class FusedFrames(FrameWork[None]):
    """Work on the frames of a clip: carried, painted in windows, steadied, finished.

    A window begins with the last frame of the one before in its shot, which is painted twice; both
    paintings are mixed, so that no seam is seen in time.
    """

    def __init__(
        self,
        carrier: Carrier,
        network: FusionNetwork,
        *,
        steady: float,
        strength: float,
        finish: Finish | None = None,
    ) -> None:
        self._carrier, self._network = carrier, network
        self._steadier, self._strength = Steadier(steady, sharp=True), strength
        self._finish = finish
        self._window: list[tuple[Frame, Array]] = []
        self._held: Array | None = None

    def push(self, frame: Frame, result: None) -> Iterator[Frame]:
        planes, begins = self._carrier(frame)
        if begins:
            yield from self.finish()
        self._window.append((frame, planes))
        pixels = planes.shape[0] * planes.shape[1]
        most = int(np.clip(_WINDOW_PIXELS // pixels, 1, WINDOW_FRAMES))
        if len(self._window) >= most:
            # Windows of two that overlap would paint every frame twice.
            yield from self._paint(holds=most > 2)

    def finish(self) -> Iterator[Frame]:
        if self._window:
            yield from self._paint(holds=False)

    def _paint(self, *, holds: bool) -> Iterator[Frame]:
        """The frames of the window; with `holds` the last is kept for the next window."""
        window, held = self._window, self._held
        if held is not None and len(window) == 1:  # nothing came after it
            painted = [held]
        else:
            painted = self._network.paint([f.pixels for f, _ in window], [p for _, p in window])
            if held is not None:
                painted[0] = _mean(held, painted[0])
        self._window, self._held = ([window[-1]], painted[-1]) if holds else ([], None)
        for (frame, _), paint in zip(window[: -1 if holds else None], painted, strict=False):
            steady = self._steadier(frame.pixels, paint)
            yield _finished(frame, steady, self._strength, self._finish)


class ColouredFrames(FrameWork[None]):
    """Work on the frames of a clip with a free painting: its colours, by one map a shot.

    A map that stays the same through a shot adds no flicker: nothing has to be steadied.
    """

    def __init__(
        self,
        clip: SurveyedClip,
        colours: Mapping[int, MomentTransfer],
        *,
        strength: float,
        finish: Finish | None = None,
    ) -> None:
        self._clip, self._colours = clip, colours
        self._strength, self._finish = strength, finish

    def push(self, frame: Frame, result: None) -> Iterator[Frame]:
        coloured = self._colours[self._clip.shot_at(frame.time_s)](frame.pixels)
        yield _finished(frame, coloured, self._strength, self._finish)


def _finished(frame: Frame, painted: Array, strength: float, finish: Finish | None) -> Frame:
    pixels = blend(frame.pixels, painted, strength)
    if finish is not None:
        pixels = finish(frame, pixels)
    return replace(frame, pixels=np.ascontiguousarray(pixels))


def _mean(one: Array, other: Array) -> Array:
    mixed: Array = ((one.astype(np.uint16) + other + 1) // 2).astype(np.uint8)
    return mixed
