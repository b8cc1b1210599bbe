"""Registers of any content, entered as rows: what counting must cope with, whatever road led there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from digitize.span import Span
from digitize.targets import VIETNAM_TIME, Level, Rate
from storage import units
from storage.tables import (
    certifications,
    components,
    copies,
    documents,
    dossier_events,
    dossiers,
    local_targets,
    metadata,
    people,
    procedures,
    results,
    snapshots,
    subjects,
    tallies,
    tally_days,
    unit_heirs,
    unit_names,
    unit_parents,
)
from storage.tables import units as unit_rows

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LAST = date(2022, 12, 31)
DAYS = st.sampled_from([-900, -400, -35, -3, -1, 0, 1, 2, 40]).map(lambda days: LAST + timedelta(days=days))
MOMENTS = st.tuples(DAYS, st.sampled_from([0, 1, 43_200, 86_399])).map(
    lambda drawn: datetime.combine(drawn[0], time(), VIETNAM_TIME) + timedelta(seconds=drawn[1])
)
PROCEDURES = {"1.000001": True, "1.000002": False, "1.000003": None}
"""Whether the catalogue says that they end with a paper."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A result and its documents: when each was published and ended."""

    issued_on: date
    valid_until: date | None = None
    cancelled_on: date | None = None
    from_elsewhere: bool = False
    scans: tuple[tuple[datetime | None, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A dossier with its results, components and events."""

    unit: int
    received_on: date | None = None
    resolved_on: date | None = None
    finished_at: datetime | None = None
    due_at: datetime | None = None
    paid_how: int | None = None
    vneid_verified: bool | None = None
    population_linked: bool | None = None
    procedure: str = "1.000001"
    papers: tuple[Paper, ...] = ()
    parts: tuple[tuple[datetime | None, bool, bool | None, bool], ...] = ()
    """Components: scanned when, reused, from the personal store, removed."""
    events: tuple[tuple[str, datetime], ...] = ()
    copied_at: tuple[datetime | None, ...] = ()
    """A visit of the same unit, and when its copies were issued."""


_MAYBE = st.none() | st.booleans()
FILES = st.lists(
    st.builds(
        File, st.integers(0, 1), st.none() | DAYS, st.none() | DAYS, st.none() | MOMENTS, st.none() | MOMENTS,
        st.none() | st.integers(1, 3), _MAYBE, _MAYBE, st.sampled_from(sorted(PROCEDURES)),
        st.lists(
            st.builds(
                Paper, DAYS, st.none() | DAYS, st.none() | DAYS, st.booleans(),
                st.lists(st.tuples(st.none() | MOMENTS, st.none() | MOMENTS), max_size=2).map(tuple),
            ),
            max_size=2,
        ).map(tuple),
        st.lists(st.tuples(st.none() | MOMENTS, st.booleans(), _MAYBE, st.booleans()), max_size=2).map(tuple),
        st.lists(st.tuples(st.sampled_from(["SyncedResult", "ComponentReused", "Paid"]), MOMENTS), max_size=3)
        .map(tuple),
        st.lists(st.none() | MOMENTS, max_size=2).map(tuple),
    ),
    min_size=4, max_size=4,
)  # fmt: skip
"""Always as many, so that one register can become another."""


def empty(connection: sa.Connection) -> None:
    """Remove everything."""
    for table in reversed(metadata.sorted_tables):
        if table in _FILLED:
            connection.execute(table.delete())


_FILLED = {
    certifications, components, copies, documents, dossier_events, dossiers, local_targets, procedures, results,
    people, snapshots, subjects, tallies, tally_days, unit_heirs, unit_names, unit_parents, unit_rows,
}  # fmt: skip


def found(connection: sa.Connection) -> list[units.Unit]:
    """Enter a province with a commune, and the catalogue; return both units."""
    since = date(2020, 1, 1)
    top = units.add_unit(connection, code="H99", name="Tỉnh", level=Level.TINH, parent_id=None, valid_from=since)
    below = units.add_unit(connection, code="H99.1", name="Xã", level=Level.XA, parent_id=top.id, valid_from=since)
    connection.execute(
        procedures.insert(),
        [
            {"code": code, "valid_from": since, "name": code, "folded": f" {code}", "needs_paper_result": needed,
             "source": "x", "population_linked": needed}
            for code, needed in PROCEDURES.items()
        ],
    )  # fmt: skip
    connection.execute(
        people.insert().values(
            id="p", username="p", full_name="P", office="clerk", unit_id=top.id, password_hash="x", active=True
        )
    )
    return [top, below]


def write(connection: sa.Connection, files: Sequence[File], made: Sequence[units.Unit]) -> tuple[list[str], list[str]]:
    """Enter files, or let those that were entered before become these; return the ids of dossiers and visits."""
    for table in (dossier_events, components, documents, copies):
        connection.execute(table.delete())
    connection.execute(subjects.delete())
    for number, file in enumerate(files):
        _write(connection, number, file, made[file.unit].id)
    return [f"d{number}" for number in range(len(files))], [f"v{number}" for number in range(len(files))]


def _write(connection: sa.Connection, number: int, file: File, unit: str) -> None:
    name = f"d{number}"
    _keep(
        connection, dossiers, name,
        code=name, unit_id=unit, procedure_code=file.procedure, procedure_name="x", created_by="x", created_at=NOW,
        received_on=file.received_on, resolved_on=file.resolved_on, finished_at=file.finished_at, due_at=file.due_at,
        paid_how=file.paid_how, vneid_verified=file.vneid_verified, population_linked=file.population_linked,
    )  # fmt: skip
    for ordinal in range(2):
        result = f"r{number}-{ordinal}"
        gone = Paper(date(9000, 1, 1), from_elsewhere=True)
        paper = file.papers[ordinal] if ordinal < len(file.papers) else gone
        _keep(
            connection, results, result,
            dossier_id=name, ordinal=ordinal + 1, unit_id=unit, title="x", issued_on=paper.issued_on,
            valid_until=paper.valid_until, cancelled_on=paper.cancelled_on, from_elsewhere=paper.from_elsewhere,
        )  # fmt: skip
        for scan, (published, ended) in enumerate(paper.scans):
            document(connection, f"{result}-{scan}", result, unit, published, ended)
    for ordinal, (scanned, reused, stored, removed) in enumerate(file.parts, start=1):
        connection.execute(
            components.insert().values(
                id=f"c{number}-{ordinal}", dossier_id=name, ordinal=ordinal, name="x", scanned_at=scanned,
                reused_result_id=f"r{number}-0" if reused else None, from_personal_store=stored,
                removed_at=NOW if removed else None,
            )
        )  # fmt: skip
    for sequence, (event, at) in enumerate(file.events, start=1):
        connection.execute(
            dossier_events.insert().values(
                dossier_id=name, sequence=sequence, name=event, at=at, actor="x", details={}
            )
        )  # fmt: skip
    _visit(connection, number, file, unit)


def document(
    connection: sa.Connection, name: str, result: str, unit: str, published: datetime | None, ended: datetime | None
) -> None:
    """Enter a document of a result."""
    connection.execute(subjects.insert().values(id=name, kind="document", version=0))
    connection.execute(
        documents.insert().values(
            id=name, result_id=result, unit_id=unit, state="published", waiting_for="nobody", capture=1, hands=[],
            four_eyes=False, received_at=NOW, changed_at=NOW, summary={}, published_at=published, ended_at=ended,
        )
    )  # fmt: skip


def _visit(connection: sa.Connection, number: int, file: File, unit: str) -> None:
    _keep(
        connection, certifications, f"v{number}",
        unit_id=unit, act="x", procedure_code="x", certifier="p", opened_by="p", received_at=NOW, opened_at=NOW,
        due_on=LAST, due_at=NOW, same_day=True, extended_days=0, agreed_in_writing=False, requester_name="x",
        requester_id_number="", requester_address="", requester_email="", requester_phone="",
    )  # fmt: skip
    for ordinal, issued_at in enumerate(file.copied_at, start=1):
        name = f"k{number}-{ordinal}"
        connection.execute(subjects.insert().values(id=name, kind="copy", version=0))
        connection.execute(
            copies.insert().values(
                id=name, certification_id=f"v{number}", ordinal=ordinal, unit_id=unit, title="x", kind="x", number="1",
                issuer="x", pages=1, quantity=1, foreign_paper=False, foreign_kind="", legalised=False, fee_vnd=0,
                verification_code=name, state="issued", waiting_for="nobody", opened_at=NOW, changed_at=NOW,
                issued_at=issued_at,
            )
        )  # fmt: skip


def _keep(connection: sa.Connection, table: sa.Table, name: str, **values: Any) -> None:  # noqa: ANN401  # columns
    if not connection.execute(table.update().where(table.c.id == name).values(values)).rowcount:
        connection.execute(table.insert().values(id=name, **values))


QUERIES = {
    query.splitlines()[0].removeprefix("-- "): query
    for query in re.findall(
        r"```sql\n(.*?)```", (Path(__file__).parents[2] / "docs/targets.md").read_text(encoding="utf-8"), re.DOTALL
    )
}
"""The definitions in SQL, by what they count: ``stock``, ``flow`` and the codes of the indicators."""


def by_definition(connection: sa.Connection, what: str, span: Span, until: date | None = None) -> dict[str, Rate]:
    """Count by the SQL of ``docs/targets.md``, by unit."""
    moment = documents.c.published_at.type
    values = {
        "first": (span.first, sa.Date()), "last": (span.last, sa.Date()), "begin": (_midnight(span.first), moment),
        "after": (_midnight((until or span.last) + timedelta(days=1)), moment),
    }  # fmt: skip
    used = {name: pair for name, pair in values.items() if f":{name}" in QUERIES[what]}
    query = sa.text(QUERIES[what]).bindparams(
        *(sa.bindparam(name, value, type_=of) for name, (value, of) in used.items())
    )
    return {row.unit_id: Rate(int(row.numerator or 0), int(row.denominator)) for row in connection.execute(query)}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM_TIME)
