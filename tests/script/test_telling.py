"""`paintreel.script`: lines, scenes, times, timeline."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

import paintreel
from paintreel.errors import InputError, UnreadableFile
from paintreel.runtime.emotion_timeline import (
    check_timeline,
    emotion_at,
    read_timeline,
    write_timeline,
)
from paintreel.script.plot import draw_script

STORY = """\
INT. KITCHEN - NIGHT

Grace weeps over the broken lamp.

GRACE
(sobbing)
He is gone.

JOY
I hate this storm! I am furious!

EXT. GARDEN - DAWN

They laugh and dance, happy to be alive.

The table is in the corner of the room.
"""
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "story.fountain"


def test_lines_and_scenes():
    found = paintreel.script(STORY)
    assert [(s.heading, s.label, s.emotion) for s in found.scenes] == [
        ("INT. KITCHEN - NIGHT", "negative", "sadness"),
        ("EXT. GARDEN - DAWN", "positive", "happiness"),
    ]
    assert [told.feeling.emotion for told in found.lines] == [
        "sadness",
        "sadness",
        "anger",
        "happiness",
        "neutral",
    ]


def test_names_of_characters_say_nothing():
    found = paintreel.script("JOY\nGood morning, Grace.\n\nGRACE\nJoy and Grace took the bus.\n")
    assert found.lines[1].feeling.evidence == ()


def test_a_line_lasts_by_its_words():
    found = paintreel.script(STORY, seconds_per_word=0.5)
    words = [len(told.line.text.split()) for told in found.lines]
    starts = [0.0, *itertools.accumulate(0.5 * count for count in words)]
    assert [told.start_s for told in found.lines] == pytest.approx(starts[:-1])
    assert found.duration_s == pytest.approx(starts[-1])


def test_the_timeline_holds_every_line_and_is_what_other_verbs_take(tmp_path: Path):
    found = paintreel.script(STORY)
    check_timeline(found.timeline)
    for told in found.lines:
        middle = emotion_at(found.timeline, (told.start_s + told.end_s) / 2)
        for name, share in told.feeling.emotions.items():
            assert middle.get(name, 0.0) == pytest.approx(share, abs=1e-6)
    write_timeline(tmp_path / "t.json", found.timeline)
    assert len(read_timeline(tmp_path / "t.json")) == len(found.timeline)


def test_times_of_subtitles_are_kept(tmp_path: Path):
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:02,000 --> 00:00:04,000\nI hate you!\n\n"
        "2\n00:00:03,000 --> 00:00:05,000\nHelp, a monster!\n",
        "utf-8",
    )
    found = paintreel.script(path, seconds_per_word=9)
    assert [(t.start_s, t.end_s) for t in found.lines] == [(2, 4), (3, 5)]
    times = [time_s for time_s, _ in found.timeline]
    assert times == sorted(set(times))


def test_speech_alone():
    found = paintreel.script(STORY, lines="speech")
    assert [told.line.character for told in found.lines] == ["GRACE", "JOY"]
    assert len(found.scenes) == 1
    silent = paintreel.script("INT. HALL\n\nHe runs.\n", lines="speech")
    assert [note.kind for note in silent.notes] == ["no-speech"]
    assert len(silent.lines) == 1


def test_both_methods_answer():
    labels = [
        [s.label for s in paintreel.script(STORY, method=m).scenes] for m in ("nearness", "svm")
    ]
    assert labels[0] == labels[1] == ["negative", "positive"]


def test_other_languages_are_said_line_by_line():
    found = paintreel.script("I love you.\nIch bin nicht traurig und du bist es.\nHe weeps.\n")
    assert [told.feeling.language for told in found.lines] == [None, "German", None]
    (note,) = found.notes
    assert (note.kind, note.count, note.loss) == ("other-language", 1, True)
    assert "line 2" in note.text
    twice = paintreel.script("Ich bin so traurig und du bist es. Das ist nicht gut, mein Freund.\n")
    assert "2 lines in German (line 1):" in twice.notes[0].text
    foreign = paintreel.script("Ich liebe dich über alles.\nNein!\nDas ist nicht wahr, du lügst!\n")
    assert not foreign.is_read
    assert all(told.feeling.language == "German" for told in foreign.lines)
    assert all(shares == {} for _, shares in foreign.timeline)


def test_the_example_has_its_arc():
    found = paintreel.script(EXAMPLE)
    assert [(s.label, s.emotion) for s in found.scenes] == [
        ("negative", "sadness"),
        ("negative", "fear"),
        ("positive", "calm"),
    ]
    assert found.title == "The Lantern"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "magic"}, "method is 'magic', expected one of nearness, svm"),
        ({"seconds_per_word": 0}, "seconds_per_word is 0, expected 0.05 to 10"),
        ({"format": "fdx"}, "format is 'fdx'"),
    ],
)
def test_absurd_values(options, message):
    with pytest.raises(InputError, match=message):
        paintreel.script(STORY, **options)


def test_a_path_that_is_not_there():
    with pytest.raises(UnreadableFile, match="there is no such file"):
        paintreel.script("nowhere.fountain")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (None, InputError, "is a NoneType, expected a path, or a text with a line break"),
        (3, InputError, "is a int"),
        (b"I am sad.\n", InputError, "is a bytes"),
        ("", InputError, "is an empty text"),
        (" \n", InputError, "is an empty text"),
        ("I am sad.", UnreadableFile, "no such file or folder; if it is the text itself, end it"),
        ("I am sad. " * 999, UnreadableFile, "if it is the text itself"),
    ],
)
def test_what_is_neither_path_nor_text(given, error, message):
    with pytest.raises(error, match=message):
        paintreel.script(given)


def test_the_chart_shows_good_above_and_bad_below():
    chart = draw_script(paintreel.script(STORY), title="x")
    assert chart.shape[1] == 1600
    gold = (np.abs(chart.astype(int) - (214, 150, 40)).sum(axis=2) < 12).nonzero()
    blue = (np.abs(chart.astype(int) - (74, 98, 150)).sum(axis=2) < 12).nonzero()
    assert gold[0].size > 1000
    assert blue[0].size > 1000
    assert gold[0].max() <= blue[0].min() + 3
    assert gold[1].mean() > blue[1].mean()


@pytest.mark.parametrize("text", ["Hi\n", "word " * 3000 + "\n", "A.\n" * 700, "Я\n"])
def test_charts_of_odd_scripts(text):
    assert draw_script(paintreel.script(text), title="x\x1b").ndim == 3
