from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.metadata import Metadata, Text, make_density
from paintreel.roughs.rough import LEVELS, make_rough


def picture(height: int = 48, width: int = 64) -> np.ndarray:
    x = np.full((height, width, 3), (90, 130, 200), np.uint8)
    x[height // 2 :] = (60, 110, 40)
    x[10:30, 20:40] = (200, 60, 30)
    return x


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "sub/b.jpg"):
        write_picture(tmp_path / "in" / name, Picture(picture()))
    return tmp_path


@pytest.mark.parametrize("level", LEVELS)
def test_block_in(folder: Path, level: str, capsys):
    assert main(["rough", "in/a.png", "-o", "r.png", "--level", level]) == 0
    assert capsys.readouterr().out == "r.png\n"
    expected = make_rough(picture(), level).blocks
    np.testing.assert_array_equal(read_picture("r.png").pixels, expected)
    assert not Path("lines.png").exists()


def test_block_in_and_sketch(folder: Path, capsys):
    assert main(["rough", "in/a.png", "-o", "r.png", "--sketch", "new/s.png"]) == 0
    assert capsys.readouterr().out.splitlines() == ["r.png", "new/s.png"]
    lines = read_picture("new/s.png").pixels
    np.testing.assert_array_equal(lines, make_rough(picture()).lines)
    assert lines.ndim == 2
    assert lines.min() < 50 < 250 < lines.max()


def test_both_have_the_words_of_the_picture(folder: Path, capsys):
    words = Metadata(texts=(Text("by Ann", "Author"),), density=make_density(300, 300, "inch"))
    write_picture("in/a.png", Picture(picture(), metadata=words), overwrite=True)
    assert main(["rough", "in/a.png", "-o", "r.png", "--sketch", "s.jpg", "--strict"]) == 0
    assert read_picture("r.png").metadata.texts == words.texts
    lines = read_picture("s.jpg").metadata
    assert (lines.texts, lines.density) == ((Text("Author: by Ann"),), words.density)


def test_sketch_alone(folder: Path, capsys):
    assert main(["rough", "in/a.png", "--sketch", "s.png"]) == 0
    assert [p.name for p in folder.glob("*.png")] == ["s.png"]


def test_folder_and_again(folder: Path, capsys):
    command = ["rough", "in", "-o", "out", "--sketch", "lines"]
    (folder / "in/clip.mp4").write_bytes(b"a clip is left out")
    assert main(command) == 0
    assert capsys.readouterr().out == "2 made, 0 skipped, 0 failed\n"
    names = sorted(p.as_posix() for top in ("out", "lines") for p in Path(top).rglob("*.png"))
    assert names == ["lines/a.png", "lines/sub/b.png", "out/a.png", "out/sub/b.png"]
    Path("lines/a.png").unlink()
    before = Path("out/a.png").stat().st_mtime_ns
    assert main(command) == 0
    assert capsys.readouterr().out == "1 made, 1 skipped, 0 failed\n"
    assert Path("lines/a.png").is_file()
    assert Path("out/a.png").stat().st_mtime_ns == before  # what was there is left alone


def test_grey_deep_and_transparent_pictures(folder: Path):
    deep = (picture().astype(np.uint16) * 257)[..., 0]
    write_picture("deep.png", Picture(deep))
    assert main(["rough", "deep.png", "-o", "d.png"]) == 0
    assert read_picture("d.png").pixels.dtype == np.uint8
    rgba = np.dstack([picture(), np.full((48, 64), 255, np.uint8)])
    rgba[:24, :, 3] = 0
    write_picture("alpha.png", Picture(rgba))
    assert main(["rough", "alpha.png", "-o", "w.png"]) == 0
    assert read_picture("w.png").pixels[5, 5].min() > 240


def test_failures_are_named(folder: Path, capsys):
    Path("in/bad.png").write_bytes(b"")
    assert main(["rough", "in", "-o", "out"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "2 made, 0 skipped, 1 failed\n"
    assert printed.err == "failed: cannot read in/bad.png: the file is empty\n"
    assert main(["rough", "none.png", "-o", "x.png"]) == 1
    assert "none.png: there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in/a.png"], "nothing to write"),
        (["in/a.png", "-o", "r.png", "--sketch", "s.png", "--level", "coarse"], "draws no lines"),
        (["in/a.png", "-o", "r.png", "--level", "rich"], "invalid choice"),
        (["in/a.png", "-o", "r.png", "--sketch", "r.png"], "would be one file"),
        (["in", "-o", "same", "--sketch", "same"], "would be one file"),
        (["in", "-o", "out.png"], "needs a folder"),
        (["in/a.png", "-o", "in/a.png"], "is an input"),
        (["in/a.png", "-o", "r.png", "--max-pixels", "0"], "of at least 1"),
        (["in/a.png", "-o", "r.tga"], ".avif .bmp .gif .jpeg .jpg .png"),
    ],
)
def test_bad_usage(folder: Path, arguments: list[str], message: str, capsys):
    before = sorted(folder.rglob("*"))
    assert main(["rough", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_folder_without_pictures(folder: Path, capsys):
    Path("clips").mkdir()
    Path("clips/a.mp4").write_bytes(b"clip")
    assert main(["rough", "clips", "-o", "out"]) == 2
    assert "holds no picture" in capsys.readouterr().err


def test_max_pixels(folder: Path, capsys):
    assert main(["rough", "in/a.png", "-o", "r.png", "--max-pixels", "3000"]) == 1
    assert "3,072 pixels" in capsys.readouterr().err


def test_profile_is_carried(folder: Path):
    from PIL import ImageCms

    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(picture()).save("p.png", icc_profile=icc)
    assert main(["rough", "p.png", "-o", "r.png", "--sketch", "s.png"]) == 0
    assert read_picture("r.png").icc == icc
    assert read_picture("s.png").icc is None
