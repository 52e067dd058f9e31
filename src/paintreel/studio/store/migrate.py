"""The tables brought to what this version of the program expects."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from paintreel.errors import InputError
from paintreel.studio.store.database import Store

__all__ = ["latest_version", "migrate", "version_of"]

_SCRIPTS = Path(__file__).with_name("migrations")


def migrate(store: Store, version: str = "head") -> None:
    """Make the tables, or change those of an older version; all steps or none.

    version  up to which one

    Raises InputError where a newer version of the program has made them.
    """
    config = _config()
    with store.writing() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        for each in (found, version):
            if each not in (None, "head") and each not in known:
                raise InputError(
                    f"the database or backup is of a newer Paintreel (version {each}); install "
                    "that, or take a backup made before"
                )
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def version_of(store: Store) -> str | None:
    """The version of the tables, None where there are none."""
    with store.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest_version() -> str:
    """The version that this program makes."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
