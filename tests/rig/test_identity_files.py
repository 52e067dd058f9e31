"""Identities by name and from TOML: what is read, and errors that name the line."""

from __future__ import annotations

import re

import pytest

from paintreel.errors import InputError
from paintreel.rig.identity import TABLES, CharacterPalette, Identity, Proportions
from paintreel.rig.identity_files import (
    find_identity,
    identity_names,
    parse_identity,
    read_identity,
)


def test_the_promised_identities_are_there_and_differ():
    assert {"girl", "boy", "old-woman", "creature"} <= set(identity_names())
    drawn = [find_identity(name) for name in identity_names()]
    assert len({one.palette for one in drawn}) == len(drawn)
    assert len({one.hair.style for one in drawn}) == len(drawn)


def test_a_name_is_found_however_it_is_written():
    assert find_identity(" Old Woman ") == find_identity("old-woman")


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'creature'"):
        find_identity("creatur")
    with pytest.raises(InputError, match=r"there are .*girl"):
        find_identity("zzzzzz")


def test_a_file_changes_what_it_says_and_keeps_the_rest(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'like = "boy"\naccessories = ["cap", "cap"]\n[palette]\nhair = "#112233"\n'
        "[proportions]\near = 2\n"
    )
    mine, boy = find_identity(path), find_identity("boy")
    assert (mine.name, mine.palette.hair, mine.proportions.ear) == ("mine", "#112233", 2.0)
    assert mine.accessories == ("cap",)
    assert (mine.palette.skin, mine.hair, mine.clothes) == (boy.palette.skin, boy.hair, boy.clothes)


def test_an_empty_file_is_the_usual_figure():
    assert parse_identity("", name="x") == Identity(name="x", title="x")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[proportions]\nhead_width = 9\n", 2, "head_width is 9, expected 0.55 to 1.15"),
        ("[proportions]\nhead_width = true\n", 2, "head_width is True"),
        ("[proportions]\nhead_width = nan\n", 2, "expected 0.55 to 1.15"),
        ("# hm\n\n[proportions]\nhed_width = 0.8\n", 4, "did you mean 'head_width'"),
        ("[palette]\nskin = 'red'\n", 2, "expected a colour such as"),
        ("[palette]\nskin = 12\n", 2, "expected a colour such as"),
        ("[hair]\nlength = 0.5\nstyle = 'bobb'\n", 3, "did you mean 'bob'"),
        ("[hiar]\nlength = 0.5\n", 1, "did you mean 'hair'"),
        ("title = 'x'\nhair = 3\n", 2, "expected a table"),
        ("title = 3\n", 1, "expected a text"),
        ("like = 'gril'\n", 1, "did you mean 'girl'"),
        ("title = 'x'\naccessories = ['glases']\n", 2, "did you mean 'glasses'"),
        ("accessories = 'glasses'\n", 1, "expected a list"),
        ("hair.length = 7\n", 1, "length is 7, expected 0 to 1"),
        ("[features]\n\n\nears = ['cat']\n", 4, "did you mean 'cat'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(tmp_path, text, line, what):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(f"bad.toml, line {line}: ")) as raised:
        read_identity(path)
    assert what in str(raised.value)


def test_what_is_no_toml_is_named_with_its_line():
    with pytest.raises(InputError, match=r"not TOML: .*line 2"):
        parse_identity("[hair]\nlength = = 3\n")


def test_other_encodings_folders_and_missing_files_are_refused(tmp_path):
    (tmp_path / "latin.toml").write_bytes("title = 'x'\n# M\xe4dchen\n".encode("latin-1"))
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        read_identity(tmp_path / "latin.toml")
    with pytest.raises(InputError, match="no such file"):
        read_identity(tmp_path / "none.toml")
    with pytest.raises(InputError, match="folder"):
        read_identity(tmp_path)
    (tmp_path / "huge.toml").write_bytes(b"#" * (1 << 21))
    with pytest.raises(InputError, match="expected a short TOML file"):
        read_identity(tmp_path / "huge.toml")


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbftitle = 'x'\n")
    assert read_identity(tmp_path / "bom.toml").title == "x"


def test_values_are_checked_in_python_too():
    with pytest.raises(InputError, match=r"proportions\.jaw is 3"):
        Identity(proportions=Proportions(jaw=3.0))
    with pytest.raises(InputError, match=r"palette.skin is '#12', expected a colour"):
        Identity(palette=CharacterPalette(skin="#12"))


def test_every_table_can_be_written_out_and_read_again():
    import dataclasses

    import tomli_w

    girl = find_identity("girl")
    told = {name: dataclasses.asdict(getattr(girl, name)) for name in TABLES}
    told |= {"name": girl.name, "title": girl.title, "accessories": list(girl.accessories)}
    assert parse_identity(tomli_w.dumps(told)) == girl
