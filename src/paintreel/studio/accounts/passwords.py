"""Passwords: argon2id, and what is too weak to be one."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from paintreel.errors import InputError

__all__ = ["check_password", "hash_password", "is_password", "needs_new_hash"]

LEAST, MOST = 10, 200
"""Characters of a password."""
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
"""A hash takes 64 MB and a processor: many who sign in at once wait for each other."""
_NOBODY = _HASHER.hash("nobody has this password")
_COMMON = (
    "password",
    "passwort",
    "12345",
    "qwerty",
    "letmein",
    "paintreel",
    "animation",
    "iloveyou",
)


def hash_password(password: str) -> str:
    """The argon2id hash of a password that `check_password` takes."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password has that hash; where there is none, as long is spent and it is false."""
    try:
        with _AT_ONCE:
            return _HASHER.verify(hashed or _NOBODY, password[:MOST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_new_hash(hashed: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(hashed)


def check_password(password: str, name: str) -> None:
    """Raise InputError for a password that is too short, too long or easily guessed."""
    if not LEAST <= len(password) <= MOST:
        raise InputError(
            f"the password has {len(password)} characters, expected {LEAST} to {MOST}; a few words "
            "in a row are easy to keep in mind"
        )
    plain = password.casefold()
    if len(set(plain)) < 5 or name.casefold() in plain or plain.startswith(_COMMON):
        raise InputError("the password is easily guessed; take a few words in a row")
