"""Who must hear that dossiers changed: the counts, the search and the exchange, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from digitize.tally import Changes
from storage.dossiers.counted import add_many
from storage.dossiers.indexed import index_new
from storage.dossiers.writing import NewRows
from storage.exchange.owing import owe_many
from storage.search import index_dossiers
from storage.tallies import count_many


def changed(connection: sa.Connection, dossier_ids: Sequence[str], now: datetime) -> None:
    """Let whatever is kept of dossiers and of their results elsewhere follow their facts.

    Args:
        connection: the transaction of the change, after it.
        dossier_ids: whose facts changed, or the facts of whose results.
        now: the present moment.
    """
    if dossier_ids:
        count_many(connection, dossier_ids=dossier_ids)
        index_dossiers(connection, dossier_ids)
        owe_many(connection, dossier_ids, now)


def entered(connection: sa.Connection, rows: NewRows, counted: Changes, now: datetime) -> None:
    """Let the same be done for new dossiers with their results, after they were written.

    Args:
        connection: the transaction that entered them.
        rows: what was written; all results are of dossiers that are new themselves.
        counted: what they add to the sums, as it is noted beside them.
        now: the present moment.
    """
    if rows.dossiers:
        add_many(connection, counted)
        index_new(connection, rows)
        owe_many(connection, [row["id"] for row in rows.dossiers], now)
