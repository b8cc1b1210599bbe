"""The round of what stands in the scans: the rarest of the typed words leads, the others must stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from digitize.search import Word, agreements, words_asked
from storage.search.indexing import PAPER
from storage.search.merging import newest
from storage.search.reach import Reach
from storage.tables import documents, result_search, search_words

MOST_ASKED = 6
"""Words that are looked for; further ones say little more."""
_W = search_words.c
_ORDER = (_W.word, _W.unit_id, _W.day, _W.document_id)


@dataclass(frozen=True, slots=True)
class TextRows:
    """What a reading of the index gave."""

    rows: Sequence[sa.Row[Any]]
    """Rows of ``result_search`` with what was read of the word."""
    last: tuple[object, ...] | None
    """Where the reading ended; None: nothing more is there."""


def read_text(
    connection: sa.Connection,
    typed: Sequence[Word],
    reach: Reach,
    most: int,
    merged: int,
    after: Sequence[object] | None,
) -> TextRows:
    """Read rows whose scans hold every typed word.

    Args:
        connection: of a transaction.
        typed: the words.
        reach: where.
        most: rows of the leading word that are read.
        merged: units that are read one by one; where there are more, the whole word is read.
        after: where the reading before ended.
    """
    asked = words_asked(typed)[:MOST_ASKED]
    if not asked:
        return TextRows((), None)
    leading, *others = sorted(asked, key=lambda word: _frequency(connection, word, len(typed) == 1, reach, most))
    ranges = _ranges(leading, len(typed) == 1, reach, merged)
    page = newest(ranges, _ORDER, most, after).subquery()
    read = connection.execute(sa.select(page)).all()
    last = tuple(read[-1][:4]) if len(read) == most else None
    beside = [search_words.alias(f"w{number}") for number in range(len(others))]
    query = (
        sa.select(result_search, page.c.marked, page.c.document_id, *(each.c.marked for each in beside))
        .join(documents, documents.c.id == page.c.document_id)
        .join(result_search, result_search.c.result_id == documents.c.result_id)
        .where(result_search.c.whose == PAPER)
    )
    for word, each in zip(others, beside, strict=True):
        query = query.join(
            each,
            sa.and_(
                each.c.word == word.key, each.c.unit_id == page.c.unit_id, each.c.day == page.c.day,
                each.c.document_id == page.c.document_id,
            ),
        )  # fmt: skip
    backwards = [page.c[column.name].desc() for column in _ORDER]
    rows = connection.execute(query.order_by(*backwards)).all()
    return TextRows([row for row in rows if _agrees((leading, *others), row)], last)


def _agrees(asked: Sequence[Word], row: sa.Row[Any]) -> bool:
    """Compare the marks; the words of a row stand after the columns of ``result_search``."""
    columns = len(result_search.c)
    found = (row[columns], *row[columns + 2 :])
    return all(_same(word, there) for word, there in zip(asked, found, strict=True))


def _same(asked: Word, found: str) -> int:
    """Compare a typed pair with one that stands in a scan; a syllable that was typed alone with the first of it."""
    syllables = [Word(syllable, exact=asked.exact) for syllable in asked.marked.split()]
    return agreements(syllables, found.split()[: len(syllables)])


def _ranges(word: Word, alone: bool, reach: Reach, merged: int) -> list[sa.Select[Any]]:
    key = word.key
    # A syllable that was typed alone is the beginning of a pair, or a word of its own.
    condition = sa.and_(_W.word >= key, _W.word < f"{key}!") if alone else _W.word == key
    query = sa.select(*_ORDER, _W.marked).where(condition)
    if alone or reach.unit_ids is None or len(reach.unit_ids) > merged:
        return [query]
    return [query.where(_W.unit_id == unit_id) for unit_id in reach.unit_ids]


def _frequency(connection: sa.Connection, word: Word, alone: bool, reach: Reach, most: int) -> int:
    """Count how often a word stands in the index, no further than needed to see that it is frequent."""
    [query, *_] = _ranges(word, alone, Reach(None) if reach.unit_ids is None else Reach(reach.unit_ids[:1]), 1)
    seen = sa.select(sa.func.count()).select_from(query.limit(most).subquery())
    count: int = connection.execute(seen).scalar_one()
    return count
