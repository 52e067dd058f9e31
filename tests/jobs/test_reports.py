from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import OutputError
from paintreel.jobs.reports import (
    begins_with,
    check_apart,
    check_beside_results,
    check_report,
    write_json,
    write_table,
    write_text,
)


def test_reports_never_replace_an_input_or_a_picture(tmp_path: Path):
    picture = tmp_path / "a.png"
    Image.new("RGB", (4, 4)).save(picture)
    other = tmp_path / "notes.json"
    write_json(other, {"paintreel": "1.0"})
    check_report(None, [])
    check_report("-", [picture], is_printed=True)
    check_report(other, [picture])
    check_report(tmp_path / "new.json", [picture])
    with pytest.raises(OutputError, match="is an input"):
        check_report(other, [other])
    with pytest.raises(OutputError, match="is a picture that is there"):
        check_report(picture, [])


@pytest.mark.parametrize(
    "theirs", [b"my notes", b"{}", b'{"name": "package"}', b"[1]", b"<!doctype html><p>mine", b"{x"]
)
def test_a_report_never_replaces_a_file_of_somebody(tmp_path: Path, theirs: bytes):
    path = tmp_path / "there.json"
    path.write_bytes(theirs)
    with pytest.raises(OutputError, match="is there and no report of Paintreel"):
        check_report(path, [])
    assert path.read_bytes() == theirs


def test_reports_of_earlier_runs_are_replaced(pair: Path):
    score = ["score", "a.png", "--reference", "b.png", "--metrics", "psnr", "--quiet"]
    score += ["--json", "r.json", "--report", "r.html"]
    compare = ["compare", "a.png", "b.png", "--reference", "a.png", "--metrics", "psnr", "--quiet"]
    compare += ["--json", "c.json", "--report", "c.html"]
    Path("r.json").touch()  # an empty one loses nobody's words
    for command in (score, compare):
        codes = [main(command), main(command)]
        assert codes == [0, 0]
    for name in ("r.json", "r.html", "c.json", "c.html"):
        check_report(name, [])
        assert Path(name).stat().st_size > 0


def test_json_is_written_whole_or_printed(tmp_path: Path, capsys):
    write_json(tmp_path / "a.json", {"x": 1})
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": 1}
    write_json("-", {"x": 2})
    assert json.loads(capsys.readouterr().out) == {"x": 2}


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    for name in ("a.png", "b.png"):
        Image.fromarray(rng.integers(0, 256, (24, 30, 3), np.uint8)).save(name)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["score", "a.png", "--json", "a.png"],
        ["score", "a.png", "--reference", "b.png", "--report", "b.png"],
        ["rough", "a.png", "-o", "r.png", "--json", "a.png"],
    ],
)
def test_inputs_survive_reports(pair: Path, command: list[str], capsys):
    before = {path.name: path.read_bytes() for path in pair.iterdir()}
    assert main(command) == 2
    assert "is an input" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in pair.iterdir()} == before


def test_what_became_of_every_file(pair: Path, capsys):
    Path("in").mkdir()
    Path("a.png").rename("in/a.png")
    Path("in/bad.png").write_bytes(b"")
    assert main(["rough", "in", "-o", "out", "--json", "-"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert facts["verb"] == "rough"
    by_source = {each["source"]: each for each in facts["files"]}
    assert by_source["in/a.png"]["status"] == "made"
    assert by_source["in/a.png"]["results"] == ["out/a.png"]
    assert by_source["in/bad.png"]["status"] == "failed"
    assert "the file is empty" in by_source["in/bad.png"]["error"]


def test_two_reports_of_a_run_have_two_names(tmp_path: Path):
    check_apart([None, None, "-", tmp_path / "a.json", tmp_path / "a.html"])
    with pytest.raises(OutputError, match=r"two results of this run are called a\.json"):
        check_apart([tmp_path / "a.json", tmp_path / "b" / ".." / "a.json"])


def test_a_report_lies_in_no_result_that_is_a_folder(tmp_path: Path):
    check_beside_results(tmp_path / "frames.json", [tmp_path / "frames"])
    with pytest.raises(OutputError, match="is a result of this run too"):
        check_beside_results(tmp_path / "frames" / "timestamps.json", [tmp_path / "frames"])
    with pytest.raises(OutputError, match="the name of a picture or clip"):
        check_beside_results(tmp_path / "x-sheet.jpg", [])


def test_a_report_called_dash_is_printed(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_text("-", "a,b\n1,2\n")
    assert capsys.readouterr().out == "a,b\n1,2\n"
    assert list(tmp_path.iterdir()) == []
    write_text("there.csv", "a,b\n")
    assert Path("there.csv").read_text() == "a,b\n"


def test_what_is_not_printed_is_no_file_called_dash(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_report("-", [], is_printed=True)
    with pytest.raises(OutputError, match="a timeline is not printed: name a file"):
        check_report("-", [], what="timeline")


def test_a_table_begins_with_its_columns(tmp_path: Path):
    table = tmp_path / "a.csv"
    write_table(table, [["file", "time_s"], ["a, b.png", "1"]])
    assert table.read_text("utf-8") == 'file,time_s\n"a, b.png",1\n'
    assert begins_with(table, "file,time_s")
    assert not begins_with(table, "file,emotion")
    assert not begins_with(tmp_path / "missing.csv", "file")
    table.write_bytes(b"")
    assert begins_with(table, "file")


def test_one_report_alone_can_be_printed():
    check_apart(["-", "a.csv", None])
    with pytest.raises(OutputError, match="standard output"):
        check_apart(["-", "a.csv", "-"])
