"""Ids of events are given once: SQLite took the newest again when its row had gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the table anew, for SQLite cannot change this of one; its rows keep their ids."""
    if op.get_bind().dialect.name != "sqlite":  # sequences go on by themselves
        return
    for name in ("ix_events_job_id", "ix_events_user_id"):
        op.drop_index(name, "events")
    op.rename_table("events", "events_before")
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.String(length=43), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_events_job_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_events_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    columns = "id, job_id, user_id, kind, at_s, data"
    op.execute(f"INSERT INTO events ({columns}) SELECT {columns} FROM events_before")
    op.drop_table("events_before")
    op.create_index(op.f("ix_events_job_id"), "events", ["job_id"], unique=False)
    op.create_index(op.f("ix_events_user_id"), "events", ["user_id"], unique=False)
