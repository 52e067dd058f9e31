"""Foreign text in one line, with nothing that a terminal obeys."""

from __future__ import annotations

import json
import os

import pytest

from paintreel.visible import escape, json_safe, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("a\r\tb", r"a\r\tb"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x00\x7f", r"\x00\u007f"),
        ("\x9b31m", r"\u009b31m"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2028", r"\u2028"),
        (os.fsdecode(b"caf\xe9"), r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("Tür 漢字 🎨 पुल", "Tür 漢字 🎨 पुल"),
    ],
)
def test_what_a_terminal_obeys_is_shown(text: str, shown: str):
    assert visible(text) == shown
    assert visible(shown) == shown


def test_every_character_is_left_or_shown_in_ascii():
    for code in range(0x3000):
        shown = visible(chr(code))
        assert shown == chr(code) or shown.isascii()
        if chr(code).isspace() and chr(code) not in " \xa0\u1680\u202f\u205f\u3000":
            assert shown.isascii() or 0x2000 <= code <= 0x200A
    assert "\n" not in visible("".join(map(chr, range(0x300))))


def test_html_is_escaped_too():
    assert escape("<b>\n") == r"&lt;b&gt;\n"


def test_json_stays_exact():
    names = ["a\x9bb", os.fsdecode(b"\xff"), "\u2028\u202e\x7f", "Tür"]
    text = json_safe(json.dumps(names, ensure_ascii=False))
    assert json.loads(text) == names
    assert "Tür" in text
    text.encode("utf-8")  # no lone surrogate is left
    assert not set("\x9b\u2028\u202e\x7f") & set(text)
