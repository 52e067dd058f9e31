"""What a form asks, made from the options of a verb."""

from __future__ import annotations

import dataclasses
import re
import types
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from paintreel.options import (
    Option,
    base_type,
    choices_of,
    described,
    flag_of,
    options_of,
)
from paintreel.rig.identity_files import identity_names
from paintreel.roughs.palettes import PALETTES

__all__ = ["FileRole", "FormField", "fields_of", "file_role"]

FileRole = Literal["", "read", "write", "either", "output", "model"]
FieldKind = Literal[
    "truth", "choice", "whole", "number", "text", "texts", "size", "file", "files", "made", "model"
]

HIDDEN = frozenset(
    {
        *("quiet", "json", "overwrite", "update", "record", "strict", "dry_run", "credits"),
        *("threads", "workers", "device", "backend", "tile", "max_pixels", "max_frames"),
        *("resume", "allow_dirty", "tensorboard", "checkpoint_every", "open", "all"),
        *("roughs", "recipe", "precision", "ray", "shards"),
    }
)
"""What the studio decides: where results go, how much of the machine a job gets."""
_READ_WORDS = frozenset(
    {
        *("INPUT", "PICTURE", "LINEART", "GENERATED", "REF", "ART", "DIR", "FOLDER", "FILE"),
        *("CLIP", "SOUND", "WAV", "ONNX", "TOML", "JSON", "SYSTEM", "FRAME", "STORY", "SCRIPT"),
        *("CHARACTER", "SPEECH", "AUDIO", "KEY", "VIDEO", "IMAGE", "PHOTO"),
    }
)
"""Parts of metavars that stand for something that is read."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a form.

    name, label, help, group  as the options have them, in words
    kind     how it is asked: made is a tick for a file that is made beside; size is WxH
    required whether it has to be answered
    default  what is taken otherwise, as JSON has it; None where nothing is
    low, high, choices  what may be answered
    many     whether several files or texts are taken
    folders  whether the files are folders of one kind each, told by the first part of their paths
    is_path  whether the verb wants a `Path` and not a text
    also_text  whether a word may be given in place of a file
    also_made  whether the file is made where none is given and a tick asks for it
    is_tuple   whether the verb wants a tuple
    is_in_order  whether each file is an input of its own, and clips come last
    words      the only words that a file may be replaced by; () where any may be meant
    """

    name: str
    label: str
    help: str
    group: str
    kind: FieldKind
    required: bool = False
    default: Any = None
    low: float | None = None
    high: float | None = None
    below: bool = False
    choices: tuple[str, ...] = ()
    many: bool = False
    folders: bool = False
    is_path: bool = False
    also_text: bool = False
    also_made: bool = False
    is_tuple: bool = False
    is_in_order: bool = False
    words: tuple[str, ...] = ()
    flag: str = ""
    suffix: str = ""

    @property
    def is_file(self) -> bool:
        """Whether uploads answer it."""
        return self.kind in ("file", "files") or self.kind == "model"

    @property
    def models_of(self) -> str:
        """The verb whose models it names, "" for those of its own."""
        found = _OF_VERB.search(self.help)
        return found[1] if found else ""

    @property
    def is_share(self) -> bool:
        """Whether it is a number from 0 to 1, which a slider asks for."""
        return self.kind == "number" and (self.low, self.high) == (0, 1)

    @property
    def help_on_page(self) -> str:
        """The help without what is of the command line."""
        text = _FLAG.sub(lambda found: f"'{_label(found[1].replace('-', '_'))}'", self.help)
        return text.replace(", folder or glob", " or folder").replace("; - prints it", "")

    @property
    def range_on_page(self) -> str:
        """The range of a number where it tells something."""
        if self.low is None or self.kind not in ("whole", "number"):
            return ""
        if self.high is None or self.high >= _FAR:
            return f"{self.low:g} or more" if self.low > 0 else ""
        return f"{self.low:g} to {self.high:g}"


_IN_ORDER = frozenset({"fuse", "spectrum"})
"""Paintings and then the clip; sets that are compared."""
_WORDS = {
    "mask": ("faces",),
    "protect": ("faces",),
    "palette": tuple(PALETTES),
    "identity": identity_names(),
}
"""Options that take a file or one of a few words."""
_OF_VERB = re.compile(r"lists for ([a-z]+)")
_FLAG = re.compile(r"--([a-z][a-z-]*)")
_FAR = 1000


def file_role(field: dataclasses.Field[Any], facts: Option, kind: Any) -> FileRole:
    """What an option names: a file that is "read", written ("write") or "either", where results go
    ("output"), a "model", or no file ("").
    """
    base, _ = base_type(kind)
    if facts.is_model:
        return "model"
    names_text = base in (str, Path) or _takes(kind, str) or _takes(kind, Path)
    if not names_text or facts.file == "none" or (choices_of(facts, base) and base is not Path):
        return ""
    if facts.short == "-o" or field.name in ("out", "output"):
        return "output"
    if facts.file:
        return facts.file
    is_written = facts.help_text.startswith("write") and facts.metavar is not None
    if is_written and facts.parse is None:
        return "write"
    words = set((facts.metavar or "").upper().replace(".", "|").split("|"))
    is_read = bool(words & _READ_WORDS) or base is Path
    return "read" if is_read and facts.parse is None else ""


def _takes(kind: Any, part: type) -> bool:
    return get_origin(kind) in (Union, types.UnionType) and part in get_args(kind)


@cache
def fields_of(verb: str) -> tuple[FormField, ...]:
    """What the form of a verb asks, files first."""
    rows = [
        _field(verb, field, facts, kind)
        for field, facts, kind in described(options_of(verb))
        if field.name not in HIDDEN
        and (verb, field.name) != ("info", "system")  # what runs the studio is its admin's affair
        and file_role(field, facts, kind) != "output"
    ]
    return tuple(sorted(rows, key=lambda row: not (row.is_file and row.required)))


def _field(verb: str, field: dataclasses.Field[Any], facts: Option, kind: Any) -> FormField:
    base, many = base_type(kind)
    role = file_role(field, facts, kind)
    has_default = field.default is not dataclasses.MISSING and not facts.required
    choices = choices_of(facts, base)
    metavar = facts.metavar or ""
    if choices and facts.parse is not None:
        choices = None
    how = _how(role, base, many, facts, bool(choices))
    default = field.default if has_default else None
    if how in ("made", "file", "files") or isinstance(default, tuple):
        default = None
    takes_words = role == "read" and ("|" in metavar or field.name in _WORDS)
    needed = not has_default and facts.nargs != "*"
    return FormField(
        name=field.name,
        label=_label(field.name, verb),
        help=facts.help_text,
        group=facts.group,
        kind=how,
        required=needed or (verb in ("rough", "info") and facts.positional),
        default=default,
        low=facts.low,
        high=facts.high if facts.high is not None else facts.below,
        below=facts.below is not None,
        choices=tuple(choices or ()),
        many=many or (role == "read" and _may_be_folder(facts)),
        is_tuple=many,
        is_in_order=verb in _IN_ORDER and facts.positional,
        also_made=role == "either",
        folders=metavar == "SYSTEM",
        is_path=base is Path,
        also_text=takes_words,
        words=_WORDS.get(field.name, ()) if takes_words else (),
        flag="" if facts.positional else flag_of(field, facts),
        suffix=_suffix(metavar) if how == "made" else "",
    )


def _how(role: FileRole, base: Any, many: bool, facts: Option, chosen: bool) -> FieldKind:
    if role == "model":
        return "model"
    if role == "write":
        return "made"
    if role in ("read", "either"):
        return "files" if many or _may_be_folder(facts) else "file"
    if base is bool:
        return "truth"
    if chosen:
        return "choice"
    if facts.metavar == "WxH":
        return "size"
    if facts.parse is None and base in (int, float):
        return "whole" if base is int else "number"
    return "texts" if many and not facts.positional else "text"


def _may_be_folder(facts: Option) -> bool:
    words = (facts.metavar or "").upper()
    return "folder" in facts.help_text.lower() or "DIR" in words


def _suffix(metavar: str) -> str:
    """The suffix of a file that is made beside; "" is a folder."""
    if metavar == "DIR":
        return ""
    if metavar == "CLIP":
        return ".mp4"
    stem, dot, suffix = metavar.rpartition(".")
    return f"{dot}{suffix.lower()}" if stem else ".jpg" if metavar == "SHEET" else ".png"


_LABELS = {
    "inputs": "Pictures, clips or a folder",
    "generated": "Results to measure",
    "systems": "A folder for each system",
    "tables": "Tables or ballots",
    "max_side_px": "Longest side",
    "own_colour": "Own colours",
    "every_s": "Seconds between frames",
    "crf": "Quality of clips (crf)",
    "at": "Time of the frame",
    "on": "Paint every n-th frame",
    "fps": "Frames a second",
    "audio": "Keep the sound",
    "lines": "Keep the lines",
    "question": "What the results are for",
    "svg": "SVG too",
    "changes": "Settings",
    "art": "Art to learn from or compare with",
    "cel": "Cel (clear around the forms)",
    "csv": "Table (CSV)",
    "by": "Group by",
    "emotion.by": "Judge by",
    "fuse.inputs": "Paintings and their clip",
    "plan": "Only tell which frames to paint",
    "key_frame": "Times of the paintings, in seconds",
    "adapt": "Learn the paintings first",
    "adapt_s": "How long to learn, in seconds",
    "preview": "Only a sheet of a few frames",
    "spectrum.inputs": "Pictures, clips or folders to compare",
    "grade.script": "Colour script",
    "grade.inputs": "Pictures, clips or a folder to light",
    "colorize.inputs": "Drawings, clips or a folder",
    "colorize.layers": "Layers too, for painting programs",
    "scene.sheet": "A sheet of all of them",
    "scene.seed": "Which one (seed)",
    "scene.count": "How many",
    "scene.words": "What is painted, in words",
    "character.seed": "Or somebody new (seed)",
    "character.sheet": "The model sheet instead",
    "rough.sketch": "The lines too",
    "compare.art": "Art that it should be like",
    "score.art": "Art that it should be like",
    "train.art": "Art to learn from",
    "train.name": "Name of the style",
    "train.budget": "How long to train",
    "train.licence": "Who may use it (SPDX licence)",
    "experiment.art": "Painted panels",
    "experiment.budget": "How long each training takes",
    "hint": "Hints of colour",
    "flat": "Flats only, no shading",
    "face": "Faces",
    "fine_faces": "Fine faces",
    "brush": "Width of the brush",
    "weight": "Weight of the lines",
    "time": "Hour",
    "key": "Key of the blind trial",
    "identity": "Who it is",
    "report": "A report to read, with pictures and charts",
    "trials": "How often each is trained",
    "explain": "Show what speaks for it",
    "task": "What is asked",
    "preset": "Care of the codec",
    "pixel_format": "How clips store colour",
    "format": "Format",
    "emotion.inputs": "Clips, sounds, pictures or a folder",
    "file": "The file",
    "light": "Key light, dark rim and haze too",
    "from_clip": "Follow a clip",
    "from": "Follow a clip",
    "lut": "LUT (.cube)",
    "cdl": "ASC CDL",
    "srt": "Subtitles",
    "plot": "Chart",
    "timeline": "Emotions over time (JSON)",
    "after": "What was made of it",
    "mouths": "Mouth shapes",
    "mouths_out": "Mouth shapes that are heard, as a table",
    "text": "What is said",
    "voice": "Sound of the line",
    "take": "Which take",
    "nod": "Bow the head",
    "turn": "Turn the head",
    "tilt": "Lean the head",
}


def _label(name: str, verb: str = "") -> str:
    known = _LABELS.get(f"{verb}.{name}", _LABELS.get(name))
    if known is not None:
        return known
    for unit in ("_px", "_s", "_hz"):
        name = name.removesuffix(unit)
    return name.replace("_", " ").capitalize()
