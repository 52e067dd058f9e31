"""The rules of `paintreel.audio.spelling`: letters = kinds of sound, the first that fits counts.

A left side is a regular expression at a place in a word; "^" is the start of the word, "$" its end,
V stands for a vowel in lookaheads written out. Nothing on the right: silent.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LANGUAGES", "NUMBERS", "TRANSLITERATED", "WORDS", "Language"]


@dataclass(frozen=True)
class Language:
    """How a language is spelt.

    rules        lines "letters = kinds"
    letters      those with accents that rules name
    small_words  by which it is known
    """

    rules: str
    letters: str = ""
    small_words: frozenset[str] = frozenset()


_ENGLISH = r"""
'               =
^e$             = i
^be(?=[^aeiouy][aeiouy]) = p i
^kn             = n
^gn             = n
^wr             = r
^ps             = s
^pt             = t
^mn             = n
^x              = s
mb(?=(s|ed|ing|er)?$) = m
mn$             = m
bt(?=(s|ed|le|ly|or|ors)?$) = t
^who            = u
wh              = u
ph              = f
tch             = s
tion            = s schwa n
ssion           = s schwa n
sion            = s schwa n
cian            = s schwa n
ture$           = s schwa
sch             = s
sh              = s
ch              = s
th              = th
dg(?=e)         = s
ck              = t
ng              = n
nk              = n t
qu              = t u
augh(?=t)       = o
augh            = e f
ough(?=t)       = o
ough$           = o u
igh             = a i
eigh            = e i
gh$             =
gh(?=t)         =
gh              = t
sc(?=[eiy])     = s
c(?=[eiy])      = s
c               = t
g(?=[ey](?!t|$)) = s
ge$             = s
g               = t
kn$             = n
k               = t
x               = t s
sure$           = s schwa
ss              = s
s               = s
z               = s
j               = s
ff              = f
f               = f
v               = f
bb              = p
b               = p
pp              = p
p               = p
mm              = m
m               = m
tt              = t
t               = t
ed(?:(?<=[aeiouy][^td]ed)|(?<=[aeiouy][^td][^td]ed))$ = t
dd              = t
d               = t
nn              = n
n               = n
lk$             = t
lf$             = f
ll              = l
le$             = l
l               = l
rr              = r
^w(?=r)         =
w(?=[aeiouy])   = u
^y              = i
h               =
eau             = o u
air             = e r
are$            = e r
ear             = i r
eer             = i r
ier             = i r
our             = o r
oor             = o r
ore             = o r
oar             = o r
ire             = a i r
ure             = u r
ar              = a r
or              = o r
er              = r
ir              = r
ur              = r
r               = r
ee              = i
ea              = i
ie$             = i
ie              = i
eo              = i
ei              = i
ey$             = i
ey              = e i
ai              = e i
ay              = e i
au              = o
aw              = o
all(?=s?$|ed$|ing$|er$) = o l
al(?=[kmtw])    = o
oo              = u
oa              = o u
oe$             = o u
ou(?=s$)        = schwa
ou              = a u
ow$             = o u
own$            = a u n
ow              = a u
oi              = o i
oy              = o i
ew              = u
eu              = u
ue$             = u
ui              = u
a(?=[bcdfgklmnpstvz]e(s|d|r)?$) = e i
i(?=[bcdfgklmnpstvz]e(s|d|r)?$) = a i
o(?=[bcdfgklmnpstvz]e(s|d|r)?$) = o u
u(?=[bcdfgklmnpstvz]e(s|d|r)?$) = u
a(?=ng|nk)      = e
a$              = schwa
a               = e
e(?<=^.e)$      = i
e(?<=^..e)$     = i
es$             = s
e$              =
e               = e
^i$             = a i
i               = i
o$              = o u
o               = o
ye$             = a i
u(?=[^aeiouy][aeiouy]) = u
u               = schwa
y(?<=^.y)$      = a i
y(?<=^..y)$     = a i
y               = i
"""

_GERMAN = r"""
tsch            = s
sch             = s
^st             = s t
^sp             = s p
chs             = t s
ch              = t
ck              = t
pf              = p f
ph              = f
qu              = t f
ng              = n
nk              = n t
th              = t
tz              = t s
ss              = s
ß               = s
ie              = i
ei              = a i
ai              = a i
ey              = a i
äu              = o i
eu              = o i
au              = a u
aa              = a
ah              = a
ee              = i
eh              = i
ih              = i
oh              = o
oo              = o
uh              = u
äh              = e
öh              = o
üh              = u
er$             = schwa
ern$            = schwa n
en$             = schwa n
em$             = schwa m
el$             = schwa l
es$             = schwa s
e$              = schwa
b$              = p
a               = a
ä               = e
e               = e
i               = i
o               = o
ö               = o
u               = u
ü               = u
y               = u
bb              = p
b               = p
pp              = p
p               = p
mm              = m
m               = m
ff              = f
f               = f
v               = f
w               = f
s               = s
z               = t s
j               = i
x               = t s
c(?=[eiy])      = t s
c               = t
k               = t
g               = t
d               = t
t               = t
n               = n
l               = l
r               = r
h               =
"""

_ANY = r"""
ch              = s
sh              = s
sz              = s
cz              = s
ph              = f
qu              = t
gn              = n
ll              = l
ou              = u
oi              = u a
eau             = o
au              = o
ai              = e
ei              = e i
[aà]            = a
e               = e
i               = i
y               = i
o               = o
u               = u
[bp]+           = p
m+              = m
[fvw]+          = f
[szxcj]+        = s
[tdkgq]+        = t
n+              = n
l+              = l
r+              = r
h               =
"""

LANGUAGES = {
    "en": Language(
        _ENGLISH,
        small_words=frozenset(
            """the a an and of to in is it you i we he she they that this my your me was are be for
            with on at do not have what will can no so but come go like as if her his them there
            who where why how when all our from never would could""".split()
        ),
    ),
    "de": Language(
        _GERMAN,
        "äöüß",
        frozenset(
            """der die das und ich du er sie es wir ist nicht ein eine den dem mit auf zu in von
            was wo wie warum mein dein sein haben wird auch noch aber da ja nein so""".split()
        ),
    ),
    "any": Language(_ANY),
}
"""By the names that users give."""

WORDS = {
    "en": {
        "the": "th schwa", "a": "schwa", "an": "e n", "to": "t u", "do": "t u", "does": "t schwa s",
        "done": "t schwa n", "you": "i u", "your": "i o r", "youre": "i o r", "you're": "i o r",
        "one": "u schwa n", "once": "u schwa n s", "two": "t u", "of": "schwa f", "off": "o f",
        "was": "u o s", "were": "u r", "are": "a r", "is": "i s", "his": "i s", "as": "e s",
        "have": "e f", "give": "t i f", "live": "l i f", "love": "l schwa f", "above": "schwa p schwa f",
        "come": "t schwa m", "some": "s schwa m", "said": "s e t", "says": "s e s", "been": "p i n",
        "would": "u u t", "could": "t u t", "should": "s u t", "i": "a i", "i'm": "a i m",
        "my": "m a i", "by": "p a i", "why": "u a i", "eye": "a i", "buy": "p a i",
        "he": "i", "she": "s i", "we": "u i", "me": "m i", "be": "p i", "no": "n o u", "so": "s o u",
        "go": "t o u", "who": "u", "what": "u o t", "people": "p i p l", "any": "e n i",
        "many": "m e n i", "heart": "a r t", "friend": "f r e n t", "father": "f a th r",
        "mother": "m schwa th r", "brother": "p r schwa th r", "other": "schwa th r",
        "nothing": "n schwa th i n", "laugh": "l a f", "enough": "i n schwa f", "though": "th o u",
        "through": "th r u", "thought": "th o t", "great": "t r e i t", "head": "e t", "dead": "t e t",
        "bread": "p r e t", "ready": "r e t i", "woman": "u u m schwa n", "women": "u i m i n",
        "climb": "t l a i m", "comb": "t o u m", "bomb": "p o m", "tomb": "t u m", "womb": "u u m",
        "subtle": "s schwa t l", "cupboard": "t schwa p r t", "half": "a f", "calm": "t a m",
        "psalm": "s a m", "palm": "p a m", "hour": "a u r", "our": "a u r", "there": "th e r",
        "where": "u e r", "their": "th e r", "they": "th e i", "here": "i r", "ever": "e f r",
        "never": "n e f r", "over": "o u f r", "very": "f e r i", "every": "e f r i",
        "water": "u o t r", "want": "u o n t", "watch": "u o s", "put": "p u t", "full": "f u l",
        "pull": "p u l", "push": "p u s", "blood": "p l schwa t", "flood": "f l schwa t",
        "good": "t u t", "look": "l u t", "book": "p u t", "took": "t u t", "foot": "f u t",
        "door": "t o r", "poor": "p o r", "know": "n o u", "show": "s o u", "snow": "s n o u",
        "grow": "t r o u", "slow": "s l o u", "own": "o u n", "low": "l o u", "old": "o u l t",
        "cold": "t o u l t", "told": "t o u l t", "gold": "t o u l t", "most": "m o u s t",
        "both": "p o u th", "only": "o u n l i", "find": "f a i n t", "kind": "t a i n t",
        "mind": "m a i n t", "behind": "p i a i n t", "child": "s a i l t", "wild": "u a i l t",
        "world": "u r l t", "work": "u r t", "word": "u r t", "move": "m u f", "prove": "p r u f",
        "shoe": "s u", "sure": "s o r", "sugar": "s u t r", "island": "a i l schwa n t",
        "get": "t e t", "girl": "t r l", "together": "t u t e th r", "forget": "f r t e t",
        "today": "t u t e i", "oh": "o u", "wow": "u a u", "now": "n a u", "how": "a u",
        "down": "t a u n", "town": "t a u n", "wolf": "u u l f", "wolves": "u u l f s", "goodbye": "t u t p a i", "receipt": "r i s i t", "raspberry": "r e s p e r i",
    },
    "de": {"obst": "o p s t", "vase": "f a s schwa", "ich": "i t"},
}  # fmt: skip
"""Words that the rules would get wrong, by language."""

NUMBERS = {
    "en": dict(
        zip(
            [str(n) for n in range(21)] + ["30", "40", "50", "60", "70", "80", "90"],
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
            "eighty ninety".split(),
            strict=False,
        )
    ),
    "de": dict(
        zip(
            [str(n) for n in range(13)],
            "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(),
            strict=True,
        )
    ),
}
"""Figures as they are spoken; longer ones digit by digit."""

_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t i f h ps o".split(), strict=True))  # fmt: skip
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e o zh z i i k l m n o p r s t u f h ts ch sh sh - i - e iu ia".split(),
        strict=True,
    )
)
_OTHER = {"ø": "o", "æ": "e", "œ": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "th", "є": "e",
          "і": "i", "ї": "i", "ґ": "g"}  # fmt: skip
TRANSLITERATED = {
    letter: "".join(c for c in text if c.isalpha())
    for letter, text in {**_GREEK, **_CYRILLIC, **_OTHER}.items()
}
"""Letters of other scripts in Latin ones; those that have no accent to take off."""
