"""The card of a model: what a person must know to use it.

Licence, credit, how it was trained and measured. It lies beside the model as ``card.toml`` and
holds the SHA-256 of the file and its contract.

    card = Card.describe("model.onnx", description="...", training={"seed": 7})
    card.save("card.toml")
"""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from paintreel.errors import ModelFileError
from paintreel.runtime.contract import Contract

CARD_NAME = "card.toml"


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


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(v) for v in value if v is not None]
    return value
