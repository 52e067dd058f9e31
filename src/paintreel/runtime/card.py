"""The card of a model: what a person must know to use it.

Licence, credit, how it was trained and measured. It lies beside the model as ``card.toml`` and
holds the SHA-256 of the file and its contract.

    card = Card.describe("model.onnx", description="...", training={"seed": 7})
    card.save("card.toml")
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from paintreel.errors import InputError, ModelFileError, UnreadableFile
from paintreel.runtime.contract import Contract
from paintreel.runtime.model_bytes import read_bounded, read_model_bytes
from paintreel.runtime.schema import (
    CARD_FIELDS,
    MAX_DEPTH,
    MAX_TEXT_BYTES,
    problem_of,
    shown,
    too_deep,
)

CARD_NAME = "card.toml"

_SAID_LATER = ("look", "learnt_from", "weaknesses", "research")
"""Fields that a person fills in who has looked at what a trained model does."""

_DEEP_KEY = re.compile(r"""(?>(?>[\w-]++|"[^"\n]*+"|'[^'\n]*+')\s*+\.\s*+){16}""")
"""A dotted key of 16 parts or more: the parser's time grows with their square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a person needs to know about a model, beside its contract.

    file        name of the model file the card belongs to
    sha256      hex digest of that file
    size_bytes  its size
    look        what its pictures look like, in about three words
    learnt_from what it was trained on, with the licences; "" where the credit says it all
    weaknesses  what it does badly, a sentence each, as somebody has seen it
    research    it is there to be compared with; `paintreel models` lists it with ``--all`` alone
    speed       free table of measured speeds; ``fps_720p`` is the frames per second and ``scene_s``
                the seconds for a picture that `paintreel models` lists, with OpenVINO,
                ``fps_720p_onnxruntime`` without; ``machine`` says where they were measured
    training    free table: recipe, command, seed, wall_time_s, data_hash, commit, measures ...
    """

    contract: Contract
    file: str
    sha256: str
    size_bytes: int
    description: str = ""
    look: str = ""
    learnt_from: str = ""
    weaknesses: tuple[str, ...] = ()
    research: bool = False
    speed: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        if problem := problem_of(values, CARD_FIELDS):
            raise InputError(f"card {problem}")
        object.__setattr__(self, "weaknesses", tuple(self.weaknesses))
        if too_deep(self.speed) or too_deep(self.training):
            raise InputError(f"card has tables more than {MAX_DEPTH} deep in each other")

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
        return cls._of_bytes(
            read_model_bytes(model),
            Path(model),
            description=description,
            speed=dict(speed or {}),
            training=dict(training or {}),
        )

    @classmethod
    def _of_bytes(cls, data: bytes, model: Path, **rest: Any) -> Card:
        return cls(
            contract=Contract.from_bytes(data, model),
            file=model.name,
            sha256=hashlib.sha256(data).hexdigest(),
            size_bytes=len(data),
            **rest,
        )

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Card:
        """Read a ``card.toml``. Raises ModelFileError when it cannot be read as one."""
        path = Path(path)
        try:
            text = read_bounded(path, MAX_TEXT_BYTES).decode("utf-8")
            if _DEEP_KEY.search(text):
                raise ModelFileError(f"{path} is not a card: it is nested too deep")
            values = tomllib.loads(text)
        except UnreadableFile as error:
            raise ModelFileError(f"cannot read {path}: {error.reason}") from error
        except RecursionError:
            raise ModelFileError(f"{path} is not a card: it is nested too deep") from None
        except ValueError as error:
            raise ModelFileError(f"{path} is not a card: {error}") from None
        if too_deep(values):
            raise ModelFileError(f"{path} is not a card: it is nested too deep")
        if unknown := sorted(set(values) - {f.name for f in dataclasses.fields(cls)}):
            raise ModelFileError(f"{path} is not a card: unknown keys {shown(unknown)}")
        try:
            return cls(contract=Contract.from_dict(values.pop("contract", None), path), **values)
        except (TypeError, InputError) as error:
            raise ModelFileError(f"{path} is not a card: {error}") from None

    def save(self, path: str | PathLike[str]) -> None:
        """Write ``card.toml``. TOML has no null: entries that are None are left out.

        So are words that nobody has said yet, so that older versions read the card too. Raises
        InputError for a card of more than 64 KB, which `load` would refuse.
        """
        import tomli_w

        path = Path(path)
        values = dataclasses.asdict(self)
        values = {k: v for k, v in values.items() if v or k not in _SAID_LATER}
        values["contract"] = self.contract.plain()
        text = tomli_w.dumps(_without_none(values), multiline_strings=True)
        data = text.encode("utf-8")
        if len(data) > MAX_TEXT_BYTES:
            raise InputError(f"the card has {len(data):,} bytes, at most {MAX_TEXT_BYTES:,}")
        beside = path.with_name(f".{path.name}.part")
        beside.write_bytes(data)
        beside.replace(path)

    def verify(self, model: str | PathLike[str]) -> None:
        """Check that `model` is the file this card was made for. Raises ModelFileError."""
        self.verify_bytes(read_model_bytes(model), model)

    def verify_bytes(self, data: bytes, model: str | PathLike[str]) -> None:
        """As `verify`, for the bytes of a model file that have been read already."""
        if len(data) != self.size_bytes:
            raise ModelFileError(
                f"{model} has {len(data):,} bytes, its card says {self.size_bytes:,}: the file "
                "is truncated or was replaced; fetch it again or make its card again"
            )
        digest = hashlib.sha256(data).hexdigest()
        if digest != self.sha256.lower():
            raise ModelFileError(
                f"{model} has SHA-256 {digest[:12]}..., its card says {self.sha256[:12]}...: the "
                "file was changed; fetch it again or make its card again"
            )


def card_beside(model: str | PathLike[str]) -> Card | None:
    """The card lying beside a model file, None where there is none.

    Raises ModelFileError for a broken card, and for one that names another file: a card that is
    passed over would not guard its model.
    """
    model = Path(model)
    path = model.with_name(CARD_NAME)
    if not os.path.lexists(path):
        return None
    card = Card.load(path)
    if card.file != model.name:
        raise ModelFileError(
            f"{path} is the card of {card.file}, not of {model.name}; give the file its name back, "
            "or keep the two in different folders"
        )
    return card


def read_checked(model: str | PathLike[str]) -> tuple[bytes, Card | None]:
    """The bytes of a model file, and the card beside it, if any, which then vouches for them.

    Raises ModelFileError when the file cannot be read or is not the one of its card, and when that
    is broken.
    """
    data = read_model_bytes(model)
    card = card_beside(model)
    if card is not None:
        card.verify_bytes(data, model)
    return data, card


def read_model(model: str | PathLike[str]) -> tuple[bytes, Card]:
    """The checked bytes of a model of ours, and its card; one is made where none lies beside it.

    Raises ModelFileError as `read_checked` does, when the file has no contract, and when its card
    promises another contract than the file does.
    """
    data, card = read_checked(model)
    if card is None:
        return data, Card._of_bytes(data, Path(model))
    if Contract.from_bytes(data, model) != card.contract:
        raise ModelFileError(
            f"{model} has another contract inside than its card says; make its card again"
        )
    return data, card


def sha256_of(path: str | PathLike[str]) -> str:
    """Hex SHA-256 of a file, read in chunks."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(v) for v in value if v is not None]
    return value
