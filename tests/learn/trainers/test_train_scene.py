from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from paintreel.cli.main import main
from paintreel.learn.engine.journal import Journal
from paintreel.runtime.card import Card
from paintreel.runtime.contract import Contract
from paintreel.worlds.categories import LABELS

QUICK = [
    *("--set", "preset=tiny", "--set", "pairs.crop_px=64", "--set", "pairs.batch=2"),
    *("--set", "pairs.scales_px=[64, 96]", "--set", "adversary_from=0.5"),
]


@pytest.fixture(scope="module")
def art(tmp_path_factory, fill_folder) -> Path:
    folder = fill_folder(tmp_path_factory.mktemp("pictures") / "art", 5)
    (folder / "ratings.tsv").write_text("file\tscene\n00.png\twater\n", "utf-8")
    return folder


def command(art: Path, out: Path, *more: str, system: str = "mffcn") -> list[str]:
    return ["train", system, "--art", str(art), "--out", str(out), *QUICK, *more]


@pytest.fixture(scope="module")
def run(art, tmp_path_factory) -> Path:
    """The folder of one whole run by the command line: four steps, exported."""
    out = tmp_path_factory.mktemp("runs") / "mine"
    more = ("--budget", "4steps", "--credit", "me", "--licence", "CC0-1.0")
    assert main(command(art, out, *more, "--set", 'held_out_art=["04*"]')) == 0
    return out


def test_what_a_run_leaves(run):
    assert {p.name for p in run.iterdir()} == {
        *("card.toml", "checkpoint.pt", "journal.jsonl", "report.html"),
        *("roughs", "sample.jpg", "samples", "scene.onnx", "snapshots"),
    }
    assert len(list((run / "roughs").iterdir())) == 4 * 2 * 3  # one panel is held out
    rows = Journal(run / "journal.jsonl", keep=True, speak=False).rows
    assert [r["step"] for r in rows] == [1, 2, 3, 4]
    assert "critic" not in rows[0]
    assert "critic" in rows[-1]
    page = (run / "report.html").read_text("utf-8")
    assert "Samples: block-in, lines, result, painting" in page


def test_card(run):
    card = Card.load(run / "card.toml")
    card.verify(run / "scene.onnx")
    contract = card.contract
    assert contract == Contract.from_file(run / "scene.onnx")
    assert (contract.name, contract.system, contract.task) == ("mine", "mffcn", "scene")
    assert (contract.licence, contract.credit) == ("CC0-1.0", "me")
    assert (contract.labels, contract.code_size, contract.multiple) == (LABELS, 16, 16)
    training = card.training
    assert training["art_pictures"] == 4
    assert training["torch_parity"] <= 1e-4
    assert training["parameters"] > 10_000
    assert training["measures"]["psnr"] > 5
    assert training["settings"]["pairs"]["crop_px"] == 64
    assert training["curves"]["l1"]["step"] == [1, 2, 3, 4]


def test_weights_run(run):
    session = onnxruntime.InferenceSession(
        str(run / "scene.onnx"), providers=["CPUExecutionProvider"]
    )
    given = {
        "rough": np.full((1, 6, 32, 48), 0.5, np.float32),
        "category": np.zeros((1, 6), np.float32),
        "code": np.zeros((1, 16), np.float32),
        "mix": np.zeros((1, 1), np.float32),
    }
    scene, _code = session.run(None, given)
    assert scene.shape == (1, 3, 32, 48)


def test_resume_goes_on(run, art, tmp_path, capsys):
    out = shutil.copytree(run, tmp_path / "mine")
    more = ("--set", 'held_out_art=["04*"]', "--resume")
    assert main(command(art, out, "--budget", "6steps", *more)) == 0
    rows = Journal(out / "journal.jsonl", keep=True, speak=False).rows
    assert [r["step"] for r in rows] == [1, 2, 3, 4, 5, 6]
    capsys.readouterr()
    assert main(command(art, out, "--budget", "8steps", *more, "--set", "structure=0.5")) == 0
    assert "from step 6 on: settings.structure is 0.5, was 0.2" in capsys.readouterr().err
    assert main(command(art, out, "--budget", "9steps", "--resume")) == 1
    assert "is of another run: data is" in capsys.readouterr().err


@pytest.mark.parametrize("system", ["cdlm", "osdlm", "pix2pixhd"])
def test_peers(system, run, art, tmp_path):
    roughs = ("--roughs", str(run / "roughs"))
    out = tmp_path / system
    assert main(command(art, out, "--budget", "2steps", *roughs, system=system)) == 0
    assert Card.load(out / "card.toml").contract.system == system
    assert not (out / "roughs").exists()


def test_folders_that_cannot_be_used(art, run, tmp_path, capsys):
    steps = ("--budget", "2steps")
    (tmp_path / "empty").mkdir()
    for arguments, message in (
        (command(tmp_path / "none", tmp_path / "o", *steps), "is not a folder"),
        (
            command(tmp_path / "empty", tmp_path / "o", *steps),
            "is empty; at least 4 pictures",
        ),
        (command(art, art / "out", *steps), "which is read for pictures"),
        (command(art, run, *steps), "already holds a run"),
        (command(art, tmp_path / "o", *steps, "--resume"), "no checkpoint to resume"),
        (command(art, tmp_path / "o", *steps, "--set", 'held_out_art=["*"]'), "is held out"),
        (command(art, tmp_path / "o", *steps, "--set", "preset=huge"), "preset is 'huge'"),
        (command(art, tmp_path / "o", "--photos", "p"), "mffcn takes no --photos"),
        (command(art, tmp_path / "o", "--set", "pairs.crop_px=65"), "multiple of 16"),
    ):
        assert main(arguments) in {1, 2}, message
        assert message in capsys.readouterr().err
        assert not (tmp_path / "o" / "checkpoint.pt").exists()
