"""`paintreel classify`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main

COLOURS = {"red.png": (215, 45, 45), "dark.png": (20, 20, 25), "blue.png": (60, 120, 215)}
MOODS = {"red.png": "anger", "dark.png": "fear", "blue.png": "sadness"}


def painted(colour: tuple[int, int, int]) -> np.ndarray:
    wave = 18 * np.sin(np.arange(96) / 3)[None, :, None]
    return np.clip(np.array(colour) + wave + np.zeros((64, 1, 1)), 0, 255).astype(np.uint8)


@pytest.fixture
def here(tmp_path: Path, tiny_classifiers, monkeypatch, save_picture, make_lossless_clip) -> Path:
    """A folder with `art/`, three pictures and a clip that turns from blue to red."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "art").mkdir()
    for name, colour in COLOURS.items():
        save_picture(tmp_path / "art" / name, painted(colour))
    frames = [painted(COLOURS[n]) for n in ("blue.png", "red.png") for _ in range(24)]
    make_lossless_clip(tmp_path / "clip.mkv", frames)
    return tmp_path


def test_a_picture_is_answered_in_a_line(here: Path, capsys):
    assert main(["classify", "art/red.png"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("art/red.png: anger ")
    assert out.count("%") == 3
    assert len(out.splitlines()) == 1


def test_a_folder_is_answered_in_the_order_of_names_with_a_summary(here: Path, capsys):
    assert main(["classify", "art"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [Path(line.split(":")[0]).name for line in lines[:3]]
    assert names == sorted(COLOURS)
    assert lines[3].startswith("3 answered, 0 failed: ")


def test_what_is_unfamiliar_is_told_without_shares(here: Path, capsys, save_picture):
    save_picture(here / "plain.png", np.full((64, 96, 3), 200, np.uint8))
    assert main(["classify", "plain.png"]) == 0
    out = capsys.readouterr().out
    assert "unlike what the model knows" in out
    assert "nearest" in out
    assert "%" not in out


def test_a_clip_is_answered_over_its_time(here: Path, capsys):
    assert main(["classify", "clip.mkv", "--every", "0.5"]) == 0
    assert "0:00 sadness, 0:01 anger" in capsys.readouterr().out


def test_the_table_has_a_row_a_picture_and_a_row_a_frame(here: Path):
    assert main(["classify", "art", "clip.mkv", "--every", "0.5", "--csv", "out.csv"]) == 0
    with (here / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    pictures = {Path(row["file"]).name: row for row in rows if row["kind"] == "picture"}
    assert {name: row["class"] for name, row in pictures.items()} == MOODS
    assert {row["time_s"] for row in pictures.values()} == {""}
    assert float(pictures["red.png"]["anger"]) > 0.5
    frames = [row for row in rows if row["kind"] == "clip"]
    assert [float(row["time_s"]) for row in frames] == pytest.approx([0, 0.5, 1, 1.5], abs=2e-3)
    assert [row["class"] for row in frames] == ["sadness"] * 2 + ["anger"] * 2
    assert main(["classify", "art", "--csv", "out.csv"]) == 0  # one of ours is replaced


def test_a_table_on_standard_output_stands_alone(here: Path, capsys):
    assert main(["classify", "art", "--csv", "-"]) == 0
    head, *rows = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert head[0] == "file"
    assert [Path(row[0]).name for row in rows] == sorted(COLOURS)
    assert not Path("-").exists()


def test_json_has_everything(here: Path, capsys):
    Image.new("RGB", (40, 40), (9, 9, 9)).save("art/plain.png")
    (here / "art" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    assert main(["classify", "art", "clip.mkv", "--every", "0.5", "--json", "-"]) == 1
    facts = json.loads(capsys.readouterr().out)
    files = {Path(each["file"]).name: each for each in facts["files"]}
    assert list(files) == ["blue.png", "broken.png", "dark.png", "plain.png", "red.png", "clip.mkv"]
    assert files["red.png"]["class"] == "anger"
    assert files["red.png"]["probabilities"].keys() == set(facts["classes"])
    assert "broken.png" in files["broken.png"]["error"]
    assert "class" not in files["broken.png"]
    assert files["plain.png"]["familiar"] is False
    stretches = [(each["class"], each["start_s"]) for each in files["clip.mkv"]["timeline"]]
    assert stretches == [("sadness", 0.0), ("anger", pytest.approx(1.0, abs=2e-3))]
    assert facts["counts"]["unfamiliar"] == 1
    assert len(files["clip.mkv"]["moments"]) == 4


def test_a_file_that_fails_is_named_and_the_rest_goes_on(here: Path, capsys):
    (here / "art" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    assert main(["classify", "art", "missing.png"]) == 1
    said = capsys.readouterr()
    assert "broken.png" in said.err
    assert "missing.png" in said.err
    assert "3 answered, 2 failed" in said.out


def test_what_is_strange_is_never_answered_with_confidence(here: Path, capsys):
    Image.new("RGB", (200, 200), (215, 45, 45)).save("plain.png")
    assert main(["classify", "plain.png"]) == 0
    assert "plain.png: unlike what the model knows" in capsys.readouterr().out


def test_heat_maps_go_where_they_are_asked_for(here: Path, capsys):
    command = ["classify", "art", "clip.mkv", "--explain", "-o", "why"]
    assert main(command) == 0
    written = sorted(p.relative_to(here / "why").as_posix() for p in (here / "why").rglob("*.*"))
    assert written == ["art/blue.png", "art/dark.png", "art/red.png", "clip.mkv"]
    capsys.readouterr()
    before = (here / "why" / "art" / "red.png").read_bytes()
    assert main(command) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert main([*command, "--task", "scene", "--overwrite"]) == 0
    assert (here / "why" / "art" / "red.png").read_bytes() != before


def test_without_a_place_a_heat_map_lies_beside_its_picture(here: Path, capsys):
    before = (here / "art" / "red.png").read_bytes()
    assert main(["classify", "art/red.png", "--explain"]) == 0
    assert "art/red-mood.png" in capsys.readouterr().out
    assert (here / "art" / "red-mood.png").is_file()
    assert (here / "art" / "red.png").read_bytes() == before


def test_the_chart_shows_clips_and_pictures(here: Path):
    assert main(["classify", "art", "clip.mkv", "--every", "0.5", "--plot", "chart.png"]) == 0
    chart = np.asarray(Image.open("chart.png").convert("RGB"))
    colours = {tuple(c) for c in chart.reshape(-1, 3).tolist()}
    from paintreel.pictures.class_colours import colours_of

    wanted = colours_of(["sadness", "anger", "fear"])
    assert set(wanted.values()) <= colours
    assert main(["classify", "art", "--plot", "chart.png"]) == 0  # one of ours is replaced


def test_a_chart_in_the_folder_is_no_input_of_the_next_run(here: Path, capsys):
    for _ in range(2):
        assert main(["classify", "art", "--plot", "art/chart.png"]) == 0
        assert "3 answered" in capsys.readouterr().out


def test_somebodys_file_is_not_replaced(here: Path, capsys):
    (here / "mine.csv").write_text("a,b\n1,2\n", "utf-8")
    for option, name in (("--csv", "mine.csv"), ("--json", "mine.csv"), ("--plot", "art/red.png")):
        assert main(["classify", "art/blue.png", option, name]) == 2
    assert main(["classify", "art/blue.png", "--plot", "art/blue.png"]) == 2
    assert main(["classify", "art/blue.png", "--csv", "x.csv", "--json", "x.csv"]) == 2
    assert (here / "mine.csv").read_text("utf-8") == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["art", "--task", "moods"], "did you mean 'mood'"),
        (["empty"], "holds no picture or clip"),
        (["art", "-o", "x"], "--explain"),
        (["art", "--every", "-1"], "expected"),
        (["nothing*.png"], "no file matches"),
        (["art", "--model", "art/red.png"], "red.png"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_work(here: Path, capsys, arguments, says):
    (here / "empty").mkdir()
    assert main(["classify", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_sound_alone_is_no_clip(here: Path, capsys):
    import wave

    with wave.open("voice.wav", "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    Path("voice.wav").rename("voice.mp4")
    assert main(["classify", "voice.mp4", "art/red.png"]) == 1
    said = capsys.readouterr()
    assert "voice.mp4" in said.err
    assert "1 answered, 1 failed" in said.out


def test_transparency_is_said(here: Path, capsys):
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save("clear.png")
    assert main(["classify", "clear.png"]) == 0
    assert "transparency was laid on white" in capsys.readouterr().err


def test_quiet_prints_nothing(here: Path, capsys):
    assert main(["classify", "art", "clip.mkv", "-q"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
