"""`benchmarks/portrait_clips.py`: what trembles and what pops is told from what does not."""

from __future__ import annotations

import numpy as np

from portraits import portrait


def test_trembling_is_told_of_the_face(bench):
    trembling = bench("portrait_clips").trembling
    picture = np.ascontiguousarray(portrait())
    shaken = [np.roll(picture, 2 * (k % 2), axis=1) for k in range(4)]
    still, shaking = trembling([picture] * 4), trembling(shaken)
    assert still == 0
    assert 2 < shaking < 8  # 4 px a frame and back, of a face of about 105 px


def test_a_pop_stands_out(bench):
    pop = bench("portrait_clips").pop
    rng = np.random.default_rng(0)
    source = [rng.integers(100, 156, (64, 64, 3), np.uint8)] * 24
    faint = [
        np.clip(f.astype(int) + 2 * (k % 2), 0, 255).astype(np.uint8) for k, f in enumerate(source)
    ]
    popped = [*faint[:12], *(255 - f for f in faint[12:])]
    assert pop(faint, source, [12]) < 1.5
    assert pop(popped, source, [12]) > 100
    assert np.isnan(pop(faint, source, []))
