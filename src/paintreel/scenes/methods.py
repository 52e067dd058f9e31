"""All methods that make scenes, behind one protocol: the paper's MFFCN and its peers."""

from __future__ import annotations

import os
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from paintreel.errors import InputError, UnknownModel
from paintreel.imaging.arrays import Array, from_float, to_float
from paintreel.near_names import did_you_mean, near_names
from paintreel.notes import warn_of
from paintreel.runtime.catalog import find_model, read_catalogue
from paintreel.runtime.tiling import Tile, tile_side_px
from paintreel.scenes import DEFAULT_METHOD
from paintreel.scenes.network import AUTO_TILE_PX, Finisher

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from paintreel.roughs.rough import Rough
    from paintreel.runtime.model import BackendName, DeviceName, Model
    from paintreel.scenes.svmm import SVMM
    from paintreel.worlds.categories import Category

TASK = "scene"
"""Of the models that are methods."""

PEERS = ("cdlm", "osdlm", "pix2pixhd")
"""Networks that the usual one is measured against: they come without weights, and are trained."""


def method_names() -> tuple[str, ...]:
    """Every method that can be named: the usual one, other models for scenes, the rules.

    Those of the paper that are installed with the program are mffcn (multi-scale network with
    attention, trained with an adversary), svmm (patches chosen by a support vector machine) and
    grbm (the drawing by rules itself). Its others, PEERS, are here once they are trained: cdlm
    (deep single-scale network), osdlm (small tuned network), pix2pixhd (coarse-to-fine network with
    a multi-scale adversary).
    """
    models = [model.name for model in read_catalogue(task=TASK).models]
    return (*sorted(models, key=lambda name: (name != DEFAULT_METHOD, name)), Rules.name)


class Method(Protocol):
    """What makes a picture of a rough.

    `draws`: the pictures of this method are the drawing by rules itself, which nothing paints over.
    `model`: its network, which knows what it runs on; None for a method without one.
    """

    draws: bool

    @property
    def model(self) -> Model | None: ...

    @property
    def name(self) -> str:
        """What the user types for it, or what its model calls itself."""

    def finish(
        self,
        rough: Rough,
        category: Category | None = None,
        *,
        code: Array | None = None,
        dtype: DTypeLike = np.uint8,
    ) -> Array:
        """The painted picture, (H, W, 3) RGB in `dtype`. Raises InputError.

        code: what `code_of` gave for the whole of which `rough` is a part.
        """

    def code_of(self, rough: Rough, category: Category | None = None) -> Array | None:
        """What the method takes of a whole picture to paint its parts alike; None: nothing."""


class Network:
    """A trained network as a method."""

    draws = False

    def __init__(self, finisher: Finisher) -> None:
        self.finish, self.code_of = finisher.finish, finisher.code_of
        self.name = finisher.name
        self.model: Model | None = finisher.model


class Patches:
    """SVMM as a method: it composes in 8 bits."""

    draws = False
    model = None
    name = "svmm"

    def __init__(self, model: SVMM) -> None:
        self._model = model

    def finish(
        self,
        rough: Rough,
        category: Category | None = None,
        *,
        code: Array | None = None,
        dtype: DTypeLike = np.uint8,
    ) -> Array:
        """The composed picture, (H, W, 3) RGB in `dtype`."""
        return from_float(to_float(self._model(rough, category)), dtype)

    def code_of(self, rough: Rough, category: Category | None = None) -> None:
        """Nothing: patches are chosen place by place."""


class Rules:
    """GRBM as a method: it draws of itself, from a category and a seed."""

    draws = True
    model = None
    name = "grbm"

    def finish(
        self,
        rough: Rough,
        category: Category | None = None,
        *,
        code: Array | None = None,
        dtype: DTypeLike = np.uint8,
    ) -> Array:
        """Raises InputError: rules have no use for a rough."""
        raise _cannot_finish()

    def code_of(self, rough: Rough, category: Category | None = None) -> None:
        """Nothing: rules know the whole."""


def _cannot_finish() -> InputError:
    others = ", ".join(name for name in method_names() if name != Rules.name)
    return InputError(
        f"method '{Rules.name}' draws from a category and a seed and cannot finish a rough; use "
        f"one of {others}"
    )


def check_can_finish(method: Method) -> None:
    """Raise InputError when a method only draws."""
    if method.draws:
        raise _cannot_finish()


def tell_of_device(method: Method) -> None:
    """Warn a Python program of a device that could not be had, or that has failed since."""
    if method.model is not None:
        warn_of(method.model.notes)


def open_method(
    name_or_path: str | PathLike[str] = DEFAULT_METHOD,
    *,
    backend: BackendName = "auto",
    device: DeviceName = "auto",
    threads: int | None = None,
    tile: Tile = "auto",
) -> Method:
    """A method by its name or by the path of a scene model; the last two stay loaded.

    Options are those of `Finisher`. Raises InputError for an unknown name (with the nearest),
    UnknownModel when the method has no weights here, ModelFileError for a file that is no scene
    model, and the errors of `Finisher`.
    """
    text = os.fspath(name_or_path)
    if text == Rules.name:
        return Rules()
    path = _weights(name_or_path).resolve()
    stat = path.stat()
    return _loaded(path, stat.st_mtime_ns, stat.st_size, backend, device, threads, tile)


@lru_cache(maxsize=2)
def _loaded(
    path: Path,
    mtime_ns: int,
    size_bytes: int,
    backend: BackendName,
    device: DeviceName,
    threads: int | None,
    tile: Tile,
) -> Method:
    """A method by what makes its file the same file; a changed one is loaded again."""
    return _OPENERS[path.suffix](path, backend, device, threads, tile)


def _network(
    path: Path, backend: BackendName, device: DeviceName, threads: int | None, tile: Tile
) -> Method:
    finisher = Finisher(path, backend=backend, device=device, threads=threads, tile=tile)
    return Network(finisher)


def _patches(
    path: Path, backend: BackendName, device: DeviceName, threads: int | None, tile: Tile
) -> Method:
    from paintreel.scenes.svmm import SVMM

    model = SVMM(path)
    tile_side_px(tile, model.contract, AUTO_TILE_PX)  # whole: a number is refused
    return Patches(model)


_OPENERS = {".onnx": _network, ".npz": _patches}
"""Suffix of a model file -> what makes a method of it."""


def _weights(name_or_path: str | PathLike[str]) -> Path:
    """The model file of a method's name or a path, checked to be for scenes."""
    try:
        return find_model(name_or_path, task=TASK).path
    except UnknownModel:
        text, names = os.fspath(name_or_path), method_names()
        if text in PEERS:
            raise InputError(
                f"{text} comes without weights; make them by 'paintreel train {text} --art DIR "
                f"--out runs/{text}', then give --method runs/{text}"
            ) from None
        known = (
            f"There are: {', '.join(names)}, or the path of a scene model; 'paintreel train' makes "
            "others"
        )
        hint = did_you_mean(near_names(text, (*names, *PEERS)), known)
        raise InputError(f"method '{text}' not found; {hint}") from None


def __getattr__(name: str) -> tuple[str, ...]:
    if name == "METHODS":
        return method_names()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
