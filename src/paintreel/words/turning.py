"""What turns, raises and lowers the feeling of a word: "not", "very", capitals, "but"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paintreel.words.seeds import Seeds
from paintreel.words.tokens import Token

__all__ = ["Turn", "turns_of"]

_REACH = 4
"""Words of content that a negation reaches."""

_STRONGER, _WEAKER, _SHOUTED = 1.4, 0.6, 1.4
_BEFORE_BUT = 0.5

_NOT_TURNING = {("no", "wonder"), ("not", "only"), ("not", "just"), ("no", "doubt"), ("not", "to")}
_JOINING = {"but", "because", "although", "though", "while", "until", "unless", "except", "if"}
_RAISING = {"so", "such", "more", "better", "as"}
_PERSONS = {"i", "you", "he", "she", "it", "we", "they", "this", "that", "there"}
_ADDRESSED = {"do", "let", "please", "just", "oh", "no", "never"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens to the feeling of one token.

    factor   raises or lowers it, above 0
    negated  whether a negation reaches it
    told     whether that is a bidding: "don't be afraid", "never fear"
    """

    factor: float = 1.0
    negated: bool = False
    told: bool = False


def turns_of(tokens: Sequence[Token], seeds: Seeds, content: Sequence[bool]) -> list[Turn]:
    """A turn for every token.

    content  which tokens carry feeling of their own, or might
    """
    words = [token for token in tokens if token.kind == "word"]
    all_shouted = bool(words) and all(
        token.is_shouted or token.text == "i" or len(token.text) == 1 for token in words
    )
    loud = [token.is_shouted and not all_shouted for token in tokens]
    turns: list[Turn] = []
    reach, told, factor = 0, False, 1.0
    for at, token in enumerate(tokens):
        if token.kind == "stop" and token.text not in ('"', "“", "”", "(", ")"):
            reach, factor = 0, 1.0
        if token.kind != "word":
            turns.append(Turn())
            continue
        if token.text in _JOINING:
            reach = 0
        raised = factor * (_SHOUTED if loud[at] else 1.0)
        turns.append(Turn(raised, reach > 0, told and reach > 0))
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.text in seeds.negations and not _turns_nothing(tokens, at, following):
            # Twice is meant once more: "never, never leave me".
            reach, told = _REACH, _is_bidding(tokens, at)
        elif token.text in seeds.stronger and not loud[at]:
            factor = min(2.0, factor * _STRONGER)
        elif token.text in seeds.weaker:
            factor *= _WEAKER
        elif content[at]:
            factor, reach = 1.0, max(0, reach - 1)
    return _after_but(tokens, turns)


def _turns_nothing(tokens: Sequence[Token], at: int, following: str) -> bool:
    """Whether a negation leaves the feeling as it is.

    "No wonder"; "never so happy" and "never happier", which are happy beyond measure; "isn't she
    lovely", which asks for a yes.
    """
    if (tokens[at].text, following) in _NOT_TURNING:
        return True
    if tokens[at].text == "never":
        clause: list[str] = []
        for token in tokens[at + 1 : at + 5]:
            if token.kind != "word":
                break
            clause.append(token.text)
        return any(w in _RAISING or (w.endswith("ier") and len(w) > 4) for w in clause)
    asks = at > 0 and tokens[at - 1].starts and tokens[at - 1].kind == "word"
    return tokens[at].text == "not" and asks and following in _PERSONS


def _is_bidding(tokens: Sequence[Token], at: int) -> bool:
    """Whether the negation at `at` opens a bidding: nothing but "do" and the like stands before."""
    while at > 0 and tokens[at - 1].kind == "word":
        at -= 1
        if tokens[at].text not in _ADDRESSED:
            return False
    return True


def _after_but(tokens: Sequence[Token], turns: list[Turn]) -> list[Turn]:
    """What stands before "but" in its sentence counts for less than what follows it."""
    later = 0
    for at in range(len(tokens) - 1, -1, -1):
        token, turn = tokens[at], turns[at]
        turns[at] = Turn(turn.factor * _BEFORE_BUT**later, turn.negated, turn.told)
        follows = at + 1 < len(tokens) and tokens[at + 1].kind == "word"
        if token.starts:
            later = 0
        elif token.text == "but" and at > 0 and follows:
            later += 1
    return turns
