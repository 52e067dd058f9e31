"""What the system refuses is said in plain words: no number, no repr, no temporary name."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import OutputError, system_reason
from paintreel.imaging.atomic import TEMPORARY_PREFIX, atomic_path, check_takes_files
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.jobs.run import reason


def is_plain(text: str) -> bool:
    return not any(word in text for word in ("Errno", "Path(", TEMPORARY_PREFIX, "Error:"))


def raised(code: int, path: Path | None) -> OSError:
    return OSError(code, os.strerror(code), None if path is None else str(path))


@pytest.mark.parametrize("code", sorted(errno.errorcode), ids=lambda code: errno.errorcode[code])
def test_every_error_at_the_unfinished_file(tmp_path: Path, code: int):
    def write() -> None:
        with atomic_path(tmp_path / "a.png") as partial:
            raise raised(code, partial)

    with pytest.raises(OutputError, match=r"a\.png: \S") as caught:
        write()
    assert is_plain(str(caught.value))
    assert is_plain(system_reason(raised(code, tmp_path)))
    assert is_plain(reason(raised(code, tmp_path / f"{TEMPORARY_PREFIX}0.png")))
    assert list(tmp_path.iterdir()) == []


def test_an_error_at_another_file_stays_what_it_is(tmp_path: Path):
    def write() -> None:
        with atomic_path(tmp_path / "a.png"):
            (tmp_path / "other" / "b").read_bytes()

    with pytest.raises(FileNotFoundError):
        write()


def test_a_picture_whose_encoder_is_refused(tmp_path: Path, monkeypatch):
    def refuse(self, file, **options):
        raise OSError(errno.EACCES, "Permission denied", "a.png")

    monkeypatch.setattr(Image.Image, "save", refuse)
    with pytest.raises(OutputError, match="permission denied") as caught:
        write_picture(tmp_path / "a.png", Picture(np.zeros((4, 4, 3), np.uint8)))
    assert is_plain(str(caught.value))


def test_a_picture_whose_disk_fails_while_it_is_read(tmp_path: Path, monkeypatch):
    write_picture(tmp_path / "a.png", Picture(np.zeros((4, 4, 3), np.uint8)))

    def fail(self):
        raise OSError(errno.EREMOTEIO, "Remote I/O error", str(tmp_path))

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    with pytest.raises(Exception, match="remote I/O error") as caught:
        read_picture(tmp_path / "a.png")
    assert is_plain(str(caught.value))


def test_a_place_is_tried_and_nothing_left(tmp_path: Path):
    (tmp_path / "file").touch()
    check_takes_files(tmp_path / "new" / "folders" / "r.json")
    for bad in (tmp_path, tmp_path / "file" / "r.json", tmp_path / "a\0b", tmp_path / ("a" * 300)):
        with pytest.raises(OutputError) as caught:
            check_takes_files(bad)
        assert is_plain(str(caught.value))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc takes no files")
class TestAFolderThatTakesNoFiles:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_style: str) -> None:
        monkeypatch.chdir(tmp_path)
        pixels = np.full((16, 16, 3), 120, np.uint8)
        write_picture("a.png", Picture(pixels))
        more = [Image.new("RGB", (16, 16), "red")]
        Image.fromarray(pixels).save("a.gif", save_all=True, append_images=more, duration=90)

    @pytest.mark.parametrize(
        "words",
        [
            ["stylize", "a.png", "--style", "tiny", "-o", "/proc/x.png"],
            ["stylize", "a.png", "--style", "tiny", "-o", "/proc/x.jpg"],
            ["stylize", "a.png", "--style", "tiny", "-o", "/proc/x/"],
            ["stylize", "a.gif", "--style", "tiny", "-o", "/proc/x.gif"],
            ["stylize", "a.gif", "--style", "tiny", "-o", "/proc/x.mkv"],
            ["stylize", "a.gif", "--style", "tiny", "-o", "/proc/x", "--codec", "png"],
            ["rough", "a.png", "-o", "/proc/x.tif"],
            ["rough", "a.png", "-o", "x.png", "--json", "/proc/x.json"],
            ["score", "a.png", "--metrics", "gini_gradient", "--report", "/proc/x.html"],
            ["score", "a.png", "--metrics", "gini_gradient", "--json", "/proc/x.json"],
        ],
        ids=lambda words: f"{words[0]} {words[-1][6:]}",
    )
    def test_is_told_plainly(self, words: list[str], capsys):
        assert main(words) in (1, 2)
        (line,) = capsys.readouterr().err.splitlines()
        assert "cannot write /proc/x" in line
        assert is_plain(line)
