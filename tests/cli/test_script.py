"""`paintreel script`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.runtime.emotion_timeline import read_timeline

STORY = "INT. HALL - DAY\n\nBOB\nI hate this place!\n\nEXT. SEA\n\nShe laughs, happy and free.\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "story.fountain").write_text(STORY, "utf-8")
    return tmp_path


def test_scenes_and_lines_are_printed(here: Path, capsys):
    assert main(["script", "story.fountain"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("INT. HALL - DAY (0:00.0 to 0:01.6): negative -0.")
    assert "anger      BOB: I hate this place!" in out[1]
    assert "happiness  She laughs, happy and free." in out[4]


def test_all_results_are_written_and_replaced(here: Path):
    command = ["script", "story.fountain", "--timeline", "t.json", "--plot", "p.png"]
    command += ["--csv", "l.csv", "--json", "r.json", "-q"]
    for _ in range(2):
        assert main(command) == 0
    assert len(read_timeline(here / "t.json")) == 4
    with Image.open(here / "p.png") as chart:
        assert chart.width == 1600
    rows = list(csv.DictReader((here / "l.csv").open(encoding="utf-8")))
    assert [(row["emotion"], row["label"]) for row in rows] == [
        ("anger", "negative"),
        ("happiness", "positive"),
    ]
    facts = json.loads((here / "r.json").read_text("utf-8"))
    assert (facts["verb"], facts["format"], len(facts["scenes"])) == ("script", "fountain", 2)
    assert facts["scenes"][0]["lines"][0]["evidence"][0]["text"] == "hate"


def test_json_can_be_printed(here: Path, capsys):
    assert main(["script", "story.fountain", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["duration_s"] == pytest.approx(3.6)


def test_a_table_can_be_printed_and_then_nothing_else_is(here: Path, capsys):
    assert main(["script", "story.fountain", "--csv", "-", "-q"]) == 0
    quiet = capsys.readouterr().out
    assert main(["script", "story.fountain", "--csv", "-"]) == 0
    printed = capsys.readouterr().out
    assert printed == quiet
    assert next(csv.DictReader(printed.splitlines()))["character"] == "BOB"
    assert main(["script", "story.fountain", "--timeline", "-"]) == 2
    assert "a timeline is not printed" in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["story.fountain"]


def test_nothing_of_others_is_replaced(here: Path, capsys):
    (here / "mine.json").write_text('{"a": 1}', "utf-8")
    (here / "mine.csv").write_text("a,b\n1,2\n", "utf-8")
    Image.new("RGB", (9, 9)).save(here / "mine.png")
    for option, name in (
        ("--timeline", "mine.json"),
        ("--json", "mine.json"),
        ("--csv", "mine.csv"),
        ("--plot", "mine.png"),
        ("--timeline", "story.fountain"),
    ):
        before = (here / name).read_bytes()
        assert main(["script", "story.fountain", option, name]) == 2
        assert (here / name).read_bytes() == before
        assert name in capsys.readouterr().err


def test_two_results_of_one_name(here: Path):
    assert main(["script", "story.fountain", "--timeline", "x", "--json", "x"]) == 2


def test_bad_files_and_values(here: Path, capsys):
    (here / "empty.txt").write_text("")
    assert main(["script", "empty.txt"]) == 1
    assert "holds no text" in capsys.readouterr().err
    assert main(["script", "missing.txt"]) == 1
    assert main(["script", "story.fountain", "--seconds-per-word", "0"]) == 2
    assert main(["script", "story.fountain", "--method", "magic"]) == 2
    assert main(["script"]) == 2


def test_another_language_throughout_is_said(here: Path, capsys):
    (here / "de.txt").write_text("Ich liebe dich nicht.\nDas ist nicht wahr!\n", "utf-8")
    assert main(["script", "de.txt", "-q"]) == 1
    assert "2 lines in German (line 1, 2)" in capsys.readouterr().err
    german = "INT. HAUS - TAG\n\nANNA\nIch bin traurig.\n\nBERND\nMan war die Not.\n"
    (here / "de.fountain").write_text(german, "utf-8")
    assert main(["script", "de.fountain", "--timeline", "t.json"]) == 1
    assert "2 lines in German" in capsys.readouterr().err
    assert all(shares == {} for _, shares in read_timeline(here / "t.json"))


def test_a_file_cannot_command_the_terminal(here: Path, capsys):
    (here / "evil.txt").write_text("BOB: I am \x1b[31mhappy\x07 now.\nANN: Good.\n", "utf-8")
    assert main(["script", "evil.txt"]) == 0
    assert "\x1b" not in capsys.readouterr().out
