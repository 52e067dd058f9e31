from __future__ import annotations

import shutil
import sys
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

import paintreel
from paintreel.cli.main import main
from paintreel.errors import DataError, OutputError
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.checkpoint import load_checkpoint
from paintreel.learn.engine.journal import Journal
from paintreel.learn.export.exported import read_exported
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers.fsgan import FSGANSettings
from paintreel.learn.trainers.provenance import ModelFacts, Source
from paintreel.learn.trainers.training_run import Folders, Run, train_system
from paintreel.runtime.card import Card
from paintreel.runtime.contract import Contract

QUICK = [
    *("--set", "preset=tiny", "--set", "batch=2", "--set", "crop_px=64"),
    *("--set", "teacher.dab_px=2", "--set", "teacher.stroke_px=0.0"),
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory, fill_folder) -> tuple[Path, Path]:
    """Eight pictures in all: four of art, four photographs."""
    root = tmp_path_factory.mktemp("pictures")
    return fill_folder(root / "art", 4, 100), fill_folder(root / "photos", 4)


def command(folders: tuple[Path, Path], out: Path, *more: str) -> list[str]:
    art, photos = map(str, folders)
    return ["train", "fsgan", "--art", art, "--photos", photos, "--out", str(out), *QUICK, *more]


@pytest.fixture(scope="module")
def run(folders, tmp_path_factory) -> Path:
    """The folder of one whole run by the command line: six steps, exported."""
    out = tmp_path_factory.mktemp("runs") / "mine"
    budget = ("--budget", "6steps", "--credit", "me", "--licence", "CC0-1.0")
    assert main(command(folders, out, *budget)) == 0
    return out


# A whole run


def test_what_a_run_leaves(run):
    assert {p.name for p in run.iterdir()} == {
        "card.toml",
        "checkpoint.pt",
        "journal.jsonl",
        "report.html",
        "sample.jpg",
        "samples",
        "snapshots",
        "style.onnx",
        "teacher",
    }
    assert len(list((run / "teacher").iterdir())) == 4
    last = max((run / "samples").iterdir())
    assert (run / "sample.jpg").read_bytes() == last.read_bytes()
    assert load_checkpoint(run / "checkpoint.pt")["step"] == 6
    rows = Journal(run / "journal.jsonl", keep=True, speak=False).rows
    assert [r["step"] for r in rows] == [1, 2, 3, 4, 5, 6]
    assert "critic_spectral" in rows[-1]
    page = (run / "report.html").read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == 2
    assert page.count("<svg") >= 6
    assert "Samples: photograph, teacher, result" in page


def test_card_says_how_it_was_made(run):
    card = Card.load(run / "card.toml")
    card.verify(run / "style.onnx")
    contract = card.contract
    assert (contract.name, contract.licence, contract.credit) == ("mine", "CC0-1.0", "me")
    assert (contract.system, contract.multiple) == ("fsgan", 8)
    assert contract == Contract.from_file(run / "style.onnx")
    training = card.training
    assert training["command"].split()[0] == "paintreel"
    assert training["seed"] == 0
    assert training["art_pictures"] == 4
    assert training["photo_pictures"] == 3  # one was set aside for the samples
    assert training["wall_time_s"] >= 0
    assert training["steps"] == 6
    assert training["torch_parity"] <= 1e-4
    assert training["settings"]["teacher"]["dab_px"] == 2
    assert {"data_hash", "machine", "measures"} <= training.keys()
    assert training["curves"]["painted"]["step"] == [1, 2, 3, 4, 5, 6]
    assert len(training["curves"]["painted"]["value"]) == 6
    assert tomllib.loads((run / "card.toml").read_text("utf-8"))["training"] == training


def test_begun_from_a_style_that_stands(run, folders, tmp_path):
    """After one step with hardly a rate the weights are still those of the style."""
    start = ("--set", f"start={run / 'style.onnx'}", "--set", "rate=1e-9")
    more = ("--budget", "1steps", "--credit", "you", "--licence", "CC0-1.0")
    assert main(command(folders, tmp_path / "yours", *start, *more)) == 0
    theirs, mine = (read_exported(each / "style.onnx") for each in (run, tmp_path / "yours"))
    for name, weights in theirs.items():
        np.testing.assert_allclose(mine[name], weights, atol=1e-5)
    card = Card.load(tmp_path / "yours" / "card.toml")
    assert card.contract.credit == "you; begun from the weights of mine: me"
    assert card.training["begun_from"]["sha256"] == Card.load(run / "card.toml").sha256


def test_a_start_that_cannot_be(run, folders, tmp_path, capsys):
    assert main(command(folders, tmp_path / "a", "--set", "start=hereve", "--budget", "1steps"))
    assert "hereva" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()
    other = ("--set", "start=hereva", "--budget", "1steps")  # not of the tiny layout
    assert main(command(folders, tmp_path / "b", *other))
    assert "start is hereva, whose weights do not fit" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_style_is_used_from_python(run, picture):
    style = paintreel.Style(str(run / "style.onnx"))
    for size in ((112, 128), (37, 61), (8, 8)):
        photo = picture(77, *size)
        painted = style(photo)
        assert painted.shape == photo.shape
        assert painted.dtype == np.uint8
        assert np.abs(painted.astype(int) - photo).mean() > 0.3
        np.testing.assert_array_equal(style(photo, strength=0.0), photo)


def test_models_shows_it_by_the_folder_of_its_run(run, monkeypatch, capsys):
    monkeypatch.chdir(run.parent)
    assert main(["models", "mine"]) == 0
    said = capsys.readouterr().out
    assert "CC0-1.0" in said
    assert str(Path("mine/sample.jpg")) in said
    assert 'style "mine". me' in said
    assert "--style mine" in said


def test_style_is_used_from_the_command_line(run, tmp_path, picture):
    photo = picture(3, 60, 70)
    cv2.imwrite(str(tmp_path / "photo.png"), photo)
    results = []
    for style in (run, run / "style.onnx"):
        out = tmp_path / f"painted{len(results)}.png"
        words = ["stylize", str(tmp_path / "photo.png"), "-o", str(out), "--style", str(style)]
        assert main([*words, "--quiet"]) == 0
        results.append(cv2.imread(str(out)))
    assert results[0].shape == photo.shape
    np.testing.assert_array_equal(*results)


def test_resume_goes_on_and_exports_again(run, folders, tmp_path):
    out = shutil.copytree(run, tmp_path / "mine")
    before = (out / "style.onnx").read_bytes()
    assert main(command(folders, out, "--budget", "8steps", "--resume")) == 0
    rows = Journal(out / "journal.jsonl", keep=True, speak=False).rows
    assert [r["step"] for r in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert (out / "style.onnx").read_bytes() != before
    Card.load(out / "card.toml").verify(out / "style.onnx")


def test_resume_with_nothing_left_exports_the_same(run, folders, tmp_path):
    out = shutil.copytree(run, tmp_path / "mine")
    (out / "style.onnx").unlink()
    more = ("--budget", "6steps", "--resume", "--credit", "me", "--licence", "CC0-1.0")
    assert main(command(folders, out, *more)) == 0
    assert (out / "style.onnx").read_bytes() == (run / "style.onnx").read_bytes()


def test_resume_with_other_settings_is_refused(run, folders, tmp_path, capsys):
    out = shutil.copytree(run, tmp_path / "mine")
    assert main(command(folders, out, "--resume", "--set", "preset=light")) == 1
    assert "is of a network of another size or kind" in capsys.readouterr().err


def test_a_run_is_not_overwritten(run, folders, capsys):
    assert main(command(folders, run)) == 1
    assert "already holds a run; go on with --resume" in capsys.readouterr().err


def test_resume_of_nothing(folders, tmp_path, capsys):
    assert main(command(folders, tmp_path / "new", "--resume")) == 1
    assert "holds no checkpoint" in capsys.readouterr().err


# Bad folders: named before anything is trained or written


def one_step(out: Path, **settings) -> Run:
    settings = FSGANSettings(preset="tiny", **settings)
    return Run(SYSTEMS["fsgan"], out, ModelFacts("x"), settings, Budget(steps=1), Source(None))


@pytest.fixture
def refused(tmp_path, folders):
    """A function (art, photos) that trains and gives the DataError; nothing may be left."""

    def train(art: Path = folders[0], photos: Path = folders[1], **settings) -> str:
        out = tmp_path / "run"
        with pytest.raises(DataError) as caught:
            train_system(one_step(out, **settings), Folders(art, photos))
        assert not out.exists()
        return str(caught.value)

    return train


def test_missing_and_empty(refused, tmp_path):
    assert "--art" in refused(art=tmp_path / "none")
    (tmp_path / "empty").mkdir()
    assert "--photos" in refused(photos=tmp_path / "empty")
    assert "is empty; at least 4" in refused(photos=tmp_path / "empty")


@pytest.mark.parametrize("which", ["art", "photos"])
def test_corrupt(refused, folders, tmp_path, which):
    bad = shutil.copytree(folders[which == "photos"], tmp_path / "bad")
    (bad / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and then nothing")
    (bad / "empty.png").write_bytes(b"")
    message = refused(**{which: bad})
    assert f"--{which}" in message
    assert "2 unusable files" in message
    assert "broken.jpg" in message
    assert "empty.png" in message


@pytest.mark.parametrize("which", ["art", "photos"])
def test_too_small(refused, folders, tmp_path, which):
    bad = shutil.copytree(folders[which == "photos"], tmp_path / "bad")
    cv2.imwrite(str(bad / "icon.png"), np.zeros((48, 48, 3), np.uint8))
    assert "icon.png is too small: 48x48" in refused(**{which: bad})


def test_equal_folders(refused, folders, tmp_path):
    assert "same folder" in refused(photos=folders[0])
    copy = shutil.copytree(folders[0], tmp_path / "copy")
    assert "same pictures" in refused(photos=copy)


@pytest.mark.parametrize("name", ["held_out_art", "held_out_photos"])
def test_all_held_out(refused, name):
    assert "every picture is held out" in refused(**{name: ("*",)})


def test_held_out_photos_are_checked_too(refused, folders, tmp_path):
    bad = shutil.copytree(folders[1], tmp_path / "bad")
    (bad / "held.png").write_bytes(b"")
    assert "held.png" in refused(photos=bad, held_out_photos=("held*", "00*"))


def test_out_among_the_pictures(folders):
    with pytest.raises(OutputError, match="which is read for pictures"):
        train_system(one_step(folders[1] / "run"), Folders(*folders))


def test_bad_folders_end_the_command_with_a_sentence(folders, tmp_path, capsys):
    assert main(command((tmp_path / "none", folders[1]), tmp_path / "run")) == 2
    said = capsys.readouterr().err
    assert said == (
        f"paintreel: --art {tmp_path / 'none'} is not a folder: it does not exist; "
        "give a folder of pictures\n"
    )


# Settings that change what is trained on


def test_grey_art_and_held_out_pictures(folders, tmp_path, monkeypatch):
    seen = {}

    def stop(trainer, **_):
        seen["trainer"] = trainer
        raise KeyboardInterrupt

    monkeypatch.setattr("paintreel.learn.trainers.training_run.train", stop)
    asked = one_step(
        tmp_path / "run",
        art_grey=True,
        held_out_photos=("00*", "01*"),
        held_out_art=("03*",),
        photo_weights={"02*": 0.25},
    )
    with pytest.raises(KeyboardInterrupt):
        train_system(asked, Folders(*folders))
    trainer = seen["trainer"]
    assert len(trainer.art.groups) == 3
    assert all((a == a[..., :1]).all() for (a,) in trainer.art.groups)
    assert len(trainer.photos.groups) == len(trainer.held_out) == 2
    np.testing.assert_allclose(trainer.photos.weights, [0.2, 0.8])


def test_out_inside_a_file(folders, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        train_system(one_step(tmp_path / "file" / "run"), Folders(*folders))


# Several processes


@pytest.fixture(scope="module")
def together(folders, tmp_path_factory, run_together) -> tuple[Path, list]:
    """Four steps on two processes that torchrun starts."""
    out = tmp_path_factory.mktemp("runs") / "pair"
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    arguments = command(folders, out, "--budget", "4steps")
    done = run_together(*torchrun, "-m", "paintreel", *arguments, processes=1)
    assert done[0].returncode == 0, done[0].stderr
    return out, done


def test_torchrun_takes_all_steps_and_writes_once(together):
    out, done = together
    assert load_checkpoint(out / "checkpoint.pt")["step"] == 4
    rows = Journal(out / "journal.jsonl", keep=True, speak=False).rows
    assert [r["step"] for r in rows] == [1, 2, 3, 4]
    assert {"critic_texture", "painted"} <= rows[-1].keys()
    assert sorted(p.name for p in (out / "snapshots").iterdir()) == [
        "0000000.safetensors",
        "0000004.safetensors",
    ]
    assert not [p.name for p in out.iterdir() if ".part" in p.name or "-" in p.name]
    assert done[0].stdout.count("style.onnx\n") == 2  # where it is, and how to try it
    Card.load(out / "card.toml").verify(out / "style.onnx")


def test_torchrun_style_can_be_used(together, picture):
    photo = picture(5, 40, 48)
    assert paintreel.Style(str(together[0] / "style.onnx"))(photo).shape == photo.shape


@pytest.mark.skipif(sys.platform == "win32", reason="gloo and torchrun")
def test_no_process_prints_a_traceback(together):
    assert "Traceback" not in together[1][0].stderr
