"""Cues as Rhubarb Lip Sync has them."""

import json

import pytest

from paintreel.audio.mouth_cues import MouthCue, check_cues, shape_at
from paintreel.audio.mouth_files import read_cues, write_cues
from paintreel.errors import InputError, OutputError, UnreadableFile

CUES = [MouthCue(0.0, 0.15, "X"), MouthCue(0.15, 0.4, "D"), MouthCue(0.4, 1.25, "A")]


def test_tsv_is_what_rhubarb_writes(tmp_path):
    write_cues(tmp_path / "a.tsv", CUES)
    assert (tmp_path / "a.tsv").read_text() == "0.00\tX\n0.15\tD\n0.40\tA\n1.25\tX\n"


def test_json_is_what_rhubarb_writes(tmp_path):
    write_cues(tmp_path / "a.json", CUES, sound="line.wav")
    data = json.loads((tmp_path / "a.json").read_text())
    assert data["metadata"] == {"soundFile": "line.wav", "duration": 1.25}
    assert data["mouthCues"][1] == {"start": 0.15, "end": 0.4, "value": "D"}


@pytest.mark.parametrize("name", ["a.tsv", "a.json"])
def test_what_is_written_is_read(tmp_path, name):
    write_cues(tmp_path / name, CUES)
    assert read_cues(tmp_path / name) == CUES
    with pytest.raises(OutputError):
        write_cues(tmp_path / name, CUES)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.tsv", "0.00\tX\nsoon\tD\n1\tX\n", "line 2: 'soon' is no time"),
        ("a.tsv", "0.00\tX\n0.5\tQ\n", "line 2: the shape is 'Q', expected A, B"),
        ("a.tsv", "0.50\tX\n0.2\tA\n", "line 2: 0.2 s comes after 0.5 s"),
        ("a.tsv", "0.50 X what\n", "line 1 is '0.50 X what'"),
        ("a.tsv", "", "it has no cue"),
        ("a.tsv", "0.0\tA\n", "one line; expected one more"),
        ("a.tsv", "nan\tA\n1\tX\n", "line 1: the time is nan"),
        ("a.json", '{"mouthCues": [\n{"start": 0}]}', "cue 1 is"),
        ("a.json", '{"mouthCues": [\n]', "line 2: no valid JSON"),
        ("a.json", "[]", "it has no mouthCues"),
        ("a.json", '{"mouthCues": [{"start": 0, "end": "x", "value": "A"}]}', "'x' is no time"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_line(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(UnreadableFile, match=message):
        read_cues(tmp_path / name)


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"name it \.tsv or \.json"):
        write_cues(tmp_path / "a.dat", CUES)


def test_given_cues_are_checked():
    check_cues(CUES)
    with pytest.raises(InputError, match=r"cue 2 starts at 0\.1 s"):
        check_cues([CUES[0], MouthCue(0.1, 0.2, "B")])
    with pytest.raises(InputError, match="cue 1 has the shape 'Z'"):
        check_cues([MouthCue(0, 1, "Z")])
    assert [shape_at(CUES, t) for t in (-1.0, 0.2, 0.4, 2.0)] == ["X", "D", "A", "X"]


@pytest.mark.parametrize("name", ["a.tsv", "a.json"])
def test_no_cue_is_left_without_time_by_rounding(tmp_path, name):
    cues = [MouthCue(0, 0.4, "B"), MouthCue(0.4, 1.197, "X"), MouthCue(1.197, 1.2, "C")]
    write_cues(tmp_path / name, cues)
    assert read_cues(tmp_path / name) == [MouthCue(0, 0.4, "B"), MouthCue(0.4, 1.2, "X")]
