"""The rules of `paintreel.audio.spelling`: letters = kinds of sound, the first that fits counts.

A left side is a regular expression at a place in a word; "^" is the start of the word, "$" its end,
V stands for a vowel in lookaheads written out. Nothing on the right: silent.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LANGUAGES", "Language"]


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
            [
                "the",
                "a",
                "an",
                "and",
                "of",
                "to",
                "in",
                "is",
                "it",
                "you",
                "i",
                "we",
                "he",
                "she",
                "they",
                "that",
                "this",
                "my",
                "your",
                "me",
                "was",
                "are",
                "be",
                "for",
                "with",
                "on",
                "at",
                "do",
                "not",
                "have",
                "what",
                "will",
                "can",
                "no",
                "so",
                "but",
                "come",
                "go",
                "like",
                "as",
                "if",
                "her",
                "his",
                "them",
                "there",
                "who",
                "where",
                "why",
                "how",
                "when",
                "all",
                "our",
                "from",
                "never",
                "would",
                "could",
            ]
        ),
    ),
    "de": Language(
        _GERMAN,
        "äöüß",
        frozenset(
            [
                "der",
                "die",
                "das",
                "und",
                "ich",
                "du",
                "er",
                "sie",
                "es",
                "wir",
                "ist",
                "nicht",
                "ein",
                "eine",
                "den",
                "dem",
                "mit",
                "auf",
                "zu",
                "in",
                "von",
                "was",
                "wo",
                "wie",
                "warum",
                "mein",
                "dein",
                "sein",
                "haben",
                "wird",
                "auch",
                "noch",
                "aber",
                "da",
                "ja",
                "nein",
                "so",
            ]
        ),
    ),
    "any": Language(_ANY),
}
"""By the names that users give."""
