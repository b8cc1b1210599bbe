"""Two who come at the same time, and one who dies in the middle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import TypeVar

import sqlalchemy as sa

from digitize.errors import SohoaError
from storage.database import Database

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T | SohoaError]:
    """Run the acts in threads that start together; an error of ours is an answer."""
    barrier = Barrier(len(acts))

    def act(one: Callable[[], T]) -> T | SohoaError:
        barrier.wait(timeout=20)
        try:
            return one()
        except SohoaError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


class _Death(Exception):  # nobody handles it as an error
    pass


def cut_off(database: Database, act: Callable[[sa.Connection], object]) -> None:
    """Act in a transaction whose process dies before the commit."""
    with suppress(_Death), database.write() as connection:
        act(connection)
        raise _Death
