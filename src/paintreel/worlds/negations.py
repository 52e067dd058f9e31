"""Which words of a phrase are said no to: "a castle without snow", "no rain or fog", "snow-free".

A negation reaches to the end of the words that stand together after it, and over "or" to the next
of them; a mark, a preposition or "with" ends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["NEGATIONS", "negated"]

NEGATIONS = frozenset(
    [
        "no",
        "not",
        "without",
        "never",
        "minus",
        "except",
        "excluding",
        "lacking",
        "nor",
        "neither",
        "sans",
    ]
)
_NOT_MEANT = frozenset(["only", "just", "merely", "ending"])
"""After a negation: "not only snow", "a never-ending forest"."""
_ARTICLES = frozenset(["a", "an", "any", "the"])
_PREPOSITIONS = frozenset(["at", "by", "in", "inside", "indoors", "near", "on", "under"])
_OR = frozenset(("or", "nor"))


def negated(
    words: Sequence[str], breaks: frozenset[int], ends: Mapping[int, int]
) -> tuple[dict[int, str], frozenset[int]]:
    """({start of a mention: the word that says no to it}, words that have said so).

    words   of the phrase
    breaks  indices of words that a mark stands before
    ends    {start of a mention: its end}, what is not among them says nothing
    """
    no: dict[int, str] = {}
    used: set[int] = set()
    reach = _Reach(words, breaks, ends)
    for index, word in enumerate(words):
        if word == "free" and index not in breaks:
            before = [start for start, end in ends.items() if end == index]
            no.update(dict.fromkeys(before, word))
            used.update([index] if before else [])
        if word not in NEGATIONS or index in used:
            continue
        if _is_lifted(words, index):
            used.add(index)
            continue
        starts, joints = reach.after(index + 1)
        no.update(dict.fromkeys(starts, word))
        used.update([index, *joints] if starts else [])
    return no, frozenset(used)


def _is_lifted(words: Sequence[str], index: int) -> bool:
    """Whether a negation says no to nothing: "not only", "not without"."""
    then = words[index + 1] if index + 1 < len(words) else ""
    twice = index > 0 and words[index - 1] == "not" and words[index] == "without"
    return then in _NOT_MEANT or twice or (words[index] == "not" and then == "without")


class _Reach:
    """How far a negation reaches."""

    def __init__(
        self, words: Sequence[str], breaks: frozenset[int], ends: Mapping[int, int]
    ) -> None:
        self._words, self._breaks, self._ends = words, breaks, ends

    def after(self, index: int) -> tuple[list[int], list[int]]:
        """(starts of the mentions, places of "or" between them) from a word on."""
        while self._goes_on(index) and index not in self._ends:
            index += 1
        if index in self._breaks:
            return [], []
        starts, end = self._together(index)
        joints: list[int] = []
        while starts:
            more, joint, after = self._more(end)
            if not more:
                break
            starts, end = [*starts, *more], after
            joints += joint
        return starts, joints

    def _goes_on(self, index: int) -> bool:
        ended = index >= len(self._words) or index in self._breaks
        return not ended and self._words[index] not in ("with", "but")

    def _together(self, start: int) -> tuple[list[int], int]:
        """(starts of the mentions that stand together from a word on, where they end)."""
        starts: list[int] = []
        while start in self._ends and self._words[start] not in NEGATIONS | _OR:
            if starts and (start in self._breaks or self._words[start] in _PREPOSITIONS):
                break
            starts.append(start)
            start = self._ends[start]
        return starts, start

    def _more(self, end: int) -> tuple[list[int], list[int], int]:
        """What a list goes on with: (starts, places of "or", end); nothing where it is no list."""
        if end >= len(self._words):
            return [], [], end
        word = self._words[end]
        if word in _OR:
            start = end + 1
            while start < len(self._words) and self._words[start] in _ARTICLES:
                start += 1
            starts, after = self._together(start)
            return starts, [end], after
        if word == "and" and end not in self._breaks:
            starts, after = self._together(end + 1)
            is_plain = bool(starts) and self._words[starts[0]] not in _PREPOSITIONS
            return (starts, [], after) if is_plain else ([], [], end)
        if end in self._breaks:  # "no snow, rain or fog"; without the "or" it is another thought
            starts, after = self._together(end)
            more, joint, last = self._more(after) if starts else ([], [], end)
            return ([*starts, *more], joint, last) if joint else ([], [], end)
        return [], [], end
