"""New dossiers and results, counted as they come in: what nobody has digitised yet follows from the telling alone.

A file of a million rows would otherwise be read back and written a second time, row by row. Many dossiers of a file add
the same, but for their unit and their procedure; what they add is worked out once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa

from digitize import tally
from digitize.dossiers import terms
from digitize.dossiers.words import PaidHow
from digitize.tally import Change, Changes, DossierFacts, ResultFacts
from storage.dossiers.writing import WORTH_A_COPY, NewRows, Row
from storage.tables import procedures, tallies, tally_days
from storage.tallies.counting import add

_ANY = "?"
"""Stands for a unit and for a procedure in what is worked out once for many."""

_Relative: TypeAlias = tuple[tuple[str, str, date, str, int], ...]
"""Measure, cohort, day, the same day as text, and the number; in the order in which it is kept."""


def count_new(connection: sa.Connection, rows: NewRows) -> Changes:
    """Count dossiers with their results before they are written; note beside them what is counted.

    Returns:
        What must be added to the sums once they are written.
    """
    sums: Counter[tuple[str, str, str, date]] = Counter()
    if rows.dossiers:
        known = _Procedures(connection, {row["procedure_code"] for row in rows.dossiers})
        of_dossiers: dict[DossierFacts, _Relative] = {}
        for row in rows.dossiers:
            facts = _dossier(row, known)
            if facts not in of_dossiers:
                of_dossiers[facts] = _relative(tally.of_dossier(facts))
            row["tallied"] = _note(of_dossiers[facts], row["unit_id"], row["procedure_code"], sums)
    of_results: dict[ResultFacts, tuple[_Relative, date | None]] = {}
    for row in rows.results:
        paper = _result(row)
        if paper not in of_results:
            of_results[paper] = _relative(tally.of_result(paper)), tally.wanted_until(paper)
        changes, row["wanted_until"] = of_results[paper]
        row["tallied"] = _note(changes, row["unit_id"], "", sums)
    return {Change(*key): n for key, n in sums.items() if n}


def _relative(changes: Changes) -> _Relative:
    ordered = sorted((change.measure, change.cohort, change.day, n) for change, n in changes.items())
    return tuple((measure, cohort, day, day.isoformat(), n) for measure, cohort, day, n in ordered)


def _note(
    changes: _Relative, unit: str, procedure: str, sums: Counter[tuple[str, str, str, date]]
) -> list[list[Any]] | None:
    """Add what one thing adds; return it as :func:`storage.tallies.facts.told` would."""
    noted: list[list[Any]] = []
    for measure, cohort, day, text, n in changes:
        named = procedure if cohort == _ANY else cohort
        sums[unit, measure, named, day] += n
        noted.append([unit, measure, named, text, n])
    return noted or None


def add_many(connection: sa.Connection, changes: Changes) -> None:
    """Add many changes to the sums as :func:`storage.tallies.counting.add` adds a few, one statement a table."""
    if connection.dialect.name != "postgresql" or len(changes) < WORTH_A_COPY:
        add(connection, changes)
        return
    months: Counter[tuple[str, str, str, str]] = Counter()
    for change, n in changes.items():
        months[change.unit_id, change.measure, change.cohort, change.month] += n
    _add(connection, tallies, "text", [(*key, n) for key, n in sorted(months.items()) if n])
    _add(connection, tally_days, "date", [(*change, n) for change, n in sorted(changes.items())])


def _add(connection: sa.Connection, table: sa.Table, kind: str, rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(column.name for column in table.primary_key)
    columns = dict(zip(("unit", "measure", "cohort", "at", "n"), map(list, zip(*rows, strict=True)), strict=True))
    # The lists keep their order, so that every writer locks the sums in the same one.
    connection.execute(
        sa.text(
            f"INSERT INTO {table.name} ({names}, n) SELECT a.u, a.m, a.c, a.t, a.n FROM unnest("  # noqa: S608  # names of our own tables
            f"CAST(:unit AS text[]), CAST(:measure AS text[]), CAST(:cohort AS text[]), CAST(:at AS {kind}[]), "
            "CAST(:n AS bigint[])) WITH ORDINALITY AS a(u, m, c, t, n, o) ORDER BY a.o "
            f"ON CONFLICT ({names}) DO UPDATE SET n = {table.name}.n + excluded.n"
        ),
        columns,
    )


def _dossier(row: Row, known: _Procedures) -> DossierFacts:
    """Return what counting needs to know, with a stand-in for whatever it only passes on."""
    received_on: date | None = row["received_on"]
    flags = [flag for flag in (row["vneid_verified"], row["population_linked"]) if flag is not None]
    finished, due = _order_of(row["finished_at"], row["due_at"])
    return DossierFacts(
        unit_id=_ANY,
        procedure_code=_ANY,
        received_on=received_on,
        resolved_on=row["resolved_on"],
        needs_paper_result=known.needs_paper_result(row["procedure_code"], received_on),
        population_known=any(flags) if flags else None,
        finished_at=finished,
        due_at=due,
        paid_on=None if row["paid_how"] is None else received_on,
        paid_at_portal=row["paid_how"] == PaidHow.NATIONAL_PORTAL,
    )


def _order_of(finished_at: datetime | None, due_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Return two moments that count as these do: only the day of the first does, and which of them comes first."""
    if finished_at is None:
        return None, None
    finished = terms.first_moment(terms.day_of(finished_at))
    return finished, due_at and (finished if finished_at <= due_at else finished - timedelta(days=1))


def _result(row: Row) -> ResultFacts:
    return ResultFacts(
        _ANY, row["issued_on"], row["valid_until"], row["cancelled_on"], (), row["from_elsewhere"], row["secret"]
    )


class _Procedures:
    """What the catalogue says of the procedures of a batch."""

    def __init__(self, connection: sa.Connection, codes: set[str]) -> None:
        self._rows: dict[str, list[tuple[date, date | None, bool | None]]] = defaultdict(list)
        query = sa.select(
            procedures.c.code, procedures.c.valid_from, procedures.c.valid_to, procedures.c.needs_paper_result
        ).where(procedures.c.code.in_(codes))
        for code, valid_from, valid_to, needed in connection.execute(query).tuples():
            self._rows[code].append((valid_from, valid_to, needed))

    def needs_paper_result(self, code: str, day: date | None) -> bool | None:
        """Return what it says for a day; None: nothing."""
        for valid_from, valid_to, needed in self._rows.get(code, ()):
            if day is not None and valid_from <= day and (valid_to is None or day <= valid_to):
                return needed
        return None
