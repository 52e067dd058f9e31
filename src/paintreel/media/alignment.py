"""Two clips read in step: each frame with the one that is shown at its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from paintreel.media.frame import Frame

__all__ = ["AlignedFrames"]


class AlignedFrames:
    """Iterates over (frame, reference frame) that belong together by time.

    Times count from the first frame of each clip, so that a container's offset does not matter.
    Two frames belong together when their times differ by less than half the shorter of their
    durations; at most one frame can. A clip of 12 frames a second is thus compared with every
    second frame of one of 24. Frames without counterpart are passed over and counted, and so is
    what one clip has after the end of the other. Two frames are held at most of each clip.

    generated, reference: readers of `paintreel.media.reader.read_frames`; without a reference
        each frame comes with None.

    Attributes (so far):
        pairs: frames given.
        only_generated, only_reference: frames passed over.
    """

    def __init__(self, generated: Iterable[Frame], reference: Iterable[Frame] | None) -> None:
        self.pairs = self.only_generated = self.only_reference = 0
        self._generated, self._reference = generated, reference

    def __iter__(self) -> Iterator[tuple[Frame, Frame | None]]:
        if self._reference is None:
            for frame in self._generated:
                self.pairs += 1
                yield frame, None
            return
        left, right = _timed(self._generated), _timed(self._reference)
        a, b = next(left, None), next(right, None)
        while a is not None and b is not None:
            (frame, time, length), (other, other_time, other_length) = a, b
            if abs(time - other_time) < 0.5 * min(length, other_length):
                self.pairs += 1
                yield frame, other
                a, b = next(left, None), next(right, None)
            elif time < other_time:
                self.only_generated += 1
                a = next(left, None)
            else:
                self.only_reference += 1
                b = next(right, None)
        self.only_generated += (a is not None) + sum(1 for _ in left)
        self.only_reference += (b is not None) + sum(1 for _ in right)


def _timed(frames: Iterable[Frame]) -> Iterator[tuple[Frame, float, float]]:
    """Frames with their time from the first and how long they are shown, in seconds.

    A frame is shown until the next; the last as long as it says, or as the one before it.
    """
    start: float | None = None
    length = 0.0
    for frame, after in pairwise(chain(frames, [None])):
        if frame is None:
            return
        start = frame.time_s if start is None else start
        if after is not None:
            length = after.time_s - frame.time_s
        elif frame.duration:
            length = float(frame.duration * frame.time_base)
        yield frame, frame.time_s - start, length or 1.0
