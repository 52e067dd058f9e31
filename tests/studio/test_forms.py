"""Forms made from the options: every verb has one, and no text reaches a file of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import InputError
from paintreel.options import VERBS, described, options_of
from paintreel.studio.forms.fields import HIDDEN, fields_of, file_role
from paintreel.studio.forms.schema import files_schema, options_schema
from paintreel.studio.forms.values import JobFolder, build_options, check_answers, clean_answers
from paintreel.studio.forms.verbs import OFFERED, shelves


def test_every_verb_that_makes_jobs_is_offered_once():
    shown = [verb.name for _, row in shelves() for verb in row]
    assert sorted(shown) == sorted(VERBS.keys() - {"models", "studio"})


@pytest.mark.parametrize("verb", sorted(OFFERED))
def test_every_option_is_asked_or_decided(verb):
    asked = {field.name for field in fields_of(verb)}
    decided = {
        field.name
        for field, facts, kind in described(options_of(verb))
        if file_role(field, facts, kind) == "output" or field.name in HIDDEN
    }
    assert asked | decided == {field.name for field, _, _ in described(options_of(verb))} - (
        {"system"} if verb == "info" else set()
    )
    schema = options_schema(verb)
    assert schema["properties"].keys() | files_schema(verb).keys() == asked


ROLES = {
    "stylize": {"inputs": "read", "style": "model", "looks": "write", "format": ""},
    "scene": {"words": "", "rough": "read", "sketch": "read", "parallax": "write", "move": ""},
    "rough": {"picture": "read", "output": "output", "sketch": "write"},
    "lineart": {"inputs": "read", "output": "output", "method": "model"},
    "colorize": {"hint": "read", "palette": "read", "category": ""},
    "classify": {"task": "", "model": "model", "csv": "write", "plot": "write"},
    "sheet": {"output": "output", "title": ""},
    "train": {"art": "read", "photos": "read", "out": "output", "budget": "", "changes": ""},
    "score": {"generated": "read", "reference": "read", "by": "", "report": "write", "art": "read"},
    "compare": {"systems": "read", "blind": "write", "detector": "read", "ask": ""},
    "spectrum": {"inputs": "read", "output": "output", "csv": "write", "bins": ""},
    "agree": {"tables": "read", "key": "read", "item": ""},
    "info": {"file": "read"},
}


@pytest.mark.parametrize("verb", sorted(ROLES))
def test_options_that_name_files_are_known_as_such(verb):
    rows = {f.name: file_role(f, facts, kind) for f, facts, kind in described(options_of(verb))}
    assert {name: rows[name] for name in ROLES[verb]} == ROLES[verb]


PATHS = ["/etc/passwd", "../../x", "~/x", "..", "C:\\x", "a/b", ".hidden", "a\0b", "\\\\host\\x"]
PATHS += ["a/../../x", "http://127.0.0.1:1/x", "file:///etc/passwd"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("verb", sorted(OFFERED))
def test_no_text_of_any_verb_names_a_file_of_the_machine(verb, path):
    for field in fields_of(verb):
        if field.kind in ("truth", "made", "whole", "number", "choice"):
            continue
        if field.name == "words" and path in ("a/b", "http://127.0.0.1:1/x", "file:///etc/passwd"):
            # They are words: nothing is opened by them.
            continue
        with pytest.raises(InputError):
            _built(verb, {field.name: path})


def _built(verb: str, answers: dict[str, str]) -> None:
    build_options(verb, clean_answers(verb, answers), {}, JobFolder(Path("job")))


def test_answers_of_a_form_and_of_json_are_the_same():
    form = {"strength": "0.5", "audio": "off", "size": "640x360", "style": "ink", "brush": ""}
    json = {"strength": 0.5, "audio": False, "size": [640, 360], "style": "ink", "on": 1}
    assert clean_answers("stylize", form) == clean_answers("stylize", json)
    options = build_options(
        "stylize", clean_answers("stylize", json), {"inputs": ["a.jpg"]}, JobFolder(Path("/job"))
    )
    assert (options.size, options.strength, options.audio) == ((640, 360), 0.5, False)
    assert options.inputs == ("/job/in/inputs/a.jpg",)
    assert options.output == "/job/out/"


def test_defaults_are_left_out():
    assert clean_answers("stylize", {"strength": 1.0, "style": "hereva", "audio": True}) == {}


@pytest.mark.parametrize(
    ("verb", "answers", "files", "expected"),
    [
        ("scene", {"words": "a sea"}, {}, "/job/out/scene.png"),
        ("scene", {"words": "a sea", "count": 3}, {}, "/job/out/"),
        ("scene", {"words": "a sea", "parallax": True}, {}, None),
        ("rough", {}, {"picture": ["a.jpg"]}, "/job/out/rough.png"),
        ("rough", {}, {"picture": ["a.jpg", "b.jpg"]}, "/job/out/"),
        ("sheet", {}, {"inputs": ["a.mp4"]}, "/job/out/sheet.png"),
        ("lineart", {}, {"inputs": ["x/a.jpg", "x/b.jpg"]}, "/job/out/"),
    ],
)
def test_results_go_into_the_folder_of_the_job(verb, answers, files, expected):
    options = build_options(verb, answers, files, JobFolder(Path("/job")))
    assert options.output == expected
    check_answers(verb, answers, files)


def test_systems_are_the_top_folders_of_what_is_given():
    files = {"systems": ["mine/a.png", "mine/b.png", "theirs/a.png"]}
    options = build_options("compare", {}, files, JobFolder(Path("/job")))
    assert options.systems == ("/job/in/systems/mine", "/job/in/systems/theirs")


def test_what_is_said_may_pause():
    """Three dots lead nowhere."""
    assert clean_answers("character", {"text": "Wait... I see it."}) == {
        "text": "Wait... I see it."
    }


def test_paintings_come_before_their_clip_however_they_are_chosen():
    """`fuse` takes paintings and then the clip, each by itself; `spectrum` its sets one by one."""
    from paintreel.studio.forms.fields import FormField
    from paintreel.studio.forms.values import _place

    form = FormField("inputs", "", "", "", "files", is_tuple=True, is_in_order=True)
    given = ["walk.mp4", "walk-key-0001.png", "more/b.png", "more/a.png"]
    root = Path("/job/in/inputs")
    expected = tuple(str(root / name) for name in ("walk-key-0001.png", "more", "walk.mp4"))
    assert _place(form, given, JobFolder(Path("/job"))) == expected
