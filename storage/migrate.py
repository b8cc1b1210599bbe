"""Bring the registry's schema up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database
from storage.tables import metadata


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(database: Database) -> None:
    """Apply every step that is missing, in one transaction; do nothing when none is.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    database.make_folder()
    if is_current(database):
        return
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Say whether the schema is the one that this version needs.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def drift(database: Database) -> list[object]:
    """Return how the schema differs from :mod:`storage.tables`; empty when it does not."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))
