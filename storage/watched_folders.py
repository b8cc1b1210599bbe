"""What the watchers of folders say of themselves: a clerk sees whether the scanner's folder is being emptied."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

import sqlalchemy as sa

from storage.registry import Scope
from storage.tables import people, units, watched_folders

SILENT_AFTER = timedelta(minutes=1)
"""A watcher tells of itself every ten seconds; who is silent for so long has stopped, or does not reach us."""

FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Watching:
    """What a watcher has done since it began."""

    waiting: int = 0
    """Files in the folder that are not whole yet, or whose turn has not come."""
    taken: int = 0
    refused: int = 0
    problem: str = ""
    """Why a file was refused last, or why nothing can be received now: a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A folder that is watched, as a clerk sees it."""

    name: str
    person: str
    """Who answers for its scans."""
    started_at: datetime
    seen_at: datetime
    alive: bool
    watching: Watching


def tell(
    connection: sa.Connection,
    machine: str,
    root: PurePath,
    person: str,
    told: Watching,
    started: datetime,
    now: datetime,
) -> None:
    """Write down how a watcher stands; the machine and the way to the folder stay unknown here."""
    identity = hashlib.sha256(f"{machine}\0{root}\0{person}".encode()).hexdigest()
    values = {
        "name": root.name[:200], "started_at": started, "seen_at": now, "waiting": told.waiting,
        "taken": told.taken, "refused": told.refused, "problem": told.problem[:1000],
    }  # fmt: skip
    changed = connection.execute(watched_folders.update().where(watched_folders.c.id == identity).values(**values))
    if changed.rowcount == 0:
        connection.execute(watched_folders.insert().values(id=identity, person_id=person, **values))
    connection.execute(watched_folders.delete().where(watched_folders.c.seen_at < now - FORGOTTEN_AFTER))


def watched(connection: sa.Connection, scope: Scope, now: datetime) -> tuple[Watched, ...]:
    """Return the folders whose clerks are of the scope, those heard of last first."""
    rows = connection.execute(
        sa.select(watched_folders, people.c.full_name)
        .join(people, people.c.id == watched_folders.c.person_id)
        .join(units, units.c.id == people.c.unit_id)
        .where(units.c.path.startswith(scope.path, autoescape=True))
        .order_by(watched_folders.c.seen_at.desc())
        .limit(20)
    )
    return tuple(
        Watched(
            row.name, row.full_name, row.started_at, row.seen_at, now - row.seen_at < SILENT_AFTER,
            Watching(row.waiting, row.taken, row.refused, row.problem),
        )
        for row in rows
    )  # fmt: skip
