"""Words that the rules would get wrong, figures, and letters of other scripts."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["NUMBERS", "TRANSLITERATED", "WORDS"]

_ENGLISH = """
the = th schwa; a = schwa; an = e n; to = t u; do = t u; does = t schwa s; done = t schwa n;
you = i u; your = i o r; youre = i o r; you're = i o r; one = u schwa n; once = u schwa n s;
two = t u; of = schwa f; off = o f; was = u o s; were = u r; are = a r; is = i s; his = i s;
as = e s; have = e f; give = t i f; live = l i f; love = l schwa f; above = schwa p schwa f;
come = t schwa m; some = s schwa m; said = s e t; says = s e s; been = p i n; would = u u t;
could = t u t; should = s u t; i = a i; i'm = a i m; my = m a i; by = p a i; why = u a i;
eye = a i; buy = p a i; he = i; she = s i; we = u i; me = m i; be = p i; no = n o u; so = s
o u; go = t o u; who = u; what = u o t; people = p i p l; any = e n i; many = m e n i; heart
= a r t; friend = f r e n t; father = f a th r; mother = m schwa th r; brother = p r schwa
th r; other = schwa th r; nothing = n schwa th i n; laugh = l a f; enough = i n schwa f;
though = th o u; maybe = m e i p i; through = th r u;
thought = th o t; great = t r e i t; head = e t; dead = t
e t; bread = p r e t; ready = r e t i; woman = u u m schwa n; women = u i m i n; climb = t l
a i m; comb = t o u m; bomb = p o m; tomb = t u m; womb = u u m; subtle = s schwa t l;
cupboard = t schwa p r t; half = a f; calm = t a m; psalm = s a m; palm = p a m; hour = a u
r; our = a u r; there = th e r; where = u e r; their = th e r; they = th e i; here = i r;
ever = e f r; never = n e f r; over = o u f r; very = f e r i; every = e f r i; water = u o
t r; want = u o n t; watch = u o s; put = p u t; full = f u l; pull = p u l; push = p u s;
blood = p l schwa t; flood = f l schwa t; good = t u t; look = l u t; book = p u t; took = t
u t; foot = f u t; door = t o r; poor = p o r; know = n o u; show = s o u; snow = s n o u;
grow = t r o u; slow = s l o u; own = o u n; low = l o u; old = o u l t; cold = t o u l t;
told = t o u l t; gold = t o u l t; most = m o u s t; both = p o u th; only = o u n l i;
find = f a i n t; kind = t a i n t; mind = m a i n t; behind = p i a i n t; child = s a i l
t; wild = u a i l t; world = u r l t; work = u r t; word = u r t; move = m u f; prove = p r
u f; shoe = s u; sure = s o r; sugar = s u t r; island = a i l schwa n t; get = t e t; girl
= t r l; together = t u t e th r; forget = f r t e t; today = t u t e i; oh = o u; wow = u a
u; now = n a u; how = a u; down = t a u n; town = t a u n; wolf = u u l f; wolves = u u l f
s; goodbye = t u t p a i; receipt = r i s i t; raspberry = r e s p e r i
"""

_GERMAN = """
obst = o p s t; vase = f a s schwa; ich = i t
"""


def _parsed(text: str) -> Mapping[str, str]:
    entries = " ".join(text.split()).split("; ")
    return dict(entry.split(" = ") for entry in entries)


WORDS = {"en": _parsed(_ENGLISH), "de": _parsed(_GERMAN)}
"""Language -> word -> its kinds of sound."""

_ENGLISH_NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_GERMAN_NUMBERS = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
]
NUMBERS = {
    "en": {str(number): word for number, word in enumerate(_ENGLISH_NUMBERS)}
    | {str(10 * ten): word for ten, word in enumerate(_TENS, 3)},
    "de": {str(number): word for number, word in enumerate(_GERMAN_NUMBERS)},
}
"""Figures as they are spoken; longer ones digit by digit."""

_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t i f h ps o"
_CYRILLIC = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "a b v g d e o zh z i i k l m n o p r s t u f h ts ch sh sh - i - e iu ia",
)
_OTHERS = "øæœłđıþðєіїґ", "o e o l d i th th e i i g"
TRANSLITERATED = {
    letter: latin.strip("-")
    for letters, latins in (_GREEK, _CYRILLIC, _OTHERS)
    for letter, latin in zip(letters, latins.split(), strict=True)
}
"""Letters of other scripts in Latin ones; those that have no accent to take off."""
