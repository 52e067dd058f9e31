"""The key of a blind trial, its ballot and its questions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from paintreel.errors import InputError, UnreadableFile
from paintreel.scoring.blind_trial import (
    BlindKey,
    BlindSheet,
    ballot_text,
    parse_question,
    questions_of,
    read_key,
)

KEY = BlindKey(
    sets=("mine", "theirs"),
    scale=None,
    questions={"overall": "Which is better?"},
    seed=4,
    side_px=640,
    inputs={"b": {"": "0", "mine": "1", "theirs": "2"}, "a": {"mine": "3", "theirs": "4"}},
    sheets=(
        BlindSheet("001", "b", ("theirs", "mine"), "aa"),
        BlindSheet("002", "a", ("mine", "theirs"), "bb"),
    ),
)


@pytest.fixture
def write(tmp_path):
    def write(facts):
        path = tmp_path / "key.json"
        path.write_text(facts if isinstance(facts, str) else json.dumps(facts), "utf-8")
        return path

    return write


def test_a_key_comes_back_as_it_was_written(write):
    found = read_key(write(KEY.as_dict()))
    assert found == KEY
    assert found.trial == KEY.trial
    assert found.pictures == ("a", "b")
    assert found.sheets_by_picture == [[1], [0]]
    assert found.pairs == (("mine", "theirs"),)
    assert found.has_source


def test_the_trial_is_of_all_but_the_sheets_files():
    unwritten = replace(KEY, sheets=tuple(replace(s, sha256="") for s in KEY.sheets))
    assert unwritten.trial == KEY.trial
    assert not unwritten.is_finished
    others = [replace(KEY, seed=5), replace(KEY, scale=10), replace(KEY, side_px=500)]
    others += [replace(KEY, questions={"overall": "Which is worse?"})]
    others += [replace(KEY, sheets=KEY.sheets[::-1]), replace(KEY, inputs={})]
    assert len({KEY.trial, *(other.trial for other in others)}) == 7


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts["sheets"][0].update(shown=["mine", "theirs"]),
        lambda facts: facts.update(sets=["mine", "ours"]),
        lambda facts: facts.update(trial="0" * 12),
    ],
)
def test_a_key_that_was_changed_is_refused(write, change):
    facts = KEY.as_dict()
    change(facts)
    with pytest.raises(UnreadableFile, match="changed since"):
        read_key(write(facts))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("sheet,overall\n001,left\n", "no JSON"),
        ([], "not the key"),
        ({"sets": ["a"]}, "not the key"),
        ({**KEY.as_dict(), "sheets": 3}, "damaged"),
        ({**KEY.as_dict(), "sheets": [{}]}, "damaged"),
        ({k: v for k, v in KEY.as_dict().items() if k != "questions"}, "damaged"),
    ],
)
def test_what_is_no_key_is_refused(write, facts, message):
    with pytest.raises(UnreadableFile, match=message):
        read_key(write(facts))


def test_a_missing_key_is_said(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        read_key(tmp_path / "key.json")


def test_the_ballot_is_empty_but_for_sheets_and_trial():
    assert ballot_text(KEY) == (
        f"sheet,overall,words,trial\n001,,,{KEY.trial}\n002,,,{KEY.trial}\n"
    )


def test_questions_are_ours_or_those_that_are_asked():
    assert list(questions_of((), None)) == list(questions_of((), 10))
    assert questions_of((), None) != questions_of((), 10)
    asked = questions_of(["Mood = Which  is warmer?", "a=b=c"], None)
    assert asked == {"mood": "Which is warmer?", "a": "b=c"}
    with pytest.raises(InputError, match="asked twice"):
        questions_of(["a=b", "A=c"], None)


@pytest.mark.parametrize("text", ["", "mood", "mood=", "=words", "two words=x", "a,b=x", "rater=x"])
def test_what_is_no_question_is_refused(text):
    with pytest.raises(InputError):
        parse_question(text)
