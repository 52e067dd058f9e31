"""What falls is drawn so that it tiles, and has a way to go; what stands has none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.worlds import Conditions, draw_world
from paintreel.worlds.categories import find_category

SIZE_PX = (320, 180)


def drawn(weather: str, margin_px=(0, 0), season=None, seed=1, size_px=SIZE_PX):
    stack = draw_world(
        find_category("medieval castle"),
        seed=seed,
        width_px=size_px[0],
        height_px=size_px[1],
        margin_px=margin_px,
        conditions=Conditions(weather=weather, season=season),
    )
    return {layer.name: layer for layer in stack.layers}


@pytest.mark.parametrize("weather", ["snow", "rain", "storm"])
@pytest.mark.parametrize("margin_px", [(1, 1), (16, 1)])
def test_what_falls_tiles(weather, margin_px):
    """Over the edge it steps no farther than it does inside, over rows and over columns."""
    across, down = margin_px
    layers = [layer for layer in drawn(weather, margin_px).values() if layer.drift]
    falling = [layer for layer in layers if layer.drift.y > 0]
    assert len(falling) >= 2
    for layer in falling:
        alpha = layer.rgba[..., 3].astype(int)
        alpha = alpha[down : down + SIZE_PX[1], across : across + SIZE_PX[0]]
        for turned in (alpha, alpha.T):
            step = np.abs(np.diff(turned, axis=0, append=turned[:1])).mean(axis=1)
            assert step[-1] <= step[:-1].max()
            if turned.any(axis=1).all():
                assert step[-1] > 0


def test_near_snow_and_rain_fall_faster():
    snow = [layer for name, layer in drawn("snow").items() if name.startswith("snowfall")]
    speeds = [layer.drift.y for layer in snow]
    assert [layer.depth for layer in snow] == sorted((x.depth for x in snow), reverse=True)
    assert speeds == sorted(speeds)
    assert speeds[0] > 0.07
    assert speeds[-1] <= 0.2
    rain = drawn("rain")
    assert rain["far rain"].drift.y < rain["rain"].drift.y


def test_rain_goes_along_its_streaks():
    """The streaks turned upright by the way they go leave the least to be seen across it."""
    layer = drawn("storm", size_px=(1280, 720))["rain"]
    alpha = cv2.GaussianBlur(layer.rgba[..., 3].astype(float), (0, 0), 3)
    down, across = np.gradient(alpha)
    # The structure tensor's weak direction is that of the streaks.
    tensor = np.array([[(across**2).sum(), (across * down).sum()], [0, (down**2).sum()]])
    streak = np.linalg.eigh(tensor, UPLO="U")[1][:, 0]
    way = np.array([layer.drift.x, layer.drift.y])
    assert abs(streak @ way) / np.linalg.norm(way) > np.cos(np.radians(4))


def test_fog_and_leaves_drift_and_the_rest_stands():
    layers = drawn("fog", season="autumn")
    moving = {name for name, layer in layers.items() if layer.drift}
    assert moving == {"far fog", "fog", "near fog", "drifting leaves"}
    assert layers["fog"].drift.y == 0
    assert layers["fog"].drift.seam > 0


def test_lightning_strikes_at_moments_of_the_seed():
    one, other = (drawn("storm", seed=seed)["lightning"].flashes_s for seed in (1, 2))
    assert one == drawn("storm", seed=1)["lightning"].flashes_s
    assert one != other
    assert all(0 <= start < 12 for start in one)
    assert np.diff(one).min() > 1
