"""`paintreel train svmm` from a folder of pictures to a model that paints."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.learn.data.folders import scan
from paintreel.learn.data.scene_pairs import Panel, View, encode_rough
from paintreel.learn.trainers.provenance import ModelFacts
from paintreel.learn.trainers.recipes import load_training_recipe
from paintreel.learn.trainers.svmm import GROUND_ROWS, SVMMSettings, ground_colours, learn
from paintreel.roughs.rough import make_rough, make_roughs
from paintreel.runtime.card import Card
from paintreel.scenes.svmm import SVMM
from paintreel.worlds.categories import LABELS

QUICK = ("classes=2", "patches=32", "fourier=32", "steps=100", "side_px=16", "overlap_px=4")
QUICK = [part for text in (*QUICK, "scales_px=[96]") for part in ("--set", text)]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"classes": 1}, "classes is 2 to 64"),
        ({"patches": 100}, "patches is 8 for each class"),
        ({"side_px": 20}, "side_px is a multiple of 8"),
        ({"overlap_px": 17}, "overlap_px is 1 to half"),
        ({"steps": 0}, "steps, batch and max_art are 1 or more"),
        ({"width": 0.0}, "width and regularisation are above 0"),
        ({"texture": 1.5}, "texture is 0 to 1"),
        ({"levels": ("rude",)}, "levels are of coarse, standard, fine"),
        ({"levels": ()}, "levels are of"),
        ({"scales_px": (16,)}, "scales_px are side_px or more"),
    ],
)
def test_settings_that_no_run_can_use(changes, rule):
    with pytest.raises(InputError, match=rule):
        SVMMSettings(**changes)


@pytest.fixture(scope="module")
def art(tmp_path_factory, fill_folder) -> Path:
    folder = fill_folder(tmp_path_factory.mktemp("pictures") / "art", 6)
    (folder / "ratings.tsv").write_text("file\tscene\n00.png\twater\n", "utf-8")
    return folder


def command(art: Path, out: Path, *more: str) -> list[str]:
    return ["train", "svmm", "--art", str(art), "--out", str(out), *QUICK, *more]


@pytest.fixture(scope="module")
def run(art, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "mine"
    more = ("--credit", "me", "--licence", "CC0-1.0", "--set", 'held_out_art=["05*"]')
    assert main(command(art, out, *more)) == 0
    return out


def test_what_a_run_leaves(run):
    assert {p.name for p in run.iterdir()} == {"card.toml", "model.npz", "roughs"}
    card = Card.load(run / "card.toml")
    card.verify(run / "model.npz")
    contract, training = card.contract, card.training
    assert (contract.name, contract.system, contract.task) == ("mine", "svmm", "scene")
    assert (contract.licence, contract.credit, contract.labels) == ("CC0-1.0", "me", LABELS)
    assert training["art_pictures"] == 5
    assert set(training["measures"]) == {"right", "commonest", "gain"}
    assert 0 < training["measures"]["right"] <= 1
    assert training["settings"]["classes"] == 2


def test_the_model_paints(run, picture):
    rough = make_rough(picture(0))
    made = SVMM(run / "model.npz")(rough)
    assert made.shape == rough.blocks.shape
    assert np.abs(made.astype(int) - rough.blocks).mean() > 0.2


def test_the_command_says_how_to_use_it_and_names_no_report(art, tmp_path, run, capsys):
    cache = ("--roughs", str(run / "roughs"))
    assert main(command(art, tmp_path / "b", *cache)) == 0
    said = capsys.readouterr().out.splitlines()
    assert any(str(tmp_path / "b" / "model.npz") in line for line in said)
    assert any("paintreel scene --rough" in line for line in said)
    assert not any("report" in line for line in said)
    assert not (tmp_path / "b" / "roughs").exists()


def test_the_same_seed_gives_the_same_model(art, tmp_path, run):
    same = ("--set", 'held_out_art=["05*"]', "--roughs", str(run / "roughs"))
    for name, more in (("a", ()), ("b", ("--set", "seed=3"))):
        assert main(command(art, tmp_path / name, *same, *more)) == 0
    first, again, other = (
        dict(np.load(p / "model.npz")) for p in (run, tmp_path / "a", tmp_path / "b")
    )
    for name in first.keys() - {"contract"}:
        np.testing.assert_array_equal(first[name], again[name])
    assert not np.array_equal(first["waves"], other["waves"])


def test_a_folder_with_a_model_is_kept(run, art, tmp_path, capsys):
    out = shutil.copytree(run, tmp_path / "copy")
    before = (out / "model.npz").read_bytes()
    assert main(command(art, out)) == 1
    assert "model.npz exists already; give a new --out" in capsys.readouterr().err
    assert (out / "model.npz").read_bytes() == before
    assert main(command(art, out, "--resume", "--set", "seed=5")) == 0
    assert (out / "model.npz").read_bytes() != before


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--tensorboard"], 2, "svmm is not trained in steps and takes no --tensorboard"),
        (["--photos", "p"], 2, "svmm takes no --photos"),
        (["--set", "classes=1"], 2, "classes is 2 to 64"),
        (["--set", 'held_out_art=["*"]'], 2, "every picture is held out"),
    ],
)
def test_what_cannot_be_trained(art, tmp_path, capsys, more, code, message):
    assert main(command(art, tmp_path / "out", *more)) == code
    assert message in capsys.readouterr().err


def test_recipe_that_ships(shared_data):
    path = Path(__file__).resolve().parents[3] / "recipes" / "scene" / "svmm.toml"
    recipe = load_training_recipe(path, "svmm", SVMMSettings())
    settings = recipe.settings
    facts = ModelFacts(**recipe.facts)
    assert (facts.name, facts.licence) == ("svmm", "CC-BY-4.0")
    assert "David Revoy" in facts.credit
    kept, held = scan(shared_data / "art", what="--art").split(settings.held_out_art)
    assert len(kept.paths) > 3 * len(held.paths) > 0


def test_a_spent_budget_takes_fewer_panels(picture):
    panels = [_panel(picture(seed)) for seed in range(6)]
    settings = SVMMSettings(
        classes=2, patches=16, fourier=8, steps=10, side_px=16, overlap_px=4, scales_px=(96,)
    )
    ticks = iter(range(100))
    whole, _ = learn(panels, settings)
    short, _ = learn(panels, settings, seconds=4.0, clock=lambda: float(next(ticks)))
    assert next(ticks) < 10
    assert not np.array_equal(whole["mean"], short["mean"])


def _panel(picture: np.ndarray) -> Panel:
    return Panel(
        (View(picture, {k: encode_rough(r) for k, r in make_roughs(picture).items()}),), None
    )


def test_ground_colours_are_means_by_height():
    def panel(top: int, label: str | None) -> Panel:
        truth = np.full((16, 4, 3), 10, np.uint8)
        truth[:8] = top
        return Panel((View(truth, {}),), label)

    found = ground_colours([panel(100, "water"), panel(200, "water"), panel(50, None)])
    assert found.shape == (len(LABELS) + 1, GROUND_ROWS, 3)
    water, forest, everything = found[LABELS.index("water")], found[0], found[-1]
    assert (water[0] == 150).all()
    assert (water[-1] == 10).all()
    np.testing.assert_array_equal(forest, everything)
    assert (everything[0] == 117).all()
