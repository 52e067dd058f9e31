"""`paintreel models`: the styles and scene finishers to choose from, and all about one of them."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
import textwrap
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from paintreel.cli.terminal import say, show
from paintreel.errors import InputError
from paintreel.options import Options, argument, option
from paintreel.scenes import DEFAULT_METHOD
from paintreel.stylize.options import DEFAULT_STYLE

if TYPE_CHECKING:
    from paintreel.runtime.card import Card
    from paintreel.runtime.catalog import ModelFile

__all__ = ["ModelsOptions", "run"]

_WIDTH = 78


@dataclass(frozen=True)
class Use:
    """What models of one task are for.

    what      in the list
    default   the model that the verb takes unless another is named
    flag      names one
    commands  to try one; {} stands for how it is named
    """

    what: str
    default: str
    flag: str
    commands: tuple[str, ...]


_USES = {
    "stylize": Use(
        "photographs, clips",
        DEFAULT_STYLE,
        "--style",
        (
            "paintreel stylize photo.jpg{} -o painted.png",
            "paintreel stylize clip.mp4{} -o painted.mp4",
            "paintreel stylize holiday/{} -o painted/ --credits",
        ),
    ),
    "scene": Use(
        "backgrounds",
        DEFAULT_METHOD,
        "--method",
        (
            'paintreel scene --category "fantasy forest"{} -o forest.png',
            "paintreel scene --rough rough.png --sketch lines.png{} -o finished.png",
        ),
    ),
    "lineart": Use(
        "lines",
        "lineart",
        "--method",
        (
            "paintreel lineart photo.jpg{} -o lines.png",
            "paintreel lineart scan.png --clean{} -o clean.png",
        ),
    ),
    "colorize": Use(
        "colour on lines",
        "colorize",
        "--method",
        (
            "paintreel colorize lines.png{} -o painted.png",
            "paintreel colorize lines.png --hint hints.png{} -o painted.png",
        ),
    ),
}
"""Task -> use: the tasks whose models a user chooses from, in the order of the list."""


@dataclass(frozen=True, kw_only=True)
class ModelsOptions(Options):
    """Which models are shown, and how."""

    name: str | None = argument(
        "NAME", "show all about this one: a name, or a model file", default=None
    )
    all: bool = option(False, "list those too that are there for research, not for use")
    open: bool = option(False, "show the sample picture of NAME in a window")
    json: bool = option(False, "print as JSON")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name is None and self.open:
            raise InputError("--open shows the picture of one model; give its NAME")
        if self.name is not None and self.all:
            raise InputError("--all is for the list; a NAME is shown whatever it is for")


def run(options: ModelsOptions) -> int:
    """Print the list, or one model. Returns the exit code."""
    return _list(options) if options.name is None else _one(options.name, options)


def _list(options: ModelsOptions) -> int:
    """One line a model, and one to standard error for each whose card is broken."""
    from paintreel.runtime.catalog import read_catalogue

    catalogue = read_catalogue(task=None)
    for error in catalogue.broken:
        print(f"paintreel: left out: {error}", file=sys.stderr)
    models = [m for m in catalogue.models if options.all or _is_chosen_by_users(m.card)]
    models.sort(key=_order)
    if options.json:
        print(json.dumps([_facts(model) for model in models], indent=2, default=str))
    elif models:
        heads = ("NAME", "FOR", "LOOK", "LICENCE", "MAY BE SOLD", "SIZE", "SPEED")
        print(_table([heads, *map(_row, models)]))
        print(f"\n{_footnote(models)}")
        print("'paintreel models NAME' shows a picture, the credit line and what it does badly.")
    else:
        print("no models are installed")
    return 0


def _is_chosen_by_users(card: Card) -> bool:
    return card.contract.task in _USES and not card.research


def _order(model: ModelFile) -> tuple[int, bool, str]:
    """Styles before scenes before the rest, in each the usual one first."""
    task = model.card.contract.task
    tasks = list(_USES)
    if task not in tasks:
        return len(tasks), True, f"{task} {model.name}"
    return tasks.index(task), model.name != _USES[task].default, model.name


def _row(model: ModelFile) -> tuple[str, ...]:
    from paintreel.runtime.licences import terms_of

    card = model.card
    use = _USES.get(card.contract.task)
    return (
        model.name,
        card.contract.task if use is None else use.what,
        card.look or "-",
        card.contract.licence,
        terms_of(card.contract.licence).sold,
        f"{card.size_bytes / 1e6:.1f} MB",
        _speed(card) or "-",
    )


def _speed(card: Card) -> str:
    """As measured with the runtime that is taken here; "" where that was not measured."""
    fps = card.speed.get("fps_720p")
    if not _has_openvino():
        return f"{own:.0f} fps" if (own := card.speed.get("fps_720p_onnxruntime")) else ""
    if fps is None:
        seconds = card.speed.get("scene_s")
        return "" if seconds is None else f"{seconds:.1f} s"
    return f"{fps:.0f} fps"


def _has_openvino() -> bool:
    return find_spec("openvino") is not None


def _footnote(models: Sequence[ModelFile]) -> str:
    runtime = "OpenVINO" if _has_openvino() else "ONNX Runtime"
    speeds = [model.card.speed for model in models if _speed(model.card)]
    machines = sorted({str(speed["machine"]) for speed in speeds if "machine" in speed})
    where = f" ({'; '.join(machines)})" if machines else ""
    return (
        "Speed: frames of 1280x720 a second, or seconds for a scene of 1024x576, whole command,\n"
        f"{runtime}{where}."
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text, columns aligned; the last one is left ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)


# One model.


def _one(name: str, options: ModelsOptions) -> int:
    from paintreel.runtime.catalog import find_model

    model = find_model(name)
    if options.json:
        print(json.dumps(_facts(model), indent=2, default=str))
    else:
        for line in _lines(model, name):
            show(line)
    if not options.open:
        return 0
    if model.sample is None:
        raise InputError(f"{model.card.contract.name} has no sample picture; paint one with it")
    if not webbrowser.open(model.sample.resolve().as_uri()):
        say(f"paintreel: no program to show pictures was found; open {model.sample} yourself")
    return 0


def _facts(model: ModelFile) -> dict[str, Any]:
    """The card, and what is made of it, for programs."""
    from paintreel.runtime.credits import credit_line
    from paintreel.runtime.licences import terms_of

    return {
        "name": model.name,
        "path": str(model.path),
        "sample": None if model.sample is None else str(model.sample),
        "may_be_sold": terms_of(model.card.contract.licence).sold,
        "credit_line": credit_line(model.card),
        "commands": _commands(model, model.name),
        **dataclasses.asdict(model.card),
    }


def _lines(model: ModelFile, asked: str) -> list[str]:
    """What there is to say of a model, a fact a line or a few."""
    from paintreel.runtime.credits import credit_line
    from paintreel.runtime.licences import terms_of

    card = model.card
    licence, speed = card.contract.licence, _speed(card)
    is_chosen = card.contract.task in _USES
    owed = " ".join(card.contract.credit.split())
    lines = [(model.head or card.contract.name) + (f": {card.look}" if card.look else "")]
    lines += _wrap(" ".join(card.description.split()))
    lines.append("")
    if is_chosen:
        sample = model.sample or "none is there; paint one with the commands below"
        lines.append(_label("picture") + str(sample))  # a path is not wrapped
    lines += _fact("licence", f"{licence}. {terms_of(licence).means}" if is_chosen else licence)
    lines += _fact("learnt from", card.learnt_from or owed or "the card does not say")
    lines += _fact("size", f"{card.size_bytes / 1e6:.1f} MB" + (f", {speed}" if speed else ""))
    lines += ["", "Credit line to paste:", f"  {credit_line(card)}"]
    if card.weaknesses:
        lines += ["", "What it does badly:"]
        for text in card.weaknesses:
            lines += _wrap(text, "  - ", "    ")
    if commands := _commands(model, asked):
        lines += ["", "To use it:", *(f"  {command}" for command in commands)]
    return lines


def _label(name: str) -> str:
    return f"{name:13}"


def _fact(name: str, text: str) -> list[str]:
    return _wrap(text, _label(name), _label(""))


def _wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _commands(model: ModelFile, asked: str) -> list[str]:
    """Commands that use a model, for a shell; none for one that no verb takes by name."""
    use = _USES.get(model.card.contract.task)
    if use is None:
        return []
    named = "" if asked == use.default else f" {use.flag} {shlex.quote(asked)}"
    return [command.format(named) for command in use.commands]
