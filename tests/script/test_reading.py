"""Files: encodings, formats, prose, and what is no script."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import InputError, UnreadableFile
from paintreel.script.prose import read_prose, sentences
from paintreel.script.reading import read_script, read_script_text

TEXT = "INT. CAFÉ - DAY\n\nJOSÉ\nÀ table, “friends”.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_every_encoding_gives_the_same(tmp_path: Path, encoding):
    path = tmp_path / "x.fountain"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    script = read_script(path)
    assert script.lines[0].text == "À table, “friends”."
    assert script.characters == ("JOSÉ",)
    assert [note.kind for note in script.notes] == ["encoding-guessed"] * (encoding == "cp1252")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no text"),
        (b" \n\t\n", "holds no text"),
        (bytes(range(256)) * 9, "is no text"),
        (b"%PDF-1.7 ...", "is a PDF; export"),
        (b"PK\x03\x04...", "a document or an archive"),
        (b"{\\rtf1 hello}", "rich text"),
        (b"<?xml version='1.0'?><FinalDraft/>", "Final Draft"),
        (b"Title: X\nAuthor: Y\n", "holds no line of speech or action"),
        ("\ufeff".encode("utf-16-le") + b"\x00\xd8A\x00", "is no text"),
    ],
)
def test_what_is_no_script(tmp_path: Path, content, message):
    path = tmp_path / "x.fountain"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=message):
        read_script(path)


def test_missing_files_and_folders(tmp_path: Path):
    with pytest.raises(UnreadableFile, match="no such file"):
        read_script(tmp_path / "no.srt")
    with pytest.raises(UnreadableFile):
        read_script(tmp_path)


def test_a_script_that_is_too_large(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("paintreel.script.decoding.MOST_BYTES", 100)
    path = tmp_path / "x.txt"
    path.write_bytes(b"word " * 30)
    with pytest.raises(UnreadableFile, match="is larger than"):
        read_script(path)


def test_the_format_is_told_by_name_and_content(tmp_path: Path):
    cues = "1\n00:00:01,000 --> 00:00:02,000\nHello.\n"
    for name, text, expected in (
        ("a.srt", cues, "srt"),
        ("a.txt", cues, "srt"),
        ("a.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "vtt"),
        ("a.txt", TEXT, "fountain"),
        ("a.txt", "He runs. She laughs.\n", "text"),
        ("a.fountain", "He runs.\n", "fountain"),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        assert read_script(tmp_path / name).format == expected
    assert read_script(tmp_path / "a.fountain", "text").format == "text"
    (tmp_path / "b.srt").write_text("no times here\n")
    with pytest.raises(UnreadableFile, match="no subtitle with its times; is it srt"):
        read_script(tmp_path / "b.srt")
    with pytest.raises(InputError, match="--format says what it is"):
        read_script_text("\n\n")


PROSE = """\
Chapter One

Mr. Hope walked in. "I am
happy," he said.

***

Anna: (crying) He is gone! Gone.
BOB: I know.

Scene 2
She left
"""


def test_prose_has_sentences_speech_and_scenes():
    script = read_prose(PROSE)
    assert [scene.heading for scene in script.scenes] == ["Chapter One", "", "Scene 2"]
    assert [
        (line.text, line.kind, line.character, line.manner, line.number) for line in script.lines
    ] == [
        ("Mr. Hope walked in.", "action", None, "", 3),
        ('"I am happy," he said.', "speech", None, "", 3),
        ("He is gone!", "speech", "Anna", "crying", 8),
        ("Gone.", "speech", "Anna", "crying", 8),
        ("I know.", "speech", "BOB", "", 9),
        ("She left", "action", None, "", 12),
    ]


def test_rows_without_empty_ones_are_lines_each():
    assert [line.text for line in read_prose("I am here\nyou are not\n").lines] == [
        "I am here",
        "you are not",
    ]


def test_sentences_end_where_they_do():
    assert sentences("Dr. No came. He had 3.5 cats... Really?! Yes.") == [
        "Dr. No came.",
        "He had 3.5 cats...",
        "Really?!",
        "Yes.",
    ]
