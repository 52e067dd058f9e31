from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from paintreel.cli.main import main
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers import training_run


@pytest.fixture
def trained(monkeypatch, tmp_path):
    """What the command asks `train_system` for, run and folders; nothing is trained."""
    asked = {}

    def record(run, folders):
        asked.update(vars(run) | vars(folders))
        return run.out / "style.onnx"

    monkeypatch.setattr(training_run, "train_system", record)
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
    out = capsys.readouterr().out.splitlines()
    assert out[:2] == [str(Path("runs/mine/style.onnx")), str(Path("runs/mine/report.html"))]
    assert "--style" in out[2]


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
    assert said.startswith("paintreel: ")
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
def test_folders_are_required(missing, capsys):
    options = {"--art": "a", "--photos": "p", "--out": "o"}
    del options[missing]
    given = [word for pair in options.items() for word in pair]
    assert main(["train", "fsgan", *given]) == 2
    assert missing in capsys.readouterr().err


def test_the_help_names_every_system_and_who_takes_which_folder(capsys):
    assert main(["train", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(name in said for name in SYSTEMS)
    assert "a folder a medium (extractor)" in said


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
    assert capsys.readouterr().out.splitlines() == [str(path), f"try it: x {path}"]
