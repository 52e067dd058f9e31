"""`--credits` of the verbs that paint."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.jobs.credits import with_credits
from paintreel.jobs.job import Job
from paintreel.jobs.run import Batch, Outcome
from paintreel.runtime.catalog import find_model

LINE = 'Painted with Paintreel, style "tiny". nobody. Weights: CC0-1.0.'
SCENE_LINE = 'Painted with Paintreel, scene model "mffcn". nobody. Weights: CC0-1.0.'


def lines_of(folder: Path) -> list[str]:
    """What stands between the marks."""
    return (folder / "CREDITS.txt").read_text("utf-8").splitlines()[1:-1]


@pytest.fixture
def photos(tmp_path: Path, make_picture, save_picture) -> Path:
    """Two pictures, one in a subfolder."""
    save_picture(tmp_path / "photos" / "a.png", make_picture(1))
    save_picture(tmp_path / "photos" / "sub" / "b.png", make_picture(2))
    return tmp_path / "photos"


def test_without_it_nothing_is_written(photos: Path, tiny_style: str, tmp_path: Path):
    assert main(["stylize", str(photos), "-o", str(tmp_path / "out"), "--style", tiny_style]) == 0
    assert list(tmp_path.rglob("CREDITS.txt")) == []


def test_one_file_for_a_folder_of_results(photos: Path, tiny_style: str, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["stylize", str(photos), "-o", str(out), "--style", tiny_style, "--credits"]
    assert main(command) == 0
    assert str(out / "CREDITS.txt") in capsys.readouterr().out.splitlines()
    assert list(out.rglob("CREDITS.txt")) == [out / "CREDITS.txt"]
    assert lines_of(out) == [LINE]
    (out / "CREDITS.txt").unlink()
    assert main(command) == 0  # all is there already: the lines are due all the same
    assert lines_of(out) == [LINE]


def test_it_lies_beside_a_single_result_and_runs_add_up(photos: Path, tiny_style, tmp_path):
    out = tmp_path / "out"
    one = ["stylize", str(photos / "a.png"), "--credits", "-o"]
    assert main([*one, str(out / "a.png"), "--style", tiny_style]) == 0
    assert main([*one, str(out / "b.png"), "--style", "hereva"]) == 0
    first, second = lines_of(out)
    assert first == LINE
    assert "David Revoy" in second


def test_results_beside_their_inputs_get_one_file_a_tree(photos: Path, tiny_style, tmp_path):
    inputs = [str(photos / "a.png"), str(photos / "sub" / "b.png")]
    assert main(["stylize", *inputs, "--style", tiny_style, "--credits"]) == 0
    assert list(tmp_path.rglob("CREDITS.txt")) == [photos / "CREDITS.txt"]


def test_words_of_others_are_kept_and_it_is_said(photos: Path, tiny_style, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "CREDITS.txt").write_text("Music: Ada\n", "utf-8")
    command = ["stylize", str(photos), "-o", str(out), "--style", tiny_style, "--credits"]
    assert main(command) == 0
    assert "CREDITS.txt holds words of others: they stay" in capsys.readouterr().err
    assert (out / "CREDITS.txt").read_text("utf-8").startswith("Music: Ada\n\n--- Paintreel")


def test_a_file_that_cannot_be_added_to_stops_before_the_work(photos, tiny_style, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "CREDITS.txt").write_bytes(b"\xff\xfe")
    command = ["stylize", str(photos), "-o", str(out), "--style", tiny_style, "--credits"]
    assert main(command) == 2
    assert "no UTF-8 text" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["CREDITS.txt"]


def test_a_report_of_that_name_is_refused(photos: Path, tiny_style: str, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["stylize", str(photos), "-o", str(out), "--style", tiny_style, "--credits"]
    assert main([*command, "--json", str(out / "CREDITS.txt")]) == 2
    assert "called CREDITS.txt" in capsys.readouterr().err
    assert not out.exists()


def test_where_nothing_was_painted_nobody_is_named(tiny_style: str, tmp_path: Path):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    out = tmp_path / "out"
    command = ["stylize", str(tmp_path / "bad.png"), "-o", str(out / "a.png"), "--credits"]
    assert main([*command, "--style", tiny_style]) == 1
    assert not (out / "CREDITS.txt").exists()


def test_what_was_painted_otherwise_before_is_not_of_this_style(photos, tiny_style, tmp_path):
    """A result that is there already stays, and so does who is named for it."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.png").write_bytes((photos / "a.png").read_bytes())
    command = ["stylize", str(photos / "a.png"), "-o", str(out / "a.png"), "--credits"]
    assert main([*command, "--style", tiny_style]) == 1
    assert not (out / "CREDITS.txt").exists()


def test_a_folder_of_frames_stays_a_sequence_alone(tiny_style, tmp_path, make_lossless_clip):
    frames = [np.full((32, 48, 3), 40 * i, np.uint8) for i in range(3)]
    clip = make_lossless_clip(tmp_path / "clip.mkv", frames)
    command = ["stylize", str(clip), "-o", str(tmp_path / "frames"), "--codec", "png", "--credits"]
    for more in ([], ["--overwrite"]):
        assert main([*command, "--style", tiny_style, *more]) == 0
    assert list(tmp_path.rglob("CREDITS.txt")) == [tmp_path / "frames" / "CREDITS.txt"]
    assert (tmp_path / "frames" / "clip").is_dir()


def test_scenes_name_their_model(tiny_scene: str, tmp_path: Path, capsys):
    size = ["--size", "64x36", "--credits"]
    out = tmp_path / "lands"
    command = ["scene", "--category", "open land", "--count", "2", *size, "-o", str(out)]
    assert main([*command, "--sheet"]) == 0
    assert lines_of(out) == [SCENE_LINE]
    assert (tmp_path / "lands-sheet.jpg").is_file()
    layers = ["scene", "--category", "forest", "--layers", *size, "-o", str(tmp_path / "a.png")]
    assert main(layers) == 0
    assert lines_of(tmp_path) == [SCENE_LINE]
    assert not (tmp_path / "a-layers" / "CREDITS.txt").exists()
    capsys.readouterr()
    drawn = ["scene", "--category", "forest", "--method", "grbm", *size, "-o"]
    assert main([*drawn, str(tmp_path / "drawn" / "a.png"), "--json", "-"]) == 0
    printed = capsys.readouterr()
    assert [note["kind"] for note in json.loads(printed.out)["notes"]] == ["no-credits-due"]
    assert "nobody has to be named" in printed.err
    assert not (tmp_path / "drawn" / "CREDITS.txt").exists()


def test_folders_are_compared_by_where_they_are(tmp_path: Path, monkeypatch, tiny_style):
    """`..` lies in no folder, whatever its name says."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    outputs = [Path("a.png"), Path("../b.png")]
    jobs = tuple(Job("x", (path,), lambda progress: None) for path in outputs)
    for path in outputs:
        path.touch()
    batch = with_credits(Batch(jobs), [find_model(tiny_style).card], output=None)
    made = [Outcome(job, "made") for job in jobs]
    assert [path.resolve() for path in batch.finish(made)] == [tmp_path / "CREDITS.txt"]


def test_a_link_out_of_the_folder_is_never_written_through(photos: Path, tiny_style, tmp_path):
    out, mine = tmp_path / "out", tmp_path / "mine.txt"
    other = tmp_path / "other.png"
    other.write_bytes((photos / "sub" / "b.png").read_bytes())
    before = other.read_bytes()
    out.mkdir()
    mine.write_text("mine\n")
    (out / "CREDITS.txt").symlink_to(mine)
    (out / "a.png").symlink_to(other)
    command = ["stylize", str(photos / "a.png"), "-o", str(out / "a.png"), "--style", tiny_style]
    assert main([*command, "--credits", "--overwrite"]) == 0
    assert mine.read_text() == "mine\n"
    assert other.read_bytes() == before
    assert LINE in (out / "CREDITS.txt").read_text("utf-8").splitlines()
    assert not (out / "a.png").is_symlink()
