from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_table(styles: Path, capsys):
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["MODEL", "TASK", "LICENCE", "SIZE", "SPEED", "ABOUT"]
    ink = ["ink", "stylize", "CC0-1.0", "0.0", "MB", "24", "fps", "nobody"]
    assert lines[1].split() == ink
    assert lines[2].split()[:3] == ["oil", "stylize", "CC-BY-4.0"]
    assert lines[2].split()[-4:] == ["-", "A", "tiny", "style"]
    about = zip(lines, ["ABOUT", "nobody", "A tiny"], strict=False)
    assert len({line.index(word) for line, word in about}) == 1


def test_models_of_all_tasks_by_task(styles: Path, make_style, make_scene_model, capsys):
    make_scene_model(styles / "mffcn")
    make_style(styles / "dske", task="features")
    assert main(["models"]) == 0
    rows = [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:5]]
    assert rows == [
        ["dske", "features"],
        ["mffcn", "scene"],
        ["ink", "stylize"],
        ["oil", "stylize"],
    ]


def test_json(styles: Path, capsys):
    assert main(["models", "--json"]) == 0
    ink, oil = json.loads(capsys.readouterr().out)
    assert ink["speed"] == {"fps_720p": 24.4, "machine": "two cores"}
    assert oil["contract"]["licence"] == "CC-BY-4.0"
    assert oil["path"] == str(styles / "oil" / "model.onnx")


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
