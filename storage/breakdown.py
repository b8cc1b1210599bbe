"""What a unit's stock or flow is made of: by procedure, by clerk, thing by thing.

The numbers of boards are sums that are kept (:mod:`storage.tallies`); here the rows of one unit are read, by an index,
with the definitions of ``docs/targets.md``, so that the parts add up to the number they are parts of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from digitize import codes
from digitize.lifecycle import State
from digitize.span import Span
from digitize.targets import STOCK, VIETNAM_TIME, Rate
from storage.tables import documents, dossiers, results, revisions

NOBODY = ""
"""Stands for the clerk of what nobody has signed."""

_GONE = (State.WITHDRAWN.value, State.REFUSED.value, State.PURGED.value, State.SUPERSEDED.value, State.REVOKED.value)
"""A document in these states is nobody's work on the paper any more."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A number of the board that is taken apart."""

    measure: str
    """``stock`` or ``flow``."""
    unit_ids: frozenset[str]
    """The unit, and those that it answers for."""
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the number."""

    code: str
    """Of the procedure; the clerk's name as it stands in the signature, :data:`NOBODY` for what is not signed."""
    name: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Thing:
    """A result or a dossier in the number; nobody's name."""

    id: str
    code: str
    """``<dossier code>-KQ(n)``, or the dossier's."""
    dossier: str
    """The dossier's code."""
    title: str
    day: date
    """Of issue, or of the resolution."""
    done: bool
    clerk: str
    """Who signed the scan; :data:`NOBODY`: nobody has."""
    document: str | None
    """Id of its scan that stands; None: there is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of things ended."""

    day: date
    id: str


def by_procedure(connection: sa.Connection, whole: Whole, procedure: str | None = None) -> Sequence[Part]:
    """Return the procedures of a number; those first that miss the most.

    Args:
        connection: a reading transaction.
        whole: the number.
        procedure: only this one; None: all.
    """
    query = _rows(whole)
    if procedure is not None:
        query = query.where(dossiers.c.procedure_code == procedure)
    rows = query.subquery()
    counted = connection.execute(
        sa.select(rows.c.procedure_code, sa.func.max(rows.c.procedure_name), *_counts(rows)).group_by(
            rows.c.procedure_code
        )
    )
    found = [Part(code, name, Rate(int(done), every)) for code, name, every, done in counted.tuples()]
    return sorted(found, key=_missing)


def by_clerk(connection: sa.Connection, whole: Whole, procedure: str) -> Sequence[Part]:
    """Return who signed the scans of a procedure's part: published of all that they signed; nobody for the rest.

    Args:
        connection: a reading transaction.
        whole: the number.
        procedure: code.
    """
    rows = _rows(whole).where(dossiers.c.procedure_code == procedure).subquery()
    counted = connection.execute(sa.select(rows.c.clerk, *_counts(rows)).group_by(rows.c.clerk))
    found = [Part(clerk, clerk, Rate(int(done), every)) for clerk, every, done in counted.tuples()]
    return sorted(found, key=_missing)


def things(
    connection: sa.Connection,
    whole: Whole,
    *,
    procedure: str | None = None,
    clerk: str | None = None,
    done: bool | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> Sequence[Thing]:
    """Return the things of a number, the newest first, a page at a time.

    Args:
        connection: a reading transaction.
        whole: the number.
        procedure: only of this one.
        clerk: only those that this one signed, or :data:`NOBODY`.
        done: only those that count as digitised, or only the others.
        after: where the page before ended.
        limit: length of the page.
    """
    query = _rows(whole)
    if procedure is not None:
        query = query.where(dossiers.c.procedure_code == procedure)
    rows = query.subquery()
    found = sa.select(rows)
    if clerk is not None:
        found = found.where(rows.c.clerk == clerk)
    if done is not None:
        found = found.where(rows.c.done == int(done))
    if after is not None:
        found = found.where(sa.or_(rows.c.day < after.day, sa.and_(rows.c.day == after.day, rows.c.id > after.id)))
    shown = connection.execute(found.order_by(rows.c.day.desc(), rows.c.id).limit(limit))
    return [_thing(row) for row in shown]


def _rows(whole: Whole) -> sa.Select[Any]:
    return _of_stock(whole) if whole.measure == STOCK else _of_flow(whole)


def _of_stock(whole: Whole) -> sa.Select[Any]:
    """Select the results in force at the end of the span."""
    last = whole.span.last
    of = documents.c.result_id == results.c.id
    return (
        sa.select(
            results.c.id, results.c.issued_on.label("day"), results.c.ordinal, results.c.title, dossiers.c.code,
            dossiers.c.procedure_code, dossiers.c.procedure_name, *_digitised(of, whole.span, results),
        )
        .join(dossiers, dossiers.c.id == results.c.dossier_id)
        .where(
            _inside(results.c.unit_id, whole.unit_ids),
            results.c.issued_on <= last,
            ~results.c.from_elsewhere,
            sa.or_(results.c.valid_until.is_(None), results.c.valid_until >= last),
            sa.or_(results.c.cancelled_on.is_(None), results.c.cancelled_on > last),
        )
    )  # fmt: skip


def _of_flow(whole: Whole) -> sa.Select[Any]:
    """Select the dossiers that were resolved within the span."""
    of = documents.c.result_id.in_(
        sa.select(results.c.id).where(results.c.dossier_id == dossiers.c.id).correlate(dossiers)
    )
    return sa.select(
        dossiers.c.id, dossiers.c.resolved_on.label("day"), sa.literal(0).label("ordinal"),
        dossiers.c.procedure_name.label("title"), dossiers.c.code, dossiers.c.procedure_code,
        dossiers.c.procedure_name, *_digitised(of, whole.span, dossiers),
    ).where(
        _inside(dossiers.c.unit_id, whole.unit_ids),
        dossiers.c.resolved_on.between(whole.span.first, whole.span.last),
    )  # fmt: skip


def _digitised(of: sa.ColumnElement[bool], span: Span, outside: sa.Table) -> tuple[sa.ColumnElement[Any], ...]:
    """Say whether a published document stands at the end, who signed the scan, and which document it is."""
    after = datetime.combine(span.last + timedelta(days=1), time(), VIETNAM_TIME)
    published = sa.exists().where(
        of, documents.c.published_at < after, sa.or_(documents.c.ended_at.is_(None), documents.c.ended_at >= after)
    )
    clerk = (
        sa.select(sa.func.min(revisions.c.signer))
        .join(documents, sa.and_(documents.c.id == revisions.c.document_id, documents.c.capture == revisions.c.capture))
        .where(of, revisions.c.number == 1, documents.c.state.not_in(_GONE))
    )
    standing = sa.select(sa.func.min(documents.c.id)).where(of, documents.c.state.not_in(_GONE))
    return (
        sa.case((published.correlate(outside), 1), else_=0).label("done"),
        sa.func.coalesce(clerk.correlate(outside).scalar_subquery(), NOBODY).label("clerk"),
        standing.correlate(outside).scalar_subquery().label("document"),
    )


def _inside(column: sa.Column[str], unit_ids: Collection[str]) -> sa.ColumnElement[bool]:
    return column.in_(sorted(unit_ids))


def _counts(rows: sa.Subquery) -> tuple[sa.ColumnElement[Any], ...]:
    return sa.func.count(), sa.func.sum(rows.c.done)


def _missing(part: Part) -> tuple[int, str]:
    return part.rate.numerator - part.rate.denominator, part.code


def _thing(row: sa.Row[Any]) -> Thing:
    code = codes.result_code(row.code, row.ordinal) if row.ordinal else row.code
    return Thing(row.id, code, row.code, row.title, row.day, bool(row.done), row.clerk, row.document)
