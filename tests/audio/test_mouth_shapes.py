"""The mouth of voices that are made here, and of spoken lines whose phonemes are timed."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from formant_voice import said

from paintreel.audio.mouth_cues import shape_at, shapes_at
from paintreel.audio.mouth_files import read_cues
from paintreel.audio.mouth_shapes import mouth_of_blocks, mouth_of_sound
from paintreel.audio.sound import Sound, read_sound
from paintreel.audio.spelling import sounds_of_text
from paintreel.errors import InputError

LINES = Path(__file__).with_name("lines")
MARKED = Path(__file__).with_name("marked")
MARKED_ROWS = [
    row.split("\t") for row in (MARKED / "lines.tsv").read_text("utf-8").splitlines()[1:]
]
ROWS = json.loads((LINES / "lines.json").read_text("utf-8"))


def test_vowels_give_their_shapes_within_60_ms():
    parts = [("", 0.3), ("a", 0.3), ("i", 0.3), ("u", 0.3), ("s", 0.2), ("a", 0.3), ("", 0.4)]
    sound, starts_s = said(parts)
    cues = mouth_of_sound(sound).cues
    for (what, length_s), start_s in zip(parts, starts_s, strict=True):
        expected = {"": "X", "a": "D", "i": "B", "u": "F", "s": "B"}[what]
        assert shape_at(cues, start_s + length_s / 2) == expected, what
    # Each change of the sound is a change of the mouth.
    changes_s = np.array([cue.start_s for cue in cues])
    for (what, _), before, start_s in zip(parts[1:], parts, starts_s[1:], strict=False):
        if {what, before[0]} != {"i", "s"}:  # which have one shape
            assert np.abs(changes_s - start_s).min() <= 0.06, (what, start_s)


def test_cues_go_from_start_to_end_without_gaps():
    sound, _ = said([("a", 0.4), ("m", 0.15), ("i", 0.33)])
    cues = mouth_of_sound(sound).cues
    assert cues[0].start_s == 0
    assert cues[-1].end_s == pytest.approx(sound.length_s, abs=1e-3)
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(cues))


def test_a_text_closes_the_lips_where_the_sound_alone_is_in_doubt():
    # Silence within a word may be t, k or p: the text says which.
    sound, _ = said([("", 0.3), ("a", 0.3), ("", 0.09), ("a", 0.3), ("", 0.3)])
    middle_s = 0.645
    assert shape_at(mouth_of_sound(sound, "Appa", "any").cues, middle_s) == "A"
    assert shape_at(mouth_of_sound(sound, "Atta", "any").cues, middle_s) == "B"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_lips_are_closed_on_every_m_b_and_p_of_the_text(row):
    mouth = mouth_of_sound(read_sound(LINES / row["file"]), row["text"])
    assert not mouth.notes
    kinds = [sound.kind for sound in sounds_of_text(row["text"])[0] if sound.kind != "rest"]
    wanted = sum(
        kind in "mp" and (i == 0 or kinds[i - 1] not in "mp") for i, kind in enumerate(kinds)
    )
    closed = [cue for cue in mouth.cues if cue.shape == "A"]
    assert wanted > 1
    assert len(closed) >= wanted
    assert min(cue.length_s for cue in closed) >= 0.035  # four frames of 10 ms


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_closed_lips_come_within_60_ms_of_where_they_are_heard(row):
    cues = mouth_of_sound(read_sound(LINES / row["file"]), row["text"]).cues
    starts_s = np.array([cue.start_s for cue in cues if cue.shape == "A"])
    ends_s = np.array([cue.end_s for cue in cues if cue.shape == "A"])
    phonemes = row["phonemes"]
    off = []
    for (start_s, name), (end_s, _) in itertools.pairwise(phonemes):
        if name in ("m", "b", "p"):
            away = np.maximum(np.maximum(starts_s - end_s, start_s - ends_s), 0)
            off.append(float(away.min()))
    assert max(off) <= 0.06, off


@pytest.mark.parametrize(("file", "text"), MARKED_ROWS)
def test_lips_close_in_recordings_where_they_were_marked(file, text):
    cues = mouth_of_sound(read_sound(MARKED / file), text, "de").cues
    closed = [cue for cue in cues if cue.shape == "A"]
    for mark in read_cues((MARKED / file).with_suffix(".tsv")):
        if mark.shape == "A":
            assert any(cue.start_s < mark.end_s and mark.start_s < cue.end_s for cue in closed), (
                mark
            )


def test_shapes_of_recordings_begin_within_60_ms_of_where_they_were_marked():
    off_s = []
    for file, text in MARKED_ROWS:
        cues = mouth_of_sound(read_sound(MARKED / file), text, "de").cues
        for mark in read_cues((MARKED / file).with_suffix(".tsv")):
            if mark.shape != "X":
                near = [abs(cue.start_s - mark.start_s) for cue in cues if cue.shape == mark.shape]
                off_s.append(min(near, default=9.0))
    assert len(off_s) > 60
    assert np.median(off_s) <= 0.02
    assert np.mean(np.array(off_s) <= 0.06) >= 0.85


def test_blocks_give_what_the_whole_gives():
    sound = read_sound(LINES / "line2.flac")
    blocks = [sound.part(start_s, 1.0) for start_s in (0.0, 1.0, 2.0, 3.0)]
    whole, parts = mouth_of_sound(sound), mouth_of_blocks(blocks)
    times_s = np.arange(0, sound.length_s, 0.01)
    same = shapes_at(whole.cues, times_s) == shapes_at(parts.cues, times_s)
    assert same.mean() > 0.97  # frames at the seams see silence on one side


def test_loudness_of_the_recording_does_not_matter():
    sound = read_sound(LINES / "line0.flac")
    quiet = Sound(sound.samples * np.float32(0.02), sound.rate_hz)
    assert mouth_of_sound(sound).cues == mouth_of_sound(quiet).cues


def test_silence_is_told_and_a_text_in_it_refused():
    silence = Sound(np.zeros(16_000, np.float32), 16_000)
    mouth = mouth_of_sound(silence)
    assert [cue.shape for cue in mouth.cues] == ["X"]
    assert [note.kind for note in mouth.notes] == ["sound-silent"]
    with pytest.raises(InputError, match="nothing is heard"):
        mouth_of_sound(silence, "Hello")


def test_a_text_that_is_too_long_or_another_is_told():
    sound = read_sound(LINES / "line0.flac")
    with pytest.raises(InputError, match=r"\(160 words\) takes at least .* speaks for"):
        mouth_of_sound(sound, "Many people bring umbrellas. " * 40)
    other = mouth_of_sound(sound, "Say sixty sixes, sissy sister")
    assert [note.kind for note in other.notes] == ["text-unlike-sound"]
