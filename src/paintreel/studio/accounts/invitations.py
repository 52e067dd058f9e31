"""Links that make an account, or set a forgotten password anew; each works once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from paintreel.errors import InputError
from paintreel.studio.accounts.signing_in import fingerprint
from paintreel.studio.accounts.users import (
    ROLES,
    User,
    change_password,
    create_user,
    user_by_id,
)
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store

__all__ = ["Invitation", "accept", "first_link", "invite", "list_open", "look_up", "withdraw"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that is open. name: of the account whose password it sets, None: it makes one."""

    id: str
    role: str
    note: str
    expires_s: float
    name: str | None


def invite(
    store: Store,
    *,
    role: str,
    lasts_s: float,
    inviter: User | None = None,
    note: str = "",
    reset: User | None = None,
) -> str:
    """The secret of a new link. Raises InputError for a role that is none."""
    if role not in ROLES:
        raise InputError(f"role is {role!r}, expected one of {', '.join(ROLES)}")
    secret, now = store.around.token(32), store.now()
    row = {
        "hash": fingerprint(secret),
        "id": store.new_id(),
        "role": role,
        "note": note[:200],
        "inviter_id": None if inviter is None else inviter.id,
        "reset_id": None if reset is None else reset.id,
        "created_s": now,
        "expires_s": now + lasts_s,
    }

    def change(c: Connection) -> None:
        c.execute(delete(tables.invitations).where(tables.invitations.c.expires_s < now))
        c.execute(insert(tables.invitations).values(row))

    store.write(change)
    return secret


def first_link(store: Store, *, lasts_s: float) -> str | None:
    """A link that makes the admin of a studio that has no accounts; None where it has some."""
    with store.reading() as c:
        if c.scalar(select(func.count()).select_from(tables.users)):
            return None
    note = "first admin"
    open_ones = delete(tables.invitations).where(tables.invitations.c.note == note)
    store.write(
        lambda c: c.execute(open_ones)
    )  # the link of an earlier start is not known any more
    return invite(store, role="admin", lasts_s=lasts_s, note=note)


def look_up(c: Connection, store: Store, secret: str) -> Invitation | None:
    """The open link of a secret; None for one that is unknown, used or too old."""
    table = tables.invitations
    row = c.execute(select(table).where(table.c.hash == fingerprint(secret))).first()
    if row is None or row.used_s is not None or row.expires_s < store.now():
        return None
    if row.inviter_id is not None:  # who may not invite any more has not invited either
        inviter = user_by_id(c, row.inviter_id)
        if inviter is None or inviter.is_disabled or not inviter.is_admin:
            return None
    whose = None if row.reset_id is None else user_by_id(c, row.reset_id)
    name = None if whose is None else whose.name
    return Invitation(row.id, row.role, row.note, row.expires_s, name)


def accept(store: Store, secret: str, name: str, password: str) -> User:
    """The account that a link makes, or whose password it sets. Raises InputError."""

    def change(c: Connection) -> User:
        found = look_up(c, store, secret)
        if found is None:
            raise InputError("this link was used, or is too old; ask for another one")
        table = tables.invitations
        # Of two who come at once one is told that it was used.
        taken = c.execute(
            update(table)
            .where(table.c.id == found.id, table.c.used_s.is_(None))
            .values(used_s=store.now())
        )
        if taken.rowcount != 1:
            raise InputError("this link was used; ask for another one")
        if found.name is None:
            return create_user(c, store, name, password, found.role)
        row = c.execute(select(table.c.reset_id).where(table.c.id == found.id)).one()
        user = user_by_id(c, row.reset_id)
        assert user is not None  # its name was found
        change_password(c, user, password)  # and its other links go
        return user

    return store.write(change)


def list_open(c: Connection, store: Store) -> list[Invitation]:
    """The links that still work, without their secrets."""
    table = tables.invitations
    query = (
        select(table)
        .where(table.c.used_s.is_(None), table.c.expires_s > store.now())
        .order_by(table.c.created_s)
    )
    found = []
    for row in c.execute(query):
        whose = None if row.reset_id is None else user_by_id(c, row.reset_id)
        name = None if whose is None else whose.name
        found.append(Invitation(row.id, row.role, row.note, row.expires_s, name))
    return found


def withdraw(store: Store, invitation_id: str) -> None:
    """Make a link useless."""
    table = tables.invitations
    store.write(lambda c: c.execute(delete(table).where(table.c.id == invitation_id)))
