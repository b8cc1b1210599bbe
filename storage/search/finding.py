"""Finding results: round after round, a bounded number of rows each, a page at a time.

A request reads at most :data:`READ` rows a round. Where there are more, the page may be short, says so, and its cursor
goes on from there: nothing is lost, and no request costs more because the registry has grown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, product
from typing import Any

import sqlalchemy as sa

from digitize.search import Query, Word
from storage.search.merging import newest
from storage.search.reach import Reach
from storage.search.rounds import Round, Row, Why, nearly, parts, rounds_of
from storage.search.spellings import near
from storage.search.text_round import read_text
from storage.tables import result_search, search_spellings

READ = 200
"""Rows that a request reads of a round."""
MERGED = 64
"""Units that are read one by one; a reach of more is read whole and sifted."""
MOST_PARTS = 6
"""Words of a name that are looked for in any order."""
MOST_VARIANTS = 24
"""Ways to spell a name that are tried where nothing was found."""

_S = result_search.c
_BY_DAY = (_S.issued_on, _S.result_id, _S.whose)


@dataclass(frozen=True, slots=True)
class Filters:
    """What must hold of a result besides; empty: anything."""

    kind_codes: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    """Of documents, or :data:`storage.search.indexing.NOT_SCANNED`."""
    channels: frozenset[int] = frozenset()
    first_day: date | None = None
    """Earliest day of issue."""
    last_day: date | None = None

    def take(self, row: Row) -> bool:
        """Say whether a row passes."""
        return (
            (not self.kind_codes or row.kind_code in self.kind_codes)
            and (not self.states or row.state in self.states)
            and (not self.channels or row.channel in self.channels)
            and (self.first_day is None or row.issued_on >= self.first_day)
            and (self.last_day is None or row.issued_on <= self.last_day)
        )


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended."""

    round: int
    """Ordinal of the round, from 0."""
    start: tuple[object, ...] | None
    """After which row of the index the reading began; None: at its end."""
    last: str | None
    """The result of that reading that was shown last; None: none of it was."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A result that was found."""

    result_id: str
    why: Why
    name_marked: str
    """The name that it was found by."""
    text_document: str | None
    """The document in whose text the words stand."""


@dataclass(slots=True)
class Found:
    """A page of a search."""

    hits: list[Hit] = field(default_factory=list)
    """The best first; among equals the newest."""
    after: Position | None = None
    """Where the next page begins; None: there is none."""
    facets: Mapping[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in ("kind", "state", "year", "unit")}
    )
    """How many results that were read have which kind, state, year and unit id."""
    bounded: bool = False
    """More results may agree than were read: facets count the best only."""


@dataclass(slots=True)
class _Batch:
    """What one reading of a round gave, the best first."""

    hits: list[tuple[Row, Hit]]
    last: tuple[object, ...] | None
    """Where the reading ended; None: the round is read to its end."""


def find(
    connection: sa.Connection,
    query: Query,
    reach: Reach,
    filters: Filters,
    *,
    owned: sa.Select[tuple[str]] | None = None,
    after: Position | None = None,
    limit: int = 20,
) -> Found:
    """Return results that a query means.

    Args:
        connection: of a transaction.
        query: what was typed.
        reach: in which units.
        filters: what else must hold.
        owned: the results of the person whose number was typed.
        after: where the page before ended.
        limit: length of the page.
    """
    rounds = _rounds(query, owned)
    found = Found()
    seen: set[str] = set()
    for number in range(0 if after is None else after.round, len(rounds) + len(_FALLBACKS)):
        begin = after if after is not None and after.round == number else Position(number, None, None)
        if number < len(rounds):
            batch = _batch(connection, rounds, number, query, reach, filters, begin.start)
        elif query.words and (begin is after or (after is None and not seen)):
            batch = _fall_back(connection, _FALLBACKS[number - len(rounds)], query, reach, filters, begin.start)
        else:
            break
        if _fill(found, batch, begin, seen, limit, count=after is None):
            break
    return found


def _fill(found: Found, batch: _Batch, begin: Position, seen: set[str], limit: int, *, count: bool) -> bool:
    """Put a reading on the page; say whether the page ends with it."""
    fresh = _unseen(batch.hits, seen)
    if count:
        _count(found.facets, fresh)
    found.bounded = found.bounded or batch.last is not None
    shown = _after(fresh, begin.last)
    last = begin.last
    for _row, hit in shown:
        if len(found.hits) == limit:
            found.after = Position(begin.round, begin.start, last)
            found.bounded = True
            return True
        found.hits.append(hit)
        last = hit.result_id
    if batch.last is not None:
        found.after = Position(begin.round, batch.last, None)
        return True
    return False


def _unseen(hits: Sequence[tuple[Row, Hit]], seen: set[str]) -> list[tuple[Row, Hit]]:
    fresh = []
    for row, hit in hits:
        if hit.result_id not in seen:
            seen.add(hit.result_id)
            fresh.append((row, hit))
    return fresh


def _after(hits: list[tuple[Row, Hit]], last: str | None) -> list[tuple[Row, Hit]]:
    ids = [hit.result_id for _row, hit in hits]
    return hits[ids.index(last) + 1 :] if last in ids else hits


def _count(facets: Mapping[str, Counter[str]], hits: Sequence[tuple[Row, Hit]]) -> None:
    for row, _hit in hits:
        for name, value in (
            ("kind", row.kind_code), ("state", row.state), ("year", str(row.issued_on.year)), ("unit", row.unit_id),
        ):  # fmt: skip
            facets[name][value] += 1


def _rounds(query: Query, owned: sa.Select[tuple[str]] | None) -> tuple[Round | None, ...]:
    """Return the rounds; None stands for the round by text."""
    rounds: tuple[Round | None, ...] = rounds_of(query, owned)
    return (*rounds, None) if query.words else rounds


def _batch(
    connection: sa.Connection,
    rounds: Sequence[Round | None],
    number: int,
    query: Query,
    reach: Reach,
    filters: Filters,
    start: tuple[object, ...] | None,
) -> _Batch:
    this = rounds[number]
    if this is None:
        return _text(connection, rounds, query, reach, filters, start)
    earlier = [each for each in rounds[:number] if each is not None and each.tells]
    rows, last = _read(connection, this, reach, filters, start)
    taken = [(this.takes(row), row) for row in rows if reach.covers(row.unit_id) and filters.take(row)]
    kept = [(value, row) for value, row in taken if value and not any(each.takes(row) for each in earlier)]
    kept.sort(key=lambda pair: -pair[0])
    return _Batch([(row, Hit(row.result_id, this.why, row.name_marked, None)) for _, row in kept], last)


def _read(
    connection: sa.Connection, this: Round, reach: Reach, filters: Filters, start: tuple[object, ...] | None
) -> tuple[Sequence[Row], tuple[object, ...] | None]:
    order = (*this.by, *_BY_DAY)
    rows = connection.execute(newest(list(_ranges(this, reach, filters)), order, READ, start)).all()
    names = [column.name for column in order]
    last = tuple(getattr(rows[-1], name) for name in names) if len(rows) == READ else None
    return rows, last


def _ranges(this: Round, reach: Reach, filters: Filters) -> Iterator[sa.Select[Any]]:
    unit_ids: Sequence[str | None] = (None,)
    if this.by_unit and reach.unit_ids is not None and len(reach.unit_ids) * len(this.conditions) <= MERGED:
        unit_ids = reach.unit_ids
    for unit_id, condition in product(unit_ids, this.conditions):
        query = sa.select(result_search).where(condition)
        if unit_id is not None:
            query = query.where(_S.unit_id == unit_id)
        if not this.by:
            # The days are the next column of the index; elsewhere they are sifted from what was read.
            query = query.where(*_days(filters))
        yield query


def _days(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.first_day is not None:
        yield _S.issued_on >= filters.first_day
    if filters.last_day is not None:
        yield _S.issued_on <= filters.last_day


def _text(
    connection: sa.Connection,
    rounds: Sequence[Round | None],
    query: Query,
    reach: Reach,
    filters: Filters,
    start: tuple[object, ...] | None,
) -> _Batch:
    read = read_text(connection, query.words, reach, READ, MERGED, start)
    hits = [
        (row, Hit(row.result_id, Why.TEXT, "", row.document_id))
        for row in read.rows
        if reach.covers(row.unit_id)
        and filters.take(row)
        and not any(each.takes(row) for each in rounds if each is not None and each.tells)
    ]
    return _Batch(hits, read.last)


def _fall_back(
    connection: sa.Connection,
    fallback: Callable[[sa.Connection, Sequence[Word]], Round | None],
    query: Query,
    reach: Reach,
    filters: Filters,
    start: tuple[object, ...] | None,
) -> _Batch:
    """Read one of the rounds that are tried only where nothing was found."""
    this = fallback(connection, query.words)
    if this is None:
        return _Batch([], None)
    rows, last = _read(connection, this, reach, filters, start)
    taken = [(this.takes(row), row) for row in rows if reach.covers(row.unit_id) and filters.take(row)]
    kept = sorted(((value, row) for value, row in taken if value), key=lambda pair: -pair[0])
    return _Batch([(row, Hit(row.result_id, this.why, row.name_marked, None)) for _, row in kept], last)


def _nearly(connection: sa.Connection, words: Sequence[Word]) -> Round | None:
    variants = _variants(connection, words)
    return nearly(variants) if variants else None


def _parts(_connection: sa.Connection, words: Sequence[Word]) -> Round | None:
    return parts(words) if 1 < len(words) <= MOST_PARTS else None


def _variants(connection: sa.Connection, words: Sequence[Word]) -> list[str]:
    """Return other spellings of a name: words that nobody bears are mended; if all are borne, one of them is."""
    if any(word.exact for word in words):
        return []
    keys = [word.key for word in words]
    close = [near(connection, key) for key in keys]
    borne = set(
        connection.execute(
            sa.select(search_spellings.c.word).where(
                search_spellings.c.cut.in_(keys), search_spellings.c.cut == search_spellings.c.word
            )
        ).scalars()
    )
    unknown = [at for at, key in enumerate(keys) if key not in borne and close[at]]
    ways: Iterator[tuple[str, ...]]
    if unknown:
        ways = product(*((close[at] if at in unknown else (key,)) for at, key in enumerate(keys)))
    else:
        ways = ((*keys[:at], other, *keys[at + 1 :]) for at in reversed(range(len(keys))) for other in close[at])
    return [" ".join(way) for way in islice(ways, MOST_VARIANTS)]


_FALLBACKS = (_nearly, _parts)
"""Tried one after the other where no round found anything."""
