"""The scene experiment as a whole, and its report; and what stops it before it starts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import read_picture
from paintreel.learn.engine.budget import Budget
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.records import read_records
from paintreel.learn.experiments.scene import nearness as scene_nearness
from paintreel.learn.experiments.scene import trials as scene_trials
from paintreel.learn.experiments.scene.conditions import CONDITIONS
from paintreel.learn.experiments.scene.report import write_report
from paintreel.learn.experiments.scene.settings import SETTINGS
from paintreel.learn.experiments.scene.trials import (
    Experiment,
    read_costs,
    run_experiment,
)
from paintreel.learn.experiments.trials import missing_trials
from paintreel.learn.trainers import from_words

SYSTEMS = ("mffcn", "osdlm", "svmm", "grbm", "single_scale")


@pytest.fixture(scope="module")
def art(tmp_path_factory, fill_folder) -> Path:
    """Nine pictures, two of them held out; all with a category."""
    folder = fill_folder(tmp_path_factory.mktemp("pictures") / "art", 9)
    rows = [f"{i:02d}.png\t{('water', 'forest')[i % 2]}" for i in range(9)]
    (folder / "ratings.tsv").write_text("\n".join(["file\tscene", *rows]), "utf-8")
    return folder


def tiny(*systems: str, **changes) -> Experiment:
    given = {"trials": 2, "budget": Budget(steps=1), "crops": 2, "crop_px": 64}
    given |= {"preset": "tiny", "held_out": ("07*", "08*"), "settings": SETTINGS["tiny"]}
    return Experiment(conditions=choose_conditions(systems, CONDITIONS), **given | changes)


@pytest.fixture(scope="module")
def run(art, tmp_path_factory) -> Callable[..., list[str]]:
    """A function (experiment, out, **more) that runs it with stubbed costs; what it said."""
    roughs = tmp_path_factory.mktemp("roughs")

    def run(experiment: Experiment, out: Path, command: str = "one", **more) -> list[str]:
        said: list[str] = []
        given = {"art": art, "out": out, "command": [command], "roughs": roughs}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scene_nearness, "REFERENCE_TILES", 6)
            patch.setattr(from_words, "drawn_worlds", lambda each, side_px: ())
            patch.setattr(scene_trials, "measure_costs", lambda c, **_: {"parameters": len(c.name)})
            run_experiment(experiment, say=said.append, **given | more)
        return [line for line in said if line.startswith("trial ")]

    return run


@pytest.fixture(scope="module")
def out(run, tmp_path_factory) -> Path:
    """Two processes' work, one after the other, in one folder: a process a group of systems."""
    out = tmp_path_factory.mktemp("runs") / "scene"
    trials = []
    said = run(tiny("mffcn", "svmm", "single_scale"), out, on_trial=trials.append)
    assert said[0] == "trial 1/2: mffcn"
    assert len(said) == 3 * 2 + 2
    assert trials == [0, 1]
    said = run(tiny("osdlm", "grbm"), out, "two", resume=True)
    assert said == [f"trial {t}/2: {name}" for t in (1, 2) for name in ("osdlm", "grbm")]
    return out


@pytest.fixture(scope="module")
def report(out) -> str:
    return write_report(out, version="1.2").read_text("utf-8")


def test_what_a_run_leaves(out, report):
    assert {p.name for p in out.iterdir()} == {
        *("experiment.json", "crops.json", "development.json", "compute.json", "nearness.npz"),
        *("costs", "pictures", "paintings", "trials", "weights", "work"),
        *("report.html", "results.json"),
        *(f"figure-{n}.png" for n in range(5, 11)),
    }
    assert not list((out / "work").iterdir())
    assert {p.stem for p in (out / "pictures").iterdir()} == {*SYSTEMS, "rough", "truth"}
    paintings = [p.relative_to(out / "paintings") for p in (out / "paintings").rglob("*.png")]
    rated = [name for name in SYSTEMS if name != "single_scale"]
    assert {p.as_posix() for p in paintings} == {
        f"{name}/{label}-{number:02d}.png"
        for name in (*rated, "truth")
        for label in ("forest", "water")
        for number in range(10)
    }
    assert {p.stem for p in (out / "weights").iterdir()} == {
        f"{name}-0{trial}" for name in ("mffcn", "osdlm", "single_scale") for trial in (0, 1)
    }
    assert read_picture(out / "pictures" / "mffcn.jpg").pixels.shape == (128, 64, 3)


def test_records(out):
    records = read_records(out)
    assert {name: sorted(trials) for name, trials in records.items()} == {
        **{name: [0, 1] for name in SYSTEMS},
        **{name: [0] for name in ("rough", "truth")},
    }
    first, second = records["mffcn"].values()
    assert (first["seed"], second["seed"]) == (7000, 7001)
    assert first["scores"] != second["scores"]
    assert records["grbm"][0]["scores"] != records["grbm"][1]["scores"]
    assert first["steps"] == 1
    crops = json.loads((out / "crops.json").read_text())
    assert crops == {"07.png": "forest", "08.png": "water"}
    assert len(first["scores"]["fine"]["psnr"]) == 2
    assert first["frechet"] > 0
    assert records["truth"][0]["frechet"] < records["grbm"][0]["frechet"]


def test_what_is_not_of_the_test_is_of_development(run, tmp_path):
    out = tmp_path / "parted"
    run(tiny("osdlm", trials=1, test=("08*",)), out)
    crops, development = (
        json.loads((out / f"{name}.json").read_text()) for name in ("crops", "development")
    )
    assert crops == {"08.png": "water"}
    assert development == {"07.png": "forest"}
    record = json.loads((out / "trials" / "osdlm-00.json").read_text())
    assert len(record["development"]["ssim"]) == len(record["scores"]["standard"]["ssim"]) == 1
    page = write_report(out, version="1").read_text("utf-8")
    assert "choices were made on those of development" in page


def test_pictures_from_words_are_scored_without_a_true_one(run, tmp_path):
    out = tmp_path / "words"
    run(tiny("stylegan", "grbm_words", "truth_words"), out)
    records = read_records(out)
    assert {name: sorted(trials) for name, trials in records.items()} == {
        **{name: [0, 1] for name in ("stylegan", "grbm_words")},
        **{name: [0] for name in ("rough", "truth", "truth_words")},
    }
    record = records["stylegan"][0]
    assert record["scores"].keys() == {"standard"}
    assert "ssim" not in record["scores"]["standard"]
    assert len(record["scores"]["standard"]["scene_coherence"]) == 2
    assert "development" not in record
    assert record["spectrum"] > 0
    assert "spectrum" not in records["truth_words"][0]
    assert records["truth_words"][0]["frechet"] < record["frechet"]
    assert (out / "nearness-words.npz").is_file()
    page = write_report(out, version="1").read_text("utf-8")
    assert "nothing was set apart to make choices by" in page
    assert "From a word and a seed" in page
    assert "StyleGAN-like" in page


def test_a_look_has_fewer_trials():
    conditions = choose_conditions(["mffcn", "no_skips"], CONDITIONS)
    missing = [(t, c.name) for t, c in missing_trials(Path("none"), conditions, 5)]
    assert [name for _t, name in missing].count("mffcn") == 5
    assert [name for _t, name in missing].count("no_skips") == 3


def test_all_trainings_are_computed_alike(out):
    compute = json.loads((out / "compute.json").read_text())
    records = [json.loads(path.read_text()) for path in (out / "trials").rglob("*.json")]
    trained = [r for r in records if "precision" in r]
    assert len(trained) > 2
    assert {(r["precision"], r["threads"]) for r in trained} == {
        (compute["precision"], compute["threads"])
    }


def test_costs_of_all_who_wrote(out):
    assert read_costs(out) == {name: {"parameters": len(name)} for name in SYSTEMS}


def test_results(out, report):
    results = json.loads((out / "results.json").read_text())
    assert results["experiment"]["preset"] == "tiny"
    assert [s["command"] for s in results["sources"]] == ["one", "two"]
    assert results["means"]["mffcn"]["standard"]["psnr"]["n"] == 2
    assert results["by_category"]["grbm"]["water"]["scene_coherence"]["n"] == 2
    assert results["costs"]["osdlm"]["parameters"] == 5
    tests = {(t["unit"], t["first"], t["second"]) for t in results["tests"]}
    assert tests >= {(u, "mffcn", s) for u in ("trials", "pictures") for s in ("osdlm", "grbm")}
    assert ("trials", "mffcn", "single_scale") in tests
    assert "PSNR of MFFCN" in {c["claim"] for c in results["claims"]}


def test_page(report):
    for text in (
        *("Table 2: Scene coherence", "Table 3", "Table 4", "Table 5: Lighting effect"),
        *(f"Figure {n}. " for n in range(5, 11)),
        *("Distance to the panels", "Table 1", "Where the paper contradicts itself"),
        *("Ablation", "all parts together help", "Costs of one picture", "Paired tests"),
        *("2 trials of 1 steps a network", "paintreel 1.2", "SVMM"),
    ):
        assert text in report, text
    assert report.count("data:image/jpeg") == 7 + 2 - 1  # ablation: single-scale and MFFCN again
    assert "<script" not in report
    assert "http" not in report


def test_nothing_left_to_run_makes_the_report_alone(run, out):
    trials = []
    assert run(tiny("mffcn"), out, resume=True, on_trial=trials.append) == []
    assert trials == [1]


def test_a_lost_record_is_made_again_and_alike(run, out):
    path = out / "trials" / "osdlm-01.json"
    before = json.loads(path.read_text())
    path.unlink()
    assert run(tiny("osdlm"), out, resume=True) == ["trial 2/2: osdlm"]
    assert json.loads(path.read_text())["scores"] == before["scores"]


def test_conditions_and_trials_may_differ_nothing_else(run, out):
    with pytest.raises(OutputError, match="go on with --resume"):
        run(tiny("mffcn"), out)
    with pytest.raises(InputError, match="holds another experiment: seed is 8, was 7"):
        run(tiny("mffcn", seed=8), out, resume=True)
    with pytest.raises(InputError, match=r"budget\.steps is 2, was 1"):
        run(tiny("mffcn", budget=Budget(steps=2)), out, resume=True)
    facts = tiny("mffcn").facts()
    assert facts == tiny("systems", trials=9).facts()
    assert facts != tiny("mffcn", crops=3).facts()


def test_out_among_the_art(run, art):
    with pytest.raises(OutputError, match="which is read for pictures"):
        run(tiny("mffcn"), art / "results")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"trials": 0}, "trials is 1 to 99"),
        ({"preset": "huge"}, "preset is of light, tiny"),
        ({"crops": 1}, "crops is 2 or more"),
        ({"crop_px": 72}, "crop_px is a multiple of 16"),
        ({"seed": -1}, "seed is 0 to"),
    ],
)
def test_experiments_that_cannot_be_run(changes, rule):
    with pytest.raises(InputError, match=rule):
        dataclasses.replace(tiny("mffcn"), **changes)
