"""What lines feel like: negation, intensifiers, emoji, capitals, names, manner, languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import InputError
from paintreel.runtime.emotions import EMOTIONS
from paintreel.words.english import language_of, languages_of
from paintreel.words.feelings import FeelingReader, bundled_reader

LINES = Path(__file__).resolve().parents[2] / "recipes" / "script"


@pytest.fixture(scope="module")
def reader() -> FeelingReader:
    return bundled_reader()


@pytest.mark.parametrize(
    ("text", "label", "emotion"),
    [
        ("What a wonderful day!", "positive", "happiness"),
        ("He weeps at her grave.", "negative", "sadness"),
        ("I hate you, you liar!", "negative", "anger"),
        ("Something sinister lurks in the darkness.", "negative", "fear"),
        ("This rotten cheese is disgusting.", "negative", "disgust"),
        ("Such a boring, tedious afternoon.", "negative", "boredom"),
        ("She rests, calm and peaceful.", "positive", "calm"),
        ("Wow! I am astonished.", "neutral", "surprise"),
        ("The chair is next to the table.", "neutral", "neutral"),
    ],
)
def test_plain_lines(reader, text, label, emotion):
    found = reader.read(text)
    assert (found.label, found.emotion) == (label, emotion)
    assert set(found.emotions) == set(EMOTIONS)
    assert sum(found.emotions.values()) == pytest.approx(1)
    assert -1 < found.tendency < 1


@pytest.mark.parametrize(
    ("plain", "turned"),
    [
        ("I am happy.", "I am not happy."),
        ("She loves him.", "She doesn't love him."),
        ("He has friends.", "He has no friends."),
        ("The stupid boy.", "He isn't stupid."),
        ("It was good.", "It was hardly good."),
    ],
)
def test_negation_turns(reader, plain, turned):
    assert reader.read(plain).tendency * reader.read(turned).tendency < 0


@pytest.mark.parametrize(
    "text", ["I have never been so happy.", "Isn't she lovely?", "No wonder they are glad."]
)
def test_what_looks_like_a_negation_and_is_none(reader, text):
    assert reader.read(text).label == "positive"


def test_a_negation_ends_with_its_clause(reader):
    assert reader.read("I did not come, and I am happy.").label == "positive"


def test_a_bidding_comforts_or_threatens(reader):
    """Nobody is threatened by "don't worry", nor comforted by "don't hurt me"."""
    assert reader.read("Don't worry.").emotion == "calm"
    assert reader.read("Don't be afraid, little one.").label == "positive"
    assert reader.read("Don't hurt me.").label == "negative"


def test_intensifiers_and_capitals_raise_and_weakeners_lower(reader):
    plain = reader.read("He is angry.").tendency
    for stronger in ("He is very angry.", "He is ANGRY.", "He is angry!"):
        assert reader.read(stronger).tendency < plain
    assert plain < reader.read("He is slightly angry.").tendency < 0


def test_a_line_all_in_capitals_is_not_raised_word_by_word(reader):
    assert reader.read("HE IS ANGRY.").tendency == reader.read("He is angry.").tendency


def test_what_follows_but_counts_for_more(reader):
    assert reader.read("It is beautiful, but I am lonely.").label == "negative"
    assert reader.read("I am lonely, but it is beautiful.").label == "positive"


@pytest.mark.parametrize(
    ("sign", "emotion"),
    [
        ("😀", "happiness"),
        ("😢", "sadness"),
        ("😡", "anger"),
        ("🤢", "disgust"),
        (":-(", "sadness"),
    ],
)
def test_emoji_speak(reader, sign, emotion):
    assert reader.read(f"See you at six {sign}").emotion == emotion


def test_tones_of_skin_change_nothing(reader):
    assert reader.read("Ok 👍🏽").emotions == reader.read("Ok 👍").emotions


@pytest.mark.parametrize(
    "text",
    [
        "Yesterday Joy and Grace took the bus.",
        "Mr. Hope reads the list.",
        "Joy Miller picks up the phone.",
        "Grace, could you pass me the newspaper?",
    ],
)
def test_names_are_left_out(reader, text):
    found = reader.read(text)
    assert (found.label, found.evidence) == ("neutral", ())


def test_known_names_are_left_out_and_the_same_words_small_are_not(reader):
    assert reader.read("Joy takes the bus.").label == "positive"
    assert reader.read("Joy takes the bus.", names={"joy"}).label == "neutral"
    assert reader.read("What joy!", names={"joy"}).label == "positive"


def test_how_it_is_said_counts(reader):
    assert reader.read("See you tomorrow.").label == "neutral"
    assert reader.read("See you tomorrow.", manner="(sobbing)").emotion == "sadness"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich bin nicht traurig, aber du bist es.", "German"),
        ("Je ne suis pas triste, mais tu es là.", "French"),
        ("No estoy triste, pero él está muy solo.", "Spanish"),
        ("Я тебя люблю", "Cyrillic"),
        ("我很高兴", "Chinese"),
    ],
)
def test_other_languages_are_said_and_not_guessed(reader, text, language):
    found = reader.read(text)
    assert language in found.language
    assert (found.tendency, found.label, found.evidence) == (0, "neutral", ())


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("German", ["Ich bin traurig.", "Man war die Not.", "Halt!"]),
        ("German", ["Er war glücklich.", "Das Wetter war schlecht.", "Grau lag Nebel."]),
        ("Italian", ["Sono molto triste.", "Paura!", "Ti amo.", "Non so dove sei."]),
        ("Spanish", ["No sé qué hacer.", "Me siento feliz.", "El perro no está aquí."]),
        ("French", ["Je t'aime.", "On a peur.", "Sale rat!"]),
        ("Portuguese", ["Estou triste.", "Medo!", "Eu te amo.", "A vida me come."]),
        ("Dutch", ["Ik ben bang.", "Wat is er?", "De man was in nood."]),
        ("Polish", ["Boję się.", "To my.", "Jestem smutny."]),
        ("Swedish", ["Jag är rädd.", "Du är glad.", "Han var arg."]),
        ("Danish or Norwegian", ["Jeg er bange.", "Han var glad.", "Hvor er du?"]),
    ],
)
def test_a_text_of_short_lines_is_in_one_language(reader, language, lines):
    tokens = [reader.tokens(line) for line in lines]
    assert languages_of(tokens, reader.taxonomy) == [language] * len(lines)


def test_a_line_is_as_its_neighbours_and_else_as_the_whole(reader):
    lines = ["I am happy today.", "He was sad.", "Was he?", "No estoy triste.", "Me siento feliz."]
    lines += ["El perro no está aquí.", "She weeps for him.", "Murder!"]
    found = languages_of([reader.tokens(line) for line in lines], reader.taxonomy)
    assert found == [None] * 3 + ["Spanish"] * 3 + [None] * 2
    german = ["Ich bin nicht traurig, und du?", "Nein!", "He weeps.", "Es ist wahr."]
    found = languages_of([reader.tokens(line) for line in german], reader.taxonomy)
    assert found == ["German", "German", None, "German"]


def test_english_lines_stay_english(reader):
    lines = ["No!", "Help!", "Die, man!", "Er, man, no!", "La la la la la.", "So was I in the war."]
    assert languages_of([reader.tokens(line) for line in lines], reader.taxonomy) == [None] * 6
    for name in ("test", "develop"):
        rows = (LINES / f"{name}.tsv").read_text("utf-8").splitlines()[1:]
        tokens = [reader.tokens(max(row.split("\t"), key=len)) for row in rows]
        assert {language_of(each, reader.taxonomy) for each in tokens} == {None}


@pytest.mark.parametrize(
    "text", ["", "...", "1234", "?!", "\x00\x01", "ﷺ" * 3, "a" * 5000, "-" * 500]
)
def test_anything_can_be_read(reader, text):
    found = reader.read(text)
    assert sum(found.emotions.values()) == pytest.approx(1)


def test_evidence_names_what_the_answer_rests_on(reader):
    found = reader.read("The old thief was not happy 😡")
    assert [each.text for each in found.evidence] == ["thief", "happy", "😡"]
    assert all(each.tendency < 0 for each in found.evidence)


def test_other_methods():
    assert bundled_reader("svm").read("What a gladsome, joyful day").label == "positive"
    assert bundled_reader("svm").read("He sobbed in misery").label == "negative"
    with pytest.raises(InputError, match="method is 'magic', expected one of nearness, svm"):
        bundled_reader("magic")
