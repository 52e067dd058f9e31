"""SubRip and WebVTT, whole and broken."""

from __future__ import annotations

import pytest

from paintreel.script.subtitles import looks_like_subtitles, read_subtitles

SRT = """\
1
00:00:01,000 --> 00:00:03,500
<i>I'm {\\an8}scared!</i>

2
00:00:04,000 --> 00:00:06,000
- MIA: We won!
- Yes, yes, we won!

3
00:00:20,000 --> 00:00:21,000
[door slams]
4
00:00:22,000 --> 00:00:23,000
♪ la la ♪
"""


def test_subrip():
    script = read_subtitles(SRT)
    found = [
        (line.text, line.character, line.kind, line.start_s, line.end_s, line.number)
        for line in script.lines
    ]
    assert found == [
        ("I'm scared!", None, "speech", 1.0, 3.5, 3),
        ("We won!", "MIA", "speech", 4.0, 4.0 + 2 * 2 / 6, 7),
        ("Yes, yes, we won!", None, "speech", 4.0 + 2 * 2 / 6, 6.0, 8),
        ("[door slams]", None, "action", 20.0, 21.0, 12),
        ("la la", None, "speech", 22.0, 23.0, 15),
    ]
    assert [len(scene.lines) for scene in script.scenes] == [3, 2]
    assert script.notes == ()


def test_webvtt():
    text = (
        "WEBVTT - a film\n\nNOTE hi\n\n1\n00:01.000 --> 00:02.000 align:start\n"
        "<v Anna>I &amp; you</v>\n\n01:00:00.000 --> 01:00:01.000\n<c.loud>Stop</c>\n"
    )
    script = read_subtitles(text, "vtt")
    assert [(line.text, line.character, line.start_s) for line in script.lines] == [
        ("I & you", "Anna", 1.0),
        ("Stop", None, 3600.0),
    ]


def test_broken_times_are_named_and_the_rest_is_kept():
    script = read_subtitles(SRT.replace("00:00:04,000 -->", "00:00:0x -->"))
    assert [line.text for line in script.lines] == ["I'm scared!", "[door slams]", "la la"]
    (note,) = script.notes
    assert (note.kind, note.loss, note.count) == ("broken-times", True, 1)
    assert "line 6" in note.text


@pytest.mark.parametrize("row", ["00:00:01,000 -> 00:00:02,000", "00:01 -- 00:02", "1:00 – 1:02"])
def test_times_with_another_arrow_are_named(row):
    script = read_subtitles(f"1\n{row}\nOne.\n\n2\n00:00:05,000 --> 00:00:06,000\nAt 10:00\n")
    assert [line.text for line in script.lines] == ["At 10:00"]
    assert "1 subtitle left out for times that cannot be read (line 2)" in script.notes[0].text


def test_swapped_and_unsorted_times_are_mended_and_said():
    text = SRT.replace("00:00:01,000 --> 00:00:03,500", "00:01:03,500 --> 00:01:01,000")
    script = read_subtitles(text)
    assert {note.kind for note in script.notes} == {"times-swapped", "out-of-order"}
    assert script.lines[-1].text == "I'm scared!"
    assert (script.lines[-1].start_s, script.lines[-1].end_s) == (61.0, 63.5)


def test_a_subtitle_of_no_length_has_a_little():
    script = read_subtitles("1\n00:00:01,000 --> 00:00:01,000\nNow!\n")
    assert script.lines[0].end_s > script.lines[0].start_s


def test_what_looks_like_subtitles():
    assert looks_like_subtitles(SRT)
    assert not looks_like_subtitles("He looks --> at her.\n")
