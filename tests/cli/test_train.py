from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.learn.data import example_photos
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers import training_run
from paintreel.runtime.card import CARD_NAME, Card


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """A folder with `a`, `p` and `r` in it, four small pictures each."""
    root = tmp_path_factory.mktemp("pictures")
    for number, name in enumerate("apr"):
        (root / name).mkdir()
        for index in range(4):
            pixels = np.full((200, 210, 3), 40 * number + index, np.uint8)
            Image.fromarray(pixels).save(root / name / f"{index}.png")
    return root


@pytest.fixture
def trained(monkeypatch, tmp_path, pictures, make_style):
    """What the command asks `train_system` for, run and folders; nothing is trained.

    It runs in a folder of its own that holds the pictures.
    """
    asked = {}

    def record(run, folders):
        asked.update(vars(run) | vars(folders))
        facts = {"name": run.facts.name, "licence": run.facts.licence, "credit": run.facts.credit}
        path = make_style(run.out, file=run.system.file, **facts)
        training = {"wall_time_s": 754, "art_pictures": 31, "photo_pictures": 8}
        Card.describe(path, training=training).save(run.out / CARD_NAME)
        return path

    monkeypatch.setattr(training_run, "train_system", record)
    for name in "apr":
        (tmp_path / name).symlink_to(pictures / name)
    monkeypatch.chdir(tmp_path)
    return asked


def command(*more: str) -> int:
    return main(["train", "fsgan", "--art", "a", "--photos", "p", "--out", "runs/mine", *more])


def recipe(text: str) -> str:
    Path("r.toml").write_text(text, "utf-8")
    return "r.toml"


def test_defaults(trained, capsys):
    assert command() == 0
    assert trained["art"] == Path("a")
    assert trained["photos"] == Path("p")
    assert trained["budget"].seconds == 1800.0
    assert trained["resume"] is False
    assert trained["loop"].checkpoint_every_s == 180.0
    assert (trained["loop"].precision, trained["loop"].threads) == ("auto", None)
    assert trained["facts"].name == "mine"
    style = Path("runs/mine/style.onnx")
    assert capsys.readouterr().out.splitlines() == [
        str(style),
        str(Path("runs/mine/report.html")),
        "mine: licence LicenseRef-Own-Art, credit nobody named; --credit does",
        "learnt in 13 min from 31 pictures of art and 8 photographs",
        f"try it: paintreel stylize photo.jpg -o painted.png --style {style}",
    ]


def test_options_win_over_the_recipe_and_it_over_the_defaults(trained):
    path = recipe(
        'system = "fsgan"\nname = "ink"\nlicence = "CC-BY-4.0"\ncredit = "them"\n'
        "[settings]\nbatch = 3\nseed = 5\n[settings.teacher]\nink = 0.4\n"
    )
    more = ["--set", "batch=4", "--set", "teacher.dab_px=9", "--credit", "me", "--budget", "9steps"]
    assert command("--recipe", path, *more, "--resume", "--checkpoint-every", "60") == 0
    settings, facts = trained["settings"], trained["facts"]
    assert (settings.batch, settings.seed, settings.crop_px) == (4, 5, 160)
    assert (settings.teacher.ink, settings.teacher.dab_px) == (0.4, 9)
    assert (facts.name, facts.licence, facts.credit) == ("ink", "CC-BY-4.0", "me")
    assert trained["budget"].steps == 9
    assert trained["resume"] is True
    assert trained["loop"].checkpoint_every_s == 60.0


def test_precision_and_threads_are_of_the_run_not_of_the_recipe(trained):
    assert command("--precision", "f32", "--threads", "2") == 0
    assert (trained["loop"].precision, trained["loop"].threads) == ("f32", 2)
    assert not {"precision", "threads"} & dataclasses.asdict(trained["settings"]).keys()


@pytest.mark.parametrize("more", [["--precision", "bf16"], ["--threads", "1"], ["--tensorboard"]])
def test_what_is_not_trained_in_steps_takes_no_such_option(trained, more, capsys):
    assert main(["train", "svmm", "--art", "a", "--out", "o", *more]) == 2
    said = capsys.readouterr().err
    assert f"svmm is not trained in steps and takes no {more[0]}; leave it out" in said


def test_tensorboard_that_is_not_installed(trained, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    assert command("--tensorboard") == 2
    assert "pip install 'paintreel[tensorboard]'" in capsys.readouterr().err
    assert not trained


def test_followers_print_nothing(trained, monkeypatch, capsys):
    monkeypatch.setattr(training_run, "train_system", lambda _run, _folders: None)
    assert command() == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--set", "batsh=4"], "did you mean 'batch'"),
        (["--set", "batch=many"], "settings.batch is 'many', expected int"),
        (["--set", "batch"], "expected key=value"),
        (["--budget", "soon"], "try 90s, 30m, 2h, 2000steps"),
        (["--recipe", "none.toml"], "cannot read recipe none.toml"),
    ],
)
def test_bad_options_end_with_2_and_a_sentence(trained, more, message, capsys):
    assert command(*more) == 2
    said = capsys.readouterr().err
    said = said[said.index("paintreel: ") :]  # after the notes
    assert message in said
    assert said.count("\n") == 1
    assert not trained


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[setings]\nbatch = 3\n", "has unknown ['setings']"),
        ('system = "afgan"\n', "is for 'afgan', not for 'fsgan'"),
        ("name = 3\n", "name is 3, expected text"),
        ("settings = 3\n", "recipe settings is 3, expected a table"),
        ("[settings]\nbatch = 1.5\n", "recipe settings.batch is 1.5, expected int"),
        ("[settings", "is not TOML"),
    ],
)
def test_bad_recipe(trained, text, message, capsys):
    assert command("--recipe", recipe(text)) == 2
    assert message in capsys.readouterr().err
    assert not trained


def test_unknown_system(capsys):
    assert main(["train", "gan", "--art", "a", "--photos", "p", "--out", "o"]) == 2
    assert "invalid choice: 'gan'" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["--art", "--photos", "--out"])
def test_folders_are_required(missing, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(example_photos, "EXAMPLE_PHOTOS", tmp_path / "as of an installed package")
    options = {"--art": "a", "--photos": "p", "--out": "o"}
    del options[missing]
    given = [word for pair in options.items() for word in pair]
    assert main(["train", "fsgan", *given]) == 2
    assert missing in capsys.readouterr().err


def test_the_help_names_every_system_and_who_takes_which_folder(capsys):
    assert main(["train", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(name in said for name in SYSTEMS)
    assert "a folder with one subfolder a medium (extractor, classifiers)" in said


def test_a_system_of_its_own_row(trained, monkeypatch, capsys):
    """Options, settings and the last line come from the row alone."""
    row = dataclasses.replace(
        SYSTEMS["fsgan"], name="new", takes={"roughs": "needed"}, reports=False, try_it="x {path}"
    )
    monkeypatch.setitem(SYSTEMS, "new", row)
    assert main(["train", "new", "--art", "a", "--out", "o"]) == 2
    assert "new needs --roughs DIR" in capsys.readouterr().err
    assert main(["train", "new", "--art", "a", "--out", "o", "--roughs", "r", "--tensorboard"]) == 2
    assert "new is not trained in steps" in capsys.readouterr().err
    assert main(["train", "new", "--art", "a", "--out", "o", "--roughs", "r"]) == 0
    assert trained["system"].name == "new"
    path = Path("o/style.onnx")
    out = capsys.readouterr().out.splitlines()
    assert (out[0], out[-1]) == (str(path), f"try it: x {path}")
    assert "o/report.html" not in out


# What the card will say


def test_without_a_licence_it_is_told_and_with_one_it_is_not(trained, capsys):
    assert command() == 0
    said = capsys.readouterr().err
    assert "note: no --licence: the card will say LicenseRef-Own-Art" in said
    assert command("--licence", "CC-BY-4.0", "--credit", "Ada") == 0
    printed = capsys.readouterr()
    assert "--licence" not in printed.err
    assert "mine: licence CC-BY-4.0, credit Ada" in printed.out
    path = recipe('licence = "CC0-1.0"\n')
    assert command("--recipe", path) == 0
    assert "--licence" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--name", "my ink!"], "--name is 'my ink!', expected letters, digits, '-' and '_'"),
        (["--name", ""], "--name is '', expected letters"),
        (["--name", "x" * 65], "at most 64"),
        (["--credit", "a\x1b[31m"], "--credit is "),
        (["--licence", "CC BY 4.0"], "expected an SPDX identifier such as CC-BY-4.0"),
        (["--licence", ""], "--licence is ''"),
    ],
)
def test_what_a_card_cannot_say_is_refused_before_anything(trained, more, message, capsys):
    assert command(*more) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not trained


@pytest.mark.parametrize("licence", ["CC-BY-4.0", "LicenseRef-My-Terms", "MIT OR Apache-2.0"])
def test_licences_that_are_spdx(trained, licence):
    assert command("--licence", licence) == 0
    assert trained["facts"].licence == licence


# Folders and photographs


def test_folders_are_checked_before_torch_is_asked_for(trained, monkeypatch, capsys):
    """Where it is not installed, the folders' faults come first, then what to install."""
    module = "paintreel.learn.engine.requirements"
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["train", "fsgan", "--art", "none", "--photos", "p", "--out", "o"]) == 2
    assert "--art none is not a folder" in capsys.readouterr().err
    assert command() == 2
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == [
        "note: --art holds 4 pictures; 30 or more are better "
        "(docs/train-your-own-style.md shows what few give)",
        "note: --photos holds 4 pictures; 60 or more are better "
        "(docs/train-your-own-style.md shows what few give)",
    ]
    assert said[2].startswith(
        "paintreel: training needs the 'train' extra: pip install 'paintreel[train]' (PyTorch for "
        "the CPU: 0.2 GB to download, 0.9 GB on disk"
    )


@pytest.mark.parametrize("by", ["default", "option", "recipe"])
def test_crops_that_the_pictures_are_too_small_for(trained, capsys, by):
    crop_px = 160 if by == "default" else 208
    more = {
        "default": [],
        "option": ["--set", "crop_px=208"],
        "recipe": ["--recipe", recipe("[settings]\ncrop_px = 208\n")],
    }[by]
    assert command(*more) == 0
    told = f"4 of 4 pictures are smaller than the crops of {crop_px} px"
    assert (told in capsys.readouterr().err) == (by != "default")


def test_names_to_hold_out_that_no_picture_has_are_told(trained, capsys):
    held = ("--set", "held_out_art=['E99*']", "--set", "held_out_photos=['0*']")
    assert command(*held) == 0
    said = capsys.readouterr().err
    assert "no picture of --art is named as held_out_art has it (E99*)" in said
    assert "held_out_photos has it" not in said


def test_a_pack_of_pairs_is_not_looked_through_for_names(trained, capsys):
    Path("pairs").mkdir()
    Path("pairs", "manifest.json").write_text("{}", "utf-8")
    held = ("--set", "held_out_art=['E99*']")
    assert main(["train", "lineart", "--art", "pairs", "--out", "runs/lines", *held]) == 0
    assert "held_out_art has it" not in capsys.readouterr().err


def test_without_photographs_those_of_the_examples_are_taken(
    trained, monkeypatch, capsys, tmp_path, pictures
):
    monkeypatch.setattr(example_photos, "EXAMPLE_PHOTOS", pictures / "p")
    assert main(["train", "fsgan", "--art", "a", "--out", "o"]) == 0
    assert trained["photos"] == pictures / "p"
    assert f"no --photos: taking the few of {pictures / 'p'}" in capsys.readouterr().err


def test_without_photographs_and_examples_it_says_where_from(trained, monkeypatch, capsys):
    monkeypatch.setattr(example_photos, "EXAMPLE_PHOTOS", Path("absent"))
    assert main(["train", "fsgan", "--art", "a", "--out", "o"]) == 2
    said = capsys.readouterr().err
    assert "fsgan needs --photos DIR: photographs of what you will paint, 60 or more" in said
    assert "frames of your footage" in said
    assert not trained


def test_examples_stand_in_for_stylizers_alone(monkeypatch, capsys, trained, pictures):
    monkeypatch.setattr(example_photos, "EXAMPLE_PHOTOS", pictures / "p")
    assert main(["train", "extractor", "--art", "a", "--styles", "r", "--out", "o"]) == 2
    assert "extractor needs --photos DIR" in capsys.readouterr().err


def test_processes_of_torchrun_say_a_note_once(trained, monkeypatch, capsys):
    monkeypatch.setenv("RANK", "1")
    assert command() == 0
    assert "note:" not in capsys.readouterr().err


@pytest.mark.parametrize("begun", [False, True])
def test_a_run_that_is_stopped_says_how_to_go_on(trained, monkeypatch, capsys, begun):
    def stop(run, _folders):
        run.out.mkdir(parents=True)
        if begun:
            (run.out / "checkpoint.pt").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(training_run, "train_system", stop)
    assert command() == 130
    assert ("runs/mine; --resume goes on from it" in capsys.readouterr().err) == begun
