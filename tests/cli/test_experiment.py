"""`paintreel experiment`: what it makes of its options and recipe."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from paintreel.cli.experiment import ExperimentOptions
from paintreel.cli.main import main
from paintreel.learn.experiments.dske import start as dske_start
from paintreel.learn.experiments.mood import start as mood_start
from paintreel.learn.experiments.papers import OF_ALL, PAPERS, papers_with
from paintreel.learn.experiments.scene import start as scene_start
from paintreel.learn.experiments.scene.conditions import CONDITIONS
from paintreel.options import described

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def asked(monkeypatch, tmp_path) -> dict:
    """What the command starts instead of an experiment."""
    asked: dict = {}

    def record(experiment, **options):
        asked.update(options, experiment=experiment)
        options["on_trial"](0)

    monkeypatch.setattr(scene_start, "run_experiment", record)
    monkeypatch.setattr(scene_start, "write_report", lambda out, version: out / "report.html")
    monkeypatch.chdir(tmp_path)
    return asked


def command(*more: str) -> int:
    return main(["experiment", "scene", "--art", "a", "--out", "runs/s", *more])


def recipe(text: str) -> str:
    Path("r.toml").write_text(text, "utf-8")
    return "r.toml"


def test_defaults(asked, capsys):
    assert command() == 0
    experiment = asked["experiment"]
    assert (experiment.trials, experiment.budget.seconds) == (10, 240)
    assert (experiment.preset, experiment.crops, experiment.seed) == ("light", 48, 7)
    assert len(experiment.conditions) > 15
    assert asked["art"] == Path("a")
    assert asked["resume"] is False
    assert capsys.readouterr().out == f"{Path('runs/s/report.html')}\n"


def test_options_win_over_the_recipe_and_it_over_the_defaults(asked):
    path = recipe(
        'experiment = "scene"\ntrials = 3\nbudget = "9steps"\ncrops = 5\nheld_out = ["x*"]\n'
        "[settings]\nrate = 0.002\n[settings.pairs]\nbatch = 3\n"
    )
    more = ("--trials", "2", "--systems", "mffcn,grbm", "--set", "pairs.batch=4", "--resume")
    assert command("--recipe", path, *more) == 0
    experiment = asked["experiment"]
    assert (experiment.trials, experiment.budget.steps, experiment.crops) == (2, 9, 5)
    assert experiment.held_out == ("x*",)
    assert [c.name for c in experiment.conditions] == ["mffcn", "grbm", "rough", "truth"]
    assert (experiment.settings.rate, experiment.settings.pairs.batch) == (0.002, 4)
    assert asked["resume"] is True


def test_preset_reaches_every_setting(asked):
    assert command("--preset", "tiny") == 0
    assert asked["experiment"].settings.preset == "tiny"
    assert asked["experiment"].settings.pairs.crop_px == 64


def test_recipe_that_ships(asked):
    path = REPOSITORY / "recipes" / "scene" / "experiment.toml"
    head = re.match(r"(#.*\n)+", path.read_text("utf-8"))[0]
    (line,) = re.findall(r"paintreel (experiment .*)", re.sub(r"\\\n#", " ", head))
    assert main([str(path) if part.endswith(path.name) else part for part in line.split()]) == 0
    experiment = asked["experiment"]
    assert (experiment.preset, experiment.settings.preset) == ("light", "light")
    assert experiment.trials >= 2
    assert len(experiment.conditions) == len(CONDITIONS)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--systems", "mffn"], "did you mean 'mffcn'"),
        (["--preset", "huge"], "preset is 'huge'"),
        (["--budget", "soon"], "budget 'soon'"),
        (["--trials", "0"], "trials is 0, expected 1 to 99"),
        (["--set", "pairs.batsh=1"], "did you mean 'batch'"),
    ],
)
def test_bad_options(asked, capsys, more, message):
    assert command(*more) == 2
    assert message in capsys.readouterr().err
    assert not asked


PICTURES = ("--art", "a", "--photos", "p", "--styles", "s", "--out", "o")


@pytest.fixture
def asked_pictures(monkeypatch, tmp_path) -> dict:
    """What the command starts instead of an experiment on medium or mood."""
    asked: dict = {}

    def record(experiment, **options):
        asked.update(options, experiment=experiment)
        options["on_trial"](0)

    for module, runner in ((dske_start, "run_dske"), (mood_start, "run_mood")):
        monkeypatch.setattr(module, runner, record)
    monkeypatch.setattr(dske_start, "write_dske_report", lambda out, version: out / "r.html")
    monkeypatch.setattr(mood_start, "write_mood_report", lambda out, version: out / "r.html")
    monkeypatch.chdir(tmp_path)
    return asked


def test_medium(asked_pictures, capsys):
    more = ("--systems", "dske,kernels", "--set", "learning.batch=4", "--preset", "tiny")
    assert main(["experiment", "dske", *PICTURES, *more]) == 0
    experiment = asked_pictures["experiment"]
    assert (experiment.trials, experiment.budget.seconds, experiment.folded) == (1, 65, False)
    names = [c.name for c in experiment.conditions]
    assert names == ["dske", "shipped", "kernels_3_7", "kernels_5_7"]
    assert (experiment.settings.preset, experiment.settings.learning.batch) == ("tiny", 4)
    assert (asked_pictures["photos"], asked_pictures["styles"]) == (Path("p"), Path("s"))
    assert capsys.readouterr().out == f"{Path('o/r.html')}\n"


def test_mood_leaves_out_what_has_no_weights(asked_pictures, capsys):
    mood = ["experiment", "mood", "--art", "a", "--out", "o"]
    assert main(mood) == 0
    experiment = asked_pictures["experiment"]
    assert (experiment.trials, experiment.budget.seconds, experiment.folded) == (4, 22, True)
    names = {c.name for c in experiment.conditions}
    assert {"resnet_16", "efficientnet_3", "recipe", "shipped"} <= names
    assert not any(name.startswith("imagenet") for name in names)
    assert "no ResNet-50 from ImageNet's weights" in capsys.readouterr().out
    assert main([*mood, "--weights", "w.pth"]) == 0
    names = {c.name for c in asked_pictures["experiment"].conditions}
    assert {"imagenet_0", "imagenet_16"} <= names
    assert asked_pictures["weights"] == Path("w.pth")


def test_recipe_of_the_medium_that_ships(asked_pictures):
    path = REPOSITORY / "recipes" / "dske.toml"
    head = re.match(r"(#.*\n)+", path.read_text("utf-8"))[0]
    (line,) = re.findall(r"paintreel (experiment .*)", re.sub(r"\\\n#", " ", head))
    assert main([str(path) if part.endswith(path.name) else part for part in line.split()]) == 0
    experiment = asked_pictures["experiment"]
    assert {"cartoon_sprite/npc_*", "E05*", "elementary/*"} <= set(experiment.held_out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dske", "--art", "a", "--out", "o"], "dske needs --photos and --styles beside --art"),
        (
            ["mood", "--art", "a", "--out", "o", "--crops", "4"],
            "--crops, which is of scene",
        ),
        (
            ["scene", "--art", "a", "--out", "o", "--weights", "w"],
            "no use for --weights, which is of mood",
        ),
        (["dske", *PICTURES, "--preset", "huge"], "preset is 'huge', expected one of light, tiny"),
        (["dske", *PICTURES, "--set", "kernels=[5,3]"], "the smaller first"),
        (["mood", "--art", "a", "--out", "o", "--trials", "1"], "trials is 2 to 99"),
        (["mood", "--art", "a", "--out", "o", "--systems", "resnet_4"], "did you mean 'resnet_"),
    ],
)
def test_what_an_experiment_on_pictures_refuses(asked_pictures, capsys, arguments, message):
    assert main(["experiment", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not asked_pictures


def test_a_recipe_of_another_experiment(asked_pictures, capsys):
    path = recipe('experiment = "mood"\n')
    assert main(["experiment", "dske", *PICTURES, "--recipe", path]) == 2
    assert "is for experiment 'mood'; it needs" in capsys.readouterr().err
    path = recipe('experiment = "mood"\nsplits = "s.toml"\n')
    assert main(["experiment", "mood", "--art", "a", "--out", "o", "--recipe", path]) == 2
    assert "splits = 's.toml' is not one of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trials = 3", 'it needs experiment = "scene"'),
        ('experiment = "scene"\ntrails = 3', "trails = 3 is not one of"),
        ('experiment = "scene"\ntrials = "3"', "trials = '3' is not one of"),
        (
            'experiment = "scene"\ncrops = 100000000000',
            "crops is 100000000000, expected 2 to 10000",
        ),
        ('experiment = "scene"\n[settings]\nrate = "fast"', "rate is 'fast', expected float"),
    ],
)
def test_bad_recipes(asked, capsys, text, message):
    assert command("--recipe", recipe(text)) == 2
    assert message in capsys.readouterr().err
    assert not asked


def test_a_recipe_is_held_to_the_ranges_of_the_options(capsys, tmp_path):
    text = f'experiment = "grade"\npictures = 1\nsplits = "{REPOSITORY}/recipes/splits.toml"\n'
    (tmp_path / "r.toml").write_text(text, "utf-8")
    words = ["--art", "a", "--photos", "p", "--out", "o", "--recipe", str(tmp_path / "r.toml")]
    assert main(["experiment", "grade", *words]) == 2
    assert "pictures is 1, expected 2 to 10000" in capsys.readouterr().err


def test_seed_0_is_a_seed(asked):
    assert command("--seed", "0") == 0
    assert asked["experiment"].seed == 0


def test_the_help_tells_of_every_experiment(capsys):
    assert main(["experiment", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for paper in PAPERS.values():
        assert f"{paper.name} ({paper.title})" in told
    assert "scene 10, dske 1, mood 4, lines 1, emotion 1, stylizers 3, fuse 3)" in told
    assert "clips whose flicker is measured (stylizers)" in told


def test_the_table_names_options_that_there_are():
    fields = [field.name for field, _, _ in described(ExperimentOptions)]
    for paper in PAPERS.values():
        assert {*OF_ALL, *paper.needs, *paper.takes, *paper.instead} <= set(fields)
    assert all(papers_with(name) for name in fields)


@pytest.mark.parametrize("name", PAPERS)
def test_the_start_of_an_experiment_can_be_loaded(name):
    assert callable(PAPERS[name].load_start())


@pytest.mark.parametrize("name", [name for name, paper in PAPERS.items() if not paper.trains])
def test_what_trains_nothing_needs_no_torch(name):
    code = (
        "import sys; sys.modules['torch'] = None; "
        f"from paintreel.learn.experiments.papers import PAPERS; PAPERS[{name!r}].load_start()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_typed_counts_not_what_the_recipe_says_for_it(asked, capsys):
    path = recipe('experiment = "scene"\ntrials = 100\n')
    assert command("--recipe", path, "--trials", "2") == 0
    assert asked["experiment"].trials == 2
    assert command("--recipe", path) == 2
    assert "recipe r.toml: trials is 100, expected 1 to 99" in capsys.readouterr().err
