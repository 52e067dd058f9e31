"""Names of files that would command a terminal or break a line are visible wherever they stand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, write_picture

WILD = os.fsdecode(b"w\n\x1b[31m\xff.png")
SHOWN = r"w\n\x1b[31m\xff.png"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a picture of a wild name in ``in``."""
    monkeypatch.chdir(tmp_path)
    try:
        write_picture(Path("in", WILD), Picture(np.full((40, 40, 3), 90, np.uint8)))
        write_picture(Path("in", "b.png"), Picture(np.full((40, 40, 3), 60, np.uint8)))
    except OSError:
        pytest.skip("the file system takes no such names")
    return tmp_path


COMMANDS = {
    "result": ["rough", f"in/{WILD}", "-o", f"x{WILD}"],
    "result there": ["rough", f"in/{WILD}", "-o", f"in/{WILD}"],
    "missing": ["rough", f"no{WILD}", "-o", "x.png"],
    "missing folder": ["rough", f"no{WILD}/", "-o", "x"],
    "info": ["info", f"in/{WILD}"],
    "no such verb": [WILD],
    "no such option": ["rough", f"--{WILD}=1"],
    "no such choice": ["rough", "a.png", "--level", WILD],
    "failed": ["score", f"in/{WILD}", "--max-pixels", "9"],
    "systems": ["compare", f"in/{WILD}", "in/b.png", "--metrics", "gini_gradient"],
    "table": ["agree", f"in/{WILD}"],
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_on_both_streams(folder: Path, name: str, encoding: str):
    done = subprocess.run(
        [sys.executable, "-m", "paintreel", *COMMANDS[name]],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        check=False,
    )
    text = (done.stdout + done.stderr).decode(encoding)
    assert "Traceback" not in text
    assert not {c for c in text if c != "\n" and not c.isprintable()}
    if name != "no such choice":  # which Python's own repr shows
        assert SHOWN in text
    assert not any(line.startswith("\x1b[31m") or line == "w" for line in text.splitlines())


def test_a_rerun_and_its_differences(folder: Path, capsys):
    assert main(["rough", "in", "-o", "out"]) == 0
    assert main(["rough", "in", "-o", "out", "--level", "fine"]) == 1
    assert f"differs: out/b.png, out/{SHOWN}: --level was standard, now fine" in (
        capsys.readouterr().err
    )
    assert main(["info", f"out/{WILD}"]) == 0
    assert f"../in/{SHOWN}" in capsys.readouterr().out


def test_in_reports(folder: Path):
    command = ["score", "in", "--metrics", "scene", "--report", "r.html", "--json", "r.json", "-q"]
    assert main(command) == 0
    page = Path("r.html").read_text("utf-8")
    assert SHOWN in page
    assert "\x1b" not in page
    (pair,) = (
        p for p in json.loads(Path("r.json").read_text("utf-8"))["pairs"] if "w" in p["name"]
    )
    assert pair["name"] == WILD


def test_json_on_standard_output_is_exact(folder: Path, capsys):
    assert main(["rough", "in", "-o", "out", "--json", "-"]) == 0
    printed = capsys.readouterr().out
    assert {Path(f["source"]).name for f in json.loads(printed)["files"]} == {WILD, "b.png"}
    assert "\x1b" not in printed
