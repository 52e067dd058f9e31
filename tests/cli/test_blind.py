"""`paintreel compare --blind` and `paintreel agree --key`, from sheets to the verdict."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, write_picture


@pytest.fixture
def folders(tmp_path: Path, monkeypatch) -> Path:
    rng = np.random.default_rng(0)
    for i in range(8):
        pixels = rng.integers(0, 150, (24, 32, 3), np.uint8)
        for place, name in enumerate(("photos", "mine", "theirs")):
            write_picture(tmp_path / name / f"{i}.png", Picture(pixels + np.uint8(20 * place)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill_in(folder: Path, name: str, prefer: str) -> str:
    """A ballot of somebody who knows the key, which a rater does not."""
    key = json.loads((folder / "key.json").read_text())
    with (folder / "ballot.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row, sheet in zip(rows, key["sheets"], strict=True):
        vote = 8 if sheet["shown"][0] == prefer else 3
        if key["scale"] is None:
            vote = ("left", "right")[sheet["shown"].index(prefer)]
        row |= dict.fromkeys(key["questions"], vote)
    rows[0]["words"] = f"too dark, and flat, says {name}"
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.mark.parametrize("scale", [[], ["--scale", "10"]])
def test_from_sheets_to_the_verdict(folders, capsys, scale):
    arguments = ["compare", "mine", "theirs", "--reference", "photos", "--blind", "trial"]
    assert main([*arguments, *scale]) == 0
    printed = capsys.readouterr().out
    assert "never key.json" in printed
    assert "paintreel agree BALLOT... --key trial/key.json" in printed
    ballots = [fill_in(Path("trial"), name, "mine") for name in ("anna", "ben")]
    assert main(["agree", *ballots, "--key", "trial/key.json", "--report", "trial.html"]) == 0
    printed = capsys.readouterr()
    assert ("mine is rated higher than" if scale else "mine is preferred to") in printed.out
    assert "too dark, and flat" in printed.out
    assert printed.err == ""
    assert Path("trial.html").read_text().startswith("<!doctype html>")
    assert main(["agree", *ballots, "--key", "trial/key.json", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["raters"] == ["anna", "ben"]
    overall = facts["questions"]["overall"]
    if scale:
        assert overall["means"]["mine"]["mean"] == 8
        assert overall["contrasts"][0]["winner"] == "mine"
    else:
        assert overall["shares"][0]["share"] == 1
        assert overall["shares"][0]["winner"] == "mine"
        assert overall["agreement"]["kappa"] == 1


def test_questions_of_ones_own(folders, capsys):
    asked = ["--ask", "mood=Which is warmer?", "--ask", "line=Which has more line?"]
    assert main(["compare", "mine", "theirs", "--blind", "trial", *asked, "-q"]) == 0
    assert capsys.readouterr().out == ""
    header = Path("trial/ballot.csv").read_text().splitlines()[0]
    assert header == "sheet,mood,line,words,trial"
    assert "`mood`: Which is warmer?" in Path("trial/ballot.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "mine", "--blind", "t"], "at least two systems"),
        (["compare", "mine", "theirs", "--blind", "photos"], "no trial"),
        (["compare", "mine", "theirs", "--blind", "t", "--metrics", "psnr"], "measures nothing"),
        (["compare", "mine", "theirs", "--scale", "10"], "add --blind DIR"),
        (["compare", "mine", "theirs", "--blind", "t", "--ask", "?"], "is no question"),
        (["agree", "mine/0.png", "theirs/0.png"], "--key DIR/key.json"),
        (["agree", "x.csv", "--report", "x.html"], "give its key with --key"),
        (["agree", "x.csv", "--key", "nowhere.json"], "no such file"),
    ],
)
def test_bad_usage_is_said_in_one_line(folders, capsys, arguments, message):
    assert main(arguments) != 0
    printed = capsys.readouterr()
    assert message in printed.err
    assert "Traceback" not in printed.err
    assert not Path("t").exists()


def test_a_report_takes_no_ballots_place(folders, capsys):
    main(["compare", "mine", "theirs", "--blind", "trial", "-q"])
    ballot = fill_in(Path("trial"), "anna", "mine")
    before = Path(ballot).read_bytes()
    for target in (ballot, "trial/key.json", "trial/001.png"):
        assert main(["agree", ballot, "--key", "trial/key.json", "--report", target]) != 0
    assert Path(ballot).read_bytes() == before
    assert "is an input" in capsys.readouterr().err
