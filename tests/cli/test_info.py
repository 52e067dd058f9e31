from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel import __version__
from paintreel.cli.main import main


def info(path: object, capsys) -> dict[str, str]:
    assert main(["info", str(path), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_picture(tmp_path: Path, capsys):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(tmp_path / "a.jpg", exif=exif)
    facts = info(tmp_path / "a.jpg", capsys)
    assert facts["kind"] == "picture"
    assert facts["size"] == "20 x 30 px"
    assert facts["format"] == "JPEG, mode RGB, 8 bits a channel"
    assert (facts["alpha"], facts["orientation"], facts["EXIF"]) == ("no", 6, "yes")


def test_animation(tmp_path: Path, capsys):
    still, red = Image.new("RGB", (8, 8)), Image.new("RGB", (8, 8), "red")
    still.save(tmp_path / "a.gif", save_all=True, append_images=[red], duration=100)
    facts = info(tmp_path / "a.gif", capsys)
    assert (facts["kind"], facts["frames"], facts["size"]) == ("clip", 2, "8 x 8 px")


def test_style_by_name_and_file(tiny_style: str, style_file: Path, capsys):
    by_name = info(tiny_style, capsys)
    assert by_name == info(style_file, capsys)
    assert by_name["licence"] == "CC0-1.0"
    assert by_name["contract"].startswith("version 1, NCHW, multiple of 4 px, halo 8 px")


def test_text_has_one_line_a_fact(tiny_style: str, capsys):
    assert main(["info", tiny_style]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["model", "tiny"]
    assert all(line.strip() for line in lines)


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        ("none.jpg", None, 1, "no such file"),
        ("a.jpg", b"", 1, "empty"),
        ("a.mp4", b"nonsense" * 99, 1, "a.mp4"),
        ("a.onnx", b"nonsense", 2, "not an ONNX model"),
        ("hervea", None, 2, "no model named"),
        ("a.txt", b"\n  Once upon a time", 1, 'text file that begins "Once upon'),
        ("a.bin", bytes(range(240, 256)), 1, "binary file that begins f0 f1"),
        ("a.pdf", b"%PDF-1.7", 1, "it is a PDF document"),
    ],
)
def test_unreadable(tmp_path: Path, monkeypatch, capsys, name, content, code, message):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).write_bytes(content)
    assert main(["info", name]) == code
    assert message in capsys.readouterr().err


def test_folder_is_no_file(tmp_path: Path, capsys):
    assert main(["info", str(tmp_path)]) == 1
    assert "folder" in capsys.readouterr().err


def test_changed_style_is_told(tmp_path: Path, make_style, capsys):
    path = make_style(tmp_path / "a")
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)
    assert main(["info", str(path)]) == 2
    assert "SHA-256" in capsys.readouterr().err


def test_system_is_told_for_reports_of_faults(capsys):
    assert main(["info", "--system", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["paintreel"] == __version__
    assert facts["cores"] >= 1
    assert "onnxruntime" in facts["backends"]
    assert facts["numpy"] == np.__version__


@pytest.mark.parametrize("argv", [[], ["a.png", "--system"]])
def test_a_file_or_the_system_is_asked_about(argv: list[str], capsys):
    assert main(["info", *argv]) == 2
    assert capsys.readouterr().err == "paintreel: give a FILE, or --system alone\n"
