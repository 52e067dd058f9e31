"""What a misspelt name may have meant."""

from __future__ import annotations

import pytest

from paintreel.near_names import did_you_mean, near_names


@pytest.mark.parametrize(
    ("asked", "known", "near"),
    [
        ("Forrest", ["water", "forest", "interior"], ["forest"]),
        ("MFFNC", ["OSDLM", "MFFCN"], ["MFFCN"]),
        ("stile", ["tile", "style"], ["style"]),  # the first letters are seldom the wrong ones
        ("zzz", ["water", "forest"], []),
        ("", ["water"], []),
        ("water", [], []),
    ],
)
def test_the_nearest_name_is_found_whatever_the_case(asked, known, near):
    assert near_names(asked, known) == near


def test_the_nearest_comes_first_and_the_cutoff_holds():
    known = ["flicker_ratio", "flicker", "psnr"]
    assert near_names("flickr", known, most=2) == ["flicker", "flicker_ratio"]
    assert near_names("flickr", known, most=2, cutoff=0.8) == ["flicker"]


def test_the_question_and_what_follows_it():
    assert did_you_mean([]) == ""
    assert did_you_mean(["psnr"]) == "did you mean 'psnr'?"
    assert did_you_mean(["a", "b"], "See c.") == "did you mean 'a' or 'b'? See c."
