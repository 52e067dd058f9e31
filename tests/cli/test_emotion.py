"""`paintreel emotion` as people use it: lines, files beside, several inputs, exit codes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from voices import RATE_HZ, spoken, write_sound

from paintreel.cli.main import main
from paintreel.runtime.emotion_timeline import read_timeline
from paintreel.runtime.emotions import EMOTIONS


@pytest.fixture
def line(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "line.wav", spoken(7, 2.0).samples[None])


def test_everything_of_one_file(tmp_path, line, capsys):
    names = {
        "timeline": "t.json", "srt": "t.srt", "csv": "t.csv", "json": "all.json", "plot": "t.png"
    }  # fmt: skip
    flags = [x for option, name in names.items() for x in (f"--{option}", str(tmp_path / name))]
    assert main(["emotion", str(line), *flags]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{line}: ")
    assert "2.0 s in" in out
    timeline = read_timeline(tmp_path / "t.json")
    assert [t for t, _ in timeline] == [0.0, 0.5, 1.0, 1.5, 2.0]
    title = (tmp_path / "t.srt").read_text().splitlines()
    assert title[0] == "1"
    assert title[1].startswith("00:00:00,000 --> ")
    assert title[2].split()[0] in EMOTIONS
    rows = list(csv.DictReader((tmp_path / "t.csv").open()))
    assert len(rows) == 5
    assert set(EMOTIONS) <= rows[0].keys()
    facts = json.loads((tmp_path / "all.json").read_text())
    assert facts["files"][0]["timeline"][0][0] == 0.0
    assert facts["files"][0]["processing_s"] > 0
    with Image.open(tmp_path / "t.png") as chart:
        assert chart.width == 1600
    # A second run replaces what the first has written, and nothing else.
    assert main(["emotion", str(line), *flags, "-q"]) == 0
    (tmp_path / "t.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nGuten Tag\n")
    assert main(["emotion", str(line), "--srt", str(tmp_path / "t.srt"), "-q"]) == 2
    assert "Guten Tag" in (tmp_path / "t.srt").read_text()
    assert main(["emotion", str(line), "--srt", str(tmp_path / "t.srt"), "-q", "--overwrite"]) == 0


def test_a_folder_goes_on_after_a_file_that_fails(tmp_path, line, capsys):
    folder = tmp_path / "takes"
    folder.mkdir()
    line.rename(folder / "good.wav")
    (folder / "bad.flac").write_text("no sound at all " * 100)
    (folder / "notes.md").write_text("about the takes")
    out = tmp_path / "lines"
    assert main(["emotion", str(folder), "--timeline", str(out)]) == 1
    said = capsys.readouterr()
    assert "good.wav: " in said.out
    assert "bad.flac" in said.err
    assert "notes.md" in said.err
    assert [path.name for path in out.iterdir()] == ["good.json"]


def test_what_cannot_be_is_said_before_the_work(tmp_path, line, capsys):
    other = write_sound(tmp_path / "b.wav", np.zeros((1, RATE_HZ)))
    for words, said in (
        ([str(line), str(other), "--timeline", "t.json"], "give a folder"),
        ([str(line), "--timeline", str(tmp_path / "t.txt")], "ends in .json"),
        ([str(line), "--plot", "a.gifx"], "suffix"),
        ([str(line), "--every", "0"], "--every"),
        ([str(line), "--every", "nan"], "--every"),
        ([str(line), "--by", "smell"], "smell"),
        ([str(tmp_path / "*.mp3")], "no file matches"),
        ([str(line), "--timeline", str(line)], ".json"),
    ):
        assert main(["emotion", *words]) == 2
        assert said in capsys.readouterr().err, words


def test_silence_is_an_answer(tmp_path, capsys):
    path = write_sound(tmp_path / "a.wav", np.zeros((1, RATE_HZ)))
    assert main(["emotion", str(path), "--srt", str(tmp_path / "a.srt")]) == 0
    said = capsys.readouterr()
    assert "no emotion" in said.out
    assert "no speech" in said.err
    assert (tmp_path / "a.srt").read_text() == ""


def test_json_on_standard_output_stands_alone(line, capsys):
    assert main(["emotion", str(line), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["verb"] == "emotion"


def test_a_table_on_standard_output_stands_alone(line, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["emotion", str(line), "--csv", "-"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("file,time_s,source,face,emotion,")
    assert rows
    assert all(row.count(",") == head.count(",") for row in rows)
    assert not (tmp_path / "-").exists()
