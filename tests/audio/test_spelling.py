"""Letters to sounds: labials that are spoken and those that are not, in the languages there are."""

import pytest

from paintreel.audio.spelling import language_of, sounds_of_text, sounds_of_word
from paintreel.errors import InputError


def labials(text: str, language: str) -> str:
    kinds = [sound.kind for sound in sounds_of_text(text, language)[0]]
    return "".join(kind for kind in kinds if kind in ("m", "p", "f"))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Bob and Pam jumped off", "en", "pppmmpf"),
        ("climb, lamb, thumb, debt, doubt, subtle", "en", "mmm"),
        ("psychology, photograph, cupboard", "en", "ffp"),
        ("of five wolves, knave", "en", "fffff"),
        ("hiccup happy bubble", "en", "pppp"),
        ("Wasser, Vater, Pfeffer, Wolf", "de", "ffpffff"),
        ("Apfelbaum", "de", "pfpm"),
        ("bambino, vuole", "any", "pmpf"),
        ("Мама, баба, ваза", "any", "mmppf"),
        ("πάπια, μήλο", "any", "ppm"),
    ],
)
def test_lips_of_words(text, language, expected):
    assert labials(text, language) == expected


def test_figures_are_spoken():
    assert labials("7", "en") == "f"
    assert labials("5 lamps", "en") == "ffmp"


def test_the_language_is_told_by_its_small_words():
    assert language_of("The cat sat on the mat") == "en"
    assert language_of("Die Katze und der Hund") == "de"
    assert language_of("Grüße") == "de"
    assert language_of("Donde esta la biblioteca") == "any"


def test_every_english_letter_that_is_spoken_is_known():
    assert sounds_of_word("through") == ["th", "r", "u"]
    for letter in "abcdefgijklmnoprstuvxyz":  # h and w are silent alone, q has its u
        assert sounds_of_word(letter), letter


def test_what_has_no_letters_is_refused_and_unknown_words_are_counted():
    with pytest.raises(InputError, match="no letter that is known"):
        sounds_of_text("?! 漢字")
    notes = sounds_of_text("Say 漢字 again")[1]
    assert [note.kind for note in notes] == ["words-unknown"]
    with pytest.raises(InputError, match="expected auto or"):
        sounds_of_text("hello", "klingon")
