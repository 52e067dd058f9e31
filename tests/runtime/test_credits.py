from __future__ import annotations

from pathlib import Path

import pytest

import paintreel
from paintreel.errors import InputError, OutputError, UnknownModel
from paintreel.runtime.card import Card
from paintreel.runtime.credits import CREDITS_NAME, credit_line, merge_credits, write_credits
from paintreel.runtime.licences import terms_of

START = "--- Paintreel: due for the pictures in this folder ---"
END = "--- end of Paintreel ---"


def line_of(make_style, folder: Path, **contract: str) -> str:
    return credit_line(Card.describe(make_style(folder, card=False, **contract)))


@pytest.mark.parametrize(
    ("contract", "line"),
    [
        (
            {"credit": "Trained on Ada's art, CC-BY 4.0", "licence": "CC-BY-4.0"},
            'Painted with Paintreel, style "a". Trained on Ada\'s art, CC-BY 4.0.',
        ),
        (
            {"credit": "Trained on Ada's art.\n", "licence": "CC-BY-SA-4.0"},
            'Painted with Paintreel, style "a". Trained on Ada\'s art. Weights: CC-BY-SA-4.0.',
        ),
        (
            {"credit": "", "licence": "LicenseRef-Own-Art"},
            'Painted with Paintreel, style "a".',
        ),
        (
            {"credit": "Ada", "licence": "MIT", "task": "judge"},
            'Made with Paintreel, model "a". Ada. Weights: MIT.',
        ),
    ],
)
def test_a_line_says_what_and_whose(make_style, tmp_path: Path, contract, line):
    assert line_of(make_style, tmp_path / "a", **contract) == line


def test_bundled_styles_name_their_painters():
    assert "David Revoy" in paintreel.credits("hereva")
    assert "Beatrix Potter" in paintreel.credits("watercolour")
    assert "Pamela Colman Smith" in paintreel.credits("ink")
    assert "scene model" in paintreel.credits("mffcn")


def test_python_takes_names_paths_and_loaded_styles(make_style, tmp_path: Path):
    path = make_style(tmp_path / "mine", credit="Painted by Ada", licence="CC-BY-4.0")
    style = paintreel.Style(path)
    line = 'Painted with Paintreel, style "mine". Painted by Ada. Weights: CC-BY-4.0.'
    assert paintreel.credits(path) == paintreel.credits(str(path)) == line
    assert paintreel.credits(style) == line
    hereva = paintreel.credits("hereva")
    assert paintreel.credits(style, "hereva", path) == f"{line}\n{hereva}"
    assert paintreel.credits() == ""
    with pytest.raises(UnknownModel, match="hereva"):
        paintreel.credits("herva")
    with pytest.raises(InputError, match="model is 3, expected a name"):
        paintreel.credits(3)


def test_python_writes_the_file_where_it_is_told_to(tmp_path: Path):
    line = paintreel.credits("hereva", folder=tmp_path)
    assert (tmp_path / CREDITS_NAME).read_text("utf-8") == f"{START}\n{line}\n{END}\n"


def test_lines_of_runs_are_added_up(tmp_path: Path):
    write_credits(tmp_path, ["one", "two"])
    path = write_credits(tmp_path, ["two", "three"])
    assert path.read_text("utf-8").splitlines() == [START, "one", "two", "three", END]
    before = path.stat().st_mtime_ns
    write_credits(tmp_path, ["three", "one"])
    assert path.stat().st_mtime_ns == before  # nothing new, nothing written


@pytest.mark.parametrize(
    "others",
    ["Music: Zoë\n", "Music: Zoë", "\ufeffMusic\r\nSound\r\n", "Music\n\n\n", "\n", ""],
)
def test_words_of_others_stay_byte_for_byte(tmp_path: Path, others: str):
    path = tmp_path / CREDITS_NAME
    path.write_bytes(others.encode())
    write_credits(tmp_path, ["one"])
    assert path.read_bytes().startswith(others.encode())
    assert START in path.read_text("utf-8").splitlines()
    path.write_bytes(path.read_bytes() + b"Voice: Max\n")
    write_credits(tmp_path, ["two"])
    data = path.read_bytes()
    assert data.startswith(others.encode())
    assert data.endswith(b"Voice: Max\n")
    ours = path.read_text("utf-8").splitlines()
    assert ours[ours.index(START) + 1 : ours.index(END)] == ["one", "two"]


def test_line_ends_are_those_of_the_file(tmp_path: Path):
    path = tmp_path / CREDITS_NAME
    path.write_bytes(b"Music\r\n")
    write_credits(tmp_path, ["one"])
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") == 5


@pytest.mark.parametrize(("text", "others"), [("", False), ("\n \n", False), ("Music", True)])
def test_it_is_known_whether_others_wrote_in_it(tmp_path: Path, text: str, others: bool):
    path = tmp_path / CREDITS_NAME
    path.write_text(text, "utf-8")
    assert merge_credits(path, ["one"]).others is others
    write_credits(tmp_path, ["one"])
    assert merge_credits(path, ["two"]).others is others


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfeM\x00", "no UTF-8"),
        (f"{START}\none\n".encode(), "1 and 0 times"),
        (f"{END}\n{START}\n".encode(), "in order"),
        (f"{START}\n{END}\n{START}\n{END}\n".encode(), "2 and 2 times"),
        (b"x" * ((1 << 20) + 1), "over 1,048,576 bytes"),
    ],
)
def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path, data: bytes, reason: str):
    path = tmp_path / CREDITS_NAME
    path.write_bytes(data)
    with pytest.raises(OutputError, match=reason):
        write_credits(tmp_path, ["one"])
    assert path.read_bytes() == data


def test_a_folder_of_that_name_is_refused(tmp_path: Path):
    (tmp_path / CREDITS_NAME).mkdir()
    with pytest.raises(OutputError, match="no regular file"):
        write_credits(tmp_path, ["one"])


@pytest.mark.parametrize(
    ("licence", "sold"),
    [
        ("CC0-1.0", "yes"),
        ("public-domain", "yes"),
        ("MIT", "yes"),
        ("CC-BY-4.0", "yes, with credit"),
        ("cc-by-3.0", "yes, with credit"),
        ("CC-BY-SA-4.0", "yes, alike"),
        ("CC-BY-NC-4.0", "no"),
        ("CC-BY-NC-SA-4.0", "no"),
        ("CC-BY-SA-NC-4.0", "no"),
        ("CC-BY-NC-ND-4.0", "no"),
        ("CC-BY-ND-4.0", "ask first"),
        ("LicenseRef-Own-Art", "as your art may"),
        ("LicenseRef-NonCommercial", "no"),
        ("LicenseRef-My-Terms", "read it"),
        ("MIT AND CC-BY-NC-4.0", "read it"),
        ("", "read it"),
    ],
)
def test_what_may_be_sold(licence: str, sold: str):
    assert terms_of(licence).sold == sold
    assert terms_of(licence).means.endswith(".")
