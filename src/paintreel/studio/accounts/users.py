"""Accounts: who there is, what they may, how much they may keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from paintreel.errors import InputError
from paintreel.studio.accounts.passwords import (
    check_password,
    hash_password,
    is_password,
    needs_new_hash,
)
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store

__all__ = [
    "ROLES",
    "Role",
    "User",
    "change_password",
    "check_name",
    "create_user",
    "find_user",
    "list_users",
    "update_user",
    "user_by_id",
    "user_of_password",
]

Role = Literal["admin", "artist"]
ROLES: tuple[str, ...] = get_args(Role)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class User:
    """An account. quota_bytes: None is that of the studio."""

    id: str
    name: str
    role: str
    quota_bytes: int | None
    is_disabled: bool
    created_s: float

    @property
    def is_admin(self) -> bool:
        """Whether they may look after the studio."""
        return self.role == "admin"


def _user(row: Any) -> User:
    return User(row.id, row.name, row.role, row.quota_bytes, row.is_disabled, row.created_s)


def check_name(name: str) -> str:
    """The name as it is kept. Raises InputError."""
    plain = name.strip().lower()
    if not _NAME.fullmatch(plain):
        raise InputError(
            f"the name is {name[:70]!r}, expected 3 to 64 small letters, digits and . _ - @, such "
            "as ada or ada@example.org"
        )
    return plain


def create_user(c: Connection, store: Store, name: str, password: str, role: str) -> User:
    """A new account. Raises InputError where the name is taken or the password weak."""
    name = check_name(name)
    if role not in ROLES:
        raise InputError(f"role is {role!r}, expected one of {', '.join(ROLES)}")
    check_password(password, name)
    if c.scalar(select(tables.users.c.id).where(tables.users.c.name == name)) is not None:
        raise InputError(f"the name {name} is taken; choose another")
    user_id, now = store.new_id(), store.now()
    row = {
        "id": user_id,
        "name": name,
        "password": hash_password(password),
        "role": role,
        "is_disabled": False,
        "created_s": now,
        "turn_s": 0.0,
    }
    c.execute(insert(tables.users).values(row))
    return User(user_id, name, role, None, False, now)


def user_of_password(store: Store, name: str, password: str) -> User | None:
    """The account of a name and password; None for a wrong or disabled one, after as long."""
    users = tables.users
    with store.reading() as c:
        row = c.execute(select(users).where(users.c.name == name.strip().lower())).first()
    if not is_password(password, None if row is None else row.password) or row is None:
        return None
    if row.is_disabled:
        return None
    if needs_new_hash(row.password):
        anew = hash_password(password)
        store.write(
            lambda c: c.execute(update(users).where(users.c.id == row.id).values(password=anew))
        )
    return _user(row)


def user_by_id(c: Connection, user_id: str) -> User | None:
    """The account of an id."""
    row = c.execute(select(tables.users).where(tables.users.c.id == user_id)).first()
    return None if row is None else _user(row)


def find_user(c: Connection, name: str) -> User | None:
    """The account of a name."""
    query = select(tables.users).where(tables.users.c.name == name.strip().lower())
    row = c.execute(query).first()
    return None if row is None else _user(row)


def list_users(c: Connection) -> list[tuple[User, int]]:
    """Every account with the bytes that its files take, by name."""
    files, users = tables.files, tables.users
    used = (
        select(files.c.user_id, func.sum(files.c.size_bytes).label("bytes"))
        .group_by(files.c.user_id)
        .subquery()
    )
    query = (
        select(users, func.coalesce(used.c.bytes, 0).label("bytes"))
        .outerjoin(used, used.c.user_id == users.c.id)
        .order_by(users.c.name)
    )
    return [(_user(row), int(row.bytes)) for row in c.execute(query)]


def change_password(c: Connection, user: User, password: str) -> None:
    """Set a new password; every session, token and link of the account ends with the old one.

    Raises InputError for a weak one.
    """
    check_password(password, user.name)
    users, links = tables.users, tables.invitations
    c.execute(update(users).where(users.c.id == user.id).values(password=hash_password(password)))
    for table in (tables.sessions, tables.tokens):
        c.execute(table.delete().where(table.c.user_id == user.id))
    c.execute(links.delete().where(links.c.reset_id == user.id, links.c.used_s.is_(None)))


def update_user(c: Connection, user_id: str, **changes: Any) -> bool:
    """Change role, quota_bytes or is_disabled; whether there is such a user.

    Raises InputError for the last admin.
    """
    users = tables.users
    takes_power = changes.get("role", "admin") != "admin" or changes.get("is_disabled", False)
    if takes_power:
        others = select(func.count()).where(
            users.c.role == "admin", users.c.is_disabled.is_(False), users.c.id != user_id
        )
        target = user_by_id(c, user_id)
        if target is not None and target.is_admin and not c.scalar(others):
            raise InputError("this is the only admin; make another one first")
    found = c.execute(update(users).where(users.c.id == user_id).values(**changes)).rowcount > 0
    if changes.get("is_disabled"):
        for table in (tables.sessions, tables.tokens):
            c.execute(table.delete().where(table.c.user_id == user_id))
    return found
