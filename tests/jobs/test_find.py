from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.jobs.find import kind_of, survey


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_lossless_clip) -> Path:
    """Pictures and clips under suffixes that nobody lists, and files that are neither."""
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "in"
    (source / "sub").mkdir(parents=True)
    Image.new("RGB", (24, 24)).save(source / "a.png")
    shutil.copy(source / "a.png", source / "named.dat")
    make_lossless_clip(tmp_path / "clip.mkv", [np.zeros((24, 24, 3), np.uint8)] * 3)
    (tmp_path / "clip.mkv").rename(source / "sub" / "clip.bin")
    (source / "layers.psd").write_bytes(b"8BPS" + bytes(60))
    (source / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60))
    (source / "page.pdf").write_bytes(b"%PDF-1.7 and more")
    (source / "notes.txt").write_text("no picture")
    (source / "Makefile").write_text("all:")
    return source


def names(paths) -> list[str]:
    return [path.name for path in paths]


def test_what_is_taken_when_it_is_named_is_taken_in_a_folder_too(folder: Path):
    found = survey(folder)
    assert "named.dat" in names(found.files)
    assert "clip.bin" in names(found.files)
    assert {kind_of(p) for p in found.files if p.suffix == ".bin"} == {"clip"}
    assert {"layers.psd", "page.pdf"} <= set(names(path for path, _ in found.refused))
    assert names(found.others) == ["Makefile", "notes.txt"]


def test_a_run_says_what_it_left_out_and_why(folder: Path, tiny_style: str, capsys):
    command = ["stylize", "in", "-o", "out", "--style", tiny_style, "--json", "r.json"]
    code = main([*command, "--codec", "ffv1"])
    err = capsys.readouterr().err
    assert "note: in/layers.psd left out: it is a Photoshop document" in err
    assert "note: left out, neither picture nor clip: Makefile, notes.txt" in err
    kinds = {note["kind"] for note in json.loads(Path("r.json").read_text())["notes"]}
    assert {"file-left-out", "others-left-out"} <= kinds
    made = {p.relative_to("out").as_posix() for p in Path("out").rglob("*.*")}
    assert {"a.png", "named.png", "sub/clip.mkv"} <= made
    assert code in (0, 1)  # 1 where HEIC cannot be read here


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_folder_that_cannot_be_read_is_named(folder: Path, capsys):
    (folder / "sub").chmod(0)
    try:
        assert main(["rough", "in", "-o", "out"]) == 1
    finally:
        (folder / "sub").chmod(0o755)
    assert "folder in/sub left out: permission denied" in capsys.readouterr().err


def test_unreadable_folders_are_losses(folder: Path, monkeypatch, capsys):
    """As above, whoever runs the tests."""
    walk = os.walk

    def refuse(top, onerror=None):
        onerror(PermissionError(13, "Permission denied", str(Path(top) / "sub")))
        return ((p, [], f) for p, _, f in walk(top) if p == str(top))

    monkeypatch.setattr(os, "walk", refuse)
    assert main(["rough", "in", "-o", "out"]) == 1
    assert "folder in/sub left out: permission denied" in capsys.readouterr().err


def test_two_runs_into_one_folder_share_the_work(folder: Path, tiny_style: str):
    for index in range(12):
        Image.new("RGB", (48, 48), (index, 0, 0)).save(folder / f"p{index:02d}.png")
    for name in ("layers.psd", "phone.heic", "page.pdf"):
        (folder / name).unlink()
    shutil.rmtree(folder / "sub")
    command = ["paintreel", "rough", "in", "-o", "out", "--json", "-"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    made = [
        sum(file["status"] == "made" for file in json.loads(out)["files"]) for out, _ in outputs
    ]
    assert sum(made) >= 14
    assert len(list(Path("out").glob("*.png"))) == 14
