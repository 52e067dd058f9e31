from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.roughs.quilting import Grid, commonest


def ramp(height: int, width: int) -> np.ndarray:
    """(H, W, 2) float32 of row and column numbers."""
    return np.stack(np.indices((height, width)), axis=-1).astype(np.float32)


@pytest.mark.parametrize("size", [(40, 40), (41, 67), (5, 9), (16, 100)])
def test_windows_of_a_picture_quilt_to_it(size):
    """Where neighbours agree on what they share, no seam can show."""
    grid = Grid(*size, side_px=16, overlap_px=4)
    windows = grid.windows(ramp(*size))
    assert windows.shape == (*grid.shape, 16, 16, 2)
    np.testing.assert_allclose(grid.quilt(windows), ramp(*size), atol=1e-4)


def test_windows_lie_a_step_apart():
    grid = Grid(40, 52, side_px=16, overlap_px=4)
    assert grid.step_px == 12
    assert grid.shape == (3, 4)
    np.testing.assert_array_equal(grid.windows(ramp(40, 52))[2, 1, 0, 0], (24, 12))


def test_windows_past_the_end_are_mirrored():
    windows = Grid(20, 16, side_px=16, overlap_px=4).windows(ramp(20, 16)[..., 0])
    assert windows[1, 0, :, 0].tolist() == [*range(12, 20), *range(19, 11, -1)]


def test_the_seam_runs_where_patches_differ_least():
    """Black and white patches that agree in one column of what they share."""
    patches = np.zeros((1, 2, 16, 16, 1), np.float32)
    patches[0, 1] = 1
    patches[0, :, :, 0] = 0.5
    patches[0, 0, :, 8 + 5] = 0.5  # column 5 of the shared ones
    patches[0, 1, :, 5] = 0.5
    made = Grid(16, 24, side_px=16, overlap_px=8).quilt(patches)[..., 0]
    assert (made[:, 1:12] == 0).all()
    assert (made[:, 13] == 0.5).all()
    assert (made[:, 15:] == 1).all()


def test_overlap_is_at_most_half():
    with pytest.raises(InputError, match="overlap_px is 9"):
        Grid(40, 40, side_px=16, overlap_px=9)


def test_commonest():
    windows = np.array([[[[3, 3], [3, 1]], [[2, 1], [1, 2]]]])
    value, share = commonest(windows)
    assert value.tolist() == [[3, 1]]
    assert share.tolist() == [[0.75, 0.5]]
