"""Find a model by name or path.

Bundled models lie in ``paintreel/weights/<name>/`` as ``model.onnx`` (or ``model.npz`` where the
model is no network) with its ``card.toml``, and with a ``sample.jpg`` where there is one to show.
The folders named by the environment variable ``PAINTREEL_MODELS`` (separated like ``PATH``) are
laid out the same way and come first, so that a studio can share its own models under short names;
folders of trainings may lie there as they are.

One file may hold several models on one backbone: its contract names them (`heads`). Each of them is
a model of the catalogue under its own name, with the file and the card of them all.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from paintreel.errors import InputError, ModelFileError, UnknownModel
from paintreel.near_names import did_you_mean, near_names
from paintreel.runtime.card import CARD_NAME, Card, card_beside

MODEL_NAMES = ("model.onnx", "model.npz")
SAMPLE_NAME = "sample.jpg"
MODELS_VARIABLE, OLD_MODELS_VARIABLE = "PAINTREEL_MODELS", "PAINTREEL_STYLES"
_SUFFIXES = {Path(name).suffix for name in MODEL_NAMES}
BUNDLED = Path(__file__).parents[1] / "weights"


class Catalogue(NamedTuple):
    """The named models of a task, sorted by name, and what is wrong with those not among them."""

    models: list[ModelFile]
    broken: list[ModelFileError]


class ModelFile(NamedTuple):
    """A model file and what its card says.

    head  which of the models in the file is meant; None where it is one model, or all of them
    """

    path: Path
    card: Card
    head: str | None = None

    @property
    def name(self) -> str:
        """What the user types for it when it is a named model."""
        return self.head or self.path.parent.name

    @property
    def sample(self) -> Path | None:
        """A picture of what the model does, where one lies beside it."""
        path = self.path.with_name(SAMPLE_NAME)
        return path if os.path.isfile(path) else None  # noqa: PTH113 - as in `_named`


def model_folders() -> list[Path]:
    """Where named models are looked for, first match wins."""
    own = os.environ.get(MODELS_VARIABLE, "")
    if not own and (own := os.environ.get(OLD_MODELS_VARIABLE, "")):
        warnings.warn(
            f"{OLD_MODELS_VARIABLE} is called {MODELS_VARIABLE} now; the old name goes with 0.3",
            FutureWarning,  # for users of the program, who see no DeprecationWarning
            stacklevel=2,
        )
    return [*(Path(entry) for entry in own.split(os.pathsep) if entry), BUNDLED]


def list_models(task: str | None = "stylize") -> list[ModelFile]:
    """Every named model of a task (None: of all tasks), sorted by name.

    A model whose card is broken is left out, with a warning.
    """
    catalogue = read_catalogue(task)
    for error in catalogue.broken:
        warnings.warn(f"a model is left out: {error}", RuntimeWarning, stacklevel=2)
    return catalogue.models


def read_catalogue(task: str | None = "stylize") -> Catalogue:
    """Every named model of a task (None: of all tasks), and the errors of those that have none."""
    models: dict[str, ModelFile] = {}
    broken: list[ModelFileError] = []
    named = _named()
    for name, path in named.items():
        try:
            model = _load(path)
        except ModelFileError as error:
            broken.append(error)
            continue
        for each in _models_in(model):
            # A folder of that name comes before a part of another file.
            if each.head is None or each.head == name or each.head not in named:
                models.setdefault(each.name, each)
    of_task = [m for _, m in sorted(models.items()) if task in (None, m.card.contract.task)]
    return Catalogue(of_task, broken)


def bundled(name: str) -> Path:
    """Where the model of that name lies in the package.

    An install may lack it: whoever opens the file says so.
    """
    paths = [BUNDLED / name / file for file in MODEL_NAMES]
    return next((path for path in paths if path.is_file()), paths[0])


EXTRACTORS: Mapping[str, str] = {"dske": "features", "efficientnet": "classifiers"}
"""Bundled features by the name that scores carry (`fd_NAME`) -> the model that has them."""


def find_extractor(name_or_path: str | PathLike[str]) -> Path:
    """The file of bundled features, or a path as it is.

    Raises InputError for what is neither a name of `EXTRACTORS` nor looks like a path, with the
    nearest name.
    """
    text = os.fspath(name_or_path)
    path = Path(text)
    if isinstance(name_or_path, PathLike) or path.suffix or len(path.parts) > 1:
        return path
    if text in EXTRACTORS:
        return bundled(EXTRACTORS[text])
    if os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises for a name too long
        return path
    hint = did_you_mean(
        near_names(text, EXTRACTORS), f"There are {' and '.join(EXTRACTORS)}, or give FILE.onnx"
    )
    raise InputError(f"no features are called '{text}'; {hint}")


def find_model(name_or_path: str | PathLike[str], task: str | None = None) -> ModelFile:
    """The model of a name, or of a path to a model file; of one task, unless that is None.

    Text that ends in the suffix of a model or holds a path separator is a path; so is the name of
    a folder, where no model has that name. A path to a folder with a model and its card, such as
    that of a training, is the model's. Raises UnknownModel for an unknown name, with the nearest
    names of that task, and ModelFileError for a path that is no model and for a model of another
    task.
    """
    path = _path_of(name_or_path)
    model = _part(os.fspath(name_or_path)) if path is None else _load(path)
    if model is None:
        known = [each.name for each in read_catalogue(task).models]
        raise UnknownModel(_unknown(os.fspath(name_or_path), known))
    if task not in (None, model.card.contract.task):
        raise ModelFileError(
            f"{model.path} is a model for '{model.card.contract.task}', expected one for '{task}'"
        )
    return model


def find_unless_ruled(
    method: str | PathLike[str], *, rule: str, auto: str, bundled: str, task: str
) -> ModelFile | None:
    """The model of a verb that can also work by rule; None where the rule is to do it.

    rule     the method that takes no model
    auto     the method that takes `bundled`, and the rule where that is not there

    Raises what `find_model` does for any other method.
    """
    if os.fspath(method) == rule:
        return None
    if method != auto:
        return find_model(method, task=task)
    try:
        return find_model(bundled, task=task)
    except UnknownModel:
        return None


def _path_of(name_or_path: str | PathLike[str]) -> Path | None:
    """The file of a name, a path as it is; None for a name that no model has."""
    text = os.fspath(name_or_path)
    separators = {os.sep, os.altsep or os.sep}
    is_path = isinstance(name_or_path, PathLike) or any(s in text for s in separators)
    path = Path(text)
    is_folder = os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for a name too long
    if is_path or path.suffix in _SUFFIXES:
        return _of_folder(path) if is_folder else path
    is_folder = is_folder and _part(text) is None
    return _named().get(text) or (_of_folder(path) if is_folder else None)


def _of_folder(folder: Path) -> Path:
    """The model file that the card of a folder is of. Raises ModelFileError where there is none."""
    card = folder / CARD_NAME
    if not os.path.isfile(card):  # noqa: PTH113 - Path.is_file raises where it may not look
        raise ModelFileError(
            f"{folder} is a folder without a model ({CARD_NAME} and its file); give such a "
            "folder, or a model file (.onnx or .npz)"
        )
    model = folder / Card.load(card).file
    if not os.path.isfile(model):  # noqa: PTH113
        raise ModelFileError(f"{folder} holds the card of {model.name}, and no such file")
    return model


def _part(name: str) -> ModelFile | None:
    """The model of that name inside a file of several; None where no file holds it."""
    models = read_catalogue(task=None).models
    return next((model for model in models if model.head == name), None)


def _models_in(model: ModelFile) -> list[ModelFile]:
    """The models of a file: itself, or those that its contract names."""
    heads = model.card.contract.heads
    return [ModelFile(model.path, model.card, head) for head in heads] or [model]


def _load(path: Path) -> ModelFile:
    return ModelFile(path, card_beside(path) or Card.describe(path))


def _named() -> dict[str, Path]:
    """Name -> model file; a folder without model or card holds none."""
    named: dict[str, Path] = {}
    for folder in model_folders():
        for card in folder.glob(f"*/{CARD_NAME}"):
            if model := _beside(card):
                named.setdefault(card.parent.name, model)
    return named


def _beside(card: Path) -> Path | None:
    """The model file of a card; a training leaves one of another name, alone in its folder."""
    for model in map(card.with_name, MODEL_NAMES):
        if os.path.isfile(model):  # noqa: PTH113 - Path.is_file raises where it may not look
            return model
    others = [path for suffix in _SUFFIXES for path in card.parent.glob(f"*{suffix}")]
    return others[0] if len(others) == 1 else None


def _unknown(name: str, known: list[str]) -> str:
    if near := near_names(name, known, most=3):
        hint = did_you_mean(near)
    elif known:
        hint = "installed are " + ", ".join(known) + "."
    else:
        hint = "none is installed."
    return f"no model named '{name}'; {hint} See 'paintreel models'."
