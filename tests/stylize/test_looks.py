"""A sheet of looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.imaging.files import Picture, write_picture
from paintreel.media.moment import frame_at
from paintreel.runtime.catalog import list_models

FAST = ("--backend", "onnxruntime", "--threads", "1")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    write_picture(tmp_path / "a.png", Picture(pixels))
    return tmp_path / "a.png"


def test_a_picture_in_every_style_and_three_brushes(photo: Path, tiny_style, capsys):
    sheet = photo.with_name("looks.png")
    command = ["stylize", str(photo), "--looks", str(sheet), "--style", tiny_style, *FAST]
    for _ in range(2):  # a sheet of ours is replaced
        assert main(command) == 0
        assert capsys.readouterr().out.splitlines()[-1] == str(sheet)
    styles = sum(not model.card.research for model in list_models("stylize"))
    with Image.open(sheet) as shown:
        assert shown.width == 4 * (64 + 10) + 10
        assert shown.height == styles * (48 + 36) + 10
    assert sorted(path.name for path in photo.parent.glob("*.png")) == ["a.png", "looks.png"]


def test_the_frame_of_a_time(tmp_path: Path, make_lossless_clip):
    frames = [np.full((32, 48, 3), 40 * i, np.uint8) for i in range(5)]
    clip = make_lossless_clip(tmp_path / "clip.mkv", frames, rate=10)
    for at_s, level in ((0, 0), (0.1, 40), (0.19, 40), (0.4, 160), (None, 80)):
        assert abs(int(frame_at(clip, at_s).mean()) - level) <= 2, at_s
    with pytest.raises(InputError, match=r"ends at 0\.\d+ s, --at is 9"):
        frame_at(clip, 9)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--at", "1"], "--at is a time in a clip"),
        (["-o", "b.png"], "--output is of results"),
        (["--brush", "9"], "--brush is of results"),
        (["--credits"], "--credits is of results"),
        (["b.png"], "one picture or clip"),
    ],
)
def test_bad_usage(photo: Path, tiny_style, more, message, capsys):
    command = ["stylize", str(photo), *more, "--looks", str(photo.with_name("s.png")), *FAST]
    assert main([*command, "--style", tiny_style]) == 2
    assert message in capsys.readouterr().err
    assert not photo.with_name("s.png").exists()


def test_a_time_without_a_sheet(photo: Path, capsys):
    assert main(["stylize", str(photo), "--at", "1"]) == 2
    assert "--at goes with --looks" in capsys.readouterr().err


def test_somebodys_picture_is_not_replaced(photo: Path, capsys):
    assert main(["stylize", str(photo), "--looks", str(photo)]) == 2
    assert "is an input" in capsys.readouterr().err


def test_somebodys_notes_are_not_replaced(photo: Path, capsys):
    sheet = photo.with_name("looks.png")
    sheet.write_text("my notes")
    assert main(["stylize", str(photo), "--looks", str(sheet)]) == 2
    assert "is there and no sheet of looks of Paintreel" in capsys.readouterr().err
    assert sheet.read_text() == "my notes"
