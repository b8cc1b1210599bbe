"""The database beside an event loop: a transaction waits in a thread, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from storage.database import Database

Found = TypeVar("Found")


async def read(database: Database, ask: Callable[[sa.Connection], Found]) -> Found:
    """Ask in one consistent view.

    Raises:
        RegistryUnavailable: the database does not answer.
    """

    def asked() -> Found:
        with database.read() as connection:
            return ask(connection)

    return await asyncio.to_thread(asked)


async def write(database: Database, act: Callable[[sa.Connection], Found]) -> Found:
    """Act in one transaction.

    Raises:
        RegistryUnavailable: the database does not answer.
    """

    def acted() -> Found:
        with database.write() as connection:
            return act(connection)

    return await asyncio.to_thread(acted)
