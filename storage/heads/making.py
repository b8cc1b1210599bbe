"""How the heads of a day are made: from what is committed, after the day is over, so that no write waits for them.

Each row goes into one tree and stays there: the first head that is made after it was committed and after its day was
over. A row that is committed late goes into the next head. Nothing can be slipped in before an old head.

The registry is gone through a page at a time, and a head is written when :data:`MOST` rows are found or all was seen:
no transaction holds long, whoever makes the heads goes on with its other work in between, and a day that brought more
rows, as the first one of an old registry does, gets several heads. What was found and not written yet lies in memory
alone; who is killed leaves nothing behind, and the next one looks again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digitize import merkle
from digitize.lifecycle import Purged
from digitize.merkle import Head, Leaf
from digitize.targets import VIETNAM_TIME
from storage.database import Database
from storage.heads.facts import BY_KIND, FACTS, HISTORY, Fact, end_of
from storage.tables import events, merkle_heads, merkle_leaves, subjects

MOST = 20_000
"""Leaves of one head. The next head after one with so many may be of the same day."""

PAGE = 2_000
"""Rows that are gone through in one look."""

_CLOCKS_DIFFER = timedelta(hours=1)
"""By so much at most the clocks of two of our machines are taken to differ."""

Found = tuple[Leaf, str | None]
"""A leaf and the salt of its commitment."""


class HeadMaker:
    """Makes the heads that are due, a step at a time; any number of processes may, and one of them is the first."""

    def __init__(self, database: Database, most: int = MOST, page: int = PAGE) -> None:
        """Begin with nothing found.

        Args:
            database: the registry.
            most: leaves of one head.
            page: rows that a step goes through.
        """
        self._database, self._most, self._page = database, most, page
        self._done: date | None = None
        self._begin(None)

    def _begin(self, day: date | None) -> None:
        self._day = day
        self._since: datetime | None = None
        self._found: list[Found] = []
        self._table = 0
        self._after: tuple[Any, ...] | None = None

    def is_idle(self, now: datetime) -> bool:
        """Whether nothing is to be done before another day is over."""
        return self._done == _yesterday(now)

    def step(self, now: datetime) -> Head | None:
        """Go through one page, or write the head of what was found; None: no head was written.

        Raises:
            RegistryUnavailable: the database does not answer; the next step goes on.
        """
        day = _yesterday(now)
        if self._done == day:
            return None
        if self._day != day:
            self._open(day, now)
            return None
        if len(self._found) < self._most and self._table <= len(FACTS):
            self._look(day)
            return None
        return self._write(day, now)

    def _open(self, day: date, now: datetime) -> None:
        """Begin with a day, unless it has all its heads."""
        with self._database.read() as connection:
            last = _last(connection)
        self._begin(day)
        self._since = now
        if last is not None and self._is_whole(last, day):
            self._finish(day)

    def _is_whole(self, last: sa.Row[Any], day: date) -> bool:
        """Whether nothing can be missing up to the day: its last head took all that there was."""
        return bool(last.day > day or (last.day == day and last.leaves < self._most))

    def _finish(self, day: date) -> None:
        self._begin(None)
        self._done = day

    def _look(self, day: date) -> None:
        """Go through the next page of the table in turn; the histories come after all the facts."""
        fact = FACTS[self._table] if self._table < len(FACTS) else None
        key = (subjects.c.id,) if fact is None else tuple(fact.table.primary_key.columns)
        with self._database.read() as connection:
            last = _end_of_page(connection, key, self._after, self._page)
            page = _between(key, self._after, last)
            found = list(_grown_histories(connection, day, page) if fact is None else _new(connection, fact, day, page))
        self._found += found
        self._after = last
        if last is None:
            self._table += 1

    def _write(self, day: date, now: datetime) -> Head | None:
        """Write the head of what was found; None: somebody was faster, or nothing was ever entered."""
        whole, chosen = self._table > len(FACTS), self._found[: self._most]
        try:
            with self._database.write() as connection:
                last = _last(connection)
                if (last is None and not chosen) or (last is not None and self._is_whole(last, day)):
                    self._finish(day)
                    return None
                kept = _unpurged(connection, chosen, self._since or now)
                head = _head(last, day, now, [leaf for leaf, _ in kept])
                _keep(connection, head, day, now, kept)
        except sa.exc.IntegrityError:
            self._begin(None)  # somebody else's head holds some of it: look again for what is left
            return None
        self._found = self._found[self._most :]
        if whole and not self._found and head.leaves < self._most:
            self._finish(day)
        return head


def covered_until(connection: sa.Connection) -> date | None:
    """Return the last day up to which the heads hold everything; None before the first."""
    last = _last(connection)
    if last is None:
        return None
    day: date = last.day
    return day if last.leaves < MOST else day - timedelta(days=1)


def make_due(database: Database, now: datetime) -> Head | None:
    """Make the next head that is due, at one go; None: none is.

    Raises:
        RegistryUnavailable: the database does not answer.
    """
    maker = HeadMaker(database)
    while not maker.is_idle(now):
        head = maker.step(now)
        if head is not None:
            return head
    return None


def _yesterday(now: datetime) -> date:
    return now.astimezone(VIETNAM_TIME).date() - timedelta(days=1)


def _last(connection: sa.Connection) -> sa.Row[Any] | None:
    heads = merkle_heads.c
    newest = sa.select(heads.number, heads.day, heads.leaves, heads.hash).order_by(heads.number.desc()).limit(1)
    return connection.execute(newest).one_or_none()


def _head(last: sa.Row[Any] | None, day: date, now: datetime, leaves: Sequence[Leaf]) -> Head:
    return Head(
        number=1 if last is None else last.number + 1,
        day=day.isoformat(),
        made_at=now.astimezone(UTC).isoformat(timespec="microseconds"),
        leaves=len(leaves),
        root=merkle.root([leaf.hash for leaf in leaves]).hex(),
        previous=merkle.FIRST if last is None else last.hash,
    )


def _keep(connection: sa.Connection, head: Head, day: date, now: datetime, kept: Sequence[Found]) -> None:
    connection.execute(
        merkle_heads.insert().values(
            number=head.number, day=day, made_at=now, leaves=head.leaves, root=head.root, previous=head.previous,
            hash=head.hash,
        )
    )  # fmt: skip
    rows = [
        {
            "head_number": head.number, "position": position, "kind": leaf.kind, "name": leaf.name, "salt": salt,
            "digest": leaf.digest,
        }
        for position, (leaf, salt) in enumerate(kept)
    ]  # fmt: skip
    if rows:
        connection.execute(merkle_leaves.insert(), rows)


def _unpurged(connection: sa.Connection, found: Sequence[Found], since: datetime) -> list[Found]:
    """Sort what was found, without the rows that a purge has taken away meanwhile: no salt of theirs may stay."""
    purged = set(
        connection.execute(
            sa.select(events.c.subject_id).where(
                events.c.at >= since - _CLOCKS_DIFFER, events.c.name == Purged.__name__
            )
        ).scalars()
    )
    kept = [each for each in found if not (_goes_with_purge(each[0]) and each[0].name.split(":")[0] in purged)]
    return sorted(kept, key=lambda each: (each[0].kind, each[0].name))


def _goes_with_purge(leaf: Leaf) -> bool:
    return leaf.kind != HISTORY and BY_KIND[leaf.kind].purged_with is not None


def _end_of_page(
    connection: sa.Connection, key: Sequence[sa.Column[Any]], after: tuple[Any, ...] | None, size: int
) -> tuple[Any, ...] | None:
    """Return the key of the last row of the next page; None: the rest is one page."""
    last = sa.select(*key).where(*_between(key, after, None)).order_by(*key).offset(size - 1).limit(1)
    row = connection.execute(last).one_or_none()
    return None if row is None else tuple(row)


def _between(
    key: Sequence[sa.Column[Any]], after: tuple[Any, ...] | None, last: tuple[Any, ...] | None
) -> list[sa.ColumnElement[bool]]:
    """Say that a row lies in a page, by the order of its key."""

    def bound(values: tuple[Any, ...]) -> sa.ColumnElement[Any]:
        return sa.tuple_(*(sa.literal(value, column.type) for value, column in zip(values, key, strict=True)))

    page: list[sa.ColumnElement[bool]] = []
    if after is not None:
        page.append(sa.tuple_(*key) > bound(after))
    if last is not None:
        page.append(sa.tuple_(*key) <= bound(last))
    return page


def _new(connection: sa.Connection, fact: Fact, day: date, page: Sequence[sa.ColumnElement[bool]]) -> Iterator[Found]:
    """Give the facts of a page that are closed and stand in no tree yet."""
    stands = sa.exists().where(merkle_leaves.c.kind == fact.kind, merkle_leaves.c.name == fact.name)
    query = sa.select(fact.table, fact.name.label("leaf_name")).where(*page, fact.closed(day), ~stands)
    for row in connection.execute(query).mappings():
        salt = secrets.token_hex(32)
        yield Leaf(fact.kind, row["leaf_name"], merkle.commitment(salt, fact.encoded(row))), salt


def _grown_histories(connection: sa.Connection, day: date, page: Sequence[sa.ColumnElement[bool]]) -> Iterator[Found]:
    """Give the last entry up to the day of each subject of a page whose history has grown since it was last covered."""
    newest = subjects.c.id + ":" + sa.cast(subjects.c.version + 1, sa.String)
    stands = sa.exists().where(merkle_leaves.c.kind == HISTORY, merkle_leaves.c.name == newest)
    last = (
        sa.select(events.c.subject_id, sa.func.max(events.c.sequence).label("sequence"))
        .join(subjects, subjects.c.id == events.c.subject_id)
        .where(*page, events.c.at < end_of(day), ~stands)
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
