"""The times of a clip set right: from 0 on, ever forward, jumps bridged. Arithmetic alone.

Files state times that start anywhere, wrap, start anew where two recordings were joined, or jump.
What a viewer expects is what players show: every frame in order, from 0, sound and picture as far
apart as they were recorded.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median_low

__all__ = ["FrameTimes", "Timeline"]

# FFmpeg's own thresholds, of its command line tool.
_BACKWARD = Fraction(1, 10)
_FORWARD = Fraction(10)
_RECENT = 16
_LARGEST = 1 << 62


@dataclass(slots=True)
class _Track:
    """Where one stream is: its segment, its last decoding time and the next one expected, s.

    `left` is the segment it left with the packet before, None: it went on.
    """

    segment: int = 0
    left: int | None = None
    last: Fraction | None = None
    expected: Fraction | None = None
    step: Fraction = field(default_factory=Fraction)


class Timeline:
    """Moves the times of all packets of a clip onto one clock that starts at 0.

    start         the earliest time of its streams, in seconds, which becomes 0
    bridges_gaps  whether a leap forward of more than 10 s is an error too, as in transport
                  streams; elsewhere it is a pause
    stores_dts    whether decoding times are those of the file; without them the times of showing
                  are followed, which go back where frames are reordered, but not at key frames

    A jump opens a segment with an offset of its own, so that the stream goes on where it was.
    The other streams, which may be read early or late, take the same offset at their own jump:
    what was recorded together stays together. A stray packet opens a segment and the next one
    goes back to the one before.

    `bridges` counts the jumps, `bridged_s` adds up their seconds.
    """

    def __init__(
        self,
        start: Fraction = Fraction(0),
        *,
        bridges_gaps: bool = False,
        stores_dts: bool = True,
    ) -> None:
        self.bridges = 0
        self.bridged_s = Fraction(0)
        self._offsets = [-start]
        self._bridges_gaps, self._stores_dts = bridges_gaps, stores_dts
        self._tracks: dict[int, _Track] = {}
        self._current = 0

    def place(
        self,
        stream: int,
        pts: int | None,
        dts: int | None,
        duration: int,
        time_base: Fraction,
        *,
        leads: bool = True,
        is_key: bool = True,
    ) -> tuple[int | None, int | None]:
        """(pts, dts) of a packet on the clock, all in units of `time_base` seconds.

        `stream` names the stream. One that does not lead (subtitles, whose times may lie far
        apart) follows the segment of those that do. `is_key`: it needs no other packet.
        """
        segment = self._current
        if leads:
            track = self._tracks.setdefault(stream, _Track())
            stated = dts if self._stores_dts else pts
            if stated is not None:
                if is_key or self._stores_dts:
                    self._follow(track, stated * time_base)
                self._advance(track, stated * time_base, duration * time_base)
            segment = self._current = track.segment
        shift = round(self._offsets[segment] / time_base)
        return _shifted(pts, shift), _shifted(dts, shift)

    def _follow(self, track: _Track, time: Fraction) -> None:
        """Leave the segment where `time` jumps in it."""
        left, track.left = track.left, None
        if not self._jumps(track, time + self._offsets[track.segment]):
            if left is not None and self._fits_better(track, time, left):
                track.segment = left  # one stray packet, and the next goes on as before
            return
        assert track.expected is not None  # or it would not jump
        track.left = track.segment
        segment = self._segment_for(track, time)
        if segment is not None:
            track.segment = segment
            # The stream was longer than the one that opened the segment: all wait for it.
            gap = time + self._offsets[segment] - track.expected
            self._offsets[segment] -= min(gap, Fraction(0))
            return
        self.bridges += 1
        self.bridged_s += abs(time + self._offsets[track.segment] - track.expected)
        self._offsets.append(track.expected - time)
        track.segment = len(self._offsets) - 1

    def _segment_for(self, track: _Track, time: Fraction) -> int | None:
        """The one of the last segments in which `time` goes on best, None where it never does.

        In one that another stream has opened it may lie back as well.
        """
        assert track.expected is not None  # or it would not jump
        gaps = {}
        for number in range(max(0, len(self._offsets) - _RECENT), len(self._offsets)):
            placed = time + self._offsets[number]
            overlaps = number > track.segment and abs(placed - track.expected) <= _FORWARD
            if number != track.segment and (overlaps or not self._jumps(track, placed)):
                gaps[number] = abs(placed - track.expected)
        return min(gaps, key=gaps.__getitem__, default=None)

    def _fits_better(self, track: _Track, time: Fraction, segment: int) -> bool:
        assert track.expected is not None  # it left a segment, so it has a packet
        there, here = (time + self._offsets[n] for n in (segment, track.segment))
        gap = abs(there - track.expected)
        return not self._jumps(track, there) and gap < abs(here - track.expected)

    def _jumps(self, track: _Track, placed: Fraction) -> bool:
        if track.last is None or track.expected is None:
            return False
        if placed < track.last - _BACKWARD:
            return True
        if not self._bridges_gaps or placed <= track.expected + _FORWARD:
            return False
        # Where another stream is there already, this one had a pause.
        others = (t.last for t in self._tracks.values() if t is not track and t.last is not None)
        return all(abs(placed - last) > _FORWARD for last in others)

    def _advance(self, track: _Track, time: Fraction, duration: Fraction) -> None:
        placed = time + self._offsets[track.segment]
        if track.last is not None and placed <= track.last:
            if self._stores_dts:
                track.expected = track.last + (duration or track.step)
            return
        if track.last is not None:
            track.step = placed - track.last
        track.last = placed
        track.expected = placed + (duration or track.step)


def _shifted(time: int | None, shift: int) -> int | None:
    """`time` moved, None where it would not fit into what FFmpeg counts with."""
    return None if time is None or abs(time + shift) > _LARGEST else time + shift


class FrameTimes:
    """Gives every decoded frame a time after that of the one before.

    nominal     how long a frame is shown by the header, in units of the time base, None: unknown
    stores_pts  whether the container states when frames are shown; AVI only says when they are
                decoded
    delay       by how many frames the decoder may lag behind, in AVI

    `retimed` counts frames that were moved because their time did not advance.
    """

    def __init__(
        self, nominal: int | None = None, *, stores_pts: bool = True, delay: int = 0
    ) -> None:
        self.retimed = 0
        self.end: int | None = None
        self._nominal = nominal
        self._stores_pts = stores_pts
        self._delay = delay
        self._lead: int | None = None
        self._last: int | None = None
        self._was_retimed = False
        self._steps: deque[int] = deque(maxlen=_RECENT)
        self._last_given: dict[str, int] = {}
        self._faults = {"pts": 0, "dts": 0}

    def of(self, pts: int | None, dts: int | None, duration: int) -> tuple[int, int]:
        """(time, duration) of the next frame, from what its decoder says of it.

        `pts` is the time of showing, `dts` that of decoding, `duration` 0 where it is unknown;
        the running one is given then.
        """
        time = self._best(pts, dts)
        if self._last is None:
            time = 0 if time is None else time
        elif time is None:
            time = self._last + self.running
        elif time <= self._last:
            # One that repeats a time shares that of the frame before. Where times stand still,
            # all follow each other at the running rate.
            step = self.running if self._was_retimed else self.running // 2
            time = self._last + max(1, step)
            self.retimed += 1
            self._was_retimed = True
        else:
            self._was_retimed = False
        if self._last is not None and not self._was_retimed:
            self._steps.append(time - self._last)
        self._last = time
        duration = duration if duration > 0 else self.running
        self.end = time + duration
        return time, duration

    @property
    def running(self) -> int:
        """How long a frame is usually shown: the median of the last ones, or by the header."""
        return max(1, median_low(self._steps) if self._steps else self._nominal or 1)

    def _best(self, pts: int | None, dts: int | None) -> int | None:
        if not self._stores_pts:
            if dts is None:
                return None
            if self._lead is None:
                self._lead = self._delay * self.running
            return dts - self._lead
        # As libavcodec guesses: that of the two which went wrong less often.
        for name, value in (("dts", dts), ("pts", pts)):
            if value is not None:
                self._faults[name] += value <= self._last_given.get(name, value - 1)
                self._last_given[name] = value
        if pts is not None and (dts is None or self._faults["pts"] <= self._faults["dts"]):
            return pts
        return dts
