from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.pictures.strength import blend, check_strength


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("strength", [0, 0.1, 0.5, 0.9, 1, np.float32(0.25)])
def test_straight_path(dtype, strength):
    rng = np.random.default_rng(0)
    full = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    a, b = ((rng.random((9, 7, 3)) * full).astype(dtype) for _ in range(2))
    got = blend(a, b, strength)
    assert got.dtype == dtype
    expected = a + float(strength) * (b.astype(np.float64) - a)
    assert np.abs(got - expected).max() <= (1e-6 if full == 1.0 else 0.51)
    if strength == 0:
        assert np.array_equal(got, a)
        assert not np.may_share_memory(got, a)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan"), float("inf"), "1", None, True])
def test_checked(strength):
    with pytest.raises(InputError, match="expected a number from 0 to 1"):
        check_strength(strength)
