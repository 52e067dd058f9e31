"""How forms are laid out: nothing twice, nothing lost, no words of the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from paintreel.errors import InputError
from paintreel.studio.forms import layout
from paintreel.studio.forms.fields import fields_of
from paintreel.studio.forms.values import JobFolder, build_options, check_answers, clean_answers
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.web.rendering import STATIC
from paintreel.studio.web.showing import extra_words, pictured


@pytest.mark.parametrize("verb", sorted(OFFERED))
def test_every_question_stands_once_and_what_is_needed_at_once(verb):
    first, folded = layout.form_sections(verb)
    at_once = [field.name for section in first for field in section.fields]
    rest = [field.name for section in folded for field in section.fields]
    assert sorted(at_once + rest) == sorted(field.name for field in fields_of(verb))
    assert {field.name for field in fields_of(verb) if field.required} <= set(at_once)
    assert len(at_once) <= 16


def test_the_table_names_options_that_there_are():
    for verb, sections in layout._SECTIONS.items():
        names = {name for _, part in sections for name in part.split()}
        assert names <= {field.name for field in fields_of(verb)}, verb
    for key in (*layout._HELP, *layout._TITLES, *layout._BY_WORDS):
        verb, _, name = key.partition(".")
        assert name in {field.name for field in fields_of(verb)}, key
    for key, titles in layout._TITLES.items():
        verb, _, name = key.partition(".")
        (field,) = (field for field in fields_of(verb) if field.name == name)
        assert titles.keys() <= set(field.choices)
    (papers,) = (field for field in fields_of("experiment") if field.name == "paper")
    assert layout.title_of("experiment", papers, "fuse") == "Painting and footage (fuse)"
    for choice in papers.choices:
        assert layout.title_of("experiment", papers, choice) != choice


@pytest.mark.parametrize("verb", sorted(OFFERED))
def test_no_help_speaks_of_the_command_line(verb):
    first, _ = layout.form_sections(verb)
    for section in first:
        for field in section.fields:
            text = layout.help_of(verb, field)
            assert not re.search(r"--[a-z]|\b(OUT|GENERATED|TOML)\b(?!\))", text), (
                field.name,
                text,
            )


def test_every_verb_and_every_feeling_has_its_picture():
    assert {f"verbs/{verb}" for verb in OFFERED} <= pictured()
    for verb in ("scene", "grade", "character"):
        (field,) = (field for field in fields_of(verb) if field.name == "emotion")
        assert {f"words/emotion-{word}" for word in layout.words_of(verb, field)} <= pictured()
    for path in STATIC.glob("verbs/*.jpg"):
        with Image.open(path) as picture:
            assert picture.size == (480, 270), path
    held = sum(path.stat().st_size for path in STATIC.glob("*/*.jpg"))
    assert held < 1_000_000


def test_a_slider_says_what_its_ends_mean_and_where_it_stands():
    of = {field.name: field for field in fields_of("grade")} | {
        field.name: field for field in fields_of("stylize")
    }
    assert layout.slider_ends(of["strength"]) == ("photograph", "full style")
    assert layout.slider_ends(of["steady"]) is None
    assert layout.likely(of["intensity"]) == 0.7


def test_systems_and_papers_are_asked_for_their_own_folders_alone():
    of = {field.name: field for field in fields_of("train")}
    assert "fsgan" in layout.belongs_to("train", of["photos"])
    assert layout.belongs_to("train", of["speech"]) == ("emotion",)
    assert layout.belongs_to("train", of["art"]) == ()
    of = {field.name: field for field in fields_of("experiment")}
    assert layout.belongs_to("experiment", of["photos"]) == ("dske", "grade", "stylizers", "fuse")
    assert layout.belongs_to("stylize", fields_of("stylize")[0]) == ()


# A word in place of a file.


@pytest.mark.parametrize("name", ["mask", "protect"])
@pytest.mark.parametrize("verb", ["stylize", "fuse"])
def test_a_word_stands_for_a_file_and_another_is_refused_at_once(verb, name):
    if name not in {field.name for field in fields_of(verb)}:
        pytest.skip("the verb has it not")
    files = {"inputs": ["a.jpg", "b.mp4"]}
    answers = clean_answers(verb, {name: "faces"})
    options = build_options(verb, answers, files, JobFolder(Path("/job")))
    assert getattr(options, name) == "faces"
    with pytest.raises(InputError, match="expected a file, or faces"):
        clean_answers(verb, {name: "fish"})


def test_what_is_needed_is_told_in_words_of_the_page():
    with pytest.raises(InputError) as caught:
        check_answers("scene", {}, {})
    assert "--" not in str(caught.value)
    assert "-o" not in str(caught.value)
    with pytest.raises(InputError) as caught:
        check_answers("fuse", {}, {"inputs": ["a.jpg"]})
    assert "--" not in str(caught.value)
    assert "job/" not in str(caught.value)
    assert "'Only tell which frames to paint'" in str(caught.value)


@pytest.mark.parametrize("verb", ["scene", "lineart", "colorize"])
def test_methods_without_a_network_are_on_the_page(place, verb):
    place.user("ada")
    page = place.browser("ada").get(f"/new/{verb}").text
    for word, meaning in extra_words(verb).items():
        assert f'name="method" value="{word}"' in page
        assert meaning in page
