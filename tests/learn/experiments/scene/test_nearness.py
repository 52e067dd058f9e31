from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.experiments.scene import nearness as scene_nearness
from paintreel.learn.experiments.scene.nearness import read_nearness, tiles_of_square


class Means:
    """Features that can be known by hand: mean of each channel, and of its squares."""

    name, size_px = "means", None
    shown = 0

    def maps(self, pictures):
        raise NotImplementedError

    def vectors(self, pictures):
        Means.shown += len(pictures)
        return np.concatenate([pictures.mean((2, 3)), (pictures**2).mean((2, 3))], axis=1)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(scene_nearness, "REFERENCE_TILES", 30)


def test_tiles_cover_the_square():
    square = np.arange(64 * 64).reshape(64, 64)
    tiles = tiles_of_square(square)
    assert len(tiles) == 16
    assert {tile.shape for tile in tiles} == {(32, 32)}
    assert tiles[0][0, 0] == 0
    assert tiles[-1][-1, -1] == 64 * 64 - 1


def test_pictures_of_the_panels_are_nearer_than_others(few, picture, tmp_path):
    panels = [picture(seed) for seed in range(4)]
    near = read_nearness(tmp_path / "n.npz", Means(), panels, crop_px=64, sha256="a")
    same, dark = ([p[20:84, 20:84] // by for p in panels] for by in (1, 3))
    assert 0 <= near(same) < 0.1 * near(dark)
    assert near.reference.dimensions == 6


def test_the_panels_are_described_once(few, picture, tmp_path):
    panels = [picture(seed) for seed in range(2)]
    first = read_nearness(tmp_path / "n.npz", Means(), panels, crop_px=64, sha256="a")
    before = Means.shown
    again = read_nearness(tmp_path / "n.npz", Means(), panels, crop_px=64, sha256="a")
    assert Means.shown == before
    square = [panels[0][:64, :64]]
    assert again(square) == pytest.approx(first(square), rel=1e-6)


def test_features_of_another_network_are_made_anew(few, picture, tmp_path):
    panels = [picture(seed) for seed in range(2)]
    read_nearness(tmp_path / "n.npz", Means(), panels, crop_px=64, sha256="a")
    before = Means.shown
    read_nearness(tmp_path / "n.npz", Means(), panels, crop_px=64, sha256="b")
    assert Means.shown > before


def test_no_panel(few, tmp_path):
    with pytest.raises(DataError, match="no panel to measure"):
        read_nearness(tmp_path / "n.npz", Means(), [], crop_px=64, sha256="a")
