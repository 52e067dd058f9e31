"""Fountain: what is a heading, a speech, an action, and what is left out."""

from __future__ import annotations

import time

import pytest

from paintreel.script.fountain import is_heading, looks_like_fountain, read_fountain
from paintreel.script.options import ScriptOptions
from paintreel.script.reading import read_script_text
from paintreel.script.telling import tell

WHOLE = """\
Title:
    _**The Fall**_
Credit: written by
Author: Nobody

FADE IN:

INT. HALL - DAY #1A#

The *old* dog_house stands
empty.

BOB (V.O.)
(sadly)
Goodbye.
And thanks.

ANN ^
Don't **ever** say \\*that\\*.

@McAvoy
~La la la

.FLASHBACK

!BANG
A door /* not this
nor this */ slams. [[a note]]

> THE END <

# Act two
= What happens

CUT TO:

>Smash cut

===

EST. ROOF

SOMEBODY ELSE runs.
"""


def said(text: str) -> list[tuple[str, str, str | None, str]]:
    return [
        (line.text, line.kind, line.character, line.manner) for line in read_fountain(text).lines
    ]


def test_a_whole_screenplay():
    script = read_fountain(WHOLE)
    assert script.title == "The Fall"
    assert [scene.heading for scene in script.scenes] == [
        "INT. HALL - DAY",
        "FLASHBACK",
        "EST. ROOF",
    ]
    assert said(WHOLE) == [
        ("The old dog_house stands empty.", "action", None, ""),
        ("Goodbye. And thanks.", "speech", "BOB", "sadly"),
        ("Don't ever say *that*.", "speech", "ANN", ""),
        ("La la la", "speech", "McAvoy", ""),
        ("BANG A door slams.", "action", None, ""),
        ("THE END", "action", None, ""),
        ("SOMEBODY ELSE runs.", "action", None, ""),
    ]
    assert script.characters == ("BOB", "ANN", "McAvoy")
    assert script.notes == ()


def test_lines_know_where_they_stand():
    rows = WHOLE.split("\n")
    for line in read_fountain(WHOLE).lines:
        assert line.text.split()[-1].strip("*.") in " ".join(
            rows[line.number - 1 : line.number + 2]
        )


def test_manner_within_a_speech_parts_it():
    text = "BOB\nI am here.\n(crying)\nI was always here.\n"
    assert said(text) == [
        ("I am here.", "speech", "BOB", ""),
        ("I was always here.", "speech", "BOB", "crying"),
    ]


def test_two_spaces_keep_a_speech_together():
    assert said("BOB\nOne.\n  \nTwo.\n") == [("One. Two.", "speech", "BOB", "")]


def test_a_title_page_that_breaks_off_is_said_and_the_scene_is_kept():
    script = read_fountain("Title: X\nAuthor: Y\nINT. HALL - DAY\n\nBOB\nHello.\n")
    assert script.scenes[0].heading == "INT. HALL - DAY"
    (note,) = script.notes
    assert (note.kind, note.text.startswith("line 3: the title page breaks off")) == (
        "broken-header",
        True,
    )
    script = read_fountain("Title: X\nrubbish\n\nINT. HALL - DAY\n\nBOB\nHello.\n")
    assert script.notes[0].text.startswith("line 2")
    assert [scene.heading for scene in script.scenes] == ["", "INT. HALL - DAY"]


def test_a_comment_without_an_end_is_said_and_loses_nothing():
    script = read_fountain("INT. HALL\n\nHe runs.\n\n/* She weeps.\n")
    assert [line.text for line in script.lines] == ["He runs.", "She weeps."]
    assert script.notes[0].text.startswith("line 5: /* has no */")


def test_what_is_a_heading_and_what_is_a_name():
    assert all(map(is_heading, ("INT. A", "ext. a", "INT./EXT. CAR", "I/E CAR", ".HERE", "EST. B")))
    assert not any(map(is_heading, ("INTERIOR", "...so", ".", "EXTRA LARGE", "In the hall")))
    assert said("HE RUNS!\nAnd falls.\n")[0][1] == "action"
    assert said("LATER\n\nHe runs.\n")[0] == ("LATER", "action", None, "")


def test_plain_text_is_told_from_screenplays():
    assert looks_like_fountain(WHOLE)
    assert looks_like_fountain("BOB\nHello.\n\nANN\nGoodbye.\n")
    assert not looks_like_fountain("It was a dark night.\n\nBOB saw it too.\n")


@pytest.mark.parametrize(
    "part", ["/* ", "[[", "**a ", "_a ", "_*a ", '" a', "mr. Mr. ", "but a ", "Joe Miller, "]
)
def test_ten_times_as_long_takes_no_hundred_times(part):
    def seconds(count: int) -> float:
        begun = time.process_time()
        for kind in ("fountain", "text"):
            tell(read_script_text("Go " + count * part, kind), ScriptOptions(input=""))
        return time.process_time() - begun

    seconds(10)
    short = max(0.01, min(seconds(1000) for _ in range(3)))
    assert min(seconds(10_000) for _ in range(2)) < 50 * short


def test_marks_of_emphasis_pair_and_others_stay():
    lines = ["***a** b*", "**a *b***", "2 * 3 * 4", "*a", "a* *b", "**a*", "*a _b* c_", "_**a**_"]
    read = [read_fountain(f"!{line}\n").lines[0].text for line in lines]
    assert read == ["a b", "a b", "2 * 3 * 4", "*a", "a* *b", "*a", "a _b c_", "a"]
