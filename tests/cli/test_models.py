from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from paintreel import credits
from paintreel.cli import models as verb
from paintreel.cli.main import main
from paintreel.runtime import catalog
from paintreel.runtime.card import CARD_NAME, Card


@pytest.fixture
def styles(tmp_path: Path, make_style, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two styles and no bundled ones: ``ink`` with a measured speed, ``oil`` without."""
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    monkeypatch.delenv("PAINTREEL_STYLES", raising=False)
    make_style(tmp_path / "oil", licence="CC-BY-4.0")
    path = make_style(tmp_path / "ink", card=False)
    card = Card.describe(path, speed={"fps_720p": 24.4, "machine": "two cores"})
    card.save(path.with_name(CARD_NAME))
    return tmp_path


@pytest.fixture
def with_openvino(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """A function that says whether OpenVINO is there."""

    def say(is_there: bool) -> None:
        monkeypatch.setattr(verb, "find_spec", lambda name: object() if is_there else None)

    say(True)
    return say


def change(folder: Path, **fields) -> Path:
    """Fill fields of the card in a folder; the folder."""
    card = dataclasses.replace(Card.load(folder / CARD_NAME), **fields)
    card.save(folder / CARD_NAME)
    return folder


def test_table(styles: Path, with_openvino, capsys):
    change(styles / "oil", look="thick, bold strokes")
    assert main(["models"]) == 0
    head, ink, oil = map(cells, capsys.readouterr().out.splitlines()[:3])
    assert head == ["NAME", "FOR", "LOOK", "LICENCE", "MAY BE SOLD", "SIZE", "SPEED"]
    assert ink == ["ink", "photographs, clips", "-", "CC0-1.0", "yes", "0.0 MB", "24 fps"]
    assert oil[:3] == ["oil", "photographs, clips", "thick, bold strokes"]
    assert oil[3:] == ["CC-BY-4.0", "yes, with credit", "0.0 MB", "-"]


def cells(line: str) -> list[str]:
    return re.split(r" {2,}", line)


def test_columns_are_aligned(styles: Path, capsys):
    assert main(["models"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()[:3]
    for name in ("FOR", "LICENCE", "SPEED"):
        at = head.index(name)
        assert all(row[at - 2 : at] == "  " and row[at] != " " for row in rows)


def test_speed_is_that_of_the_runtime_that_is_there(
    styles, make_scene_model, with_openvino, capsys
):
    make_scene_model(styles / "mffcn")
    change(styles / "mffcn", speed={"scene_s": 2.43, "machine": "two cores"})
    change(styles / "ink", speed={"fps_720p": 24.4, "fps_720p_onnxruntime": 9.6})

    def listed() -> tuple[list[str], str]:
        assert main(["models"]) == 0
        *rows, footnote = capsys.readouterr().out.split("\n\n")
        return [cells(row)[-1] for row in rows[0].splitlines()[1:]], footnote

    speeds, footnote = listed()
    assert speeds == ["24 fps", "-", "2.4 s"]
    assert "OpenVINO (two cores)" in footnote
    with_openvino(False)
    speeds, footnote = listed()
    assert speeds == ["10 fps", "-", "-"]
    assert "ONNX Runtime." in footnote


def test_what_is_there_for_research_is_listed_with_all_alone(
    styles: Path, make_style, make_scene_model, capsys
):
    make_scene_model(styles / "mffcn")
    make_scene_model(styles / "other")
    change(make_scene_model(styles / "cdlm").parent, research=True)
    make_style(styles / "dske", task="features")

    def names(*options: str) -> list[str]:
        assert main(["models", *options]) == 0
        lines = capsys.readouterr().out.split("\n\n")[0].splitlines()
        return [line.split()[0] for line in lines[1:]]

    assert names() == ["ink", "oil", "mffcn", "other"]
    assert names("--all") == ["ink", "oil", "mffcn", "cdlm", "other", "dske"]
    assert main(["models", "--json"]) == 0
    assert [m["name"] for m in json.loads(capsys.readouterr().out)] == names()


def test_the_usual_model_comes_first(styles: Path, make_style, capsys):
    make_style(styles / "hereva")
    make_style(styles / "aaa")
    assert main(["models"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:5]
    assert [row.split()[0] for row in rows] == ["hereva", "aaa", "ink", "oil"]


def test_bundled_ones_to_choose_from(monkeypatch, capsys):
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    monkeypatch.delenv("PAINTREEL_STYLES", raising=False)
    assert main(["models"]) == 0
    rows = capsys.readouterr().out.split("\n\n")[0].splitlines()[1:]
    styles = ["hereva", "cel", "hereva-portrait", "ink", "watercolour"]
    names = [*styles, "mffcn", "lineart", "colorize"]
    assert [row.split()[0] for row in rows] == names
    assert all("yes, with credit" in row for row in rows)


def test_json(styles: Path, capsys):
    assert main(["models", "--json"]) == 0
    ink, oil = json.loads(capsys.readouterr().out)
    assert ink["speed"] == {"fps_720p": 24.4, "machine": "two cores"}
    assert oil["contract"]["licence"] == "CC-BY-4.0"
    assert oil["path"] == str(styles / "oil" / "model.onnx")
    assert (oil["may_be_sold"], oil["sample"]) == ("yes, with credit", None)
    assert oil["credit_line"] == credits(styles / "oil" / "model.onnx")
    assert oil["commands"][0] == "paintreel stylize photo.jpg --style oil -o painted.png"


# One model.


def test_all_about_one(styles: Path, make_style, with_openvino, capsys):
    make_style(styles / "tiny", credit="Painted by Ada", licence="CC-BY-4.0")
    seen = {
        "look": "small and plain",
        "learnt_from": "ten doodles",
        "weaknesses": ("Hands.", "Feet."),
    }
    (change(styles / "tiny", **seen) / "sample.jpg").write_bytes(b"jpeg")
    assert main(["models", "tiny"]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[:2] == ["tiny: small and plain", "A tiny style"]
    facts = re.findall(r"^(picture|licence|learnt from|size) +(.*)$", text, re.M)
    assert facts == [
        ("picture", str(styles / "tiny" / "sample.jpg")),
        ("licence", "CC-BY-4.0. Pictures may be sold, with the credit line beside"),
        ("learnt from", "ten doodles"),
        ("size", "0.0 MB"),
    ]
    assert f"Credit line to paste:\n  {credits('tiny')}\n" in text
    assert "What it does badly:\n  - Hands.\n  - Feet.\n" in text
    assert "  paintreel stylize clip.mp4 --style tiny -o painted.mp4\n" in text


def test_a_card_that_says_little_leaves_no_gaps(styles: Path, capsys):
    assert main(["models", "ink"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("ink\n\npicture      none is there; paint one")
    assert "learnt from  nobody" in text  # its credit
    assert "badly" not in text


def test_a_file_is_shown_as_well_as_a_name(styles: Path, make_style, tmp_path: Path, capsys):
    path = make_style(tmp_path / "my own" / "x", name="mine").rename(tmp_path / "my own" / "a.onnx")
    assert main(["models", str(path)]) == 0
    assert f"--style '{path}' -o painted.png" in capsys.readouterr().out
    assert main(["models", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["contract"]["name"] == "mine"
    assert main(["models", "nobody"]) == 2
    assert "no model named" in capsys.readouterr().err


def test_a_model_that_paints_nothing_has_no_picture(styles: Path, make_style, capsys):
    make_style(styles / "dske", task="features")
    assert main(["models", "dske"]) == 0
    text = capsys.readouterr().out
    assert "licence      CC0-1.0\n" in text
    assert "picture" not in text
    assert "To use it" not in text


def test_the_picture_is_opened(styles: Path, monkeypatch, capsys):
    opened: list[str] = []
    monkeypatch.setattr(verb.webbrowser, "open", lambda uri: not opened.append(uri))
    sample = styles / "ink" / "sample.jpg"
    assert main(["models", "ink", "--open"]) == 2
    assert "ink has no sample picture" in capsys.readouterr().err
    sample.write_bytes(b"jpeg")
    assert main(["models", "ink", "--open"]) == 0
    assert opened == [sample.as_uri()]
    monkeypatch.setattr(verb.webbrowser, "open", lambda uri: False)
    assert main(["models", "ink", "--open"]) == 0
    assert f"open {sample} yourself" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "message"),
    [(["--open"], "give its NAME"), (["ink", "--all"], "--all is for the list")],
)
def test_options_that_do_not_fit(styles: Path, argv: list[str], message: str, capsys):
    assert main(["models", *argv]) == 2
    assert message in capsys.readouterr().err


def test_a_broken_card_is_told_and_the_others_are_listed(styles: Path, make_style, capsys):
    (make_style(styles / "bad").with_name(CARD_NAME)).write_text("file = 3")
    assert main(["models"]) == 0
    printed = capsys.readouterr()
    assert [line.split()[0] for line in printed.out.splitlines()[1:3]] == ["ink", "oil"]
    assert printed.err.startswith("paintreel: left out: ")
    assert str(Path("bad") / CARD_NAME) in printed.err


def test_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    monkeypatch.delenv("PAINTREEL_STYLES", raising=False)
    assert main(["models"]) == 0
    assert capsys.readouterr().out == "no models are installed\n"
