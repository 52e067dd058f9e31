"""Emotions over time: what is read, written, refused with its line, and what lies between."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.runtime.emotion_timeline import (
    check_timeline,
    emotion_at,
    likeliest,
    read_timeline,
    shares_at,
    smoothed_timeline,
    steady_timeline,
    stretches_of,
    write_timeline,
)
from paintreel.runtime.emotions import EMOTIONS

LINE = [(0.0, {"anger": 0.7, "fear": 0.3}), (0.5, {}), (2.0, {"calm": 1.0})]


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "t.json"
    write_timeline(path, LINE)
    assert read_timeline(path) == LINE
    assert len(path.read_text().splitlines()) == 2 + len(LINE)  # an entry a line
    with pytest.raises(OutputError):
        write_timeline(path, LINE)
    write_timeline(path, LINE[:1], overwrite=True)
    assert read_timeline(path) == LINE[:1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[0, {"anger": 1}],\n [1, {"angre": 1}]]', r"line 2, entry 2.*'anger'"),
        ('[[0, {"anger": 1}],\n\n [0, {}]]', "line 3, entry 2.*ascend"),
        ('[[0, {"anger": 1.5}]]', "line 1, entry 1.*anger is 1.5"),
        ('[[0, {"anger": 0.7, "fear": 0.7}]]', "add up to 1.400"),
        ('[[0, {"anger": NaN}]]', "line 1: no valid JSON"),
        ('[\n[0, {"anger": 1}],\n[1, {"fear" 1}]\n]', "line 3: no valid JSON"),
        ('[[0, {}]\n[1, {}]]', "line 2: got '\\['"),
        ('[[0, {}]', "the end of the file"),
        ('[[0, {}]]\nmore', "line 2: something follows"),
        ("[]", "no entry"),
        ('{"anger": 1}', "no list begins"),
        ("[[-1, {}]]", "time is -1"),
        ('[["0", {}]]', "time is '0'"),
        ("[[0, []]]", "shares are"),
        ("[[0]]", "line 1, entry 1"),
        ('[[0, {"anger": true}]]', "anger is True"),
        ('[[0, {"anger": 0.1, "Anger ": 0.1}]]', "named twice"),
        ("", "no list begins"),
        ("[" * 100_000, "line 1: lists lie too deep in each other; expected"),
        ('[[0, {"fear": 1}],\n[1, {"fear": 1,\n"fear": 0}]]', "line 3: 'fear' is named twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path, text, words):
    path = tmp_path / "t.json"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match=words):
        read_timeline(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_every_encoding_is_read(tmp_path, encoding):
    path = tmp_path / "t.json"
    path.write_bytes('[[0.0, {"anger": 1}]]\r\n'.encode(encoding))
    assert read_timeline(path) == [(0.0, {"anger": 1.0})]


def test_files_that_are_none(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        read_timeline(tmp_path / "t.json")
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00\xd8A\x00")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_timeline(tmp_path / "b.json")
    (tmp_path / "bom.json").write_bytes(b'\xef\xbb\xbf[[0, {"Fear": 1}]]')
    assert read_timeline(tmp_path / "bom.json") == [(0.0, {"fear": 1.0})]


def test_data_of_programs_is_checked_too():
    assert check_timeline([[0, {"Anger": 1}]]) == [(0.0, {"anger": 1.0})]
    for wrong in ("anger", {}, [], None, [[0, {"x": 1}]]):
        with pytest.raises(InputError):
            check_timeline(wrong)


def test_between_entries_it_is_a_straight_line_and_the_ends_are_held():
    assert emotion_at(LINE, -1) == LINE[0][1]
    assert emotion_at(LINE, 0.25) == pytest.approx({"anger": 0.35, "fear": 0.15})
    assert emotion_at(LINE, 1.25) == pytest.approx({"calm": 0.5})
    assert emotion_at(LINE, 99) == {"calm": 1.0}
    assert emotion_at([], 1.0) == {}
    table = shares_at(LINE, [0.25, 99.0])
    assert table.shape == (2, len(EMOTIONS))
    assert table[0, EMOTIONS.index("anger")] == pytest.approx(0.35)


def test_smoothing_does_not_lag():
    """What goes up and down symmetrically has its peak where it had it."""
    times = np.arange(0, 4.01, 0.1)
    line = [(float(t), {"anger": float(max(0, 1 - abs(t - 2)))}) for t in times]
    smooth = smoothed_timeline(line, 0.3)
    values = [shares.get("anger", 0.0) for _, shares in smooth]
    assert [t for t, _ in smooth] == [t for t, _ in line]
    assert times[int(np.argmax(values))] == pytest.approx(2.0)
    assert 0.6 < max(values) < 0.95
    assert smoothed_timeline(line, 0) == check_timeline(line)
    with pytest.raises(InputError):
        smoothed_timeline(line, -1)


def test_one_emotion_all_the_time():
    assert steady_timeline("Calm", 0.4) == [(0.0, {"calm": 0.4})]
    assert steady_timeline("calm", 0) == [(0.0, {})]
    with pytest.raises(InputError, match="'sadness'"):
        steady_timeline("sadnes")
    with pytest.raises(InputError, match="0 to 1"):
        steady_timeline("calm", 2)


def test_stretches_join_what_says_the_same():
    line = [
        (0.0, {"fear": 0.9}),
        (1.0, {"fear": 0.6, "anger": 0.4}),
        (2.0, {}),
        (3.0, {"anger": 1}),
    ]
    assert stretches_of(line, 4.0) == [
        (0.0, 1.5, "fear"),
        (1.5, 2.5, None),
        (2.5, 4.0, "anger"),
    ]
    assert likeliest({"fear": 0.2}, least=0.3) is None
