"""Whether a text is English: other languages are said, not guessed at."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from paintreel.words.taxonomy import Taxonomy
from paintreel.words.tokens import Token

__all__ = ["FUNCTION_WORDS", "language_of", "tells_language"]

FUNCTION_WORDS = frozenset(
    """
a about above across after against all along also although am among an and any anybody anyone anything are around as at away
be because been before behind being below beside between both but by came can come could did do does doing done down
during each either else even every everybody everyone everything for from get gets getting go goes going gone got had has have having he her here hers
herself him himself his how i if in inside into is it its itself just know let like made make makes many may me might mine more most much must my
myself near need next now of off on once one only onto or other our ours ourselves out outside over own perhaps put s shall she
should since so some somebody someone something soon still t take than that the their theirs them themselves then there these they thing things
this those though through till to together too toward towards under until up upon us was we well went were what when where whether which
while who whom whose why will with within would yes yet you your yours yourself yourselves oh okay ok please
two three four five six seven eight nine ten first last
""".split()
)
"""English words that hold sentences together; they carry no feeling of their own."""

_OTHERS = {
    "German": "der die das und ist nicht ich du er sie wir ihr ein eine mit auf den dem zu von für aber auch wie mir dich mich was wenn noch hier sind",
    "French": "le la les des et est pas je tu il elle nous vous une avec pour dans que qui ne mais sur mon ton c'est son ce au plus très",
    "Spanish": "el la los las y es no yo tú ella nosotros un una con por para que en pero muy mi tu su está qué del como se lo",
    "Italian": "il lo la gli e è non io tu lui lei noi un una con per che di ma molto mio tuo sono questo del cosa si perché anche",
    "Portuguese": "o os as e é não eu você ele ela nós um uma com por para que em mas muito meu seu está do da isso como",
    "Dutch": "de het een en is niet ik jij je hij zij wij met op van voor maar ook dat wat er naar zijn heb mijn",
    "Polish": "i w nie się na jest to ja ty on ona my z do że ale jak co tak mnie moja czy już",
    "Swedish": "och är inte jag du han hon vi en ett med på för men det att som var har min till den",
}
_SCRIPTS = {
    "CYRILLIC": "Russian or another language in Cyrillic",
    "CJK": "Chinese or Japanese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "ARABIC": "Arabic",
    "HEBREW": "Hebrew",
    "GREEK": "Greek",
    "DEVANAGARI": "Hindi",
    "THAI": "Thai",
}
_SMALL = {name: frozenset(text.split()) for name, text in _OTHERS.items()}
_FEWEST_WORDS = 4
_OTHER_SHARE = 0.25
_KNOWN_SHARE = 0.5


def language_of(tokens: Sequence[Token], taxonomy: Taxonomy) -> str | None:
    """The language of a text that is not English, in words; None of English and of what is too short.

    Told by letters of another script, by the small words of some languages, and, where neither says
    anything, by how few words are English ones: "another language".
    """
    words = [token.text for token in tokens if token.kind == "word"]
    scripts = Counter(script for word in words if (script := _script_of(word)))
    if scripts and scripts.total() > len(words) / 2:
        return _SCRIPTS[scripts.most_common(1)[0][0]]
    if not tells_language(tokens):
        return None
    english = sum(word in FUNCTION_WORDS for word in words)
    counts = {name: sum(word in small for word in words) for name, small in _SMALL.items()}
    name = max(counts, key=lambda each: counts[each])
    several = len(_SMALL[name] & set(words)) > 1  # "la la la" is no French
    if several and counts[name] > english and counts[name] >= _OTHER_SHARE * len(words):
        return name
    known = sum(
        word in FUNCTION_WORDS or not token.islower() or bool(taxonomy.lemmas(word))
        for word, token in zip(words, (t.written for t in tokens if t.kind == "word"), strict=True)
    )
    return None if known >= _KNOWN_SHARE * len(words) else "another language"


def tells_language(tokens: Sequence[Token]) -> bool:
    """Whether there are words enough to tell the language by."""
    return sum(token.kind == "word" for token in tokens) >= _FEWEST_WORDS


def _script_of(word: str) -> str | None:
    name = unicodedata.name(word[0], "").split(" ")[0]
    return name if name in _SCRIPTS else None
