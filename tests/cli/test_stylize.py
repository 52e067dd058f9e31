from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.stylize.style import Style


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_style: str) -> Path:
    """The working folder, with two pictures and an animation in ``in``."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(5)
    for name in ("a.png", "sub/b.png"):
        pixels = rng.integers(0, 256, (20, 30, 3), np.uint8)
        write_picture(tmp_path / "in" / name, Picture(pixels))
    still = Image.new("RGB", (16, 16))
    more = [Image.new("RGB", (16, 16), "red")]
    still.save(tmp_path / "in/c.gif", save_all=True, append_images=more, duration=100)
    return tmp_path


def stylize(*arguments: str) -> int:
    return main(["stylize", *arguments, "--style", "tiny"])


def test_one_picture(folder: Path, capsys):
    assert stylize("in/a.png", "-o", "out.png", "--strength", "0.5") == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("out.png\n", "")
    expected = Style("tiny")(read_picture("in/a.png").pixels, 0.5)
    assert np.array_equal(read_picture("out.png").pixels, expected)


def test_without_output_it_lies_beside(folder: Path, capsys):
    assert stylize("in/a.png") == 0
    assert capsys.readouterr().out == "in/a-tiny.png\n"
    assert Path("in/a-tiny.png").is_file()


def test_folder_and_again(folder: Path, capsys):
    assert stylize("in", "-o", "out") == 0
    assert capsys.readouterr().out == "3 painted, 0 skipped, 0 failed\n"
    assert sorted(p.as_posix() for p in Path("out").rglob("[a-z]*.*")) == [
        "out/a.png",
        "out/c.gif",
        "out/sub/b.png",
    ]
    Path("out/a.png").unlink()
    assert stylize("in", "-o", "out") == 0
    printed = capsys.readouterr()
    assert printed.out == "1 painted, 2 skipped, 0 failed\n"
    assert "--overwrite" in printed.err
    assert stylize("in", "-o", "out", "--overwrite", "--quiet") == 0
    assert capsys.readouterr().out == ""


def test_failures_are_named_and_the_rest_is_painted(folder: Path, capsys):
    Path("in/bad.jpg").write_bytes(b"")
    assert stylize("in", "-o", "out") == 1
    printed = capsys.readouterr()
    assert printed.out == "3 painted, 0 skipped, 1 failed\n"
    assert printed.err == "failed: cannot read in/bad.jpg: the file is empty\n"


def test_existing_file_is_not_replaced(folder: Path, capsys):
    Path("out.png").write_bytes(b"there")
    assert stylize("in/a.png", "-o", "out.png") == 1
    assert "out.png exists; use --overwrite" in capsys.readouterr().err
    assert Path("out.png").read_bytes() == b"there"
    assert stylize("in/a.png", "-o", "out.png", "--overwrite") == 0


def test_dry_run_writes_nothing(folder: Path, capsys):
    Path("out/sub").mkdir(parents=True)
    Path("out/sub/b.png").write_bytes(b"there")
    assert stylize("in", "-o", "out", "--dry-run", "--format", "mp4") == 0
    assert capsys.readouterr().out.splitlines() == [
        "picture  in/a.png -> out/a.png",
        "clip     in/c.gif -> out/c.mp4",
        "picture  in/sub/b.png -> out/sub/b.png (there already, skipped)",
    ]
    assert [p.name for p in Path("out").rglob("*.*")] == ["b.png"]


def test_dry_run_of_what_would_fail(folder: Path, capsys):
    Path("out.png").write_bytes(b"there")
    assert stylize("in/a.png", "-o", "out.png", "--dry-run") == 1
    line = "picture  in/a.png -> out.png (fails: out.png exists; use --overwrite to replace it)\n"
    assert capsys.readouterr().out == line
    assert stylize("in/a.png", "-o", "out.png", "--dry-run", "--overwrite") == 0
    assert capsys.readouterr().out == "picture  in/a.png -> out.png\n"
    assert stylize("in/none.png", "-o", "new.png", "--dry-run") == 1
    assert (
        "(fails: cannot read in/none.png: there is no such file or folder)"
        in capsys.readouterr().out
    )
    assert Path("out.png").read_bytes() == b"there"


def test_dry_run_as_json(folder: Path, capsys):
    Path("out/sub").mkdir(parents=True)
    Path("out/sub/b.png").write_bytes(b"there")
    assert stylize("in", "-o", "out", "--dry-run", "--json", "-") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["verb"], facts["dry_run"]) == ("stylize", True)
    statuses = {each["results"][0]: each["status"] for each in facts["files"]}
    assert statuses == {"out/a.png": "planned", "out/c.gif": "planned", "out/sub/b.png": "skipped"}
    assert stylize("in", "-o", "out", "--dry-run", "--json", "plan.json") == 0
    assert json.loads(Path("plan.json").read_text()) == facts
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert [p.name for p in Path("out").rglob("*.*")] == ["b.png"]


def test_a_missing_input_is_named_before_what_is_there(folder: Path, capsys):
    Path("out.png").write_bytes(b"there")
    assert stylize("in/none.png", "-o", "out.png") == 1
    assert "in/none.png: there is no such file" in capsys.readouterr().err


def test_animation_to_video_with_clip_options(folder: Path):
    from paintreel.media.probe import probe

    options = ["--codec", "ffv1", "--pixel-format", "yuv444p", "--no-audio", "--max-side", "8"]
    assert stylize("in/c.gif", "-o", "out.mkv", *options) == 0
    info = probe("out.mkv")
    assert (info.codec, info.pixel_format, info.width, info.height) == ("ffv1", "yuv444p", 8, 8)


def test_picture_options(folder: Path, capsys):
    options = ["--size", "12x9", "--format", "jpg", "--tile", "16", "--workers", "1"]
    machine = ["--threads", "1", "--backend", "onnxruntime", "--precision", "f32"]
    assert stylize("in/a.png", "-o", "out", *options, *machine, "--quality", "50") == 0
    with Image.open("out/a.jpg") as image:
        assert (image.size, image.format) == ((12, 9), "JPEG")
    assert stylize("in/a.png", "-o", "big.png", "--max-pixels", "599") == 1
    assert "--max-pixels" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in/a.png", "--strength", "1.5"], "strength is 1.5"),
        (["in/a.png", "--strength", "nan"], "strength is nan"),
        (["in/a.png", "--strength", "much"], "'much' is not a number from 0 to 1, or a percentage"),
        (["in/a.png", "--size", "12"], "WIDTHxHEIGHT"),
        (["in/a.png", "--size", "12x12", "--max-side", "3"], "not allowed with"),
        (["in/a.png", "--max-side", "0"], "--max-side is 0, expected 1 to 65535"),
        (["in/a.png", "--tile", "small"], "is not a whole number"),
        (["in/a.png", "--format", "tga"], "is none of"),
        (["in/a.png", "--quality", "200"], "quality is 200"),
        (["in/a.png", "--backend", "cuda"], "invalid choice"),
        (["in/a.png", "--backend", "onnxruntime", "--precision", "bf16"], "openvino"),
        (["in/a.png", "-o", "in/a.png"], "is an input"),
        (["in", "-o", "out.png"], "needs a folder"),
        (["*.tif"], "no file matches"),
    ],
)
def test_bad_usage(folder: Path, arguments: list[str], message: str, capsys):
    before = sorted(folder.rglob("*"))
    assert stylize(*arguments) == 2
    assert message in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_bad_styles(folder: Path, make_style, capsys):
    assert main(["stylize", "in/a.png", "--style", "tinny"]) == 2
    assert "did you mean 'tiny'" in capsys.readouterr().err
    path = make_style(folder / "own")
    path.write_bytes(path.read_bytes()[:-5])
    assert main(["stylize", "in/a.png", "--style", str(path)]) == 2
    assert str(path) in capsys.readouterr().err


def test_own_style_file(folder: Path, make_style, capsys):
    path = make_style(folder / "own", file="style.onnx")
    assert main(["stylize", "in/a.png", "--style", str(path)]) == 0
    assert capsys.readouterr().out == "in/a-own.png\n"


def test_notes_of_a_clip_are_told(folder: Path, capsys):
    still = Image.new("RGB", (17, 16))
    more = [Image.new("RGB", (17, 16), "red")]
    still.save(folder / "odd.gif", save_all=True, append_images=more)
    assert stylize("odd.gif", "-o", "odd.mp4") == 0
    assert "note: odd.gif: last pixel column dropped" in capsys.readouterr().err
