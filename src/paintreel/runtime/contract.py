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
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from paintreel.errors import InputError, ModelFileError, UnreadableFile
from paintreel.imaging.array_files import arrays_in
from paintreel.imaging.arrays import Array
from paintreel.runtime.model_bytes import read_model_bytes
from paintreel.runtime.onnx_file import read_metadata
from paintreel.runtime.schema import (
    CONTRACT_FIELDS,
    MAX_TEXT_BYTES,
    problem_of,
    shown,
    too_deep,
)

CONTRACT_KEY = "paintreel.contract"
CONTRACT_VERSION = 1

MAX_ARRAYS_BYTES = 1 << 28
"""All arrays of an ``.npz`` model together, unpacked."""

Tiling = Literal["exact", "blend", "whole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """How a graph is fed and what it gives back.

    `paintreel.runtime.schema` bounds every field; InputError is raised for what is out of bounds.

    name      model name as the user types it, for example ``"hereva"``: letters, digits, ``-`` and
              ``_``, at most 64
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
    grain     deviation of the grain that is laid into a scene network's input; 0 for none
    heads     {model: its labels} of a graph that holds several models on one backbone: the entries
              of the output, models in the order of their names; {} for other graphs
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
    grain: float = 0.0
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: int = CONTRACT_VERSION

    def __post_init__(self) -> None:
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        if problem := problem_of(values, CONTRACT_FIELDS):
            raise InputError(f"contract {problem}")
        object.__setattr__(self, "range", (0.0, 1.0))
        object.__setattr__(self, "labels", tuple(self.labels))
        heads = {name: tuple(labels) for name, labels in sorted(self.heads.items())}
        object.__setattr__(self, "heads", heads)

    def plain(self) -> dict[str, Any]:
        """As plain values; without heads and grain where it has none: older versions read it."""
        values = dataclasses.asdict(self)
        return {k: v for k, v in values.items() if v or k not in ("heads", "grain")}

    def slice_of(self, head: str) -> slice:
        """Where the entries of a head lie in the output. KeyError where there is no such head."""
        start = sum(len(labels) for name, labels in self.heads.items() if name < head)
        return slice(start, start + len(self.heads[head]))

    def metadata(self) -> dict[str, str]:
        """The entry to put into an ONNX file's ``metadata_props``."""
        return {CONTRACT_KEY: json.dumps(self.plain(), sort_keys=True)}

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
        return cls.from_dict(_parsed(text, path), path)

    @classmethod
    def from_dict(cls, values: object, path: str | PathLike[str]) -> Contract:
        """A contract from its plain form (JSON or TOML table). Raises ModelFileError."""
        if not isinstance(values, dict):
            raise ModelFileError(
                f"{path} has a broken contract: expected a table, got {shown(values)}"
            )
        version = values.get("version")
        if type(version) is not int or version != CONTRACT_VERSION:
            raise ModelFileError(
                f"{path} has contract version {shown(version)}, this Paintreel reads version "
                f"{CONTRACT_VERSION}; export the model again or use the matching Paintreel"
            )
        known = {f.name for f in dataclasses.fields(cls)}
        if unknown := sorted(set(values) - known):
            raise ModelFileError(f"{path} has a broken contract: unknown keys {shown(unknown)}")
        try:
            return cls(**values)
        except (TypeError, InputError) as error:
            raise ModelFileError(f"{path} has a broken contract: {error}") from None

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Contract:
        """The contract inside an ONNX file, or an ``.npz`` one. Raises ModelFileError."""
        return cls.from_bytes(read_model_bytes(path), path)

    @classmethod
    def from_bytes(cls, data: bytes, path: str | PathLike[str]) -> Contract:
        """The contract inside the bytes of a model file; `path` tells its kind and is named.

        Raises ModelFileError.
        """
        if Path(path).suffix != ".npz":
            return cls.from_metadata(read_metadata(data, path), path)
        arrays = model_arrays(data, path, ["contract"])
        if "contract" not in arrays:
            raise ModelFileError(f"{path} is not a Paintreel model: it has no contract")
        return cls.from_array(arrays["contract"], path)

    @classmethod
    def from_array(cls, array: Array, path: str | PathLike[str]) -> Contract:
        """The contract held by the array ``contract``: JSON as UTF-8. Raises ModelFileError."""
        try:
            text = array.tobytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelFileError(f"{path} has a broken contract: {error}") from None
        return cls.from_dict(_parsed(text, path), path)


def model_arrays(
    data: bytes, path: str | PathLike[str], names: Collection[str] | None = None
) -> dict[str, Array]:
    """The arrays of the bytes of an ``.npz`` model; only those of `names` that are there, if given.

    Raises ModelFileError for damaged bytes and for more than `MAX_ARRAYS_BYTES` unpacked.
    """
    try:
        return arrays_in(data, path, names, max_bytes=MAX_ARRAYS_BYTES)
    except UnreadableFile as error:
        raise ModelFileError(f"{path} is no .npz model: {error.reason}") from error


def _parsed(text: str, path: str | PathLike[str]) -> object:
    """The values of a contract's text, of bounded size and depth."""
    if len(text) > MAX_TEXT_BYTES:
        raise ModelFileError(f"{path} has a broken contract: it is longer than {MAX_TEXT_BYTES:,}")
    try:
        values: object = json.loads(text)
    except RecursionError:
        raise ModelFileError(f"{path} has a broken contract: it is nested too deep") from None
    except ValueError as error:
        raise ModelFileError(f"{path} has a broken contract: {error}") from None
    if too_deep(values):
        raise ModelFileError(f"{path} has a broken contract: it is nested too deep")
    return values
