"""Figure 9: sheets of a finished experiment, ballots that are filled, and what the report says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.experiments.scene import rating
from paintreel.learn.experiments.scene.conditions import CONDITIONS
from paintreel.learn.experiments.scene.more_tables import rating_table
from paintreel.learn.experiments.scene.results import Results
from paintreel.learn.experiments.scene.statements import STATEMENTS, TESTED, UNTESTED
from paintreel.scoring.blind_trial import BALLOT_NAME, KEY_NAME, read_key

SYSTEMS = ("mffcn", "cdlm", "truth")
POINTS = {"mffcn": 7, "cdlm": 3, "truth": 9}
NAMES = [f"{label}-{k:02d}.png" for label in ("forest", "night_sky") for k in range(5)]


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    """Paintings of two systems and the panels; those of what nobody rates lie beside."""
    out = tmp_path_factory.mktemp("experiment")
    rng = np.random.default_rng(0)
    for system in (*SYSTEMS, "no_flip"):
        for name in NAMES:
            pixels = rng.integers(0, 256, (32, 32, 3), np.uint8)
            write_picture(out / "paintings" / system / name, Picture(pixels))
    return out


@pytest.fixture(scope="module")
def trial(out, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("trials") / "trial"
    assert rating.main([str(out), "--blind", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def ballots(trial) -> list[Path]:
    """Three raters who agree but for one point more or less."""
    key = read_key(trial / KEY_NAME)
    paths = []
    for number, shift in enumerate((0, 0, 1)):
        with (trial / BALLOT_NAME).open(newline="") as file:
            header, *rows = list(csv.reader(file))
        for row, sheet in zip(rows, key.sheets, strict=True):
            night = sheet.picture.startswith("night_sky")
            row[header.index("style")] = str(POINTS[sheet.shown[0]] + (shift if night else 0))
            for question in ("harmony", "consistency"):
                row[header.index(question)] = str(POINTS[sheet.shown[0]])
        paths.append(trial.parent / f"rater-{number}.csv")
        with paths[-1].open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return paths


@pytest.fixture(scope="module")
def counted(out, trial, ballots) -> dict:
    asked = [str(out), "--key", str(trial / KEY_NAME), "--ballots", *map(str, ballots)]
    assert rating.main([*asked, "--raters", "three hands"]) == 0
    return json.loads((out / rating.NAME).read_text())


def test_every_picture_alone_and_the_painting_hidden(trial):
    key = read_key(trial / KEY_NAME)
    assert (set(key.sets), key.scale) == (set(SYSTEMS), 10)
    assert len(key.sheets) == len(SYSTEMS) * len(NAMES)
    assert all(len(sheet.shown) == 1 for sheet in key.sheets)
    assert not key.has_source
    guide = (trial / "ballot.md").read_text()
    assert not any(CONDITIONS[name].title in guide for name in SYSTEMS)


def test_means_by_category_and_kappa_by_hand(counted):
    style, harmony = (counted["questions"][name] for name in ("style", "harmony"))
    assert style["means"]["mffcn"] == {
        "all": pytest.approx(7 + 1 / 6, abs=1e-3),
        "forest": 7.0,
        "night_sky": pytest.approx(7 + 1 / 3, abs=1e-3),
    }
    assert counted["number_of_raters"] == 3
    assert counted["raters"] == "three hands"
    # Half of the sheets are unanimous, of the rest one pair in three agrees; shares of the points:
    # 5/6 of a third each, 1/6 of a third each.
    agree, chance = (1 + 1 / 3) / 2, 3 * ((5 / 18) ** 2 + (1 / 18) ** 2)
    assert style["agreement"]["kappa"] == pytest.approx((agree - chance) / (1 - chance))
    assert harmony["agreement"]["kappa"] == 1.0
    assert harmony["means"]["truth"]["all"] == 9.0
    assert len(style["contrasts"]) == 3


def test_report(counted):
    results = Results({}, {}, {}, counted)
    page = rating_table(results)
    assert page.index("the painting") < page.index("MFFCN") < page.index("CDLM")
    for text in ("three hands", "30 sheets", "night sky", "kappa 0."):
        assert text in page, text
    statement = next(s for s in STATEMENTS if s.text.startswith("Figure 9: style on ten"))
    assert statement.ours(results)[0] == "+4.00 of 10 to CDLM"
    assert statement.ours(results)[1] in (TESTED, UNTESTED)
    assert statement.ours(Results({}, {})) is None
    assert rating_table(Results({}, {})) == ""


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ([], "give --blind DIR"),
        (["--key", "none.json"], "there is no ballot"),
        (["--key", "none.json", "--ballots", "a.csv"], "say who they were"),
        (["--key", "none.json", "--ballots", "a.csv", "--raters", "we"], "none.json"),
    ],
)
def test_what_cannot_be_done(out, capsys, asked, message):
    assert rating.main([str(out), *asked]) == 1
    assert message in capsys.readouterr().err


def test_an_experiment_without_paintings(tmp_path, capsys):
    assert rating.main([str(tmp_path), "--blind", str(tmp_path / "t")]) == 1
    assert "paintings of 0 systems" in capsys.readouterr().err


def test_another_table_is_no_rating(tmp_path):
    (tmp_path / "rating.json").write_text("{}")
    with pytest.raises(InputError, match="holds no rating"):
        rating.read_rating(tmp_path / "rating.json")
