"""`paintreel experiment grade`: what is measured of grades, pairs for raters, and their answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.learn.data.splits import Split, Splits
from paintreel.learn.experiments.grade.measuring import GradeExperiment, measures_of
from paintreel.learn.experiments.grade.raters import read_raters

SPLITS = """
[photographs]
development = ["dev/*"]
test = ["held/*"]
[panels]
development = ["E05*"]
test = ["E16*"]
[media]
development = []
test = []
"""


def draw(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    down = np.linspace(0, 1, 96)[:, None, None]
    picture = np.array([120, 160, 220]) * (1 - down) + np.array([245, 244, 240]) * down
    picture = np.repeat(picture, 128, axis=1)
    picture[50:, 30:80] = rng.uniform(40, 200, 3)
    picture[40:60, 90:110] = (205, 150, 120)
    path.parent.mkdir(parents=True, exist_ok=True)
    grained = np.clip(picture + rng.normal(0, 4, picture.shape), 0, 255)
    write_picture(path, Picture(grained.astype(np.uint8)))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("grades")
    for number in range(3):
        draw(root / "art" / f"E16P0{number}.png", number)
        draw(root / "art" / f"E01P0{number}.png", 10 + number)
        draw(root / "photos" / "held" / f"{number}.png", 20 + number)
        draw(root / "photos" / "own" / f"{number}.png", 30 + number)
    (root / "splits.toml").write_text(SPLITS)
    (root / "grade.toml").write_text(
        'experiment = "grade"\nseed = 7\npictures = 2\nsplits = "splits.toml"\npart = "test"\n'
    )
    return root


def command(data: Path, out: Path, *more: str) -> list[str]:
    folders = ("--art", str(data / "art"), "--photos", str(data / "photos"))
    recipe = ("--recipe", str(data / "grade.toml"))
    return ["experiment", "grade", *folders, *recipe, "--out", str(out), *more]


@pytest.fixture
def out(data, tmp_path, tiny_classifiers) -> Path:
    folder = tmp_path / "out"
    assert main(command(data, folder)) == 0
    return folder


def test_every_mood_of_held_out_pictures_is_measured(out, data, capsys):
    results = json.loads((out / "results.json").read_text())
    asked = results["experiment"]
    assert len(asked["pictures"]["panels"]) == 2
    assert all(name.startswith("E16") for name in asked["pictures"]["panels"])
    assert all(name.startswith("held/") for name in asked["pictures"]["photographs"])
    for by_mood in results["summary"].values():
        assert len(by_mood) == 7
        for measures in by_mood.values():
            assert measures["rise"]["n"] == 2
            assert 0.5 < measures["structure"]["mean"] <= 1
            assert measures["white"]["mean"] >= 0
    page = (out / "report.html").read_text()
    assert "all moods" in page
    assert "goal" in page
    assert main(command(data, out)) == 1  # it holds an experiment
    assert "--resume" in capsys.readouterr().err


def test_pairs_say_nothing_and_the_key_says_all(out):
    key = json.loads((out / "pairs" / "key.json").read_text())["sheets"]
    assert len(key) == 2 * 6 * 2  # both kinds, six moods, two pictures
    for name, facts in key.items():
        sheet = read_picture(out / "pairs" / name).pixels
        left, right = sheet[:, :128].astype(int), sheet[:, -128:].astype(int)
        assert left.shape == right.shape
        assert np.abs(left - right).mean() > 0.2
        assert facts["side"] in ("left", "right")
    ballot = (out / "pairs" / "ballot.tsv").read_text().splitlines()
    assert ballot[0] == "sheet\tside\trater\temotion\tnatural"
    assert len(ballot) == 25
    assert not any(mood in "".join(ballot[1:]) for mood in ("fear", "anger", "calm"))


def test_what_raters_say_is_held_against_the_key(out, data, tmp_path):
    key = json.loads((out / "pairs" / "key.json").read_text())["sheets"]
    rows = ["sheet\tside\trater\temotion\tnatural"]
    for number, (name, facts) in enumerate(key.items()):
        said = facts["emotion"] if number % 2 else "none"
        rows.append(f"{name}\t{facts['side']}\tA\t{said}\t{'yes' if number % 4 else 'no'}")
    answers = tmp_path / "answers.tsv"
    answers.write_text("\n".join(rows) + "\n")
    assert main(command(data, out, "--resume", "--raters", str(answers))) == 0
    rated = json.loads((out / "results.json").read_text())["raters"]["all"]["all moods"]
    assert rated == {"named": 0.5, "natural": 0.75, "answers": 24}
    assert "Raters" in (out / "report.html").read_text()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("pair-999.png\tleft\tA\tfear\tyes", "line 2: there is no sheet"),
        ("pair-001.png\tleft\tA\tglee\tyes", "line 2: emotion is 'glee'"),
        ("pair-001.png\tleft\tA\tfear\tperhaps", "line 2: natural is 'perhaps'"),
    ],
)
def test_broken_answers_name_their_line(out, tmp_path, row, message):
    path = tmp_path / "answers.tsv"
    path.write_text(f"sheet\tside\trater\temotion\tnatural\n{row}\n")
    with pytest.raises(UnreadableFile, match=message):
        read_raters(path, out / "pairs")
    path.write_text("sheet\tside\trater\temotion\tnatural\npair-001.png\tleft\t\t\t\n")
    with pytest.raises(InputError, match="holds no answers"):
        read_raters(path, out / "pairs")
    path.write_text("sheet\temotion\n")
    with pytest.raises(UnreadableFile, match="no column natural, rater"):
        read_raters(path, out / "pairs")


def test_measures_of_a_grade():
    rng = np.random.default_rng(0)
    before = np.full((48, 48, 3), 245, np.uint8)
    before[10:30, 10:30] = (205, 150, 120)
    before[30:40] = rng.integers(0, 256, (10, 48, 3), np.uint8)
    same = measures_of(before, before)
    assert same["structure"] == pytest.approx(1)
    assert same["skin"] == same["white"] == pytest.approx(0, abs=1e-6)
    yellow = before.copy()
    yellow[..., 2] = np.minimum(yellow[..., 2], 200)
    off = measures_of(before, yellow)
    assert off["white"] > 8
    dark = (before * 0.8).astype(np.uint8)
    drift = measures_of(before, dark)
    assert drift["white_all"] > drift["white"] + 5  # the light alone
    blurred = np.full_like(before, 128)
    assert measures_of(before, blurred)["structure"] < 0.8


def test_a_part_that_is_none_is_refused(data, tmp_path, capsys):
    nothing = Split(("no/*",), ("no/*",))
    with pytest.raises(InputError, match="part is 'all'"):
        GradeExperiment(splits=Splits(nothing, nothing, nothing), part="all")
    (data / "none.toml").write_text(
        'experiment = "grade"\nsplits = "splits.toml"\npart = "development"\n'
    )
    folders = ("--art", str(data / "art"), "--photos", str(data / "photos"))
    more = ("--recipe", str(data / "none.toml"), "--out", str(tmp_path / "x"))
    assert main(["experiment", "grade", *folders, *more]) == 2
    assert "holds none of the development pictures" in capsys.readouterr().err
