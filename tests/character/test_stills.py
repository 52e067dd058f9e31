"""`paintreel character` for pictures: files, layers, the model sheet, Python, bad input."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.character.model_sheet import draw_model_sheet
from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.rig.figure import SHEETS
from paintreel.rig.identity_files import find_identity

SMALL = ["--size", "120x120"]


def run(*words: object) -> int:
    return main(["character", *map(str, words)])


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def test_a_face_in_a_feeling_stands_on_nothing(tmp_path):
    out = tmp_path / "face.png"
    assert run("--emotion", "anger", "--intensity", "0.8", *SMALL, "-o", out) == 0
    picture = pixels(out)
    assert picture.shape == (120, 120, 4)
    assert picture[0, 0, 3] == 0
    assert picture[80, 60, 3] == 255


def test_feelings_intensities_and_turns_change_the_picture(tmp_path):
    made = []
    for number, words in enumerate(
        [[], ["--emotion", "fear"], ["--emotion", "fear", "--intensity", "30%"], ["--turn", "-25"],
         ["--nod", "15"], ["--tilt", "12"], ["--mouth", "D"], ["--framing", "half"],
         ["--identity", "boy"], ["--seed", "3"]]
    ):  # fmt: skip
        out = tmp_path / f"{number}.png"
        assert run(*words, *SMALL, "-o", out) == 0
        made.append(pixels(out).astype(int))
    for i, one in enumerate(made):
        for other in made[i + 1 :]:
            assert np.abs(one - other).mean() > 0.5


def test_lines_flats_and_layers_lie_beside_and_on_each_other(tmp_path):
    out = tmp_path / "her.png"
    assert run("--emotion", "surprise", *SMALL, "-o", out, "--lines", "--flats", "--layers") == 0
    lines, flats = pixels(tmp_path / "her-lines.png"), pixels(tmp_path / "her-flats.png")
    assert lines.shape == (120, 120, 3)
    assert lines[0, 0].tolist() == [255, 255, 255]
    assert lines.min() < 40
    assert np.abs(np.ptp(lines.astype(int), axis=-1)).max() == 0  # grey: ink on paper
    assert flats.shape == (120, 120, 4)
    figure = pixels(out)[..., 3] > 128
    assert (flats[..., 3] > 128)[figure].mean() > 0.97
    layers = sorted(path.name for path in (tmp_path / "her-layers").iterdir())
    assert layers == [f"{i:02d}-{name}.png" for i, name in enumerate(SHEETS)]
    with zipfile.ZipFile(tmp_path / "her.ora") as archive:
        stack = archive.read("stack.xml").decode()
        merged = np.asarray(Image.open(archive.open("mergedimage.png")))
    positions = [stack.index(f'name="{name}"') for name in SHEETS]
    assert positions == sorted(positions, reverse=True)  # the file lists them front to back
    differs = np.abs(merged.astype(int) - pixels(out))[pixels(out)[..., 3] > 250]
    assert differs.mean() < 1.0  # edges of layers are rounded by themselves


def test_an_openraster_file_can_be_all_that_is_written(tmp_path):
    assert run(*SMALL, "-o", tmp_path / "her.ora") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["her.ora"]


def test_a_format_without_transparency_gets_white_ground_and_says_so(tmp_path, capsys):
    assert run(*SMALL, "-o", tmp_path / "face.jpg") == 0
    assert pixels(tmp_path / "face.jpg")[2, 2].tolist() == pytest.approx([255, 255, 255], abs=3)
    assert "white" in capsys.readouterr().err


def test_a_count_fills_a_folder_and_goes_on_where_it_stopped(tmp_path, capsys):
    out = tmp_path / "crowd"
    assert run("--seed", 5, "--count", 3, *SMALL, "-o", out) == 0
    names = [f"character-000{seed}.png" for seed in (5, 6, 7)]
    assert sorted(path.name for path in out.glob("*.png")) == names
    (out / names[1]).unlink()
    before = (out / names[0]).stat().st_mtime_ns
    assert run("--seed", 5, "--count", 3, *SMALL, "-o", out) == 0
    assert (out / names[0]).stat().st_mtime_ns == before
    assert (out / names[1]).exists()


def test_the_model_sheet_shows_it_all(tmp_path):
    out = tmp_path / "sheet.png"
    assert run("--identity", "creature", "--sheet", "--size", "700x495", "-o", out) == 0
    page = pixels(out)
    assert page.shape == (495, 700, 3)
    # The palette along the lower edge has the creature's own colours.
    want = find_identity("creature").palette
    low = page[int(0.92 * 495) :].reshape(-1, 3).astype(int)
    for text in (want.skin, want.iris, want.accent):
        colour = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)])
        assert (np.abs(low - colour).max(axis=-1) <= 2).sum() > 60


def test_a_sheet_has_a_cell_for_every_feeling_turn_and_mouth():
    seen = []
    draw_model_sheet(
        find_identity("girl"), (480, 480), on_cell=lambda done, count: seen.append((done, count))
    )
    assert seen[-1] == (1 + 10 + 5 + 9,) * 2


def test_a_file_of_your_own_is_drawn(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('like = "boy"\n[palette]\nskin = "#00ff00"\n')
    assert run("--identity", mine, *SMALL, "-o", tmp_path / "mine.png", "--flats") == 0
    flats = pixels(tmp_path / "mine-flats.png")
    assert (flats[..., :3] == [0, 255, 0]).all(axis=-1).sum() > 400


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--emotion", "angre"], "did you mean 'anger'"),
        (["--identity", "gril"], "did you mean 'girl'"),
        (["--identity", "girl", "--seed", "3"], "not allowed with"),
        (["--intensity", "2"], "0 to 1"),
        (["--turn", "90"], "-40"),
        (["--size", "4x4"], "16 to 8192"),
        (["--emotion", "auto"], "auto is of a clip; give --voice"),
        (["--emotion", "feelings.json"], "a timeline is of a clip; give --voice"),
        (["--background", "none.png"], "there is no such file"),
        (["--sheet", "--emotion", "fear"], "leave --emotion out"),
        (["--sheet", "--lines"], "leave --sheet out"),
        (["--sheet", "--size", "100x100"], "480"),
        (["--count", "3"], "need a folder"),
        (["--seed", "4294967295", "--count", "2"], "4294967295"),
        (["--style", "no-such-style"], "no-such-style"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(tmp_path, capsys, words, said):
    code = run(*words, "-o", tmp_path / "out.png")
    assert code in (1, 2)
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_bad_identity_file_is_named_with_its_line(tmp_path, capsys):
    bad = tmp_path / "bad.toml"
    bad.write_text("[hair]\nlength = 4\n")
    assert run("--identity", bad, "-o", tmp_path / "x.png") == 2
    assert "bad.toml, line 2: length is 4, expected 0 to 1" in capsys.readouterr().err


def test_what_is_there_is_not_replaced_unless_asked(tmp_path):
    out = tmp_path / "face.png"
    assert run(*SMALL, "-o", out) == 0
    before = out.read_bytes()
    assert run("--emotion", "fear", *SMALL, "-o", out) == 1
    assert out.read_bytes() == before
    assert run("--emotion", "fear", *SMALL, "-o", out, "--overwrite") == 0
    assert out.read_bytes() != before


def test_python_gives_the_picture_that_the_command_writes(tmp_path):
    out = tmp_path / "face.png"
    assert run("--identity", "boy", "--emotion", "sadness", *SMALL, "-o", out) == 0
    image = paintreel.character("boy", "sadness", size=(120, 120))
    assert image.mode == "RGBA"
    assert np.array_equal(np.asarray(image), pixels(out))
    own = paintreel.character(find_identity("boy"), "sadness", size=(120, 120))
    assert np.array_equal(np.asarray(own), pixels(out))


def test_python_refuses_what_the_command_refuses():
    with pytest.raises(InputError, match="did you mean 'fear'"):
        paintreel.character("girl", "feer")
    with pytest.raises(InputError, match="exclude"):
        paintreel.character("girl", seed=3)
    with pytest.raises(InputError, match="intensity"):
        paintreel.character("girl", intensity=3.0)
    with pytest.raises(InputError, match="size is '320x180', expected 2 whole numbers"):
        paintreel.character("boy", size="320x180")
    with pytest.raises(InputError, match="identity is 7, expected a name"):
        paintreel.character(7)
    with pytest.raises(InputError, match="voice is 7, expected text"):
        paintreel.character("boy", voice=7)
