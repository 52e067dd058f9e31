from __future__ import annotations

import re
import warnings

import pytest

import paintreel
from paintreel import errors


def test_the_drawn_tree_is_the_tree():
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in errors.__doc__.splitlines():
        if match := re.match(r"    ([|` -]*)([A-Z]\w+)", line):
            depth = len(match[1]) // 4
            above[depth:] = [match[2]]
            if depth:
                drawn[match[2]] = above[depth - 1]
    classes = [
        c
        for c in vars(errors).values()
        if isinstance(c, type) and issubclass(c, errors.PaintreelError)
    ]
    assert drawn == {c.__name__: c.__base__.__name__ for c in classes if c.__name__ in drawn}
    assert len(drawn) == len(classes) - 1  # all but the root


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("StyleError", "ModelError"),
        ("UnknownStyle", "UnknownModel"),
        ("StyleFileError", "ModelFileError"),
    ],
)
def test_old_names_work_with_a_warning(old: str, new: str):
    with pytest.warns(DeprecationWarning, match=rf"{old} is called {new} now.*0\.3"):
        assert getattr(paintreel.errors, old) is getattr(errors, new)


def test_new_names_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert errors.ModelFileError
    with pytest.raises(AttributeError, match="Nonsense"):
        errors.Nonsense  # noqa: B018
