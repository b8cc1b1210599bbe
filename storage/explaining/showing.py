"""Things in a number as they are shown: codes and titles, nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize import codes, tally
from digitize.indicators import Over
from storage.explaining.question import Question
from storage.tables import certifications, copies, dossiers, results, units


@dataclass(frozen=True, slots=True)
class Explained:
    """A thing in a number; nobody's name."""

    id: str
    unit_code: str
    code: str
    """Of the dossier, of the result in it, or of the visit."""
    title: str
    """Of the result, or the name of the procedure."""
    day: date
    """Of issue, reception, resolution or end: the day that puts it into the period."""


def shown(connection: sa.Connection, question: Question, ids: Sequence[str]) -> tuple[Explained, ...]:
    """Return things as they are shown, in their order."""
    rows = {row.id: row for row in connection.execute(_SHOWN[question.over](ids))} if ids else {}
    return tuple(_row(question, rows[name]) for name in ids)


def _row(question: Question, row: sa.Row[Any]) -> Explained:
    code = row.code if question.over is not Over.RESULTS else codes.result_code(row.code, row.ordinal)
    when = getattr(row, question.by.name)
    return Explained(row.id, row.unit_code, code, row.title, tally.day_of(when) if isinstance(when, datetime) else when)


def _results(ids: Sequence[str]) -> sa.Select[Any]:
    return (
        sa.select(results.c.id, results.c.ordinal, results.c.title, results.c.issued_on, dossiers.c.code)
        .add_columns(units.c.code.label("unit_code"))
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .join(units, units.c.id == results.c.unit_id)
        .where(results.c.id.in_(ids))
    )


def _dossiers(ids: Sequence[str]) -> sa.Select[Any]:
    return (
        sa.select(dossiers.c.id, dossiers.c.code, dossiers.c.procedure_name.label("title"), dossiers.c.received_on)
        .add_columns(dossiers.c.resolved_on, dossiers.c.finished_at, units.c.code.label("unit_code"))
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(dossiers.c.id.in_(ids))
    )


def _certifications(ids: Sequence[str]) -> sa.Select[Any]:
    issued = sa.func.min(copies.c.issued_at, type_=copies.c.issued_at.type)
    return (
        sa.select(certifications.c.id, certifications.c.id.label("code"), units.c.code.label("unit_code"))
        .add_columns(certifications.c.act.label("title"), issued.label("issued_at"))
        .join(units, units.c.id == certifications.c.unit_id)
        .join(copies, copies.c.certification_id == certifications.c.id)
        .where(certifications.c.id.in_(ids))
        .group_by(certifications.c.id, certifications.c.act, units.c.code)
    )


_SHOWN: Mapping[Over, Callable[[Sequence[str]], sa.Select[Any]]] = {
    Over.RESULTS: _results,
    Over.DOSSIERS: _dossiers,
    Over.CERTIFICATIONS: _certifications,
}
