"""What Alembic runs to migrate: our connection, which is in a transaction already."""

from __future__ import annotations

from alembic import context

from paintreel.studio.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
