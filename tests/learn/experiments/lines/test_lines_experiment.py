"""The experiment on lines and colour as a whole, its report, and what stops it."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from paintreel.errors import DataError, InputError, OutputError
from paintreel.imaging.files import read_picture
from paintreel.learn.engine.budget import Budget
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.lines.conditions import CONDITIONS, is_network
from paintreel.learn.experiments.lines.report import write_lines_report
from paintreel.learn.experiments.lines.settings import SETTINGS
from paintreel.learn.experiments.lines.trials import LinesExperiment, run_lines
from paintreel.learn.experiments.records import read_records

CHOSEN = (
    *("lineart", "lineart_cartoongan", "lineart_no_residual"),
    *("colorize", "colorize_scenerygan_l1", "colorize_no_noise"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures of flat discs with their lines, as a user has them."""
    folder = tmp_path_factory.mktemp("own")
    for seed in range(16):
        chance = np.random.default_rng(seed)
        picture = np.full((112, 128, 3), chance.integers(90, 256, 3), np.uint8)
        lines = np.full((112, 128, 3), 255, np.uint8)
        for _ in range(3):
            centre, radius = chance.integers(25, 85, 2).tolist(), int(chance.integers(10, 25))
            cv2.circle(picture, centre, radius, chance.integers(60, 256, 3).tolist(), -1)
            cv2.circle(lines, centre, radius, (255, 255, 255), -1)
            for each in (picture, lines):
                cv2.circle(each, centre, radius, (0, 0, 0), 2)
        cv2.imwrite(str(folder / f"{seed:02d}.png"), picture)
        cv2.imwrite(str(folder / f"{seed:02d}.lines.png"), lines)
    return folder


def tiny(*names, **changes):
    given = {"trials": 1, "budget": Budget(steps=3), "settings": SETTINGS["tiny"], "pictures": 2}
    return LinesExperiment(conditions=choose_conditions(names, CONDITIONS), **given | changes)


@pytest.fixture(scope="module")
def done(tmp_path_factory, folder):
    """The folder of an experiment that was run in two goes."""
    out = tmp_path_factory.mktemp("lines") / "out"
    said = []
    how = {"art": folder, "out": out, "command": ["paintreel"], "say": said.append}
    run_lines(tiny("lineart"), **how)
    run_lines(tiny(*CHOSEN), **how, resume=True)
    assert sum("lineart_no_residual" in line for line in said) == 1
    assert sum(line.endswith(": lineart") for line in said) == 1
    write_lines_report(out, version="1")
    return out


def test_every_condition_is_measured(done):
    records = read_records(done)
    references = {name for name, c in CONDITIONS.items() if not is_network(c)}
    assert records.keys() == {*CHOSEN, *references}
    lines = records["lineart"][0]
    assert lines["steps"] == 3
    assert lines["scores"].keys() == {"loss", "psnr", "f1", "precision", "recall"}
    assert lines["sets"].keys() >= {"spectrum", "frechet"}
    assert lines["seconds"] > 0
    assert set(lines["scores"]["f1"]) == {"own/07.png", "own/15.png"}
    colour = records["colorize"][0]["scores"]
    givens = ("none", "palette", "hints_5", "hints_20")
    assert {f"{m}:{g}" for m in ("loss", "psnr", "region") for g in givens} <= colour.keys()
    assert all(len(values) == 2 for name, values in colour.items() if "leak" not in name)


def test_trials_of_a_task_share_questions_and_seed(done):
    records = read_records(done)
    assert {r[0]["seed"] for r in records.values()} == {7000}
    names = [set(records[c][0]["scores"]["loss"]) for c in ("lineart", "lineart_canny")]
    assert names[0] == names[1]


def test_rules_score_as_they_should(done):
    records = read_records(done)

    def loss(name, given):
        return np.mean(list(records[name][0]["scores"][f"loss:{given}"].values()))

    assert loss("colorize_fill", "hints_20") < loss("colorize_fill", "none")
    assert loss("colorize_own", "none") < loss("colorize_mean", "none")
    assert loss("colorize_own", "none") == loss("colorize_own", "palette")
    f1 = records["lineart_canny"][0]["scores"]["f1"]
    assert min(f1.values()) > 0.5


def test_networks_and_sheets_are_kept(done):
    kept = {path.stem for path in (done / "networks").glob("*.onnx")}
    assert kept == {f"{name}-00" for name in CHOSEN}
    assert not list((done / "work").glob("*/checkpoint.pt"))
    sheet = read_picture(done / "pictures" / "lineart.jpg").pixels
    assert sheet.shape == (192, 4 * 3 * 192, 3)


def test_the_report(done):
    page = (done / "report.html").read_text("utf-8")
    for text in ("Figure 3", "Figure 4", "Figure 5a", "Figure 6", "24.05", "0.038", "CartoonGAN"):
        assert text in page, text
    results = json.loads((done / "results.json").read_text("utf-8"))
    assert results["paper"]["lineart"]["residual_attention"]["image_loss"] == 0.012
    assert results["means"]["lineart"]["f1"]["own"]["n"] == 1
    assert any(test["second"] == "lineart_cartoongan" for test in results["tests"])
    lead = next(goal for goal in results["goals"] if goal["higher"])
    assert (lead["goal"], "PSNR" in lead["text"]) == (3.0, True)
    for name in ("3", "4", "5a", "5b", "6"):
        assert read_picture(done / f"figure-{name}.png").pixels.ndim == 3


def test_a_finished_experiment_is_only_reported(done, folder):
    said, trials = [], []
    run_lines(
        tiny(*CHOSEN),
        art=folder,
        out=done,
        command=["paintreel"],
        resume=True,
        on_trial=trials.append,
        say=said.append,
    )
    assert said == []
    assert trials == [0]


def test_what_stops_it(done, folder, tmp_path):
    how = {"art": folder, "command": ["paintreel"]}
    with pytest.raises(OutputError, match="--resume"):
        run_lines(tiny("lineart"), out=done, **how)
    with pytest.raises(InputError, match="another experiment: budget"):
        run_lines(tiny("lineart", budget=Budget(steps=4)), out=done, **how, resume=True)
    with pytest.raises(OutputError, match="lies in"):
        run_lines(tiny("lineart"), out=folder / "out", **how)
    (tmp_path / "art").mkdir()
    with pytest.raises(DataError, match="empty"):
        run_lines(tiny("lineart"), art=tmp_path / "art", out=tmp_path / "out", command=[])
    with pytest.raises(InputError, match="pictures is 2 or more"):
        tiny("lineart", pictures=1)
    with pytest.raises(InputError, match="no 'linart'"):
        tiny("linart")
