"""What cannot be painted is told in plain words: text, folders and files that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_style: str) -> None:
    """The working folder, with a text, a text that is called a clip, and an empty folder."""
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text("# Entrée\n\nA picture is worth a thousand words.\n" * 20)
    Path("clip.mp4").write_text("no clip at all\n" * 30)
    Path("empty").mkdir()


TEXT = "README.md: it is a text file"
COMMANDS = {
    "text": (["stylize", "README.md", "-o", "out/"], TEXT),
    "text to a picture": (["stylize", "README.md", "-o", "x.png"], TEXT),
    "text to a clip": (["stylize", "README.md", "-o", "x.mp4"], TEXT),
    "text beside": (["stylize", "README.md"], TEXT),
    "rough of text": (["rough", "README.md", "-o", "x.png"], TEXT),
    "scene of text": (["scene", "--rough", "README.md", "-o", "x.png"], TEXT),
    "score of text": (["score", "README.md"], TEXT),
    "text called a clip": (["stylize", "clip.mp4", "-o", "x.mp4"], "clip.mp4: it is a text file"),
    "no folder": (["stylize", "holiday/", "-o", "out"], "there is no such folder: holiday/"),
    "no folder to rough": (["rough", "holiday/", "-o", "out"], "there is no such folder: holiday/"),
    "no folder or file": (["stylize", "holiday", "-o", "out"], "no such file or folder"),
    "no file": (["stylize", "photo.jpg", "-o", "x.png"], "photo.jpg: there is no such file"),
    "no clip": (["stylize", "film.mov", "-o", "x.mp4"], "film.mov: there is no such file"),
    "no sketch": (["scene", "--sketch", "lines", "-o", "x.png"], "no such file or folder"),
    "empty folder": (["stylize", "empty", "-o", "out"], "folder empty holds no picture or clip"),
    "empty folder to score": (["score", "empty"], "folder empty holds no picture or clip"),
    "nothing to score": (["score", "holiday/"], "no such file or folder"),
    "no name": (["stylize", "", "-o", "x.png"], "an input has no name"),
    "no name among others": (["stylize", "empty", "", "-o", "x"], "an input has no name"),
    "no table": (["agree", "ratings.tsv"], "no such file"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_one_plain_line(name: str, capsys):
    words, message = COMMANDS[name]
    before = sorted(Path().rglob("*"))
    extra = ["--style", "tiny"] if words[0] == "stylize" else []
    assert main([*words, *extra]) in (1, 2)
    lines = capsys.readouterr().err.splitlines()
    assert message in lines[0]
    assert "is a clip or an animation" not in lines[0]
    assert "Errno" not in lines[0]
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(
    ("content", "is_it"),
    [
        ("plain", True),
        ("Tür\t漢字\r\n", True),
        ("\ufeffwith a mark", True),
        ("x" * 255 + "é", True),  # cut within a character
        ("", False),
        ("  \n", False),
        ("a\x00b", False),
        (b"\xff\xd8\xff\xe0", False),
        (b"GIF89a\x01\x00", False),
        (bytes(range(128, 250)), False),
    ],
)
def test_what_is_text(content: str | bytes, is_it: bool):
    from paintreel.imaging.file_signatures import SIGNATURE_BYTES, is_text

    head = content.encode() if isinstance(content, str) else content
    assert is_text(head[:SIGNATURE_BYTES]) is is_it
