"""The DSKE experiment as a whole, and its report; what is held out; what stops it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import DataError, InputError, OutputError
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.labelled import find_labelled
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.classifying.experiment import PictureExperiment
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.dske.conditions import CLAIMS, CONDITIONS, STUDIES, is_network
from paintreel.learn.experiments.dske.report import write_dske_report
from paintreel.learn.experiments.dske.settings import SETTINGS
from paintreel.learn.experiments.dske.trials import run_dske, split_by_source
from paintreel.learn.experiments.records import read_records

NETWORKS = ("dske", "distilled", "kernels_5_7", "in_last", "no_enhancement")
CHOSEN = (*NETWORKS, "efficientnet", "colours")
MEDIA = ("painted_panel", "photograph", "pixel_art", "watercolour")


@pytest.fixture(scope="module")
def folders(tmp_path_factory, picture) -> dict[str, Path]:
    """Panels of four episodes, photographs, a medium that the shipped head knows and one not."""
    root = tmp_path_factory.mktemp("media")
    tables = {"art": [], "photos": [], "styles": []}
    for number in range(8):
        tables["art"].append(f"E{number // 2 + 1:02d}P01_{number % 2}.png")
        tables["photos"].append(f"{'ab'[number % 2]}/{number}.png")
        for medium, series in (("watercolour", "Tom Ann"), ("pixel_art", "Cave Town Hill")):
            names = series.split()
            tables["styles"].append(f"{medium}/{names[number % len(names)]}_{number}.png")
    rows = ["file\trater\temotion\tscene"]
    for part, names in tables.items():
        for i, name in enumerate(names):
            path = root / part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shade = 40 * (i % 2) if "pixel_art" in name else 0
            write_picture(path, Picture(picture(len(part) * 100 + i) // 2 + shade))
    rows += [f"{name}\t{r}\tcalm\tforest" for name in tables["art"] for r in "AB"]
    (root / "art" / "ratings.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return {part: root / part for part in tables}


def tiny(*names: str, **changes) -> PictureExperiment:
    given = {"trials": 2, "budget": Budget(steps=2), "settings": SETTINGS["tiny"]}
    given |= {"held_out": ("E04*", "b/*", "watercolour/Tom_*")}
    return PictureExperiment(conditions=choose_conditions(names, CONDITIONS), **given | changes)


@pytest.fixture(scope="module")
def run(folders) -> Callable[..., list[str]]:
    """A function (experiment, out, **more) that runs it; the conditions that it said."""

    def run(experiment: PictureExperiment, out: Path, **more) -> list[str]:
        said: list[str] = []
        run_dske(experiment, out=out, command=["x"], say=said.append, **{**folders, **more})
        return [line for line in said if line.startswith("trial ")]

    return run


@pytest.fixture(scope="module")
def out(run, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "dske"
    said = run(tiny(*CHOSEN), out)
    assert len(said) == 2 * 5 + 3
    return out


@pytest.fixture(scope="module")
def report(out) -> str:
    return write_dske_report(out, version="1.2").read_text("utf-8")


def test_what_a_run_leaves(out, report):
    assert {p.name for p in out.iterdir()} == {
        *("experiment.json", "pictures.json", "compute.json", "trials", "work"),
        *("statistics.npz", "bundled.npz", "report.html", "results.json", "parameters.png"),
    }


def test_records_are_of_the_held_out_pictures(out):
    records = read_records(out)
    assert {name: sorted(trials) for name, trials in records.items()} == {
        **{name: [0, 1] for name in NETWORKS},
        **{name: [0] for name in ("efficientnet", "colours", "shipped")},
    }
    asked = json.loads((out / "pictures.json").read_text())
    assert tuple(asked["labels"]) == ("painted_panel", "photograph", "pixel_art", "watercolour")
    count = len(asked["pictures"])
    for trials in records.values():
        for record in trials.values():
            assert record["pictures"] == list(range(count))
            shares = np.array(record["shares"])
            assert shares.shape == (count, len(MEDIA))
    sums = np.array(records["dske"][0]["shares"]).sum(axis=1)
    assert sums == pytest.approx(np.ones(count), abs=1e-3)
    first, second = (records["dske"][t]["shares"] for t in (0, 1))
    assert first != second
    assert records["dske"][0]["shares"] != records["distilled"][0]["shares"]
    assert records["dske"][0]["steps"] == 2
    assert records["kernels_5_7"][0]["parameters"] > records["dske"][0]["parameters"]
    assert records["in_last"][0]["parameters"] < records["dske"][0]["parameters"]
    shipped = np.array(records["shipped"][0]["shares"])
    assert shipped[:, MEDIA.index("pixel_art")].max() == 0  # no class of it
    assert records["shipped"][0]["seen_before"] > 0  # the made pictures are in no split


def test_results(out, report):
    results = json.loads((out / "results.json").read_text())
    assert set(results["means"]) == {*CHOSEN, "shipped"}
    assert results["means"]["dske"]["macro_recall"]["n"] == 2
    assert results["means"]["efficientnet"]["accuracy"]["sd"] is None
    assert {c["first"] for c in results["claims"]} >= {"dske", "distilled", "efficientnet"}
    assert set(results["maps"]) <= {"dske", "distilled"}


def test_page(report):
    for text in (
        *("DSKE from scratch", "taught by the shipped head", "logistic regression"),
        *("kernels 5 and 7", "in the last stage alone", "without data enhancement"),
        *("Recall by medium", "watercolour", "What is shown", "data enhancement helps"),
        *("accuracy, the eight that ship", "has learnt from", "Confusion", "2 steps"),
        "paintreel 1.2",
    ):
        assert text in report, text
    assert "<script" not in report


def test_nothing_left_to_run_makes_the_report_alone(run, out):
    trials = []
    assert run(tiny(*CHOSEN), out, resume=True, on_trial=trials.append) == []
    assert trials == [1]


def test_a_lost_record_is_made_again_and_alike(run, out):
    for name in ("distilled-01", "efficientnet-00"):
        path = out / "trials" / f"{name}.json"
        before = json.loads(path.read_text())
        path.unlink()
        assert len(run(tiny(*CHOSEN), out, resume=True)) == 1
        assert json.loads(path.read_text())["shares"] == before["shares"]


def test_other_experiments_are_refused(run, out, folders):
    with pytest.raises(OutputError, match="go on with --resume"):
        run(tiny("dske"), out)
    other = apply(SETTINGS["tiny"], {"reduction": 2})
    with pytest.raises(InputError, match=r"settings\.reduction is 2, was 8"):
        run(tiny("dske", settings=other), out, resume=True)
    with pytest.raises(OutputError, match="which is read for pictures"):
        run(tiny("dske"), folders["styles"] / "results")


def test_whole_sources_are_held_out(folders):
    folder, _none = find_labelled(folders["art"], folders["photos"], folders["styles"])
    split = split_by_source(folder, folders["art"], tiny("dske"))
    assert not set(split.known.sources) & set(split.unseen.sources)
    by_medium = {
        medium: {
            file.name
            for file, number in zip(split.unseen.files, split.unseen.medium, strict=True)
            if split.unseen.media[number] == medium
        }
        for medium in split.unseen.media
    }
    assert all(name.startswith("E04") for name in by_medium["painted_panel"])
    assert all(name.startswith("Tom") for name in by_medium["watercolour"])
    pixel = {name.split("_")[0] for name in by_medium["pixel_art"]}
    assert len(pixel) == 1  # one of its three series, whole, though no glob names it
    known = {f.name.split("_")[0] for f in split.known.files if f.parent.name == "pixel_art"}
    assert not pixel & known


def test_a_medium_that_is_wholly_held_out(folders):
    folder, _none = find_labelled(folders["art"], folders["photos"], folders["styles"])
    experiment = tiny("dske", held_out=("watercolour/*",))
    with pytest.raises(DataError, match="every picture of watercolour is held out"):
        split_by_source(folder, folders["art"], experiment)


def test_conditions_change_one_thing():
    usual = dataclasses.asdict(SETTINGS["light"])
    networks = [c for c in CONDITIONS.values() if is_network(c)]
    for condition in networks:
        changed = dataclasses.asdict(apply(SETTINGS["light"], condition.changes))
        differing = [name for name, value in changed.items() if value != usual[name]]
        assert differing == list(condition.changes)
    pairs = {apply(SETTINGS["light"], c.changes).kernels for c in networks}
    assert pairs == {(3, 5), (3, 7), (5, 7)}
    assert {c.group for c in networks} - {"system"} == set(STUDIES)
    assert {name for c in CLAIMS for name in (c.first, c.second)} <= set(CONDITIONS)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"preset": "huge"}, "preset is one of tiny, light"),
        ({"kernels": (3, 5, 7)}, "kernels are two"),
        ({"kernels": (4, 5)}, "two odd sizes"),
        ({"places": ("end",)}, "places are of"),
        ({"teacher_weight": 2.0}, "teacher_weight"),
        ({"temperature": 0.5}, "temperature"),
        ({"most": 1}, "most"),
    ],
)
def test_settings_that_cannot_be_used(changes, rule):
    with pytest.raises(InputError, match=rule):
        dataclasses.replace(SETTINGS["light"], **changes)


def test_trials_are_counted():
    with pytest.raises(InputError, match="trials is 1 to 99"):
        tiny("dske", trials=0)
    with pytest.raises(InputError, match="trials is 2 to 99"):
        tiny("dske", trials=1, folded=True)
