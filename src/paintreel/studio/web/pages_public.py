"""Pages that strangers see: signing in, and the link of an invitation."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from paintreel.errors import PaintreelError
from paintreel.studio.accounts.invitations import accept, look_up
from paintreel.studio.accounts.signing_in import (
    TooManyAttempts,
    end_session,
    start_session,
    try_password,
)
from paintreel.studio.accounts.users import User
from paintreel.studio.logs import logged
from paintreel.studio.web.access import (
    AnyVisitor,
    Here,
    VisitorOrNone,
    check_origin,
    cookie_name,
)
from paintreel.studio.web.context import Studio
from paintreel.studio.web.rendering import render

__all__ = ["router"]

_LOG = logging.getLogger("paintreel.studio.web")
router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]


@router.get("/sign-in")
def show_sign_in(request: Request, visitor: VisitorOrNone) -> Response:
    """The form."""
    if visitor is not None:
        return RedirectResponse("/", 303)
    return render(request, "sign-in.html", None, message="", name="")


@router.post("/sign-in")
def sign_in(request: Request, studio: Here, name: Text = "", password: Text = "") -> Response:
    """Sign in; wrong name and wrong password are told alike."""
    check_origin(request)
    address = address_of(request)
    try:
        user = try_password(studio.store, name, password, address)
    except TooManyAttempts as error:
        return render(request, "sign-in.html", None, status=429, message=str(error), name=name[:64])
    if user is None:
        logged(_LOG, logging.WARNING, "sign-in failed", address=address)
        message = "Name and password do not go together."
        return render(request, "sign-in.html", None, status=401, message=message, name=name[:64])
    return signed_in_answer(request, studio, user, "/")


def address_of(request: Request) -> str:
    """Where a request comes from, as attempts to guess a password are counted by it."""
    return "from:" + (request.client.host if request.client else "?")


def signed_in_answer(request: Request, studio: Studio, user: User, target: str) -> Response:
    """Go to `target` with a new session."""
    settings = studio.settings
    agent = request.headers.get("user-agent", "")
    secret = start_session(studio.store, user, lasts_s=settings.session_s, agent=agent)
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        cookie_name(studio),
        secret,
        max_age=round(settings.session_s),
        path="/",
        secure=settings.is_secure,
        httponly=True,
        samesite="lax",
    )
    logged(_LOG, logging.INFO, "signed in", user=user.id)
    return answer


@router.post("/sign-out")
def sign_out(visitor: AnyVisitor, studio: Here) -> Response:
    """End the session."""
    end_session(studio.store, visitor.session)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(cookie_name(studio), path="/", secure=studio.settings.is_secure)
    return answer


@router.get("/join/{secret}")
def show_join(request: Request, secret: str, studio: Here) -> Response:
    """The form of an invitation, or that it is none."""
    with studio.store.reading() as c:
        found = look_up(c, studio.store, secret)
    status = 200 if found else 404
    return render(request, "join.html", None, status=status, found=found, message="", name="")


@router.post("/join/{secret}")
def join(
    request: Request, secret: str, studio: Here, name: Text = "", password: Text = ""
) -> Response:
    """Make the account, or set the password, and sign in."""
    check_origin(request)
    with studio.store.reading() as c:
        found = look_up(c, studio.store, secret)
    try:
        user = accept(studio.store, secret, name, password)
    except PaintreelError as error:
        facts = {"found": found, "message": str(error), "name": name[:64]}
        return render(request, "join.html", None, status=422, **facts)
    return signed_in_answer(request, studio, user, "/")
