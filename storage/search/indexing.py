"""The rows of results: which facts are searched, and which results are not to be found at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from digitize.lifecycle import State
from digitize.search import number_key, tail, unmarked, words
from storage.search.spellings import add_spellings
from storage.tables import documents, dossiers, result_search, results

NOT_SCANNED = "none"
"""State of a result without a document."""
PAPER, DOSSIER = "paper", "dossier"

_ENDED = frozenset({State.WITHDRAWN, State.REFUSED, State.SUPERSEDED})
"""Documents in these states stand for no result any more."""
_FIRST = (State.PUBLISHED, State.REVOKED, State.SEALED)
"""Where a result has several documents, one in the first of these states stands for it, else the newest."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class _Scan:
    """A document of a result, as far as search is concerned."""

    state: State
    summary: Mapping[str, Any]


def index_result(connection: sa.Connection, result_id: str) -> None:
    """Make the rows of a result anew, after a fact of it, of its dossier or of a document of it changed."""
    index_many(connection, (result_id,))


def index_dossiers(connection: sa.Connection, dossier_ids: Collection[str]) -> None:
    """Make the rows of all results of dossiers anew."""
    asked = sorted(set(dossier_ids))
    for start in range(0, len(asked), _BATCH):
        of = sa.select(results.c.id).where(results.c.dossier_id.in_(asked[start : start + _BATCH]))
        index_many(connection, connection.execute(of).scalars().all())


def index_many(connection: sa.Connection, result_ids: Collection[str]) -> None:
    """Make the rows of results anew.

    Their dossiers stay locked until the transaction ends, as :mod:`storage.tallies` locks them, so that who indexes the
    same results at the same time waits and sees what this one saw.

    Args:
        connection: a writing transaction.
        result_ids: unknown ones are passed over.
    """
    asked = sorted(set(result_ids))
    rows: list[dict[str, Any]] = []
    for start in range(0, len(asked), _BATCH):
        some = asked[start : start + _BATCH]
        rows += _rows(connection, some)
        connection.execute(result_search.delete().where(result_search.c.result_id.in_(some)))
    for start in range(0, len(rows), _BATCH):
        connection.execute(result_search.insert(), rows[start : start + _BATCH])
    add_spellings(connection, {word for row in rows for word in row["name_key"].split()})


def _rows(connection: sa.Connection, result_ids: Sequence[str]) -> list[dict[str, Any]]:
    facts = connection.execute(
        sa.select(results, dossiers.c.holder_name, dossiers.c.channel)
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .where(results.c.id.in_(result_ids), results.c.secret.is_(False))
        .order_by(dossiers.c.id, results.c.id)
        .with_for_update(of=dossiers, key_share=True)
    ).all()
    scans = _scans(connection, [fact.id for fact in facts])
    return [row for fact in facts for row in _rows_of(fact, scans.get(fact.id, ()))]


def _scans(connection: sa.Connection, result_ids: Sequence[str]) -> Mapping[str, Sequence[_Scan]]:
    found: dict[str, list[_Scan]] = {}
    for row in connection.execute(
        sa.select(documents.c.result_id, documents.c.state, documents.c.summary)
        .where(documents.c.result_id.in_(result_ids))
        .order_by(documents.c.received_at.desc(), documents.c.id.desc())
    ):
        found.setdefault(row.result_id, []).append(_Scan(State(row.state), row.summary))
    return found


def _rows_of(fact: sa.Row[Any], scans: Sequence[_Scan]) -> list[dict[str, Any]]:
    """Return the row of a result, and one more where the dossier was handed in by somebody else."""
    if any(scan.state is State.QUARANTINED for scan in scans):
        return []
    living = [scan for scan in scans if scan.state not in _ENDED]
    scan = min(living, key=_standing, default=None)
    if scan is not None and scan.state is State.PURGED:
        return []
    told: Mapping[str, Any] = {} if scan is None else scan.summary
    row = {
        "result_id": fact.id,
        "whose": PAPER,
        "unit_id": fact.unit_id,
        "dossier_id": fact.dossier_id,
        "issued_on": fact.issued_on,
        "kind_code": told.get("kind_code") or fact.kind_code or "",
        "state": NOT_SCANNED if scan is None else scan.state.value,
        "channel": fact.channel,
        **_number(told.get("number") or fact.number or ""),
        **_name(told.get("holder_name") or fact.holder_name or ""),
    }
    applicant = _name(fact.holder_name or "")
    if applicant["name_marked"] in {"", row["name_marked"]}:
        return [row]
    return [row, {**row, "whose": DOSSIER, **_number(""), **applicant}]


def rows_of_new(fact: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # a row, or whatever has its attributes
    """Return the rows of a result that has just come in: there is no document of it."""
    return _rows_of(fact, ())


def _standing(scan: _Scan) -> int:
    return _FIRST.index(scan.state) if scan.state in _FIRST else len(_FIRST)


@lru_cache(maxsize=1 << 12)
def _name(name: str) -> Mapping[str, str]:
    marked = " ".join(words(name))[:300]
    key = unmarked(marked)
    return {"name_marked": marked, "name_key": key, "name_tail": tail(key)}


def _number(number: str) -> dict[str, str]:
    key = number_key(number)[:200]
    return {"number_marked": key, "number_key": unmarked(key)}
