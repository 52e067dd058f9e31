"""Scene coherence: order of colours and of regions."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.metrics.scene import scene_coherence


def test_random_colours_have_no_order():
    chance = np.random.default_rng(0)
    score = scene_coherence(chance.random((192, 256, 3)))
    flat = scene_coherence(np.full((192, 256, 3), 0.5))
    assert score.parts["order"] < 0.35
    assert flat.parts == {"consistency": 1.0, "order": 1.0}


def test_larger_patches_are_more_coherent():
    chance = np.random.default_rng(1)
    values = []
    for patch in (2, 8, 32):
        colours = chance.random((128 // patch, 128 // patch, 3))
        values.append(scene_coherence(np.kron(colours, np.ones((patch, patch, 1)))).value)
    assert values == sorted(values)
    assert values[2] - values[0] > 0.2


def test_noise_lowers_order_step_by_step(painting):
    noise = np.random.default_rng(0).normal(0, 1, painting.shape)
    order = [
        scene_coherence(np.clip(painting + s * noise, 0, 1)).parts["order"]
        for s in (0.0, 0.03, 0.06, 0.12)
    ]
    assert order == sorted(order, reverse=True)
    assert order[0] - order[-1] > 0.2


def test_colours_may_be_exchanged(painting):
    """What counts is where things are, not which of them is bright."""
    swapped = painting[..., [1, 2, 0]]
    assert scene_coherence(swapped).value == pytest.approx(
        scene_coherence(painting).value, abs=0.06
    )


def test_the_score_is_the_mean_of_the_parts(painting):
    score = scene_coherence(painting)
    assert score.value == pytest.approx(np.mean(list(score.parts.values())))
    assert score.source == "regions"
