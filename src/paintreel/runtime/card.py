"""What a model file promises: the contract inside it and the card beside it.

The *contract* is what a program must know to run the graph: layout, range, size multiple, halo.
It travels inside the ONNX file (metadata key ``paintreel.contract``), so a model can not be
separated from it. The *card* is what a person must know to use the model: licence, credit, how it
was trained and measured. It lies beside the model as ``card.toml`` and holds the file's SHA-256.

    contract = Contract(name="hereva", system="fsgan", licence="CC-BY-4.0", credit="...")
    # export: put contract.metadata() into the ONNX metadata_props, write the file, then
    card = Card.describe("model.onnx", description="...", training={"seed": 7})
    card.save("card.toml")

Needs neither an inference runtime nor the onnx package: the exporter under ``learn`` and the
catalogue both use it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from paintreel.errors import InputError, ModelFileError

CONTRACT_KEY = "paintreel.contract"
CONTRACT_VERSION = 1
CARD_NAME = "card.toml"

Tiling = Literal["exact", "blend", "whole"]
_TILINGS = ("exact", "blend", "whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """How a graph is fed and what it gives back.

    name      style name as the user types it, for example ``"hereva"``
    system    the system it implements, for example ``"fsgan"``
    task      the verb that runs it: ``"stylize"`` or ``"scene"``
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
    task: str = "stylize"
    layout: str = "NCHW"
    range: tuple[float, float] = (0.0, 1.0)
    multiple: int = 8
    halo_px: int = 72
    tiling: Tiling = "exact"
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
                f"{path} is an ONNX model but not a Paintreel style: it has no "
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
                f"{CONTRACT_VERSION}; export the style again or use the matching Paintreel"
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
        """The contract inside an ONNX file. Raises ModelFileError."""
        return cls.from_metadata(read_metadata(path), path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a person needs to know about a model, beside its contract.

    file        name of the model file the card belongs to
    sha256      hex digest of that file
    size_bytes  its size
    speed       free table of measured speeds; ``fps_720p`` is the frames per second that
                `paintreel models` lists, ``machine`` says where it was measured
    training    free table: recipe, command, seed, wall_time_s, data_hash, commit, measures ...
    """

    contract: Contract
    file: str
    sha256: str
    size_bytes: int
    description: str = ""
    speed: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def describe(
        cls,
        model: str | PathLike[str],
        *,
        description: str = "",
        speed: Mapping[str, Any] | None = None,
        training: Mapping[str, Any] | None = None,
    ) -> Card:
        """Make the card of an exported model file: reads its contract, size and hash."""
        model = Path(model)
        return cls(
            contract=Contract.from_file(model),
            file=model.name,
            sha256=sha256_of(model),
            size_bytes=model.stat().st_size,
            description=description,
            speed=dict(speed or {}),
            training=dict(training or {}),
        )

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Card:
        """Read a ``card.toml``. Raises ModelFileError when it cannot be read as one."""
        path = Path(path)
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ModelFileError(f"cannot read {path}: {error.strerror}") from error
        except ValueError as error:
            raise ModelFileError(f"{path} is not a card: {error}") from None
        try:
            return cls(contract=Contract.from_dict(values.pop("contract", None), path), **values)
        except TypeError as error:
            raise ModelFileError(f"{path} is not a card: {error}") from None

    def save(self, path: str | PathLike[str]) -> None:
        """Write ``card.toml``. TOML has no null: entries that are None are left out."""
        import tomli_w

        path = Path(path)
        text = tomli_w.dumps(_without_none(dataclasses.asdict(self)), multiline_strings=True)
        beside = path.with_name(f".{path.name}.part")
        beside.write_text(text, "utf-8")
        beside.replace(path)

    def verify(self, model: str | PathLike[str]) -> None:
        """Check that `model` is the file this card was made for. Raises ModelFileError."""
        model = Path(model)
        size_bytes = model.stat().st_size
        if size_bytes != self.size_bytes:
            raise ModelFileError(
                f"{model} has {size_bytes:,} bytes, its card says {self.size_bytes:,}: the file "
                "is truncated or was replaced; fetch it again or make its card again"
            )
        digest = sha256_of(model)
        if digest != self.sha256:
            raise ModelFileError(
                f"{model} has SHA-256 {digest[:12]}..., its card says {self.sha256[:12]}...: the "
                "file was changed; fetch it again or make its card again"
            )


def card_beside(model: str | PathLike[str]) -> Card | None:
    """The card lying beside a model file, or None when there is none for that file name."""
    model = Path(model)
    path = model.with_name(CARD_NAME)
    if not path.is_file():
        return None
    card = Card.load(path)
    return card if card.file == model.name else None


def sha256_of(path: str | PathLike[str]) -> str:
    """Hex SHA-256 of a file, read in chunks."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_metadata(path: str | PathLike[str]) -> dict[str, str]:
    """The ``metadata_props`` of an ONNX file, without parsing its graph.

    ModelProto is a flat run of protobuf fields (onnx.proto: graph = 7, metadata_props = 14); every
    other field is stepped over by its length, which also shows a truncated file.

    Raises ModelFileError when the file is missing, truncated or no ONNX model.
    """
    path = Path(path)
    try:
        data = memoryview(path.read_bytes())
    except OSError as error:
        raise ModelFileError(f"cannot read style file {path}: {error.strerror}") from error
    if not data:
        raise ModelFileError(f"{path} is empty, expected an ONNX style file")
    metadata: dict[str, str] = {}
    has_graph = False
    try:
        for number, value in _fields(data):
            if number == 7:
                has_graph = True
            elif number == 14:
                entry = {n: bytes(v).decode("utf-8") for n, v in _fields(value)}
                metadata[entry.get(1, "")] = entry.get(2, "")
    except (IndexError, ValueError, TypeError):
        raise ModelFileError(f"{path} is truncated or not an ONNX style file") from None
    if not has_graph:
        raise ModelFileError(f"{path} is truncated or not an ONNX style file")
    return metadata


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield (field number, bytes) of one protobuf message; IndexError or ValueError if broken."""
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        start = position
        if wire_type == 0:
            _, position = _varint(data, position)
        elif wire_type == 1:
            position += 8
        elif wire_type == 2:
            length, start = _varint(data, position)
            position = start + length
        elif wire_type == 5:
            position += 4
        else:
            raise ValueError(f"wire type {wire_type}")
        if number == 0 or position > len(data):
            raise ValueError("truncated")
        yield number, data[start:position]


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    """Decode a base-128 number; gives it and the position after it."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("varint longer than 10 bytes")


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(v) for v in value if v is not None]
    return value
