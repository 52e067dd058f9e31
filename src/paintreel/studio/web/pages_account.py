"""Pages of accounts: one's own, and those that an admin looks after."""

from __future__ import annotations

import shutil
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from sqlalchemy import func, select
from starlette.responses import RedirectResponse, Response, StreamingResponse

from paintreel.errors import InputError, PaintreelError
from paintreel.studio.accounts.invitations import invite, list_open, withdraw
from paintreel.studio.accounts.own_data import delete_account, exported
from paintreel.studio.accounts.signing_in import (
    list_tokens,
    make_token,
    revoke_token,
    try_password,
)
from paintreel.studio.accounts.users import (
    ROLES,
    change_password,
    list_users,
    update_user,
    user_by_id,
)
from paintreel.studio.files.stored import quota_of, used_bytes
from paintreel.studio.store import tables
from paintreel.studio.web.access import NOT_THERE, Admin, Here, Person, Visitor
from paintreel.studio.web.context import Studio
from paintreel.studio.web.pages_public import address_of, signed_in_answer
from paintreel.studio.web.rendering import render
from paintreel.studio.work.leases import MANAGER_LOST_S, count_by_status

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]
_GB = 1e9


@router.get("/account")
def account(request: Request, visitor: Person, studio: Here, done: str = "") -> Response:
    """One's own account; done: what has just been changed."""
    changed = "The password is changed. Other browsers are signed out, and your tokens are void."
    return _account(request, visitor, studio, said=changed if done == "password" else "")


def _account(
    request: Request,
    visitor: Visitor,
    studio: Studio,
    *,
    message: str = "",
    said: str = "",
    token: str = "",
    status: int = 200,
) -> Response:
    with studio.store.reading() as c:
        tokens, used = list_tokens(c, visitor.user), used_bytes(c, visitor.user.id)
    quota = quota_of(studio.settings, visitor.user)
    facts: dict[str, Any] = {
        "tokens": tokens,
        "used": used,
        "quota": quota,
        "token": token,
        "said": said,
    }
    return render(request, "account.html", visitor, status=status, message=message, **facts)


@router.post("/account/password")
def new_password(
    request: Request, visitor: Person, studio: Here, old: Text = "", new: Text = ""
) -> Response:
    """Change the password; other browsers are signed out."""
    if try_password(studio.store, visitor.user.name, old, address_of(request)) is None:
        message = "That is not your old password; nothing was changed."
        return _account(request, visitor, studio, message=message, status=403)
    try:
        studio.store.write(lambda c: change_password(c, visitor.user, new))
    except InputError as error:
        return _account(request, visitor, studio, message=str(error), status=422)
    return signed_in_answer(request, studio, visitor.user, "/account?done=password")


@router.post("/account/tokens")
def new_token(request: Request, visitor: Person, studio: Here, name: Text = "") -> Response:
    """Make a token; it is shown once."""
    try:
        token = make_token(studio.store, visitor.user, name)
    except InputError as error:
        return _account(request, visitor, studio, message=str(error), status=422)
    return _account(request, visitor, studio, token=token)


@router.post("/account/tokens/{token_id}/revoke")
def drop_token(token_id: str, visitor: Person, studio: Here) -> Response:
    """Make a token useless."""
    if not revoke_token(studio.store, visitor.user, token_id):
        raise HTTPException(404, NOT_THERE)
    return RedirectResponse("/account", 303)


@router.get("/account/export")
def export(visitor: Person, studio: Here) -> Response:
    """Everything that is kept of one, as a ZIP."""
    pieces = exported(studio.store, studio.settings, visitor.user)
    headers = {"content-disposition": 'attachment; filename="paintreel-data.zip"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


@router.post("/account/delete")
def delete(request: Request, visitor: Person, studio: Here, password: Text = "") -> Response:
    """Delete one's account with all jobs and files."""
    if try_password(studio.store, visitor.user.name, password, address_of(request)) is None:
        message = "That is not your password; nothing was deleted."
        return _account(request, visitor, studio, message=message, status=403)
    try:
        delete_account(studio.store, studio.settings, visitor.user)
    except PaintreelError as error:
        return _account(request, visitor, studio, message=str(error), status=422)
    return RedirectResponse("/sign-in", 303)


# Looking after the studio.


@router.get("/admin")
def admin(request: Request, visitor: Admin, studio: Here) -> Response:
    """Users, invitations, storage, workers."""
    return _admin(request, visitor, studio)


def _admin(
    request: Request,
    visitor: Visitor,
    studio: Studio,
    *,
    message: str = "",
    link: str = "",
    status: int = 200,
) -> Response:
    store, settings = studio.store, studio.settings
    table = tables.managers
    with store.reading() as c:
        users, invitations = list_users(c), list_open(c, store)
        counts = count_by_status(c)
        managers = list(c.execute(select(table).order_by(table.c.name)))
        stored = int(c.scalar(select(func.sum(tables.files.c.size_bytes))) or 0)
    disk = shutil.disk_usage(settings.data)
    facts: dict[str, Any] = {"users": users, "invitations": invitations, "roles": ROLES}
    facts |= {"counts": counts, "managers": managers, "lost_s": MANAGER_LOST_S}
    facts |= {"stored": stored, "disk": disk, "settings": settings, "link": link}
    return render(request, "admin.html", visitor, status=status, message=message, **facts)


@router.post("/admin/invitations")
def new_invitation(
    request: Request, visitor: Admin, studio: Here, role: Text = "artist", note: Text = ""
) -> Response:
    """Make a link that makes an account."""
    try:
        secret = invite(
            studio.store,
            role=role,
            note=note,
            inviter=visitor.user,
            lasts_s=studio.settings.invitation_s,
        )
    except InputError as error:
        return _admin(request, visitor, studio, message=str(error), status=422)
    return _admin(request, visitor, studio, link=f"{studio.settings.address}/join/{secret}")


@router.post("/admin/invitations/{invitation_id}/withdraw")
def drop_invitation(invitation_id: str, visitor: Admin, studio: Here) -> Response:
    """Make a link useless."""
    withdraw(studio.store, invitation_id)
    return RedirectResponse("/admin", 303)


@router.post("/admin/users/{user_id}")
def change_user(
    request: Request,
    user_id: str,
    visitor: Admin,
    studio: Here,
    role: Text = "",
    quota_gb: Text = "",
    disabled: Text = "",
) -> Response:
    """Change role, quota, and whether an account may sign in."""
    try:
        quota = _quota(quota_gb)
        if role not in ROLES:
            raise InputError(f"the role is one of {', '.join(ROLES)}")
        changes = {"role": role, "quota_bytes": quota, "is_disabled": disabled == "on"}
        if not studio.store.write(lambda c: update_user(c, user_id, **changes)):
            raise HTTPException(404, NOT_THERE)
    except InputError as error:
        return _admin(request, visitor, studio, message=str(error), status=422)
    return RedirectResponse("/admin", 303)


def _quota(text: str) -> int | None:
    """Bytes of a quota in GB, with a point or a comma; None where none is given."""
    if not text.strip():
        return None
    try:
        count = float(text.strip().replace(",", "."))
    except ValueError:
        count = -1.0
    if not 0 <= count < 1e9:
        raise InputError(f"the quota is {text[:40]!r}, expected a number of GB, such as 50")
    return round(count * _GB)


@router.post("/admin/users/{user_id}/reset")
def reset(request: Request, user_id: str, visitor: Admin, studio: Here) -> Response:
    """Make a link that sets a forgotten password anew."""
    with studio.store.reading() as c:
        user = user_by_id(c, user_id)
    if user is None:
        raise HTTPException(404, NOT_THERE)
    secret = invite(
        studio.store,
        role=user.role,
        inviter=visitor.user,
        reset=user,
        lasts_s=studio.settings.invitation_s,
    )
    return _admin(request, visitor, studio, link=f"{studio.settings.address}/join/{secret}")


@router.post("/admin/users/{user_id}/delete")
def delete_user(request: Request, user_id: str, visitor: Admin, studio: Here) -> Response:
    """Delete an account on request of its owner."""
    with studio.store.reading() as c:
        user = user_by_id(c, user_id)
    if user is None:
        raise HTTPException(404, NOT_THERE)
    try:
        delete_account(studio.store, studio.settings, user)
    except PaintreelError as error:
        return _admin(request, visitor, studio, message=str(error), status=422)
    return RedirectResponse("/admin", 303)
