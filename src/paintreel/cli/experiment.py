"""`paintreel experiment`: train, score and compare the systems of a paper, as its tables do."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.cli.pulse import stage
from paintreel.cli.terminal import show
from paintreel.errors import InputError
from paintreel.options import Options, argument, described, flag_of, option, required_option

if TYPE_CHECKING:
    from paintreel.learn.experiments.asked import AskedExperiment
    from paintreel.learn.experiments.papers import Paper


def _papers() -> Sequence[str]:
    from paintreel.learn.experiments.papers import PAPERS

    return tuple(PAPERS)


def _help_of_papers() -> str:
    from paintreel.learn.experiments.papers import PAPERS

    return f"what to reproduce: {', '.join(f'{p.name} ({p.title})' for p in PAPERS.values())}"


def _of(name: str, text: str) -> Callable[[], str]:
    """Help of an option, with the experiments that take it."""

    def help_text() -> str:
        from paintreel.learn.experiments.papers import papers_with

        return f"{text} ({', '.join(papers_with(name))})"

    return help_text


def _with_defaults(name: str, text: str) -> Callable[[], str]:
    """Help of an option, with what each experiment takes without it."""

    def help_text() -> str:
        from paintreel.learn.experiments.papers import PAPERS

        values = {paper.name: getattr(paper, name) for paper in PAPERS.values()}
        told = ", ".join(f"{paper} {value}" for paper, value in values.items() if value is not None)
        return f"{text} (default: {told})"

    return help_text


@dataclass(frozen=True, kw_only=True)
class ExperimentOptions(Options):
    """Which tables are made, of what, and how long each training may take."""

    paper: str = argument("PAPER", _help_of_papers, choices=_papers)
    art: Path | None = option(
        None,
        "painted panels: some are learnt from, the rest are held out to measure (lines: a pack of "
        "pairs; emotion: panels whose faces are tried on; script and fuse have none)",
        metavar="DIR",
    )
    photos: Path | None = option(
        None,
        _of("photos", "photographs to learn from, or to measure on"),
        metavar="DIR",
    )
    clips: Path | None = option(
        None, _of("clips", "clips whose flicker is measured"), metavar="DIR"
    )
    styles: Path | None = option(
        None, _of("styles", "pictures of other media, a folder a medium"), metavar="DIR"
    )
    faces: Path | None = option(
        None, _of("faces", "labelled faces; families are held out"), metavar="DIR"
    )
    speech: Path | None = option(
        None, _of("speech", "labelled recordings; speakers are held out"), metavar="DIR"
    )
    out: Path = required_option("folder of results", metavar="DIR")
    trials: int | None = option(
        None,
        _with_defaults("trials", "how often each system is trained; of mood each is a fold"),
        low=1,
        high=99,
        metavar="N",
    )
    budget: str | None = option(
        None,
        _with_defaults("budget", "length of one training: 90s, 4m, 1h or 2000steps"),
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
        None,
        _of("weights", "ImageNet's weights of ResNet-50, as torchvision writes them"),
        metavar="FILE",
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
        None,
        _of("lines", "labelled lines: columns id, tendency, emotion, line"),
        metavar="FILE.tsv",
    )
    ratings: Path | None = option(
        None,
        _of("ratings", "what raters say: columns id, rater, tendency, emotion"),
        metavar="FILE.tsv",
    )
    lexicon: Path | None = option(
        None,
        _of("lexicon", "another list of words with their values, to count with"),
        metavar="FILE",
    )
    raters: Path | None = option(
        None,
        _of(
            "raters", "what raters said of the blind pairs: columns sheet, rater, emotion, natural"
        ),
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
        None, _of("roughs", "where roughs of the art are kept, for other runs too"), metavar="DIR"
    )
    extractor: Path | None = option(
        None,
        _of("extractor", "network whose features the perceptual distance compares"),
        metavar="ONNX",
    )
    resume: bool = option(False, "go on where --out was left")

    def __post_init__(self) -> None:
        super().__post_init__()
        from paintreel.learn.experiments.papers import problem_with

        given = [name for name in _flags() if self.is_given(name)]
        if problem := problem_with(self.paper, given, _flags()):
            raise InputError(problem)

    def is_given(self, name: str) -> bool:
        """Whether an option was given a value."""
        value = getattr(self, name)
        return value is not None and value is not False and value != ()


def _flags() -> dict[str, str]:
    """{option: what it is called on the command line}"""
    return {field.name: flag_of(field, facts) for field, facts, _ in described(ExperimentOptions)}


def run(options: ExperimentOptions) -> int:
    """Run what is missing of an experiment and write its report. Returns the exit code."""
    from paintreel.errors import MissingExtra
    from paintreel.learn.experiments.papers import PAPERS

    paper = PAPERS[options.paper]
    if paper.trains:
        try:
            from paintreel.learn.experiments import trials  # noqa: F401  # whether torch is there
        except ImportError as error:
            raise MissingExtra("the experiment", "train") from error
    stage("at work")
    paper.load_start()(_asked(options, paper))
    return 0


def _asked(options: ExperimentOptions, paper: Paper) -> AskedExperiment:
    """What is asked for.

    Raises InputError where what a recipe says for an option is out of its range.
    """
    from paintreel.learn.experiments.asked import AskedExperiment, read_asked_recipe

    recipe = {} if options.recipe is None else read_asked_recipe(options.recipe, paper)
    settings, splits = recipe.pop("settings", {}), recipe.pop("splits", None)
    typed = {name: getattr(options, name) for name in _flags() if options.is_given(name)}
    try:
        said = {name: recipe[name] for name in _flags() if name in recipe and name not in typed}
        dataclasses.replace(options, **said)
    except InputError as error:
        raise InputError(f"recipe {options.recipe}: {error}") from None
    own = {"trials": paper.trials, "budget": paper.budget}
    plain = {name: value for name, value in typed.items() if isinstance(value, int | str)}
    return AskedExperiment(
        paths={name: value for name, value in typed.items() if isinstance(value, Path)},
        values={name: value for name, value in own.items() if value is not None} | recipe | plain,
        settings=settings,
        changes=options.changes,
        splits=splits,
        out=options.out,
        resume=options.resume,
        command=["paintreel", *sys.argv[1:]],
        say=show,
    )
