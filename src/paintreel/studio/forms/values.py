"""Answers of a form or of the API, checked and made into the options of a verb."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from paintreel.errors import InputError
from paintreel.imaging.formats import IMAGE_SUFFIXES
from paintreel.near_names import did_you_mean, near_names
from paintreel.options import (
    VERBS,
    Option,
    Options,
    base_type,
    choices_of,
    described,
    options_of,
    parse_number,
    parse_whole,
)
from paintreel.studio.forms.fields import FormField, fields_of, file_role
from paintreel.studio.forms.wording import in_words

__all__ = ["JobFolder", "build_options", "check_answers", "clean_answers"]

_MOST_TEXT, _MOST_TEXTS = 4000, 100
_YES = frozenset({"on", "true", "yes", "1"})
_NO = frozenset({"", "off", "false", "no", "0"})


@dataclass(frozen=True, slots=True)
class JobFolder:
    """Where the process of a job finds what it is given and leaves what it makes."""

    root: Path

    @property
    def inputs(self) -> Path:
        """A folder an option with files."""
        return self.root / "in"

    @property
    def results(self) -> Path:
        """What is made for the user."""
        return self.root / "out"

    @property
    def run(self) -> Path:
        """A training, with its checkpoints."""
        return self.root / "run"

    @property
    def kept(self) -> Path:
        """Finished shards."""
        return self.root / "kept"

    @property
    def previews(self) -> Path:
        """Small pictures for pages."""
        return self.root / "previews"


# Answers.


def clean_answers(verb: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they are kept: JSON of the right type by name, defaults left out.

    Raises InputError for what the verb does not have, and for values that are none.
    """
    fields = {field.name: field for field in fields_of(verb)}
    unknown = sorted(set(answers) - set(fields))
    if unknown:
        raise InputError(f"{verb} has no option {', '.join(unknown)[:200]}")
    kept: dict[str, Any] = {}
    for name, answer in answers.items():
        field = fields[name]
        value = _clean(field, answer)
        if value is not None and value != field.default:
            kept[name] = value
    return kept


def _clean(field: FormField, answer: Any) -> Any:
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return None
    if field.kind in ("truth", "made") or field.also_made:
        return _truth(field, answer)
    if field.words and not isinstance(answer, list):
        return _one_of(field, answer)
    if field.kind in ("texts", "files") and not field.also_text and isinstance(answer, str):
        answer = [line.strip() for line in answer.splitlines() if line.strip()]
    if isinstance(answer, list):
        if field.kind == "size" and len(answer) == 2:
            return "x".join(str(part) for part in answer)
        if not (field.many or field.kind == "texts") or len(answer) > _MOST_TEXTS:
            raise InputError(f"{field.name} is a list, expected one value")
        return [_word(field, part) for part in answer] or None
    return _word(field, answer)


def _one_of(field: FormField, answer: Any) -> str:
    text = str(_word(field, answer)).lower()
    if text not in field.words:
        hint = did_you_mean(near_names(text, field.words))
        raise InputError(
            f"{field.label} is {text[:80]!r}, expected a file, or {', '.join(field.words)}"
            + (f"; {hint}" if hint else "")
        )
    return text


def _truth(field: FormField, answer: Any) -> bool | None:
    if isinstance(answer, bool):
        truth = answer
    elif str(answer).strip().lower() in _YES | _NO:
        truth = str(answer).strip().lower() in _YES
    else:
        raise InputError(f"{field.name} is {answer!r}, expected true or false")
    return truth if field.kind == "truth" else truth or None


def _word(field: FormField, answer: Any) -> Any:
    if field.kind in ("whole", "number"):
        if isinstance(answer, bool) or not isinstance(answer, int | float | str):
            raise InputError(f"{field.name} is {answer!r}, expected a number")
        text = answer if isinstance(answer, str) else repr(answer)
        facts = Option("", low=field.low, high=field.high)
        try:
            return parse_whole(text) if field.kind == "whole" else parse_number(text, facts)
        except (InputError, OverflowError) as error:
            raise InputError(f"{field.name}: {error}") from None
    if isinstance(answer, bool | dict | list):
        raise InputError(f"{field.name} is {answer!r}, expected a text")
    text = str(answer).strip()
    if len(text) > _MOST_TEXT:
        raise InputError(f"{field.name} has {len(text)} characters, at most {_MOST_TEXT} are taken")
    if field.choices and text not in field.choices:
        raise InputError(f"{field.name} is {text!r}, expected one of {', '.join(field.choices)}")
    return _harmless(field, text)


def _harmless(field: FormField, text: str) -> str:
    """Text that names no file of the machine: files are uploads, named by their ids."""
    names_place = text.startswith(("/", "~", "\\", ".")) or "\\" in text or "../" in text
    if field.name != "words" and field.kind != "size":
        names_place |= "/" in text
    if names_place or "\0" in text:
        raise InputError(
            f"{field.name} is {text[:80]!r}, which looks like the path of a file; upload the file, "
            "or give a word"
        )
    return text


# Options.


def check_answers(
    verb: str, answers: Mapping[str, Any], files: Mapping[str, Sequence[str]]
) -> None:
    """Raise InputError for answers and files that the verb would refuse, as far as can be told.

    files  field -> names of the files that it is given
    """
    fields = {field.name: field for field in fields_of(verb)}
    for name, names in files.items():
        if name not in fields or not fields[name].is_file:
            raise InputError(f"{verb} takes no file as {name[:60]}")
        if len(names) > 1 and not fields[name].many:
            raise InputError(f"{name} takes one file, {len(names)} are given")
    for field in fields.values():
        if field.required and not files.get(field.name) and field.name not in answers:
            raise InputError(f"{field.label} is needed: {field.help}")
    try:
        options = build_options(verb, answers, files, JobFolder(Path("job")))
    except InputError as error:
        raise InputError(in_words(verb, str(error))) from None
    if not options.is_enough:
        raise InputError(in_words(verb, f"give {options.NEEDS or 'what is needed'}"))


def build_options(
    verb: str,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    folder: JobFolder,
    *,
    threads: int | None = None,
) -> Options:
    """The options of a job whose files lie in `folder`; results go there too.

    files    field -> paths below `folder.inputs / field`
    threads  of processor and networks

    Raises InputError for values out of range.
    """
    cls = options_of(verb)
    fields = {field.name: field for field in fields_of(verb)}
    values: dict[str, Any] = {}
    for field, facts, kind in described(cls):
        name = field.name
        form, given = fields.get(name), files.get(name, ())
        if form is None:
            continue
        if given:
            values[name] = _place(form, given, folder)
        elif form.kind == "made" or form.also_made:
            if answers.get(name):
                values[name] = str(folder.results / _made_name(name, form, files))
        elif name in answers:
            values[name] = _typed(name, answers[name], facts, kind)
    values |= _decided(verb, cls, values, files, folder, threads)
    try:
        return cls(**values)
    except TypeError as error:  # an argument that is missing: a bug of the form, told to its user
        raise InputError(f"{verb}: {error}") from None


def _place(form: FormField, given: Sequence[str], folder: JobFolder) -> Any:
    root = folder.inputs / form.name
    tops = list(dict.fromkeys(PurePosixPath(path).parts[0] for path in given))
    if form.folders:
        return tuple(str(root / top) for top in tops)
    has_tree = len(given) > 1 or "/" in given[0]
    whole = root if has_tree or (form.is_path and form.kind == "files") else root / given[0]
    place: str | Path = whole if form.is_path else str(whole)
    if form.name == "tables":
        return tuple(str(root / path) for path in given)
    if form.is_in_order:
        return tuple(str(root / top) for top in sorted(tops, key=_may_move))
    return (place,) if form.is_tuple else place


def _may_move(name: str) -> bool:
    """Whether a name may be that of a clip: those come after pictures and folders."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in _MOVING or (suffix != "" and suffix not in IMAGE_SUFFIXES)


_MOVING = frozenset({".gif"})


def _typed(name: str, answer: Any, facts: Option, kind: Any) -> Any:
    base, many = base_type(kind)
    if many:
        return tuple(answer) if isinstance(answer, list) else (answer,)
    if facts.parse is not None:
        return facts.parse(str(answer))
    if base is float and not isinstance(answer, str):
        return float(answer)
    if base is Path:
        raise InputError(f"{name} is a file or folder; upload it")
    if choices_of(facts, base) or base in (str, int, bool):
        return answer
    return answer


_MADE_NAMES = {
    "report": "report.html",
    "looks": "looks.jpg",
    "parallax": "shot.mp4",
    "csv": "table.csv",
    "plot": "chart.png",
    "sketch": "lines.png",
    "lut": "grade.cube",
    "cdl": "grade.cdl",
    "mouths_out": "mouths.tsv",
}


_SAMPLES_S = 60.0
"""From sample to sample of a training; checkpoints come with them."""
_ONE_EACH = frozenset({"timeline", "srt"})
"""Made of each file that is given: a folder where there are several."""


def _made_name(name: str, form: FormField, files: Mapping[str, Sequence[str]]) -> str:
    if name in _ONE_EACH and len(files.get("inputs", ())) > 1:
        return name
    if name in _MADE_NAMES:
        return _MADE_NAMES[name]
    return f"{name.replace('_', '-')}{form.suffix}"


def _decided(
    verb: str,
    cls: type[Options],
    values: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    folder: JobFolder,
    threads: int | None,
) -> dict[str, Any]:
    """What the studio decides and no user is asked."""
    decided: dict[str, Any] = {}
    makes_files = bool(VERBS[verb].plan)
    for field, facts, kind in described(cls):
        name = field.name
        if file_role(field, facts, kind) == "output":
            place = _output(verb, name, facts, values, files, folder)
            if place is not None:
                decided[name] = Path(place) if base_type(kind)[0] is Path else place
        elif name == "record":
            decided[name] = "never"
        elif name == "credits":
            decided[name] = True
        elif name == "threads":
            decided[name] = threads
        elif name == "workers":
            decided[name] = 1
        elif name == "checkpoint_every":
            decided[name] = _SAMPLES_S
        elif name == "json" and not makes_files:
            is_truth = base_type(kind)[0] is bool
            decided[name] = False if is_truth else str(folder.results / "figures.json")
    return decided


def _output(
    verb: str,
    name: str,
    facts: Option,
    values: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    folder: JobFolder,
) -> str | None:
    """Where results go: a folder where the verb takes one, else a file of a telling name."""
    if name == "out":
        return str(folder.run)
    if verb == "fuse" and values.get("plan"):
        return str(folder.results / "to-paint")  # a folder that is there already counts as made
    if verb == "classify":
        return f"{folder.results}{os.sep}" if values.get("explain") else None
    paths = [path for each in files.values() for path in each]
    several = len(paths) > 1 or values.get("count") is not None
    if verb == "scene":
        starts = len(files.get("rough", ())) > 1 or len(files.get("sketch", ())) > 1
        if values.get("parallax") and not starts:
            return None if values.get("count") is None else f"{folder.results}{os.sep}"
        is_folder = starts or values.get("count") is not None
        return f"{folder.results}{os.sep}" if is_folder else str(folder.results / "scene.png")
    if facts.metavar == "OUT" and (paths or verb == "character"):
        return f"{folder.results}{os.sep}"
    if verb == "rough" and several:
        return f"{folder.results}{os.sep}"
    stem = PurePosixPath((facts.metavar or verb).lower()).stem
    return str(folder.results / f"{verb if stem in ('out', 'file') else stem}.png")


def replaced(options: Options, **values: Any) -> Options:
    """The options with other values."""
    return dataclasses.replace(options, **values)
