"""How the head of a day is made: from what is committed, after the day is over, so that no write waits for it.

Each row goes into one tree and stays there: the first head that is made after it was committed and after its day was
over. A row that is committed late goes into the next head. Nothing can be slipped in before an old head.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from digitize import merkle
from digitize.merkle import Head, Leaf
from digitize.targets import VIETNAM_TIME
from storage.database import Database
from storage.heads.facts import FACTS, HISTORY, Fact, end_of
from storage.tables import events, merkle_heads, merkle_leaves, subjects


def make_due(database: Database, now: datetime) -> Head | None:
    """Make the head of yesterday, unless it stands; days on which nothing ran go into it too.

    Any number of processes may try at once: one of them makes it.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    day = now.astimezone(VIETNAM_TIME).date() - timedelta(days=1)
    with database.read() as connection:
        last = _last(connection)
        if last is not None and last.day >= day:
            return None
        found = sorted(_uncovered(connection, day), key=lambda pair: (pair[0].kind, pair[0].name))
    if last is None and not found:
        return None
    leaves = [leaf for leaf, _ in found]
    head = Head(
        number=1 if last is None else last.number + 1,
        day=day.isoformat(),
        made_at=now.astimezone(UTC).isoformat(timespec="microseconds"),
        leaves=len(leaves),
        root=merkle.root([leaf.hash for leaf in leaves]).hex(),
        previous=merkle.FIRST if last is None else last.hash,
    )
    return head if _keep(database, head, day, now, found) else None


def _last(connection: sa.Connection) -> sa.Row[tuple[int, date, str]] | None:
    newest = sa.select(merkle_heads.c.number, merkle_heads.c.day, merkle_heads.c.hash)
    return connection.execute(newest.order_by(merkle_heads.c.number.desc()).limit(1)).one_or_none()


def _keep(database: Database, head: Head, day: date, now: datetime, found: list[tuple[Leaf, str | None]]) -> bool:
    """Write head and leaves; False when somebody was faster, whose head holds what this one would have held."""
    rows = [
        {
            "head_number": head.number, "position": position, "kind": leaf.kind, "name": leaf.name, "salt": salt,
            "digest": leaf.digest,
        }
        for position, (leaf, salt) in enumerate(found)
    ]  # fmt: skip
    try:
        with database.write() as connection:
            connection.execute(
                merkle_heads.insert().values(
                    number=head.number, day=day, made_at=now, leaves=head.leaves, root=head.root,
                    previous=head.previous, hash=head.hash,
                )
            )  # fmt: skip
            if rows:
                connection.execute(merkle_leaves.insert(), rows)
    except sa.exc.IntegrityError:
        return False
    return True


def _uncovered(connection: sa.Connection, day: date) -> Iterator[tuple[Leaf, str | None]]:
    for fact in FACTS:
        yield from _new_facts(connection, fact, day)
    yield from _grown_histories(connection, day)


def _new_facts(connection: sa.Connection, fact: Fact, day: date) -> Iterator[tuple[Leaf, str | None]]:
    stands = sa.exists().where(merkle_leaves.c.kind == fact.kind, merkle_leaves.c.name == fact.name)
    query = sa.select(fact.table, fact.name.label("leaf_name")).where(fact.closed(day), ~stands)
    for row in connection.execution_options(yield_per=1000).execute(query).mappings():
        salt = secrets.token_hex(32)
        yield Leaf(fact.kind, row["leaf_name"], merkle.commitment(salt, fact.encoded(row))), salt


def _grown_histories(connection: sa.Connection, day: date) -> Iterator[tuple[Leaf, str | None]]:
    """Give the last entry up to the day of each subject whose history has grown since it was last covered."""
    newest = subjects.c.id + ":" + sa.cast(subjects.c.version + 1, sa.String)
    stands = sa.exists().where(merkle_leaves.c.kind == HISTORY, merkle_leaves.c.name == newest)
    last = (
        sa.select(events.c.subject_id, sa.func.max(events.c.sequence).label("sequence"))
        .join(subjects, subjects.c.id == events.c.subject_id)
        .where(events.c.at < end_of(day), ~stands)
        .group_by(events.c.subject_id)
        .subquery()
    )
    query = sa.select(events.c.subject_id, events.c.sequence, events.c.hash).join(
        last, sa.and_(last.c.subject_id == events.c.subject_id, last.c.sequence == events.c.sequence)
    )
    named = events.c.subject_id + ":" + sa.cast(events.c.sequence, sa.String)
    covered = sa.exists().where(merkle_leaves.c.kind == HISTORY, merkle_leaves.c.name == named)
    for row in connection.execute(query.where(~covered)):
        yield Leaf(HISTORY, f"{row.subject_id}:{row.sequence}", row.hash), None
