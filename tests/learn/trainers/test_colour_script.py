"""`paintreel train colour-script` from rated panels to a script that grades."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.trainers.colour_script import ColourScriptSettings, learn_script
from paintreel.learn.trainers.recipes import load_training_recipe
from paintreel.pictures.colour_measures import MEASURES
from paintreel.runtime.card import Card
from paintreel.runtime.catalog import find_model
from paintreel.runtime.colour_script import feeling_of, read_colour_script

MOODS = ("happiness", "calm", "sadness", "fear", "anger", "surprise")
COLOURS = {
    "happiness": (240, 210, 90),
    "calm": (130, 190, 150),
    "sadness": (120, 130, 150),
    "fear": (25, 30, 45),
    "anger": (190, 50, 35),
    "surprise": (220, 200, 240),
}


def draw(folder: Path, copies: int = 2) -> Path:
    """Panels of the colour of their mood, with grain, and three raters' votes."""
    folder.mkdir(parents=True)
    rows = ["file\trater\temotion\tscene"]
    rng = np.random.default_rng(0)
    for mood, colour in COLOURS.items():
        for copy in range(copies):
            name = f"{mood}_{copy}.png"
            pixels = np.clip(np.array(colour) + rng.normal(0, 14, (96, 96, 3)), 0, 255)
            write_picture(folder / name, Picture(pixels.astype(np.uint8)))
            rows += [f"{name}\t{rater}\t{mood}\tforest" for rater in "ABC"]
    (folder / "ratings.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    art = draw(tmp_path_factory.mktemp("panels") / "art")
    out = tmp_path_factory.mktemp("runs") / "own"
    command = ["train", "colour-script", "--art", str(art), "--out", str(out), "--set", "least=2"]
    assert main([*command, "--licence", "CC0-1.0", "--credit", "me"]) == 0
    return out


def test_what_a_run_leaves(run):
    card = Card.load(run / "card.toml")
    card.verify(run / "model.npz")
    assert (card.contract.task, card.contract.labels) == ("grade", MOODS)
    assert card.training["art_pictures"] == 12
    assert card.training["panels"] == dict.fromkeys(MOODS, 2.0)
    off = card.training["deviations_from_usual"]
    assert off["fear"]["light_50"] < 0 < off["happiness"]["light_50"]


def test_grades_follow_it(run, tmp_path):
    grey = np.random.default_rng(1).integers(100, 150, (40, 60, 3), np.uint8)
    write_picture(tmp_path / "grey.png", Picture(grey))
    script = str(run / "model.npz")
    means = {}
    for mood in ("fear", "happiness"):
        out = tmp_path / f"{mood}.png"
        command = ["grade", str(tmp_path / "grey.png"), "--emotion", mood, "--script", script]
        assert main([*command, "-o", str(out)]) == 0
        from paintreel.imaging.files import read_picture

        means[mood] = read_picture(out).pixels.mean()
    assert means["fear"] < grey.mean() < means["happiness"]


def test_votes_weigh():
    rows = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 5.0], [2.0, 1.0]])
    shares = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.0, 0.5]])
    found = learn_script(rows, shares)
    assert found["means"][0] == pytest.approx([1 / 3, 5 / 3])
    assert found["means"][1] == pytest.approx([1.75, 3.5])
    assert (found["spread"] > 0).all()


def test_a_mood_without_panels_is_named(tmp_path, capsys):
    art = draw(tmp_path / "art", copies=1)
    command = ["train", "colour-script", "--art", str(art), "--out", str(tmp_path / "out")]
    assert main(command) == 2
    assert "fewer than 5 panels to learn happiness" in capsys.readouterr().err


@pytest.mark.parametrize("changes", [{"least": 0}, {"seed": -1}])
def test_settings_that_no_run_can_use(changes):
    with pytest.raises(InputError):
        ColourScriptSettings(**changes)


def test_the_recipe_of_the_bundled_one():
    path = Path(__file__).resolve().parents[3] / "recipes" / "colour-script.toml"
    recipe = load_training_recipe(path, "colour-script", ColourScriptSettings())
    card = find_model("colour-script").card
    assert recipe.facts["licence"] == card.contract.licence == "CC-BY-4.0"
    held = card.training["settings"]["held_out_art"]
    assert tuple(held) == recipe.settings.held_out_art
    assert {"E16*", "E22*"} <= set(held)
    assert read_colour_script().script.means.shape == (6, len(MEASURES))


def test_what_is_no_colour_script_is_refused(run, tmp_path):
    with pytest.raises(ModelFileError, match="for the task"):
        read_colour_script(find_model("svmm").path)
    broken = tmp_path / "model.npz"
    broken.write_bytes(b"nothing")
    with pytest.raises(ModelFileError):
        read_colour_script(broken)


def test_emotions_as_moods():
    assert feeling_of("calm").notes == ()
    boredom = feeling_of("boredom")
    assert boredom.moods == {"calm": 0.5}
    assert "stands in for boredom" in boredom.notes[0].text
    both = feeling_of({"fear": 0.6, "disgust": 0.8})  # more than 1 together is scaled down
    assert both.moods == pytest.approx({"fear": 0.6 / 1.4 + 0.5 * 0.8 / 1.4})
    with pytest.raises(InputError, match="not found"):
        feeling_of("glee")
