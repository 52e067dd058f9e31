"""How the form of a verb is laid out: what is asked at once, in which order, below which headings.

What is not named here is folded away below the heading that the options give it, so that a new
option is there without a line here. Words that may be answered with are shown as pictures where
`web/static/words` has them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from paintreel.runtime.emotions import EMOTIONS
from paintreel.studio.forms.fields import FormField, fields_of
from paintreel.worlds.categories import CATEGORIES, LABELS

__all__ = [
    "FormSection",
    "belongs_to",
    "form_sections",
    "help_of",
    "is_by_words",
    "likely",
    "slider_ends",
    "title_of",
    "words_of",
]


@dataclass(frozen=True, slots=True)
class FormSection:
    """Questions below a heading; "" where they need none."""

    heading: str
    fields: tuple[FormField, ...]


_SECTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "stylize": (("", "inputs style"), ("How much of it", "strength own_colour brush")),
    "scene": (
        ("", "words"),
        ("Which place, and when", "category time season weather"),
        ("What it feels like", "emotion intensity"),
        ("Or start from a drawing", "sketch rough"),
        ("Another one", "seed count"),
    ),
    "rough": (("", "picture level sketch"),),
    "lineart": (("", "inputs"), ("The lines", "weight detail clean")),
    "colorize": (("", "inputs hint"), ("Colours", "palette flat layers")),
    "classify": (("", "inputs task explain"),),
    "emotion": (("", "inputs by"), ("What you get beside the table", "plot timeline srt")),
    "sheet": (("", "inputs by title"),),
    "character": (
        ("", "identity seed"),
        ("What it feels", "emotion intensity"),
        ("What is seen", "framing background sheet"),
        ("A line to act", "voice text"),
        ("Or a face to follow", "from_clip"),
        ("Paint it in a style", "style strength"),
    ),
    "grade": (("", "inputs"), ("What it is to feel like", "emotion intensity light")),
    "fuse": (("", "inputs strength"), ("Not painted yet?", "plan")),
    "script": (("", "input"), ("What you get beside the table", "plot timeline")),
    "info": (("", "file"),),
    "score": (("", "generated reference question report"),),
    "compare": (("", "systems reference question report"),),
    "spectrum": (("", "inputs"),),
    "agree": (("", "tables key report"),),
    "train": (
        ("", "system"),
        ("Learn from", "art photos styles faces speech"),
        ("", "budget name"),
    ),
    "experiment": (
        ("", "paper"),
        (
            "Learn from, and hold out",
            "art photos clips styles faces speech weights lines ratings lexicon raters",
        ),
        ("", "budget trials"),
    ),
}
"""Verb -> (heading, names of options) in the order of the page."""

_HEADINGS = {
    "": "More",
    "clips": "Clips: rate, quality, sound",
    "where": "Where it is painted",
    "files": "How files are written",
    "style": "Brush, faces, size",
    "run": "How certain the figures are",
    "networks": "Networks of your own",
    "painting": "How it is painted",
    "results": "Tables",
}
"""Heading of the options -> what the page says."""


@cache
def form_sections(verb: str) -> tuple[tuple[FormSection, ...], tuple[FormSection, ...]]:
    """(what is asked at once, what is folded away) of a verb's form.

    A verb that is not known here asks at once for its files and what is needed.
    """
    fields = {field.name: field for field in fields_of(verb)}
    plain = " ".join(f.name for f in fields.values() if f.required or f.is_file)
    known = _SECTIONS.get(verb, (("", plain),))
    first = tuple(
        FormSection(heading, tuple(fields[name] for name in names.split() if name in fields))
        for heading, names in known
    )
    shown = {field.name for section in first for field in section.fields}
    rest: dict[str, list[FormField]] = {}
    for field in fields.values():
        if field.name not in shown:
            rest.setdefault(field.group, []).append(field)
    order = sorted(rest, key=lambda group: group == "")
    folded = (FormSection(_heading(group), tuple(rest[group])) for group in order)
    return first, tuple(folded)


def _heading(group: str) -> str:
    return _HEADINGS.get(group, group[:1].upper() + group[1:])


_WORDS: Mapping[str, tuple[str, ...]] = {
    "emotion": EMOTIONS,
    "scene.category": tuple(row.name for row in CATEGORIES),
    "colorize.category": tuple(label.replace("_", " ") for label in LABELS),
    "task": ("mood", "medium", "scene"),
    "question": ("painting", "restoration", "scene"),
    "move": ("left", "right", "in", "out"),
    "brush": ("auto",),
    "format": ("png", "jpg", "webp", "mp4", "gif"),
    "codec.preset": ("veryfast", "medium", "slow"),
    "pixel_format": ("yuv420p", "yuv444p"),
    "experiment.preset": ("light", "tiny"),
}
"""Option -> words that it may be answered with, where any text is taken."""


def words_of(verb: str, field: FormField) -> tuple[str, ...]:
    """Words to choose from beside a box for text; others may be taken too."""
    if field.words:
        return field.words
    if field.choices or not (field.kind == "text" or field.also_text):
        return ()
    key = "codec.preset" if field.name == "preset" and verb != "experiment" else field.name
    return _WORDS.get(f"{verb}.{key}", _WORDS.get(key, ()))


_BY_WORDS = frozenset({"grade.emotion", "scene.emotion", "scene.category", "colorize.category"})
_BY_WORDS |= {"score.question", "compare.question", "classify.task"}
"""Texts that the page asks for by their words alone."""


def is_by_words(verb: str, field: FormField) -> bool:
    """Whether there is nothing to type: a word is chosen, or none."""
    return bool(field.words) or f"{verb}.{field.name}" in _BY_WORDS


_HELP = {
    "scene.emotion": "",
    "grade.emotion": "",
    "scene.intensity": "",
    "grade.intensity": "",
    "scene.time": "",
    "scene.season": "",
    "scene.weather": "",
    "scene.count": "one after the other, each with the next seed",
    "character.strength": "",
    "character.emotion": "or auto, as the sound or the clip has it",
    "character.background": "a place and its seed, such as fantasy forest:7, or a picture or clip",
    "stylize.own_colour": "greys stay grey, grass green",
    "classify.task": "feeling, medium and style, or place",
    "colorize.category": "",
    "colorize.palette": "colours to use; or take those of a picture",
    "score.question": "picks the measures and the verdict",
    "train.changes": "settings of the recipe, one a line, such as batch=4",
    "train.name": "letters, digits, - and _",
    "experiment.changes": "settings of every network, one a line, such as pairs.batch=4",
    "scene.sheet": "one picture that shows all results",
    "scene.category": "one of these, or leave it to the words",
    "scene.words": "such as: a castle at night in the snow",
    "scene.seed": "the same number gives the same picture; leave it empty for a new one",
    "scene.sketch": "lines to start from; a rough of flat colours beside them paints truer",
    "character.seed": "each number is another face, in place of the names above",
    "character.identity": "one of these, or a description of your own (TOML)",
    "fuse.plan": "writes the frames that are best to paint, as pictures to take home",
    "fuse.inputs": "the clip, and frames of it that you painted, under the names that they have",
    "agree.tables": "tables of ratings (.tsv, .csv), or ballots of a blind trial, one a rater",
    "agree.key": "the key.json that a blind trial came with",
    "stylize.mask": "paint there alone: faces, or where a picture is white",
    "stylize.protect": "leave this as it is: faces, or where a picture is white",
    "stylize.fine_faces": "small faces are painted larger, so that they keep their features",
    "score.by": "figures of each subfolder too: folder",
    "score.metrics": "measures with commas, in addition",
    "compare.metrics": "measures with commas, in addition",
    "compare.systems": "choose a folder that holds one folder of results for each system",
}
"""Helps that speak of the command line, in words of the page."""


def help_of(verb: str, field: FormField) -> str:
    """What the page says below a question; "" where its ends or its label say it."""
    text = _HELP.get(f"{verb}.{field.name}", field.help_on_page)
    own = f"{verb}.{field.name}" in _HELP
    if slider_ends(field) is not None and not own:
        return ""
    if field.kind == "truth" and field.default:  # the help is that of leaving it out
        return ""
    if belongs_to(verb, field) and not own:  # which the page shows by asking it or not
        text = _LAST_BRACKETS.sub("", text).rstrip()
    return "" if text in _SAID_BY_LABELS else text


_SAID_BY_LABELS = frozenset({"picture, clip or folder", "picture or folder"})

_TITLES: Mapping[str, Mapping[str, str]] = {
    "train.system": {
        "fsgan": "a style for photographs and clips",
        "afgan": "faces as drawn characters",
        "mffcn": "painted backgrounds from roughs",
        "lineart": "lines of pictures",
        "colorize": "colours for drawings",
        "classifiers": "medium, mood and place of pictures",
        "colour-script": "light and colour by feeling",
        "emotion": "emotion of voices and faces",
        "fuse": "a shot from a painted frame",
        "fuse-shot": "one shot from its painted frames",
        "extractor": "features of pictures, for other trainings",
    },
}


def title_of(verb: str, field: FormField, choice: str) -> str:
    """A choice as the page calls it: by the table, or as the help says, "choice (what it is)"."""
    title = _TITLES.get(f"{verb}.{field.name}", {}).get(choice)
    if title is None and (told := re.search(rf"\b{re.escape(choice)} \(([^()]+)\)", field.help)):
        title = told[1]
    return choice if title is None else f"{title[:1].upper()}{title[1:]} ({choice})"


_ENDS = re.compile(r"(?:^|: )0 ([^.]+?) \.\. 1 ([^:(]+?)(?:: ([^(]+?))?(?: \(.*)?$")
_LIKELY = re.compile(r"default (0\.\d+|1|0)\b")
_LAST_BRACKETS = re.compile(r"\(([^()]*)\)$")


def slider_ends(field: FormField) -> tuple[str, str] | None:
    """What 0 and 1 of a share mean, as its help says; None where it does not."""
    found = _ENDS.search(field.help)
    return (found[1], found[2]) if found is not None and field.is_share else None


def likely(field: FormField) -> float:
    """Where the slider of a share stands: its default, or what its help says stands for none."""
    if field.default is not None:
        return float(field.default)
    found = _LIKELY.search(field.help)
    return float(found[1]) if found else 0.5


def belongs_to(verb: str, field: FormField) -> tuple[str, ...]:
    """For which answers to the first question another one is asked, () for all.

    Systems and papers take other folders each; the help of a folder ends with whose it is.
    """
    lead = next((f for f in fields_of(verb) if f.choices and f.required), None)
    found = _LAST_BRACKETS.search(field.help)
    if lead is None or found is None:
        return ()
    parts = [part.split(":")[0].strip() for part in re.split(r"[,;]", found[1])]
    named = tuple(part for part in parts if part in lead.choices)
    others = [part for part in parts if part not in named and not _is_default(part)]
    return () if others else named


def _is_default(part: str) -> bool:
    return part.startswith("default") or part.isdigit()
