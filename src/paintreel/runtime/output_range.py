"""What a network of pictures may give back: numbers in [0, 1], or a little outside."""

from __future__ import annotations

from os import PathLike

import numpy as np

from paintreel.errors import ModelFileError
from paintreel.imaging.arrays import Array

__all__ = ["SAMPLE_STEP", "check_range", "clip_picture"]

SAMPLE_STEP = 8
"""Of frames, every so manieth row and column is looked at: all of them take as long as painting a
hundredth of a frame, these nothing that can be measured."""

_MEAN_EXCESS = 0.05
"""Mean distance from [0, 1] above which a picture is not clipped but refused: a network trained on
[-1, 1] or [0, 255] lies far above, one that overshoots at edges far below."""


def check_range(values: Array, path: str | PathLike[str]) -> None:
    """Raise ModelFileError for values that are no numbers or lie far outside [0, 1] on average."""
    low, high = float(values.min()), float(values.max())  # NaN if any is
    if low >= 0 and high <= 1:
        return
    if not np.isfinite([low, high]).all():
        raise ModelFileError(f"{path} gave values that are no numbers; train or export it again")
    excess = float(np.abs(values - np.clip(values, 0, 1)).mean(dtype=np.float64))
    if excess > _MEAN_EXCESS:
        raise ModelFileError(
            f"{path} gave values from {low:.3g} to {high:.3g}, expected 0 to 1: it does not keep "
            "its contract; export the model again"
        )


def clip_picture(values: Array, path: str | PathLike[str]) -> Array:
    """`values`, a float32 array that the caller owns, clipped to [0, 1] in place.

    Raises ModelFileError as `check_range` does.
    """
    check_range(values, path)
    return np.clip(values, 0, 1, out=values)
