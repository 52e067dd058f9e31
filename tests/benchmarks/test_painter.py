"""`benchmarks/painter.py`: tiles, axes, and a whole quick run on small panels."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def painter(bench):
    return bench("painter")


def panel(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (6, 8, 3), dtype=np.uint8))
    return np.asarray(coarse.resize((512, 384), Image.Resampling.BICUBIC))


def test_tiles_are_parts_of_the_pictures(painter):
    views = [panel(0), panel(1)]
    tiles = painter.draw(views, 5, seed=1)
    assert all(tile.shape == (128, 128, 3) for tile in tiles)
    assert all(
        any(
            (view[y : y + 128, x : x + 128] == tile).all()
            for view in views
            for y, x in zip(*np.nonzero((view == tile[0, 0]).all(axis=2)), strict=True)
            if y + 128 <= 384 and x + 128 <= 512
        )
        for tile in tiles
    )


def test_a_set_is_at_no_distance_to_itself_and_far_from_flat_ones(painter):
    views = [panel(seed) for seed in range(3)]
    features = painter.Features(views, 80)
    own = features(views, seed=3)
    assert painter.frechet_distance(own, features(views, seed=3)) == pytest.approx(0, abs=1e-3)
    flat = [np.full_like(view, view.mean(axis=(0, 1)).astype(np.uint8)) for view in views]
    near = painter.frechet_distance(own, features(views, seed=4))
    assert painter.frechet_distance(own, features(flat, seed=4)) > 2 * near


def test_a_quick_run_measures_the_bundled_network(painter, tmp_path, monkeypatch, capsys):
    for number, name in enumerate(("E01P01", "E02P01", "E16P01", "E16P02", "E22P01", "E22P02")):
        Image.fromarray(panel(number)).save(tmp_path / f"{name}.png")
    kept = tmp_path / "kept"
    options = ["--art", str(tmp_path), "--part", "test", "--quick", "--keep", str(kept)]
    monkeypatch.setattr(sys, "argv", ["painter.py", *options])
    painter.main()
    page = capsys.readouterr().out
    row = re.search(r"\| mffcn +\|(.*)\|", page)[1].split("|")
    psnr, ssim, distance, seconds, size, seam = (float(x) for x in row)
    assert 10 < psnr < 50
    assert 0.2 < ssim < 1
    assert distance > 0
    assert seconds > 0
    assert size < 6
    assert seam <= 1
    for folder in ("roughs", "mffcn"):
        pictures = sorted(each.name for each in (kept / folder).iterdir())
        assert pictures == ["E16P01.png", "E16P02.png", "E22P01.png", "E22P02.png"]
