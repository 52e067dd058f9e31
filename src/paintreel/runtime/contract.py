"""The contract of a model: what a program must know to run its graph.

Layout, range, size multiple, halo. It travels inside the ONNX file (metadata key
``paintreel.contract``), or as the array ``contract`` of an ``.npz`` file (JSON as UTF-8 bytes), so
that a model cannot be separated from it.

    contract = Contract(
        name="hereva", system="fsgan", task="stylize", licence="CC-BY-4.0", credit="...",
        multiple=8, halo_px=72, tiling="exact",
    )
    # an exporter puts contract.metadata() into the ONNX metadata_props

Needs neither an inference runtime nor the onnx package: exporters and the catalogue use it too.
"""

from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.runtime.onnx_metadata import read_metadata

CONTRACT_KEY = "paintreel.contract"
CONTRACT_VERSION = 1

Tiling = Literal["exact", "blend", "whole"]
_TILINGS = ("exact", "blend", "whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """How a graph is fed and what it gives back.

    name      model name as the user types it, for example ``"hereva"``
    system    the system it implements, for example ``"fsgan"``
    task      what it is for: the verb that runs it, ``"stylize"`` or ``"scene"``, else what it
              gives, such as ``"features"``
    layout    ``"NCHW"``: float32 (N, C, H, W) in, (N, 3, H, W) RGB out
    range     value range of input and output, ``(0.0, 1.0)``
    multiple  height and width must be multiples of this many pixels
    halo_px   pixels around a tile that its result depends on (receptive radius, at least)
    tiling    ``exact``: tiles with that halo equal the untiled result; ``blend``: tiles must be
              cross-faded; ``whole``: the graph sees the whole picture or nothing
    licence   SPDX identifier of the weights
    credit    whom to name when the weights are used
    input, output  tensor names of the graph
    labels    what the entries of a one-hot input of the graph mean, in order; () without one
    code_size length of the global style code of the graph; 0 without one
    """

    name: str
    system: str
    licence: str
    credit: str
    task: str
    multiple: int
    halo_px: int
    tiling: Tiling
    layout: str = "NCHW"
    range: tuple[float, float] = (0.0, 1.0)
    input: str = "image"
    output: str = "stylized"
    labels: tuple[str, ...] = ()
    code_size: int = 0
    version: int = CONTRACT_VERSION

    def __post_init__(self) -> None:
        for key in ("name", "system", "licence", "task", "input", "output"):
            value = getattr(self, key)
            if not isinstance(value, str) or not value:
                raise InputError(f"contract {key} is {value!r}, expected text")
        if self.layout != "NCHW":
            raise InputError(f"contract layout is {self.layout!r}, expected 'NCHW'")
        if tuple(self.range) != (0.0, 1.0):
            raise InputError(f"contract range is {self.range!r}, expected (0.0, 1.0)")
        object.__setattr__(self, "range", (0.0, 1.0))
        if type(self.multiple) is not int or self.multiple < 1:
            raise InputError(f"contract multiple is {self.multiple!r}, expected an integer >= 1")
        if type(self.halo_px) is not int or self.halo_px < 0:
            raise InputError(f"contract halo_px is {self.halo_px!r}, expected an integer >= 0")
        if self.tiling not in _TILINGS:
            raise InputError(f"contract tiling is {self.tiling!r}, expected one of {_TILINGS}")
        texts = isinstance(self.labels, (tuple, list)) and all(
            isinstance(label, str) and label for label in self.labels
        )
        if not texts or len(set(self.labels)) != len(self.labels):
            raise InputError(f"contract labels are {self.labels!r}, expected different texts")
        object.__setattr__(self, "labels", tuple(self.labels))
        if type(self.code_size) is not int or self.code_size < 0:
            raise InputError(f"contract code_size is {self.code_size!r}, expected an integer >= 0")

    def metadata(self) -> dict[str, str]:
        """The entry to put into an ONNX file's ``metadata_props``."""
        return {CONTRACT_KEY: json.dumps(dataclasses.asdict(self), sort_keys=True)}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str], path: str | PathLike[str]) -> Contract:
        """The contract held by a model's metadata; `path` is named in errors.

        Raises ModelFileError when there is none, or one of another version, or a broken one.
        """
        text = metadata.get(CONTRACT_KEY)
        if text is None:
            raise ModelFileError(
                f"{path} is an ONNX model but not a Paintreel model: it has no "
                f"'{CONTRACT_KEY}' metadata; export it with 'paintreel train'"
            )
        try:
            values = json.loads(text)
        except ValueError as error:
            raise ModelFileError(f"{path} has a broken contract: {error}") from None
        return cls.from_dict(values, path)

    @classmethod
    def from_dict(cls, values: Any, path: str | PathLike[str]) -> Contract:
        """A contract from its plain form (JSON or TOML table). Raises ModelFileError."""
        if not isinstance(values, dict):
            raise ModelFileError(f"{path} has a broken contract: expected a table, got {values!r}")
        version = values.get("version")
        if version != CONTRACT_VERSION:
            raise ModelFileError(
                f"{path} has contract version {version!r}, this Paintreel reads version "
                f"{CONTRACT_VERSION}; export the model again or use the matching Paintreel"
            )
        known = {f.name for f in dataclasses.fields(cls)}
        if unknown := sorted(set(values) - known):
            raise ModelFileError(f"{path} has a broken contract: unknown keys {unknown}")
        try:
            if "range" in values:
                values = {**values, "range": tuple(values["range"])}
            return cls(**values)
        except (TypeError, InputError) as error:
            raise ModelFileError(f"{path} has a broken contract: {error}") from None

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Contract:
        """The contract inside an ONNX file, or an ``.npz`` one. Raises ModelFileError."""
        if Path(path).suffix == ".npz":
            return cls.from_dict(_read_npz(Path(path)), path)
        return cls.from_metadata(read_metadata(path), path)


def _read_npz(path: Path) -> Any:
    """The plain form of the contract that an ``.npz`` model holds as the array ``contract``."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if "contract" not in arrays.files:
                raise ModelFileError(f"{path} is not a Paintreel model: it has no contract")
            return json.loads(arrays["contract"].tobytes())
    except OSError as error:
        raise ModelFileError(f"cannot read model file {path}: {error.strerror or error}") from error
    except (ValueError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path} is truncated or not an .npz model: {error}") from None
