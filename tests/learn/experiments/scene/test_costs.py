from __future__ import annotations

import json
import sys

import pytest

from paintreel.errors import TrainingError
from paintreel.learn.experiments.scene import costs as scene_costs
from paintreel.learn.experiments.scene.conditions import CONDITIONS
from paintreel.learn.experiments.scene.costs import main, measure_costs
from paintreel.learn.experiments.scene.words import make_word_painter
from paintreel.learn.systems import SCENE_NETWORKS


def costs(capsys, *arguments: str) -> dict[str, float]:
    main([*arguments, "--preset", "tiny", "--side", "64"])
    return json.loads(capsys.readouterr().out)


def test_network(capsys):
    found = costs(capsys, "osdlm")
    generator = SCENE_NETWORKS["osdlm"].load_network().generator("tiny", without=(), fusion="mid")
    assert found["parameters"] == sum(p.numel() for p in generator.parameters())
    assert found["gflops"] > 0
    assert found["peak_memory_mb"] >= 0


def test_parts_left_out_cost_nothing(capsys):
    whole, less = (costs(capsys, name) for name in ("mffcn", "single_scale"))
    assert less["parameters"] < whole["parameters"]
    assert less["gflops"] < whole["gflops"]


def test_rules_have_no_parameters(capsys):
    assert costs(capsys, "grbm").keys() == {"peak_memory_mb", "paint_cpu_s"}


@pytest.mark.parametrize("name", ["attngan", "stylegan"])
def test_what_paints_from_noise(capsys, name):
    main([name, "--preset", "light", "--side", "128"])
    found = json.loads(capsys.readouterr().out)
    network = make_word_painter(CONDITIONS[name], "light")
    assert found["parameters"] == sum(p.numel() for p in network.parameters())
    assert found["gflops"] > 0.1
    assert found["peak_memory_mb"] >= 0
    assert found["paint_cpu_s"] > 0


def test_time_is_the_median_of_some_pictures(capsys):
    """Each call of the clock is a second later than the one before, the third picture's ten."""
    ticks = iter([0, 1, 1, 2, 2, 12, 12, 13, 13, 14])
    main(["grbm", "--side", "64"], clock=lambda: float(next(ticks)))
    assert json.loads(capsys.readouterr().out)["paint_cpu_s"] == 1.0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_does_not_depend_on_the_process_that_asks():
    ballast = bytearray(600 << 20)
    ballast[::4096] = b"x" * len(range(0, len(ballast), 4096))  # resident, not just reserved
    found = measure_costs(CONDITIONS["mffcn"], preset="light", side_px=256)
    assert found.keys() == set(scene_costs.COSTS)
    assert found["peak_memory_mb"] > 5


def test_failure_says_why(monkeypatch):
    monkeypatch.setattr(scene_costs.sys, "executable", "false")
    with pytest.raises(TrainingError, match="costs of osdlm could not be measured"):
        measure_costs(CONDITIONS["osdlm"], preset="tiny")
