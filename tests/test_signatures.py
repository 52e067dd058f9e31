"""`help` of the public functions shows every argument with type, default and meaning."""

from __future__ import annotations

import inspect
import io
import pydoc

import pytest

import paintreel
from paintreel.errors import InputError
from paintreel.options import described, keyword_types, options_of

FUNCTIONS = {
    "stylize": "stylize",
    "stylize_video": "stylize",
    "scene": "scene",
    "classify": "classify",
    "classify_video": "classify",
    "emotion": "emotion",
    "sheet": "sheet",
}
"""Public function -> verb whose options it takes."""


def help_of(thing: object) -> str:
    text = io.StringIO()
    pydoc.Helper(output=text).help(thing)
    return text.getvalue()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_option_that_names_the_function_is_a_keyword_with_its_default(name: str):
    cls = options_of(FUNCTIONS[name])
    function = getattr(paintreel, name)
    parameters = inspect.signature(function).parameters
    assert all(p.kind is not p.VAR_KEYWORD for p in parameters.values())
    wanted = keyword_types(cls, name)
    assert wanted
    for field, _, _ in described(cls):
        if field.name in wanted:
            parameter = parameters[field.name]
            assert parameter.default == field.default
            assert parameter.kind is parameter.KEYWORD_ONLY
            assert field.name in inspect.getdoc(function)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_help_shows_types_defaults_and_meaning(name: str):
    text = help_of(getattr(paintreel, name))
    assert "threads: int | None = None" in text
    if FUNCTIONS[name] in ("stylize", "scene"):
        assert "strength: float = 1.0" in text
    assert "**options" not in text
    if name != "scene":  # whose keywords stand in its own words
        joined = " ".join(text.split())
        for _, facts, _ in described(options_of(FUNCTIONS[name])):
            if name in facts.keywords:
                assert " ".join(facts.help_text.split()) in joined


def test_a_keyword_that_is_true_says_what_false_does():
    assert "audio         False: leave the sound out" in help_of(paintreel.stylize_video)


@pytest.mark.parametrize("name", [n for n in paintreel.__all__ if n[0] != "_" and n != "errors"])
def test_every_public_name_has_help(name: str):
    thing = getattr(paintreel, name)
    assert len(inspect.getdoc(thing) or "") > 20
    assert name in help_of(thing)


def test_the_package_keeps_its_own_words():
    assert "Turn photographs and clips into painted pictures" in paintreel.stylize.__doc__
    assert "Paint a finished background" in paintreel.scene.__doc__
    assert {"Style", "stylize", "stylize_video"} <= set(dir(paintreel.stylize))


def test_types_are_shown_as_they_are_written():
    for name in (*FUNCTIONS, "parallax"):
        assert "threads: int | None = None" in help_of(getattr(paintreel, name)), name


def test_keywords_are_checked_as_options_are():
    with pytest.raises(TypeError, match="has no keyword 'wieght'; did you mean 'weight'"):
        paintreel.lineart("a.png", wieght=0.5)
    for wrong in ({"weight": "bold"}, {"weight": 3}, {"clean": "no"}, {"gap": "x"}):
        with pytest.raises(InputError, match=f"{next(iter(wrong))} is .*expected"):
            paintreel.lineart("a.png", **wrong)
    with pytest.raises(InputError, match="backend is 'onx', expected one of"):
        paintreel.lineart("a.png", backend="onx")
    with pytest.raises(InputError, match=r"crf is 20\.5, expected a whole number"):
        paintreel.stylize_video("a.mp4", "b.mp4", crf=20.5)
