"""Colour coordination: harmony models on palettes, and palettes from pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.imaging.dominant_colours import dominant_colours
from paintreel.metrics.scene import colour_coordination
from paintreel.metrics.scene.colour_coordination import palette_harmony

hues = st.lists(st.floats(0, 360), min_size=1, max_size=6)


def palette(*hue_deg, chroma=40.0, lightness=60.0):
    angle = np.radians(hue_deg)
    lab = np.stack(
        [np.full(len(hue_deg), lightness), chroma * np.cos(angle), chroma * np.sin(angle)]
    )
    return lab.T, np.full(len(hue_deg), 1 / len(hue_deg))


def index(*hue_deg):
    parts, fade = palette_harmony(*palette(*hue_deg))
    return 1 - fade * (1 - np.mean(list(parts.values())))


def test_harmony_models_rank_as_painters_would():
    one, analogous, complement = index(40), index(20, 40, 60), index(40, 220)
    triad, all_round = index(0, 120, 240), index(0, 60, 120, 180, 240, 300)
    assert one == pytest.approx(1.0)
    assert one > analogous > complement > triad > all_round + 0.1


@pytest.mark.parametrize("hue_deg", [(10,), (0, 180), (0, 120, 240), (0, 5, 90, 100)])
def test_known_schemes_are_harmonious(hue_deg):
    assert palette_harmony(*palette(*hue_deg))[0]["harmony"] == pytest.approx(1.0, abs=0.02)


def test_hues_of_all_kinds_are_not():
    parts, _ = palette_harmony(*palette(*range(0, 360, 15)))
    assert parts["harmony"] < 0.1
    assert parts["concentration"] < 1e-6


@given(hues, st.integers(0, 179))
def test_turning_all_hues_changes_nothing(hue_deg, turns):
    turned = [h + 2.0 * turns for h in hue_deg]  # templates are tried every 2 degrees
    assert index(*turned) == pytest.approx(index(*hue_deg), abs=1e-6)


@given(hues)
def test_parts_stay_within_bounds(hue_deg):
    parts, fade = palette_harmony(*palette(*hue_deg))
    assert all(-1e-9 <= part <= 1 + 1e-9 for part in parts.values())
    assert fade == 1.0


def test_grey_is_harmonious_and_reached_continuously():
    chromas = [20.0, 10.0, 5.0, 1.0, 0.01, 0.0]
    values = []
    for chroma in chromas:
        parts, fade = palette_harmony(*palette(0, 50, 130, 200, 290, chroma=chroma))
        values.append(1 - fade * (1 - np.mean(list(parts.values()))))
    assert values == sorted(values)
    assert values[-2] > 0.99
    assert values[-1] == 1.0


def test_small_accents_weigh_little():
    lab, _ = palette(0, 72)
    rare, _ = palette_harmony(lab, np.array([0.98, 0.02]))
    even, _ = palette_harmony(lab, np.array([0.5, 0.5]))
    assert rare["concentration"] > 0.9 > even["concentration"]


def test_pieces_may_be_moved(painting):
    height, width = painting.shape[:2]
    moved = np.roll(painting, (height // 3, width // 2), axis=(0, 1))
    assert colour_coordination(moved).value == pytest.approx(
        colour_coordination(painting).value, abs=1e-6
    )


def test_dominant_colours_of_flat_areas_are_exact():
    colours = np.array([[20.0, 0, 0], [50.0, 40, 10], [80.0, -30, 30]])
    lab = np.repeat(colours, [50, 30, 20], axis=0).reshape(10, 10, 3)
    found = dominant_colours(lab, 6)
    order = np.argsort(found.lab[:, 0])
    assert found.lab[order] == pytest.approx(colours)
    assert found.share[order] == pytest.approx([0.5, 0.3, 0.2])


def test_dominant_colours_do_not_hang_on_the_order_of_pixels():
    chance = np.random.default_rng(0)
    lab = chance.uniform((0, -60, -60), (100, 60, 60), (4000, 3)).astype(np.float32)
    found = dominant_colours(lab[:, None], 6)
    shuffled = dominant_colours(chance.permutation(lab)[:, None], 6)
    assert shuffled.lab == pytest.approx(found.lab, abs=1e-3)
    assert found.share.sum() == pytest.approx(1.0)
    assert len(found.lab) == 6
