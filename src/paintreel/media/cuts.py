"""Where one shot ends and the next begins, found while the frames go by."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array

__all__ = ["CutDetector"]

_SIDE_PX = 192  # longer side at which frames are compared
_LEAST_PX = 48  # OpenCV's flow reads beyond pictures of fewer than 32 rows, and crashes
_TOLERANCE = 0.22  # of the light of a frame: so much grain and the estimate of the motion explain
_LIGHTS = (25.0, 128.0)  # levels: those of a night and of a day; grain does not shrink with light
_BINS = 32
# A fast pan leaves half of a frame unexplained and has the colours that it had; a cut has neither.
_CUT, _COLOURS_COUNT = 0.35, 0.5
# In most frames what stays in its place explains this much; no motion is sought then.
_STILL = 0.7
_SAME_PICTURE = 0.6


class CutDetector:
    """Call it with the frames of one clip in order.

        begins_shot = CutDetector()
        firsts = [index for index, frame in enumerate(clip) if begins_shot(frame)]

    A frame, (H, W, 3 or 4) uint8 RGB, begins a shot where the motion from the frame before explains
    little of it, and its colours are others too. The first does, and one of another size. A flash
    begins one, and so does the frame after it; fades and dissolves begin none.
    """

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._before: Array | None = None

    def __call__(self, frame: Array) -> bool:
        """Whether `frame` is the first of a shot."""
        now, before = _small(frame), self._before
        self._before = now
        if before is None or before.shape != now.shape:
            return True
        light, light_before = _light(now), _light(before)
        tolerance = _TOLERANCE * float(np.clip(max(light, light_before), *_LIGHTS))
        if _explained(now, before, tolerance) >= _STILL:
            return False
        luma, luma_before = (np.ascontiguousarray(each[..., 0]) for each in (now, before))
        moved = _moved(before, self._flow.calc(luma, luma_before, np.empty(0)))
        explained = _explained(now, moved, tolerance)
        if explained - _COLOURS_COUNT * _other_colours(now, before) >= _CUT:
            return False
        # As dark as the darker of the two, both are the same picture where the light alone changes.
        darkest = min(light, light_before)
        now, before = _darkened(now, darkest / light), _darkened(before, darkest / light_before)
        tolerance = _TOLERANCE * float(np.clip(darkest, *_LIGHTS))
        return _explained(now, before, tolerance) < _SAME_PICTURE


def _small(frame: Array) -> Array:
    """(h, w, 3) uint8: luma and chroma."""
    height, width = frame.shape[:2]
    scale = min(1.0, _SIDE_PX / max(height, width))
    size = (max(_LEAST_PX, round(width * scale)), max(_LEAST_PX, round(height * scale)))
    # A few samples of each area, a tenth of the time of all.
    rgb = cv2.resize(np.ascontiguousarray(frame[..., :3]), (2 * size[0], 2 * size[1]))
    return cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2YCrCb)


def _moved(before: Array, flow: Array) -> Array:
    height, width = before.shape[:2]
    columns = flow[..., 0] + np.arange(width, dtype=np.float32)
    rows = flow[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    moved: Array = cv2.remap(
        before, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return moved


def _darkened(picture: Array, by: float) -> Array:
    grey = np.array([0, 128, 128])
    darkened: Array = np.rint(grey + (picture - grey) * by).astype(np.uint8)
    return darkened


def _light(picture: Array) -> float:
    """Root mean square of luma in levels."""
    return max(1.0, float(np.sqrt(np.square(picture[..., 0], dtype=np.float32).mean())))


def _explained(now: Array, before: Array, tolerance: float) -> float:
    """Share of `now`, 0 to 1, that `before` shows in the same place, within levels of tolerance."""
    luma, red, blue = cv2.split(cv2.absdiff(now, before))
    error = cv2.max(cv2.max(luma, red), blue)
    likeness: Array = np.exp(-((np.arange(256) / tolerance) ** 2))
    return float(likeness[error].mean())


def _other_colours(now: Array, before: Array) -> float:
    """Share of the pixels, 0 to 1, whose luma or chroma the other frame has not, wherever."""
    return max(
        float(np.abs(_histogram(now, plane) - _histogram(before, plane)).sum()) / 2
        for plane in range(3)
    )


def _histogram(picture: Array, plane: int) -> Array:
    counts: Array = cv2.calcHist([picture], [plane], None, [_BINS], [0, 256])
    shares: Array = counts / counts.sum()
    return shares
