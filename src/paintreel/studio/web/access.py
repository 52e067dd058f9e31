"""Who asks, and whether it is theirs: the one place where ids of users' things are looked up."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool

from paintreel.studio.accounts.signing_in import (
    TOKEN_PREFIX,
    fingerprint,
    is_open,
    session_of,
    user_of_token,
)
from paintreel.studio.accounts.users import User
from paintreel.studio.files.stored import StoredFile, file_of
from paintreel.studio.store.database import Store
from paintreel.studio.web.context import Studio, studio_of
from paintreel.studio.work.jobs import StudioJob, job_by_id

__all__ = [
    "Admin",
    "AnyVisitor",
    "Guarded",
    "Here",
    "OwnFile",
    "OwnJob",
    "Visitor",
    "VisitorOrNone",
    "cookie_name",
    "is_still_there",
]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"
NOT_THERE = "there is no such thing here, or it is not yours"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. csrf, session: of a browser; token: of a program; "" where it is the other."""

    user: User
    csrf: str = ""
    session: str = ""
    token: str = ""


class SignInNeeded(HTTPException):
    """Nobody is signed in: pages send to the sign-in, the API says so."""

    def __init__(self) -> None:
        super().__init__(401, "sign in, or send a token: Authorization: Bearer ptr_...")


Here = Annotated[Studio, Depends(studio_of)]


def cookie_name(studio: Studio) -> str:
    """The name of the session's cookie; over TLS bound to this host by its prefix."""
    name = "paintreel_session"
    return f"__Host-{name}" if studio.settings.is_secure else name


async def visitor_or_none(request: Request, studio: Here) -> Visitor | None:
    """Who asks, None for a stranger."""
    header = request.headers.get("authorization", "")
    if header:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip().startswith(TOKEN_PREFIX):
            return None
        user = await run_in_threadpool(user_of_token, studio.store, secret.strip())
        return None if user is None else Visitor(user, token=fingerprint(secret.strip()))
    secret = request.cookies.get(cookie_name(studio), "")
    if not secret:
        return None

    def find() -> Visitor | None:
        with studio.store.reading() as c:
            session = session_of(c, studio.store, secret)
        return None if session is None else Visitor(session.user, session.csrf, session.hash)

    return await run_in_threadpool(find)


def is_still_there(c: Connection, store: Store, visitor: Visitor) -> bool:
    """Whether a visitor may still come: not signed out, revoked or shut since."""
    return is_open(c, store, session=visitor.session, token=visitor.token)


VisitorOrNone = Annotated[Visitor | None, Depends(visitor_or_none)]


async def signed_in(request: Request, found: VisitorOrNone) -> Visitor:
    """Who asks; of a browser that changes something, only from a page of ours.

    Raises HTTPException: 401 for strangers, 403 for a request that another site may have made.
    """
    if found is None:
        raise SignInNeeded
    if found.session and request.method not in _SAFE:
        check_origin(request)
        given = request.headers.get(CSRF_HEADER)
        kind = request.headers.get("content-type", "")
        if given is None and kind.startswith("application/x-www-form-urlencoded"):
            field = (await request.form()).get(CSRF_FIELD)
            given = field if isinstance(field, str) else None
        if not hmac.compare_digest((given or "").encode(), found.csrf.encode()):
            raise HTTPException(403, "this page is too old; reload it and try again")
    return found


def check_origin(request: Request) -> None:
    """Raise HTTPException where a browser says that another site's page sends this request."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    is_foreign = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
    if is_foreign or site not in ("same-origin", "none"):
        raise HTTPException(403, "the request comes from another site's page")


AnyVisitor = Annotated[Visitor, Depends(signed_in)]
Guarded = AnyVisitor


async def browser_of(visitor: AnyVisitor) -> Visitor:
    """A person in a browser: tokens make no tokens and change no passwords."""
    if not visitor.session:
        raise HTTPException(403, "this is for people in a browser, not for tokens")
    return visitor


Person = Annotated[Visitor, Depends(browser_of)]


async def admin_of(visitor: Person) -> Visitor:
    """An admin in a browser; for everybody else the page is not there."""
    if not visitor.user.is_admin:
        raise HTTPException(404, NOT_THERE)
    return visitor


Admin = Annotated[Visitor, Depends(admin_of)]


def own_job(job_id: str, visitor: AnyVisitor, studio: Here) -> StudioJob:
    """The visitor's job of an id; that of somebody else is not there."""
    with studio.store.reading() as c:
        job = job_by_id(c, job_id)
    if job is None or job.user_id != visitor.user.id:
        raise HTTPException(404, NOT_THERE)
    return job


def own_file(file_id: str, visitor: AnyVisitor, studio: Here) -> StoredFile:
    """The visitor's file of an id; that of somebody else is not there."""
    with studio.store.reading() as c:
        file = file_of(c, file_id)
    if file is None or file.user_id != visitor.user.id:
        raise HTTPException(404, NOT_THERE)
    return file


OwnJob = Annotated[StudioJob, Depends(own_job)]
OwnFile = Annotated[StoredFile, Depends(own_file)]
