"""What the licence of weights lets a user do with the pictures, in a few words.

A first answer for people who are no lawyers, not legal advice: the licence itself decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Terms", "terms_of"]


@dataclass(frozen=True, slots=True)
class Terms:
    """sold: whether pictures may be sold, in a word or three.  means: the same in a sentence."""

    sold: str
    means: str


_FREE = Terms("yes", "Pictures may be sold; nobody has to be named.")
_CREDIT = Terms("yes, with credit", "Pictures may be sold, with the credit line beside them.")
_ALIKE = Terms(
    "yes, alike",
    "Pictures may be sold, with the credit line; what is made of them may have to be passed on "
    "under the same licence, so ask before you mix it with work of others.",
)
_UNCHANGED = Terms("ask first", "The licence allows no adaptations; ask its owner first.")
_NO = Terms("no", "The licence forbids commercial use.")
_OWN = Terms("as your art may", "Pictures may be sold if the art is yours, or if its owner agrees.")
_UNKNOWN = Terms("read it", "This licence is not known here; read it before you sell anything.")

_RULES = (
    (r"(CC0|public-domain|Unlicense|0BSD|MIT-0)\b.*", _FREE),
    (r"(MIT|Apache-2\.0|BSD-[23]-Clause|ISC|Zlib)", _FREE),
    (r"CC-BY(-\w+)*-NC\b.*|.*\bnon-?commercial\b.*", _NO),
    (r"CC-BY(-\w+)*-ND\b.*", _UNCHANGED),
    (r"CC-BY-SA\b.*", _ALIKE),
    (r"CC-BY-\d\S*", _CREDIT),
    (r"LicenseRef-Own-Art", _OWN),
)
"""Pattern of SPDX identifiers -> terms, the first that fits the whole of it."""


def terms_of(licence: str) -> Terms:
    """The terms of an SPDX identifier.

    >>> terms_of("CC-BY-4.0").sold
    'yes, with credit'
    >>> terms_of("CC-BY-NC-SA-4.0").sold
    'no'
    """
    fits = (terms for rule, terms in _RULES if re.fullmatch(rule, licence, re.IGNORECASE))
    return next(fits, _UNKNOWN)
