"""`paintreel experiment`: train, score and compare the systems of a paper, as its tables do."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from paintreel.cli.pulse import stage
from paintreel.cli.terminal import show
from paintreel.errors import InputError
from paintreel.options import Options, argument, option, required_option

_BELONGS = {
    "photos": ("dske", "grade", "stylizers", "fuse"),
    "clips": ("stylizers",),
    "styles": ("dske",),
    "weights": ("mood",),
    "crops": ("scene",),
    "roughs": ("scene",),
    "extractor": ("scene",),
    "pictures": ("lines", "grade", "stylizers", "fuse"),
    "raters": ("grade",),
    "lines": ("script",),
    "ratings": ("script",),
    "lexicon": ("script",),
    "faces": ("emotion",),
    "speech": ("emotion",),
}
"""Options that some experiments alone have."""

_NEEDED = {
    "scene": ("art",),
    "dske": ("art", "photos", "styles"),
    "mood": ("art",),
    "lines": ("art",),
    "stylizers": ("art", "photos"),
    "grade": ("art", "photos"),
    "fuse": ("photos",),
    "script": ("lines",),
    "emotion": ("faces", "speech"),
}


@dataclass(frozen=True, kw_only=True)
class ExperimentOptions(Options):
    """Which tables are made, of what, and how long each training may take."""

    paper: Literal[
        "scene", "dske", "mood", "lines", "emotion", "script", "grade", "stylizers", "fuse"
    ] = argument(
        "PAPER",
        "what to reproduce: scene (MFFCN-GAN), dske (the medium of a picture), mood (rescaled "
        "ResNet-50), lines (the residual-attention GAN), emotion (CNN and LSTM), script (words), "
        "grade (light and colour by feeling), stylizers (FSGAN) or fuse (painting and footage)",
    )
    art: Path | None = option(
        None,
        "painted panels: some are learnt from, the rest are held out to measure (lines: a pack of "
        "pairs; emotion: panels whose faces are tried on; script and fuse have none)",
        metavar="DIR",
    )
    photos: Path | None = option(
        None,
        "photographs to learn from and hold out (dske, stylizers, fuse; grade: to hold out)",
        metavar="DIR",
    )
    clips: Path | None = option(None, "clips whose flicker is measured (stylizers)", metavar="DIR")
    styles: Path | None = option(
        None, "pictures of other media, a folder a medium (dske)", metavar="DIR"
    )
    faces: Path | None = option(
        None, "labelled faces; families are held out (emotion)", metavar="DIR"
    )
    speech: Path | None = option(
        None, "labelled recordings; speakers are held out (emotion)", metavar="DIR"
    )
    out: Path = required_option("folder of results", metavar="DIR")
    trials: int | None = option(
        None,
        "how often each system is trained (default: scene 10, stylizers and fuse 3; dske, lines "
        "and emotion 1; mood 4, each a fold of episodes)",
        low=1,
        high=99,
        metavar="N",
    )
    budget: str | None = option(
        None,
        "length of one training: 90s, 4m, 1h or 2000steps (default: scene, lines and stylizers "
        "4m, dske 65s, mood 22s, fuse 300steps)",
        metavar="TIME",
    )
    systems: str | None = option(
        None,
        "what to compare, by comma, one by one (mffcn, no_flip ...) or by group: systems, "
        "ablations ... (default: all)",
        metavar="LIST",
    )
    preset: str | None = option(None, "size of the networks: light or tiny (default light)")
    weights: Path | None = option(
        None, "ImageNet's weights of ResNet-50, as torchvision writes them (mood)", metavar="FILE"
    )
    crops: int | None = option(
        None,
        "how many held-out crops are measured (scene; default 48)",
        low=2,
        high=10_000,
        metavar="N",
    )
    pictures: int | None = option(
        None,
        "how many held-out pictures of each source are measured (lines, default 48; grade, 40; "
        "stylizers, 12; fuse: shots in all, 24)",
        low=2,
        high=10_000,
        metavar="N",
    )
    lines: Path | None = option(
        None, "labelled lines: columns id, tendency, emotion, line (script)", metavar="FILE.tsv"
    )
    ratings: Path | None = option(
        None, "what raters say: columns id, rater, tendency, emotion (script)", metavar="FILE.tsv"
    )
    lexicon: Path | None = option(
        None, "another list of words with their values, to count with (script)", metavar="FILE"
    )
    raters: Path | None = option(
        None,
        "what raters said of the blind pairs: columns sheet, rater, emotion, natural (grade)",
        metavar="FILE.tsv",
    )
    seed: int | None = option(
        None, "of trials and of what is held out (default 7)", low=0, high=1_000_000, metavar="N"
    )
    recipe: Path | None = option(None, "file with options and settings", metavar="TOML")
    changes: tuple[str, ...] = option(
        (),
        "change a setting of every network, e.g. --set pairs.batch=4",
        flag="--set",
        metavar="KEY=VALUE",
        repeats=True,
    )
    roughs: Path | None = option(
        None, "where roughs of the art are kept, for other runs too (scene)", metavar="DIR"
    )
    extractor: Path | None = option(
        None, "network whose features the perceptual distance compares (scene)", metavar="ONNX"
    )
    resume: bool = option(False, "go on where --out was left")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, papers in _BELONGS.items():
            if getattr(self, name) is not None and self.paper not in papers:
                raise InputError(
                    f"--{name} is of experiment {', '.join(papers)}; {self.paper} has no use for it"
                )
        if self.paper == "script":
            self._check_script()
        missing = [n for n in _NEEDED.get(self.paper, ()) if getattr(self, n) is None]
        if missing:
            beside = "" if self.art is None else " beside --art"
            raise InputError(f"experiment {self.paper} needs --{' and --'.join(missing)}{beside}")

    def _check_script(self) -> None:
        """Raise InputError for options of trainings: words are not trained here."""
        of_trainings = ("art", "trials", "budget", "systems", "preset", "recipe")
        given = [name for name in of_trainings if getattr(self, name) is not None]
        given += ["set"] * bool(self.changes) + ["resume"] * self.resume
        if given:
            raise InputError(f"experiment script trains nothing and has no use for --{given[0]}")


def run(options: ExperimentOptions) -> int:
    """Run the trials that are missing and write the report. Returns the exit code."""
    from paintreel.errors import MissingExtra

    if options.paper == "script":  # which needs no torch
        _run_script(options)
        return 0
    if options.paper == "grade":  # nor does this
        _run_grade(options)
        return 0
    runners = {
        "scene": _run_scene,
        "dske": _run_dske,
        "mood": _run_mood,
        "lines": _run_lines,
        "stylizers": _run_stylizers,
        "fuse": _run_fuse,
        "emotion": _run_emotion,
    }
    try:
        from paintreel.learn.experiments import trials  # noqa: F401  # whether torch is there
    except ImportError as error:
        raise MissingExtra("the experiment", "train") from error
    stage("at work")
    runners[options.paper](options)
    return 0


def _run_scene(options: ExperimentOptions) -> None:
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.scene.conditions import CONDITIONS
    from paintreel.learn.experiments.scene.report import write_report
    from paintreel.learn.experiments.scene.trials import Experiment, base_settings, run_experiment

    values = _asked(options, trials=10, budget="4m", base=base_settings)
    preset = values.pop("preset")
    run_experiment(
        Experiment(
            **values
            | {
                "conditions": choose_conditions(values.pop("systems"), CONDITIONS),
                "preset": preset,
                "settings": dataclasses.replace(values["settings"], preset=preset),
            }
        ),
        art=_art_of(options),
        roughs=options.roughs,
        extractor=options.extractor,
        **_run_facts(options, write_report),
    )


def _run_dske(options: ExperimentOptions) -> None:
    from paintreel.learn.experiments.classifying.experiment import PictureExperiment
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.dske.conditions import CONDITIONS
    from paintreel.learn.experiments.dske.report import write_dske_report
    from paintreel.learn.experiments.dske.settings import SETTINGS
    from paintreel.learn.experiments.dske.trials import run_dske

    assert options.photos is not None, "checked with the options"
    assert options.styles is not None, "checked with the options"
    values = _asked(options, trials=1, budget="65s", base=_base_of(SETTINGS))
    del values["preset"]  # the settings have it
    conditions = choose_conditions(values.pop("systems"), CONDITIONS)
    run_dske(
        PictureExperiment(conditions=conditions, **values),
        art=_art_of(options),
        photos=options.photos,
        styles=options.styles,
        **_run_facts(options, write_dske_report),
    )


def _run_mood(options: ExperimentOptions) -> None:
    from paintreel.learn.experiments.classifying.experiment import PictureExperiment
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.mood.conditions import CONDITIONS, IMAGENET
    from paintreel.learn.experiments.mood.report import write_mood_report
    from paintreel.learn.experiments.mood.settings import SETTINGS
    from paintreel.learn.experiments.mood.trials import run_mood

    values = _asked(options, trials=4, budget="22s", base=_base_of(SETTINGS))
    del values["preset"]
    names = values.pop("systems")
    conditions = choose_conditions(names, CONDITIONS)
    if names is None and options.weights is None:
        conditions = tuple(c for c in conditions if c.group != IMAGENET)
        show("without --weights: no ResNet-50 from ImageNet's weights")
    run_mood(
        PictureExperiment(conditions=conditions, folded=True, **values),
        art=_art_of(options),
        weights=options.weights,
        **_run_facts(options, write_mood_report),
    )


def _run_lines(options: ExperimentOptions) -> None:
    from paintreel.learn.experiments.conditions import REFERENCE, choose_conditions
    from paintreel.learn.experiments.lines.conditions import CONDITIONS
    from paintreel.learn.experiments.lines.report import write_lines_report
    from paintreel.learn.experiments.lines.settings import SETTINGS
    from paintreel.learn.experiments.lines.trials import LinesExperiment, run_lines

    values = _asked(options, trials=1, budget="4m", base=_base_of(SETTINGS))
    del values["preset"]  # the settings have it
    names = values.pop("systems")
    conditions = choose_conditions(names, CONDITIONS)
    if names is not None:  # rules take their time: those alone that are named
        conditions = tuple(c for c in conditions if c.group != REFERENCE or c.name in names)
    run_lines(
        LinesExperiment(conditions=conditions, **values),
        art=_art_of(options),
        **_run_facts(options, write_lines_report),
    )


def _run_stylizers(options: ExperimentOptions) -> None:
    from paintreel.cli.stylizers_experiment import run_stylizers_experiment
    from paintreel.learn.experiments.stylizers.report import write_stylizers_report
    from paintreel.learn.experiments.stylizers.settings import SETTINGS

    assert options.photos is not None, "checked with the options"
    run_stylizers_experiment(
        _asked(options, trials=3, budget="4m", base=_base_of(SETTINGS)),
        art=_art_of(options),
        photos=options.photos,
        clips=options.clips,
        facts=_run_facts(options, write_stylizers_report),
    )


def _run_fuse(options: ExperimentOptions) -> None:
    from paintreel.cli.fuse_experiment import run_fuse_experiment
    from paintreel.learn.experiments.fuse.report import write_fuse_report
    from paintreel.learn.experiments.fuse.settings import SETTINGS

    assert options.photos is not None, "checked with the options"
    run_fuse_experiment(
        _asked(options, trials=3, budget="300steps", base=_base_of(SETTINGS)),
        photos=options.photos,
        art=options.art,
        facts=_run_facts(options, write_fuse_report),
    )


def _art_of(options: ExperimentOptions) -> Path:
    assert options.art is not None, "checked with the options"
    return options.art


def _run_script(options: ExperimentOptions) -> None:
    from paintreel import __version__
    from paintreel.learn.experiments.script.lines import read_lines, read_opinions
    from paintreel.learn.experiments.script.measuring import measure
    from paintreel.learn.experiments.script.methods import methods
    from paintreel.learn.experiments.script.report import write_script_report

    assert options.lines is not None, "checked with the options"
    lines = read_lines(options.lines)
    raters = {} if options.ratings is None else read_opinions(options.ratings)
    seed = 7 if options.seed is None else options.seed
    stage("reading the lines")
    results = measure(lines, methods(options.lexicon), raters, seed=seed)
    command = ["paintreel", *sys.argv[1:]]
    report = write_script_report(
        options.out, results, command=command, seed=seed, version=__version__
    )
    for name, one in results.questions["tendency"].items():
        show(f"{name}: macro F1 {one.macro_f1:.3f} ({one.low:.3f} to {one.high:.3f})")
    show(str(report))


def _run_grade(options: ExperimentOptions) -> None:
    from paintreel import __version__
    from paintreel.learn.data.splits import read_splits
    from paintreel.learn.experiments.grade.measuring import GradeExperiment, run_grade
    from paintreel.learn.experiments.grade.report import write_grade_report

    assert options.photos is not None, "checked with the options"
    for name in ("trials", "budget", "systems", "preset", "changes"):
        if getattr(options, name):
            flag = "set" if name == "changes" else name
            raise InputError(f"--{flag} is of trainings; experiment grade has none")
    recipe = {} if options.recipe is None else _recipe(options.recipe, options.paper)
    if options.recipe is None or "splits" not in recipe:
        raise InputError(
            "experiment grade needs --recipe FILE that names splits, such as "
            "recipes/grade/grade.toml: what is held out"
        )
    splits = options.recipe.parent / recipe["splits"]
    given = {"pictures": options.pictures, "seed": options.seed}
    known: dict[str, Any] = {n: v for n, v in recipe.items() if n in ("pictures", "seed", "part")}
    known |= {name: value for name, value in given.items() if value is not None}
    experiment = GradeExperiment(splits=read_splits(splits), **known)
    results = run_grade(
        experiment,
        art=_art_of(options),
        photos=options.photos,
        out=options.out,
        raters=options.raters,
        resume=options.resume,
        say=show,
    )
    command = ["paintreel", *sys.argv[1:]]
    show(str(write_grade_report(options.out, results, command=command, version=__version__)))


def _run_emotion(options: ExperimentOptions) -> None:
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.emotion.conditions import CONDITIONS
    from paintreel.learn.experiments.emotion.report import write_emotion_report
    from paintreel.learn.experiments.emotion.settings import SETTINGS
    from paintreel.learn.experiments.emotion.trials import EmotionExperiment, run_emotion

    assert options.faces is not None, "checked with the options"
    assert options.speech is not None, "checked with the options"
    if options.budget is not None:
        raise InputError("experiment emotion counts steps: --set steps=400 instead of --budget")
    values = _asked(options, trials=1, budget="1m", base=_base_of(SETTINGS))
    del values["preset"], values["budget"]
    conditions = choose_conditions(values.pop("systems"), CONDITIONS)
    run_emotion(
        EmotionExperiment(conditions=conditions, **values),
        faces=options.faces,
        speech=options.speech,
        art=options.art,
        **_run_facts(options, write_emotion_report),
    )


def _run_facts(options: ExperimentOptions, write: Callable[..., Path]) -> dict[str, Any]:
    """What all experiments are run with; `write` makes the report of a folder."""
    from paintreel import __version__

    def report(_trial: int) -> None:
        show(str(write(options.out, version=__version__)))

    return {
        "out": options.out,
        "command": ["paintreel", *sys.argv[1:]],
        "resume": options.resume,
        "on_trial": report,
        "say": show,
    }


def _base_of(presets: Mapping[str, Any]) -> Callable[[str], Any]:
    """A function from a preset to its settings. Raises InputError for another preset."""

    def base(preset: str) -> Any:
        if preset not in presets:
            raise InputError(f"preset is {preset!r}, expected one of {', '.join(presets)}")
        return presets[preset]

    return base


def _asked(
    options: ExperimentOptions, *, trials: int, budget: str, base: Callable[[str], Any]
) -> dict[str, Any]:
    """Fields of the experiment: options over recipe over defaults. Raises InputError.

    base: from a preset to the settings of its networks.
    """
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.engine.settings import apply, parse_overrides

    given = ("trials", "budget", "systems", "preset", "crops", "pictures", "seed")
    typed = {n: getattr(options, n) for n in given if getattr(options, n) is not None}
    values: dict[str, Any] = {"trials": trials, "budget": budget, "preset": "light"}
    values |= (_recipe(options.recipe, options.paper) if options.recipe else {}) | typed
    dataclasses.replace(options, **{name: values[name] for name in given if name in values})
    settings = apply(base(values["preset"]), values.pop("settings", {}), "recipe settings")
    systems = values.pop("systems", None)
    return values | {
        "settings": apply(settings, parse_overrides(options.changes)),
        "systems": None if systems is None else systems.split(","),
        "budget": Budget.parse(values["budget"]),
    }


def _recipe(path: Path, paper: str) -> dict[str, Any]:
    """Options of a recipe. Raises InputError for what no recipe of this experiment has."""
    from paintreel.learn.data.splits import read_splits
    from paintreel.learn.engine.settings import read_recipe

    recipe = read_recipe(path)
    kinds: dict[str, type] = {
        **dict.fromkeys(("experiment", "budget", "systems", "preset"), str),
        **dict.fromkeys(("trials", "seed"), int),
        "settings": dict,
    }
    if paper == "scene":
        kinds |= dict.fromkeys(("crops", "crop_px", "max_art"), int)
    if paper in ("lines", "grade", "stylizers", "fuse"):
        kinds["pictures"] = int
    if paper == "grade":
        kinds |= {"splits": str, "part": str}
    if paper in ("stylizers", "fuse"):
        kinds["splits"] = str
    if paper in ("scene", "dske"):
        kinds |= {"splits": str, "held_out": list}
    if (named := recipe.pop("experiment", None)) != paper:
        what = "no experiment" if named is None else f"experiment {named!r}"
        raise InputError(f'recipe {path} is for {what}; it needs experiment = "{paper}"')
    for key, value in recipe.items():
        if key not in kinds or type(value) is not kinds[key]:
            raise InputError(
                f"recipe {path}: {key} = {value!r} is not one of {', '.join(kinds)} of its type"
            )
    if "splits" in recipe and paper in ("stylizers", "fuse"):
        recipe["splits"] = path.parent / recipe["splits"]
    elif "splits" in recipe and paper != "grade":  # which needs its parts
        splits = read_splits(path.parent / recipe.pop("splits"))
        held = splits.panels.held_out
        if paper == "scene":
            recipe["test"] = splits.panels.test
        if paper == "dske":
            held = (*held, *splits.photographs.held_out, *splits.media.held_out)
        recipe["held_out"] = list(held)
    if "held_out" in recipe:
        recipe["held_out"] = tuple(map(str, recipe["held_out"]))
    return recipe
