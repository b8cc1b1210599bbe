"""What is shown of the results that were found: their facts as they stand now, read for one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from digitize import codes
from storage.search.finding import Hit
from storage.search.indexing import DOSSIER, PAPER
from storage.tables import documents, dossiers, result_search, results, units


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result that was found."""

    hit: Hit
    code: str
    """``<dossier code>-KQ(n)``."""
    dossier_code: str
    title: str
    kind_code: str
    """Empty: not known."""
    state: str
    """Of its document, or ``none``."""
    number: str
    issued_on: date
    valid_until: date | None
    cancelled_on: date | None
    unit_id: str
    unit_code: str
    unit_name: str
    """Of today."""
    holder_name: str
    applicant_name: str
    """Of the dossier, where it is another."""
    document: str | None
    """Id of the document that stands for it."""
    reading_key: str | None
    """Object of the text in which the words were found."""


def shown(connection: sa.Connection, hits: Sequence[Hit]) -> Sequence[ShownResult]:
    """Return what is shown of results, in their order."""
    ids = [hit.result_id for hit in hits]
    facts = {
        row.id: row
        for row in connection.execute(
            sa.select(
                results, dossiers.c.code.label("dossier_code"), dossiers.c.holder_name,
                units.c.code.label("unit_code"), units.c.name.label("unit_name"),
            )
            .join(dossiers, dossiers.c.id == results.c.dossier_id)
            .join(units, units.c.id == results.c.unit_id)
            .where(results.c.id.in_(ids))
        )
    }  # fmt: skip
    rows = {
        row.result_id: row
        for row in connection.execute(
            sa.select(result_search).where(result_search.c.result_id.in_(ids), result_search.c.whose == PAPER)
        )
    }
    others = set(
        connection.execute(
            sa.select(result_search.c.result_id).where(
                result_search.c.result_id.in_(ids), result_search.c.whose == DOSSIER
            )
        ).scalars()
    )
    scans = _scans(connection, ids)
    found = []
    for hit in hits:
        fact, row = facts.get(hit.result_id), rows.get(hit.result_id)
        if fact is not None and row is not None:
            found.append(_shown(hit, fact, row, scans.get(hit.result_id, ()), other=hit.result_id in others))
    return found


def unit_names(connection: sa.Connection, unit_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return code and name of units by their ids."""
    rows = connection.execute(sa.select(units.c.id, units.c.code, units.c.name).where(units.c.id.in_(list(unit_ids))))
    return {row.id: (row.code, row.name) for row in rows}


def _scans(connection: sa.Connection, result_ids: Sequence[str]) -> Mapping[str, Sequence[sa.Row[Any]]]:
    scans: dict[str, list[sa.Row[Any]]] = {}
    for row in connection.execute(
        sa.select(documents)
        .where(documents.c.result_id.in_(result_ids))
        .order_by(documents.c.received_at.desc(), documents.c.id.desc())
    ):
        scans.setdefault(row.result_id, []).append(row)
    return scans


def _shown(hit: Hit, fact: sa.Row[Any], row: sa.Row[Any], scans: Sequence[sa.Row[Any]], *, other: bool) -> ShownResult:
    # The newest one in the state that the index took stands for the result.
    scan = next((each for each in scans if each.state == row.state), None)
    told: Mapping[str, Any] = {} if scan is None else scan.summary
    read = next((each.reading_key for each in scans if each.id == hit.text_document), None)
    return ShownResult(
        hit=hit, code=codes.result_code(fact.dossier_code, fact.ordinal), dossier_code=fact.dossier_code,
        title=fact.title, kind_code=row.kind_code, state=row.state, number=told.get("number") or fact.number or "",
        issued_on=fact.issued_on, valid_until=fact.valid_until, cancelled_on=fact.cancelled_on, unit_id=fact.unit_id,
        unit_code=fact.unit_code, unit_name=fact.unit_name,
        holder_name=told.get("holder_name") or fact.holder_name or "",
        applicant_name=(fact.holder_name or "") if other else "", document=None if scan is None else scan.id,
        reading_key=read,
    )  # fmt: skip
