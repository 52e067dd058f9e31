"""The verbs: a new one is a row here and a room of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from paintreel.options.description import Options


@dataclass(frozen=True)
class Verb:
    """A row of `VERBS`; the modules are below `paintreel`, loaded when they are needed.

    summary  what `paintreel --help` says
    options  "module:Class" of its options
    plan     "module:function" from the options to a `paintreel.jobs.run.Batch`, for verbs that
             make files; the command runs it, shows progress and tells what became of each
    command  "module:function" from the options to an exit code, for verbs that print
    asks     "module:function" from the options to a `paintreel.jobs.asked.AskedOfFiles`, for those
             of them that answer of many files, each by itself, which nodes of a cluster may do
    of_each  whether each input has results of its own, so that it may be fetched by itself
    shards   whether the first steps of a clip's frames are pictures, which may be made elsewhere
    """

    summary: str
    options: str
    plan: str = ""
    command: str = ""
    asks: str = ""
    of_each: bool = False
    shards: bool = False


VERBS: Mapping[str, Verb] = {
    "stylize": Verb(
        "paint photographs, folders and clips in a style",
        "stylize.options:StylizeOptions",
        plan="stylize.batch:plan_stylize",
        of_each=True,
        shards=True,
    ),
    "scene": Verb(
        "paint a background from words and a seed, or from a rough",
        "scene.options:SceneOptions",
        plan="scene.batch:plan_scene",
    ),
    "rough": Verb(
        "make flat colours and lines of a picture, to start a scene from",
        "rough.options:RoughOptions",
        plan="rough.batch:plan_rough",
    ),
    "lineart": Verb(
        "lines of pictures and clips; clean pencil drawings",
        "lineart.options:LineartOptions",
        plan="lineart.batch:plan_lineart",
        of_each=True,
        shards=True,
    ),
    "colorize": Verb(
        "colour line art by hints or a palette; flats, layers",
        "colorize.options:ColorizeOptions",
        plan="colorize.batch:plan_colorize",
        of_each=True,
    ),
    "classify": Verb(
        "tell the feeling, medium or place of pictures and clips",
        "classify.options:ClassifyOptions",
        command="cli.classify:run",
        asks="classify.batch:plan_classify",
    ),
    "emotion": Verb(
        "tell who feels what, by voice and face, over time",
        "emotion.options:EmotionOptions",
        command="cli.emotion:run",
        asks="emotion.batch:plan_emotion",
    ),
    "sheet": Verb(
        "draw the colour script of a film, with its mood line",
        "sheet.options:SheetOptions",
        plan="sheet.batch:plan_sheet",
    ),
    "character": Verb(
        "draw a character in a feeling; its model sheet; a line acted out",
        "character.options:CharacterOptions",
        plan="character.batch:plan_character",
    ),
    "grade": Verb(
        "move light and colour of pictures and clips to a feeling",
        "grade.options:GradeOptions",
        plan="grade.batch:plan_grade",
        of_each=True,
        shards=True,
    ),
    "fuse": Verb(
        "paint a clip like one or more painted frames of it",
        "fuse.options:FuseOptions",
        plan="fuse.batch:plan_fuse",
    ),
    "script": Verb(
        "tell the tendency and emotion of a script's lines and scenes",
        "script.options:ScriptOptions",
        command="cli.script:run",
    ),
    "models": Verb(
        "list the styles with look, licence and speed, or show one",
        "cli.models:ModelsOptions",
        command="cli.models:run",
    ),
    "info": Verb(
        "show what the program sees in a file",
        "cli.info:InfoOptions",
        command="cli.info:run",
    ),
    "train": Verb(
        "learn a style or a scene network from your own art",
        "cli.train:TrainOptions",
        command="cli.train:run",
    ),
    "experiment": Verb(
        "train and compare the systems of a paper, as its tables do",
        "cli.experiment:ExperimentOptions",
        command="cli.experiment:run",
    ),
    "score": Verb(
        "measure pictures and clips, alone or against a reference",
        "score.options:ScoreOptions",
        command="cli.score:run",
        asks="score.asking:ask_scores",
    ),
    "compare": Verb(
        "rank systems by paired tests on the same pictures",
        "compare.options:CompareOptions",
        command="cli.compare:run",
        asks="compare.asking:ask_scores",
    ),
    "spectrum": Verb(
        "draw how much detail of each fineness sets of pictures have",
        "spectrum.options:SpectrumOptions",
        command="cli.spectrum:run",
        asks="spectrum.batch:plan_spectrum",
    ),
    "agree": Verb(
        "measure how well raters agree",
        "agree.options:AgreeCommandOptions",
        command="cli.agree:run",
    ),
    "studio": Verb(
        "serve the web app for a team",
        "cli.studio:StudioOptions",
        command="cli.studio:run",
    ),
}
"""Every verb of the command, in the order of its help."""


def options_of(verb: str) -> type[Options]:
    """The options class of a verb."""
    return _load(VERBS[verb].options)  # type: ignore[no-any-return]


def _load(place: str) -> Any:
    """What "module:name" below `paintreel` names."""
    module, name = place.split(":")
    return getattr(import_module(f"paintreel.{module}"), name)


def plan_of(verb: str) -> Callable[[Any], Any]:
    """The function of a verb that makes files, from its options to its Batch."""
    return _load(VERBS[verb].plan)  # type: ignore[no-any-return]


def asked_of(verb: str) -> Callable[[Any], Any]:
    """The function of a verb that answers of files, from its options to what is asked."""
    return _load(VERBS[verb].asks)  # type: ignore[no-any-return]


def command_of(verb: str) -> Callable[[Any], int]:
    """The function of a verb that prints, from its options to an exit code."""
    return _load(VERBS[verb].command)  # type: ignore[no-any-return]
