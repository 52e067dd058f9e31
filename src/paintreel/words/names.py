"""Which words of a text are names: Grace is not graceful, nor is Mr. Hope hopeful."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from paintreel.words.seeds import Seeds
from paintreel.words.taxonomy import Taxonomy
from paintreel.words.tokens import Token

__all__ = ["names_among", "places_of_names"]

_ALWAYS_CAPITAL = {
    *("i", "god", "christmas", "easter", "halloween", "heaven", "hell", "earth", "lord"),
    *("mum", "mom", "mother", "dad", "father", "grandma", "grandpa", "granny"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
"""Words that are capital, or often are, without being anybody's name."""


def places_of_names(
    tokens: Sequence[Token], seeds: Seeds, *, known: Collection[str] = ()
) -> set[int]:
    """Which tokens are names.

    A capital inside a sentence is one; so is the word before it, another capital ("Joy Miller"),
    what follows a title ("Mr. Hope"), a given name that is spoken to ("Grace, come here") and every
    name that is known. In a line of capitals only the latter two can be told.

    known  names in lower case, such as those of the characters
    """
    words = [token for token in tokens if token.kind == "word"]
    shouted = sum(token.is_shouted for token in words) > len(words) / 2
    found: set[int] = set()
    for at, token in enumerate(tokens):
        if token.kind != "word" or token.text in _ALWAYS_CAPITAL:
            continue
        if token.text in known and token.is_capital:
            found.add(at)
            continue
        before = _word_before(tokens, at)
        if before is not None and before.text in seeds.titles and token.is_capital:
            found.add(at)
            continue
        if not token.is_capital or shouted:
            continue
        if token.is_shouted:  # one word in capitals is stressed
            continue
        follows = tokens[at + 1] if at + 1 < len(tokens) else None
        if not token.starts:
            found.add(at)
            if before is not None and before.starts and before.is_capital and _joins(tokens, at):
                found.add(at - 1)
        elif token.text in seeds.given_names and follows is not None and follows.text == ",":
            found.add(at)
    return found


def _word_before(tokens: Sequence[Token], at: int) -> Token | None:
    """The word right before, over the stop of an abbreviation."""
    at -= 1
    if at >= 0 and tokens[at].text == ".":
        at -= 1
    return tokens[at] if at >= 0 and tokens[at].kind == "word" else None


def _joins(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token and the one before stand side by side, as two parts of a name."""
    first = tokens[at - 1]
    return first.kind == "word" and len(first.text) > 2 and not first.is_shouted


def names_among(
    lines: Sequence[Sequence[Token]], seeds: Seeds, taxonomy: Taxonomy
) -> frozenset[str]:
    """Names of a whole text, in lower case.

    A word that is capital inside sentences, and is never written small, is one throughout.
    """
    small: set[str] = set()
    capital: set[str] = set()
    for tokens in lines:
        inside = places_of_names(tokens, seeds)
        for at, token in enumerate(tokens):
            if token.kind != "word":
                continue
            if at in inside:
                capital.add(token.text)
            elif not token.is_capital:
                small.add(token.text)
    return frozenset(capital - small)
