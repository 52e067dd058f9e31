"""What an error that ends the command means: one mapping for every verb."""

from __future__ import annotations

import pytest

from paintreel.cli.exit_codes import BAD_USAGE, FAILED, Refused, exit_code_of, planning
from paintreel.errors import InputError, MissingExtra, OutputError, UnreadableFile


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("x"), BAD_USAGE),
        (MissingExtra("x", "train"), BAD_USAGE),
        (UnreadableFile("a.png", "x"), FAILED),
        (OutputError("x"), FAILED),
    ],
)
def test_files_fail_and_words_are_bad_usage(error, code):
    assert exit_code_of(error) == code


def test_before_the_work_begins_every_error_of_ours_is_bad_usage():
    with pytest.raises(Refused, match=r"^cannot read a\.png: x$") as refused, planning():
        raise UnreadableFile("a.png", "x")
    assert exit_code_of(refused.value) == BAD_USAGE
    with pytest.raises(ZeroDivisionError), planning():
        raise ZeroDivisionError
