"""The words that names are made of, kept so that a misspelt one is found by equality (:mod:`digitize.search.spelling`).

There are as many as the language has, not as many as there are results; a word that came in once stays.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize.search import cuts, is_near
from digitize.search.spelling import LONGEST, SHORTEST
from storage.tables import search_spellings

MOST_NEAR = 12
"""Words that a misspelt one may have meant."""
_READ = 400
_BATCH = 400


def add_spellings(connection: sa.Connection, words: Collection[str]) -> None:
    """Keep the words that are not kept yet; always in one order, so that no two writers wait in a circle."""
    new = sorted({word for word in words if SHORTEST <= len(word) <= LONGEST and word.isalpha()})
    for start in range(0, len(new), _BATCH):
        some = new[start : start + _BATCH]
        known = set(
            connection.execute(
                sa.select(search_spellings.c.word).where(
                    search_spellings.c.cut.in_(some), search_spellings.c.cut == search_spellings.c.word
                )
            ).scalars()
        )
        rows = [{"cut": cut, "word": word} for word in some if word not in known for cut in sorted(cuts(word))]
        if rows:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            connection.execute(dialect.insert(search_spellings).on_conflict_do_nothing(), rows)


def near(connection: sa.Connection, typed: str) -> tuple[str, ...]:
    """Return the known words that one slip turns a typed one into, in alphabetical order."""
    found = connection.execute(
        sa.select(search_spellings.c.word).where(search_spellings.c.cut.in_(sorted(cuts(typed)))).limit(_READ)
    ).scalars()
    return tuple(sorted(word for word in set(found) if is_near(typed, word))[:MOST_NEAR])
