"""Does a clip hold still? Warping error along the motion, and flicker where nothing moves.

Both follow the motion of the *source* clip when it is given: the flow of a painted clip is
spoiled by the very flicker that is measured. Both then also measure the source itself, so that
the ratio says what the style added: 1 adds nothing, 1.15 adds 15 %.

Frames are pictures of one shape, read in step from any iterable, or fed one by one to
`TemporalStability`; three frames of each clip are held at most, so a clip may be as long as it
likes. Float frames are held uncopied: nobody may write over a frame that was given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.colour import luma
from paintreel.metrics.inputs import check_picture

__all__ = [
    "Flicker",
    "TemporalStability",
    "WarpingError",
    "consistency_mask",
    "flicker",
    "optical_flow",
    "temporal_stability",
    "warp",
    "warping_error",
]

_MIN_SIDE_PX = 16  # DIS matches 8x8 patches on a pyramid; below this it has nothing to match
# Constants of the check of Sundaram, Brox and Keutzer 2010, equation 5.
_CONSISTENCY_SHARE = 0.01
_CONSISTENCY_SLACK_PX2 = 0.5
_STATIC_PX = 0.5


@dataclass(frozen=True)
class WarpingError:
    """Mean warping error of a clip.

    error: mean over pairs of the mean squared difference over kept pixels and channels, in
        [0, 1]; NaN when no pixel of any pair was kept.
    kept: mean share of pixels that passed the consistency check, in [0, 1].
    pairs: frame pairs compared.
    source_error: the same of the source clip; None without one.
    """

    error: float
    kept: float
    pairs: int
    source_error: float | None = None

    @property
    def ratio(self) -> float | None:
        """`error / source_error`; None without a source, 1 if both are 0."""
        return _ratio(self.error, self.source_error)


@dataclass(frozen=True)
class Flicker:
    """Mean flicker of a clip.

    energy: mean over triples of the mean squared second difference of luma over static pixels,
        in [0, 1]; NaN when no pixel of any triple was static.
    static: mean share of static pixels, in [0, 1].
    triples: runs of three frames compared.
    source_energy: the same of the source clip; None without one.
    """

    energy: float
    static: float
    triples: int
    source_energy: float | None = None

    @property
    def ratio(self) -> float | None:
        """`energy / source_energy`; None without a source, 1 if both are 0."""
        return _ratio(self.energy, self.source_energy)


def warping_error(frames: Iterable[Array], source: Iterable[Array] | None = None) -> WarpingError:
    """How much a clip changes along its own motion, after Lai et al. 2018, equation 8.

    For each pair of neighbouring frames, the later is pulled back along the forward flow of the
    source and compared with the earlier: error = sum_p M_p |x_t(p) - x_t+1(p + f(p))|^2 /
    (channels * sum_p M_p), in squares of full scale, averaged over pairs. f is DIS flow (Kroeger
    et al. 2016, medium preset) on 8-bit luma; M keeps pixels whose forward and backward flow
    agree (`consistency_mask`) and that land inside the frame.

    frames: the clip to judge, at least two pictures of one shape, 16 px a side or more.
    source: the clip it was made from, same length, height and width; without it the motion is
    taken from `frames`, which flatters a flickering clip.

    Direction: lower is steadier. Bounds: 0 to 1. Degenerate: identical frames 0; no pixel kept
    in any pair NaN; pairs without a kept pixel do not count in the mean. Raises `InputError` for
    fewer than two frames, unequal sizes or lengths, NaN.

    Two flat frames of 100 and 151 differ by 51 / 255 = 0.2 everywhere:

    >>> a, b = (np.full((32, 32), v, np.uint8) for v in (100, 151))
    >>> result = warping_error([a, b])
    >>> round(result.error, 6), result.kept, result.pairs
    (0.04, 1.0, 1)
    """
    return temporal_stability(frames, source)[0]


def flicker(frames: Iterable[Array], source: Iterable[Array] | None = None) -> Flicker:
    """How much still things shimmer: high-frequency energy of luma over static pixels.

    For three frames in a row, d = (y_t-1 - 2 y_t + y_t+1) / 4 of the BT.601 luma passes what
    alternates from frame to frame whole, and stops what is constant or drifts evenly.
    energy = mean of d^2 over pixels that the flow of the source moves by less than half a pixel
    in both steps, in squares of full scale, averaged over triples.

    Arguments, errors: as `warping_error`, with at least three frames. Direction: lower is
    steadier. Bounds: 0 to 1. Degenerate: nothing static in any triple (a pan) NaN.

    Luma that jumps between 0.4 and 0.6 has d = 0.4 / 4 = 0.1 in every triple:

    >>> clip = [np.full((32, 32), v) for v in (0.4, 0.6, 0.4, 0.6)]
    >>> result = flicker(clip)
    >>> round(result.energy, 6), result.static, result.triples
    (0.01, 1.0, 2)
    """
    result = temporal_stability(frames, source)[1]
    if result.triples == 0:
        raise InputError("flicker needs at least three frames, got 2")
    return result


def temporal_stability(
    frames: Iterable[Array], source: Iterable[Array] | None = None
) -> tuple[WarpingError, Flicker]:
    """`warping_error` and `flicker` of a clip in one pass, with the flow computed once.

    A clip of two frames gives a `Flicker` of NaN over no triples.
    """
    stability = TemporalStability()
    for frame, original in _in_step(frames, source):
        stability.update(frame, original)
    return stability.compute()


class TemporalStability:
    """`temporal_stability` of frames that are fed one by one.

    >>> stability = TemporalStability()
    >>> for level in (0.4, 0.6, 0.4):
    ...     stability.update(np.full((32, 32), level))
    >>> warping, shimmer = stability.compute()
    >>> round(warping.error, 6), round(shimmer.energy, 6)
    (0.04, 0.01)
    """

    def __init__(self) -> None:
        self._warping, self._flicker = _WarpingSums(), _FlickerSums()
        self._frames = 0
        self._has_source = False
        self._previous: _Fed | None = None
        self._step: _Step | None = None

    def update(self, frame: Array, source: Array | None = None) -> None:
        """Take the next frame of the clip, and the frame of the source clip that belongs to it.

        Raises `InputError` for a frame of another shape than the first, below 16 px a side or
        with NaN, for a source of another size, and where only some frames have a source.
        """
        fed = self._checked(frame, source)
        before, step_before = self._previous, self._step
        self._frames += 1
        self._previous = fed
        if before is None:
            return
        step = _Step(before, fed, optical_flow(before.guide, fed.guide), self._has_source)
        backward = optical_flow(fed.guide, before.guide)
        self._warping.add(step, consistency_mask(step.forward, backward))
        if step_before is not None:
            self._flicker.add(step_before, step)
        self._step = step

    def compute(self) -> tuple[WarpingError, Flicker]:
        """Both measures of what was fed so far. Raises `InputError` for fewer than two frames."""
        if self._step is None:
            raise InputError("a clip needs at least two frames to be measured over time")
        return self._warping.result(self._has_source), self._flicker.result(self._has_source)

    def scores(self) -> Mapping[str, float | str]:
        """Every measure of the table that is made of these two: its value, or why it has none.

        Raises as `compute`.
        """
        warping, shimmer = self.compute()
        values = {
            "warping_error": warping.error,
            "warping_kept": warping.kept,
            "warping_ratio": warping.ratio,
            "flicker": shimmer.energy,
            "flicker_static": shimmer.static,
            "flicker_ratio": shimmer.ratio,
        }
        return {
            name: _why_none(name, shimmer) if value is None or not math.isfinite(value) else value
            for name, value in values.items()
        }

    def _checked(self, frame: Array, source: Array | None) -> _Fed:
        last, index = self._previous, self._frames
        if last is None:
            self._has_source = source is not None
        elif self._has_source != (source is not None):
            raise InputError(
                f"frame {index} comes {'without' if source is None else 'with'} a source, unlike "
                "those before it; give one to every frame or to none"
            )
        _check_frame(frame, last.frame if last else None, f"frame {index}")
        now = to_float(frame)
        if source is None or source is frame:
            return _Fed(now, now, _guide(now))
        _check_frame(source, last.source if last else None, f"source frame {index}")
        if frame.shape[:2] != source.shape[:2]:
            raise InputError(
                f"frame {index} is {frame.shape[:2]} and its source {source.shape[:2]} "
                "(height, width); resize the source first"
            )
        source_now = to_float(source)
        return _Fed(now, source_now, _guide(source_now))


def _why_none(name: str, shimmer: Flicker) -> str:
    if name.endswith("_ratio"):
        return "no ratio: the reference has none of it, or nothing could be measured"
    if name.startswith("flicker") and shimmer.triples == 0:
        return "flicker needs at least three frames"
    if name.startswith("flicker"):
        return "nothing in the clip is static"
    return "no pixel could be followed from frame to frame"


def optical_flow(before: Array, after: Array) -> Array:
    """Dense flow (H, W, 2) float32 in pixels (right, down): `before[p]` is seen at
    `after[p + flow[p]]`.

    DIS flow, medium preset, on 8-bit luma (H, W) of 16 px a side or more.
    """
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    motion: Array = flow.calc(before, after, None)  # type: ignore[call-overload]  # None: a new one
    return motion


def warp(picture: Array, flow: Array) -> Array:
    """`picture` pulled back along `flow`: out[p] = picture[p + flow[p]], bilinear.

    Takes (H, W) or (H, W, C) of uint8, uint16 or float32 and flow (H, W, 2) float32 in pixels;
    beyond the border the nearest pixel is repeated.
    """
    pulled: Array = cv2.remap(  # type: ignore[call-overload]  # None: one map of both axes
        picture, _landing(flow), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return pulled


def consistency_mask(forward: Array, backward: Array) -> Array:
    """(H, W) bool: pixels that are seen in both frames, by their two flows agreeing.

    Kept is p with |f(p) + b(p + f(p))|^2 < 0.01 (|f(p)|^2 + |b(p + f(p))|^2) + 0.5 (Sundaram et
    al. 2010) and p + f(p) inside the frame. Flows are (H, W, 2) float32 in pixels.
    """
    height, width = forward.shape[:2]
    landing = _landing(forward)
    returned = warp(backward, forward)
    miss = np.square(forward + returned).sum(axis=2)
    length = np.square(forward).sum(axis=2) + np.square(returned).sum(axis=2)
    x, y = landing[..., 0], landing[..., 1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    seen_in_both: Array = inside & (miss < _CONSISTENCY_SHARE * length + _CONSISTENCY_SLACK_PX2)
    return seen_in_both


def _landing(flow: Array) -> Array:
    """(H, W, 2) float32: where each pixel goes, in pixel coordinates (x, y)."""
    height, width = flow.shape[:2]
    landing = flow.astype(np.float32, copy=True)
    landing[..., 0] += np.arange(width, dtype=np.float32)
    landing[..., 1] += np.arange(height, dtype=np.float32)[:, None]
    return landing


@dataclass(frozen=True)
class _Fed:
    """A frame and its source as float32, and the 8-bit luma of the source that flow follows."""

    frame: Array
    source: Array
    guide: Array


@dataclass(frozen=True)
class _Step:
    """Two neighbouring frames and the flow from the first to the second."""

    before: _Fed
    now: _Fed
    forward: Array
    has_source: bool


def _guide(source: Array) -> Array:
    return np.rint(luma(source) * 255.0).astype(np.uint8)


def _in_step(
    frames: Iterable[Array], source: Iterable[Array] | None
) -> Iterator[tuple[Array, Array | None]]:
    if source is None:
        yield from ((frame, None) for frame in frames)
        return
    left, right = iter(frames), iter(source)
    count = 0
    while True:
        frame, original = next(left, None), next(right, None)
        if frame is None and original is None:
            return
        if frame is None or original is None:
            ended, other = ("clip", "source") if frame is None else ("source", "clip")
            raise InputError(
                f"the {ended} ends after {count} frames and the {other} goes on; "
                "give both the same frames"
            )
        count += 1
        yield frame, original


def _check_frame(frame: Array, previous: Array | None, name: str) -> None:
    check_picture(frame, name=name, min_side_px=_MIN_SIDE_PX)
    if previous is not None and frame.shape != previous.shape:
        raise InputError(
            f"{name} has shape {frame.shape} and the one before it {previous.shape}; "
            "all frames of a clip have one shape"
        )


class _WarpingSums:
    def __init__(self) -> None:
        self.pairs = self.counted = 0
        self.kept = self.error = self.source_error = 0.0

    def add(self, step: _Step, mask: Array) -> None:
        kept = float(mask.mean())
        self.pairs += 1
        self.kept += kept
        if kept == 0.0:
            return
        self.counted += 1
        self.error += _masked_square(step.before.frame, warp(step.now.frame, step.forward), mask)
        if step.has_source:
            pulled = warp(step.now.source, step.forward)
            self.source_error += _masked_square(step.before.source, pulled, mask)

    def result(self, has_source: bool) -> WarpingError:
        return WarpingError(
            error=_mean(self.error, self.counted),
            kept=self.kept / self.pairs,
            pairs=self.pairs,
            source_error=_mean(self.source_error, self.counted) if has_source else None,
        )


class _FlickerSums:
    def __init__(self) -> None:
        self.triples = self.counted = 0
        self.static = self.energy = self.source_energy = 0.0

    def add(self, first: _Step, second: _Step) -> None:
        static = _is_static(first.forward) & _is_static(second.forward)
        share = float(static.mean())
        self.triples += 1
        self.static += share
        if share == 0.0:
            return
        self.counted += 1
        self.energy += _second_difference(
            first.before.frame, second.before.frame, second.now.frame, static
        )
        if first.has_source:
            self.source_energy += _second_difference(
                first.before.source, second.before.source, second.now.source, static
            )

    def result(self, has_source: bool) -> Flicker:
        return Flicker(
            energy=_mean(self.energy, self.counted),
            static=self.static / self.triples if self.triples else 0.0,
            triples=self.triples,
            source_energy=_mean(self.source_energy, self.counted) if has_source else None,
        )


def _is_static(flow: Array) -> Array:
    still: Array = np.square(flow).sum(axis=2) < _STATIC_PX**2
    return still


def _masked_square(first: Array, second: Array, mask: Array) -> float:
    """Mean squared difference over kept pixels and all channels."""
    channels = first.size // mask.size
    total = cv2.norm(first, second.reshape(first.shape), cv2.NORM_L2SQR, mask.view(np.uint8))
    return total / (channels * int(np.count_nonzero(mask)))


def _second_difference(first: Array, second: Array, third: Array, static: Array) -> float:
    outer = luma(first) + luma(third)
    return _masked_square(outer, 2.0 * luma(second), static) / 16.0


def _mean(total: float, count: int) -> float:
    return total / count if count else math.nan


def _ratio(value: float, source: float | None) -> float | None:
    if source is None:
        return None
    if source == 0.0:
        return 1.0 if value == 0.0 else math.inf
    return value / source
