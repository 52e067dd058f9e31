"""What a line feels like: its tendency and its emotion, of its words.

    reader = FeelingReader()
    found = reader.read("I'm not afraid of you!")
    found.tendency, found.label, found.emotion

Every word that is no name gets its tendency (Eq. 9 over Eq. 11, or Eq. 10) and its nearness to the
emotions; negation turns it, "very" and capitals raise it, "a little" lowers it. Interjections,
emoji and turns of speech are known by heart. Where no word says anything, the line is neutral.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.runtime.emotions import EMOTIONS
from paintreel.words.english import FUNCTION_WORDS, language_of
from paintreel.words.names import places_of_names
from paintreel.words.nearness import Nearness, bundled_nearness
from paintreel.words.seeds import FEELINGS, NEGATIVE, PLAIN, POSITIVE, Seeds, sign_of
from paintreel.words.support_vectors import bundled_machine
from paintreel.words.tokens import Token, split
from paintreel.words.turning import Turn, turns_of
from paintreel.words.word_values import MachineValue, NearnessValue, Weights, WordValue

__all__ = [
    "METHODS",
    "Evidence",
    "Feeling",
    "FeelingReader",
    "Label",
    "bundled_reader",
    "label_of",
]

Label = Literal["positive", "negative", "neutral"]

_INDEX = {name: i for i, name in enumerate(FEELINGS)}
_ABSENT = {"nobody", "nothing", "none", "nowhere"}
_GOOD = [_INDEX[name] for name in POSITIVE]
_BAD = [_INDEX[name] for name in NEGATIVE]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one word, sign or turn of speech added.

    text      as it stands in the line
    tendency  that it added, below 0 bad
    emotion   that it speaks for most, None: none
    """

    text: str
    tendency: float
    emotion: str | None


@dataclass(frozen=True, slots=True)
class Feeling:
    """What was read in a line.

    tendency  in (-1, 1): below 0 bad, above 0 good
    label     positive, negative or neutral
    emotions  emotion -> share, all nine, which sum to 1; neutral is what no word speaks for
    evidence  what it rests on, in the order of the line
    language  None of English; else what it seems to be, and nothing is claimed about it
    """

    tendency: float
    label: Label
    emotions: Mapping[str, float]
    evidence: tuple[Evidence, ...] = ()
    language: str | None = None

    @property
    def emotion(self) -> str:
        """The likeliest."""
        return max(self.emotions, key=lambda name: self.emotions[name])


def label_of(tendency: float, decided: float) -> Label:
    """The label of a tendency.

    >>> label_of(0.5, 0.2), label_of(-0.1, 0.2)
    ('positive', 'neutral')
    """
    if abs(tendency) < decided:
        return "neutral"
    return "positive" if tendency > 0 else "negative"


class FeelingReader:
    """Reads lines, each by itself.

    value    the method, None: Eq. 9 with the taxonomy of the package
    weights  how words are added up
    """

    def __init__(
        self,
        value: WordValue | None = None,
        *,
        nearness: Nearness | None = None,
        weights: Weights | None = None,
    ) -> None:
        self._nearness = nearness or bundled_nearness()
        self.weights = weights or Weights()
        self._value = value or NearnessValue(self._nearness, self.weights)
        self.seeds: Seeds = self._nearness.seeds
        self.taxonomy = self._nearness.taxonomy
        self._signs = {**self.seeds.emoji, **self.seeds.emoticons}
        self._known_signs = frozenset(self._signs)
        self._phrases = _by_first_word(self.seeds.phrases)

    def tokens(self, text: str) -> list[Token]:
        """The tokens of a line, as `read` takes them."""
        return split(text, self._known_signs)

    def read(
        self,
        text: str,
        *,
        names: Collection[str] = (),
        manner: str = "",
        language: str | None = "auto",
    ) -> Feeling:
        """What a line feels like.

        names     words that are names, in lower case, beside those that can be seen to be
        manner    how it is said, as screenplays have it in brackets: "sobbing"
        language  None: English, else as of `words.english`; "auto" tells it by the line alone
        """
        tokens = self.tokens(text)
        if language == "auto":
            language = language_of(tokens, self.taxonomy)
        if language is not None:
            return Feeling(0.0, "neutral", _all_neutral(), language=language)
        tally = _Tally()
        self._read_into(tally, tokens, names)
        if manner:
            self._read_into(tally, self.tokens(manner.strip("()")), names)
        self._punctuation(tally, tokens)
        return tally.feeling(self.weights)

    def _read_into(self, tally: _Tally, tokens: Sequence[Token], names: Collection[str]) -> None:
        hidden = places_of_names(tokens, self.seeds, known=names)
        content = [
            token.kind == "word"
            and at not in hidden
            and token.text not in FUNCTION_WORDS
            and token.text not in self.seeds.negations
            for at, token in enumerate(tokens)
        ]
        turns = turns_of(tokens, self.seeds, content)
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.kind == "sign":
                tally.add_known(token.written, self._signs[token.text], turns[at], self.weights)
                at += 1
                continue
            if found := self._phrase_at(tokens, at):
                emotion, length = found
                text = " ".join(each.written for each in tokens[at : at + length])
                if emotion != PLAIN:
                    tally.add_known(text, emotion, Turn(turns[at].factor), self.weights)
                at += length
                continue
            if self._sounds_at(tokens, at):
                tally.add_known(token.written, self.seeds.sounds[token.text], Turn(), self.weights)
            elif content[at]:
                at += self._add_word(tally, tokens, at, turns[at], hidden)
                continue
            elif token.text in _ABSENT and at not in hidden:
                tally.add_absence(token.written, self.weights)
            at += 1

    def _add_word(
        self, tally: _Tally, tokens: Sequence[Token], at: int, turn: Turn, hidden: set[int]
    ) -> int:
        """Add the word at `at`, or the fixed phrase that begins there; gives how long it is."""
        for length in (3, 2):
            group = tokens[at : at + length]
            if len(group) < length or any(t.kind != "word" for t in group):
                continue
            if any(at + i in hidden or self._is_seed(t.text) for i, t in enumerate(group)):
                continue  # a "good day" is good before it is a farewell
            tail = " ".join(token.text for token in group[1:])
            for lemma, _ in self.taxonomy.lemmas(group[0].text):
                if (word := f"{lemma} {tail}") in self.taxonomy:
                    if (value := self._value(word, None)) is not None and _says(value):
                        text = " ".join(token.written for token in group)
                        tally.add(text, value, turn, self._comforts(group[0]), self.weights)
                        return length
                    break
        token = tokens[at]
        value = self._value(token.text, _parts_after(tokens, at))
        if value is None:
            value = self._value(token.text, None)
        for part in token.text.split("-") if value is None else ():
            if (value := self._value(part, None)) is not None and _says(value):
                break
        if value is not None:
            tally.add(token.written, value, turn, self._comforts(token), self.weights)
        return 1

    def _is_seed(self, word: str) -> bool:
        return any(lemma in self.seeds.labels for lemma in self.taxonomy.lemmas(word))

    def _comforts(self, token: Token) -> bool:
        """Whether "don't" with this word comforts: nobody is threatened by "don't worry"."""
        words = {token.text, *(lemma for lemma, _ in self.taxonomy.lemmas(token.text))}
        return bool(words & self.seeds.comforted)

    def _phrase_at(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """(emotion, tokens) of the turn of speech that begins at `at`."""
        for words, emotion in self._phrases.get(tokens[at].text, ()):
            if all(
                at + i < len(tokens) and tokens[at + i].text == word for i, word in enumerate(words)
            ):
                return emotion, len(words)
        return None

    def _sounds_at(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether an interjection stands at `at`; one that is a word too stands between stops."""
        token = tokens[at]
        if token.kind != "word" or token.text not in self.seeds.sounds:
            return False
        if token.text not in FUNCTION_WORDS and token.text not in self.taxonomy:
            return True
        first = at == 0 or tokens[at - 1].kind == "stop"
        return first and (at + 1 == len(tokens) or tokens[at + 1].kind == "stop")

    def _punctuation(self, tally: _Tally, tokens: Sequence[Token]) -> None:
        stops = "".join(token.text for token in tokens if token.kind == "stop")
        shouts = min(3, stops.count("!") + 2 * stops.count("‼"))
        if shouts:
            tally.raise_by(1 + 0.12 * shouts, ("anger", "fear", "happiness", "surprise"))
        if "?!" in stops or "!?" in stops or "⁉" in stops or "⁈" in stops:
            tally.add_known("?!", "surprise", Turn(), self.weights)


class _Tally:
    """Feelings added up."""

    def __init__(self) -> None:
        self.good = 0.0
        self.near = np.zeros(len(FEELINGS))
        self.evidence: list[Evidence] = []

    def add(
        self, text: str, value: tuple[float, Array], turn: Turn, comforts: bool, weights: Weights
    ) -> None:
        """Add a word."""
        tendency, near = value
        if not _says(value):
            return
        near = near.copy()
        kept = near[_GOOD if tendency > 0 else _BAD].max()
        if (rest := abs(tendency) - float(kept)) > 0:
            near[_INDEX["happiness" if tendency > 0 else "sadness"]] += weights.general * rest
        if turn.negated:
            tendency, near = _denied(tendency, near, turn, comforts, weights)
        self._keep(text, tendency * turn.factor, near * turn.factor)

    def add_known(self, text: str, emotion: str, turn: Turn, weights: Weights) -> None:
        """Add what is known by heart."""
        near = np.zeros(len(FEELINGS))
        near[_INDEX[emotion]] = 1.0
        self.add(text, (float(sign_of(emotion)), near), turn, False, weights)

    def add_absence(self, text: str, weights: Weights) -> None:
        """Add a bare "nobody"."""
        near = np.zeros(len(FEELINGS))
        near[_INDEX["sadness"]] = near[_INDEX["boredom"]] = weights.absence
        self._keep(text, -weights.absence, near)

    def raise_by(self, factor: float, names: Sequence[str]) -> None:
        """Raise the feelings that are shouted."""
        for name in names:
            self.near[_INDEX[name]] *= factor
        self.good *= factor

    def _keep(self, text: str, tendency: float, near: Array) -> None:
        self.good += tendency
        self.near += near
        likeliest = FEELINGS[int(near.argmax())] if near.max() > 0 else None
        self.evidence.append(Evidence(text, float(tendency), likeliest))

    def feeling(self, weights: Weights) -> Feeling:
        """What all of it comes to."""
        tendency = self.good / (abs(self.good) + weights.settled)
        shares = self.near / (self.near.sum() + weights.doubt)
        found = dict.fromkeys(EMOTIONS, 0.0)
        found |= {name: float(share) for name, share in zip(FEELINGS, shares, strict=True)}
        found["neutral"] = max(0.0, 1.0 - float(shares.sum()))
        label = label_of(tendency, weights.decided)
        return Feeling(float(tendency), label, found, tuple(self.evidence))


def _denied(
    tendency: float, near: Array, turn: Turn, comforts: bool, weights: Weights
) -> tuple[float, Array]:
    """What a negation makes of a word: "not happy" is sad, "not afraid" calm."""
    if tendency < 0 and turn.told and not comforts:
        return tendency * weights.told_bad, near * weights.told_bad
    turned = np.zeros_like(near)
    if tendency > 0:
        turned[_INDEX["sadness"]] = weights.denied_good * max(near.max(), tendency)
        return -weights.denied_good * tendency, turned
    share = 1.0 if turn.told else weights.denied_bad
    turned[_INDEX["calm"]] = share * max(float(near.max()), -tendency)
    return -share * tendency, turned


def _says(value: tuple[float, Array]) -> bool:
    return value[0] != 0.0 or bool(value[1].max() > 0)


def _all_neutral() -> dict[str, float]:
    return dict.fromkeys(EMOTIONS, 0.0) | {"neutral": 1.0}


def _by_first_word(phrases: Mapping[str, str]) -> dict[str, list[tuple[list[str], str]]]:
    """First word -> (all words, emotion), the longest first, as tokens stand."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for phrase, emotion in phrases.items():
        words = [token.text for token in split(phrase)]
        found.setdefault(words[0], []).append((words, emotion))
    for group in found.values():
        group.sort(key=lambda pair: -len(pair[0]))
    return found


_ARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "this",
        "that",
        "these",
        "those",
        "some",
        "no",
    ]
)
_BEFORE_VERBS = frozenset(
    [
        "i",
        "you",
        "he",
        "she",
        "we",
        "they",
        "who",
        "to",
        "will",
        "would",
        "can",
        "could",
        "shall",
        "should",
        "may",
        "might",
        "must",
        "do",
        "does",
        "did",
    ]
)


def _parts_after(tokens: Sequence[Token], at: int) -> tuple[int, ...] | None:
    """Parts of speech that a word can be by the one before it, None: any."""
    if at == 0 or tokens[at - 1].kind != "word":
        return None
    before = tokens[at - 1].text
    if before in _ARTICLES:
        return (0, 2)
    return (1, 3) if before in _BEFORE_VERBS else None


METHODS = ("nearness", "svm")
"""Eq. 9 and Eq. 10."""


@lru_cache(maxsize=2)
def bundled_reader(method: str = "nearness") -> FeelingReader:
    """The reader of the package by one of `METHODS`, made once.

    Raises InputError for another method.
    """
    if method not in METHODS:
        raise InputError(f"method is {method!r}, expected one of {', '.join(METHODS)}")
    if method == "nearness":
        return FeelingReader()
    return FeelingReader(MachineValue(bundled_machine(), bundled_nearness(), Weights()))
