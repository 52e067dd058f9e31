"""`paintreel agree` on the shared ratings and on small tables."""

from __future__ import annotations

import json

import pytest

from paintreel.cli.main import main

TABLE = "file,rater,mood,score\na,X,calm,1\na,Y,calm,2\nb,X,sad,5\nb,Y,calm,5\n"


@pytest.fixture
def run(capsys):
    def run(*arguments):
        assert main(["agree", *(str(a) for a in arguments)]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text(TABLE)
    return path


def test_it_reproduces_the_readme_of_the_shared_data(run, shared_data):
    facts = json.loads(run(shared_data / "art" / "ratings.tsv", "--json", "--resamples", 0))
    assert (facts["items"], facts["raters"]) == (454, ["A", "B", "C"])
    columns = facts["columns"]
    kappas = {name: round(columns[name]["kappa"], 3) for name in ("emotion", "scene", "characters")}
    assert kappas == {"emotion": 0.734, "scene": 0.863, "characters": 0.860}
    unanimous = [round(columns[name]["unanimous"], 3) for name in kappas]
    assert unanimous == [0.692, 0.844, 0.848]
    pearson = [round(pair["r"], 3) for pair in columns["appeal"]["pearson"]]
    assert pearson == [0.790, 0.784, 0.799]
    assert columns["emotion"]["majority"] == {
        "calm": 118, "surprise": 102, "happiness": 79, "fear": 56, "anger": 50, "sadness": 35,
    }  # fmt: skip
    assert columns["emotion"]["no_majority"] == 14


def test_text_names_every_column_and_measure(run, table):
    text = run(table, "--resamples", 50)
    assert text.startswith("2 items, 2 raters: X, Y\n")
    for line in ("mood (categories)", "score (whole numbers)", "Fleiss' kappa", "ICC(2,1)"):
        assert line in text
    assert "Pearson X, Y" in text
    assert "no majority 1" in text


def test_named_columns_get_only_what_they_need(run, table):
    columns = json.loads(run(table, "--json", "--ratings", "score"))["columns"]
    assert columns["score"]["kappa"] is None
    assert columns["mood"]["kind"] == "categories"


def test_the_same_seed_gives_the_same_intervals(run, shared_data):
    path = shared_data / "art" / "ratings.tsv"
    arguments = (path, "--json", "--resamples", 200)
    text = run(*arguments)
    assert run(*arguments) == text
    low, high = json.loads(text)["columns"]["emotion"]["kappa_interval"]
    assert 0.68 < low < 0.734 < high < 0.79


def test_undefined_numbers_are_told_in_words(run, tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("file,rater,score\na,X,1\na,Y,1\nb,X,1\nb,Y,1\n")
    assert "undefined (constant ratings)" in run(path)


def test_errors_come_through(table, capsys):
    assert main(["agree", str(table), "--rater", "judge"]) == 2
    assert "'judge'" in capsys.readouterr().err
