"""`benchmarks/appeal.py` on pictures whose appeal is what it measures."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "appeal.py"


@pytest.fixture(scope="module")
def appeal():
    spec = importlib.util.spec_from_file_location("appeal_benchmark", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def data(tmp_path):
    """Panels with more and more squares, rated by their number."""
    art = tmp_path / "art"
    art.mkdir()
    lines = ["file\trater\tappeal"]
    for count in range(1, 7):
        picture = np.full((90, 120, 3), 200, np.uint8)
        for i in range(count):
            x = 5 + 19 * i
            picture[20:60, x : x + 12] = (30 + 20 * i, 80, 160)
        cv2.imwrite(str(art / f"{count}.png"), picture)
        lines += [f"{count}.png\tA\t{count}", f"{count}.png\tB\t{count + 1}"]
    (art / "ratings.tsv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_it_prints_a_table_of_every_measure(appeal, data, capsys, monkeypatch):
    monkeypatch.setattr(appeal, "ProcessPoolExecutor", InProcess)
    assert appeal.main([str(data), "--parts", "--resamples", "50"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "6 panels of 6 episodes, 2 raters" in lines[0]
    assert "Ceiling: 1.00" in lines[0]
    richness = next(line for line in lines if line.startswith("| scene_richness |"))
    assert "+1.00" in richness
    assert any(line.startswith("| lighting_effect: exposure |") for line in lines)
    assert len([line for line in lines if line.startswith("|")]) == 2 + 6 + 1 + 3 + 3 + 2 + 3 + 3


def test_a_sample_is_drawn_by_seed(appeal, data, capsys, monkeypatch):
    monkeypatch.setattr(appeal, "ProcessPoolExecutor", InProcess)
    assert appeal.main([str(data), "--sample", "4", "--resamples", "20"]) == 0
    assert "4 panels" in capsys.readouterr().out


def test_episodes_are_drawn_whole(appeal):
    """Ten copies of each of six panels say no more than the six do, whoever draws panels."""
    rng = np.random.default_rng(0)
    pairs = np.column_stack([np.arange(6.0), [0.0, 2.0, 1.0, 4.0, 3.0, 5.0]])
    names = [f"E{k:02d}P01_0.webp" for k in range(6)]
    once = appeal.clustered(pairs, names, np.random.default_rng(1), 2000)
    copied = appeal.clustered(
        np.repeat(pairs, 10, axis=0),
        [appeal.episode_of(n) for n in np.repeat(names, 10)],
        np.random.default_rng(1),
        2000,
    )
    assert copied == pytest.approx(once, abs=1e-9)
    loose = appeal.clustered(np.repeat(pairs, 10, axis=0), [str(k) for k in range(60)], rng, 2000)
    assert loose.high - loose.low < 0.5 * (once.high - once.low)
    assert loose.sd < 0.5 * once.sd


def test_too_few_episodes(appeal, data, capsys, monkeypatch):
    monkeypatch.setattr(appeal, "ProcessPoolExecutor", InProcess)
    monkeypatch.setattr(appeal, "episode_of", lambda name: "E01")
    assert appeal.main([str(data)]) == 2
    assert "panels are of 1 episodes" in capsys.readouterr().err


def test_a_missing_folder_is_told(appeal, tmp_path, capsys):
    assert appeal.main([str(tmp_path)]) == 2
    assert "ratings.tsv is missing" in capsys.readouterr().err


class InProcess:
    """A pool that works here, so that the test starts no processes."""

    def __init__(self, workers):
        self.map = map

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None
