"""Whom to name for the models that made a picture, and the file CREDITS.txt that says so.

The words come from the cards. In a CREDITS.txt that is there already only the part of Paintreel is
changed, which stands between two marks; lines of earlier runs stay in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import Protocol

from paintreel.errors import InputError, OutputError
from paintreel.imaging.atomic import write_whole
from paintreel.runtime.card import Card
from paintreel.runtime.catalog import find_model

__all__ = ["CREDITS_NAME", "Merged", "credit_line", "credits", "merge_credits", "write_credits"]

CREDITS_NAME = "CREDITS.txt"
_START = "--- Paintreel: due for the pictures in this folder ---"
_END = "--- end of Paintreel ---"
_MAX_BYTES = 1 << 20
_MADE = {
    "stylize": "Painted with Paintreel, style",
    "scene": "Painted with Paintreel, scene model",
    "lineart": "Drawn with Paintreel, line model",
    "colorize": "Coloured with Paintreel, colour model",
}


class HasCard(Protocol):
    """A loaded model, such as a `Style`."""

    @property
    def card(self) -> Card: ...


def credit_line(card: Card) -> str:
    """The line to paste beside pictures that a model has made.

    >>> credit_line(find_model("ink").card).split(". ")[0]
    'Painted with Paintreel, style "ink"'
    """
    contract = card.contract
    made = _MADE.get(contract.task, "Made with Paintreel, model")
    owed = " ".join(contract.credit.split())
    parts = [f'{made} "{contract.name}"', *([owed] if owed else [])]
    if not contract.licence.startswith("LicenseRef-") and not _names(owed, contract.licence):
        parts.append(f"Weights: {contract.licence}")
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _names(text: str, licence: str) -> bool:
    """Whether a text names a licence: "CC-BY 4.0" names "CC-BY-4.0"."""
    return licence.replace("-", " ").lower() in text.replace("-", " ").lower()


def credits(
    *models: str | PathLike[str] | HasCard, folder: str | PathLike[str] | None = None
) -> str:
    """The credit lines of models, one a line: names, paths of model files or loaded styles.

    folder: where given, they are put into the CREDITS.txt of that folder too, as `--credits` does.

    Raises UnknownModel, ModelFileError, OutputError, InputError.
    """
    lines = [credit_line(_card_of(model)) for model in models]
    if folder is not None:
        write_credits(Path(folder), lines)
    return "\n".join(dict.fromkeys(lines))


def _card_of(model: str | PathLike[str] | HasCard) -> Card:
    if isinstance(model, str | PathLike):
        return find_model(model).card
    if isinstance(card := getattr(model, "card", None), Card):
        return card
    raise InputError(f"model is {model!r}, expected a name, a path or a loaded Style")


class Merged:
    """What a CREDITS.txt will hold.

    data    its bytes
    others  whether it holds words that are not ours
    is_new  whether it differs from what is there
    """

    def __init__(self, data: bytes, before: bytes, others: bytes) -> None:
        self.data = data
        self.others = bool(others.strip())
        self.is_new = data != before


def merge_credits(path: Path, lines: Iterable[str]) -> Merged:
    """The bytes of a CREDITS.txt with `lines` in the part of Paintreel, each once.

    Raises OutputError for a file in which that part cannot be found or put: no regular file, no
    UTF-8, over a megabyte, or one of the two marks missing.
    """
    before = _read(path)
    newline = "\r\n" if b"\r\n" in before else "\n"
    head, ours, tail = _parted(before.decode("utf-8"), path)
    kept = [line.strip() for line in ours.splitlines() if line.strip()]
    block = newline.join([_START, *dict.fromkeys([*kept, *lines]), _END]) + newline
    others = (head + tail).encode()
    if head.strip() and not ours:
        head += newline if head.endswith("\n") else 2 * newline
    return Merged((head + block + tail).encode(), before, others)


def _read(path: Path) -> bytes:
    """What is there; b"" for nothing."""
    try:
        if not path.exists():
            return b""
        if not path.is_file():
            raise OutputError(f"{path} is no regular file, so that no credits can be put into it")
        if path.stat().st_size > _MAX_BYTES:
            raise OutputError(f"{path} has over {_MAX_BYTES:,} bytes; move it, or leave --credits")
        data = path.read_bytes()
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise OutputError(
            f"{path} is there and no UTF-8 text; save it as UTF-8, or move it"
        ) from None
    except OSError as error:
        raise OutputError(f"cannot read {path}: {error.strerror or error}") from error
    return data


def _parted(text: str, path: Path) -> tuple[str, str, str]:
    """(before our part, its lines, after it); all before where there is no such part."""
    counts = text.count(_START), text.count(_END)
    if counts == (0, 0):
        return text, "", ""
    if counts != (1, 1) or text.index(_END) < text.index(_START):
        raise OutputError(
            f"{path} has the marks of Paintreel's part {counts[0]} and {counts[1]} times, expected "
            f"each once, in order: mend the lines '{_START}' and '{_END}', or move the file"
        )
    head, rest = text.split(_START)
    ours, tail = rest.split(_END)
    return head, ours, tail.removeprefix("\r").removeprefix("\n")


def write_credits(folder: Path, lines: Sequence[str]) -> Path:
    """Put lines into the CREDITS.txt of a folder; its path. Raises OutputError."""
    path = folder / CREDITS_NAME
    merged = merge_credits(path, lines)
    if merged.is_new:
        write_whole(path, merged.data, overwrite=True)
    return path
