"""Counts and lists as messages have them."""

from __future__ import annotations

from paintreel.wording import counted, enumerated, some_of


def test_things_are_counted():
    assert [counted(n, "frame") for n in (0, 1, 1200)] == ["0 frames", "1 frame", "1,200 frames"]


def test_lists_end_with_and():
    lists = ([], ["a"], ["a", "b"], ["a", "b", "c"])
    assert [enumerated(each) for each in lists] == ["", "a", "a and b", "a, b and c"]


def test_long_lists_say_how_many_are_left():
    assert some_of([], 3) == ""
    assert some_of(range(3), 3) == "0, 1, 2"
    assert some_of((x for x in "abcde"), 3) == "a, b, c and 2 more"
