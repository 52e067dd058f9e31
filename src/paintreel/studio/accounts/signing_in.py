"""Sessions of browsers, tokens of programs, and the brake on guessing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from paintreel.errors import InputError, PaintreelError
from paintreel.studio.accounts.users import User, user_by_id, user_of_password
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store, StoreBusy, StoreFull

__all__ = [
    "TOKEN_PREFIX",
    "ApiToken",
    "Session",
    "TooManyAttempts",
    "end_session",
    "fingerprint",
    "is_open",
    "list_tokens",
    "make_token",
    "revoke_token",
    "session_of",
    "start_session",
    "try_password",
    "user_of_token",
]

TOKEN_PREFIX = "ptr_"
"""What tokens begin with, so that scanners of leaked secrets know them."""
_WINDOW_S = 900.0
_MOST_OF_NAME, _MOST_OF_ADDRESS = 8, 40
_USE_STEP_S = 60.0
MOST_TOKENS = 50


class TooManyAttempts(PaintreelError):
    """Too many sign-ins failed; says when the next is heard."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s

    def __str__(self) -> str:
        minutes = max(1, round(self.wait_s / 60))
        return f"too many attempts to sign in; try again in {minutes} min"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. csrf: what its forms must carry."""

    user: User
    csrf: str
    hash: str


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its owner sees it: never the secret again."""

    id: str
    name: str
    created_s: float
    used_s: float | None


def fingerprint(secret: str) -> str:
    """SHA-256 of a secret: all that is kept of it. It is random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Sessions.


def start_session(store: Store, user: User, *, lasts_s: float, agent: str = "") -> str:
    """A new session; its secret, which only the cookie holds."""
    secret, now = store.around.token(32), store.now()
    row = {
        "hash": fingerprint(secret),
        "user_id": user.id,
        "csrf": store.around.token(24),
        "created_s": now,
        "expires_s": now + lasts_s,
        "agent": agent[:200],
    }

    def change(c: Connection) -> None:
        c.execute(delete(tables.sessions).where(tables.sessions.c.expires_s < now))
        c.execute(insert(tables.sessions).values(row))

    store.write(change)
    return secret


def session_of(c: Connection, store: Store, secret: str) -> Session | None:
    """The session of a cookie; None for one that is unknown, over, or of a disabled account."""
    sessions = tables.sessions
    row = c.execute(select(sessions).where(sessions.c.hash == fingerprint(secret))).first()
    if row is None or row.expires_s < store.now():
        return None
    user = user_by_id(c, row.user_id)
    return None if user is None or user.is_disabled else Session(user, row.csrf, row.hash)


def is_open(c: Connection, store: Store, *, session: str = "", token: str = "") -> bool:
    """Whether a session or a token, by its hash, is good now, and its account not disabled."""
    table, hashed = (tables.sessions, session) if session else (tables.tokens, token)
    row = c.execute(select(table).where(table.c.hash == hashed)).first()
    if row is None or (session and row.expires_s < store.now()):
        return False
    user = user_by_id(c, row.user_id)
    return user is not None and not user.is_disabled


def end_session(store: Store, hashed: str) -> None:
    """Sign a browser out."""
    sessions = tables.sessions
    store.write(lambda c: c.execute(delete(sessions).where(sessions.c.hash == hashed)))


# Tokens.


def make_token(store: Store, user: User, name: str) -> str:
    """A new API token; it is shown once. Raises InputError."""
    name = " ".join(name.split())[:100]
    if not name:
        raise InputError("give the token a name, such as the program that will use it")
    secret = TOKEN_PREFIX + store.around.token(32)

    def change(c: Connection) -> None:
        tokens = tables.tokens
        count = c.scalar(select(func.count()).where(tokens.c.user_id == user.id))
        if count is not None and count >= MOST_TOKENS:
            raise InputError(f"you have {count} tokens; revoke some first")
        row = {
            "id": store.new_id(),
            "user_id": user.id,
            "hash": fingerprint(secret),
            "name": name,
            "created_s": store.now(),
        }
        c.execute(insert(tokens).values(row))

    store.write(change)
    return secret


def user_of_token(store: Store, secret: str) -> User | None:
    """Whose token it is; None for one that is unknown, revoked, or of a disabled account."""
    tokens, now = tables.tokens, store.now()
    with store.reading() as c:
        row = c.execute(select(tokens).where(tokens.c.hash == fingerprint(secret))).first()
        user = None if row is None else user_by_id(c, row.user_id)
    if row is None or user is None or user.is_disabled:
        return None
    if row.used_s is None or now - row.used_s > _USE_STEP_S:  # not a write a request
        # Reading goes on where nothing can be written.
        with suppress(StoreBusy, StoreFull), store.writing() as c:
            c.execute(update(tokens).where(tokens.c.id == row.id).values(used_s=now))
    return user


def list_tokens(c: Connection, user: User) -> list[ApiToken]:
    """A user's tokens, the newest first."""
    tokens = tables.tokens
    query = select(tokens).where(tokens.c.user_id == user.id).order_by(tokens.c.created_s.desc())
    return [ApiToken(row.id, row.name, row.created_s, row.used_s) for row in c.execute(query)]


def revoke_token(store: Store, user: User, token_id: str) -> bool:
    """Make a token of a user useless; whether there was one."""
    tokens = tables.tokens
    query = delete(tokens).where(tokens.c.id == token_id, tokens.c.user_id == user.id)
    return store.write(lambda c: c.execute(query)).rowcount > 0


# The brake.


def try_password(store: Store, name: str, password: str, address: str) -> User | None:
    """The account of a name and password, None where they do not go together.

    Every try counts before the password is looked at, so that many at once are not heard more
    often; one that succeeds is forgotten. Raises TooManyAttempts where too many of a name or from
    an address failed of late.
    """
    table, now = tables.attempts, store.now()
    of_name = f"name:{name.strip().lower()[:80]}"
    store.write(
        lambda c: _count_attempt(c, ((of_name, _MOST_OF_NAME), (address, _MOST_OF_ADDRESS)), now)
    )
    user = user_of_password(store, name, password)
    if user is not None:
        own = (table.c.key == of_name) | ((table.c.key == address) & (table.c.at_s == now))
        store.write(lambda c: c.execute(delete(table).where(own)))
    return user


def _count_attempt(c: Connection, limits: Sequence[tuple[str, int]], now: float) -> None:
    attempts = tables.attempts
    c.execute(delete(attempts).where(attempts.c.at_s < now - _WINDOW_S))
    for key, most in limits:
        query = select(attempts.c.at_s).where(attempts.c.key == key)
        times = list(c.scalars(query.order_by(attempts.c.at_s.desc()).limit(most)))
        if len(times) == most:
            raise TooManyAttempts(times[-1] + _WINDOW_S - now)
    for key, _ in limits:
        c.execute(insert(attempts).values(key=key, at_s=now))
