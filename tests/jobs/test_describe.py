"""What every kind of file that Paintreel writes is called, told by files that it wrote."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import ModelFileError, UnknownModel, UnreadableFile
from paintreel.jobs.describe import describe
from paintreel.runtime.card import CARD_NAME, Card, sha256_of
from paintreel.runtime.contract import Contract
from portraits import portrait, with_faces


@pytest.fixture
def systems(tmp_path: Path, monkeypatch) -> Path:
    """Two systems and a reference, two small pictures each; the working folder."""
    rng = np.random.default_rng(0)
    for folder in ("a", "b", "truth"):
        (tmp_path / folder).mkdir()
        for name in ("x.png", "y.png"):
            pixels = rng.integers(0, 256, (24, 24, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / folder / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_npz_model(folder: Path) -> Path:
    contract = Contract(
        name="patches",
        system="svmm",
        licence="CC0-1.0",
        credit="x",
        task="scene",
        multiple=1,
        halo_px=0,
        tiling="whole",
    )
    text = contract.metadata()["paintreel.contract"]
    folder.mkdir()
    path = folder / "model.npz"
    np.savez(path, contract=np.frombuffer(text.encode(), np.uint8), mean=np.zeros(3))
    return path


def test_model_of_arrays_with_and_without_card(tmp_path: Path):
    path = write_npz_model(tmp_path / "patches")
    facts = describe(path)
    assert (facts["model"], facts["kind"]) == ("patches", "model (arrays)")
    assert (facts["task"], facts["licence"]) == ("scene", "CC0-1.0")
    assert Contract.from_file(path).tiling == "whole"
    card = Card.describe(path, description="Lays patches")
    assert card.sha256 == sha256_of(path)
    card.save(path.with_name(CARD_NAME))
    assert describe(path)["about"] == "Lays patches"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ModelFileError, match="bytes, its card says"):
        describe(path)


def test_a_card_tells_what_somebody_has_seen(make_style, tmp_path: Path):
    path = make_style(tmp_path / "ink")
    assert not {"look", "learnt from", "does badly", "research"} & describe(path).keys()
    said = {"look": "pale", "learnt_from": "doodles", "weaknesses": ("Hands.", "Feet.")}
    seen = dataclasses.replace(Card.load(path.with_name(CARD_NAME)), research=True, **said)
    seen.save(path.with_name(CARD_NAME))
    facts = describe(path)
    assert (facts["look"], facts["learnt from"]) == ("pale", "doodles")
    assert (facts["does badly"], facts["research"]) == ("Hands. Feet.", "yes")


def test_card_says_whether_its_model_is_there_and_the_same(make_style, tmp_path: Path):
    path = make_style(tmp_path / "ink")
    card = path.with_name(CARD_NAME)
    facts = describe(card)
    assert (facts["model"], facts["kind"]) == ("ink", "card of a model")
    assert facts["model file"] == "model.onnx, unchanged since the card was written"
    path.write_bytes(path.read_bytes() + b"\0")
    assert describe(card)["model file"] == "model.onnx, changed since the card was written"
    path.unlink()
    assert describe(card)["model file"] == "model.onnx, there is no such file beside the card"


def test_a_file_goes_before_a_model_of_its_name(tiny_style: str, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert describe(tiny_style)["kind"] == "model (ONNX)"
    Image.new("RGB", (3, 2)).save(tmp_path / tiny_style, format="PNG")
    assert describe(tiny_style)["kind"] == "picture"
    with pytest.raises(UnknownModel):
        describe("tinny")


def test_score_statistics(tmp_path: Path):
    from paintreel.metrics import FeatureStatistics

    statistics = FeatureStatistics(4, name="dske")
    statistics.update(np.random.default_rng(0).random((7, 4)))
    statistics.save(tmp_path / "panels.npz", beside={"vectors": np.zeros((7, 4))})
    facts = describe(tmp_path / "panels.npz")
    assert facts["kind"] == "score statistics"
    assert (facts["features of"], facts["pictures"]) == ("dske", 7)
    assert facts["length of a vector"] == 4


def test_results_of_score(systems: Path, capsys):
    assert main(["score", "a", "--ref", "truth", "--metrics", "psnr", "--json", "out.json"]) == 0
    facts = describe("out.json")
    assert (facts["kind"], facts["pictures"], facts["failed"]) == ("results of score", 2, 0)
    assert 0 < facts["mean psnr"] < 20


def test_results_of_compare(systems: Path, capsys):
    arguments = ["compare", "a", "b", "--ref", "truth", "--metrics", "psnr", "--json", "out.json"]
    assert main(arguments) == 0
    facts = describe("out.json")
    assert (facts["kind"], facts["systems"]) == ("results of compare", "a, b")
    assert (facts["measures"], facts["tests"]) == ("psnr", 1)


RATINGS = "panel\trater\tmood\tappeal\na\tone\tcalm\t3\na\ttwo\tcalm\t4\nb\tone\tjoy\t1\n"


def test_ballots_and_results_of_agree(tmp_path: Path, capsys):
    path = tmp_path / "ballots.tsv"
    path.write_text(RATINGS)
    facts = describe(path)
    assert facts["kind"] == "table of ratings"
    assert (facts["items"], facts["raters"]) == (2, "one, two")
    assert (facts["column mood"], facts["column appeal"]) == ("categories", "whole numbers")
    assert main(["agree", str(path), "--json"]) == 0
    (tmp_path / "agree.json").write_text(capsys.readouterr().out)
    facts = describe(tmp_path / "agree.json")
    assert (facts["kind"], facts["columns"]) == ("results of agree", "mood, appeal")


def test_ballot_of_one_rater_is_a_table_still(tmp_path: Path):
    path = tmp_path / "ballot.csv"
    path.write_text("panel,rater,mood\na,one,calm\nb,one,joy\n")
    facts = describe(path)
    assert (facts["kind"], facts["columns"]) == ("table of ratings", "panel, rater, mood")
    assert "one rater" in facts["agreement"]


def test_layers(tmp_path: Path):
    from paintreel.drawing.layer_files import write_layers
    from paintreel.drawing.layers import Layer

    rgba = np.full((6, 8, 4), 255, np.uint8)
    index = write_layers(tmp_path, [Layer("sky", rgba, 1.0)], category="forest", seed=4)
    facts = describe(index)
    assert (facts["kind"], facts["size"]) == ("index of layers", "8 x 6 px")
    assert (facts["category"], facts["layers"]) == ("forest", "sky")


@pytest.mark.parametrize("text", ['system = "fsgan"\nname = "ink"', 'experiment = "scene"'])
def test_recipes(tmp_path: Path, text: str):
    path = tmp_path / "ink.toml"
    path.write_text(text + "\n[settings]\nseed = 7\n")
    facts = describe(path)
    assert (facts["kind"], facts["recipe"], facts["setting seed"]) == ("recipe", "ink", 7)


def test_checkpoint_is_named_and_not_opened(tmp_path: Path, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("unpickled")

    monkeypatch.setattr("pickle.load", refuse)
    monkeypatch.setattr("pickle.loads", refuse)
    path = tmp_path / "checkpoint.pt"
    with zipfile.ZipFile(path, "w") as archive:  # the form in which torch.save writes
        archive.writestr("archive/data.pkl", b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00trueR.")
        archive.writestr("archive/version", b"3")
    assert describe(path)["kind"] == "checkpoint of a training run"
    assert "not opened" in describe(path)["content"]
    assert describe(path.rename(tmp_path / "renamed"))["kind"] == "checkpoint of a training run"


def test_journal_with_a_torn_last_line(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    entries = [{"step": 1, "progress": 0.5, "l1": 0.2}, {"note": "rolled back"}]
    path.write_text("".join(json.dumps(e) + "\n" for e in entries) + '{"step": 2, "pro')
    facts = describe(path)
    assert (facts["kind"], facts["steps"]) == ("journal of a training run", 1)
    assert (facts["last step"], facts["last l1"], facts["notes"]) == (1, 0.2, "rolled back")


def test_page_times_and_weights(tmp_path: Path):
    (tmp_path / "report.html").write_text("<!doctype html><title>Scores</title>")
    assert describe(tmp_path / "report.html")["title"] == "Scores"
    times = {"time_base": "1/25", "width": 8, "height": 6, "frames": [{"file": "000001.png"}]}
    (tmp_path / "timestamps.json").write_text(json.dumps(times))
    facts = describe(tmp_path / "timestamps.json")
    assert (facts["kind"], facts["frames"]) == ("times of a picture sequence", 1)
    (tmp_path / "0000010.safetensors").write_bytes(b"\0" * 16)
    assert describe(tmp_path / "0000010.safetensors")["kind"] == "weights (safetensors)"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b'{"summary": 3, "pairs": []}', "taken for results of score, but"),
        ("a.json", b'{"colour": 3}', 'text file that begins "{"colour"'),
        ("a.npz", b"PK\x03\x04 torn", "it is a ZIP archive"),
        ("a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "binary file that begins 52 49 46 46"),
        ("a", b"", "the file is empty"),
    ],
)
def test_what_is_no_known_kind_is_told_by_its_looks(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        describe(tmp_path / name)
    assert message in str(caught.value)


def test_what_runs_leave_beside_their_results(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    word = ["scene", "forest", "--method", "grbm", "--size", "48x32", "--layers", "--quiet"]
    assert main([*word, "--count", "2", "-o", "out", "--json", "r.json"]) == 0
    record = describe("out/.paintreel.json")
    assert (record["kind"], record["results"]) == ("record of results", 4)
    assert "paintreel scene" in str(record["made, 1"])
    run = describe("r.json")
    assert (run["kind"], run["verb"], run["files"]) == ("report of a run", "scene", "2 made")
    layers = describe("out/forest-0000-layers")
    assert layers["kind"] == "index of layers"
    assert layers["file"] == "out/forest-0000-layers/layers.json"
    Path("out/.paintreel.json").write_text("{")
    assert "it is damaged" in str(describe("out/.paintreel.json"))


def test_a_folder_without_record_or_index_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="it is a folder without a record"):
        describe(tmp_path)


def test_faces_of_a_picture_are_counted(tmp_path: Path):
    for name, picture in (
        ("one.png", portrait()),
        ("two.png", with_faces(200, 400, (20, 20, 70.0), (230, 30, 60.0))),
        ("none.png", np.zeros((40, 40, 3), np.uint8)),
    ):
        Image.fromarray(picture).save(tmp_path / name)
    assert [describe(tmp_path / f"{n}.png")["faces"] for n in ("one", "two", "none")] == [1, 2, 0]
    whole = (tmp_path / "one.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 4])
    assert "faces" in describe(tmp_path / "cut.png")  # what the header says is told all the same
