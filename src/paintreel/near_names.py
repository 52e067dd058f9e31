"""What a misspelt name may have meant: one measure of nearness, and one wording."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

__all__ = ["did_you_mean", "near_names"]

_FOR_A_LETTER, _LETTERS = 0.1, 4


def near_names(
    asked: str, known: Iterable[str], *, most: int = 1, cutoff: float = 0.5
) -> list[str]:
    """The `most` known names nearest to `asked`, the nearest first; case does not matter.

    cutoff  share of letters in common, in (0, 1], below which a name is not near (difflib's ratio)

    Of the near ones, those that begin alike go first, as the first letters are seldom the wrong
    ones.

    >>> near_names("stile", ["tile", "style"])
    ['style']
    """
    from difflib import SequenceMatcher  # 10 ms, and only a mistake needs it

    word = asked.lower()
    matcher = SequenceMatcher()
    matcher.set_seq2(word)
    scores: dict[str, float] = {}
    for name in known:
        matcher.set_seq1(name.lower())
        if matcher.quick_ratio() >= cutoff and (ratio := matcher.ratio()) >= cutoff:
            pairs = zip(name.lower(), word, strict=False)
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            scores[name] = ratio + _FOR_A_LETTER * min(same, _LETTERS)
    return sorted(scores, key=lambda name: -scores[name])[:most]


def did_you_mean(names: Iterable[str], then: str = "") -> str:
    """The question after names, as `near_names` finds them, and what follows it.

    >>> did_you_mean(["style", "tile"], "See the help.")
    "did you mean 'style' or 'tile'? See the help."
    >>> did_you_mean([], "See the help.")
    'See the help.'
    """
    quoted = " or ".join(f"'{name}'" for name in names)
    return f"did you mean {quoted}? {then}".rstrip() if quoted else then
