"""Scene richness and complexity: each part against pictures made for it."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.metrics.scene import Detections, scene_complexity, scene_richness
from paintreel.metrics.scene.complexity import entropy


class Count:
    name = "count"

    def __init__(self, count):
        self.count = count

    def __call__(self, picture):
        box = np.tile([0.0, 0.0, 1.0, 1.0], (self.count, 1))
        return Detections(box, ("thing",) * self.count, np.ones(self.count))


def grey_noise(sigma, seed=0):
    noise = np.random.default_rng(seed).normal(0, sigma, (64, 96, 1))
    return np.repeat(np.clip(0.5 + noise, 0, 1), 3, axis=2)


def stripes(period, contrast=0.4):
    wave = np.sin(np.arange(96) * 2 * np.pi / period)
    return np.broadcast_to(0.5 + contrast / 2 * wave[None, :, None], (64, 96, 3)).copy()


@pytest.mark.parametrize(("count", "expected"), [(0, 0.0), (1, 1 / 41), (40, 0.5), (120, 0.75)])
def test_richness_counts_elements(count, expected):
    score = scene_richness(np.zeros((8, 8, 3)), detector=Count(count))
    assert score.value == pytest.approx(expected)
    assert score.parts == {"count": float(count)}


def test_richness_counts_separate_things():
    counts = []
    for things in (1, 4, 9):
        picture = np.full((192, 192, 3), 0.8)
        for i in range(things):
            y, x = 15 + 60 * (i // 3), 15 + 60 * (i % 3)
            picture[y : y + 30, x : x + 30] = (0.7, 0.2, 0.1)
        counts.append(scene_richness(picture).parts["count"])
    assert counts == [2, 5, 10]


def test_texture_grows_with_contrast():
    textures = [scene_complexity(stripes(8, c)).parts["texture"] for c in (0.0, 0.1, 0.3, 0.8)]
    assert textures[0] == pytest.approx(0.0, abs=1e-3)
    assert textures == sorted(textures)
    # A sine of contrast c has a standard deviation of c / sqrt(8).
    deviation = 0.3 / np.sqrt(8)
    assert textures[2] == pytest.approx(deviation / (deviation + 0.04), rel=0.05)


def test_noise_hardly_passes_for_texture():
    clean = scene_complexity(stripes(8)).parts["texture"]
    noisy = scene_complexity(np.clip(stripes(8) + grey_noise(0.05) - 0.5, 0, 1)).parts["texture"]
    assert noisy == pytest.approx(clean, abs=0.03)
    assert scene_complexity(grey_noise(0.05)).parts["texture"] < 0.3


def test_colour_entropy_counts_colours():
    palette = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], float)
    found = []
    for colours in (1, 2, 4):
        index = np.arange(96) * colours // 96
        picture = np.broadcast_to(palette[index][None], (64, 96, 3)).copy()
        found.append(scene_complexity(picture).parts["colour_entropy"])
    assert found == pytest.approx([0.0, np.log(2) / np.log(148), np.log(4) / np.log(148)])


def test_hue_of_near_greys_does_not_count():
    chance = np.random.default_rng(0)
    tinted = 0.5 + chance.uniform(-0.01, 0.01, (64, 96, 3))
    assert scene_complexity(tinted).parts["colour_entropy"] < 0.2


def test_the_weights_are_the_documented_ones(painting):
    score = scene_complexity(painting)
    objects, texture, colour = (score.parts[k] for k in ("objects", "texture", "colour_entropy"))
    assert score.value == pytest.approx(0.4 * objects + 0.4 * texture + 0.2 * colour)


def test_entropy_is_in_nats_and_takes_any_weights():
    assert entropy(np.array([5])) == 0.0
    assert entropy(np.array([2, 2, 0, 4])) == pytest.approx(1.5 * np.log(2))
